"""Treasuries, payments with shares and mandates, collections, refunds, and the book that only grows."""

import sqlalchemy as sa
from alembic import op

from services.chassis import tables
from services.chassis.columns import UtcDateTime

revision = "0001"
down_revision = None

REFUSE_ON_POSTGRESQL = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'bookings are only ever added'; END $$
"""
TRIGGER_ON_POSTGRESQL = """
CREATE TRIGGER bookings_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON bookings
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
TRIGGER_ON_SQLITE = """
CREATE TRIGGER bookings_only_grow_{event} BEFORE {event} ON bookings
BEGIN SELECT RAISE(ABORT, 'bookings are only ever added'); END
"""


def upgrade() -> None:
    """From nothing."""
    tables.create(op)
    op.create_table(
        "treasuries",
        sa.Column("ars", sa.String(12), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("iban", sa.String(34), nullable=False),
        sa.Column("creditor_id", sa.String(35), nullable=False),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("order_id", sa.String(36), nullable=False, unique=True),
        sa.Column("account_id", sa.String(36), nullable=False, index=True),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("secured_at", UtcDateTime()),
        sa.Column("collected_at", UtcDateTime()),
    )
    op.create_table(
        "collections",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("ars", sa.String(12), sa.ForeignKey("treasuries.ars"), nullable=False),
        sa.Column("creditor_id", sa.String(35), nullable=False),
        sa.Column("creditor_name", sa.String(200), nullable=False),
        sa.Column("creditor_iban", sa.String(34), nullable=False),
        sa.Column("collect_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("leased_until", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime()),
        sa.Column("refusal", sa.Text()),
        sa.Index("collections_to_send", "state", "leased_until"),
    )
    op.create_table(
        "mandates",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("payment_id", sa.String(36), sa.ForeignKey("payments.id"), nullable=False),
        sa.Column("ars", sa.String(12), sa.ForeignKey("treasuries.ars"), nullable=False),
        sa.Column("creditor_id", sa.String(35), nullable=False),
        sa.Column("reference", sa.String(35), nullable=False),
        sa.Column("holder", sa.String(70), nullable=False),
        sa.Column("iban", sa.String(34), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("collect_from", UtcDateTime(), nullable=False),
        sa.Column("collection_id", sa.String(36), sa.ForeignKey("collections.id"), index=True),
        sa.UniqueConstraint("creditor_id", "reference"),
        sa.UniqueConstraint("payment_id", "ars"),
        sa.Index("mandates_to_collect", "state", "collect_from"),
    )
    op.create_table(
        "shares",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("payment_id", sa.String(36), sa.ForeignKey("payments.id"), nullable=False, index=True),
        sa.Column("case_id", sa.String(36), nullable=False, unique=True),
        sa.Column("ars", sa.String(12), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("mandate_id", sa.String(36), sa.ForeignKey("mandates.id")),
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("payment_id", sa.String(36), sa.ForeignKey("payments.id"), nullable=False, index=True),
        sa.Column("case_id", sa.String(36), sa.ForeignKey("shares.case_id"), nullable=False, unique=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("leased_until", UtcDateTime(), nullable=False),
        sa.Column("transferred_at", UtcDateTime()),
        sa.Index("refunds_to_transfer", "state", "leased_until"),
    )
    op.create_table(
        "bookings",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("payment_id", sa.String(36), sa.ForeignKey("payments.id"), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("ars", sa.String(12), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("case_id", "kind"),
        sa.Index("bookings_by_treasury", "ars", "kind"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE_ON_POSTGRESQL)
        op.execute(TRIGGER_ON_POSTGRESQL)
    else:
        for event in ("UPDATE", "DELETE"):
            op.execute(TRIGGER_ON_SQLITE.format(event=event))


def downgrade() -> None:
    """To nothing."""
    for table in ("bookings", "refunds", "shares", "mandates", "collections", "payments", "treasuries"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
    tables.drop(op)
