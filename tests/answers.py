"""Fills in any form of the catalogue from its own definition, as a patient citizen would: what is asked for, and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.chassis import clock
from services.contracts import conditions
from services.contracts.conditions import Asked

BY_TYPE: dict[str, Any] = {
    "text": "Musterangabe",
    "long_text": "Eine Angabe zum Ausprobieren.",
    "name": "Musterfrau",
    "date": "1990-05-17",
    "amount": 1250,
    "yes_no": True,
    "consent": True,
    "email": "muster@example.org",
    "phone": "05952 12345",
    "postal_code": "49751",
    "iban": "DE89370400440532013000",
    "country": "DE",
    "nationality": "DE",
}


def fill(sections: Sequence[Mapping[str, Any]], **given: Any) -> dict[str, Any]:
    """Valid answers to every required field that is asked for; `given` ones stay as they are."""
    answers = dict(given)
    while found := _unanswered(sections, answers):
        section, asked, field = found
        _entry(answers, section, asked)[field["name"]] = answer(field, asked)
    return answers


def _unanswered(
    sections: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Asked, Mapping[str, Any]] | None:
    for step in conditions.steps(sections, answers, today()):
        for asked in step.entries:
            for field in asked.fields:
                if field["required"] and field["name"] not in asked.answers:
                    return step.section, asked, field
    return None


def _entry(answers: dict[str, Any], section: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    if asked.number is None:
        return answers
    entries: list[dict[str, Any]] = [dict(entry) for entry in conditions.entries(section, answers)]
    answers[section["name"]] = entries
    return entries[asked.number]


def answer(field: Mapping[str, Any], asked: Asked | None = None) -> Any:
    """A valid answer to one field, in the light of those before it."""
    kind, least = field["type"], field.get("least")
    if kind in ("choice", "choices"):
        values = [choice["value"] for choice in field["choices"]]
        return values[0] if kind == "choice" else values[: least or 1]
    if kind == "integer":
        return least or 1
    if kind == "amount":
        return min(max(BY_TYPE[kind], least or 0), field.get("most") or BY_TYPE[kind])
    if kind == "date":
        return day(field, asked).isoformat()
    if field.get("example"):
        return field["example"]
    value = BY_TYPE[kind]
    return value.ljust(least or 0, "x")[: field.get("most") or None] if kind in ("text", "long_text") else value


def day(field: Mapping[str, Any], asked: Asked | None = None) -> date:
    """A day between the bounds of a date."""
    found = date.fromisoformat(BY_TYPE["date"])
    earliest, latest = bounds(field, asked)
    return min(max(found, earliest), latest)


def bounds(field: Mapping[str, Any], asked: Asked | None = None) -> tuple[date, date]:
    """The first and the last day that a date may have."""
    scope = asked.scope if asked else {}
    limits = [conditions.day_of(field[name], scope, today()) if field.get(name) else None for name in ("earliest", "latest")]
    last = limits[1] or date(2199, 12, 31)
    return limits[0] or date(1800, 1, 1), min(last, today()) if field.get("is_past") else last


def today() -> date:
    """The day in Germany."""
    return clock.in_germany(clock.now()).date()
