"""Publish events and look into queues, without any of the chassis's own code for it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import amqp
import orjson

from services.chassis.address import address
from services.contracts import registry
from tests.patience import PATIENCE_SECONDS

ACCOUNT = "0190c5a8-8e3a-7c33-8f0a-3a6a3f1b2c3d"
CORRELATION = "0190c5a8-8e3a-correlation"
QUEUE = "echo.on.account.registered"
DEAD = f"{QUEUE}.dead"
WATCHER = "watcher"


@contextmanager
def channel(uri: str) -> Iterator[amqp.Channel]:
    """A channel with publisher confirms, bodies left as bytes."""
    with amqp.Connection(**address(uri), confirm_publish=True) as connection:
        opened = connection.channel()
        opened.auto_decode = False
        yield opened


def envelope(subject: str, name: str = "account.registered", **changes: Any) -> dict[str, Any]:
    """An event as its service publishes it; of `account.registered` the subject tells the handler of echo what to do."""
    service = registry.events()[name].service
    return {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": f"/services/{service}",
        "type": f"de.amtsgang.{service}.{name}.v1",
        "subject": subject,
        "time": "2026-11-21T12:00:00Z",
        "datacontenttype": "application/json",
        "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
        "correlationid": CORRELATION,
        "data": {"account_id": ACCOUNT},
        **changes,
    }


def publish(uri: str, *bodies: dict[str, Any] | bytes, name: str = "account.registered") -> None:
    """Publish on the exchange of the service whose event that is; returns when the broker has taken all."""
    with channel(uri) as opened:
        for body in bodies:
            raw = body if isinstance(body, bytes) else orjson.dumps(body)
            message = amqp.Message(
                raw, delivery_mode=2, content_type="application/cloudevents+json", application_headers={"attempt": 0}
            )
            opened.basic_publish(message, f"{registry.events()[name].service}.events", name, mandatory=True)


def tell(uri: str, name: str, subject: str, data: dict[str, Any], times: int = 1, **changes: Any) -> None:
    """Publish one event, as often as the broker may deliver it."""
    publish(uri, *[envelope(subject, name, data=data, **changes)] * times, name=name)


def watch(uri: str, service: str) -> None:
    """Put the queue `watcher` beside the service; it sees all its events."""
    with channel(uri) as opened:
        opened.queue_declare(WATCHER, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        opened.queue_bind(WATCHER, f"{service}.events", "#")


def depth(uri: str, queue: str) -> int:
    """Messages ready in a queue, as the broker counts them: it may count a moment after it has moved them."""
    with channel(uri) as opened:
        count: int = opened.queue_declare(queue, passive=True).message_count
        return count


def take(uri: str, queue: str) -> list[amqp.Message]:
    """Everything in a queue, taken out of it."""
    taken = []
    with channel(uri) as opened:
        while (message := opened.basic_get(queue)) is not None:
            taken.append(message)
            opened.basic_ack(message.delivery_tag)
    return taken


def eventually(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether something becomes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False
