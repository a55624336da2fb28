"""Passwords as they cross the wire: as they were typed, in Unicode NFC, whatever keyboard they were typed on."""

import unicodedata
from typing import Any

from marshmallow import fields, validate

from services.contracts import values

LEAST, MOST = 8, 200


class Password(fields.String):
    """Any characters, spaces too; the same characters are the same password however they were composed."""

    default_error_messages = {"invalid": "text"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or values.SURROGATE.search(value):
            raise self.make_error("invalid")
        return unicodedata.normalize("NFC", value)


def new_password(**kwargs: Any) -> Password:
    """A password to be set: 8 to 200 characters. How strong it must be is the service's rule (decision 0015)."""
    length = validate.Length(min=LEAST, max=MOST, error="password_length")
    return Password(validate=length, metadata={"format": "password"}, **kwargs)


def typed_password(**kwargs: Any) -> Password:
    """A password to be compared."""
    return Password(validate=validate.Length(max=MOST, error="too_long"), metadata={"format": "password"}, **kwargs)
