"""What goes when an account is erased, what the offices must keep, and for how long.

An application that an office has received is part of its files: it is kept for the years its service says in the catalogue, and
then deleted, whether or not there is still an account. What no office has received goes at once.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from services.applications import editions
from services.applications.model import OPEN, Case, CaseName, Correction, Draft, Edition, Note, Order, Step
from services.chassis import audit, clock, erased, outbox, retention
from services.contracts.actors import Actor

CLOSED = ("completed", "rejected", "withdrawn")
PAYMENT_UNDER_WAY = timedelta(hours=1)
"""An unpaid application that is no older may be paid already, with the news of it on its way."""

DEFAULT_YEARS = 10
BATCH = 200
SERVICE = Actor(kind="service")


def count_open_cases(session: Session, _actor: Actor, *, account_id: str) -> dict[str, Any]:
    """How many applications keep an account from being erased: an office works on them, or they have just been ordered."""
    fresh = and_(Case.state == "awaiting_payment", Case.changed_at > clock.now() - PAYMENT_UNDER_WAY)
    mine = and_(Case.account_id == account_id, or_(Case.state.in_(OPEN), fresh))
    return {"open_cases": session.scalar(select(func.count()).select_from(Case).where(mine)) or 0}


def erase(session: Session, *, account_id: str) -> None:
    """Erase what may go, and tell accounts what is kept. Safe to repeat."""
    erased.mark(session, account_id)
    count = _erase(session, account_id)
    kept = session.execute(select(Case.service, Case.changed_at).where(Case.account_id == account_id)).all()
    ends = [retention.until(case.changed_at, kept_years(session, case.service)) for case in kept]
    told = [{"category": "cases", "count": len(ends), "until": max(ends)}] if ends else []
    outbox.publish(
        session, "applications.erased", subject=account_id, data={"account_id": account_id, "erased": count, "kept": told}
    )
    audit.record(session, SERVICE, "records.erased", subject_id=account_id, about={"erased": count, "kept": len(ends)})


def look_again(session: Session) -> int:
    """Erase what came in for an account while it was erased; gives how much."""
    return sum(_erase(session, account_id) for account_id in erased.recently(session))


def end_retention(session: Session) -> int:
    """Delete some of the cases that have been kept long enough; gives how many, less than BATCH when no more are left."""
    found: list[str] = []
    # Service by service, each is looked up along the index; every case has an edition, also of a service that is no more.
    for service in session.scalars(select(Edition.service).distinct().order_by(Edition.service)):
        over = (Case.service == service, Case.changed_at < retention.over_before(kept_years(session, service)))
        some = select(Case.id).where(Case.state.in_(CLOSED), *over).limit(BATCH - len(found))
        found += session.scalars(some.with_for_update(skip_locked=True))
        if len(found) == BATCH:
            break
    _delete_cases(session, found)
    if found:
        audit.record(session, SERVICE, "retention.ended", about={"cases": len(found)})
    return len(found)


def kept_years(session: Session, service: str) -> int:
    """For how many years an office keeps a case of this service, by the version that counts now."""
    known = editions.current(session).get(service)
    return known.service.kept_years if known else DEFAULT_YEARS


def _erase(session: Session, account_id: str) -> int:
    unpaid = session.scalars(select(Case.id).where(Case.account_id == account_id, Case.state == "awaiting_payment")).all()
    drafts = session.scalars(delete(Draft).where(Draft.account_id == account_id).returning(Draft.id)).all()
    _delete_cases(session, unpaid)
    return len(drafts) + len(unpaid)


def _delete_cases(session: Session, cases: Sequence[str]) -> None:
    """Delete cases with their steps, and the orders that have none left."""
    if not cases:
        return
    orders = session.scalars(select(Case.order_id).where(Case.id.in_(cases)).distinct()).all()
    for part in (Step, Correction, Note, CaseName):
        session.execute(delete(part).where(part.case_id.in_(cases)))
    session.execute(delete(Case).where(Case.id.in_(cases)))
    remaining = select(Case.order_id).where(Case.order_id.in_(orders))
    session.execute(delete(Order).where(Order.id.in_(orders), Order.id.not_in(remaining)))
