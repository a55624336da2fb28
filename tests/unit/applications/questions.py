"""Written questions with the services that must be found, and how many of them a search finds."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "resources" / "search"
FIRST = 3
"""Who does not see it among so many gives up."""

Questions = Mapping[str, Sequence[str]]


def read(name: str) -> Questions:
    """What somebody types, and the services of the federal catalogue of which one is meant."""
    raw: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return {q: [str(each) for each in (meant if isinstance(meant, list) else [meant])] for q, meant in raw.items()}


def missed(questions: Questions, search: Callable[[str], Sequence[str | None]]) -> list[str]:
    """The questions whose service is not among the first that the search finds."""
    return [q for q, meant in questions.items() if not set(search(q)[:FIRST]) & set(meant)]
