"""Batches of decisions; when a case was decided, and indexes along which its office counts."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0011"
down_revision = "0010"

INDEXES = {
    "cases_received": ["office_id", "submitted_at", "service"],
    "cases_decided": ["office_id", "service", "decided_at", "submitted_at", "state"],
}


def upgrade() -> None:
    """Cases that are there were decided when they were approved, or last changed when they were rejected."""
    op.add_column("cases", sa.Column("decided_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE cases SET decided_at = approved_at WHERE approved_at IS NOT NULL")
    op.execute("UPDATE cases SET decided_at = changed_at WHERE state = 'rejected'")
    for name, columns in INDEXES.items():
        op.create_index(name, "cases", columns)
    op.create_table(
        "batches",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("actor", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
    )
    op.create_index("batches_unfinished", "batches", ["finished_at", "id"])
    op.create_table(
        "batch_items",
        sa.Column("batch_id", sa.String(36), sa.ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("outcome", sa.String(80), nullable=True),
    )


def downgrade() -> None:
    """Back to 0010; batches in work end where they are."""
    op.drop_table("batch_items")
    op.drop_table("batches")
    for name in INDEXES:
        op.drop_index(name, "cases")
    op.drop_column("cases", "decided_at")
