"""Locking: whoever changes a payment, its shares, mandates or refunds holds the payment's row first.

One level of locks, taken in the order of ids: a rejection and a collection of the same payment come one after the other on
PostgreSQL too, and no two of them wait for each other. On SQLite there is one writer at a time anyway.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.payments.model import Payment


def lock_payments(session: Session, payment_ids: Iterable[str]) -> list[Payment]:
    """The payments as they are once nobody else is changing them, in the order of their ids."""
    wanted = sorted(set(payment_ids))
    session.execute(select(Payment.id).where(Payment.id.in_(wanted)).order_by(Payment.id).with_for_update())
    # Read after the lock was had, by a statement of its own: what another transaction wrote meanwhile must be seen.
    found = select(Payment).where(Payment.id.in_(wanted)).order_by(Payment.id).execution_options(populate_existing=True)
    return list(session.scalars(found))


def lock_payment(session: Session, payment_id: str) -> Payment:
    """One payment, locked."""
    return lock_payments(session, [payment_id])[0]
