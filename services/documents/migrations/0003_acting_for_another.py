"""Under which mandate or membership somebody acted for the account that a document belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Until now everybody acted for themselves."""
    op.add_column("documents", sa.Column("grant_id", sa.String(36), nullable=True))


def downgrade() -> None:
    """Back to 0002."""
    op.drop_column("documents", "grant_id")
