"""A step of a form as its template draws it, with the rules by which the browser checks what is typed."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from schwifty import registry
from schwifty.exceptions import InvalidCountryCode

from gateway.pages import words
from gateway.pages.answers import NO, PREFIX, YES, Sections, Typed, key_of, label_of, today
from gateway.pages.language import N_, Speech
from services.contracts import conditions, countries
from services.contracts.conditions import Asked, Step
from services.contracts.din91379 import name_pattern, text_pattern
from services.contracts.spellings import SPELLINGS

MOST_RADIOS = 4
"""More choices than this go into a list to choose from."""

WIDGETS = {"email": "email", "phone": "tel", "long_text": "lines", "choices": "ticks", "consent": "tick"}
INPUT_MODES = {"integer": "numeric", "postal_code": "numeric", "amount": "decimal"}
SHORT = ("date", "integer", "postal_code", "amount")
BOUNDS = {
    "too_small": ("least", N_("The smallest number is %(bound)s.")),
    "too_large": ("most", N_("The largest number is %(bound)s.")),
    "too_short": ("least", N_("This needs at least %(bound)s characters.")),
    "too_long": ("most", N_("This may have at most %(bound)s characters.")),
    "amount_too_small": ("least", N_("The smallest amount is %(bound)s.")),
    "amount_too_large": ("most", N_("The largest amount is %(bound)s.")),
    "too_few_choices": ("least", N_("Please tick at least %(bound)s.")),
    "too_many_choices": ("most", N_("Please tick at most %(bound)s.")),
}
DAYS = {
    "date_in_past": ("earliest", N_("The earliest day possible here is %(day)s.")),
    "date_too_early": ("earliest", N_("The earliest day possible here is %(day)s.")),
    "date_in_future": ("latest", N_("The latest day possible here is %(day)s.")),
    "date_too_late": ("latest", N_("The latest day possible here is %(day)s.")),
}
DATE_HINT = N_("Day.month.year, for example 27.3.1985")
AMOUNT_HINT = N_("In euros, for example 12,50")
SLUGS = {
    "text": ("text", "too_short", "too_long", "pattern"),
    "long_text": ("text", "too_short", "too_long"),
    "name": ("text", "name_letters", "too_short", "too_long"),
    "date": (
        "date",
        "short_year",
        "no_such_year",
        "no_such_day",
        "date_in_future",
        "date_in_past",
        "date_too_early",
        "date_too_late",
    ),
    "integer": ("integer", "too_small", "too_large"),
    "amount": ("amount", "amount_too_small", "amount_too_large"),
    "choices": ("choice", "too_few_choices", "too_many_choices"),
    "country": ("choice",),
    "nationality": ("choice",),
}
"""What can be wrong with an answer, by the type of its field; for the others the type is the slug."""

RULES = ("type", "name", "required", "least", "most", "is_past", "earliest", "latest", "pattern", "when")


@dataclass(frozen=True)
class AddressView:
    """The address that a field is a part of, as the template draws it around its parts."""

    place: str
    label: str
    hint: str

    @property
    def id(self) -> str:
        """Its element on the page."""
        return id_of(self.place)


@dataclass(frozen=True)
class FieldView:
    """A field as the template draws it. `place` is its name, in a repeated step with the entry before it.

    Its error `is_news` where what stands in it is not wrong: scripts let it stand until the answer is changed.
    """

    place: str
    widget: str
    label: str
    hint: str
    value: str
    ticked: list[str]
    error: str
    required: bool
    autocomplete: str
    inputmode: str
    width: str
    options: list[dict[str, str]]
    is_shown: bool
    is_conditional: bool
    rules: str
    address: AddressView | None = None
    part: str = ""
    is_news: bool = False

    @property
    def id(self) -> str:
        """Its element on the page."""
        return id_of(self.place)

    @property
    def input_name(self) -> str:
        """Its name in what is sent."""
        return PREFIX + self.place


@dataclass(frozen=True)
class EntryView:
    """The questions of a step, or of one entry of a repeated one."""

    number: int | None
    title: str
    fields: list[FieldView]

    @property
    def runs(self) -> list[tuple[AddressView | None, list[FieldView]]]:
        """The questions in order, those of an address together."""
        return [(address, list(run)) for address, run in groupby(self.fields, key=lambda field: field.address)]


@dataclass(frozen=True)
class StepView:
    """A step of a form."""

    key: str
    name: str
    title: str
    help: str
    entries: list[EntryView]
    entry_label: str
    may_add: bool
    may_remove: bool
    error: str


def id_of(place: str) -> str:
    """The id of the element of a field."""
    return f"f-{place.replace('.', '-')}"


def step_view(talk: Speech, step: Step, typed: Typed, errors: Mapping[str, list[str]]) -> StepView:
    """A step as the template draws it, with what stands in its inputs."""
    section, repeated = step.section, step.section.get("repeated") or {}
    label = talk.local(repeated["entry"]) if repeated else ""
    return StepView(
        key=key_of(step.position, section),
        name=section.get("name") or "",
        title=talk.local(section["title"]),
        help=talk.local(section.get("help")),
        entries=[_entry(talk, section, asked, label, typed, errors) for asked in step.entries],
        entry_label=label,
        may_add=bool(repeated) and len(step.entries) < repeated["most"],
        may_remove=bool(repeated) and len(step.entries) > repeated["least"],
        error=talk.gettext(words.field_error(errors[section["name"]])) if repeated and section["name"] in errors else "",
    )


def _entry(
    talk: Speech, section: Mapping[str, Any], asked: Asked, label: str, typed: Typed, errors: Mapping[str, list[str]]
) -> EntryView:
    shown = {field["name"] for field in asked.fields}
    if asked.number is None:
        title, prefix, values = "", "", typed
    else:
        title, prefix = f"{label} {asked.number + 1}", f"{section['name']}.{asked.number}."
        values = dict(enumerate(typed.get(section["name"]) or [])).get(asked.number, {})
    fields = [
        _view(talk, field, prefix, values.get(field["name"], ""), errors.get(prefix + field["name"], []), field["name"] in shown)
        for field in section["fields"]
    ]
    return EntryView(asked.number, title, fields)


def _view(talk: Speech, field: Mapping[str, Any], prefix: str, typed: Any, slugs: list[str], is_shown: bool) -> FieldView:
    kind, whole = field["type"], field.get("part_of")
    hints = [talk.local(field.get("help"))]
    if kind == "date":
        hints.append(talk.gettext(DATE_HINT))
    elif kind == "amount":
        hints.append(talk.gettext(AMOUNT_HINT))
    elif field.get("example"):
        hints.append(talk.gettext(N_("For example: %(example)s")) % {"example": field["example"]})
    return FieldView(
        place=prefix + field["name"],
        widget=_widget(field),
        label=talk.local(field["label"]),
        hint=" ".join(filter(None, hints)),
        value=typed if isinstance(typed, str) else "",
        ticked=typed if isinstance(typed, list) else [],
        error=error_text(talk, field, slugs),
        required=field["required"],
        autocomplete=field.get("autocomplete") or "",
        inputmode=INPUT_MODES.get(kind, ""),
        width="short" if kind in SHORT else "",
        options=_options(talk, field),
        is_shown=is_shown,
        is_conditional=bool(field.get("when")),
        rules=json.dumps(rules(talk, field), ensure_ascii=False),
        address=AddressView(prefix + whole["name"], talk.local(whole["label"]), talk.local(whole.get("help"))) if whole else None,
        part=whole["part"] if whole else "",
    )


def rules(talk: Speech, field: Mapping[str, Any]) -> dict[str, Any]:
    """By what the browser checks a field, and what it says: the definition of the service's file, and the words of the pages."""
    whole = field.get("part_of")
    slugs = ("required", *(["address_incomplete"] if whole else []), *SLUGS.get(field["type"], (field["type"],)))
    spelling = {"spelling": SPELLINGS[field["spelling"]]} if field.get("spelling") else {}
    return {
        **spelling,
        **{name: field[name] for name in RULES if field.get(name) not in (None, False)},
        **({"address": whole["name"], "part": whole["part"]} if whole else {}),
        "words": {slug: error_text(talk, field, [slug]) for slug in slugs},
    }


def letters(sections: Sections) -> dict[str, Any]:
    """What a browser needs beside the rules of the fields: the letters of DIN 91379, and how long and of what an IBAN is."""
    kinds = {field["type"] for section in sections for field in section["fields"]}
    found: dict[str, Any] = {}
    if "name" in kinds:
        found["name"] = name_pattern()
    if kinds & {"name", "text", "long_text", "email"}:
        found["text"] = text_pattern()
    if "iban" in kinds:
        found["iban"] = ibans()
    return found


def for_the_browser(sections: Sections, before: Mapping[str, Any] | None = None) -> str:
    """What scripts need to know beside the rules of the fields: the answers that count `before` this page, today, and letters."""
    told = {"scope": before or {}, "today": today(), "letters": letters(sections)}
    return json.dumps(told, ensure_ascii=False, default=str)


@cache
def ibans() -> dict[str, str]:
    """What follows the check digits of an IBAN, by country."""
    found = {}
    for country in countries.countries():
        with suppress(InvalidCountryCode):
            found[country] = registry.get_iban_spec(country).regex.pattern.strip("^$").replace(r"\d", "[0-9]")
    return found


def _widget(field: Mapping[str, Any]) -> str:
    kind = field["type"]
    if kind == "yes_no":
        return "radios"
    if kind == "choice":
        return "radios" if len(field["choices"]) <= MOST_RADIOS else "select"
    return "select" if kind in ("country", "nationality") else WIDGETS.get(kind, "text")


def _options(talk: Speech, field: Mapping[str, Any]) -> list[dict[str, str]]:
    kind = field["type"]
    if kind == "yes_no":
        return [{"value": "yes", "label": talk.gettext(YES)}, {"value": "no", "label": talk.gettext(NO)}]
    if listed := countries.listed(kind):
        named = [{"value": code, "label": talk.local(names)} for code, names in listed.items()]
        return sorted(named, key=lambda option: (option["value"] != "DE", _sorted(option["label"])))
    return [{"value": choice["value"], "label": talk.local(choice["label"])} for choice in field.get("choices") or ()]


def _sorted(label: str) -> str:
    return label.translate(str.maketrans("ÄÖÜÅÉäöüåéôçãí", "AOUAEaouaeocai")).casefold()


def error_text(talk: Speech, field: Mapping[str, Any], slugs: list[str]) -> str:
    """What is wrong with the field, with its bound where it has one."""
    if not slugs:
        return ""
    slug = "consent" if field["type"] == "consent" else slugs[0]
    if slug == "pattern" and field.get("pattern_message"):
        return talk.local(field["pattern_message"])
    if slug in DAYS and (said := _day_bound(talk, field, *DAYS[slug])):
        return said
    bound, message = BOUNDS.get(slug, ("", ""))
    limit = conditions.MOST_CENTS if slug == "amount_too_large" and field.get("most") is None else field.get(bound)
    if limit is not None:
        told = talk.money({"cents": limit, "currency": "EUR"}) if field["type"] == "amount" else limit
        return talk.gettext(message) % {"bound": told}
    return talk.gettext(words.field_error([slug]))


def _day_bound(talk: Speech, field: Mapping[str, Any], bound: str, message: str) -> str:
    """What a day should have been: in the words of the service, else with the day; empty where that hangs on another answer."""
    rule = field.get(bound)
    if rule is None:
        return ""
    if field.get(f"{bound}_message"):
        return talk.local(field[f"{bound}_message"])
    limit = conditions.day_of(rule, {}, today())
    return talk.gettext(message) % {"day": talk.day(limit)} if limit else ""


def summary_of_errors(
    talk: Speech, steps: Iterable[Step], errors: Mapping[str, list[str]], here: str = ""
) -> list[dict[str, str]]:
    """The errors in the order of the form, for the list at the top of the page; those of other steps lead there."""
    known: dict[str, tuple[str, str, Mapping[str, Any]]] = {}
    for step in steps:
        key, section = key_of(step.position, step.section), step.section
        page = "" if key == here else f"?step={key}"
        if section.get("repeated"):
            known[section["name"]] = (page + "#content", talk.local(section["title"]), {"type": "entries"})
        for asked in step.entries:
            for field in asked.fields:
                label = label_of(talk, field)
                place = field["name"]
                if asked.number is not None:
                    place = f"{section['name']}.{asked.number}.{place}"
                    label = f"{talk.local(section['repeated']['entry'])} {asked.number + 1}, {label}"
                known[place] = (f"{page}#{id_of(place)}", label, field)
    known.setdefault("service", ("#content", talk.gettext("Service"), {"type": ""}))
    ordered = [place for place in known if place in errors] + [place for place in errors if place not in known]
    nowhere: tuple[str, str, Mapping[str, Any]] = ("#content", "", {"type": ""})
    return [
        {
            "name": place,
            "href": known.get(place, nowhere)[0],
            "id": known.get(place, nowhere)[0].partition("#")[2],
            "label": known.get(place, nowhere)[1] or place,
            "text": error_text(talk, known.get(place, nowhere)[2], errors[place]),
        }
        for place in ordered
    ]


def places(step: Step) -> set[str]:
    """The places of the questions that a step asks, and of its entries as a whole."""
    asked = [(entry.number, field["name"]) for entry in step.entries for field in entry.fields]
    if not step.section.get("repeated"):
        return {name for _, name in asked}
    section: str = step.section["name"]
    return {section, *(f"{section}.{number}.{name}" for number, name in asked)}
