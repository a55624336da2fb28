"""Which answers were taken over from the account, and which a correction changed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Of what is there, nobody knows."""
    for table in ("drafts", "cases"):
        op.add_column(table, sa.Column("sealed_taken", sa.LargeBinary(), nullable=True))
    op.add_column("corrections", sa.Column("changed", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Back to 0014."""
    op.drop_column("corrections", "changed")
    for table in ("cases", "drafts"):
        op.drop_column(table, "sealed_taken")
