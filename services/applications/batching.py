"""Batches: one decision of a clerk for many cases, worked off by the service itself, each case in a transaction of its own.

A case's decision and its result commit together, so that a batch survives a kill: what is decided has its result, and
what has none is still to come.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.applications import deciding
from services.applications.model import Batch, BatchItem
from services.chassis import audit, clock, ids
from services.contracts.actors import Actor
from services.contracts.errors import Failure, Invalid, Kind, NotFound

RUN_LIMIT = 25
"""Cases in one run; the process has other work, too."""
KEPT = timedelta(days=30)
DONE = "done"
PASSING = (Kind.UNAVAILABLE, Kind.TIMEOUT)
"""What is not the case's fault, and over when it is tried again."""
Transaction = Callable[[], AbstractContextManager[Session]]


def start_batch(session: Session, actor: Actor, *, case_ids: list[str], decision: str, reason: str | None) -> dict[str, Any]:
    """Take the order; the work follows. Raises invalid for a rejection without a reason."""
    if decision == "reject" and not reason:
        raise Invalid("invalid", "Please say why.", fields={"reason": ["required"]})
    batch = Batch(
        id=ids.new_id(),
        account_id=actor.person_id,
        actor=actor.as_dict(),
        decision=decision,
        reason=reason if decision == "reject" else None,
        started_at=clock.now(),
        items=[BatchItem(number=number, case_id=case_id) for number, case_id in enumerate(case_ids, 1)],
    )
    session.add(batch)
    audit.record(session, actor, "batch.started", about={"batch_id": batch.id, "cases": len(case_ids), "decision": decision})
    return view(batch)


def get_batch(session: Session, actor: Actor, *, batch_id: str) -> dict[str, Any]:
    """One's own batch. Raises not_found for another's."""
    batch = session.get(Batch, batch_id)
    if batch is None or batch.account_id != actor.person_id:
        raise NotFound("applications.no_batch", "There is no such batch.")
    return view(batch)


def work(reading: Transaction, transaction: Transaction) -> None:
    """Decide some of the cases that wait, the oldest batch first. Raises unavailable if the database cannot be reached."""
    for _ in range(RUN_LIMIT):
        with reading() as session:
            waiting = _next(session)
        if waiting is None:
            return
        try:
            with transaction() as session:
                _decide(session, waiting)
        except Failure as failure:
            if failure.kind in PASSING:
                raise
            with transaction() as session:
                _write(session, waiting, failure.slug)


def forget_old_batches(session: Session) -> None:
    """What was decided stands with the cases; the list of it goes after a month."""
    old = select(Batch.id).where(Batch.finished_at < clock.now() - KEPT)
    session.execute(delete(BatchItem).where(BatchItem.batch_id.in_(old)))
    session.execute(delete(Batch).where(Batch.id.in_(old)))


def view(batch: Batch) -> dict[str, Any]:
    """As the contract shows it."""
    return {
        "batch_id": batch.id,
        "decision": batch.decision,
        "started_at": batch.started_at,
        "finished_at": batch.finished_at,
        "items": [{"case_id": item.case_id, "outcome": item.outcome} for item in batch.items],
    }


def _next(session: Session) -> tuple[str, int] | None:
    oldest = select(func.min(Batch.id)).where(Batch.finished_at.is_(None)).scalar_subquery()
    question = select(BatchItem.batch_id, BatchItem.number).where(BatchItem.batch_id == oldest, BatchItem.outcome.is_(None))
    row = session.execute(question.order_by(BatchItem.number).limit(1)).first()
    return None if row is None else (row.batch_id, row.number)


def _decide(session: Session, place: tuple[str, int]) -> None:
    """Decide a case and keep the result with it; nothing where another process was quicker."""
    item = session.get(BatchItem, place, with_for_update=True)
    if item is None or item.outcome is not None:
        return
    batch = session.get_one(Batch, item.batch_id)
    clerk = Actor.from_dict(batch.actor)
    deciding.decide_case(session, clerk, case_id=item.case_id, decision=batch.decision, reason=batch.reason)
    _finish(session, batch, item, DONE)


def _write(session: Session, place: tuple[str, int], outcome: str) -> None:
    item = session.get(BatchItem, place, with_for_update=True)
    if item is not None and item.outcome is None:
        _finish(session, session.get_one(Batch, item.batch_id), item, outcome)


def _finish(session: Session, batch: Batch, item: BatchItem, outcome: str) -> None:
    item.outcome = outcome
    session.flush()
    waiting = select(func.count()).where(BatchItem.batch_id == batch.id, BatchItem.outcome.is_(None))
    if not session.scalar(waiting):
        batch.finished_at = clock.now()
