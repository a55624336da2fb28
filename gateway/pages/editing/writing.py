"""How values are written into a service file: short things on one line, lists indented, long texts on lines of their own."""

from typing import Any

import yaml

WIDTH = 124
LONG = 90
"""Characters; a longer text is written on lines of its own."""
FEW = 2
"""Keys of a mapping that may stand on one line though there is another one in it."""


class Spread(dict[str, Any]):
    """A mapping that is written key by key, each on its own line."""


class Rows(list[Any]):
    """A list that is written entry by entry, each on its own line."""


class _OneLine(yaml.SafeDumper):
    """Writes everything on one line, and all of it, however often it comes."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _Writer(_OneLine):
    """Writes as the files of the catalogue are written."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def _represent_mapping(writer: yaml.SafeDumper, mapping: dict[str, Any]) -> yaml.MappingNode:
    is_flat = not any(isinstance(value, (dict, list)) for value in mapping.values())
    is_short = len(str(mapping)) <= LONG and (is_flat or len(mapping) <= FEW) and not isinstance(mapping, Spread)
    return writer.represent_mapping("tag:yaml.org,2002:map", mapping, flow_style=is_short)


def _represent_text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    is_long = (len(text) > LONG or "\n" in text) and text == text.strip()
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=">" if is_long else None)


_Writer.add_representer(str, _represent_text)
_Writer.add_representer(dict, _represent_mapping)
_Writer.add_representer(Spread, _represent_mapping)
_Writer.add_representer(Rows, lambda writer, rows: writer.represent_sequence("tag:yaml.org,2002:seq", rows, flow_style=False))


class _Quoting(_Writer):
    """Writes long texts without a block of their own."""


_Quoting.add_representer(str, yaml.SafeDumper.represent_str)
_ALIKE: dict[str, Any] = {"allow_unicode": True, "sort_keys": False}


def lines(value: Any, column: int, following: list[str]) -> list[str]:
    """The lines of a value that begins in that column. A block of text would swallow a comment that follows further in."""
    after = next((line for line in following if line.strip()), "")
    is_comment = after.lstrip().startswith("#") and len(after) - len(after.lstrip()) > column
    whole = yaml.dump(value, Dumper=_Quoting if is_comment else _Writer, default_flow_style=None, width=WIDTH - column, **_ALIKE)
    return [" " * column + line if line else "" for line in whole.rstrip("\n").split("\n")]


def one_line(value: Any) -> str:
    """A value on one line, as it may stand between brackets."""
    whole: str = yaml.dump([value], Dumper=_OneLine, default_flow_style=True, width=10**6, **_ALIKE)
    return whole.strip()[1:-1]
