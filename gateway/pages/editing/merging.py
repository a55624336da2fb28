"""What was published meanwhile, taken into a working copy: which values were changed, and the text with those wanted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.pages.editing import source
from gateway.pages.editing.parts import ORDER

MISSING: Any = None
"""A key or an entry that is not there; no value of a service is nothing."""


@dataclass(frozen=True)
class Difference:
    """A value that they changed and that is not the same in the working copy. `place` names steps, questions and answers."""

    place: tuple[str, ...]
    before: Any
    theirs: Any
    mine: Any

    @property
    def is_contested(self) -> bool:
        """Whether the working copy changed it, too."""
        return bool(self.before != self.mine)


def differences(before: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> list[Difference]:
    """Everything that could be taken over, in the order of the newer text."""
    found: list[Difference] = []

    def note(difference: Difference) -> bool:
        found.append(difference)
        return False

    _merged(before, theirs, mine, (), note)
    return found


def merged(text: str, before: Mapping[str, Any], theirs: Mapping[str, Any], takes: Callable[[Difference], bool]) -> str:
    """The text of the working copy with what `takes` wants of theirs. Raises UnreadableError where it changes as a whole only."""
    mine = source.read(text)
    wanted = _merged(before, theirs, mine, (), takes)
    changed = {key: wanted.get(key) for key in (*mine, *wanted) if wanted.get(key) != mine.get(key)}
    return source.put(text, (), changed, ORDER["about"])


def _merged(before: Any, theirs: Any, mine: Any, place: tuple[str, ...], takes: Callable[[Difference], bool]) -> Any:
    if theirs in (before, mine):
        return mine
    if isinstance(theirs, Mapping) and isinstance(mine, Mapping):
        return _by_key(before if isinstance(before, Mapping) else {}, theirs, mine, place, takes)
    if _is_named(theirs) and _is_named(mine) and (before is MISSING or _is_named(before)):
        old, new, own = (_by_name(each or []) for each in (before, theirs, mine))
        return list(_by_key(old, new, own, place, takes).values())
    difference = Difference(place, before, theirs, mine)
    return theirs if takes(difference) else mine


def _by_key(
    before: Mapping[str, Any],
    theirs: Mapping[str, Any],
    mine: Mapping[str, Any],
    place: tuple[str, ...],
    takes: Callable[[Difference], bool],
) -> dict[str, Any]:
    parts = {
        key: _merged(before.get(key, MISSING), theirs.get(key, MISSING), mine.get(key, MISSING), (*place, key), takes)
        for key in dict.fromkeys((*theirs, *mine))
    }
    return {key: parts[key] for key in _in_order(list(before), list(theirs), list(mine)) if parts[key] is not MISSING}


def _in_order(before: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> list[str]:
    """All of them: as in the working copy, if it moved something, else as in theirs; the others behind what they stood behind."""
    is_moved = [key for key in mine if key in before] != [key for key in before if key in mine]
    found, others = (list(mine), theirs) if is_moved else (list(theirs), mine)
    for number, key in enumerate(others):
        if key not in found:
            found.insert(found.index(others[number - 1]) + 1 if number else 0, key)
    return found


def _is_named(value: Any) -> bool:
    """A list of things that have names, each its own."""
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        return False
    names = [_name(each) for each in value]
    return None not in names and len(set(names)) == len(names)


def _by_name(things: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(_name(each)): each for each in things}


def _name(thing: Mapping[str, Any]) -> str | None:
    """The name of a step, a question or a place for files, the value of an answer, the German title of a step without a name."""
    return next(_names(thing), None)


def _names(thing: Mapping[str, Any]) -> Iterator[str]:
    title = thing.get("title")
    for name in (thing.get("name"), thing.get("value"), title.get("de") if isinstance(title, Mapping) else None):
        if isinstance(name, str):
            yield name
