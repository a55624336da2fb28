"""The one connection of a service process to the broker: opened, watched, and opened again for as long as the process lives."""

import random
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any, Protocol

import amqp
import eventlet
import structlog
from eventlet.event import Event
from nameko.extensions import SharedExtension

from services.chassis import metrics
from services.chassis.transport import HEARTBEAT, Wire, connect

BROKEN = (OSError, amqp.AMQPError, eventlet.Timeout)
"""What a connection dies of."""

FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0
"""Seconds between attempts to reach the broker; doubled from one to the other, with jitter."""

STEADY = 10.0
"""Seconds after which a connection counts as good, so that the next loss starts again with the first wait."""

log = structlog.get_logger()


class Part(Protocol):
    """Something that lives on the connection."""

    def opened(self, wire: Wire) -> None:
        """Declare, open channels, consume. Called in the reading green thread, each time the broker is reached."""

    def lost(self) -> None:
        """The connection is gone, and everything on it."""


class Connection(SharedExtension):  # type: ignore[misc]
    """Shared by the RPC server, the event consumer and the RPC client of one service."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[Part] = []
        self.wire: Wire | None = None
        self._is_stopping = False
        self._is_closed = Event()

    def join(self, part: Part) -> None:
        """Put a part on the connection; at set-up only."""
        if part not in self.parts:
            self.parts.append(part)

    @property
    def is_up(self) -> bool:
        """Whether the broker is reached and everything is declared."""
        return self.wire is not None

    def start(self) -> None:
        """Begin to look for the broker."""
        self.container.spawn_managed_thread(self._live, identifier="broker connection")

    def stop(self) -> None:
        """Say goodbye to the broker; called when no work is in hand any more."""
        self._is_stopping = True
        wire = self.wire
        if wire is not None:
            _quietly(lambda: wire.send_method(amqp.spec.Connection.Close, "BsBB", (0, "", 0, 0)))
            with eventlet.Timeout(2, False):
                self._is_closed.wait()

    def break_off(self) -> None:
        """Drop the connection and start over: something on it is not as declared."""
        if self.wire is not None:
            self.wire.hang_up()

    def _live(self) -> None:
        wait = FIRST_WAIT
        while not self._is_stopping:
            began = monotonic()
            try:
                self._one_life()
                log.info("broker.closed")
            except Exception as error:  # noqa: BLE001 - whatever the library makes of a broken connection, the next one may be good
                if monotonic() - began > STEADY:
                    wait = FIRST_WAIT
                log.warning("broker.lost", error=type(error).__name__, text=str(error)[:200], next_try=round(wait, 1))
            finally:
                self._after_life()
            if not self._is_stopping:
                eventlet.sleep(wait * random.uniform(0.7, 1.3))  # noqa: S311 - jitter, not a secret
                wait = min(wait * 2, LONGEST_WAIT)
        self._is_closed.send()

    def _one_life(self) -> None:
        settings: Any = self.container.config["settings"]
        wire = connect(settings.amqp_uri, f"{settings.service}-{settings.instance}")
        heart = eventlet.spawn(_beat, wire)
        try:
            for part in self.parts:
                part.opened(wire)
            self.wire = wire
            metrics.broker_connected.set(1)
            log.info("broker.connected")
            wire.read()
        finally:
            heart.kill()
            wire.hang_up()
            _quietly(wire.collect)

    def _after_life(self) -> None:
        self.wire = None
        metrics.broker_connected.set(0)
        for part in self.parts:
            part.lost()


def _beat(wire: Wire) -> None:
    """Send heartbeats; break the connection when the broker's stay away."""
    while True:
        eventlet.sleep(HEARTBEAT / 4)
        try:
            wire.heartbeat_tick()
        except BROKEN:
            wire.hang_up()
            return


def _quietly(action: Callable[[], Any]) -> None:
    """For the last words on a connection that may be gone already."""
    with suppress(*BROKEN):
        action()
