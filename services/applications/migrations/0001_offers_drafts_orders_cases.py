"""Offers and fees, drafts, editions, orders, cases and their steps."""

import sqlalchemy as sa
from alembic import op

from services.chassis import tables
from services.chassis.columns import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """From nothing."""
    tables.create(op)
    _offers()
    _drafts()
    _orders()
    _cases()


def downgrade() -> None:
    """To nothing."""
    for table in ("steps", "cases", "orders", "editions", "drafts", "fee_rules", "offers"):
        op.drop_table(table)
    tables.drop(op)


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("service", sa.String(80), primary_key=True),
        sa.Column("ars", sa.String(12), primary_key=True),
        sa.Column("office_id", sa.String(80), nullable=False),
    )
    op.create_table(
        "fee_rules",
        sa.Column("service", sa.String(80), primary_key=True),
        sa.Column("ars", sa.String(12), primary_key=True),
        sa.Column("valid_from", sa.Date(), primary_key=True),
        sa.Column("base_cents", sa.Integer(), nullable=False),
        sa.Column("each_further_cents", sa.Integer()),
        sa.Column("pieces_field", sa.String(60)),
        sa.Column("legal_basis", sa.String(300), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["service", "ars"], ["offers.service", "offers.ars"], ondelete="CASCADE"),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("service", sa.String(80), nullable=False),
        sa.Column("ars", sa.String(12), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("in_cart_since", UtcDateTime()),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
    )
    op.create_index("drafts_of_account", "drafts", ["account_id", "id"])
    op.create_index("ix_drafts_expires_at", "drafts", ["expires_at"])


def _orders() -> None:
    op.create_table(
        "editions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("service", sa.String(80), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("legal_basis", sa.JSON(), nullable=False),
        sa.Column("template", sa.String(80), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("total_cents", sa.Integer(), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
    )
    op.create_index("orders_of_account", "orders", ["account_id", "id"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("order_id", sa.String(36), sa.ForeignKey("orders.id"), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("service", sa.String(80), nullable=False),
        sa.Column("ars", sa.String(12), nullable=False),
        sa.Column("office_id", sa.String(80), nullable=False),
        sa.Column("ending", sa.String(20), nullable=False),
        sa.Column("edition_id", sa.String(64), sa.ForeignKey("editions.id"), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("fee_cents", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("document_id", sa.String(36)),
        sa.Column("submitted_at", UtcDateTime()),
        sa.Column("approved_at", UtcDateTime()),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("cases_of_order", "cases", ["order_id"])
    op.create_index("cases_of_account", "cases", ["account_id", "id"])
    op.create_index("cases_of_account_by_state", "cases", ["account_id", "state", "id"])
    op.create_index("cases_of_office", "cases", ["office_id", "id", "state"])
    op.create_index("cases_of_office_by_state", "cases", ["office_id", "state", "id"])
    op.create_index("cases_by_state", "cases", ["state", "id"])
    op.create_table(
        "steps",
        sa.Column("case_id", sa.String(36), sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("account_id", sa.String(36)),
    )
