"""Contract of forms: what a service asks in which steps, and what else its file says of it to those who fill it in."""

from typing import Any

from marshmallow import fields, validate

from services.contracts import addresses, values
from services.contracts.accounts.profile import NAMES as PROFILE_VALUES
from services.contracts.registry import Reply
from services.contracts.spellings import SPELLINGS

FIELD_TYPES = (
    "text",
    "long_text",
    "name",
    "date",
    "integer",
    "amount",
    "choice",
    "choices",
    "yes_no",
    "consent",
    "email",
    "phone",
    "postal_code",
    "iban",
    "country",
    "nationality",
)
MOST_ENTRIES = 50
LONGEST_KEY = 60
"""Characters of the name of a question, of a step with a name, or of a place for files: answers are sent under it."""
DEADLINE_UNITS = ("working_days", "days", "months")


def condition() -> fields.Dict:
    """When something is asked for: see `services.contracts.conditions` and docs/services.md."""
    return fields.Dict(
        allow_none=True,
        load_default=None,
        metadata={"description": "Asked for only where earlier answers meet this condition; null: always."},
    )


class Choice(Reply):
    """One of the answers of a `choice` field, or of those of a `choices` field."""

    value = fields.String(required=True)
    label = fields.Nested(values.Bilingual, required=True)


class Field(Reply):
    """One field of a form. `autocomplete` is the HTML token.

    `least`/`most` bound numbers, amounts in cents, lengths of texts and how many `choices` are ticked. `is_past` marks a date
    that cannot lie in the future; `earliest`/`latest` are days: `today-18y`, `2020-01-01`, `moved_in+14d` for an earlier date.
    """

    name = fields.String(required=True)
    type = values.choice(*FIELD_TYPES, required=True)
    label = fields.Nested(values.Bilingual, required=True)
    help = fields.Nested(values.Bilingual, allow_none=True, load_default=None)
    required = fields.Boolean(required=True)
    least = fields.Integer(allow_none=True, load_default=None)
    most = fields.Integer(allow_none=True, load_default=None)
    choices = fields.List(fields.Nested(Choice), load_default=list)
    autocomplete = fields.String(allow_none=True, load_default=None)
    is_past = fields.Boolean(load_default=False)
    when: fields.Field[Any] = condition()
    earliest: fields.Field[Any] = fields.String(allow_none=True, load_default=None)
    latest: fields.Field[Any] = fields.String(allow_none=True, load_default=None)
    earliest_message = fields.Nested(
        values.Bilingual, allow_none=True, metadata={"description": "What is said of a day before `earliest`."}
    )
    latest_message = fields.Nested(
        values.Bilingual, allow_none=True, metadata={"description": "What is said of a day after `latest`."}
    )
    pattern = fields.String(
        allow_none=True, load_default=None, metadata={"description": "A regular expression that the whole text matches."}
    )
    spelling = values.choice(
        *SPELLINGS,
        allow_none=True,
        metadata={"description": "How a text is written before it is held against the pattern, and kept: see docs/services.md."},
    )
    pattern_message = fields.Nested(values.Bilingual, allow_none=True, load_default=None)
    example = fields.String(allow_none=True, load_default=None)
    prefill = values.choice(
        *PROFILE_VALUES,
        allow_none=True,
        load_default=None,
        metadata={"description": "The value of the citizen's profile that can be taken over into this field."},
    )
    part_of = fields.Nested(
        addresses.PartOf,
        allow_none=True,
        metadata={"description": "The address that this field is a part of; its parts stand together and are one question."},
    )


class Repeated(Reply):
    """How often a section is filled in, and what one entry of it is called."""

    least = fields.Integer(strict=True, load_default=1, validate=validate.Range(min=0, max=MOST_ENTRIES, error="entries"))
    most = fields.Integer(strict=True, load_default=10, validate=validate.Range(min=1, max=MOST_ENTRIES, error="entries"))
    entry = fields.Nested(values.Bilingual, required=True)


class Section(Reply):
    """A step of the form: fields under one heading. The answers to a `repeated` one are a list of objects under its name."""

    name = fields.String(allow_none=True, load_default=None)
    title = fields.Nested(values.Bilingual, required=True)
    help = fields.Nested(values.Bilingual, allow_none=True, load_default=None)
    when: fields.Field[Any] = condition()
    repeated = fields.Nested(Repeated, allow_none=True, load_default=None)
    fields_ = fields.List(fields.Nested(Field), required=True, data_key="fields")


class Plain(Reply):
    """What a service is, in plain language."""

    name = fields.Nested(values.Bilingual, required=True)
    description = fields.Nested(values.Bilingual, required=True)


class Deadline(Reply):
    """How long an office may take by law, from receipt."""

    count = fields.Integer(strict=True, required=True)
    unit = values.choice(*DEADLINE_UNITS, required=True)
    legal_basis = fields.String(required=True)
