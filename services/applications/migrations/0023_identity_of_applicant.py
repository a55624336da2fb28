"""A case keeps the verified identity of who applied, where its service asks for one, sealed with its key."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Of cases that are there, nobody knows what was verified when they were ordered."""
    op.add_column("cases", sa.Column("sealed_identity", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Back to 0022."""
    op.drop_column("cases", "sealed_identity")
