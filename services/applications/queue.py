"""The queue of an office: which cases it shows to whom, in which order, and how a page of it stays quick.

Every page is read along an index, however many cases there are: an office, a state and a clerk are looked up each on its own, and
only the few cases at the head of each are put together. With `IN` the database would sort all of them for one page.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, column, func, or_, select, true, union_all
from sqlalchemy.orm import Session

from services.applications import casework, deputising
from services.applications.model import Case
from services.chassis import clock
from services.contracts.actors import Actor
from services.contracts.desk import CASE_STATES, ME, NOBODY, OPEN

QUEUED = tuple(state for state in CASE_STATES if state != "awaiting_payment")
TO_DO = ("submitted", "in_review", "awaiting_second", "approved")
RUNNING = ("submitted", "in_review", "awaiting_second")
"""States in which a time that is over is overdue."""
MOST_TOGETHER = 250
"""Heads in one compound; SQLite takes 500, and a clerk of all offices has more."""
Condition = ColumnElement[bool]
Column = ColumnElement[Any]
BY_NAME = SimpleNamespace(id=column("id"), due_on=column("due_on"))
"""Columns of a head: to look them up in every one takes SQLAlchemy as long as all the rest."""
ORDERS: dict[str, tuple[Sequence[Any], Callable[[Any], Sequence[Column]]]] = {
    "newest": ((Case.id,), lambda of: (of.id.desc(),)),
    "oldest": ((Case.id,), lambda of: (of.id,)),
    "due": ((Case.id, Case.due_on), lambda of: (of.due_on, of.id)),
}
"""What is read of the index, and how it is sorted."""


def list_cases(
    session: Session,
    actor: Actor,
    *,
    state: str | None,
    before: str | None,
    limit: int,
    service: str | None = None,
    office_id: str | None = None,
    assignee: str | None = None,
    is_overdue: bool = False,
    number: str | None = None,
    ordered_from: date | None = None,
    ordered_until: date | None = None,
    order: str = "newest",
) -> dict[str, Any]:
    """A page of the cases of the offices in which the actor is clerk or approver; of others nothing is seen."""
    order = "due" if is_overdue else order
    groups = _groups(
        _offices(session, actor, office_id),
        _states(state, is_overdue=is_overdue, is_split=order == "due" or bool(service or assignee)),
        _assignees(session, actor, assignee),
    )
    conditions = list(_bounds(number, ordered_from, ordered_until))
    if service is not None:
        conditions.append(Case.service == service)
    if is_overdue:
        conditions.append(Case.due_on < clock.in_germany(clock.now()).date())
    if before is not None and order != "due":
        conditions.append(Case.id > before if order == "oldest" else Case.id < before)
    sections = [_groups(groups, [days]) for days in _by_day(session, before)] if order == "due" else [groups]
    found = _page(session, sections[:1] if is_overdue else sections, conditions, order, limit + 1)
    return {"cases": [casework.office_summary(case) for case in found[:limit]], "more": len(found) > limit}


def offices_of(session: Session, actor: Actor, *more: str) -> list[str]:
    """The offices in which the actor is clerk or approver, or has one of more roles; of a whole municipality those with cases."""
    roles = (*casework.READERS, *more)
    scopes = frozenset().union(*(actor.offices(role) for role in roles))
    named = {scope for scope in scopes if not scope.endswith("*")}
    if len(named) == len(scopes):
        return sorted(named)
    return sorted(named | {office for office in _known(session) if any(actor.has_role(role, office) for role in roles)})


def _offices(session: Session, actor: Actor, wanted: str | None) -> Sequence[Condition]:
    return [Case.office_id == office for office in offices_of(session, actor) if wanted in (None, office)]


def _known(session: Session) -> list[str]:
    """Every office that has a case, by going from one to the next along the index instead of through all cases."""
    first = select(func.min(Case.office_id).label("office_id")).cte("known_offices", recursive=True)
    following = select(func.min(Case.office_id)).where(Case.office_id > first.c.office_id).scalar_subquery()
    every = first.union_all(select(following).where(first.c.office_id.is_not(None)))
    return [office for office in session.scalars(select(every.c.office_id)) if office is not None]


def _states(state: str | None, *, is_overdue: bool, is_split: bool) -> Sequence[Condition]:
    """The states, each on its own where the index begins with it; all together where it does not matter."""
    wanted: Iterable[str] = QUEUED if state is None else TO_DO if state == OPEN else (state,)
    shown = [one for one in wanted if one in QUEUED and (not is_overdue or one in RUNNING)]
    if state is None and not is_split:
        return [Case.state != "awaiting_payment"]
    return [Case.state == one for one in shown]


def _assignees(session: Session, actor: Actor, assignee: str | None) -> Sequence[Condition]:
    if assignee is None:
        return [true()]
    if assignee == NOBODY:
        return [Case.assignee_id.is_(None)]
    if assignee == ME:
        return [Case.assignee_id == one for one in (actor.person_id, *deputising.stood_in_for(session, actor.person_id))]
    return [Case.assignee_id == assignee]


def _groups(*parts: Sequence[Condition]) -> list[Condition]:
    return [and_(*combination) for combination in product(*parts)]


def _bounds(number: str | None, since: date | None, until: date | None) -> Iterable[Condition]:
    """A case's number begins with the moment at which it was ordered (RFC 9562), so that a day is a range of numbers."""
    if number is not None:
        yield Case.id >= number
        yield Case.id <= f"{number}~"
    if since is not None:
        yield Case.id >= _first_id(since)
    if until is not None:
        yield Case.id < _first_id(until + timedelta(days=1))


def _first_id(day: date) -> str:
    """The least number that a case of this day can have."""
    midnight = datetime.combine(day, time(), clock.GERMANY)
    milliseconds = max(0, int(midnight.timestamp() * 1000))
    return str(UUID(int=milliseconds << 80))


def _by_day(session: Session, before: str | None) -> Sequence[Condition]:
    """What is due by day, and behind it what has no day; each only what lies behind the last case of the page before."""
    dated, undated = Case.due_on.is_not(None), Case.due_on.is_(None)
    if before is None:
        return [dated, undated]
    due_on = session.scalar(select(Case.due_on).where(Case.id == before))
    if due_on is None:
        return [and_(undated, Case.id > before)]
    # Two comparisons: the first is a range of the index, the second leaves out what was on the page before.
    return [and_(Case.due_on >= due_on, or_(Case.due_on > due_on, Case.id > before)), undated]


def _page(
    session: Session, sections: Sequence[Sequence[Condition]], conditions: Sequence[Condition], order: str, most: int
) -> list[Case]:
    """The first cases of all sections, one section behind the other."""
    read, sort = ORDERS[order]
    found: list[Case] = []
    for groups in sections:
        if groups and len(found) < most:
            heads = [select(*read).where(group, *conditions) for group in groups]
            if session.get_bind().dialect.name == "postgresql":
                # It merges what is sorted and limited already, and else sorts whole ranges.
                heads = [head.order_by(*sort(BY_NAME)).limit(most) for head in heads]
            head = _merged(heads, sort(BY_NAME), most - len(found)).subquery()
            found += session.scalars(select(Case).join(head, Case.id == head.c.id).order_by(*sort(head.c))).all()
    return found


def _merged(heads: Sequence[Any], along: Sequence[Column], most: int) -> Any:
    """The first rows of several ranges together: these are read side by side, each only as far as it is shown."""
    if len(heads) > MOST_TOGETHER:
        some = (heads[n : n + MOST_TOGETHER] for n in range(0, len(heads), MOST_TOGETHER))
        return _merged([_merged(one, along, most).subquery().select() for one in some], along, most)
    together: Any = union_all(*heads) if len(heads) > 1 else heads[0]
    return together.order_by(*along).limit(most)
