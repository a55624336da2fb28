"""What is between two versions of a service, told by the names of steps, fields and answers, and not by their numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NAMES = ("name", "value")
Change = dict[str, Any]


def changes(before: Any, after: Any, place: str = "") -> list[Change]:
    """Every difference, in the order of the newer version; what is gone stands where it was."""
    return list(_between(before, after, place))


def _between(before: Any, after: Any, place: str) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _entries(before, after, place)
    elif _is_named(before) and _is_named(after):
        old, new = _by_name(before), _by_name(after)
        yield from _entries(old, new, place)
        kept = [name for name in new if name in old]
        if kept != (was := [name for name in old if name in new]):
            yield _change("moved", place, was, kept)
    else:
        kind = "added" if _is_nothing(before) else "removed" if _is_nothing(after) else "changed"
        yield _change(kind, place, before, after)


def _entries(before: Mapping[str, Any], after: Mapping[str, Any], place: str) -> Iterator[Change]:
    for name in [*after, *(name for name in before if name not in after)]:
        inner = f"{place}.{name}" if place else name
        if name not in before and isinstance(after[name], Mapping):
            yield _change("added", inner, None, after[name])
        elif name not in after and isinstance(before[name], Mapping):
            yield _change("removed", inner, before[name], None)
        else:
            yield from _between(before.get(name), after.get(name), inner)


def _is_named(value: Any) -> bool:
    """A list of things that have names, each its own."""
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and bool(value)
        and all(isinstance(each, Mapping) and _name(each) is not None for each in value)
        and len(_by_name(value)) == len(value)
    )


def _by_name(things: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(_name(each)): each for each in things}


def _name(thing: Mapping[str, Any]) -> str | None:
    """The name of a field, the value of an answer, the German title of a step that has no name."""
    for key in NAMES:
        if isinstance(thing.get(key), str):
            return str(thing[key])
    title = thing.get("title")
    return str(title["de"]) if isinstance(title, Mapping) and "de" in title else None


def _is_nothing(value: Any) -> bool:
    return value is None or value == [] or value is False


def _change(kind: str, place: str, before: Any, after: Any) -> Change:
    return {"kind": kind, "place": place, "before": before, "after": after}
