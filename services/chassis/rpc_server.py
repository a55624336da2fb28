"""The RPC server of a service: `@rpc(allow=…)` and what answers the requests."""

from collections.abc import Callable
from time import time
from typing import Any, TypeVar

import amqp
import eventlet
import structlog
from nameko.extensions import Entrypoint, SharedExtension, register_entrypoint

from services.chassis import metrics, provided, topology, tracing
from services.chassis.call import Call, current_call
from services.chassis.connection import BROKEN, Connection
from services.chassis.database import Answer
from services.chassis.logs import trace_only
from services.chassis.transport import Wire
from services.chassis.worker import instance
from services.contracts import registry, wire
from services.contracts.actors import Actor
from services.contracts.errors import Failure, Forbidden, NotFound, Unauthenticated, unexpected

Function = TypeVar("Function", bound=Callable[..., Any])

log = structlog.get_logger()


def rpc(*, allow: frozenset[str]) -> Callable[[Function], Function]:
    """Make a method of a service answer requests of these kinds of actors, or staff with these roles; there is no default."""

    def register(function: Function) -> Function:
        register_entrypoint(function, Rpc(allow))
        return function

    return register


class _Late(Exception):
    """Nobody waits for this answer any more."""


class RpcServer(SharedExtension):  # type: ignore[misc]
    """Takes requests from the service's queue and answers each in a green thread of its own."""

    connection = Connection()

    def __init__(self) -> None:
        super().__init__()
        self.entrypoints: dict[str, Rpc] = {}
        self._pool = eventlet.GreenPool(10_000)
        self._channel: amqp.Channel | None = None
        self._is_stopping = False

    def setup(self) -> None:
        """Take a place on the connection."""
        self.service: str = self.container.service_name
        self.connection.join(self)

    def opened(self, wire: Wire) -> None:
        """Begin to take requests; not while stopping, or what comes in would go back and forth."""
        if self._is_stopping:
            return
        channel = wire.channel()
        channel.auto_decode = False
        topology.of_service(self.service, ()).declare(channel)
        channel.basic_qos(0, self.container.config["settings"].rpc_workers, False)
        channel.basic_consume(topology.rpc_queue(self.service), consumer_tag="rpc", callback=self._take)
        self._channel = channel

    def lost(self) -> None:
        """Answers in hand have nowhere to go; their requests come again."""
        self._channel = None

    def stop_taking(self) -> None:
        """Take no more requests and finish those in hand."""
        if not self._is_stopping:
            self._is_stopping = True
            if self._channel is not None:
                self._channel.basic_cancel("rpc", nowait=True)
        self._pool.waitall()

    def _take(self, message: amqp.Message) -> None:
        if self._is_stopping:
            message.channel.basic_reject(message.delivery_tag, requeue=True)
        else:
            self._pool.spawn_n(self._answer, message, time())

    def _answer(self, message: amqp.Message, received: float) -> None:
        """Work on one request and settle it; never raises."""
        table = message.properties.get("application_headers") or {}
        name = message.delivery_info["routing_key"].rpartition(".")[2]
        method = name if name in registry.methods(self.service) else "unknown"
        with tracing.adopt(table):
            try:
                body, outcome = wire.encode_reply(self._work(name, table, message.body, received)), "ok"
            except _Late:
                body, outcome = b"", "dropped"
            except Failure as failure:
                body, outcome = wire.encode_failure(failure, _nameko_name(failure)), failure.kind.value
            except (Exception, eventlet.Timeout) as error:
                log.error(
                    "rpc.unexpected", service=self.service, method=method, error=type(error).__name__, exc_info=trace_only(error)
                )
                body, outcome = wire.encode_failure(unexpected()), "internal"
            self._settle(message, body)
            metrics.rpc_requests.labels(self.service, method, outcome).inc()
            metrics.rpc_seconds.labels(self.service, method).observe(time() - received)
            log.info("rpc.answered", method=method, outcome=outcome, milliseconds=round((time() - received) * 1000, 1))

    def _work(self, name: str, table: dict[str, Any], body: bytes, received: float) -> dict[str, Any]:
        headers = wire.RequestHeaders.from_table(table, received)
        if headers.deadline < time():
            raise _Late
        answering = self.entrypoints.get(name) or provided.METHODS.get(name)
        contract = registry.methods(self.service).get(name)
        if contract is None or answering is None:
            raise NotFound("rpc.unknown_method", "There is no such method.")
        if headers.depth > wire.DEEPEST:
            raise Forbidden("rpc.too_deep", "This chain of calls is too long.")
        _check(headers.actor, answering.allow)
        data = registry.load(contract.request, wire.decode_request(body))
        call = Call(data, headers.actor, headers.deadline, self.service, name, headers.idempotency_key, headers.depth)
        current_call.set(call)
        if isinstance(answering, provided.Provided):
            return registry.dump(contract.reply, answering.answer(self.container, call))
        with instance(self.container, answering) as service:
            answer = getattr(service, name)(call)
        return answer if isinstance(answer, Answer) else registry.dump(contract.reply, answer)

    def _settle(self, message: amqp.Message, body: bytes) -> None:
        """Answer, then acknowledge; a lost connection has given the request back already."""
        properties = message.properties
        reply_to = properties.get("reply_to")
        try:
            if body and reply_to:
                answer = amqp.Message(
                    body,
                    content_type=wire.CONTENT_TYPE,
                    content_encoding=wire.CONTENT_ENCODING,
                    delivery_mode=1,
                    correlation_id=properties.get("correlation_id"),
                )
                message.channel.basic_publish(answer, wire.RPC_EXCHANGE, reply_to)
            message.channel.basic_ack(message.delivery_info["delivery_tag"])
        except BROKEN:
            log.warning("rpc.answer_lost", service=self.service)


class Rpc(Entrypoint):  # type: ignore[misc]
    """One method that answers requests."""

    server = RpcServer()

    def __init__(self, allow: frozenset[str]) -> None:
        super().__init__()
        self.allow = allow

    def setup(self) -> None:
        """Register with the server of this service."""
        self.server.entrypoints[self.method_name] = self

    def stop(self) -> None:
        """Finish what is in hand."""
        self.server.stop_taking()


def _check(actor: Actor, allow: frozenset[str]) -> None:
    if not actor.may(allow):
        if actor.kind == "anyone":
            raise Unauthenticated("actors.not_signed_in", "Please sign in first.")
        raise Forbidden("actors.not_allowed", "You may not do this.")


def _nameko_name(failure: Failure) -> str | None:
    """nameko's own clients know one of our errors by its path."""
    return "nameko.exceptions.MethodNotFound" if failure.slug == "rpc.unknown_method" else None
