"""Mails that accounts asked for: they belong to a request and to no mailbox."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

QUEUED = "state = 'queued'"


def upgrade() -> None:
    """The mails there are call to a mailbox."""
    _without_indexes()
    with op.batch_alter_table("mails") as mails:
        mails.alter_column("account_id", existing_type=sa.String(36), nullable=True)
        mails.add_column(sa.Column("request_id", sa.String(36), nullable=True))
    _with_indexes()


def downgrade() -> None:
    """Back to 0003; what was asked for and has not been sent is lost with it."""
    _without_indexes()
    op.execute("DELETE FROM mails WHERE account_id IS NULL")
    with op.batch_alter_table("mails") as mails:
        mails.drop_column("request_id")
        mails.alter_column("account_id", existing_type=sa.String(36), nullable=False)
    _with_indexes()


def _without_indexes() -> None:
    # SQLite makes the table anew, and the condition of the index would be lost on the way.
    op.drop_index("mails_queued", "mails")
    op.drop_index("mails_due", "mails")


def _with_indexes() -> None:
    queued = sa.text(QUEUED)
    op.create_index("mails_queued", "mails", ["account_id"], unique=True, sqlite_where=queued, postgresql_where=queued)
    op.create_index("mails_due", "mails", ["state", "due_at"])
