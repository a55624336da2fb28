"""The three tables the chassis keeps in every service's database: outbox, inbox, idempotency."""

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

from services.chassis.columns import UtcDateTime

METADATA = MetaData()

# SQLite numbers rows by itself only for INTEGER, PostgreSQL needs the wider type for years of events.
_SEQUENCE = BigInteger().with_variant(Integer, "sqlite")

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("sequence", _SEQUENCE, primary_key=True, autoincrement=True),
    Column("event_id", String(36), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("envelope", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),
)
Index(
    "outbox_waiting",
    OUTBOX.c.sequence,
    sqlite_where=OUTBOX.c.published_at.is_(None),
    postgresql_where=OUTBOX.c.published_at.is_(None),
)
Index("outbox_published", OUTBOX.c.published_at)

INBOX = Table(
    "inbox",
    METADATA,
    Column("event_id", String(36), primary_key=True),
    Column("handler", String(120), primary_key=True),
    Column("handled_at", UtcDateTime, nullable=False, index=True),
)

IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    Column("owner", String(36), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("answer", Text),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)


def create(op: Any) -> None:
    """Create the chassis's tables; called by the first migration of each service with Alembic's `op`."""
    METADATA.create_all(op.get_bind())


def drop(op: Any) -> None:
    """Undo `create`."""
    METADATA.drop_all(op.get_bind())
