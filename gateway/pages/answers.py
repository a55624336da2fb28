"""Answers on their way: from what is typed to the answers of the contract and back, and as a summary to read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from gateway.body import Form
from gateway.pages.language import N_, Speech
from services.chassis import clock
from services.contracts import addresses, conditions, countries
from services.contracts.forms import MOST_ENTRIES

PREFIX = "answers."
ENTRIES = "entries."
"""Before the name of a repeated section: how many entries the page shows of it."""

GERMAN_DATE = re.compile(r"\s*(\d{1,2})\s*[./]\s*(\d{1,2})\s*[./]\s*(\d{4})\s*")
WHOLE_NUMBER = re.compile(r"\s*-?\d{1,15}\s*")
YES, NO = N_("Yes"), N_("No")

Sections = Sequence[Mapping[str, Any]]
Typed = dict[str, Any]
"""What stands in the inputs, by name: text, a list of what is ticked, and for a repeated section a list of the same by entry."""


class Answered(NamedTuple):
    """An answer in a summary, with where it comes from if that is to be said."""

    label: str
    text: str
    origin: str = ""


@dataclass(frozen=True)
class Change:
    """What an answer was before a correction and after it; empty where there was none."""

    where: str
    before: str
    after: str


@dataclass(frozen=True)
class Group:
    """A section of answers in a summary, or one entry of a repeated one. `step` is where it can be changed."""

    title: str
    pairs: list[Answered]
    step: str = ""


def today() -> date:
    """The day in Germany."""
    return clock.in_germany(clock.now()).date()


def key_of(position: int, section: Mapping[str, Any]) -> str:
    """How a step is named in addresses."""
    return section.get("name") or str(position + 1)


def fields_of(sections: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Every field of a form that is there once, in order."""
    return [field for section in sections if not section.get("repeated") for field in section["fields"]]


def read(sections: Sections, form: Form, saved: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The answers as the contract wants them: those that were sent, and what was saved of the others.

    What does not fit its type goes on as it was typed, and comes back as an error.
    """
    found = dict(saved or {})
    for section in sections:
        if not section.get("repeated"):
            _take(found, section, form, PREFIX)
        elif (count := _count(section, form)) is not None:
            name = section["name"]
            entries = [dict(entry) for entry in (found.get(name) or [])[:count]] + [{}] * count
            found[name] = [_taken(entry, section, form, f"{PREFIX}{name}.{n}.") for n, entry in enumerate(entries[:count])]
    return found


def _take(found: dict[str, Any], section: Mapping[str, Any], form: Form, prefix: str) -> None:
    for field in section["fields"]:
        name = field["name"]
        if prefix + name in form:
            value = _value(field["type"], _raw(field["type"], form, prefix + name))
            found.pop(name, None) if value is None else found.update({name: value})


def _taken(entry: Mapping[str, Any], section: Mapping[str, Any], form: Form, prefix: str) -> dict[str, Any]:
    found = dict(entry)
    _take(found, section, form, prefix)
    return found


def _count(section: Mapping[str, Any], form: Form) -> int | None:
    """How many entries of a repeated section were sent; None if it was not on the page."""
    typed = form.get(ENTRIES + section["name"])
    return min(int(typed), MOST_ENTRIES) if typed.isascii() and typed.isdigit() else None


def _raw(kind: str, form: Form, name: str) -> Any:
    return [value for value in form.all(name) if value] if kind == "choices" else form.get(name).replace("\r\n", "\n")


def _value(kind: str, typed: Any) -> Any:
    """An answer as the contract wants it; None where nothing was typed."""
    if not typed or (isinstance(typed, str) and not typed.strip()):
        return None
    if kind == "date":
        return iso_date(typed)
    if kind == "integer" and WHOLE_NUMBER.fullmatch(typed):
        return int(typed)
    if kind in ("yes_no", "consent") and typed in ("yes", "no"):
        return typed == "yes"
    return typed


def iso_date(typed: str) -> str:
    """A day as Germans write it in the form of the contract; anything else as it was typed."""
    match = GERMAN_DATE.fullmatch(typed)
    if match is None:
        return typed.strip()
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return typed.strip()


def as_typed(kind: str, value: Any) -> Any:
    """An answer as it stands in its input."""
    if kind == "choices":
        return list(value) if isinstance(value, list) else [value] if value else []
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "amount" and isinstance(value, int):
        return f"{value // 100},{value % 100:02}"
    if kind == "date" and isinstance(value, str) and (day := _day(value)):
        return f"{day:%d.%m.%Y}"
    return "" if value is None else str(value)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def typed_in(sections: Sections, form: Form, known: Mapping[str, Any] | None = None) -> Typed:
    """What stands in every input, exactly as it was typed, over what is known of those that were not sent."""
    found: Typed = {**typed_from(sections, {}), **(known or {})}
    for section in sections:
        if not section.get("repeated"):
            found |= _typed(section, form, PREFIX)
        elif (count := _count(section, form)) is not None:
            name = section["name"]
            before = [*(found.get(name) or []), *({} for _ in range(count))]
            found[name] = [{**before[n], **_typed(section, form, f"{PREFIX}{name}.{n}.")} for n in range(count)]
    return found


def _typed(section: Mapping[str, Any], form: Form, prefix: str) -> Typed:
    return {
        field["name"]: [v for v in form.all(prefix + field["name"]) if v]
        if field["type"] == "choices"
        else form.get(prefix + field["name"])
        for field in section["fields"]
        if prefix + field["name"] in form
    }


def typed_at(typed: Typed, place: str) -> Any:
    """What stands in the input of a place, in the form or in an entry of a repeated step; None where there is no such input.

    A place for files (`attachments.<name>`) is none.
    """
    name, number, field = [*place.split("."), "", ""][:3]
    if not number:
        return typed.get(name, "")
    entries = dict(enumerate(typed.get(name) or ()))
    return entries[int(number)].get(field, "") if number.isdigit() and int(number) in entries else None


def typed_from(sections: Sections, answers: Mapping[str, Any]) -> Typed:
    """What stands in every input for answers that were saved."""
    found: Typed = {}
    for section in sections:
        if section.get("repeated"):
            found[section["name"]] = [_as_typed(section, entry) for entry in conditions.entries(section, answers)]
        else:
            found |= _as_typed(section, answers)
    return found


def _as_typed(section: Mapping[str, Any], answers: Mapping[str, Any]) -> Typed:
    return {field["name"]: as_typed(field["type"], answers.get(field["name"])) for field in section["fields"]}


def add_or_remove(section: Mapping[str, Any], given: dict[str, Any], do: str) -> None:
    """Change the number of entries as `add` or `remove:<entry>` says, within the bounds of the section."""
    entries = given.get(section["name"]) or [{} for _ in range(section["repeated"]["least"])]
    verb, _, number = do.partition(":")
    if verb == "add" and len(entries) < section["repeated"]["most"]:
        entries = [*entries, {}]
    elif verb == "remove" and number.isascii() and number.isdigit() and len(entries) > section["repeated"]["least"]:
        entries = [entry for place, entry in enumerate(entries) if place != int(number)]
    given[section["name"]] = entries


def asked(sections: Sections, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the answers that the form asks for: what was hidden after it was typed is left out."""
    found: dict[str, Any] = {}
    for step in conditions.steps(sections, answers, today()):
        kept = [
            {field["name"]: part.answers[field["name"]] for field in part.fields if field["name"] in part.answers}
            for part in step.entries
        ]
        found |= {step.section["name"]: kept} if step.section.get("repeated") else kept[0]
    return found


def groups(talk: Speech, sections: Sections, answers: Mapping[str, Any], origins: Mapping[str, str] | None = None) -> list[Group]:
    """What was answered, by section and entry; what was left empty is left out. `origins` are by field or repeated section."""
    found, known = [], origins or {}
    for position, section in enumerate(sections):
        title, step = talk.local(section["title"]), key_of(position, section)
        if not section.get("repeated"):
            found.append(Group(title, _pairs(talk, section, answers, known), step))
            continue
        same = {field["name"]: known.get(section["name"], "") for field in section["fields"]}
        entry = talk.local(section["repeated"]["entry"])
        for number, given in enumerate(answers.get(section["name"]) or (), 1):
            found.append(Group(f"{title}: {entry} {number}", _pairs(talk, section, given, same), step))
    return [group for group in found if group.pairs]


def changes(talk: Speech, sections: Sections, corrected: Mapping[str, Any]) -> list[Change]:
    """What a correction changed, a repeated section as a whole; nothing where what was before it was not kept."""
    before, after = corrected.get("before"), corrected.get("after")
    if before is None or after is None:
        return []
    found = []
    for section in sections:
        if section.get("repeated"):
            if section["name"] in corrected["changed"]:
                told = ["\n\n".join(map(_entry, groups(talk, [section], side))) for side in (before, after)]
                found.append(Change(talk.local(section["title"]), *told))
            continue
        for field in section["fields"]:
            name = field["name"]
            if name in corrected["changed"]:
                told = [spoken(talk, field, side[name]) if name in side else "" for side in (before, after)]
                found.append(Change(label_of(talk, field), *told))
    return found


def _entry(group: Group) -> str:
    return "\n".join([group.title, *(f"{pair.label}: {pair.text}" for pair in group.pairs)])


def _pairs(talk: Speech, section: Mapping[str, Any], answers: Mapping[str, Any], origins: Mapping[str, str]) -> list[Answered]:
    """An address is read as one answer, in its lines."""
    answered = [field for field in section["fields"] if answers.get(field["name"]) not in (None, "", [])]
    return [
        Answered(
            talk.local((address or run[0])["label"]),
            addresses.told(run, lambda field: spoken(talk, field, answers[field["name"]])),
            _origin(talk, run, origins),
        )
        for address, run in addresses.runs(answered)
    ]


def _origin(talk: Speech, run: Sequence[Mapping[str, Any]], origins: Mapping[str, str]) -> str:
    """Where an answer comes from, part by part where an address has more than one origin."""
    found = {talk.local(field["label"]): origins.get(field["name"], "") for field in run}
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    return "; ".join(f"{label}: {origin}" for label, origin in found.items() if origin)


def label_of(talk: Speech, field: Mapping[str, Any]) -> str:
    """What a question is called where it does not stand below its step: a part of an address with the name of the address."""
    label, address = talk.local(field["label"]), field.get("part_of")
    return f"{talk.local(address['label'])}: {label}" if address else label


def spoken(talk: Speech, field: Mapping[str, Any], value: Any) -> str:
    """An answer as one reads it."""
    kind = field["type"]
    said = conditions.yes_or_no(value) if isinstance(value, bool) or kind in ("yes_no", "consent") else None
    if said is not None:
        return talk.gettext(YES if said else NO)
    if kind in ("choice", "choices"):
        labels = {choice["value"]: talk.local(choice["label"]) for choice in field["choices"]}
        return ", ".join(str(labels.get(one, one)) for one in (value if isinstance(value, list) else [value]))
    if kind == "date" and (day := _day(str(value))):
        return talk.day(day)
    if kind == "amount" and (cents := conditions.cents(value)) is not None:
        return talk.money({"cents": cents, "currency": "EUR"})
    if kind == "iban":
        return " ".join(re.findall(".{1,4}", str(value).replace(" ", "")))
    return talk.local(countries.listed(kind).get(value)) or str(value)


def without_prefix(fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Errors by the plain name of the field, wherever the provider nested it."""
    return {name.removeprefix(PREFIX): slugs for name, slugs in fields.items()}
