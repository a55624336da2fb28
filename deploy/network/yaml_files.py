"""YAML files that know on which line everything stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from deploy.network.mistakes import Mistake

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast one where PyYAML was built with libyaml."""

Place = tuple[str | int, ...]
"""Where something stands in a file: keys and positions from the top."""


@dataclass(frozen=True)
class File:
    """A YAML file with the line of everything in it."""

    path: str
    content: Any
    lines: dict[Place, int]

    def mistake(self, place: Place, sentence: str) -> Mistake:
        """A mistake at a place, or at the nearest thing around it that does exist."""
        nearest = place
        while nearest not in self.lines:
            nearest = nearest[:-1]
        return Mistake(self.path, self.lines[nearest], f"{_readable(place)} {sentence}." if place else f"The file {sentence}.")


def parse(path: Path, folder: Path, mistakes: list[Mistake]) -> File | None:
    """The file, or None with what keeps it from being read among the mistakes."""
    name = path.relative_to(folder).as_posix()
    try:
        node, content = load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        mistakes.append(Mistake(name, 1, "The file does not exist."))
    except UnicodeDecodeError:
        mistakes.append(Mistake(name, 1, "The file is not in UTF-8."))
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        mistakes.append(Mistake(name, mark.line + 1 if mark else 1, f"This is not YAML: {problem or error}."))
    except ValueError as error:  # a date like 2026-13-41
        mistakes.append(Mistake(name, 1, f"A value cannot be read: {error}."))
    else:
        file = File(name, content, {**dict(_lines(node, ())), (): 1})
        mistakes.extend(file.mistake(place, "stands here twice") for place in _doubled(node, ()))
        return file
    return None


def load(text: str) -> tuple[Node | None, Any]:
    """The document as nodes, which know their lines, and as values."""
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node is not None else None
    finally:
        loader.dispose()


def _lines(node: Node | None, place: Place) -> Iterator[tuple[Place, int]]:
    if node is None:
        return
    yield place, node.start_mark.line + 1
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield (*place, key.value), key.start_mark.line + 1
            yield from ((p, line) for p, line in _lines(value, (*place, key.value)) if p != (*place, key.value))
    elif isinstance(node, SequenceNode):
        for position, value in enumerate(node.value):
            yield from _lines(value, (*place, position))


def _doubled(node: Node | None, place: Place) -> Iterator[Place]:
    if isinstance(node, MappingNode):
        keys = [key.value for key, _ in node.value]
        yield from ((*place, key) for key in sorted({k for k in keys if keys.count(k) > 1}))
        for key, value in node.value:
            yield from _doubled(value, (*place, key.value))
    elif isinstance(node, SequenceNode):
        for position, value in enumerate(node.value):
            yield from _doubled(value, (*place, position))


def _readable(place: Place) -> str:
    """`("offices", 0, "email")` as `offices[1].email`: people count from one."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")
