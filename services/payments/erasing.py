"""What goes when an account is erased, what the treasuries must keep, and for how long.

Payments lead to their payer for ten years from the end of the year (AO § 147, for municipalities KomHKVO). A mandate must be
shown when a debit is disputed, at most 13 months after it (BGB § 676b); then the payer's name and account go, and the reference
under which it was collected stays with the books.
"""

from datetime import timedelta

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from services.chassis import audit, clock, erased, outbox, retention
from services.contracts.actors import Actor
from services.payments.model import Mandate, Payment, Refund, Share

YEARS = 10
MANDATE_KEPT = timedelta(days=427)
"""Fourteen months: the thirteen of a dispute, and one for what is on its way."""
SETTLED = ("used", "lapsed")
BATCH = 200
SERVICE = Actor(kind="service")


def erase(session: Session, *, account_id: str) -> None:
    """Erase what may go, and tell accounts what is kept. Safe to repeat."""
    erased.mark(session, account_id)
    count = _erase(session, account_id)
    mine = Payment.account_id == account_id
    payments = session.execute(select(func.count(), func.max(Payment.secured_at)).where(mine)).one()
    named = and_(mine, Mandate.holder != "")
    mandates = session.execute(select(func.count(), func.max(Mandate.signed_at)).join(Payment).where(named)).one()
    kept = []
    if payments[1] is not None:
        kept.append({"category": "payments", "count": payments[0], "until": retention.until(payments[1], YEARS)})
    if mandates[0]:
        kept.append({"category": "mandates", "count": mandates[0], "until": mandates[1] + MANDATE_KEPT})
    outbox.publish(session, "payments.erased", subject=account_id, data={"account_id": account_id, "erased": count, "kept": kept})
    audit.record(session, SERVICE, "records.erased", subject_id=account_id, about={"erased": count, "kept": payments[0]})


def look_again(session: Session) -> int:
    """Erase what came in for an account while it was erased; gives how much."""
    return sum(_erase(session, account_id) for account_id in erased.recently(session))


def blank_mandates(session: Session) -> int:
    """Forget names and accounts of payers that no dispute can ask for any more; gives how many mandates that were."""
    waiting = select(Refund.payment_id).where(Refund.state.in_(("waiting", "ready")))
    due = (Mandate.state.in_(SETTLED), Mandate.signed_at < clock.now() - MANDATE_KEPT, Mandate.holder != "")
    question = select(Mandate.id).where(*due, Mandate.payment_id.not_in(waiting)).limit(BATCH)
    found = session.scalars(question.with_for_update(skip_locked=True)).all()
    session.execute(update(Mandate).where(Mandate.id.in_(found)).values(holder="", iban=""))
    if found:
        audit.record(session, SERVICE, "retention.ended", about={"mandates": len(found)})
    return len(found)


def end_retention(session: Session) -> int:
    """Take the account off some of the payments whose ten years are over; gives how many, less than BATCH when no more are left.

    The payments themselves stay: lines of the book are only ever added and refer to them, and now lead to nobody.
    """
    at_work = or_(Share.state.in_(("due", "secured")), Share.case_id.in_(_waiting_cases()))
    over = (Payment.secured_at < retention.over_before(YEARS), Payment.id.not_in(select(Share.payment_id).where(at_work)))
    question = select(Payment.id).where(*over, Payment.account_id != "").limit(BATCH)
    found = session.scalars(question.with_for_update(skip_locked=True)).all()
    session.execute(update(Payment).where(Payment.id.in_(found)).values(account_id="", grant_id=None))
    if found:
        audit.record(session, SERVICE, "retention.ended", about={"payments": len(found)})
    return len(found)


def _waiting_cases() -> Select[str]:
    return select(Refund.case_id).where(Refund.state.in_(("waiting", "ready")))


def _erase(session: Session, account_id: str) -> int:
    """What was never paid, and so never came into the book."""
    question = select(Payment.id).where(Payment.account_id == account_id, Payment.state == "open")
    unpaid = session.scalars(question.with_for_update()).all()
    for table in (Refund, Share, Mandate):
        session.execute(delete(table).where(table.payment_id.in_(unpaid)))
    session.execute(delete(Payment).where(Payment.id.in_(unpaid)))
    return len(unpaid)
