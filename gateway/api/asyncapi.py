"""AsyncAPI 3.0 of the events of the house, made from the registry of contracts."""

from typing import Any

from gateway.api.schemas import specification
from services.contracts import registry
from services.contracts.registry import Event

ABOUT = """Every event of the portal: a CloudEvent 1.0 in JSON on the topic exchange of the service that publishes it, with the
routing key `<entity>.<past verb>`. Events carry ids and facts, never personal data. They arrive at least once; the `id` tells the
second delivery from the first. New fields may appear in `data` at any time: ignore what you do not know."""


def describe(portal_url: str) -> dict[str, Any]:
    """The whole description."""
    events = registry.events()
    spec, _ = specification("Amtsgang", ABOUT)
    for event in events.values():
        name = event.data.__name__
        if name not in spec.components.schemas:
            spec.components.schema(name, schema=event.data)
    return {
        "asyncapi": "3.0.0",
        "id": "urn:de:amtsgang:events",
        "info": {"title": "Amtsgang", "version": "1.0.0", "description": ABOUT, "externalDocs": {"url": portal_url}},
        "defaultContentType": "application/cloudevents+json",
        "channels": {_key(event): _channel(event) for event in events.values()},
        "operations": {f"publish_{_key(event)}": _operation(event) for event in events.values()},
        "components": {
            "messages": {_key(event): _message(event) for event in events.values()},
            "schemas": spec.to_dict()["components"]["schemas"],
        },
    }


def _key(event: Event) -> str:
    return event.name.replace(".", "_")


def _channel(event: Event) -> dict[str, Any]:
    return {
        "address": event.name,
        "messages": {_key(event): {"$ref": f"#/components/messages/{_key(event)}"}},
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": f"{event.service}.events", "type": "topic", "durable": True, "autoDelete": False},
                "bindingVersion": "0.3.0",
            }
        },
    }


def _operation(event: Event) -> dict[str, Any]:
    channel = f"#/channels/{_key(event)}"
    return {
        "action": "send",
        "channel": {"$ref": channel},
        "summary": _first_line(event.data.__doc__),
        "messages": [{"$ref": f"{channel}/messages/{_key(event)}"}],
    }


def _message(event: Event) -> dict[str, Any]:
    return {
        "name": event.type,
        "summary": _first_line(event.data.__doc__),
        "contentType": "application/cloudevents+json",
        "payload": _envelope(event),
    }


def _envelope(event: Event) -> dict[str, Any]:
    text, uuid = {"type": "string", "minLength": 1}, {"type": "string", "format": "uuid"}
    properties: dict[str, Any] = {
        "specversion": {"const": "1.0"},
        "id": uuid,
        "source": {"const": f"/services/{event.service}"},
        "type": {"const": event.type},
        "subject": uuid,
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "traceparent": text,
        "correlationid": text,
        "data": {"$ref": f"#/components/schemas/{event.data.__name__}"},
    }
    required = ["specversion", "id", "source", "type", "subject", "time", "data"]
    return {"type": "object", "properties": properties, "required": required}


def _first_line(doc: str | None) -> str:
    return (doc or "").strip().partition("\n")[0]
