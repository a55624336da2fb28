"""How a contract is written down (`Method`, `Event`) and where all of them are found."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError

from services.contracts.errors import Invalid

SERVICES = ("accounts", "applications", "payments", "messaging", "documents")


class Request(Schema):
    """What a caller sends; unknown fields are refused."""

    class Meta:
        unknown = RAISE


class Reply(Schema):
    """What a provider answers; readers ignore fields they do not know, so that v1 can grow."""

    class Meta:
        unknown = EXCLUDE


class Fact(Schema):
    """The data of an event: ids and facts, never personal data. Consumers ignore unknown fields."""

    class Meta:
        unknown = EXCLUDE


class Nothing(Reply):
    """An empty request or reply."""

    class Meta:
        unknown = RAISE


@dataclass(frozen=True)
class Method:
    """One RPC: its schemas, whether it takes an idempotency key, and the slugs a caller must expect beside the usual ones."""

    request: type[Schema]
    reply: type[Schema]
    idempotent: bool = False
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """One event: who publishes it, its name (`entity.past_verb`) and the schema of its data."""

    service: str
    name: str
    data: type[Schema]

    @property
    def type(self) -> str:
        """CloudEvents `type`."""
        return f"de.amtsgang.{self.service}.{self.name}.v1"


@cache
def methods(service: str) -> Mapping[str, Method]:
    """Every RPC of a service by name."""
    table: dict[str, Method] = {**import_module("services.contracts.operations").METHODS}
    table.update(import_module(f"services.contracts.{service}").METHODS)
    return table


@cache
def method(service: str, name: str) -> Method:
    """The contract of one RPC; KeyError if there is none."""
    return methods(service)[name]


@cache
def events() -> Mapping[str, Event]:
    """Every event of the house by name."""
    return {
        name: Event(service, name, data)
        for service in SERVICES
        for name, data in import_module(f"services.contracts.{service}").EVENTS.items()
    }


# Marshmallow's own sentences as slugs; our own fields and validators speak slugs already.
SLUGS = {
    "Missing data for required field.": "required",
    "Field may not be null.": "required",
    "Unknown field.": "unknown_field",
    "Invalid input type.": "type",
    "Not a valid string.": "text",
    "Not a valid utf-8 string.": "text",
    "Not a valid integer.": "integer",
    "Not a valid boolean.": "yes_no",
    "Not a valid list.": "list",
    "Not a valid mapping type.": "type",
    "Not a valid date.": "date",
}


def _slug(message: str) -> str:
    return SLUGS.get(message, message if " " not in message else "invalid")


@cache
def _instance(schema: type[Schema]) -> Schema:
    return schema()


def load(schema: type[Schema], raw: Any) -> dict[str, Any]:
    """The checked input; raises invalid with a slug for every wrong field."""
    try:
        return dict(_instance(schema).load(raw))
    except ValidationError as error:
        raise Invalid("invalid", "Some fields need another look.", fields=flat(error.messages)) from None


def dump(schema: type[Schema], value: Any) -> dict[str, Any]:
    """The plain form that crosses the wire."""
    return dict(_instance(schema).dump(value))


def check(schema: type[Schema], raw: Mapping[str, Any]) -> dict[str, Any]:
    """Marshmallow's messages for a message of our own making; empty if it fits."""
    return dict(_instance(schema).validate(raw))


def flat(messages: Any, prefix: str = "") -> dict[str, list[str]]:
    """Marshmallow's nested messages as `{"mandate.iban": ["iban"]}`: slugs, which pages and clients put into words."""
    if not isinstance(messages, dict):
        return {prefix: [_slug(str(m)) for m in (messages if isinstance(messages, list) else [messages])]}
    found: dict[str, list[str]] = {}
    for key, value in messages.items():
        found.update(flat(value, f"{prefix}.{key}" if prefix else str(key)))
    return found
