"""Members of staff beside their accounts; offices count their changes."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0005"
down_revision = "0004"

MEMBERS_FROM_ACCOUNTS = """
    INSERT INTO staff_members (account_id, ars, accepted_at, version)
    SELECT a.id, (
        SELECT MIN(m.ars) FROM municipalities m JOIN staff_roles r ON r.office_id LIKE m.ars || '/%' WHERE r.account_id = a.id
    ), a.registered_at, 1
    FROM accounts a WHERE a.kind = 'staff'
"""
"""Whoever was enrolled so far works for the municipality of their roles."""


def upgrade() -> None:
    """Staff that is there already has accepted."""
    op.add_column("offices", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "staff_members",
        sa.Column("account_id", sa.String(36), sa.ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("ars", sa.String(12)),
        sa.Column("invited_at", UtcDateTime()),
        sa.Column("accepted_at", UtcDateTime()),
        sa.Column("suspended_at", UtcDateTime()),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_staff_members_ars", "staff_members", ["ars"])
    op.execute(MEMBERS_FROM_ACCOUNTS)


def downgrade() -> None:
    """Back to 0004."""
    op.drop_table("staff_members")
    op.drop_column("offices", "version")
