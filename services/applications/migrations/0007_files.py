"""Files that are attached to drafts and cases, and the places for them in the wording of a service."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """None yet."""
    op.add_column("editions", sa.Column("attachments", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "files",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("draft_id", sa.String(36), sa.ForeignKey("drafts.id", ondelete="CASCADE")),
        sa.Column("case_id", sa.String(36), sa.ForeignKey("cases.id", ondelete="CASCADE")),
        sa.Column("place", sa.String(60), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("is_scanned", sa.Boolean(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
    )
    op.create_index("files_of_draft", "files", ["draft_id"])
    op.create_index("files_of_case", "files", ["case_id"])
    op.create_index("ix_files_added_at", "files", ["added_at"])


def downgrade() -> None:
    """Back to 0006."""
    op.drop_table("files")
    op.drop_column("editions", "attachments")
