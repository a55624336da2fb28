"""Answers from two devices at once: what one of them changed counts, what both changed is refused, nothing is overwritten."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any, TypeVar

from services.applications.catalogue import Service
from services.contracts import conditions
from services.contracts.errors import Conflict

T = TypeVar("T")
Answers = Mapping[str, Any]
Kinds = Mapping[str, str]
"""Types of fields by their names."""


def merged(service: Service, stored: Answers, given: Answers, before: Sequence[Answers]) -> dict[str, Any]:
    """What is stored, with what its sender has changed.

    `before` is what may have stood there as far as the sender knows: what was read, and what was sent since without an answer.
    Questions that are in none of them are not touched. An entry of a repeated section counts as a whole.
    Raises conflict for what has become something else meanwhile; its `fields` say where.
    """
    found, stale = dict(stored), list[str]()
    repeated = {section["name"]: _kinds([section]) for section in service.sections if section.get("repeated")}
    kinds = _kinds(section for section in service.sections if not section.get("repeated"))
    for name in dict.fromkeys(name for answers in (given, *before) for name in answers):
        known = [answers.get(name) for answers in before]
        if name in repeated:
            value, wrong = _entries(name, repeated[name], stored.get(name), given.get(name), known)
            stale += wrong
        else:
            value = given.get(name)
            counts = _counts(partial(_same, kinds.get(name, "")), stored.get(name), value, known)
            if counts is None:
                stale.append(name)
            if not counts:
                continue
        if value is None:
            found.pop(name, None)
        else:
            found[name] = value
    if stale:
        fields = {f"answers.{place}": ["changed_elsewhere"] for place in stale}
        raise Conflict("applications.changed_elsewhere", "This has been changed on another device meanwhile.", fields=fields)
    return found


def _counts(is_same: Callable[[T, T], bool], theirs: T, mine: T, known: Sequence[T]) -> bool | None:
    """Whether mine goes in place of theirs; None where both are something new."""
    if all(is_same(mine, one) for one in known):
        return False
    return True if any(is_same(theirs, one) for one in (mine, *known)) else None


def _entries(name: str, kinds: Kinds, theirs: Any, mine: Any, known: Sequence[Any]) -> tuple[list[Answers] | None, list[str]]:
    """The entries of a repeated section, and the places where both sides have changed them."""

    def is_same(one: Answers, other: Answers) -> bool:
        return all(_same(kinds.get(name, ""), one.get(name), other.get(name)) for name in {*one, *other})

    def are_same(some: list[Answers], others: list[Answers]) -> bool:
        return all(is_same(one, other) for one, other in zip_longest(some, others, fillvalue=nothing))

    nothing: Answers = {}
    here, there, before = _listed(mine), _listed(theirs), [_listed(one) for one in known]
    if any(len(one) != len(here) for one in before):
        fits = any(are_same(there, one) for one in (here, *before))
        return (here, []) if fits else (there, [name])
    found, stale = list(there), list[str]()
    for number, entry in enumerate(here):
        their = there[number] if number < len(there) else {}
        counts = _counts(is_same, their, entry, [one[number] for one in before])
        if counts:
            found += [{}] * (number + 1 - len(found))
            found[number] = entry
        elif counts is None and not their:
            stale.append(name)
        elif counts is None:
            changed = [one for one in kinds if not _same(kinds[one], their.get(one), entry.get(one))]
            stale += [f"{name}.{number}.{one}" for one in changed]
    return found if theirs is not None or found else None, stale


def _kinds(sections: Iterable[Answers]) -> dict[str, str]:
    return {field["name"]: field["type"] for section in sections for field in conditions.fields_of(section)}


def _listed(value: Any) -> list[Answers]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _same(kind: str, one: Any, other: Any) -> bool:
    """Whether two answers mean the same, however they were typed."""
    return bool(one == other or _meant(kind, one) == _meant(kind, other))


def _meant(kind: str, value: Any) -> Any:
    read = conditions.comparable(kind, value)
    if isinstance(read, list):
        return sorted(read)
    return read if read is not None else (value.strip() if isinstance(value, str) else value) or None
