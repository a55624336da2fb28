"""Checks the answers of a form: marshmallow schemas built from the fields of a service's catalogue file."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from services.applications.catalogue import Service
from services.chassis import clock
from services.contracts import values
from services.contracts.din91379 import is_text
from services.contracts.errors import Invalid
from services.contracts.registry import flat

Answers = Mapping[str, Any]

LONGEST_ANSWER = 5000
LONGEST_EMAIL = 254
LARGEST_NUMBER = 2**53
YEARS = range(1800, 2200)
UNUSABLE = re.compile("[\x00\ud800-\udfff]")
SPOKEN = {"yes": True, "no": False, "true": True, "false": False, "on": True, "off": False, "1": True, "0": False}


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

    default_error_messages = {"invalid": "date", "future": "date_in_future"}

    def __init__(self, *, is_past: bool, **kwargs: Any) -> None:
        self.is_past = is_past
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        day = self._day(value)
        if self.is_past and day > today():
            raise self.make_error("future")
        return day

    def _day(self, value: Any) -> date:
        for form in ("%Y-%m-%d", "%d.%m.%Y"):
            try:
                day = datetime.strptime(value.strip(), form).date()  # noqa: DTZ007 - a date of life has no zone
            except (ValueError, AttributeError):
                continue
            if day.year in YEARS:
                return day
        raise self.make_error("invalid")

    def _serialize(self, value: date | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value.isoformat() if value else None


class FormInteger(fields.Field[int]):
    """A whole number, also as typed in digits."""

    default_error_messages = {"invalid": "integer", "small": "too_small", "large": "too_large"}

    def __init__(self, *, least: int | None, most: int | None, **kwargs: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"\s*-?[0-9]{1,15}\s*", value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("invalid")
        if self.least is not None and value < self.least:
            raise self.make_error("small")
        if self.most is not None and value > self.most:
            raise self.make_error("large")
        return value


class FormYesNo(fields.Field[bool]):
    """Yes or no, also as a form of a page sends it."""

    default_error_messages = {"invalid": "yes_no"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lower() in SPOKEN:
            return SPOKEN[value.strip().lower()]
        raise self.make_error("invalid")


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
PHONE = r"(?=(?:[^0-9]*[0-9]){5,20}[^0-9]*\Z)\+?[0-9 ()/\-]{5,30}"
FIELDS: dict[str, Callable[[dict[str, Any], dict[str, Any]], fields.Field[Any]]] = {
    "text": lambda field, common: FormText(briefest=field["least"] or 1, most=field["most"] or 200, **common),
    "long_text": lambda field, common: FormText(briefest=field["least"] or 1, most=field["most"] or 2000, lines=True, **common),
    "name": lambda field, common: values.Name(most=field["most"] or 100, **common),
    "date": lambda field, common: FormDate(is_past=field["is_past"], **common),
    "integer": lambda field, common: FormInteger(least=field["least"], most=field["most"], **common),
    "choice": lambda field, common: fields.String(
        validate=validate.OneOf([choice["value"] for choice in field["choices"]], error="choice"), **_named(common, "choice")
    ),
    "yes_no": lambda _field, common: FormYesNo(**common),
    "email": lambda _field, common: FormEmail(**common),
    "phone": lambda _field, common: FormPattern(PHONE, "phone", **common),
    "postal_code": lambda _field, common: FormPattern(POSTAL_CODE, "postal_code", **common),
}
"""How each of the contract's FIELD_TYPES is read."""


def _named(common: dict[str, Any], slug: str) -> dict[str, Any]:
    return {**common, "error_messages": {**common["error_messages"], "invalid": slug, "invalid_utf8": slug}}


@cache
def schema_of(service: Service) -> Schema:
    """The marshmallow schema of a service's form; answers to unknown fields are refused."""
    common = {"error_messages": {"required": "required", "null": "required"}}
    made = {f["name"]: FIELDS[f["type"]](f, {**common, "required": f["required"]}) for f in service.fields()}
    return Schema.from_dict(made)(unknown=RAISE)


def errors(service: Service, answers: Answers) -> dict[str, list[str]]:
    """What is wrong with the answers now, as slugs by field; empty if the form is complete."""
    try:
        complete(service, answers)
    except Invalid as error:
        return error.fields
    return {}


def complete(service: Service, answers: Answers, place: str = "") -> dict[str, Any]:
    """The answers in their final form, dates as ISO text. Raises invalid; the names of wrong fields begin with `place`."""
    schema = schema_of(service)
    try:
        return dict(schema.dump(schema.load(_given(answers))))
    except ValidationError as error:
        wrong = flat(error.messages)
        raise _look_again({place + name: slugs for name, slugs in wrong.items()}) from None


def keepable(service: Service, answers: Answers, place: str = "") -> dict[str, Any]:
    """The answers as typed, for a draft; raises invalid for what nobody can have typed into this form."""
    known = schema_of(service).fields
    wrong = {}
    for name, value in answers.items():
        if slug := _unusable(value) if name in known else "unknown_field":
            wrong[place + name] = [slug]
    if wrong:
        raise _look_again(wrong)
    return dict(answers)


def pieces(service: Service, name: str | None, answers: Answers) -> int:
    """How many pieces are asked for in the field of that name; 1 where there is none, or no valid number in it."""
    if name is None:
        return 1
    try:
        return int(schema_of(service).fields[name].deserialize(answers.get(name)) or 1)
    except ValidationError:
        return 1


def _look_again(wrong: dict[str, list[str]]) -> Invalid:
    return Invalid("invalid", "Some fields need another look.", fields=wrong)


def _given(answers: Answers) -> dict[str, Any]:
    """The answers without those left empty."""
    return {
        name: value for name, value in answers.items() if value is not None and not (isinstance(value, str) and not value.strip())
    }


def _unusable(value: Any) -> str:
    """The slug of what keeps a value from being kept at all; empty if it may be."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        if UNUSABLE.search(value):
            return "text"
        return "too_long" if len(unicodedata.normalize("NFC", value)) > LONGEST_ANSWER else ""
    if isinstance(value, int | float):
        return "" if -LARGEST_NUMBER <= value <= LARGEST_NUMBER else "integer"
    return "type"
