"""Every event as the CloudEvents SDK reads it, straight out of the outbox."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from sqlalchemy import MetaData, select

from services.chassis import outbox, tables, testing, tracing
from services.contracts import registry

SAMPLES = Path(__file__).parent / "samples"


def envelope(name: str) -> dict[str, Any]:
    """The event as the relay would publish it."""
    event = registry.events()[name]
    data = registry.load(event.data, json.loads((SAMPLES / event.service / f"{name}.event.json").read_text(encoding="utf-8")))
    with testing.session(event.service, MetaData()) as session, tracing.adopt({}):
        outbox.publish(session, name, subject="01926b2e-7d21-7a00-8b1c-2d3e4f506172", data=data)
        raw: dict[str, Any] = orjson.loads(session.execute(select(tables.OUTBOX.c.envelope)).scalar_one())
    return raw


def read(raw: dict[str, Any]) -> BaseCloudEvent:
    """What the SDK makes of it; raises CloudEventValidationError."""
    return JSONFormat().read(CloudEvent, json.dumps(raw))


@pytest.mark.parametrize("name", registry.events())
def test_the_sdk_reads_every_event(name: str) -> None:
    raw = envelope(name)
    event = read(raw)
    assert event.get_type() == f"de.amtsgang.{registry.events()[name].service}.{name}.v1"
    assert event.get_source() == f"/services/{registry.events()[name].service}"
    assert event.get_specversion() == "1.0"
    assert event.get_id() == raw["id"]
    at = event.get_time()
    assert at is not None
    assert at.utcoffset() == timedelta(0)
    assert event.get_data() == raw["data"]
    assert event.get_extension("traceparent") == raw["traceparent"]
    assert event.get_extension("correlationid") == raw["correlationid"]


@pytest.mark.parametrize(("attribute", "value"), [("id", ""), ("source", ""), ("type", None), ("time", "yesterday")])
def test_control_the_sdk_refuses_what_is_no_cloudevent(attribute: str, value: str | None) -> None:
    raw = {**envelope("order.placed"), attribute: value}
    if value is None:
        del raw[attribute]
    with pytest.raises((CloudEventValidationError, ValueError)):
        read(raw)
