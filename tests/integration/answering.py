"""A stand-in for a peer on the bus: answers its RPC from a table, and can be made to fail."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import amqp

from services.chassis.transport import address
from services.contracts import wire
from services.contracts.errors import Failure
from tests.patience import PATIENCE_SECONDS

Answer = dict[str, Any] | Failure | Callable[..., dict[str, Any]]


@contextmanager
def answering(uri: str, service: str, answers: dict[str, Answer]) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Answer for the service until the end of the block; gives what was asked, as it comes in."""
    asked: list[tuple[str, dict[str, Any]]] = []
    stopping = threading.Event()
    ready = threading.Event()

    def answer(message: amqp.Message) -> None:
        method = message.delivery_info["routing_key"].rpartition(".")[2]
        data = wire.decode_request(message.body)
        asked.append((method, data))
        found = answers[method]
        if callable(found) and not isinstance(found, Failure):
            found = found(**data)
        body = wire.encode_failure(found) if isinstance(found, Failure) else wire.encode_reply(found)
        reply = amqp.Message(
            body,
            content_type=wire.CONTENT_TYPE,
            content_encoding=wire.CONTENT_ENCODING,
            correlation_id=message.properties["correlation_id"],
        )
        message.channel.basic_publish(reply, wire.RPC_EXCHANGE, message.properties["reply_to"])

    def serve() -> None:
        with amqp.Connection(**address(uri)) as connection:
            channel = connection.channel()
            channel.auto_decode = False
            channel.exchange_declare(wire.RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
            queue = channel.queue_declare("", exclusive=True).queue
            channel.queue_bind(queue, wire.RPC_EXCHANGE, f"{service}.*")
            channel.basic_consume(queue, no_ack=True, callback=answer)
            ready.set()
            while not stopping.is_set():
                try:
                    connection.drain_events(timeout=0.2)
                except TimeoutError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        assert ready.wait(PATIENCE_SECONDS)
        yield asked
    finally:
        stopping.set()
        thread.join(PATIENCE_SECONDS)
