"""Waits until a portal has nothing left to do: every case has ended, or what has not ended can go on no more."""

import time
from collections.abc import Callable, Iterator

import amqp

from deploy.broker.connecting import connected
from deploy.broker.conversations import conversations
from services.chassis import topology
from services.contracts.registry import SERVICES
from tests.chaos.auditing import Books

LOOK_SECONDS = 0.5
DONE_SECONDS = 2
"""So long must nothing have moved when all is there: what is delivered twice shows itself meanwhile."""


def settle(
    books: Books, admin_uri: str, is_whole: Callable[[], bool], *, until: float, quiet: float, longest_quiet: float = float("inf")
) -> str:
    """Wait for the end, at most until this monotonic time; gives what it was, in words.

    `is_whole`: nothing is missing. `quiet`: seconds in which nothing moves and no event waits, after which nothing will come any
    more. Events that wait are waited for, however far up the ladder; but for `longest_quiet` seconds in which nothing moves.
    """
    with connected(admin_uri) as connection:
        channel = connection.channel()
        before, since = _moving(books, channel), time.monotonic()
        while time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
            now = _moving(books, channel)
            if now != before:
                before, since = now, time.monotonic()
            still, waiting = time.monotonic() - since, now[0]
            if still > DONE_SECONDS and not waiting and books.is_done() and is_whole():
                return "every case has ended"
            if still > (longest_quiet if waiting else quiet):
                return f"nothing has moved for {still:.0f} s, and {waiting} events wait"
    return "time is up"


def _moving(books: Books, channel: amqp.Channel) -> tuple[int, ...]:
    """First how many events wait, in outboxes, in queues and on the ladder; all of it changes as long as anything moves."""
    waiting = [channel.queue_declare(name, passive=True).message_count for name in _queues()]
    waiting += [books.unpublished(service) for service in SERVICES]
    return sum(waiting), *waiting, *books.progress()


def _queues() -> Iterator[str]:
    """Where events wait for a service; dead letters wait for people."""
    for service in SERVICES:
        subscriptions = [topology.subscription(service, event) for event in sorted(conversations(service).hears)]
        if subscriptions:
            yield from (subscription.queue for subscription in subscriptions)
            yield from (topology.retry_exchange(service, rung) for rung in topology.LADDER)
