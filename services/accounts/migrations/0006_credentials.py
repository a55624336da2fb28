"""Registrations that wait for confirmation, links, mails, known devices, counts of attempts of any kind."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0006"
down_revision = "0005"

COLUMNS: dict[str, tuple[tuple[str, Any, str | None], ...]] = {
    "accounts": (("password_changed_at", UtcDateTime(), None), ("password_reset_at", UtcDateTime(), None)),
    "sessions": (("browser", sa.String(100), ""), ("device_id", sa.String(36), None)),
}


def upgrade() -> None:
    """Accounts that are there count as confirmed; counts of attempts are forgotten, as they are within minutes anyway."""
    for table, columns in COLUMNS.items():
        for name, type_, default in columns:
            op.add_column(table, sa.Column(name, type_, nullable=default is None, server_default=default))
    op.create_table(
        "registrations",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(300), nullable=False, index=True),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("given_names", sa.String(100), nullable=False),
        sa.Column("family_name", sa.String(100), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("browser_hash", sa.String(64)),
        sa.Column("next_path", sa.String(500), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False, index=True),
    )
    op.create_table(
        "links",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False, index=True),
        sa.Column("used_at", UtcDateTime()),
    )
    op.create_table(
        "mails",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("to", sa.String(254), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("link_id", sa.String(36), sa.ForeignKey("links.id", ondelete="CASCADE"), index=True),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False, index=True),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("browser", sa.String(100), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False, index=True),
    )
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("forgotten_at", UtcDateTime(), nullable=False, index=True),
    )
    op.drop_table("sign_in_attempts")


def downgrade() -> None:
    """Back to 0005."""
    op.create_table(
        "sign_in_attempts",
        sa.Column("email_hash", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False, index=True),
    )
    for table in ("attempts", "devices", "mails", "links", "registrations"):
        op.drop_table(table)
    for table, columns in COLUMNS.items():
        for name, _, _ in columns:
            op.drop_column(table, name)
