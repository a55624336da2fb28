"""What a corrected answer read before, so that what was sent can be told."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Of corrections that are there, nobody knows."""
    op.add_column("corrections", sa.Column("sealed_before", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Back to 0020."""
    op.drop_column("corrections", "sealed_before")
