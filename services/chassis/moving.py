"""An event on its way to another queue: what it takes along of its attempts and errors."""

from datetime import UTC, datetime
from typing import Any

import amqp

from services.contracts.errors import Failure

CONFIRM_TIMEOUT = 10.0
"""Seconds for the broker to confirm one message."""

ATTEMPT = "attempt"
ERROR_KIND, ERROR_SLUG, ERROR_TEXT, FAILED_AT = "error-kind", "error-slug", "error-text", "failed-at"
ERROR_HEADERS = frozenset({ERROR_KIND, ERROR_SLUG, ERROR_TEXT, FAILED_AT})


class NotConfirmedError(amqp.AMQPError):  # type: ignore[misc]
    """The broker did not take the message: nobody may forget the original."""


def copy(message: amqp.Message, attempt: int, failure: Failure) -> amqp.Message:
    """The same event for another queue, persistent, with the attempts made so far and the error beside it."""
    properties = {k: v for k, v in message.properties.items() if k not in ("expiration", "delivery_mode", "application_headers")}
    headers = {k: v for k, v in headers_of(message).items() if not k.startswith("x-")}
    headers |= {
        ATTEMPT: attempt,
        ERROR_KIND: failure.kind.value,
        ERROR_SLUG: failure.slug,
        ERROR_TEXT: failure.text,
        FAILED_AT: timestamp(),
    }
    return amqp.Message(message.body, application_headers=headers, delivery_mode=2, **properties)


def headers_of(message: amqp.Message) -> dict[str, Any]:
    """The headers of a received message."""
    return message.properties.get("application_headers") or {}


def timestamp() -> str:
    """Now, as it stands in `failed-at`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def deliveries_of(message: amqp.Message) -> int:
    """How often the broker has delivered it before without an end, by its own count."""
    count = headers_of(message).get("x-delivery-count", 0)
    return count if isinstance(count, int) else 0


def attempt_of(message: amqp.Message) -> int:
    """How often this event has failed before."""
    attempt = headers_of(message).get(ATTEMPT, 0)
    return attempt if isinstance(attempt, int) else 0
