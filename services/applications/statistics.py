"""What came to the offices, what they decided, and how long it took: counted along indexes, by office, service and month."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Integer, and_, cast, func, select
from sqlalchemy.orm import Session

from services.applications import deadlines, editions, queue, waiting
from services.applications.model import OPEN, Case, Step
from services.chassis import clock
from services.contracts.actors import Actor

Key = tuple[str, str]
"""An office and a service."""
SECONDS = 24 * 60 * 60
"""Of a day."""
UNDECIDED = tuple(state for state in OPEN if state != "withheld")
"""Of those that are open at an office: a refusal that waits for its day is decided."""
BY_STATE = (Case.state, Case.service)
"""Grouped by the service alone, what is in work would be looked for among everything that the office has ever decided."""


def get_statistics(session: Session, actor: Actor, *, office_id: str | None, service: str | None, months: int) -> dict[str, Any]:
    """Of the offices in which the actor works on cases, and of those they administer; of others nothing is counted.

    What is decided counts when the office decided it, also where the applicant is told on a later day.
    """
    offices = [one for one in queue.offices_of(session, actor, "administrator") if office_id in (None, one)]
    starts = starts_of_months(months)
    # Named one by one, each service is looked up along the index.
    which = (Case.service.in_(list(editions.current(session)) if service is None else [service]),)
    withheld = _withheld(session, offices, which, starts[0])
    received: Counter[Key] = Counter()
    decided: dict[str, Counter[Key]] = {"approved": Counter(), "rejected": Counter()}
    by_month = []
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        told = [one for one in withheld if _lies(one.told_at, start, end)]
        made = [one for one in withheld if _lies(one.decided_at, start, end)]
        came = _counted(session, offices, which, *_between(Case.submitted_at, start, end))
        approved = _counted(session, offices, which, *_between(Case.decided_at, start, end), Case.state != "rejected")
        rejected = _counted(session, offices, which, *_between(Case.decided_at, start, end), Case.state == "rejected")
        rejected = rejected - Counter(one.key for one in told) + Counter(one.key for one in made)
        received += came
        decided["approved"] += approved
        decided["rejected"] += rejected
        done = approved.total() + rejected.total()
        took = waiting.told(_corrected(_days(session, offices, which, *_between(Case.decided_at, start, end)), told, made))
        by_month.append({"month": f"{clock.in_germany(start):%Y-%m}", "received": came.total(), "decided": done, **took})
    today = clock.in_germany(clock.now()).date()
    still = _counted(session, offices, which, Case.state.in_(UNDECIDED), along=BY_STATE)
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
            **_times(session, key, starts[0], [one for one in withheld if one.key == key]),
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


@dataclass(frozen=True, slots=True)
class Withheld:
    """A refusal of which the applicant is told on a later day than it was made, if that has come."""

    key: Key
    submitted_at: datetime
    decided_at: datetime
    told_at: datetime | None

    def days(self, until: datetime | None) -> int:
        """As `_days` counts them."""
        return max(1, -(-round(((until or self.decided_at) - self.submitted_at).total_seconds()) // SECONDS))


def _withheld(session: Session, offices: Sequence[str], which: Sequence[ColumnElement[bool]], since: datetime) -> list[Withheld]:
    """Those that wait, and those told since then: along indexes, as they are few."""
    told = and_(Case.state == "rejected", Case.decided_at >= since)
    found = []
    for office_id in offices:
        for state in (Case.state == "withheld", told):
            mine = (Case.office_id == office_id, *which, state, Case.is_neutral, Step.state == "withheld")
            question = select(Case.service, Case.submitted_at, func.max(Step.at), Case.decided_at)
            rows = session.execute(question.join(Step, Step.case_id == Case.id).where(*mine).group_by(Case.id))
            found += [Withheld((office_id, service), came or at, at, told_at) for service, came, at, told_at in rows]
    return found


def _corrected(days: Counter[int], told: Sequence[Withheld], made: Sequence[Withheld]) -> Counter[int]:
    """The days until decisions, with refusals that were made instead of those that were told."""
    return days - Counter(one.days(one.told_at) for one in told) + Counter(one.days(one.decided_at) for one in made)


def _times(session: Session, key: Key, since: datetime, withheld: Sequence[Withheld]) -> dict[str, int | None]:
    """As everybody reads them, but for refusals that wait for their day."""
    if not withheld:
        return waiting.times(session, *key, since)
    days = _days(session, [key[0]], (Case.service == key[1],), Case.decided_at >= since)
    told = [one for one in withheld if _lies(one.told_at, since, None)]
    return waiting.told(_corrected(days, told, [one for one in withheld if _lies(one.decided_at, since, None)]))


def _lies(at: datetime | None, start: datetime, end: datetime | None) -> bool:
    return at is not None and start <= at and (end is None or at < end)


def _between(column: Any, start: datetime, end: datetime | None) -> Iterator[ColumnElement[bool]]:
    yield column >= start
    if end is not None:
        yield column < end


def starts_of_months(count: int) -> list[datetime]:
    """When each of the last months began in Germany, the present one last."""
    first = clock.in_germany(clock.now()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return [(first - relativedelta(months=back)).astimezone(UTC) for back in reversed(range(count))]
