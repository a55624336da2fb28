"""The limit: the amqp library alone, one channel on each side, no checks of anything.

Request queue durable, of the type given (quorum as ours, or classic); requests and replies transient, without confirms; the
server acknowledges each request after its reply; the client's reply queue is exclusive and needs no acknowledgement.
"""

import json
import sys
import uuid

import amqp

from services.chassis.address import address
from tests.bench.rpc import BODY, IN_FLIGHT, PREFETCH
from tests.bench.rpc.pacing import Pace

EXCHANGE = "bench-raw"


def serve(uri: str, queue_type: str) -> None:
    with amqp.Connection(**address(uri)) as connection:
        channel = connection.channel()
        queue = f"{EXCHANGE}-{queue_type}"
        channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": queue_type})
        channel.queue_bind(queue, EXCHANGE, f"{queue_type}.*")
        channel.basic_qos(0, PREFETCH, False)

        def answer(message: amqp.Message) -> None:
            reply = amqp.Message(message.body, content_type="application/json", correlation_id=message.correlation_id)
            channel.basic_publish(reply, EXCHANGE, message.reply_to)
            channel.basic_ack(message.delivery_tag)

        channel.basic_consume(queue, callback=answer)
        print("serving", flush=True)
        while True:
            connection.drain_events()


def call(uri: str, queue_type: str, seconds: float) -> None:
    pace = Pace(seconds)
    with amqp.Connection(**address(uri)) as connection:
        channel = connection.channel()
        replies, key = channel.queue_declare("", exclusive=True).queue, str(uuid.uuid4())
        channel.queue_bind(replies, EXCHANGE, key)
        body = json.dumps(BODY)

        def ask() -> None:
            request = amqp.Message(
                body, content_type="application/json", correlation_id=uuid.uuid4().hex, reply_to=key, expiration="5000"
            )
            channel.basic_publish(request, EXCHANGE, f"{queue_type}.echo")

        def answered(_message: amqp.Message) -> None:
            pace.count()
            if pace.goes_on:
                ask()

        channel.basic_consume(replies, no_ack=True, callback=answered)
        for _ in range(IN_FLIGHT):
            ask()
        while pace.goes_on:
            connection.drain_events(timeout=10)
    pace.report()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2], sys.argv[3])
    else:
        call(sys.argv[2], sys.argv[3], float(sys.argv[4]))
