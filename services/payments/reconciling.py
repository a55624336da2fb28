"""Reconciling: do payments, their shares and the book say the same, to the cent."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.payments.model import Booking, Collection, Payment, Refund, Share

BOOKED = {
    "secured": ("secured", "collected", "released", "refunded"),
    "collected": ("collected", "refunded"),
    "released": ("released",),
    "refunded": ("refunded",),
}
"""For each kind of booking, the states of the shares that must have one."""


def reconcile(session: Session) -> dict[str, Any]:
    """Counts and sums in cents, and in words everything that does not agree."""
    if session.get_bind().dialect.name == "postgresql":
        # One picture for all questions, or a payment collected in between would look like a difference. SQLite has it by itself.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    payments = _sums(session, Payment.state, Payment.total_cents)
    shares = _sums(session, Share.state, Share.amount_cents)
    bookings = _sums(session, Booking.kind, Booking.cents)
    treasuries: dict[str, dict[str, int]] = {}
    by_treasury = select(Booking.ars, Booking.kind, func.sum(Booking.cents)).group_by(Booking.ars, Booking.kind)
    for ars, kind, cents in session.execute(by_treasury):
        treasuries.setdefault(ars, {})[kind] = int(cents)
    return {
        "payments": payments,
        "payments_cents": sum(s["cents"] for s in payments.values()),
        "shares": shares,
        "shares_cents": sum(s["cents"] for s in shares.values()),
        "bookings": bookings,
        "treasuries": treasuries,
        "collections_refused": session.scalar(select(func.count()).where(Collection.state == "refused")) or 0,
        "refunds_pending": session.scalar(select(func.count()).where(Refund.state.in_(["waiting", "ready"]))) or 0,
        "differences": [*_wrong_payments(session), *_wrong_books(shares, bookings)],
    }


def _sums(session: Session, by: Any, cents: Any) -> dict[str, dict[str, int]]:
    rows = session.execute(select(by, func.count(), func.sum(cents)).group_by(by).order_by(by))
    return {key: {"count": count, "cents": int(total)} for key, count, total in rows}


def _wrong_payments(session: Session) -> list[str]:
    of_shares = select(func.coalesce(func.sum(Share.amount_cents), 0)).where(Share.payment_id == Payment.id).scalar_subquery()
    wrong = session.execute(select(Payment.id, Payment.total_cents, of_shares).where(Payment.total_cents != of_shares))
    return [f"payment {payment_id}: total {total}, shares {shares}" for payment_id, total, shares in wrong]


def _wrong_books(shares: dict[str, dict[str, int]], bookings: dict[str, dict[str, int]]) -> list[str]:
    nothing = {"count": 0, "cents": 0}
    wrong = []
    for kind, states in BOOKED.items():
        booked = bookings.get(kind, nothing)
        expected = {key: sum(shares.get(state, nothing)[key] for state in states) for key in nothing}
        if booked != expected:
            wrong.append(f"{kind}: booked {booked}, shares say {expected}")
    return wrong
