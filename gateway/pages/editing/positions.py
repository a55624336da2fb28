"""Where in the lines of a YAML text its values stand, and which lines belong to a key or an entry of a list."""

from typing import Any

import yaml

Place = tuple[str | int, ...]
"""The way to a value: names of keys, and numbers in lists."""
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Both are safe; the one in C is many times faster."""


def node_at(text: str, place: Place) -> Any:
    """The node of YAML at a place."""
    node: Any = yaml.compose(text, LOADER)
    for key in place:
        if isinstance(node, yaml.MappingNode):
            node = next(value for name, value in node.value if name.value == key)
        else:
            node = node.value[key]
    return node


def split(text: str) -> list[str]:
    """The lines of a text."""
    return text.split("\n")


def offset(lines: list[str], mark: Any) -> int:
    """How many characters stand before a mark."""
    return sum(len(line) + 1 for line in lines[: mark.line]) + int(mark.column)


def end(lines: list[str], node: Any) -> int:
    """Where the value ends, without the line break behind it."""
    if (isinstance(node, yaml.CollectionNode) and not node.flow_style) or getattr(node, "style", None) in (">", "|"):
        last = _last_line(lines, node)
        return sum(len(line) + 1 for line in lines[:last]) + len(lines[last])
    return offset(lines, node.end_mark)


def _last_line(lines: list[str], node: Any) -> int:
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    last = int(node.end_mark.line)
    if node.end_mark.column == 0 and last > node.start_mark.line:
        last -= 1
    while last > node.start_mark.line and not lines[last].strip():
        last -= 1
    return last


def begins_line(lines: list[str], mark: Any) -> bool:
    """Whether nothing but blanks stands before it: the first key of a list's entry stands behind a dash."""
    return not lines[mark.line][: mark.column].strip()


def column_of(lines: list[str], node: Any, number: int) -> int:
    """The column of a key, or of the dash of an entry."""
    if isinstance(node, yaml.MappingNode):
        return int(node.value[number][0].start_mark.column)
    return lines[_first_line(lines, node, number)].index("-")


def _first_line(lines: list[str], node: Any, number: int) -> int:
    if isinstance(node, yaml.MappingNode):
        return int(node.value[number][0].start_mark.line)
    first = int(node.value[number].start_mark.line)
    while "-" not in lines[first][: node.value[number].start_mark.column or None]:
        first -= 1
    return first


def chunk(lines: list[str], node: Any, number: int) -> tuple[int, int]:
    """First line of a key or entry, with the comment right above it, and the line after its last one."""
    first, column = _first_line(lines, node, number), column_of(lines, node, number)
    value = node.value[number][1] if isinstance(node, yaml.MappingNode) else node.value[number]
    above = first
    while above > 0 and lines[above - 1].startswith(" " * column + "#") and _is_own(lines, node, number, first):
        above -= 1
    return above, _last_line(lines, value) + 1


def _is_own(lines: list[str], node: Any, number: int, first: int) -> bool:
    """Whether what stands right above belongs to it: not where it is the first thing behind a dash."""
    return not isinstance(node, yaml.MappingNode) or not lines[first][: node.value[number][0].start_mark.column].strip()
