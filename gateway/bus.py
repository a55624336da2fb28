"""The gateway's way to the services: RPC over RabbitMQ with one multiplexed reply queue."""

import asyncio
import random
from contextlib import suppress
from time import monotonic, time
from typing import Any
from uuid import uuid4

import aiormq
import structlog
from aiormq.abc import AbstractChannel, AbstractConnection, DeliveredMessage
from aiormq.exceptions import PublishError
from pamqp.commands import Basic

from services.chassis import metrics
from services.contracts import wire
from services.contracts.actors import Actor
from services.contracts.errors import Failure, Timeout, Unavailable

HEARTBEAT = 5
"""Seconds between signs of life; a connection that is silent for three times as long is dead."""

CONNECT_TIMEOUT = 5.0
FIRST_WAIT, LONGEST_WAIT = 0.2, 2.0
"""Seconds between attempts to reach the broker; doubled from one to the other, with jitter."""

GRACE = 1.0
"""Seconds after a loss in which calls wait whether the broker comes back at once; after that they are unavailable at once."""

Answer = asyncio.Future[bytes]

log = structlog.get_logger()


class Bus:
    """Calls services. One per event loop; `start` it, `close` it at the end."""

    def __init__(self, amqp_uri: str, client: str = "gateway") -> None:
        self._amqp_uri = amqp_uri
        self._client = client
        self._waiting: dict[str, Answer] = {}
        self._channel: AbstractChannel | None = None
        self._reply_key = ""
        self._is_up = asyncio.Event()
        self._lost_at = monotonic()
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look for the broker, and go on doing so until `close`; does not wait for it."""
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep_connected())

    async def close(self) -> None:
        """Say goodbye to the broker; whoever still waits for an answer gets unavailable."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper

    async def ready(self, within: float = 0.0) -> bool:
        """Whether the broker is reached, now or after some seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_up.wait(), max(within, 0))
        return self._is_up.is_set()

    async def call(
        self,
        service: str,
        method: str,
        /,
        actor: Actor,
        *,
        deadline: float = wire.DEFAULT_DEADLINE,
        idempotency_key: str | None = None,
        trace: dict[str, str] | None = None,
        **data: Any,
    ) -> dict[str, Any]:
        """The answer of a service, within `deadline` seconds. Raises the failure that came back, timeout, or unavailable."""
        began, outcome = monotonic(), "ok"
        try:
            headers = wire.RequestHeaders(actor, time() + deadline, 0, idempotency_key)
            async with asyncio.timeout(deadline):
                body = await self._ask(
                    service, method, wire.encode_request(data), headers.as_table(trace or {}), began + deadline
                )
            return wire.decode_reply(body)
        except Failure as failure:
            outcome = failure.kind.value
            raise
        except TimeoutError:
            outcome = "timeout"
            raise Timeout("rpc.timeout", "There was no answer in time.") from None
        finally:
            metrics.calls.labels(service, method, outcome).inc()
            metrics.call_seconds.labels(service, method).observe(monotonic() - began)

    async def _ask(self, service: str, method: str, body: bytes, headers: dict[str, Any], until: float) -> bytes:
        if self._channel is None:
            await self.ready(self._lost_at + GRACE - monotonic())
        channel = self._channel
        if channel is None:
            raise _away()
        request = uuid4().hex
        answer: Answer = asyncio.get_running_loop().create_future()
        self._waiting[request] = answer
        try:
            await channel.basic_publish(  # type: ignore[call-arg]  # `wait` is in the class only
                body,
                exchange=wire.RPC_EXCHANGE,
                routing_key=wire.routing_key(service, method),
                mandatory=True,
                wait=False,  # the confirm is enough
                properties=Basic.Properties(
                    content_type=wire.CONTENT_TYPE,
                    content_encoding=wire.CONTENT_ENCODING,
                    headers=headers,
                    delivery_mode=1,
                    correlation_id=request,
                    message_id=request,
                    reply_to=self._reply_key,
                    expiration=str(max(1, int((until - monotonic()) * 1000))),
                ),
            )
            return await answer
        except PublishError:
            raise Unavailable("rpc.no_such_service", "Please try again in a moment.") from None
        except (aiormq.AMQPError, OSError, RuntimeError):
            raise _away() from None
        finally:
            self._waiting.pop(request, None)
            if not answer.cancel() and not answer.cancelled():
                answer.exception()  # seen, also where nobody waited for it any more

    async def _keep_connected(self) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                connection, channel = await asyncio.wait_for(self._connect(), CONNECT_TIMEOUT)
            except Exception as error:  # noqa: BLE001 - whatever the library raises, the broker has to be found again
                log.warning("broker.unreachable", error=type(error).__name__, next_try=round(wait, 1))
            else:
                wait = FIRST_WAIT
                await self._live(connection, channel)
            await asyncio.sleep(wait * random.uniform(0.7, 1.3))  # noqa: S311 - jitter, not a secret
            wait = min(wait * 2, LONGEST_WAIT)

    async def _connect(self) -> tuple[AbstractConnection, AbstractChannel]:
        """A connection with an open reply queue."""
        separator = "&" if "?" in self._amqp_uri else "?"
        connection = await aiormq.connect(f"{self._amqp_uri}{separator}heartbeat={HEARTBEAT}&name={self._client}")
        try:
            channel = await connection.channel(publisher_confirms=True)
            key = str(uuid4())
            queue = wire.reply_queue(self._client, key)
            await channel.exchange_declare(wire.RPC_EXCHANGE, exchange_type="topic", durable=True)
            await channel.queue_declare(queue, exclusive=True, auto_delete=True)
            await channel.queue_bind(queue, wire.RPC_EXCHANGE, key)
            await channel.basic_consume(queue, self._on_reply, no_ack=True)
        except BaseException:
            await connection.close()
            raise
        self._channel, self._reply_key = channel, key
        return connection, channel

    async def _live(self, connection: AbstractConnection, channel: AbstractChannel) -> None:
        self._is_up.set()
        metrics.broker_connected.set(1)
        log.info("broker.connected")
        try:
            await asyncio.wait({connection.closing, channel.closing}, return_when=asyncio.FIRST_COMPLETED)
            log.warning("broker.lost")
        finally:
            self._lost()
            await connection.close()

    def _lost(self) -> None:
        self._channel = None
        self._lost_at = monotonic()
        self._is_up.clear()
        metrics.broker_connected.set(0)
        for answer in list(self._waiting.values()):
            if not answer.done():
                answer.set_exception(Timeout("rpc.answer_lost", "The connection broke while we waited for an answer."))

    async def _on_reply(self, message: DeliveredMessage) -> None:
        answer = self._waiting.get(message.header.properties.correlation_id or "")
        if answer is not None and not answer.done():
            answer.set_result(message.body)


def _away() -> Unavailable:
    return Unavailable("rpc.broker_away", "Please try again in a moment.")
