"""Files that came with a correction say with which."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Those that are there came with their application."""
    op.add_column("files", sa.Column("correction", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Back to 0021."""
    op.drop_column("files", "correction")
