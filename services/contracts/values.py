"""The values of the house as marshmallow fields: ids, money, ARS, LeiKa keys, names, texts in two languages."""

import re
import unicodedata
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from services.contracts.din91379 import is_name, is_text
from services.contracts.levels import LEVELS

LANGUAGES = ("de", "en")

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""Categories of Unicode: controls, formats such as those of the direction, what belongs to nobody, separators of lines."""
SURROGATE = re.compile("[\ud800-\udfff]")


class Id(fields.String):
    """A UUIDv7 in its canonical text form."""

    default_error_messages = {"invalid": "id"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not UUID.fullmatch(value):
            raise self.make_error("invalid")
        return value


class Text(fields.String):
    """Text of at most `most` characters in NFC, without control characters, then trimmed; `least` 1 refuses the empty one."""

    default_error_messages = {"invalid": "text", "short": "required", "long": "too_long"}

    def __init__(self, most: int = 200, least: int = 1, **kwargs: Any) -> None:
        self.most, self.least = most, least
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or CONTROL.search(value) or SURROGATE.search(value):
            raise self.make_error("invalid")
        text = unicodedata.normalize("NFC", value)
        if len(text) > self.most:
            raise self.make_error("long")
        if len(text.strip()) < self.least:
            raise self.make_error("short")
        return text.strip()


class Name(Text):
    """A name of a person in the letters of DIN 91379 (normative letters and the delimiters allowed in names)."""

    default_error_messages = {"letters": "name_letters"}

    def __init__(self, most: int = 100, **kwargs: Any) -> None:
        super().__init__(most=most, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text and not is_name(text):
            raise self.make_error("letters")
        return text


class OfficialText(Text):
    """Text on any number of lines in the characters a German office can process (DIN 91379): none that nobody sees."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        text = super()._deserialize(value, attr, data, **kwargs)
        if not is_text(text):
            raise self.make_error("invalid")
        return text


def visible(text: str) -> str:
    """The text without characters that nobody sees, or that turn the order of others around; line breaks and tabs stay."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in INVISIBLE)


def encodable(text: str) -> None:
    """Validator: refuses halves of surrogate pairs, which JSON can write and UTF-8 cannot."""
    if SURROGATE.search(text):
        raise ValidationError("text")


class Flag(fields.Boolean):
    """Yes or no, as true or false and nothing like it: what is agreed to must not hang on a reading of `"off"` or 1."""

    default_error_messages = {"invalid": "yes_no"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


def choice(*allowed: str, **kwargs: Any) -> fields.String:
    """A word out of a fixed list."""
    return fields.String(validate=validate.OneOf(allowed, error="choice"), **kwargs)


def ars(**kwargs: Any) -> fields.String:
    """The official regional key: 5 digits (county), 9 (municipality or Samtgemeinde) or 12 (member municipality)."""
    return fields.String(validate=validate.Regexp(r"\d{5}\Z|\d{9}\Z|\d{12}\Z", error="ars"), **kwargs)


def leika_key(**kwargs: Any) -> fields.String:
    """Fourteen digits of the catalogue of services (LeiKa)."""
    return fields.String(validate=validate.Regexp(r"\d{14}\Z", error="leika_key"), **kwargs)


def slug(**kwargs: Any) -> fields.String:
    """A readable key in an address: lower-case letters, digits and hyphens."""
    return fields.String(validate=validate.Regexp(r"[a-z0-9]+(-[a-z0-9]+)*\Z", error="slug"), **kwargs)


def language(**kwargs: Any) -> fields.String:
    """`de` or `en`."""
    return choice(*LANGUAGES, **kwargs)


def email(**kwargs: Any) -> fields.Email:
    """An e-mail address of at most 254 characters."""
    return fields.Email(
        validate=validate.Length(max=254, error="email"), error_messages={"invalid": "email", "required": "required"}, **kwargs
    )


def cents(**kwargs: Any) -> fields.Integer:
    """Whole cents, never negative and at most ten thousand million euros."""
    return fields.Integer(strict=True, validate=validate.Range(min=0, max=10**12, error="cents"), **kwargs)


def version(**kwargs: Any) -> fields.Integer:
    """The version of a thing as it was read; another one now means that somebody else has changed it."""
    return fields.Integer(strict=True, validate=validate.Range(min=0, max=2**31 - 1, error="number"), **kwargs)


def office_id(**kwargs: Any) -> fields.String:
    """`<ars>/<slug of the office>`, for example `034545407/standesamt`."""
    return fields.String(validate=validate.Regexp(r"(\d{5}|\d{9}|\d{12})/[a-z0-9-]+\Z", error="office_id"), **kwargs)


class Money(Schema):
    """An amount in whole cents with its currency."""

    cents = cents(required=True)
    currency = fields.String(required=True, validate=validate.Equal("EUR"))


class Bilingual(Schema):
    """A text in both languages of the portal."""

    de = fields.String(required=True)
    en = fields.String(required=True)


def euros(amount_cents: int) -> dict[str, object]:
    """Money in euros from whole cents."""
    return {"cents": amount_cents, "currency": "EUR"}


__all__ = [
    "LANGUAGES",
    "LEVELS",
    "Bilingual",
    "Flag",
    "Id",
    "Money",
    "Name",
    "OfficialText",
    "Text",
    "ars",
    "cents",
    "choice",
    "email",
    "encodable",
    "euros",
    "language",
    "leika_key",
    "office_id",
    "slug",
    "version",
    "visible",
]
