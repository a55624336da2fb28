"""What a service needs on the broker: every exchange, queue and binding, derived from its name and its subscriptions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import amqp

from services.contracts import registry, wire

DELIVERY_LIMIT = 20
"""Deliveries of one event that may end with the consumer gone (crash or kill); then the broker itself makes it a dead letter."""

RPC_DELIVERY_LIMIT = 3
"""The same for a request; one that takes the process down three times is dropped, its caller has been told `timeout`."""

NO_LIMIT = 2_000_000_000
"""For dead letters, which are delivered whenever somebody looks at them: RabbitMQ 4 would drop them after 20 of that."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the retry ladder."""

    name: str
    milliseconds: int


LADDER: tuple[Rung, ...] = (
    Rung("1s", 1_000),
    Rung("10s", 10_000),
    Rung("1m", 60_000),
    Rung("10m", 600_000),
    Rung("1h", 3_600_000),
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A consumer's interest in one event of a producer."""

    consumer: str
    producer: str
    event: str

    @property
    def queue(self) -> str:
        """Where its events arrive."""
        return f"{self.consumer}.on.{self.event}"

    @property
    def dead_queue(self) -> str:
        """Where its events end that could not be handled."""
        return f"{self.queue}.dead"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A durable exchange."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable quorum queue."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Binding:
    """A queue's place on an exchange."""

    queue: str
    exchange: str
    key: str


@dataclass(frozen=True, slots=True)
class Topology:
    """All that one service declares."""

    exchanges: tuple[Exchange, ...] = field(default=())
    queues: tuple[Queue, ...] = field(default=())
    bindings: tuple[Binding, ...] = field(default=())

    def declare(self, channel: amqp.Channel) -> None:
        """Declare it; a second time changes nothing. Raises `amqp.PreconditionFailed` where a name is taken by something else."""
        for exchange in self.exchanges:
            channel.exchange_declare(exchange.name, exchange.kind, durable=True, auto_delete=False)
        for queue in self.queues:
            channel.queue_declare(queue.name, durable=True, auto_delete=False, arguments=queue.arguments)
        for binding in self.bindings:
            channel.queue_bind(binding.queue, binding.exchange, binding.key)


def rpc_queue(service: str) -> str:
    """Where a service's requests arrive."""
    return f"rpc-{service}"


def events_exchange(service: str) -> str:
    """Where a service's events are published, with `<entity>.<past verb>` as the key."""
    return f"{service}.events"


def retry_exchange(service: str, rung: Rung) -> str:
    """Where a service puts an event that is to come back after the rung's time, with the subscription's queue as the key."""
    return f"{service}.retry.{rung.name}"


def requeue_exchange(service: str) -> str:
    """Where an event goes whose waiting is over."""
    return f"{service}.requeue"


def dead_exchange(service: str) -> str:
    """Where a service puts an event it gives up on, with the subscription's queue as the key."""
    return f"{service}.dead"


def subscription(consumer: str, event: str) -> Subscription:
    """The subscription of a consumer to an event; KeyError if no service publishes it."""
    return Subscription(consumer, registry.events()[event].service, event)


def of_service(service: str, subscriptions: Iterable[Subscription], ladder: Iterable[Rung] = LADDER) -> Topology:
    """Everything that one service needs, its own exchange of events and those it listens to included."""
    subscriptions = tuple(subscriptions)
    parts = [_service(service)]
    if subscriptions:
        parts.append(_waiting(service, ladder))
        parts.extend(_subscription(s) for s in subscriptions)
    return Topology(
        tuple({e.name: e for part in parts for e in part.exchanges}.values()),
        tuple(q for part in parts for q in part.queues),
        tuple(b for part in parts for b in part.bindings),
    )


def _service(service: str) -> Topology:
    return Topology(
        (Exchange(wire.RPC_EXCHANGE, "topic"), Exchange(events_exchange(service), "topic")),
        (_quorum(rpc_queue(service), {"x-delivery-limit": RPC_DELIVERY_LIMIT}),),
        (Binding(rpc_queue(service), wire.RPC_EXCHANGE, wire.routing_key(service, "*")),),
    )


def _waiting(service: str, ladder: Iterable[Rung]) -> Topology:
    rungs = tuple(ladder)
    return Topology(
        (
            Exchange(requeue_exchange(service), "direct"),
            Exchange(dead_exchange(service), "direct"),
            *(Exchange(retry_exchange(service, rung), "fanout") for rung in rungs),
        ),
        tuple(
            _quorum(
                retry_exchange(service, rung),
                {"x-message-ttl": rung.milliseconds} | _handing_on(requeue_exchange(service)),
            )
            for rung in rungs
        ),
        tuple(Binding(retry_exchange(service, rung), retry_exchange(service, rung), "") for rung in rungs),
    )


def _subscription(subscription: Subscription) -> Topology:
    queue, dead = subscription.queue, dead_exchange(subscription.consumer)
    limits = {"x-delivery-limit": DELIVERY_LIMIT, "x-dead-letter-routing-key": queue}
    return Topology(
        (Exchange(events_exchange(subscription.producer), "topic"),),
        (_quorum(queue, limits | _handing_on(dead)), _quorum(subscription.dead_queue, {"x-delivery-limit": NO_LIMIT})),
        (
            Binding(queue, events_exchange(subscription.producer), subscription.event),
            Binding(queue, requeue_exchange(subscription.consumer), queue),
            Binding(subscription.dead_queue, dead, queue),
        ),
    )


def _quorum(name: str, arguments: dict[str, Any]) -> Queue:
    return Queue(name, {"x-queue-type": "quorum", **arguments})


def _handing_on(exchange: str) -> dict[str, Any]:
    """The broker itself moves messages there, and forgets them only after the next queue has confirmed them.

    `at-least-once` needs RabbitMQ 3.10 with the feature flag stream_queue, and the overflow of the source to be reject-publish.
    """
    return {
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
