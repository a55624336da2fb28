"""Where answers come from: which were taken over from the account and have stayed as they were, and what a correction changed.

Taken over is what the form says it took, and what reads as accounts tells it now; that says nothing of whether it is verified.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.applications.catalogue import Service
from services.applications.model import Case, Correction, Draft
from services.contracts import taking_over

Answers = Mapping[str, Any]


def true(service: Service, answers: Answers, taken: Iterable[str], profile: Mapping[str, str]) -> list[str]:
    """Of the names of answers that a form says it took over, those that read as the profile does (its values by name)."""
    values = taking_over.spread(profile)
    asked = [field for section in service.sections if not section.get("repeated") for field in section["fields_"]]
    known = {field["name"]: taking_over.answer(field["type"], values.get(name, "")) for field, name in taking_over.wanted(asked)}
    return [name for name in taken if known.get(name) and str(answers.get(name)).strip() == known[name].strip()]


def take(draft: Draft, answers: Answers, taken: Iterable[str] = ()) -> None:
    """Set the answers of a draft, with those of them that were just taken over from the account."""
    before = draft.answers if draft.sealed_answers else {}
    kept = _unchanged(draft.taken or (), before, answers)
    draft.taken = sorted({*kept, *(name for name in taken if answers.get(name))}) or None
    draft.answers = dict(answers)


def move(draft: Draft, case: Case) -> None:
    """A draft becomes a case: what is asked for keeps its origin."""
    case.taken = [name for name in draft.taken or () if name in case.answers] or None


def correct(case: Case, asked: Correction, answers: Answers) -> None:
    """Set the corrected answers of a case, and keep with the correction what they were."""
    before = case.answers
    case.taken = _unchanged(case.taken or (), before, answers) or None
    case.answers = dict(answers)
    asked.changed = sorted(name for name in {*before, *answers} if before.get(name) != answers.get(name))
    asked.before = _only(asked.changed, before)


@dataclass(frozen=True, slots=True)
class Course:
    """The answers of a case from the beginning: as they were sent, and by the number of a correction what it made of some.

    Where a correction did not keep what was before it, the answers begin with that one, `since`.
    """

    answers: dict[str, Any]
    after: dict[int, dict[str, Any]]
    since: Correction | None


def course(case: Case) -> Course:
    """How the answers of a case came to be what they are."""
    answers = case.answers
    after: dict[int, dict[str, Any]] = {}
    for asked in reversed(case.corrections):
        if asked.answered_at is None:
            continue
        before = asked.before
        if asked.changed is None or before is None:
            return Course(answers, after, asked)
        after[asked.number] = _only(asked.changed, answers)
        answers = {name: value for name, value in answers.items() if name not in asked.changed} | before
    return Course(answers, after, None)


def _only(names: Iterable[str], answers: Answers) -> dict[str, Any]:
    return {name: answers[name] for name in names if name in answers}


def _unchanged(names: Iterable[str], before: Answers, after: Answers) -> list[str]:
    return [name for name in names if name in after and before.get(name) == after[name]]
