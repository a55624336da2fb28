"""How far people get in forms: counters, and the furthest place of each draft."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Drafts that are there stay uncounted: nobody knows which steps they have come to."""
    op.add_column("drafts", sa.Column("furthest", sa.Integer(), nullable=True))
    op.create_table(
        "form_progress",
        sa.Column("office_id", sa.String(80), primary_key=True),
        sa.Column("service", sa.String(80), primary_key=True),
        sa.Column("edition_id", sa.String(64), sa.ForeignKey("editions.id"), primary_key=True),
        sa.Column("month", sa.Date(), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Back to 0012."""
    op.drop_table("form_progress")
    op.drop_column("drafts", "furthest")
