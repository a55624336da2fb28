"""FastStream as it comes: `broker.request` on one side, a subscriber with 32 workers on the other, on uvloop.

Its defaults: classic queue, direct reply-to, acknowledgement after the reply; the body is checked against a pydantic model.
"""

import asyncio
import sys

import uvloop
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker
from pydantic import BaseModel

from tests.bench.rpc import BODY, PREFETCH
from tests.bench.rpc.pacing import Pace, drive

QUEUE = "bench-faststream"


class Words(BaseModel):
    """The body."""

    name: str
    note: str


async def serve(uri: str) -> None:
    broker = RabbitBroker(uri, logger=None, default_channel=Channel(prefetch_count=PREFETCH))

    @broker.subscriber(QUEUE, ack_policy=AckPolicy.ACK)
    async def echo(words: Words) -> Words:
        return words

    async with broker:
        await broker.start()
        print("serving", flush=True)
        await asyncio.Event().wait()


async def call(uri: str, seconds: float) -> None:
    pace = Pace(seconds)
    async with RabbitBroker(uri, logger=None) as broker:
        await drive(pace, lambda: broker.request(BODY, QUEUE, timeout=10))
    pace.report()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[2]) if sys.argv[1] == "serve" else call(sys.argv[2], float(sys.argv[3])))
