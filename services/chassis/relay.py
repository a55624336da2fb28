"""`python -m services.chassis.relay [service…]`: publishes what stands in the outboxes, confirmed and in order, then marks it.

One thread for each service's database. Of several relay processes one works on a database at a time and the others stand by: that
keeps the events of an entity in order.
"""

import fcntl
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

import amqp
import orjson
import structlog
from sqlalchemy import Connection, Engine, delete, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from services.chassis import clock, health, logs, metrics, moving, topology
from services.chassis.address import address
from services.chassis.database import make_engine
from services.chassis.settings import Reader, SettingsError, database_url
from services.chassis.tables import IDEMPOTENCY, INBOX, OUTBOX
from services.contracts import wire
from services.contracts.registry import SERVICES

BATCH = 200
IDLE_SECONDS = 0.02
LOOK_ANYWAY_SECONDS = 1.0
CONFIRM_SECONDS = 10
RETRY_SECONDS = 1.0
HEARTBEAT_SECONDS = 10
PRUNE_EVERY_SECONDS = 600
KEEP = {
    OUTBOX.c.published_at: timedelta(days=7),
    INBOX.c.handled_at: timedelta(days=90),
    IDEMPOTENCY.c.created_at: timedelta(days=30),
}
"""How long rows stay that have done their work; an inbox row outlives the longest time a dead letter should wait."""

log = structlog.get_logger()


class Publisher:
    """A channel in confirm mode; `publish` returns when the broker has taken every message of a batch."""

    def __init__(self, amqp_uri: str, service: str) -> None:
        self._service = service
        self._connection = amqp.Connection(
            **address(amqp_uri),
            heartbeat=HEARTBEAT_SECONDS,
            connect_timeout=5,
            read_timeout=CONFIRM_SECONDS,
            client_properties={"connection_name": f"relay-{service}", "product": "Amtsgang"},
        )
        self._connection.connect()
        self._channel = self._connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._tag = 0
        self._open: dict[int, int] = {}
        self._refused: set[int] = set()
        self._beat_at = monotonic()

    def publish(self, rows: list[Any]) -> list[int]:
        """Publish in order; gives the sequence numbers the broker confirmed. Raises OSError or AMQPError when it is gone."""
        self._refused.clear()
        for row in rows:
            self._tag += 1
            self._open[self._tag] = row.sequence
            self._channel.basic_publish(_message(row), exchange=topology.events_exchange(self._service), routing_key=row.name)
        until = monotonic() + CONFIRM_SECONDS
        while self._open:
            self._connection.drain_events(timeout=max(until - monotonic(), 0.001))
        return [row.sequence for row in rows if row.sequence not in self._refused]

    def keep_alive(self) -> None:
        """Exchange heartbeats while there is nothing to publish."""
        if monotonic() - self._beat_at < HEARTBEAT_SECONDS / 4:
            return
        self._beat_at = monotonic()
        with suppress(TimeoutError):
            self._connection.drain_events(timeout=0.001)
        self._connection.heartbeat_tick()

    def close(self) -> None:
        """Close quietly; the broker may be gone already."""
        with suppress(OSError, amqp.AMQPError):
            self._connection.close()

    def _settle(self, tag: int, multiple: bool) -> list[int]:
        tags = [t for t in self._open if t <= tag] if multiple else [tag]
        return [self._open.pop(t) for t in tags]

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._refused.update(self._settle(tag, multiple))


def _message(row: Any) -> amqp.Message:
    event = orjson.loads(row.envelope)
    return amqp.Message(
        row.envelope,
        content_type="application/cloudevents+json",
        content_encoding="utf-8",
        delivery_mode=2,
        message_id=row.event_id,
        application_headers={
            moving.ATTEMPT: 0,
            wire.TRACEPARENT: event["traceparent"],
            wire.CORRELATION_ID: event["correlationid"],
        },
    )


class News:
    """Tells cheaply whether others committed to a SQLite database since the last look; with another there may always be news.

    Looking into five databases fifty times a second costs a tenth of a core, asking five for their version almost nothing.
    """

    def __init__(self, reading: Connection) -> None:
        self._database: Any = reading.connection.driver_connection if reading.dialect.name == "sqlite" else None
        self._seen: int | None = None
        self._told_at = 0.0

    def are_likely(self) -> bool:
        """True after a commit of another connection, and every second for what the broker refused.

        https://sqlite.org/pragma.html#pragma_data_version.
        """
        if self._database is None:
            return True
        (version,) = self._database.execute("PRAGMA data_version").fetchone()
        if version == self._seen and monotonic() - self._told_at < LOOK_ANYWAY_SECONDS:
            return False
        self._seen, self._told_at = version, monotonic()
        return True


class Relay(threading.Thread):
    """Relays one service's outbox until told to stop; ready while it works, or stands by for another that does."""

    def __init__(self, service: str, url: str, amqp_uri: str, stopping: threading.Event) -> None:
        super().__init__(name=f"relay-{service}", daemon=True)
        self.service = service
        self.is_ready = False
        self._url = url
        self._amqp_uri = amqp_uri
        self._stopping = stopping
        self._pruned_at = -inf

    def run(self) -> None:
        """Work, and after any trouble with database or broker begin again."""
        engine = make_engine(self._url, pool_size=2)
        while not self._stopping.is_set():
            try:
                self.is_ready = True
                with leadership(self._url, engine, self._stopping):
                    self.is_ready = False
                    self._lead(engine)
            except (OSError, amqp.AMQPError, SQLAlchemyError) as error:
                log.warning("relay.interrupted", service=self.service, error=type(error).__name__)
                self._stopping.wait(RETRY_SECONDS)
        engine.dispose()

    def _lead(self, engine: Engine) -> None:
        publisher = Publisher(self._amqp_uri, self.service)
        self.is_ready = True
        log.info("relaying", service=self.service)
        try:
            with engine.connect() as reading, engine.execution_options(amtsgang_writes=True).connect() as writing:
                news = News(reading)
                while not self._stopping.is_set():
                    if not news.are_likely() or not self._relay_batch(publisher, reading, writing):
                        publisher.keep_alive()
                        self._prune(writing)
                        self._stopping.wait(IDLE_SECONDS)
        finally:
            self.is_ready = False
            publisher.close()

    def _relay_batch(self, publisher: Publisher, reading: Connection, writing: Connection) -> bool:
        waiting = select(OUTBOX.c.sequence, OUTBOX.c.event_id, OUTBOX.c.name, OUTBOX.c.envelope)
        with reading.begin():
            rows = list(reading.execute(waiting.where(OUTBOX.c.published_at.is_(None)).order_by(OUTBOX.c.sequence).limit(BATCH)))
        if not rows:
            return False
        confirmed = publisher.publish(rows)
        with writing.begin():
            writing.execute(update(OUTBOX).where(OUTBOX.c.sequence.in_(confirmed)).values(published_at=clock.now()))
        for row in rows:
            metrics.events_published.labels(self.service, row.name).inc()
        return True

    def _prune(self, writing: Connection) -> None:
        if monotonic() - self._pruned_at > PRUNE_EVERY_SECONDS:
            self._pruned_at = monotonic()
            with writing.begin():
                for column, keep in KEEP.items():
                    writing.execute(delete(column.table).where(column < clock.now() - keep))


@contextmanager
def leadership(url: str, engine: Engine, stopping: threading.Event) -> Iterator[None]:
    """Hold the right to relay a database; waits while another process has it."""
    if url.startswith("sqlite:///"):
        with Path(url.removeprefix("sqlite:///")).with_suffix(".relay-lock").open("w") as handle:
            while not stopping.is_set():
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    stopping.wait(RETRY_SECONDS)
            yield
        return
    with engine.connect() as connection:
        while not stopping.is_set():
            if connection.execute(text("SELECT pg_try_advisory_lock(hashtext('amtsgang.relay'))")).scalar():
                break
            stopping.wait(RETRY_SECONDS)
        connection.commit()
        yield


def main(arguments: list[str]) -> int:
    """Relay the outboxes of the named services, or of all, until SIGTERM or SIGINT."""
    reader = Reader(os.environ)
    amqp_uri = reader.text("AMQP_URI", starts=("amqp://", "amqps://"))
    port = reader.integer("HTTP_PORT", 0, 0, 65535)
    log_format = reader.text("LOG_FORMAT", "json", among=("json", "text"))
    instance = reader.text("INSTANCE", "1")
    reader.finish("relay")
    logs.configure("relay", instance, log_format)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    relays = [Relay(s, database_url(s, os.environ), amqp_uri, stopping) for s in arguments or SERVICES]
    for relay in relays:
        relay.start()
    checks = {relay.service: lambda relay=relay: relay.is_ready for relay in relays}
    server = health.serve(port, checks, lambda: metrics.broker_connected.set(all(relay.is_ready for relay in relays)))
    log.info("started", http_port=server.server_port, pid=os.getpid())
    while not stopping.wait(1):
        pass
    log.info("stopping")
    for relay in relays:
        relay.join(CONFIRM_SECONDS + 1)
    log.info("stopped")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SettingsError as problem:
        sys.exit(str(problem))
