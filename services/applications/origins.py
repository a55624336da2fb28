"""Where answers come from: which were taken over from the account and have stayed as they were, and which a correction changed.

That a value was taken over is what the form says that took it; applications does not ask accounts, and calls nothing verified.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from services.applications.model import Case, Draft

Answers = Mapping[str, Any]


def take(draft: Draft, answers: Answers, taken: Iterable[str] = ()) -> None:
    """Set the answers of a draft, with those of them that were just taken over from the account."""
    before = draft.answers if draft.sealed_answers else {}
    kept = _unchanged(draft.taken or (), before, answers)
    draft.taken = sorted({*kept, *(name for name in taken if answers.get(name))}) or None
    draft.answers = dict(answers)


def move(draft: Draft, case: Case) -> None:
    """A draft becomes a case: what is asked for keeps its origin."""
    case.taken = [name for name in draft.taken or () if name in case.answers] or None


def correct(case: Case, answers: Answers) -> list[str]:
    """Set the corrected answers of a case; gives the names of those that are others now."""
    before = case.answers
    case.taken = _unchanged(case.taken or (), before, answers) or None
    case.answers = dict(answers)
    return sorted(name for name in {*before, *answers} if before.get(name) != answers.get(name))


def _unchanged(names: Iterable[str], before: Answers, after: Answers) -> list[str]:
    return [name for name in names if name in after and before.get(name) == after[name]]
