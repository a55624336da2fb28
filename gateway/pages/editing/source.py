"""The text of a service file as an editor changes it by parts.

YAML knows where in the text each value begins and ends. So a change touches the lines it is about: comments, blank lines and line
breaks of all the others cannot be lost, and a comparison of two texts shows the change and nothing else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import yaml

from gateway.pages.editing import positions, writing
from gateway.pages.editing.positions import LOADER, Place

DEEPEST = 30
"""As deep as the service reads; see `services.applications.catalogue`."""
OTHER_BREAKS = re.compile("[\r\x85\u2028\u2029]")


class UnreadableError(Exception):
    """The text cannot be changed by parts: only as a whole."""


def read(text: str) -> dict[str, Any]:
    """The values of a service file, with mappings and lists where pages expect them; raises UnreadableError for anything else."""
    if OTHER_BREAKS.search(text):
        raise UnreadableError
    try:
        _check(text)
        found = yaml.load(text, LOADER)  # noqa: S506 - a safe loader, see above
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableError from error
    if not isinstance(found, dict) or not _is_plain(found):
        raise UnreadableError
    for step in _entries(found, "sections"):
        _entries(step, "fields")
    _entries(found, "attachments")
    _entries(found, "fees")
    return found


def at(values: Any, place: Place) -> Any:
    """The value at a place; raises LookupError where there is none."""
    for key in place:
        values = values[key]
    return values


def put(text: str, place: Place, new: Mapping[str, Any], order: Sequence[str] = ()) -> str:
    """The text with these keys of the mapping at the place set; None takes a key out. A new key goes where `order` has it."""
    expected = read(text)
    present = at(expected, place)
    for key, value in new.items():
        text = _put(text, place, present, key, value, order)
        present.pop(key, None) if value is None else present.update({key: value})
    return _checked(text, expected)


def add(text: str, place: Place, entry: Mapping[str, Any], number: int | None = None) -> str:
    """The text with another entry in the list at the place, which may not be there yet: as that number, else at the end."""
    values = read(text)
    *parent, key = place
    listed = at(values, tuple(parent)).get(key) or []
    number = len(listed) if number is None else number
    return put(text, tuple(parent), {str(key): [*listed[:number], entry, *listed[number:]]})


def remove(text: str, place: Place) -> str:
    """The text without an entry of a list."""
    *parent, number = place
    expected = read(text)
    del at(expected, tuple(parent))[number]
    return _checked(_take_out(text, tuple(parent), int(number)), expected)


def move(text: str, place: Place, by: int) -> str:
    """The text with an entry of a list one place further down (`by` 1) or up (-1); as it was where there is no such place."""
    *way, number = place
    parent, first = tuple(way), min(int(number), int(number) + by)
    expected = read(text)
    listed = at(expected, parent)
    if first < 0 or first + 1 >= len(listed):
        return text
    listed[first : first + 2] = reversed(listed[first : first + 2])
    node = positions.node_at(text, parent)
    if node.flow_style:
        return _checked(_replace(text, parent, listed), expected)
    lines = positions.split(text)
    one, other = positions.chunk(lines, node, first), positions.chunk(lines, node, first + 1)
    moved = [*lines[slice(*other)], *lines[one[1] : other[0]], *lines[slice(*one)]]
    return _checked("\n".join([*lines[: one[0]], *moved, *lines[other[1] :]]), expected)


def _check(text: str) -> None:
    """What refers to other places, names a type, or lies too deep is for the page of the whole text."""
    depth = 0
    for event in yaml.parse(text, LOADER):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise UnreadableError
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise UnreadableError


def _is_plain(value: Any) -> bool:
    """Whether every key is a text."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(part) for key, part in value.items())
    return all(map(_is_plain, value)) if isinstance(value, list) else True


def _entries(values: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = values.get(key) or []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise UnreadableError
    return found


def _checked(text: str, expected: dict[str, Any]) -> str:
    """Never another change than the one that was asked for: a text in which a key stands twice is changed as a whole."""
    if read(text) != expected:
        raise UnreadableError
    return text


def _put(text: str, place: Place, present: Mapping[str, Any], key: str, value: Any, order: Sequence[str]) -> str:
    if key not in present:
        return text if value is None else _insert(text, place, key, value, order)
    old, inner = present[key], (*place, key)
    if value is None:
        return _take_out(text, place, key)
    if old == value and type(old) is type(value):
        return text
    if isinstance(old, dict) and isinstance(value, Mapping) and old and value:
        parts = {**value, **{name: None for name in old if name not in value}}
        for name, part in parts.items():
            text = _put(text, inner, old, name, part, tuple(value))
        return text
    if isinstance(old, list) and isinstance(value, list) and old and value and not positions.node_at(text, inner).flow_style:
        return _put_list(text, inner, old, value)
    return _replace(text, inner, value)


def _put_list(text: str, place: Place, old: list[Any], new: list[Any]) -> str:
    """Only those entries that differ are written anew."""
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    rest = min(len(old), len(new)) - start
    same = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    gone, come = old[start : len(old) - same], new[start : len(new) - same]
    if len(gone) == len(come) and all(isinstance(entry, dict) for entry in (*gone, *come)):
        for number, entry in enumerate(come, start):
            parts = {**entry, **{name: None for name in old[number] if name not in entry}}
            for name, part in parts.items():
                text = _put(text, (*place, number), old[number], name, part, tuple(entry))
        return text
    if len(gone) == len(old):
        return _replace(text, place, new)
    for number in reversed(range(start, start + len(gone))):
        text = _take_out(text, place, number)
    for number, entry in enumerate(come, start):
        text = _add_entry(text, place, number, entry)
    return text


def _add_entry(text: str, place: Place, number: int, entry: Any) -> str:
    lines, node = positions.split(text), positions.node_at(text, place)
    column = positions.column_of(lines, node, 0)
    here = positions.chunk(lines, node, number)[0] if number < len(node.value) else positions.chunk(lines, node, number - 1)[1]
    return "\n".join([*lines[:here], *writing.lines(writing.Rows([entry]), column, lines[here:]), *lines[here:]])


def _insert(text: str, place: Place, key: str, value: Any, order: Sequence[str]) -> str:
    """A key that was not there yet: before the next one in the order, else at the end."""
    node = positions.node_at(text, place)
    names = [name.value for name, _ in node.value]
    later = order[order.index(key) + 1 :] if key in order else ()
    before = next((number for number, name in enumerate(names) if name in later), len(names))
    lines = positions.split(text)
    if not names:
        return _replace(text, place, {key: value})
    if node.flow_style:
        pair = writing.one_line({key: value})[1:-1]
        if before < len(names):
            start = positions.offset(lines, node.value[before][0].start_mark)
            return f"{text[:start]}{pair}, {text[start:]}"
        end = positions.offset(lines, node.value[-1][1].end_mark)
        return f"{text[:end]}, {pair}{text[end:]}"
    if before < len(names) and not positions.begins_line(lines, node.value[before][0].start_mark):
        before += 1
    column = node.value[0][0].start_mark.column
    here = positions.chunk(lines, node, before)[0] if before < len(names) else positions.chunk(lines, node, before - 1)[1]
    return "\n".join([*lines[:here], *writing.lines(writing.Spread({key: value}), column, lines[here:]), *lines[here:]])


def _replace(text: str, place: Place, value: Any) -> str:
    """Another value for a key, an entry of a list, or what is empty."""
    *way, key = place
    lines, node, parent = positions.split(text), positions.node_at(text, place), positions.node_at(text, tuple(way))
    start, end = positions.offset(lines, node.start_mark), positions.end(lines, node)
    if parent.flow_style or not isinstance(parent, yaml.MappingNode):
        return text[:start] + writing.one_line(value) + text[end:]
    name = next(name for name, _ in parent.value if name.value == key)
    column, start = name.start_mark.column, positions.offset(lines, name.start_mark)
    rest, _, following = text[end:].partition("\n")
    fresh = writing.lines(writing.Spread({str(key): value}), column, following.split("\n"))
    fresh[0] = fresh[0][column:]
    if rest.strip().startswith("#") and len(fresh) > 1:
        begins = text.rfind("\n", 0, start) + 1
        comment = f"{' ' * column}{rest.strip()}\n"
        return text[:begins] + comment + text[begins:start] + "\n".join(fresh) + text[end + len(rest) :]
    return text[:start] + "\n".join(fresh) + text[end:]


def _take_out(text: str, place: Place, key: str | int) -> str:
    """Without a key or an entry, and the comment above it. What was the only one leaves something empty."""
    node, lines = positions.node_at(text, place), positions.split(text)
    number = key if isinstance(key, int) else [name.value for name, _ in node.value].index(key)
    if node.flow_style or len(node.value) == 1:
        left = deepcopy(at(read(text), place))
        del left[key]
        return _replace(text, place, left) if place else ""
    start, end = positions.chunk(lines, node, number)
    if isinstance(node, yaml.MappingNode) and not positions.begins_line(lines, node.value[number][0].start_mark):
        dash, left = lines[start][: node.value[number][0].start_mark.column], lines[end:]
        following = next(n for n, line in enumerate(left) if line.strip() and not line.lstrip().startswith("#"))
        left[following] = dash + left[following].lstrip()
        return "\n".join([*lines[:start], *left])
    return "\n".join([*lines[:start], *lines[end:]])


def places(values: Mapping[str, Any]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Every question of the form with its place."""
    for number, step in enumerate(values.get("sections") or []):
        for position, field in enumerate(step.get("fields") or []):
            yield ("sections", number, "fields", position), field
