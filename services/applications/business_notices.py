"""Who gets which answers of a business notice: the fields of GewA 1 to 3 and their recipients (GewAnzV § 3).

Whether a recipient is concerned by a business at all is a matter of § 14 (8) GewO, and the clerk's; what stands here is the most
that it may get.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from services.applications import yaml_files

TABLE = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True)
class Annex:
    """A form of the GewAnzV: our service, the number of its last field, and the questions of our form behind each number."""

    service: str
    last: int
    fields: Mapping[int, tuple[str, ...]]

    def numbers_of(self, name: str) -> set[int]:
        """The fields of the annex that a question of our form answers."""
        return {number for number, names in self.fields.items() if name in names}


@dataclass(frozen=True)
class Recipient:
    """An authority, and by annex the numbers of the fields that it may get. `only_if` is what must be so in the single case."""

    name: Mapping[str, str]
    legal_basis: tuple[str, ...]
    only_if: Mapping[str, str] | None
    numbers: Mapping[int, frozenset[int]]


@cache
def annexes() -> Mapping[int, Annex]:
    """The three annexes by their number."""
    raw = _table()["annexes"]
    return {
        number: Annex(entry["service"], entry["last"], {field: tuple(names) for field, names in entry["fields"].items()})
        for number, entry in raw.items()
    }


@cache
def recipients() -> tuple[Recipient, ...]:
    """Every recipient, in the order of the statute."""
    return tuple(
        Recipient(
            name=entry["name"],
            legal_basis=tuple(entry["legal_basis"]),
            only_if=entry.get("only_if"),
            numbers={number: _numbers(annexes()[number], rule) for number, rule in entry["annexes"].items()},
        )
        for entry in _table()["recipients"]
    )


def annex_of(service: str) -> int | None:
    """The annex that a service of the catalogue stands for; None for a service that is no business notice."""
    return next((number for number, annex in annexes().items() if annex.service == service), None)


def passed_on(service: str, answers: Mapping[str, Any], recipient: Recipient) -> dict[str, Any]:
    """The answers of a business notice that this recipient may get, and no other.

    A question that stands for several fields goes only to who may get all of them; one that stands for none goes nowhere.
    """
    number = annex_of(service)
    if number is None or number not in recipient.numbers:
        return {}
    return _allowed(annexes()[number], recipient.numbers[number], answers)


def transmissions(service: str, sections: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """For every recipient of a business notice which fields of the annex and which questions of the form it may get."""
    number = annex_of(service)
    if number is None:
        return []
    annex = annexes()[number]
    names = [field["name"] for section in sections for field in section["fields_"]]
    return [
        {
            "recipient": recipient.name,
            "legal_basis": list(recipient.legal_basis),
            "only_if": recipient.only_if,
            "numbers": sorted(recipient.numbers[number]),
            "fields_": [name for name in names if _may_get(annex, recipient.numbers[number], name)],
        }
        for recipient in recipients()
        if number in recipient.numbers
    ]


def _allowed(annex: Annex, allowed: frozenset[int], answers: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, answer in answers.items():
        if isinstance(answer, list) and answer and isinstance(answer[0], Mapping):
            if entries := [entry for one in answer if (entry := _allowed(annex, allowed, one))]:
                found[name] = entries
        elif _may_get(annex, allowed, name):
            found[name] = answer
    return found


def _may_get(annex: Annex, allowed: frozenset[int], name: str) -> bool:
    numbers = annex.numbers_of(name)
    return bool(numbers) and numbers <= allowed


def _numbers(annex: Annex, rule: Mapping[str, Sequence[int]]) -> frozenset[int]:
    if "only" in rule:
        return frozenset(rule["only"])
    return frozenset(range(1, annex.last + 1)).difference(rule["except"])


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml_files.read(TABLE)
    return table
