"""Reads the federal catalogue from this folder: subjects, life situations, services, and their entries with LeiKa keys."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from services.applications import yaml_files

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who is responsible as a rule: in the municipality, in the county or elsewhere; of the offices the first that exists."""

    at: str
    offices: Sequence[str] = ()
    name: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of LeiKa. Some have no key yet; `type` is that of LeiKa."""

    leika_key: str | None
    name: str
    type: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Situation:
    """A life situation, or that of a business."""

    slug: str
    name: Mapping[str, str]
    subject: str
    responsible: Responsible


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject with its life situations."""

    slug: str
    name: Mapping[str, str]
    situations: Sequence[Situation]


@dataclass(frozen=True, slots=True)
class Listed:
    """A service of the federal catalogue by its OZG id, with its entries."""

    id: str
    name: str
    situation: Situation
    responsible: Responsible
    entries: Sequence[Entry]


UNKNOWN = Responsible("unknown")
FEDERAL = "1"
"""The type of what the federation rules and does itself."""


@cache
def subjects() -> Sequence[Subject]:
    """All subjects, in the order in which people are led to them."""
    known = _responsible()
    found = []
    for raw in yaml_files.read(FOLDER / "situations.yaml"):
        situations = tuple(
            Situation(each["situation"], each["name"], raw["subject"], known.get(each.get("responsible"), (UNKNOWN, ()))[0])
            for each in raw["situations"]
        )
        found.append(Subject(raw["subject"], raw["name"], situations))
    return tuple(found)


@cache
def listed() -> Mapping[str, Listed]:
    """All services of the catalogue by id."""
    situations = {(s.name["de"], situation.name["de"]): situation for s in subjects() for situation in s.situations}
    exceptions = {str(service): who for who, services in _responsible().values() for service in services}
    entries: dict[str, list[Entry]] = defaultdict(list)
    for row in _csv("entries.csv"):
        entry = Entry(row["leika_key"] or None, row["name"], row["type"], row["legal_basis"])
        entries[row["service"]].append(entry)
    found = {}
    for row in _csv("services.csv"):
        situation = situations[row["subject"], row["situation"]]
        who = exceptions.get(row["id"], situation.responsible)
        if who is UNKNOWN and all(entry.type == FEDERAL for entry in entries[row["id"]]):
            who = _responsible()["federation"][0]
        found[row["id"]] = Listed(row["id"], row["name"], situation, who, tuple(entries[row["id"]]))
    return MappingProxyType(found)


@cache
def by_leika_key() -> Mapping[str, Listed]:
    """The service that every LeiKa key belongs to."""
    return MappingProxyType({e.leika_key: service for service in listed().values() for e in service.entries if e.leika_key})


@cache
def _responsible() -> dict[str | None, tuple[Responsible, Sequence[Any]]]:
    raw = yaml_files.read(FOLDER / "responsible.yaml")
    return {key: (Responsible(r["at"], tuple(r.get("offices", ())), r.get("name")), r["of"]) for key, r in raw.items()}


def _csv(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
