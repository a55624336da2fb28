"""Accounts that were erased: their ids, so that nothing new is kept for them, and what was on its way then is erased too."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, insert, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.columns import UtcDateTime
from services.chassis.tables import IDEMPOTENCY

SETTLES = timedelta(days=2)
"""For so long after an erasure something may still come in that was on its way; the service looks again every hour."""

METADATA = MetaData()

ERASED = Table(
    "erased_accounts",
    METADATA,
    Column("account_id", String(36), primary_key=True),
    Column("erased_at", UtcDateTime, nullable=False, index=True),
)


def mark(session: Session, account_id: str) -> bool:
    """Note that this account is gone, and forget the answers kept for its repeated commands; False if it was noted before."""
    session.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.owner == account_id))
    if is_erased(session, account_id):
        return False
    session.execute(insert(ERASED).values(account_id=account_id, erased_at=clock.now()))
    return True


def is_erased(session: Session, account_id: str) -> bool:
    """Whether the account is gone."""
    return session.scalar(select(ERASED.c.account_id).where(ERASED.c.account_id == account_id)) is not None


def recently(session: Session) -> Sequence[str]:
    """The accounts erased so lately that something of theirs may still have come in."""
    return session.scalars(select(ERASED.c.account_id).where(ERASED.c.erased_at > clock.now() - SETTLES)).all()


def create(connection: Connection) -> None:
    """Create the table; called by a migration of each service but accounts, which knows its erasures better."""
    METADATA.create_all(connection)


def drop(connection: Connection) -> None:
    """Undo `create`."""
    METADATA.drop_all(connection)
