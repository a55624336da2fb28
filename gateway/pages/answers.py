"""Forms of the catalogue on a page: from what is typed to the answers of the contract and back, and answers as a summary."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.body import Form
from gateway.pages import words
from gateway.pages.language import N_, Speech

PREFIX = "answers."
MOST_RADIOS = 4
"""More choices than this go into a list to choose from."""
GERMAN_DATE = re.compile(r"\s*(\d{1,2})\s*[./]\s*(\d{1,2})\s*[./]\s*(\d{4})\s*")
WHOLE_NUMBER = re.compile(r"\s*-?\d{1,15}\s*")
WIDGETS = {"email": "email", "phone": "tel", "long_text": "lines"}
INPUT_MODES = {"integer": "numeric", "postal_code": "numeric"}
PREFILL = {"given-name": "given_names", "family-name": "family_name", "email": "email"}
"""What the account knows, by the HTML token of the field."""

BOUNDS = {
    "too_small": ("least", N_("The smallest number is %(bound)s.")),
    "too_large": ("most", N_("The largest number is %(bound)s.")),
    "too_short": ("least", N_("This needs at least %(bound)s characters.")),
    "too_long": ("most", N_("This may have at most %(bound)s characters.")),
}
DATE_HINT = N_("Day.month.year, for example 27.3.1985")


@dataclass(frozen=True)
class FieldView:
    """A field as the template draws it."""

    id: str
    input_name: str
    widget: str
    label: str
    hint: str
    value: str
    error: str
    required: bool
    autocomplete: str
    inputmode: str
    width: str
    options: list[dict[str, str]]


@dataclass(frozen=True)
class SectionView:
    """A section of a form."""

    title: str
    fields: list[FieldView]


@dataclass(frozen=True)
class Group:
    """A section of answers in a summary."""

    title: str
    pairs: list[tuple[str, str]]


def fields_of(sections: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Every field of a form, in order."""
    return [field for section in sections for field in section["fields"]]


def read(sections: Iterable[Mapping[str, Any]], form: Form) -> dict[str, Any]:
    """The answers as the contract wants them; what does not fit its type goes on as it was typed, and comes back as an error."""
    found: dict[str, Any] = {}
    for field in fields_of(sections):
        typed = form.get(PREFIX + field["name"]).replace("\r\n", "\n")
        if typed.strip():
            found[field["name"]] = _value(field["type"], typed)
    return found


def _value(kind: str, typed: str) -> Any:
    if kind == "date":
        return iso_date(typed)
    if kind == "integer" and WHOLE_NUMBER.fullmatch(typed):
        return int(typed)
    if kind == "yes_no" and typed in ("yes", "no"):
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


def as_typed(kind: str, value: Any) -> str:
    """An answer as it stands in its input."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "date" and isinstance(value, str):
        try:
            return f"{date.fromisoformat(value):%d.%m.%Y}"
        except ValueError:
            return value
    return str(value)


def typed_in(sections: Iterable[Mapping[str, Any]], form: Form) -> dict[str, str]:
    """What stands in every input, exactly as it was typed."""
    return {field["name"]: form.get(PREFIX + field["name"]) for field in fields_of(sections)}


def typed_from(sections: Iterable[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, str]:
    """What stands in every input for answers that were saved."""
    return {field["name"]: as_typed(field["type"], answers.get(field["name"])) for field in fields_of(sections)}


def prefilled(sections: Iterable[Mapping[str, Any]], person: Mapping[str, Any]) -> dict[str, str]:
    """What the account knows already."""
    return {
        field["name"]: person[PREFILL[field["autocomplete"]]]
        for field in fields_of(sections)
        if PREFILL.get(field.get("autocomplete") or "") in person
    }


def views(
    talk: Speech, sections: Iterable[Mapping[str, Any]], typed: Mapping[str, str], errors: Mapping[str, list[str]]
) -> list[SectionView]:
    """The form as the template draws it."""
    return [
        SectionView(
            talk.local(section["title"]),
            [_view(talk, field, typed.get(field["name"], ""), errors.get(field["name"], [])) for field in section["fields"]],
        )
        for section in sections
    ]


def _view(talk: Speech, field: Mapping[str, Any], typed: str, slugs: list[str]) -> FieldView:
    kind = field["type"]
    hint = talk.local(field.get("help"))
    if kind == "date":
        hint = f"{hint} {talk.gettext(DATE_HINT)}".strip()
    return FieldView(
        id=f"f-{field['name']}",
        input_name=PREFIX + field["name"],
        widget=_widget(field),
        label=talk.local(field["label"]),
        hint=hint,
        value=typed,
        error=error_text(talk, field, slugs),
        required=field["required"],
        autocomplete=field.get("autocomplete") or "",
        inputmode=INPUT_MODES.get(kind, ""),
        width="short" if kind in ("date", "integer", "postal_code") else "",
        options=_options(talk, field),
    )


def _widget(field: Mapping[str, Any]) -> str:
    if field["type"] == "yes_no":
        return "radios"
    if field["type"] == "choice":
        return "radios" if len(field["choices"]) <= MOST_RADIOS else "select"
    return WIDGETS.get(field["type"], "text")


def _options(talk: Speech, field: Mapping[str, Any]) -> list[dict[str, str]]:
    if field["type"] == "yes_no":
        return [{"value": "yes", "label": talk.gettext(YES)}, {"value": "no", "label": talk.gettext(NO)}]
    return [{"value": choice["value"], "label": talk.local(choice["label"])} for choice in field.get("choices") or ()]


YES, NO = N_("Yes"), N_("No")


def error_text(talk: Speech, field: Mapping[str, Any], slugs: list[str]) -> str:
    """What is wrong with the field, with its bound where it has one."""
    if not slugs:
        return ""
    bound, message = BOUNDS.get(slugs[0], ("", ""))
    if bound and field.get(bound) is not None:
        return talk.gettext(message) % {"bound": field[bound]}
    return talk.gettext(words.field_error(slugs))


def summary_of_errors(
    talk: Speech, sections: Iterable[Mapping[str, Any]], errors: Mapping[str, list[str]]
) -> list[dict[str, str]]:
    """The errors in the order of the form, for the list at the top of the page."""
    known = {field["name"]: field for field in fields_of(sections)}
    return [
        {"name": name, "id": f"f-{name}", "label": talk.local(field["label"]), "text": error_text(talk, field, errors[name])}
        for name, field in known.items()
        if name in errors
    ] + [
        {"name": name, "id": "content", "label": name, "text": talk.gettext(words.field_error(slugs))}
        for name, slugs in errors.items()
        if name not in known
    ]


def groups(talk: Speech, sections: Iterable[Mapping[str, Any]], answers: Mapping[str, Any]) -> list[Group]:
    """What was answered, by section; what was left empty is left out."""
    found = []
    for section in sections:
        pairs = [
            (talk.local(field["label"]), spoken(talk, field, answers[field["name"]]))
            for field in section["fields"]
            if answers.get(field["name"]) not in (None, "")
        ]
        if pairs:
            found.append(Group(talk.local(section["title"]), pairs))
    return found


def spoken(talk: Speech, field: Mapping[str, Any], value: Any) -> str:
    """An answer as one reads it."""
    if isinstance(value, bool):
        return talk.gettext(YES if value else NO)
    if field["type"] == "choice":
        return next((talk.local(c["label"]) for c in field["choices"] if c["value"] == value), str(value))
    if field["type"] == "date":
        try:
            return talk.day(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    return str(value)


def without_prefix(fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Errors by the plain name of the field, wherever the provider nested it."""
    return {name.removeprefix(PREFIX): slugs for name, slugs in fields.items()}
