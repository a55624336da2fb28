"""`python -m services.chassis.dead_letters`: look at the events nobody could handle, send them again, or discard them.

A letter leaves its queue only after it has arrived elsewhere, or by `discard`; an interruption at any moment loses none.
Exit code 0: done; 1: no such letter; 2: wrong use; 3: the broker cannot be reached.
"""

import argparse
import hashlib
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import amqp
import orjson

from services.chassis import moving, topology
from services.chassis.address import address

NOT_FOUND, UNREACHABLE = 1, 3


@dataclass(frozen=True)
class DeadLetter:
    """One event in a dead-letter queue, held until it is settled or the connection ends."""

    subscription: topology.Subscription
    message: amqp.Message

    @property
    def id(self) -> str:
        """Names this letter, also one that is no event at all: a digest of where it lies and what it says."""
        digest = hashlib.sha256(self.subscription.queue.encode() + b"\0" + self.body + self.failed_at.encode())
        return digest.hexdigest()[:10]

    @property
    def body(self) -> bytes:
        """What it says; the library gives a message without a body as text."""
        return self.message.body or b""

    @property
    def headers(self) -> dict[str, Any]:
        """Attempts and error."""
        return moving.headers_of(self.message)

    @property
    def failed_at(self) -> str:
        """When it was given up."""
        return str(self.headers.get(moving.FAILED_AT, ""))

    @property
    def error(self) -> str:
        """Slug of the error; the broker's own reason if it was the broker who gave it up."""
        deaths = self.headers.get("x-death") or [{}]
        return str(self.headers.get(moving.ERROR_SLUG) or deaths[0].get("reason", "unknown"))

    @property
    def envelope(self) -> dict[str, Any]:
        """The event; nothing if it is not readable."""
        try:
            raw = orjson.loads(self.body)
        except ValueError:
            return {}
        return raw if isinstance(raw, dict) else {}


class DeadLetters:
    """The dead-letter queues of the given subscriptions, over one channel with publisher confirms."""

    def __init__(self, connection: amqp.Connection, subscriptions: Iterable[topology.Subscription]) -> None:
        self._connection = connection
        self._subscriptions = tuple(subscriptions)
        self._channel = connection.channel()
        self._channel.auto_decode = False
        self._returned: list[amqp.Message] = []
        self._channel.events["basic_return"].add(lambda *returned: self._returned.append(returned[-1]))

    @property
    def queues(self) -> list[str]:
        """Names of the queues whose dead letters these are."""
        return [subscription.queue for subscription in self._subscriptions]

    def waiting(self, queue: str | None = None) -> Iterator[DeadLetter]:
        """Every letter, oldest first in each queue. Each is held back from everybody else until it is settled or given back."""
        for subscription in self._subscriptions:
            if queue in (None, subscription.queue, subscription.dead_queue) and self._is_declared(subscription.dead_queue):
                while (message := self._channel.basic_get(subscription.dead_queue)) is not None:
                    yield DeadLetter(subscription, message)

    def send_again(self, letter: DeadLetter) -> None:
        """Put the event back into its subscription's queue as if it had never failed, then take it out of here."""
        headers = {k: v for k, v in letter.headers.items() if k not in moving.ERROR_HEADERS and not k.startswith("x-")}
        properties = {k: v for k, v in letter.message.properties.items() if k not in ("application_headers", "delivery_mode")}
        again = amqp.Message(letter.body, application_headers=headers | {moving.ATTEMPT: 0}, delivery_mode=2, **properties)
        subscription = letter.subscription
        exchange = topology.requeue_exchange(subscription.consumer)
        self._channel.basic_publish(again, exchange, subscription.queue, mandatory=True, confirm_timeout=moving.CONFIRM_TIMEOUT)
        if self._returned:
            raise moving.NotConfirmedError(f"{subscription.queue} is not there")
        self.discard(letter)

    def discard(self, letter: DeadLetter) -> None:
        """Take the event out of its queue for good."""
        self._channel.basic_ack(letter.message.delivery_info["delivery_tag"])

    def give_back(self) -> None:
        """Put what was looked at and not settled back into its queue."""
        self._channel.basic_recover(requeue=True)

    def _is_declared(self, queue: str) -> bool:
        try:
            with self._connection.channel() as channel:
                channel.queue_declare(queue, passive=True)
        except amqp.NotFound:
            return False
        return True


@contextmanager
def opened(amqp_uri: str, subscriptions: Iterable[topology.Subscription]) -> Iterator[DeadLetters]:
    """The dead letters on a broker; those not settled lie in their queues again at the end of the block."""
    with amqp.Connection(**address(amqp_uri), confirm_publish=True, connect_timeout=5) as connection:
        letters = DeadLetters(connection, subscriptions)
        try:
            yield letters
        finally:
            letters.give_back()


def main(arguments: list[str], subscriptions: Iterable[topology.Subscription] | None = None) -> int:
    """Run one command; gives the exit code."""
    command = _parser().parse_args(arguments)
    amqp_uri = os.environ.get("AMQP_URI")
    if not amqp_uri:
        print("AMQP_URI is missing.", file=sys.stderr)
        return 2
    try:
        with opened(amqp_uri, _all_subscriptions() if subscriptions is None else subscriptions) as letters:
            return _run(command, letters)
    except (OSError, amqp.AMQPError) as error:
        print(f"The broker cannot be reached or refused: {error or type(error).__name__}", file=sys.stderr)
        return UNREACHABLE


def _run(command: argparse.Namespace, letters: DeadLetters) -> int:
    queue = getattr(command, "queue", None) or getattr(command, "all", None)
    if queue and queue.removesuffix(".dead") not in letters.queues:
        print("\n".join([f"There is no queue {queue}; those there are:", *letters.queues]), file=sys.stderr)
        return NOT_FOUND
    if command.command == "list":
        return _list(letters, command.queue)
    if command.command == "send-again" and command.all:
        return _send_all(letters, command.all)
    letter = next((found for found in letters.waiting() if found.id == command.id), None)
    if letter is None:
        print(f"There is no dead letter {command.id}.", file=sys.stderr)
        return NOT_FOUND
    if command.command == "send-again":
        letters.send_again(letter)
        print(f"Sent again to {letter.subscription.queue}.")
        return 0
    print(_described(letter))
    if command.command == "discard":
        letters.discard(letter)
        print("Discarded.")
    return 0


def _list(letters: DeadLetters, queue: str | None) -> int:
    count = 0
    for letter in letters.waiting(queue):
        if not count:
            print(f"{'ID':<10}  {'FAILED AT':<25}  {'TRIES':>5}  {'ERROR':<32}  QUEUE")
        tries = letter.headers.get(moving.ATTEMPT, "")
        print(f"{letter.id:<10}  {letter.failed_at:<25}  {tries:>5}  {letter.error:<32}  {letter.subscription.dead_queue}")
        count += 1
    print(f"{count} dead letter{'' if count == 1 else 's'}.")
    return 0


def _send_all(letters: DeadLetters, queue: str) -> int:
    count, now = 0, moving.timestamp()
    for letter in letters.waiting(queue):
        if letter.failed_at <= now:  # or it would turn in circles with one that fails again at once
            letters.send_again(letter)
            count += 1
    print(f"{count} sent again." if count else f"There is no dead letter in {queue}.")
    return 0 if count else NOT_FOUND


def _described(letter: DeadLetter) -> str:
    headers = {k: v for k, v in letter.headers.items() if k != "x-death"}
    facts = {"id": letter.id, "queue": letter.subscription.dead_queue, "error": letter.error, **headers}
    body = letter.body.decode("utf-8", "backslashreplace")
    if letter.envelope:
        body = orjson.dumps(letter.envelope, option=orjson.OPT_INDENT_2).decode()
    return "\n".join([*(f"{name + ':':<24}{value}" for name, value in facts.items()), "", body])


def _all_subscriptions() -> list[topology.Subscription]:
    warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated")
    from services.chassis import subscriptions  # noqa: PLC0415 - imports every service, which takes a moment

    return [found for service_class in subscriptions.service_classes() for found in subscriptions.of(service_class)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m services.chassis.dead_letters", description="Events that could not be handled."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="all of them, or those of one queue")
    listing.add_argument("queue", nargs="?")
    for name, what in (("show", "everything about one"), ("discard", "forget one for good, after showing it")):
        commands.add_parser(name, help=what).add_argument("id", metavar="ID")
    again = commands.add_parser("send-again", help="put one, or all of a queue, back to be handled").add_mutually_exclusive_group(
        required=True
    )
    again.add_argument("id", metavar="ID", nargs="?")
    again.add_argument("--all", metavar="QUEUE")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
