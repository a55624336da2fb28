"""Erasures with what each service answered, and when an account was last used."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Accounts that are there were last used when they were registered, as far as anybody knows."""
    op.add_column("accounts", sa.Column("last_used_at", UtcDateTime(), nullable=True))
    op.add_column("accounts", sa.Column("disuse_warned_at", UtcDateTime(), nullable=True))
    op.create_index("ix_accounts_last_used_at", "accounts", ["last_used_at"])
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(36), nullable=False, unique=True),
        sa.Column("reason", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("asked_again_at", UtcDateTime(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
    )
    op.create_table(
        "erasure_parts",
        sa.Column("erasure_id", sa.String(36), sa.ForeignKey("erasures.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("service", sa.String(20), primary_key=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("erased", sa.Integer(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    """Back to 0009."""
    op.drop_table("erasure_parts")
    op.drop_table("erasures")
    op.drop_index("ix_accounts_last_used_at", "accounts")
    op.drop_column("accounts", "disuse_warned_at")
    op.drop_column("accounts", "last_used_at")
