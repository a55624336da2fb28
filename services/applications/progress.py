"""How far people get in a form: how many came to each step and how many went on, counted without knowing who.

A draft remembers only the furthest place it has come to, so that it is counted once at each. Going back changes nothing, and a
step that an answer brings up behind that place is not counted any more. Behind the steps lie the review and the cart.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.applications import casework, editions, forms, statistics
from services.applications.model import Draft, FormProgress
from services.applications.offering import Offered
from services.chassis import clock
from services.contracts import conditions
from services.contracts.actors import Actor
from services.contracts.conditions import Step

NOWHERE = -1
"""The furthest place of a draft that is not counted yet."""

READERS = (*casework.READERS, "administrator")

Place = tuple[str, str, str, date, int]
"""Office, service, edition, month in which the form was begun, and position: the key of a row of counters."""
KEY = ("office_id", "service", "edition_id", "month", "position")


def note(session: Session, draft: Draft, offered: Offered | None, wrong: Mapping[str, Any]) -> None:
    """Count the places that a draft has come to since it was counted last; `wrong` is what keeps it from being ordered."""
    if offered is None:
        return
    sections = offered.service.sections
    steps = conditions.steps(sections, draft.answers, forms.today())
    furthest = len(sections) + 1 if draft.in_cart_since is not None else _furthest(steps, wrong, len(sections))
    _count(session, [(draft, offered, furthest, {step.position for step in steps})])


def note_sent(session: Session, drafts: Iterable[tuple[Draft, Offered]]) -> None:
    """These drafts are ordered."""
    _count(session, [(draft, offered, len(offered.service.sections) + 2, set()) for draft, offered in drafts])


def note_renewed(session: Session, draft: Draft, offered: Offered | None) -> None:
    """From now on it is filled in in another version: in this one it has gone on from where it stood, in that one it begins."""
    if offered is not None and draft.furthest is not None:
        _raise(session, Counter(), Counter([(*_form_of(draft, offered), draft.furthest)]))
        draft.furthest = NOWHERE


def get_form_statistics(
    session: Session, actor: Actor, *, office_id: str | None, service: str | None, months: int
) -> dict[str, Any]:
    """How far the forms came that were begun in the last months, at the offices whose statistics the actor may see."""
    known = session.scalars(select(FormProgress.office_id).distinct()).all()
    mine = [one for one in known if office_id in (None, one) and any(actor.has_role(role, one) for role in READERS)]
    since = clock.in_germany(statistics.starts_of_months(months)[0]).date()
    key = (FormProgress.office_id, FormProgress.service, FormProgress.edition_id)
    sums = [func.sum(case((FormProgress.month >= since, one), else_=0)) for one in (FormProgress.reached, FormProgress.passed)]
    question = select(*key, FormProgress.position, func.min(FormProgress.month), *sums).where(FormProgress.office_id.in_(mine))
    if service is not None:
        question = question.where(FormProgress.service == service)
    found: dict[tuple[str, str], dict[int, Any]] = {}
    for row in session.execute(question.group_by(*key, FormProgress.position)):
        found.setdefault((row.office_id, row.edition_id), {})[row.position] = row[-3:]
    forms_ = [_form(session, *one, places) for one, places in found.items() if any(reached for _, reached, _ in places.values())]
    return {"forms": sorted(forms_, key=lambda form: (form["office_id"], form["service"], form["since"]))}


def _furthest(steps: Sequence[Step], wrong: Mapping[str, Any], review: int) -> int:
    """The first step in which something is missing or wrong, or behind which nothing is answered; else the review."""
    names = {name.partition(".")[0] for name in wrong}
    answered = max((step.position for step in steps if _is_answered(step)), default=NOWHERE)
    return next((step.position for step in steps if step.position > answered or names & _names(step)), review)


def _is_answered(step: Step) -> bool:
    return any(not forms.is_empty(field, asked.answers.get(field["name"])) for asked in step.entries for field in asked.fields)


def _names(step: Step) -> set[str]:
    """What answers of a step are called."""
    if step.section.get("repeated"):
        return {step.section["name"]}
    return {field["name"] for field in step.section["fields_"]}


def _count(session: Session, moves: Iterable[tuple[Draft, Offered, int, set[int]]]) -> None:
    """Each draft goes to a place, along the steps it is asked; who has been there already, or was never counted, stays."""
    reached: Counter[Place] = Counter()
    passed: Counter[Place] = Counter()
    for draft, offered, furthest, asked in moves:
        before, review = draft.furthest, len(offered.service.sections)
        if before is None or furthest <= before:
            continue
        form = _form_of(draft, offered)
        places = {*asked, review, review + 1}
        reached.update((*form, place) for place in places if before < place <= furthest)
        passed.update((*form, place) for place in {*places, before} - {NOWHERE} if before <= place < furthest)
        draft.furthest = furthest
    _raise(session, reached, passed)


def _raise(session: Session, reached: Counter[Place], passed: Counter[Place]) -> None:
    """Add to the counters; those that are not there yet begin."""
    if reached or passed:
        dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        # In one sequence for all, so that two who count at once never wait for each other.
        rows = [
            {**dict(zip(KEY, place, strict=True)), "reached": reached[place], "passed": passed[place]}
            for place in sorted({*reached, *passed})
        ]
        added = dialect.insert(FormProgress).values(rows)
        more = {name: getattr(FormProgress, name) + added.excluded[name] for name in ("reached", "passed")}
        session.execute(added.on_conflict_do_update(index_elements=KEY, set_=more))


def _form_of(draft: Draft, offered: Offered) -> tuple[str, str, str, date]:
    return offered.offer.office_id, draft.service, offered.published.edition_id, _month(draft.id)


def _month(draft_id: str) -> date:
    """The first day of the month in which a form was begun: its number begins with that moment (RFC 9562)."""
    begun = datetime.fromtimestamp((UUID(draft_id).int >> 80) / 1000, UTC)
    return clock.in_germany(begun).date().replace(day=1)


def _form(session: Session, office_id: str, edition_id: str, places: Mapping[int, Any]) -> dict[str, Any]:
    service = editions.known(session, edition_id).service
    titles = [("step", section["title"]) for section in service.sections]
    return {
        "office_id": office_id,
        "service": service.service,
        "edition_id": edition_id,
        "since": min(first for first, _, _ in places.values()),
        "steps": [
            {"kind": kind, "title": title, "reached": reached, "passed": passed}
            for position, (kind, title) in enumerate([*titles, ("review", None), ("cart", None)])
            for _, reached, passed in [places.get(position, (None, 0, 0))]
        ],
    }
