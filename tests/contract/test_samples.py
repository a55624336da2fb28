"""Every message of the house has a golden sample, and the sample fits its contract in both directions."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from marshmallow import RAISE, Schema, fields, validate

from services.contracts import registry, values
from services.contracts.errors import Invalid

SAMPLES = Path(__file__).parent / "samples"
OWNERS = (*registry.SERVICES, "operations")


@dataclass(frozen=True)
class Message:
    owner: str
    name: str
    schema: type[Schema]

    @property
    def path(self) -> Path:
        return SAMPLES / self.owner / f"{self.name}.json"

    def sample(self) -> Any:
        return json.loads(self.path.read_text(encoding="utf-8"))


def messages() -> Iterator[Message]:
    for owner in OWNERS:
        contract = import_module(f"services.contracts.{owner}")
        for name, method in contract.METHODS.items():
            yield Message(owner, f"{name}.request", method.request)
            yield Message(owner, f"{name}.reply", method.reply)
        for name, data in getattr(contract, "EVENTS", {}).items():
            yield Message(owner, f"{name}.event", data)


MESSAGES = list(messages())
EVENTS = [message for message in MESSAGES if message.name.endswith(".event")]
named = pytest.mark.parametrize("message", MESSAGES, ids=lambda m: f"{m.owner}.{m.name}")


@named
def test_every_message_has_a_sample(message: Message):
    assert message.path.is_file(), f"write {message.path.relative_to(SAMPLES.parents[2])}"


@named
def test_what_a_sender_writes_is_what_a_receiver_reads(message: Message):
    sample = message.sample()
    assert registry.dump(message.schema, registry.load(message.schema, sample)) == sample


@named
def test_a_field_nobody_knows_is_refused_in_requests_and_ignored_in_the_rest(message: Message):
    grown = {**message.sample(), "grown_in_a_later_version": 1}
    if message.schema.Meta.unknown == RAISE:
        with pytest.raises(Invalid) as failure:
            registry.load(message.schema, grown)
        assert failure.value.fields == {"grown_in_a_later_version": ["unknown_field"]}
    else:
        registry.load(message.schema, grown)


@named
def test_a_request_without_a_required_field_is_refused(message: Message):
    for name, field in message.schema().fields.items():
        if field.required:
            short = {key: value for key, value in message.sample().items() if key != (field.data_key or name)}
            with pytest.raises(Invalid) as failure:
                registry.load(message.schema, short)
            assert failure.value.fields == {field.data_key or name: ["required"]}


def test_no_sample_is_left_of_a_message_that_is_gone():
    assert {path.relative_to(SAMPLES) for path in SAMPLES.rglob("*.json")} <= {m.path.relative_to(SAMPLES) for m in MESSAGES}


def free_text(schema: Schema, prefix: str = "") -> Iterator[str]:
    """Fields that could hold anything a person types."""
    for name, declared in schema.fields.items():
        field = declared.inner if isinstance(declared, fields.List) else declared
        if isinstance(field, fields.Nested):
            yield from free_text(field.schema, f"{prefix}{name}.")
        elif not isinstance(field, values.Id | fields.Integer | fields.Boolean | fields.AwareDateTime) and not any(
            isinstance(v, validate.OneOf | validate.Regexp | validate.Equal) for v in field.validators
        ):
            yield prefix + name


@pytest.mark.parametrize("message", EVENTS, ids=lambda m: f"{m.owner}.{m.name}")
def test_an_event_holds_ids_and_facts_only(message: Message):
    assert list(free_text(message.schema())) == []


def test_free_text_in_an_event_would_be_found():
    class Told(registry.Fact):
        case_id = values.Id()
        reasons = fields.List(values.Text())

    assert list(free_text(Told())) == ["reasons"]
