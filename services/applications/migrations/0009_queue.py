"""Cases have a clerk and a last day, editions the time the law gives, clerks deputies; each way through the queue an index."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

INDEXES = {
    "cases_of_office_by_service": ["office_id", "state", "service", "id"],
    "cases_of_office_by_assignee": ["office_id", "state", "assignee_id", "id"],
    "cases_of_office_by_day": ["office_id", "state", "due_on", "id"],
}


def upgrade() -> None:
    """Cases that are there have no last day: they came before their service had one."""
    op.add_column("editions", sa.Column("deadline", sa.JSON(), nullable=True))
    op.add_column("cases", sa.Column("assignee_id", sa.String(36), nullable=True))
    op.add_column("cases", sa.Column("due_on", sa.Date(), nullable=True))
    for name, columns in INDEXES.items():
        op.create_index(name, "cases", columns)
    op.create_table(
        "deputies",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("stands_in", sa.String(36), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
    )
    op.create_index("deputies_for", "deputies", ["stands_in", "last_day"])
    op.create_index("deputies_of", "deputies", ["account_id", "last_day"])


def downgrade() -> None:
    """Back to 0008."""
    op.drop_table("deputies")
    for name in INDEXES:
        op.drop_index(name, "cases")
    op.drop_column("cases", "due_on")
    op.drop_column("cases", "assignee_id")
    op.drop_column("editions", "deadline")
