"""Organisations with members and invitations, mandates between persons, and for whom a session acts."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """From nothing."""
    _organisations()
    _mandates()
    op.create_table(
        "acting_sessions",
        sa.Column("session_id", sa.String(36), sa.ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("grant_id", sa.String(36), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
    )


def downgrade() -> None:
    """Back to 0008."""
    for table in ("acting_sessions", "mandates", "organisation_invitations", "memberships", "organisations"):
        op.drop_table(table)


def _organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("legal_form", sa.String(20), nullable=False),
        sa.Column("register_court", sa.String(100)),
        sa.Column("register_number", sa.String(20)),
        sa.Column("street", sa.String(100), nullable=False),
        sa.Column("house_number", sa.String(20), nullable=False),
        sa.Column("postal_code", sa.String(5), nullable=False),
        sa.Column("town", sa.String(100), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("founded_by", sa.String(36), nullable=False, index=True),
        sa.Column("founded_at", UtcDateTime(), nullable=False),
        sa.Column("dissolved_at", UtcDateTime()),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("organisation_id", sa.String(36), sa.ForeignKey("organisations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("organisation_id", "account_id"),
    )
    op.create_index("memberships_of_account", "memberships", ["account_id", "id"])
    op.create_table(
        "organisation_invitations",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("organisation_id", sa.String(36), sa.ForeignKey("organisations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(300), nullable=False, index=True),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("invited_by", sa.String(36), nullable=False),
        sa.Column("invited_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False, index=True),
        sa.Column("state", sa.String(10), nullable=False),
    )
    op.create_index("organisation_invitations_of_organisation", "organisation_invitations", ["organisation_id", "state"])


def _mandates() -> None:
    account = "accounts.id"
    op.create_table(
        "mandates",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("grantor_id", sa.String(36), sa.ForeignKey(account, ondelete="CASCADE"), index=True),
        sa.Column("helper_id", sa.String(36), sa.ForeignKey(account, ondelete="CASCADE"), index=True),
        sa.Column("asked_by", sa.String(10), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(300), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("allows_prefill", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answer_until", UtcDateTime(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("began_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
    )
    op.create_index("mandates_waiting", "mandates", ["email_key", "state"])
