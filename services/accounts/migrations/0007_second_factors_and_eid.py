"""Second factors with their recovery codes, the level of sessions, and electronic identities."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0007"
down_revision = "0006"

LEVELS_OF_SESSIONS = ("substantial_at", "high_at")


def upgrade() -> None:
    """Nobody has a second factor yet, and every session is at `low`."""
    for name in LEVELS_OF_SESSIONS:
        op.add_column("sessions", sa.Column(name, UtcDateTime(), nullable=True))
    op.create_table(
        "second_factors",
        sa.Column("id", sa.String(36), primary_key=True),
        _owner(),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.Column("sealed_secret", sa.String(300), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("credential_id", sa.String(1400), nullable=True, unique=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(64), primary_key=True),
        _owner(),
        sa.Column("used_at", UtcDateTime(), nullable=True),
    )
    op.create_table(
        "challenges",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=True, index=True),
        sa.Column("token_hash", sa.String(64), nullable=True, unique=True),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False, index=True),
    )
    op.create_table(
        "electronic_identities",
        sa.Column("account_id", sa.String(36), sa.ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("provider", sa.String(200), nullable=False),
        sa.Column("subject_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("level", sa.String(12), nullable=False),
        sa.Column("linked_at", UtcDateTime(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "eid_requests",
        sa.Column("id", sa.String(50), primary_key=True),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=True, index=True),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False, index=True),
        sa.Column("ticket_hash", sa.String(64), nullable=True, unique=True),
        sa.Column("sealed_identity", sa.Text(), nullable=True),
    )


def downgrade() -> None:
    """Back to 0006."""
    for table in ("eid_requests", "electronic_identities", "challenges", "recovery_codes", "second_factors"):
        op.drop_table(table)
    for name in reversed(LEVELS_OF_SESSIONS):
        op.drop_column("sessions", name)


def _owner() -> "sa.Column[str]":
    return sa.Column("account_id", sa.String(36), sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True)
