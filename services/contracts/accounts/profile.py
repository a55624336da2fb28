"""Contract of the profile: what is known of a person, each value with its level of trust and its origin."""

import re
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from services.contracts import values
from services.contracts.registry import Fact, Method, Nothing, Reply, Request

IDENTITY = ("given_names", "family_name", "birth_name", "birth_date", "birth_place", "nationality")
"""What a document of identity shows; once verified, only a new verification changes it."""
CORE = ("given_names", "family_name", "birth_date")
"""Without these, verified, nobody's identity is."""
ADDRESS = ("street", "house_number", "address_extra", "postal_code", "town", "country")
POSTAL_ADDRESS = tuple(f"postal_{name}" for name in ADDRESS)
"""Where post goes if not to the main address."""
CONTACT = ("phone",)
NAMES = (*IDENTITY, *ADDRESS, *POSTAL_ADDRESS, *CONTACT, "email")
"""Every value of a profile. The e-mail address is that of the account and changes with it."""
SOURCES = ("self", "counter", "eid")

POSTAL_CODE = re.compile(r"(?!00|01000|99999)[0-9]{5}")
PHONE = re.compile(r"(?=(?:[^0-9]*[0-9]){5,20}[^0-9]*\Z)\+?[0-9 ()/.\-]{5,30}")
GERMANY = frozenset({"", "deutschland", "germany", "de"})


class PartialDate(fields.Field[str]):
    """A date of birth as `1985-03-27`; day, or day and month, are `00` where they are unknown, as on identity cards.

    Also read as `27.3.1985`, `00.03.1985`, `3.1985` or `1985`.
    """

    default_error_messages = {"invalid": "partial_date"}
    FORMS = (
        re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?"),
        re.compile(r"(?:(?:(?P<day>\d{1,2})\s*\.\s*)?(?P<month>\d{1,2})\s*\.\s*)?(?P<year>\d{4})"),
    )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if not value.strip():
            return ""
        found = next((match for form in self.FORMS if (match := form.fullmatch(value.strip()))), None)
        if found is None or not value.isascii():
            raise self.make_error("invalid")
        year, month, day = (int(found[part] or 0) for part in ("year", "month", "day"))
        try:
            date(year, month or 1, day or 1)
        except ValueError:
            raise self.make_error("invalid") from None
        if day and not month:
            raise self.make_error("invalid")
        return f"{year:04}-{month:02}-{day:02}"


class Phone(values.Text):
    """A phone number in digits, spaces, hyphens, dots, brackets, slashes, with a + in front at most."""

    default_error_messages = {"invalid": "phone", "long": "phone"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text and not PHONE.fullmatch(text):
            raise self.make_error("invalid")
        return text


class Line(values.OfficialText):
    """One line of text in the characters that a German office can process."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if "\n" in text or "\t" in text:
            raise self.make_error("invalid")
        return text


class SaveProfile(Request):
    """Values to be changed; an empty one is forgotten. Names that are not given stay as they are."""

    given_names = values.Name()
    family_name = values.Name()
    birth_name = values.Name(least=0)
    birth_date = PartialDate(metadata={"type": "string"})
    birth_place = values.Name(least=0)
    nationality = values.Name(least=0)
    street = Line(most=100, least=0)
    house_number = Line(most=20, least=0)
    address_extra = Line(most=100, least=0)
    postal_code = Line(most=12, least=0)
    town = Line(most=100, least=0)
    country = values.Name(least=0)
    postal_street = Line(most=100, least=0)
    postal_house_number = Line(most=20, least=0)
    postal_address_extra = Line(most=100, least=0)
    postal_postal_code = Line(most=12, least=0)
    postal_town = Line(most=100, least=0)
    postal_country = values.Name(least=0)
    phone = Phone(most=40, least=0)

    @validates_schema
    def check_postal_codes(self, given: dict[str, Any], **_: Any) -> None:
        """A German postal code has five digits; those of other countries are theirs."""
        for prefix in ("", "postal_"):
            code = given.get(f"{prefix}postal_code")
            if code and given.get(f"{prefix}country", "").casefold() in GERMANY and not POSTAL_CODE.fullmatch(code):
                raise ValidationError("postal_code", f"{prefix}postal_code")


class ProfileValue(Reply):
    """One value with its origin. `by` is the id of the office, or the name of the eID provider, that verified it."""

    name = values.choice(*NAMES, required=True)
    value = fields.String(required=True)
    level = values.choice(*values.LEVELS, required=True)
    source = values.choice(*SOURCES, required=True)
    by = fields.String(allow_none=True, required=True)
    at = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(allow_none=True, required=True)
    is_verified = fields.Boolean(required=True)
    is_locked = fields.Boolean(required=True, metadata={"description": "Only a new verification changes it."})


class Profile(Reply):
    """What the portal knows of a person. Values that are not known are left out."""

    known = fields.List(fields.Nested(ProfileValue), required=True, data_key="values")
    identity_level = values.choice(*values.LEVELS, required=True)
    identity_valid_until = fields.AwareDateTime(allow_none=True, required=True)


def schema_of(*names: str) -> type[Schema]:
    """A schema of some values of the profile, for messages that carry them."""
    return Schema.from_dict({name: SaveProfile._declared_fields[name] for name in names})  # noqa: SLF001 - fields that no schema has bound yet


METHODS = {
    "get_profile": Method(Nothing, Profile),
    "save_profile": Method(SaveProfile, Profile, errors=("accounts.value_locked",)),
}
EVENTS: dict[str, type[Fact]] = {}
