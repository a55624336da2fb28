"""RPC from a service to its peers: `peers = Peers()`, `self.peers.call("accounts", "get_contact", account_id=…)`."""

from time import time
from typing import Any
from uuid import uuid4

import amqp
import eventlet
from eventlet.event import Event
from nameko.extensions import DependencyProvider, SharedExtension

from services.chassis import metrics, tracing
from services.chassis.call import current_call
from services.chassis.connection import BROKEN, Connection
from services.chassis.database import in_transaction
from services.chassis.transport import Wire
from services.contracts import wire
from services.contracts.actors import Actor
from services.contracts.errors import Failure, Timeout, Unavailable

Answer = bytes | Failure


class NotAllowedHereError(RuntimeError):
    """A call where the rules of the bus forbid one: a mistake of the programmer."""


class PeerClient(SharedExtension):  # type: ignore[misc]
    """Sends requests and hands each answer to the green thread that waits for it; one exclusive reply queue for all."""

    connection = Connection()

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[str, Event] = {}
        self._channel: amqp.Channel | None = None
        self._reply_key = ""

    def setup(self) -> None:
        """Take a place on the connection."""
        self.connection.join(self)

    def opened(self, connection: Wire) -> None:
        """Open a reply queue."""
        channel = connection.channel()
        channel.auto_decode = False
        key = str(uuid4())
        queue = wire.reply_queue(self.container.service_name, key)
        channel.exchange_declare(wire.RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_declare(queue, exclusive=True, auto_delete=True)
        channel.queue_bind(queue, wire.RPC_EXCHANGE, key)
        channel.basic_consume(queue, no_ack=True, callback=self._on_reply)
        channel.events["basic_return"].add(self._on_return)
        self._channel, self._reply_key = channel, key

    def lost(self) -> None:
        """No answer can come any more."""
        self._channel = None
        for request in list(self._waiting):
            self._tell(request, Timeout("rpc.answer_lost", "The connection broke while we waited for an answer."))

    def ask(self, service: str, method: str, body: bytes, headers: dict[str, Any], seconds: float) -> bytes:
        """The body of the answer. Raises unavailable or timeout."""
        channel = self._channel
        if channel is None:
            raise Unavailable("rpc.broker_away", "Please try again in a moment.")
        request = uuid4().hex
        message = amqp.Message(
            body,
            content_type=wire.CONTENT_TYPE,
            content_encoding=wire.CONTENT_ENCODING,
            delivery_mode=1,
            application_headers=headers,
            correlation_id=request,
            reply_to=self._reply_key,
            expiration=str(max(1, int(seconds * 1000))),
        )
        waiting = self._waiting[request] = Event()
        try:
            channel.basic_publish(message, wire.RPC_EXCHANGE, wire.routing_key(service, method), mandatory=True)
            with eventlet.Timeout(seconds, False):
                answer: Answer = waiting.wait()
                if isinstance(answer, Failure):
                    raise answer
                return answer
        except BROKEN:
            raise Unavailable("rpc.broker_away", "Please try again in a moment.") from None
        finally:
            self._waiting.pop(request, None)
        raise Timeout("rpc.timeout", "There was no answer in time.")

    def _on_reply(self, message: amqp.Message) -> None:
        self._tell(message.properties.get("correlation_id", ""), message.body)

    def _on_return(self, _error: Exception, _exchange: str, _key: str, message: amqp.Message) -> None:
        self._tell(
            message.properties.get("correlation_id", ""), Unavailable("rpc.no_such_service", "Please try again in a moment.")
        )

    def _tell(self, request: str, answer: Answer) -> None:
        waiting = self._waiting.pop(request, None)
        if waiting is not None:
            waiting.send(answer)


class Peers(DependencyProvider):  # type: ignore[misc]
    """The other services, as a service may ask them."""

    client = PeerClient()

    def get_dependency(self, _context: Any) -> "Peers":
        """nameko's hook: what the instance gets."""
        return self

    def call(
        self,
        service: str,
        method: str,
        /,
        *,
        as_actor: Actor | None = None,
        within: float = wire.DEFAULT_DEADLINE,
        idempotency_key: str | None = None,
        **data: Any,
    ) -> dict[str, Any]:
        """Ask a peer and wait, `within` seconds and never longer than whoever waits for us.

        Without `as_actor` the service asks for itself. Raises the failure that came back, timeout, or unavailable.
        """
        headers = _headers(as_actor or Actor(kind="service"), within, idempotency_key)
        began, outcome = time(), "ok"
        try:
            table = headers.as_table(tracing.current())
            return wire.decode_reply(self.client.ask(service, method, wire.encode_request(data), table, _remaining(headers)))
        except Failure as failure:
            outcome = failure.kind.value
            raise
        finally:
            metrics.calls.labels(service, method, outcome).inc()
            metrics.call_seconds.labels(service, method).observe(time() - began)


def _headers(actor: Actor, within: float, idempotency_key: str | None) -> wire.RequestHeaders:
    """Deadline and depth of a call made here and now; raises where no call is allowed."""
    if in_transaction.get():
        raise NotAllowedHereError("no RPC inside an open transaction")
    outer = current_call.get()
    depth = 0 if outer is None else outer.depth + 1
    if depth > wire.DEEPEST:
        raise NotAllowedHereError("no chain of more than two calls")
    deadline = time() + within
    return wire.RequestHeaders(actor, deadline if outer is None else min(deadline, outer.deadline), depth, idempotency_key)


def _remaining(headers: wire.RequestHeaders) -> float:
    seconds = headers.deadline - time()
    if seconds <= 0:
        raise Timeout("rpc.timeout", "There was no answer in time.")
    return seconds
