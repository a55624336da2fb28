"""Notices and mails."""

import sqlalchemy as sa
from alembic import op

from services.chassis import tables
from services.chassis.columns import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """From nothing."""
    tables.create(op)
    op.create_table(
        "notices",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.Column("order_id", sa.String(36)),
        sa.Column("case_id", sa.String(36)),
        sa.Column("document_id", sa.String(36)),
        sa.Column("service", sa.String(80)),
        sa.Column("ars", sa.String(12)),
        sa.Column("amount_cents", sa.Integer()),
    )
    op.create_index("notices_of_account", "notices", ["account_id", "at", "id"])
    unread = sa.text("is_read = false")
    op.create_index("notices_unread", "notices", ["account_id"], sqlite_where=sa.text("is_read IS 0"), postgresql_where=unread)
    op.create_table(
        "mails",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("queued_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime()),
        sa.Column("failure", sa.String(80)),
    )
    queued = sa.text("state = 'queued'")
    op.create_index("mails_queued", "mails", ["account_id"], unique=True, sqlite_where=queued, postgresql_where=queued)
    op.create_index("mails_due", "mails", ["state", "due_at"])


def downgrade() -> None:
    """To nothing."""
    op.drop_table("mails")
    op.drop_table("notices")
    tables.drop(op)
