"""Conditions as an editor without YAML writes them: some rows of a question, a comparison and a value, all of which must fit."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.body import Form
from gateway.pages import answers
from gateway.pages.editing import places, source, writing
from gateway.pages.editing.inputs import WHOLE_NUMBER
from gateway.pages.editing.parts import ADDRESS
from gateway.pages.editing.positions import Place
from gateway.pages.language import N_, Speech
from services.contracts import conditions
from services.contracts.addresses import PARTS

TESTS: dict[str, str] = {
    "is": N_("is"),
    "at_least": N_("is at least"),
    "at_most": N_("is at most"),
    "answered": N_("is answered"),
    "not_answered": N_("is not answered"),
}
YES, NO = ("yes", "ja", "true"), ("no", "nein", "false")
MOST_ROWS = 6
FREE_ROWS = 2
INLAND = tuple(part for part in PARTS if part not in ("country", "foreign_address"))
ENTRIES = "entries"
"""In place of the type of a field: a step that is filled in several times."""


@dataclass(frozen=True)
class Row:
    """A question, a comparison and what it is compared with, as typed."""

    field: str = ""
    test: str = ""
    value: str = ""


Known = Mapping[str, Mapping[str, Any]]
"""What a condition can name, by its name: fields, and steps that are filled in several times, in the order of the form."""


def known(values: Mapping[str, Any], place: Place) -> dict[str, Mapping[str, Any]]:
    """What stands before a step, a field or an attachment."""
    found: dict[str, Mapping[str, Any]] = {}
    step = int(place[1]) if place and place[0] == "sections" else None
    for number, section in enumerate(values.get("sections") or []):
        if step is not None and number > step:
            break
        inner = [field for field in section.get("fields") or [] if field.get("name")]
        if number == step:
            return found | dict(_answers(inner[: int(place[3])] if len(place) > 3 else []))  # noqa: PLR2004 - a field of it
        if section.get("repeated"):
            found[str(section.get("name"))] = {**section, "label": section.get("title"), "type": ENTRIES}
        else:
            found |= dict(_answers(inner))
    return found


def _answers(fields: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What fields are answered with, by name; an address with its parts, see docs/services.md."""
    for field in fields:
        name, label = str(field["name"]), field.get("label")
        if field.get("type") != ADDRESS:
            yield name, field
            continue
        for part in PARTS if field.get("abroad") else INLAND:
            labels = {language: f"{text}: {part}" for language, text in label.items()} if isinstance(label, Mapping) else None
            kind = "country" if part == "country" else "text"
            yield name.removesuffix(ADDRESS) + part, {"name": part, "label": labels, "type": kind}


def rows(when: Any, there: Known) -> list[Row] | None:
    """A condition in rows; None where it needs more than that."""
    if when in (None, {}):
        return []
    if not isinstance(when, Mapping):
        return None
    found: list[Row] = []
    for name, test in when.items():
        if name in conditions.JOINED:
            return None
        kind = there.get(name, {}).get("type", "")
        if not isinstance(test, Mapping):
            listed = test if isinstance(test, list) else [test]
            found.append(Row(name, "is", ", ".join(_spoken(kind, one) for one in listed)))
            continue
        for comparison, bound in test.items():
            if comparison not in conditions.COMPARISONS:
                return None
            word = "not_answered" if comparison == "answered" and bound is False else comparison
            found.append(Row(name, word, "" if comparison == "answered" else _spoken(kind, bound)))
    return found if len(found) <= MOST_ROWS else None


def written(when: Any) -> str:
    """A condition as a text on one line."""
    return "" if when is None else writing.one_line(when)


def typed_rows(form: Form) -> list[Row]:
    """The rows as they were sent."""
    return [
        Row(*(form.get(f"when.{number}.{part}") for part in ("field", "test", "value")))
        for number in range(MOST_ROWS + FREE_ROWS)
        if f"when.{number}.field" in form
    ]


def meant(form: Form, there: Known) -> Any:
    """The condition that was typed, in rows or as a text; None for none. What cannot be read is kept as it was typed."""
    if "when" in form:
        return _read(form.get("when"))
    found = [{row.field: _test(row, there.get(row.field, {}))} for row in typed_rows(form) if row.field]
    joined: dict[str, Any] = {}
    for part in found:
        [(name, test)] = part.items()
        before = joined.get(name)
        if name not in joined:
            joined[name] = test
        elif isinstance(before, dict) and isinstance(test, dict) and not before.keys() & test.keys():
            joined[name] = {**before, **test}
        else:
            return {"all": found}
    return joined or None


def options(talk: Speech, there: Known, chosen: str) -> list[dict[str, str]]:
    """What a row can name; also what it names already."""
    found = [{"value": name, "label": places.title(talk, field)} for name, field in there.items()]
    return found if not chosen or chosen in there else [*found, {"value": chosen, "label": chosen}]


def _read(text: str) -> Any:
    if not text.strip():
        return None
    try:
        return source.read(f"when: {text.strip()}\n").get("when")
    except source.UnreadableError:
        return text.strip()


def _spoken(kind: str, value: Any) -> str:
    if isinstance(value, bool):
        return YES[0] if value else NO[0]
    return str(answers.as_typed(kind, value)) if kind == "amount" else str(value)


def _test(row: Row, field: Mapping[str, Any]) -> Any:
    if row.test in ("answered", "not_answered"):
        return {"answered": row.test == "answered"}
    if row.test in ("at_least", "at_most"):
        return {row.test: _value(row.value, field)}
    listed = [_value(part, field) for part in row.value.split(",") if part.strip()]
    return listed[0] if len(listed) == 1 else listed


def _value(typed: str, field: Mapping[str, Any]) -> Any:
    """What was typed in the type of the question it is compared with; an answer of a list also by its label."""
    text, kind = typed.strip(), field.get("type")
    if kind in ("yes_no", "consent"):
        return text.lower() in YES if text.lower() in (*YES, *NO) else text
    if kind == "amount":
        found = conditions.cents(text)
        return text if found is None else found
    if kind in ("integer", ENTRIES):
        return int(text) if WHOLE_NUMBER.fullmatch(text) else text
    if kind == "date":
        return answers.iso_date(text)
    for choice in field.get("choices") or []:
        label = choice.get("label") if isinstance(choice, Mapping) else None
        if isinstance(label, Mapping) and text.casefold() in (str(part).casefold() for part in label.values()):
            return choice.get("value")
    return text


def as_shown(when: Any, there: Known) -> tuple[list[Row] | None, str]:
    """A condition in rows, with free ones to fill in, or as a text."""
    found = rows(when, there)
    if found is None:
        return None, written(when)
    return [*found, *(Row() for _ in range(FREE_ROWS))], ""
