"""The event consumer of a service: `@subscribe("entity.past_verb")`, the retry ladder and the dead letters."""

import random
from collections.abc import Callable
from typing import Any, TypeVar

import amqp
import eventlet
import orjson
import structlog
from eventlet.semaphore import Semaphore
from nameko.extensions import Entrypoint, SharedExtension, register_entrypoint

from services.chassis import faults, inbox, metrics, moving, subscriptions, topology, tracing
from services.chassis.confirming import ConfirmedChannel
from services.chassis.connection import BROKEN, Connection
from services.chassis.logs import trace_only
from services.chassis.transport import Wire
from services.chassis.worker import instance
from services.contracts import registry, wire
from services.contracts.errors import MESSAGE_FATE, Failure, Fate, Invalid, Timeout, unexpected

Function = TypeVar("Function", bound=Callable[..., Any])

log = structlog.get_logger()

SUSPICIOUS = 3
"""Deliveries without an end after which an event is handled alone."""

_REQUIRED = ("id", "source", "type", "subject", "time")


def subscribe(event: str) -> Callable[[Function], Function]:
    """Make a method of a service handle an event, by its name `entity.past_verb`."""

    def register(function: Function) -> Function:
        register_entrypoint(function, EventHandler(event))
        return function

    return register


class EventConsumer(SharedExtension):  # type: ignore[misc]
    """Takes events from the subscription queues; acknowledges each after its work is committed or its message moved."""

    connection = Connection()

    def __init__(self) -> None:
        super().__init__()
        self.entrypoints: dict[str, EventHandler] = {}
        self._pool = eventlet.GreenPool(10_000)
        self._channel: amqp.Channel | None = None
        self._mover: ConfirmedChannel | None = None
        self._suspects = Semaphore(1)
        self._is_stopping = False

    def setup(self) -> None:
        """Take a place on the connection."""
        config = self.container.config
        self.service: str = self.container.service_name
        self._ladder = topology.LADDER
        self._topology = topology.of_service(self.service, subscriptions.of(self.container.service_cls), self._ladder)
        self._acknowledges_first = config["settings"].fault == "ack_before_work"
        self.connection.join(self)

    def opened(self, wire: Wire) -> None:
        """Declare everything and begin to take events; while stopping only what finishing those in hand needs."""
        channel = wire.channel()
        channel.auto_decode = False
        self._topology.declare(channel)
        self._mover = ConfirmedChannel(wire.channel())
        if self._is_stopping:
            return
        channel.basic_qos(0, self.container.config["settings"].event_workers, False)
        for queue in self.entrypoints:
            channel.basic_consume(queue, consumer_tag=queue, callback=self._take)
        self._channel = channel

    def lost(self) -> None:
        """Events in hand are not acknowledged any more; they come again and the inbox knows those that are done."""
        self._channel = None
        if self._mover is not None:
            self._mover.lost()

    def stop_taking(self) -> None:
        """Take no more events and finish those in hand."""
        if not self._is_stopping:
            self._is_stopping = True
            if self._channel is not None:
                for queue in self.entrypoints:
                    self._channel.basic_cancel(queue, nowait=True)
        self._pool.waitall()

    def _take(self, message: amqp.Message) -> None:
        if self._is_stopping:
            message.channel.basic_reject(message.delivery_tag, requeue=True)
        else:
            handle = self._handle if moving.deliveries_of(message) < SUSPICIOUS else self._handle_suspect
            self._pool.spawn_n(handle, message, message.delivery_info["consumer_tag"])

    def _handle_suspect(self, message: amqp.Message, queue: str) -> None:
        """Handle an event alone that was in hand at every one of several crashes, in random order among its likes.

        One of them kills the process; chance lets the others be done before it, so that they are not buried with it.
        """
        eventlet.sleep(random.uniform(0, 1))  # noqa: S311 - not a secret
        with self._suspects:
            self._handle(message, queue)

    def _handle(self, message: amqp.Message, queue: str) -> None:
        """Work on one event and settle it; never raises."""
        try:
            if self._acknowledges_first:
                _acknowledge(message)
                eventlet.sleep(faults.IN_MEMORY_SECONDS)
            outcome = self._work_or_move(message, queue)
            if not self._acknowledges_first:
                _acknowledge(message)
        except BROKEN as error:
            log.warning("event.not_settled", subscription=queue, error=type(error).__name__)
            self.connection.break_off()
        else:
            metrics.events_handled.labels(queue, outcome).inc()

    def _work_or_move(self, message: amqp.Message, queue: str) -> str:
        """Handle the event, or put it where it belongs when that fails. Raises only if the broker does not take it there."""
        try:
            envelope = _envelope(message.body, self.entrypoints[queue].event)
        except Invalid as failure:
            return self._move(message, queue, failure)
        with tracing.adopt(_trace(envelope)):
            try:
                return self._work(envelope, queue, message)
            except Failure as failure:
                return self._move(message, queue, failure)
            except eventlet.Timeout:
                return self._move(message, queue, Timeout("events.timeout", "The work took too long."))
            except Exception as error:
                log.error("event.unexpected", subscription=queue, error=type(error).__name__, exc_info=trace_only(error))
                return self._move(message, queue, unexpected())

    def _work(self, envelope: dict[str, Any], queue: str, message: amqp.Message) -> str:
        entrypoint = self.entrypoints[queue]
        data = registry.load(registry.events()[entrypoint.event].data, envelope["data"])
        with instance(self.container, entrypoint) as service:
            outcome = inbox.handle(service.db, queue, envelope, data, getattr(service, entrypoint.method_name))
        redelivered = bool(message.delivery_info["redelivered"])
        log.info("event.handled", subscription=queue, event_id=envelope["id"], outcome=outcome.value, redelivered=redelivered)
        return outcome.value

    def _move(self, message: amqp.Message, queue: str, failure: Failure) -> str:
        attempt = moving.attempt_of(message)
        is_retried = MESSAGE_FATE[failure.kind] is Fate.RETRY and attempt < len(self._ladder)
        exchange = (
            topology.retry_exchange(self.service, self._ladder[attempt]) if is_retried else topology.dead_exchange(self.service)
        )
        if self._mover is None:
            raise moving.NotConfirmedError("the broker is away")
        self._mover.publish(moving.copy(message, attempt + 1, failure), exchange, queue)
        log.warning("event.failed", subscription=queue, attempt=attempt, kind=failure.kind.value, slug=failure.slug, to=exchange)
        return "retried" if is_retried else "dead"


class EventHandler(Entrypoint):  # type: ignore[misc]
    """One method that handles one event."""

    consumer = EventConsumer()

    def __init__(self, event: str) -> None:
        super().__init__()
        self.event = event

    def setup(self) -> None:
        """Register with the consumer of this service."""
        subscription = topology.subscription(self.container.service_name, self.event)
        self.consumer.entrypoints[subscription.queue] = self

    def stop(self) -> None:
        """Finish what is in hand."""
        self.consumer.stop_taking()


def _envelope(body: bytes, event: str) -> dict[str, Any]:
    """The CloudEvent in a message; raises invalid if there is none, or one of another type."""
    try:
        raw = orjson.loads(body)
    except ValueError:
        raw = None
    if not isinstance(raw, dict) or raw.get("specversion") != "1.0" or not all(isinstance(raw.get(k), str) for k in _REQUIRED):
        raise Invalid("events.not_a_cloudevent", "This message is not a CloudEvent in JSON.")
    if raw["type"] != registry.events()[event].type or not isinstance(raw.get("data"), dict):
        raise Invalid("events.wrong_type", "This event is not of the type its queue is for.")
    return raw


def _trace(envelope: dict[str, Any]) -> dict[str, Any]:
    """The trace of an event in the form of message headers."""
    found = {wire.TRACEPARENT: envelope.get("traceparent"), wire.CORRELATION_ID: envelope.get("correlationid")}
    return {k: v for k, v in found.items() if isinstance(v, str)}


def _acknowledge(message: amqp.Message) -> None:
    message.channel.basic_ack(message.delivery_info["delivery_tag"])
