"""What came to the offices, what they decided, and how long it took: counted along indexes, by office, service and month."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Integer, cast, func, select
from sqlalchemy.orm import Session

from services.applications import deadlines, editions, queue, waiting
from services.applications.model import OPEN, Case
from services.chassis import clock
from services.contracts.actors import Actor

Key = tuple[str, str]
"""An office and a service."""
SECONDS = 24 * 60 * 60
"""Of a day."""
BY_STATE = (Case.state, Case.service)
"""Grouped by the service alone, what is in work would be looked for among everything that the office has ever decided."""


def get_statistics(session: Session, actor: Actor, *, office_id: str | None, service: str | None, months: int) -> dict[str, Any]:
    """Of the offices in which the actor works on cases, and of those they administer; of others nothing is counted."""
    offices = [one for one in queue.offices_of(session, actor, "administrator") if office_id in (None, one)]
    starts = starts_of_months(months)
    # Named one by one, each service is looked up along the index.
    which = (Case.service.in_(list(editions.current(session)) if service is None else [service]),)
    received: Counter[Key] = Counter()
    decided: dict[str, Counter[Key]] = {"approved": Counter(), "rejected": Counter()}
    by_month = []
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        came = _counted(session, offices, which, *_between(Case.submitted_at, start, end))
        approved = _counted(session, offices, which, *_between(Case.decided_at, start, end), Case.state != "rejected")
        rejected = _counted(session, offices, which, *_between(Case.decided_at, start, end), Case.state == "rejected")
        received += came
        decided["approved"] += approved
        decided["rejected"] += rejected
        done = approved.total() + rejected.total()
        took = waiting.told(_days(session, offices, which, *_between(Case.decided_at, start, end)))
        by_month.append({"month": f"{clock.in_germany(start):%Y-%m}", "received": came.total(), "decided": done, **took})
    today = clock.in_germany(clock.now()).date()
    still = _counted(session, offices, which, Case.state.in_(OPEN), along=BY_STATE)
    late = _counted(session, offices, which, Case.state.in_(deadlines.RUNNING), Case.due_on < today, along=BY_STATE)
    keys = sorted({*received, *still, *decided["approved"], *decided["rejected"]})
    figures = [
        {
            "office_id": key[0],
            "service": key[1],
            "received": received[key],
            "approved": decided["approved"][key],
            "rejected": decided["rejected"][key],
            "open": still[key],
            "overdue": late[key],
            **waiting.times(session, *key, starts[0]),
        }
        for key in keys
    ]
    return {"figures": figures, "months": by_month}


def _counted(
    session: Session,
    offices: Sequence[str],
    which: Sequence[ColumnElement[bool]],
    *conditions: ColumnElement[bool],
    along: Sequence[Any] = (Case.service,),
) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for office_id in offices:
        question = select(Case.service, func.count()).where(Case.office_id == office_id, *which, *conditions)
        for service, count in session.execute(question.group_by(*along)):
            found[office_id, service] += count
    return found


def _days(
    session: Session, offices: Sequence[str], which: Sequence[ColumnElement[bool]], *conditions: ColumnElement[bool]
) -> Counter[int]:
    """How many cases took how many days from receipt to decision, begun ones as whole; counted where they lie: they are many."""
    if session.get_bind().dialect.name == "postgresql":
        seconds: ColumnElement[Any] = func.extract("epoch", Case.decided_at - Case.submitted_at)
    else:
        seconds = (func.julianday(Case.decided_at) - func.julianday(Case.submitted_at)) * SECONDS
    days = (cast(func.round(seconds), Integer) + (SECONDS - 1)) // SECONDS
    found: Counter[int] = Counter()
    for office_id in offices:
        mine = (Case.office_id == office_id, Case.submitted_at.is_not(None), *which, *conditions)
        for took, count in session.execute(select(days, func.count()).where(*mine).group_by(days)):
            found[max(1, took)] += count
    return found


def _between(column: Any, start: datetime, end: datetime | None) -> Iterator[ColumnElement[bool]]:
    yield column >= start
    if end is not None:
        yield column < end


def starts_of_months(count: int) -> list[datetime]:
    """When each of the last months began in Germany, the present one last."""
    first = clock.in_germany(clock.now()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return [(first - relativedelta(months=back)).astimezone(UTC) for back in reversed(range(count))]
