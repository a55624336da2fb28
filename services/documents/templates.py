"""The kinds of documents: a Typst source and a YAML file beside it, under the name that a service of the catalogue gives."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from services.contracts.errors import NotFound

FOLDER = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Template:
    """A kind of document. `recipient` names the answers that make up each line of the address field.

    `shows` names the only answers that stand in it, where a law counts them up; None shows the form as it was answered.
    """

    name: str
    title: dict[str, str]
    filename: str
    recipient: tuple[tuple[str, ...], ...]
    shows: frozenset[str] | None = None

    @property
    def source(self) -> Path:
        """The Typst source."""
        return FOLDER / f"{self.name}.typ"


def names() -> tuple[str, ...]:
    """Every template there is."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def template(name: str) -> Template:
    """The template of that name; raises not_found."""
    if name not in names():
        raise NotFound("documents.no_template", "There is no such kind of document.")
    raw = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    recipient = tuple(tuple(line) for line in raw["recipient"])
    return Template(name, raw["title"], raw["filename"], recipient, frozenset(raw["shows"]) if "shows" in raw else None)
