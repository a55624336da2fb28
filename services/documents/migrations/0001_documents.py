"""Documents and reservations."""

import sqlalchemy as sa
from alembic import op

from services.chassis import tables
from services.chassis.columns import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """From nothing."""
    tables.create(op)
    op.create_table(
        "reservations",
        sa.Column("case_id", sa.String(36), primary_key=True),
        sa.Column("document_id", sa.String(36), nullable=False, unique=True),
        sa.Column("verification_code", sa.String(20), nullable=False, unique=True),
        sa.Column("reserved_at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("case_id", sa.String(36), nullable=False, unique=True),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("service", sa.String(80), nullable=False),
        sa.Column("ars", sa.String(12), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("municipality", sa.String(200), nullable=False),
        sa.Column("office", sa.JSON(), nullable=False),
        sa.Column("filename", sa.String(120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("verification_code", sa.String(20), nullable=False, unique=True),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
    )
    op.create_index("documents_of_account", "documents", ["account_id", "id"])


def downgrade() -> None:
    """To nothing."""
    op.drop_table("documents")
    op.drop_table("reservations")
    tables.drop(op)
