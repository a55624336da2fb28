"""Corrections, notes, a second approver where the service asks for one, and a history that tells who had a case."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """No service has asked for four eyes so far."""
    op.add_column("editions", sa.Column("four_eyes", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("steps", sa.Column("event", sa.String(20), nullable=True))
    op.add_column("steps", sa.Column("office_id", sa.String(80), nullable=True))
    op.create_table(
        "corrections",
        sa.Column("case_id", sa.String(36), sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(36), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("case_id", sa.String(36), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("office_id", sa.String(80), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("notes_of_case", "notes", ["case_id", "id"])


def downgrade() -> None:
    """Back to 0009; what waits for somebody else is in review again, and what was withdrawn counts as rejected."""
    op.execute("UPDATE cases SET state = 'in_review' WHERE state IN ('awaiting_applicant', 'awaiting_second')")
    op.execute("UPDATE cases SET state = 'rejected' WHERE state = 'withdrawn'")
    op.execute("UPDATE steps SET state = 'in_review' WHERE state IN ('awaiting_applicant', 'awaiting_second')")
    op.execute("UPDATE steps SET state = 'rejected' WHERE state = 'withdrawn'")
    op.drop_table("notes")
    op.drop_table("corrections")
    op.drop_column("steps", "office_id")
    op.drop_column("steps", "event")
    op.drop_column("editions", "four_eyes")
