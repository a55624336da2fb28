"""The kinds of documents: a YAML file under the name that a service of the catalogue gives, and a Typst source to print it with.

Kinds that read alike share a source: `source` names it, without it the source bears the name of the kind.
"""

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
    `about` says in German what the document confirms and `notes` what its reader should know, where the source prints them.
    """

    name: str
    title: dict[str, str]
    filename: str
    recipient: tuple[tuple[str, ...], ...]
    shows: frozenset[str] | None = None
    shared_source: str = ""
    about: str = ""
    notes: tuple[str, ...] = ()

    @property
    def source(self) -> Path:
        """The Typst source."""
        return FOLDER / f"{self.shared_source or self.name}.typ"


def names() -> tuple[str, ...]:
    """Every template there is."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def template(name: str) -> Template:
    """The template of that name; raises not_found."""
    if name not in names():
        raise NotFound("documents.no_template", "There is no such kind of document.")
    raw = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return Template(
        name=name,
        title=raw["title"],
        filename=raw["filename"],
        recipient=tuple(tuple(line) for line in raw["recipient"]),
        shows=frozenset(raw["shows"]) if "shows" in raw else None,
        shared_source=raw.get("source", ""),
        about=raw.get("about", ""),
        notes=tuple(raw.get("notes", ())),
    )
