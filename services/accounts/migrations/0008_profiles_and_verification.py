"""What is known of a person and how far it is trusted; checks of identity in person, their codes and letters."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Every account there is begins at `low`, as nobody has looked at its holder yet."""
    op.add_column("accounts", sa.Column("identity_level", sa.String(12), nullable=False, server_default="low"))
    op.add_column("accounts", sa.Column("identity_valid_until", UtcDateTime(), nullable=True))
    op.create_table(
        "profile_values",
        sa.Column("account_id", sa.String(36), sa.ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.String(300), nullable=False),
        sa.Column("level", sa.String(12), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("by", sa.String(200)),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("valid_until", UtcDateTime()),
    )
    op.create_table(
        "visit_codes",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False, index=True),
        sa.Column("used_at", UtcDateTime()),
        sa.Column("voided_at", UtcDateTime()),
    )
    op.create_table(
        "identity_checks",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("office_id", sa.String(80), nullable=False, index=True),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("is_renewal", sa.Boolean(), nullable=False),
        sa.Column("document_kind", sa.String(30), nullable=False),
        sa.Column("issuing_authority", sa.String(100), nullable=False),
        sa.Column("document_valid_until", sa.Date(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("corrected", sa.JSON(), nullable=False),
        sa.Column("removes_factors", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.String(36), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False, index=True),
        sa.Column("confirmed_by", sa.String(36)),
        sa.Column("confirmed_at", UtcDateTime(), index=True),
        sa.Column("valid_until", UtcDateTime(), index=True),
        sa.Column("warned_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime(), index=True),
        sa.Column("ended_by", sa.String(36)),
        sa.Column("ended_in", sa.String(80)),
        sa.Column("reason", sa.String(30)),
    )
    op.create_table(
        "activation_letters",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("office_id", sa.String(80), nullable=False, index=True),
        sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("printed_by", sa.String(36), nullable=False),
        sa.Column("printed_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False, index=True),
        sa.Column("used_at", UtcDateTime()),
        sa.Column("voided_at", UtcDateTime()),
        sa.Column("email", sa.String(254)),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("language", sa.String(2)),
        sa.Column("asked_at", UtcDateTime()),
    )


def downgrade() -> None:
    """Back to 0007."""
    for table in ("activation_letters", "identity_checks", "visit_codes", "profile_values"):
        op.drop_table(table)
    op.drop_column("accounts", "identity_valid_until")
    op.drop_column("accounts", "identity_level")
