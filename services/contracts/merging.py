"""Answers from two devices at once: what one of them changed counts, what both changed is a conflict, nothing is overwritten."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import product
from typing import Any, NamedTuple

from services.contracts import conditions
from services.contracts.errors import Conflict
from services.contracts.forms import MOST_ENTRIES

Answers = Mapping[str, Any]
Kinds = Mapping[str, str]
"""Types of fields by their names."""


class Stale(NamedTuple):
    """Where both sides have changed an answer: `place` as it stands in `Merged.shown`, `sent` as its sender knows it."""

    place: str
    sent: str


@dataclass(frozen=True)
class Merged:
    """Answers of two sides, brought together.

    Where both have changed one, the stored one stays in `answers`, and `shown` has what its sender wants, and nothing less than
    either side.
    """

    answers: dict[str, Any]
    shown: dict[str, Any]
    stale: list[Stale]

    def settled(self) -> dict[str, Any]:
        """The answers; raises conflict for what has become something else meanwhile, its `fields` say where."""
        if self.stale:
            raise changed_elsewhere(one.sent for one in self.stale)
        return self.answers


def changed_elsewhere(places: Iterable[str]) -> Conflict:
    """What is said where both sides have changed an answer."""
    fields = {f"answers.{place}": ["changed_elsewhere"] for place in places}
    return Conflict("applications.changed_elsewhere", "This has been changed on another device meanwhile.", fields=fields)


def merged(sections: Iterable[Answers], stored: Answers, given: Answers, before: Sequence[Answers]) -> Merged:
    """What is stored, with what its sender has changed.

    `before` is what may have stood there as far as the sender knows: what was read, and what was sent since without an answer.
    Questions that are in none of them are not touched. An entry of a repeated section counts as a whole, wherever it stands now.
    """
    both, form = Merged(dict(stored), dict(stored), []), list(sections)
    repeated = {section["name"]: _kinds([section]) for section in form if section.get("repeated")}
    kinds = _kinds(section for section in form if not section.get("repeated"))
    for name in dict.fromkeys(name for answers in (given, *before) for name in answers):
        theirs, mine, known = stored.get(name), given.get(name), [answers.get(name) for answers in before]
        if name in repeated:
            kept, shown, stale = _entries(name, repeated[name], theirs, mine, known)
            _put(both.answers, name, kept)
            _put(both.shown, name, shown)
            both.stale.extend(stale)
            continue
        mean, *meant = [_meant(kinds.get(name, ""), value) for value in (mine, theirs, *known)]
        if all(mean == one for one in meant[1:]):
            continue
        _put(both.shown, name, mine)
        if meant[0] in (mean, *meant[1:]):
            _put(both.answers, name, mine)
        else:
            both.stale.append(Stale(name, name))
    return both


def _put(answers: dict[str, Any], name: str, value: Any) -> None:
    answers.pop(name, None) if value is None else answers.update({name: value})


def _entries(
    name: str, kinds: Kinds, theirs: Any, mine: Any, known: Sequence[Any]
) -> tuple[list[Answers] | None, list[Answers] | None, list[Stale]]:
    """The entries of a repeated section as they are kept and as they are shown, and where both sides have changed them."""
    here, there, *began = [_read(kinds, value) for value in (mine, theirs, *known)]
    if all(here == one for one in began):
        return theirs, theirs, []
    if there in (here, *began):
        return (mine := _listed(mine)), mine, []
    kept, shown, stale = list[Entry](), list[Entry](), list[Stale]()
    # The other side has begun with what it has most in common with; of two that are as near, with the one that was read.
    for began_as, my, their in _rows(max(began, key=lambda one: _in_common(one, there)), here, there):
        if their in (my, began_as):
            kept += [my] if my else []
            shown += [my] if my else []
        elif my == began_as:
            kept += [their] if their else []
            shown += [their] if their else []
        else:
            kept += [their] if their else []
            shown += [one for one in (my or their,) if one]
            if my and their:
                names = {one for one, _ in my.meaning ^ their.meaning}
                places = [(f"{name}.{len(shown) - 1}.{one}", f"{name}.{my.number}.{one}") for one in kinds if one in names]
                stale += [Stale(*place) for place in places]
            elif Stale(name, name) not in stale:
                stale.append(Stale(name, name))
    if len(shown) > MOST_ENTRIES:
        return theirs, _listed(mine), [Stale(name, name)]
    answers = [entry.answers for entry in kept]
    return answers if answers or theirs is not None else None, [entry.answers for entry in shown], stale


@dataclass(frozen=True)
class Entry:
    """An entry of a repeated section; two that mean the same are equal, wherever they stand."""

    meaning: frozenset[tuple[str, str]]
    answers: Answers = field(compare=False)
    number: int = field(compare=False)


def _rows(began: list[Entry], here: list[Entry], there: list[Entry]) -> Iterator[tuple[Entry | None, Entry | None, Entry | None]]:
    """Each entry as it was and as it is here and there; None where there is none. What was added stands behind what it stood
    behind, and what both have added once.
    """
    my, their = _found_again(began, here), _found_again(began, there)
    mine, theirs = _added(here, my), _added(there, their)
    unique = [one for added in theirs.values() for one in added]
    for number in range(-1, len(began)):
        if number >= 0:
            yield began[number], my.get(number), their.get(number)
        yield from ((None, None, one) for one in theirs.get(number, ()))
        for one in mine.get(number, ()):
            if one in unique:
                unique.remove(one)
            else:
                yield None, one, None


def _found_again(began: list[Entry], now: list[Entry]) -> dict[int, Entry]:
    """What has become of each entry, by its number. One that was empty is no one in particular: what is typed there is new."""
    found = dict[int, Entry]()
    for kind, start, end, at, until in SequenceMatcher(None, began, now, autojunk=False).get_opcodes():
        old, new = began[start:end], now[at:until]
        pairs = zip(old, new, strict=True) if len(old) == len(new) else _alike(old, new)
        found |= {one.number: entry for one, entry in pairs if kind == "equal" or one.meaning}
    return found


def _alike(old: list[Entry], new: list[Entry]) -> list[tuple[Entry, Entry]]:
    """Those with the most answers in common, as far as they stand in the same order."""
    found = list[tuple[Entry, Entry]]()
    pairs = [pair for pair in product(old, new) if pair[0].meaning & pair[1].meaning]
    for one, entry in sorted(pairs, key=lambda pair: -len(pair[0].meaning & pair[1].meaning)):
        if all((one.number - a.number) * (entry.number - b.number) > 0 for a, b in found):
            found.append((one, entry))
    return found


def _added(now: list[Entry], found: Mapping[int, Entry]) -> dict[int, list[Entry]]:
    """What is new, by the number of the entry it stands behind; -1 before all."""
    numbers, behind, added = {entry.number: number for number, entry in found.items()}, -1, dict[int, list[Entry]]()
    for entry in now:
        if entry.number in numbers:
            behind = numbers[entry.number]
        else:
            added.setdefault(behind, []).append(entry)
    return added


def _in_common(some: list[Entry], others: list[Entry]) -> int:
    return sum(block.size for block in SequenceMatcher(None, some, others, autojunk=False).get_matching_blocks())


def _kinds(sections: Iterable[Answers]) -> dict[str, str]:
    return {asked["name"]: asked["type"] for section in sections for asked in conditions.fields_of(section)}


def _read(kinds: Kinds, value: Any) -> list[Entry]:
    def meaning(entry: Answers) -> frozenset[tuple[str, str]]:
        meant = {name: _meant(kinds.get(name, ""), answer) for name, answer in entry.items()}
        return frozenset((name, repr(answer)) for name, answer in meant.items() if answer is not None)

    return [Entry(meaning(entry), entry, number) for number, entry in enumerate(_listed(value))]


def _listed(value: Any) -> list[Answers]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _meant(kind: str, value: Any) -> Any:
    """What an answer means, however it was typed; None where it is empty."""
    read = conditions.comparable(kind, value)
    if isinstance(read, list):
        return sorted(read) or None
    return read if read is not None else (value.strip() if isinstance(value, str) else value) or None
