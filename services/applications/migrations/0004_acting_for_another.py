"""Who acted, and under which membership or mandate; on whose behalf, as it read when the order was placed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = ("drafts", "orders", "cases")


def upgrade() -> None:
    """Who has acted so far, acted for themselves."""
    for table in TABLES:
        op.add_column(table, sa.Column("acted_by", sa.String(36), nullable=True))
        op.add_column(table, sa.Column("grant_id", sa.String(36), nullable=True))
        op.execute(f"UPDATE {table} SET acted_by = account_id")  # noqa: S608 - names of our own tables
    op.add_column("cases", sa.Column("behalf", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Back to 0003."""
    op.drop_column("cases", "behalf")
    for table in TABLES:
        op.drop_column(table, "grant_id")
        op.drop_column(table, "acted_by")
