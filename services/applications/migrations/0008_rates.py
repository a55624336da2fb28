"""Offers tell the rates that each place sets for itself."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """None are known until the network folder is loaded again."""
    op.add_column("offers", sa.Column("rates", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Back to 0007."""
    op.drop_column("offers", "rates")
