"""Checks the answers of a form: marshmallow schemas built from the fields of a service's catalogue file."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from services.applications.catalogue import Service
from services.chassis import clock
from services.contracts import conditions, countries, values
from services.contracts.conditions import LARGEST_NUMBER, Asked
from services.contracts.din91379 import is_text
from services.contracts.errors import Invalid
from services.contracts.forms import MOST_ENTRIES
from services.contracts.registry import flat
from services.contracts.spellings import spelled

Answers = Mapping[str, Any]

LONGEST_ANSWER = 5000
LONGEST_EMAIL = 254
UNUSABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent on a day: what reads the same later was right on that day, and no time that has passed makes it wrong."""

    answers: Answers
    on: date

    def has(self, section: Mapping[str, Any], name: str, day: date) -> bool:
        """Whether this day was sent as an answer to this question, in whatever entry."""
        return any(conditions.day(entry.get(name)) == day for entry in self._entries(section))

    def has_all(self, section: Mapping[str, Any], answers: Answers) -> bool:
        """Whether these were sent together, in whatever entry."""
        return any(all(entry.get(name) == answer for name, answer in answers.items()) for entry in self._entries(section))

    def _entries(self, section: Mapping[str, Any]) -> Sequence[Answers]:
        return conditions.entries(section, self.answers) if section.get("repeated") else [self.answers]


def today() -> date:
    """The day in Germany."""
    return clock.in_germany(clock.now()).date()


class FormText(values.OfficialText):
    """An answer in words, on one line or several."""

    default_error_messages = {"brief": "too_short"}

    def __init__(self, *, briefest: int = 1, lines: bool = False, **kwargs: Any) -> None:
        self.briefest, self.lines = briefest, lines
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not self.lines and ("\n" in text or "\t" in text):
            raise self.make_error("invalid")
        if len(text) < self.briefest:
            raise self.make_error("brief")
        return text


class FormDate(fields.Field[date]):
    """A day as `2026-01-31` or `31.1.2026`."""

    default_error_messages = {slug: slug for slug in ("date", "short_year", "no_such_year", "no_such_day")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        day = conditions.day(value)
        if day is None:
            raise self.make_error(conditions.no_day(value))
        return day

    def _serialize(self, value: date | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value.isoformat() if value else None


class FormInteger(fields.Field[int]):
    """A whole number, also as typed in digits."""

    default_error_messages = {"invalid": "integer", "small": "too_small", "large": "too_large"}
    read = staticmethod(conditions.whole_number)

    def __init__(self, *, least: int | None, most: int | None, **kwargs: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        number = self.read(value)
        if number is None:
            raise self.make_error("invalid")
        if self.least is not None and number < self.least:
            raise self.make_error("small")
        if self.most is not None and number > self.most:
            raise self.make_error("large")
        return number


class FormAmount(FormInteger):
    """Cents, also as typed in euros: `12,50`."""

    default_error_messages = {"invalid": "amount", "small": "amount_too_small", "large": "amount_too_large"}
    read = staticmethod(conditions.cents)


class FormYesNo(fields.Field[bool]):
    """Yes or no, also as a form of a page sends it."""

    default_error_messages = {"invalid": "yes_no"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        said = conditions.yes_or_no(value)
        if said is None:
            raise self.make_error("invalid")
        return said


class FormConsent(FormYesNo):
    """A box that must be ticked."""

    default_error_messages = {"invalid": "consent"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not super()._deserialize(value, attr, data, **kwargs):
            raise self.make_error("invalid")
        return True


class FormChoices(fields.Field[list[str]]):
    """Several of a list, in its order; `least` and `most` say how many."""

    default_error_messages = {"invalid": "choice", "few": "too_few_choices", "many": "too_many_choices"}

    def __init__(self, *, allowed: list[str], least: int | None, most: int | None, **kwargs: Any) -> None:
        self.allowed, self.least, self.most = allowed, least, most
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        ticked = value if isinstance(value, list) else [value]
        if not ticked or not all(isinstance(one, str) and one in self.allowed for one in ticked):
            raise self.make_error("invalid")
        found = [one for one in self.allowed if one in ticked]
        if self.least is not None and len(found) < self.least:
            raise self.make_error("few")
        if self.most is not None and len(found) > self.most:
            raise self.make_error("many")
        return found


class FormIban(fields.Field[str]):
    """The number of a bank account, without spaces."""

    default_error_messages = {"invalid": "iban"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not value.isascii():
            raise self.make_error("invalid")
        try:
            return str(IBAN(value.strip()).compact)
        except SchwiftyException:
            raise self.make_error("invalid") from None


class FormPattern(values.Text):
    """A short text of a fixed form; `slug` says what it should have been."""

    def __init__(self, pattern: str, slug: str, **kwargs: Any) -> None:
        self.pattern = re.compile(pattern)
        super().__init__(error_messages={"invalid": slug, "long": slug, **kwargs.pop("error_messages", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not self.pattern.fullmatch(text):
            raise self.make_error("invalid")
        return text


class FormShaped(FormText):
    """A text on one line of a form of its own, in its `spelling` if it has one."""

    default_error_messages = {"shape": "pattern"}

    def __init__(self, pattern: str, spelling: str | None, **kwargs: Any) -> None:
        self.pattern, self.spelling = re.compile(pattern), spelling
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if self.spelling and isinstance(value, str):
            value = spelled(self.spelling, value)
        text = super()._deserialize(value, attr, data, **kwargs)
        if not self.pattern.fullmatch(text):
            raise self.make_error("shape")
        return text


class FormEmail(fields.Email):
    """An e-mail address, trimmed, of at most 254 characters."""

    default_error_messages = {"invalid": "email", "invalid_utf8": "email"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        if len(text) > LONGEST_EMAIL or not is_text(text):
            raise self.make_error("invalid")
        return text


POSTAL_CODE = r"(?!00|01000|99999)[0-9]{5}"
"""German postal codes lie between 01001 and 99998."""
PHONE = r"(?=(?:[^0-9]*[0-9]){5,20}[^0-9]*\Z)\+?[0-9 ()/.\-]{5,30}"
FIELDS: dict[str, Callable[[dict[str, Any], dict[str, Any]], fields.Field[Any]]] = {
    "text": lambda field, common: (FormShaped if field.get("pattern") else FormText)(**_line(field), **common),
    "long_text": lambda field, common: FormText(briefest=field["least"] or 1, most=field["most"] or 2000, lines=True, **common),
    "name": lambda field, common: values.Name(most=field["most"] or 100, least=field["least"] or 1, **common),
    "date": lambda _field, common: FormDate(**common),
    "integer": lambda field, common: FormInteger(least=field["least"], most=field["most"], **common),
    "amount": lambda field, common: FormAmount(least=field["least"], most=most_of(field), **common),
    "choice": lambda field, common: _one_of(_choices(field), common),
    "choices": lambda field, common: FormChoices(allowed=_choices(field), least=field["least"], most=field["most"], **common),
    "yes_no": lambda _field, common: FormYesNo(**common),
    "consent": lambda _field, common: FormConsent(**common),
    "email": lambda _field, common: FormEmail(**common),
    "phone": lambda _field, common: FormPattern(PHONE, "phone", **common),
    "postal_code": lambda _field, common: FormPattern(POSTAL_CODE, "postal_code", **common),
    "iban": lambda _field, common: FormIban(**common),
    "country": lambda _field, common: _one_of(list(countries.countries()), common),
    "nationality": lambda _field, common: _one_of(list(countries.nationalities()), common),
}
"""How each of the contract's FIELD_TYPES is read."""


def most_of(field: Mapping[str, Any]) -> int:
    """The largest amount that a field takes. Cents."""
    return conditions.MOST_CENTS if field["most"] is None else min(field["most"], conditions.MOST_CENTS)


def _choices(field: dict[str, Any]) -> list[str]:
    return [choice["value"] for choice in field["choices"]]


def _one_of(allowed: list[str], common: dict[str, Any]) -> fields.String:
    told = {**common["error_messages"], "invalid": "choice", "invalid_utf8": "choice"}
    return fields.String(validate=validate.OneOf(allowed, error="choice"), **{**common, "error_messages": told})


def _line(field: dict[str, Any]) -> dict[str, Any]:
    length = {"briefest": field["least"] or 1, "most": field["most"] or 200}
    return {**length, "pattern": field["pattern"], "spelling": field.get("spelling")} if field.get("pattern") else length


class Form(Schema):
    """The answers of a form; those of a repeated section are nested."""

    class Meta:
        unknown = RAISE


@lru_cache(maxsize=500)
def schema_of(service: Service) -> Schema:
    """The marshmallow schema of a service's form. Nothing is required in it: that hangs on what is asked for."""
    made: dict[str, fields.Field[Any]] = {}
    for section in service.sections:
        inner = {field["name"]: _field(field) for field in section["fields_"]}
        if section.get("repeated"):
            made[section["name"]] = fields.List(fields.Nested(Form.from_dict(dict(inner))))
        else:
            made.update(inner)
    return Form.from_dict(dict(made))()


def _field(field: dict[str, Any]) -> fields.Field[Any]:
    return FIELDS[field["type"]](field, {"error_messages": {"required": "required", "null": "required"}})


def errors(service: Service, answers: Answers) -> dict[str, list[str]]:
    """What is wrong with the answers now, as slugs by field (`children.0.name` in a repeated section); empty if complete."""
    try:
        complete(service, answers)
    except Invalid as error:
        return error.fields
    return {}


def complete(service: Service, answers: Answers, place: str = "", sent: Sent | None = None) -> dict[str, Any]:
    """The answers in their final form, dates as ISO text, amounts in cents, and none to what is not asked for.

    Raises invalid; the names of wrong fields begin with `place`. With `sent`, these are corrections of it.
    """
    schema = schema_of(service)
    wrong = {place + name: ["unknown_field"] for name in answers if name not in schema.fields}
    found: dict[str, Any] = {}
    for step in conditions.steps(service.sections, answers, sent.on if sent else today()):
        section = step.section

        def first(name: str, day: date, section: Mapping[str, Any] = section) -> date:
            return sent.on if sent and sent.has(section, name, day) else today()

        for asked in step.entries:
            within = place if asked.number is None else f"{place}{section['name']}.{asked.number}."
            wrong |= {within + name: ["address_incomplete"] for name in _missing_parts(asked, section, sent)}
        if not section.get("repeated"):
            found.update(_answered(schema, step.entries[0], place, wrong, first))
            continue
        name, inner = section["name"], nested(schema, section["name"])
        found[name] = [_answered(inner, entry, f"{place}{name}.{entry.number}.", wrong, first) for entry in step.entries]
        if len(step.entries) > section["repeated"]["most"]:
            wrong[place + name] = ["too_many_entries"]
        elif not _is_list_of_objects(answers.get(name)):
            wrong[place + name] = ["list"]
    if wrong:
        raise _look_again(wrong)
    return dict(schema.dump(found))


def nested(schema: Schema, name: str) -> Schema:
    """The schema of the entries of a repeated section."""
    entries: Any = schema.fields[name]
    inner: Schema = entries.inner.schema
    return inner


def _answered(
    schema: Schema, asked: Asked, place: str, wrong: dict[str, list[str]], first: Callable[[str, date], date]
) -> dict[str, Any]:
    """The answers to what is asked for, as marshmallow reads them; what is wrong goes into `wrong`.

    `first` tells since when an answer has counted.
    """
    if asked.number is not None:
        wrong.update({place + name: ["unknown_field"] for name in asked.answers if name not in schema.fields})
    found = {}
    for field in asked.fields:
        name, value = field["name"], asked.answers.get(field["name"])
        if is_empty(field, value):
            if field["required"]:
                wrong[place + name] = ["required"]
            continue
        try:
            read = schema.fields[name].deserialize(value)
        except ValidationError as error:
            wrong[place + name] = flat(error.messages)[""]
        else:
            if slug := _outside(field, read, asked, first):
                wrong[place + name] = [slug]
            found[name] = read
    return found


def _missing_parts(asked: Asked, section: Mapping[str, Any], sent: Sent | None) -> Iterator[str]:
    """Parts that are left out of addresses which may be left out as a whole only. No country means Germany."""
    begun: dict[str, list[Mapping[str, Any]]] = {}
    for field in asked.fields:
        if field.get("part_of"):
            begun.setdefault(field["part_of"]["name"], []).append(field)
    for parts in begun.values():
        given = {part["name"]: asked.answers.get(part["name"]) for part in parts}
        missing = [part for part in parts if is_empty(part, given[part["name"]])]
        if len(missing) < len(parts) and not (sent and sent.has_all(section, given)):
            yield from (part["name"] for part in missing if not part["required"] and part["part_of"]["part"] != "country")


def _outside(field: Mapping[str, Any], read: Any, asked: Asked, first: Callable[[str, date], date]) -> str:
    """The slug of the bound that a day lies beyond; empty if it does not.

    What has counted for a while keeps to the earliest day as it was then and to the latest as it is now, so that no bound comes
    nearer with time.
    """
    if field["type"] != "date":
        return ""
    if field["is_past"] and read > today():
        return "date_in_future"
    for bound, near, far in (("earliest", "date_in_past", "date_too_early"), ("latest", "date_in_future", "date_too_late")):
        rule = field.get(bound)
        now = first(field["name"], read) if bound == "earliest" else today()
        limit = conditions.day_of(rule, asked.scope, now) if rule else None
        if limit is not None and (read < limit if bound == "earliest" else read > limit):
            return near if rule == "today" else far
    return ""


def keepable(service: Service, answers: Answers, place: str = "") -> dict[str, Any]:
    """The answers as typed, for a draft; raises invalid for what nobody can have typed into this form."""
    schema = schema_of(service)
    wrong: dict[str, list[str]] = {}
    for name, value in answers.items():
        field = schema.fields.get(name)
        if isinstance(field, fields.List) and value is not None:
            _check_entries(nested(schema, name), value, place + name, wrong)
        elif slug := _unusable(field, value):
            wrong[place + name] = [slug]
    if wrong:
        raise _look_again(wrong)
    return dict(answers)


def carried_over(service: Service, answers: Answers) -> tuple[dict[str, Any], list[str]]:
    """What of the answers to another version of a form this one can keep, and the names of what it cannot (`children.0.name`)."""
    schema, fit, lost = schema_of(service), {}, []
    for name, value in answers.items():
        field = schema.fields.get(name)
        if isinstance(field, fields.List) and isinstance(value, list) and _is_list_of_objects(value):
            entries = [_fitting(nested(schema, name), entry) for entry in value]
            fit[name] = [kept for kept, _ in entries]
            lost += [f"{name}.{number}.{inner}" for number, (_, gone) in enumerate(entries) for inner in gone]
        elif isinstance(field, fields.List) != isinstance(value, list) or _unusable(field, value):
            lost.append(name)
        else:
            fit[name] = value
    return fit, lost


def _fitting(schema: Schema, entry: Answers) -> tuple[dict[str, Any], list[str]]:
    lost = [name for name, value in entry.items() if _unusable(schema.fields.get(name), value)]
    return {name: value for name, value in entry.items() if name not in lost}, lost


def _check_entries(schema: Schema, value: Any, place: str, wrong: dict[str, list[str]]) -> None:
    if not _is_list_of_objects(value):
        wrong[place] = ["list"]
    elif len(value) > MOST_ENTRIES:
        wrong[place] = ["too_many_entries"]
    else:
        for number, entry in enumerate(value):
            found = {name: slug for name, one in entry.items() if (slug := _unusable(schema.fields.get(name), one))}
            wrong.update({f"{place}.{number}.{name}": [slug] for name, slug in found.items()})


def _is_list_of_objects(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(entry, dict) for entry in value))


def pieces(service: Service, name: str | None, answers: Answers) -> int:
    """How many pieces are asked for in the field of that name, or as entries of that section.

    1 where there is none, where it is not asked for, or where no valid number stands in it.
    """
    if name is None:
        return 1
    for step in conditions.steps(service.sections, answers, today()):
        if step.section.get("repeated"):
            if step.section["name"] == name:
                return max(1, len(step.entries))
        elif any(field["name"] == name for field in step.entries[0].fields):
            return _number(schema_of(service).fields[name], answers.get(name))
    return 1


def _number(field: fields.Field[Any], value: Any) -> int:
    try:
        return int(field.deserialize(value) or 1)
    except ValidationError:
        return 1


def _look_again(wrong: dict[str, list[str]]) -> Invalid:
    return Invalid("invalid", "Some fields need another look.", fields=wrong)


def is_empty(field: Mapping[str, Any], value: Any) -> bool:
    """Whether a question was left empty."""
    return value is None or (isinstance(value, str) and not value.strip()) or (field["type"] == "choices" and value == [])


def _unusable(field: fields.Field[Any] | None, value: Any) -> str:
    """The slug of what keeps a value from being kept at all; empty if it may be."""
    if field is None:
        return "unknown_field"
    if isinstance(field, FormChoices) and isinstance(value, list):
        return "too_many" if len(value) > len(field.allowed) else next(filter(None, map(_unusable_text, value)), "")
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return "" if -LARGEST_NUMBER <= value <= LARGEST_NUMBER else "integer"
    return _unusable_text(value)


def _unusable_text(text: Any) -> str:
    if not isinstance(text, str):
        return "type"
    if UNUSABLE.search(text):
        return "text"
    return "too_long" if len(unicodedata.normalize("NFC", text)) > LONGEST_ANSWER else ""
