"""The relay against a real broker: nothing is marked that the broker did not confirm, nothing is published twice without need."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import amqp
import orjson
import pytest
from sqlalchemy import Engine, event, func, select

from deploy.broker import temporary_vhost
from services.chassis import clock, outbox, relay, tables
from services.chassis.address import address
from services.chassis.database import Transactions, make_engine
from services.chassis.ids import new_id
from tests.integration.events import eventually
from tests.patience import PATIENCE_SECONDS

QUEUE = "watcher"


@pytest.fixture
def broker() -> Iterator[str]:
    """A virtual host without anything in it; gives the address of its administrator."""
    with temporary_vhost(declared=False) as uris:
        yield uris["admin"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Transactions]:
    """A database of `accounts` with an outbox."""
    engine = make_engine(f"sqlite:///{tmp_path / 'accounts.sqlite'}")
    tables.METADATA.create_all(engine)
    yield Transactions("accounts", engine)
    engine.dispose()


@contextmanager
def relaying(database: Transactions, uri: str) -> Iterator[relay.Relay]:
    """A relay at work on the database."""
    stopping = threading.Event()
    thread = relay.Relay("accounts", str(database.engine.url), uri, stopping)
    thread.start()
    yield thread
    stopping.set()
    thread.join(PATIENCE_SECONDS)


def write(database: Transactions, count: int) -> list[str]:
    """Commit events; gives their ids."""
    written = []
    for _ in range(count):
        with database.transaction() as session:
            account = new_id()
            written.append(outbox.publish(session, "account.registered", subject=account, data={"account_id": account}))
    return written


def unpublished(database: Transactions) -> int:
    """Events that wait."""
    with database.reading() as session:
        return session.execute(select(func.count()).where(tables.OUTBOX.c.published_at.is_(None))).scalar_one()


@contextmanager
def channel(uri: str) -> Iterator[amqp.Channel]:
    """A channel of our own."""
    with amqp.Connection(**address(uri)) as connection:
        yield connection.channel()


def declare(uri: str) -> None:
    """The exchange of `accounts` and a queue that sees all of it."""
    with channel(uri) as ours:
        ours.exchange_declare("accounts.events", "topic", durable=True, auto_delete=False)
        ours.queue_declare(QUEUE, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        ours.queue_bind(QUEUE, "accounts.events", "#")


def arrived(uri: str) -> list[str]:
    """Ids of the events in the queue, in order; takes them out."""
    ids = []
    with channel(uri) as ours:
        while (message := ours.basic_get(QUEUE, no_ack=True)) is not None:
            ids.append(orjson.loads(message.body)["id"])
    return ids


def test_events_go_out_in_the_order_they_were_committed(broker: str, database: Transactions) -> None:
    declare(broker)
    written = write(database, 300)
    with relaying(database, broker):
        assert eventually(lambda: unpublished(database) == 0)
    assert arrived(broker) == written


def test_an_event_is_marked_only_after_the_broker_confirmed_it(broker: str, database: Transactions) -> None:
    written = write(database, 3)
    with relaying(database, broker):
        time.sleep(1)
        assert unpublished(database) == 3, "there is no exchange yet, so nothing may be marked"
    declare(broker)
    with relaying(database, broker):
        assert eventually(lambda: unpublished(database) == 0)
    assert sorted(set(arrived(broker))) == sorted(written)


def test_a_broker_that_is_away_loses_nothing(broker: str, database: Transactions) -> None:
    declare(broker)
    written = write(database, 3)
    with relaying(database, "amqp://guest:guest@127.0.0.1:1/nowhere"):
        time.sleep(0.5)
        assert unpublished(database) == 3
    with relaying(database, broker):
        assert eventually(lambda: unpublished(database) == 0)
    assert arrived(broker) == written


def test_of_two_relays_one_works_and_the_other_stands_by(broker: str, database: Transactions) -> None:
    declare(broker)
    with relaying(database, broker) as first, relaying(database, broker) as second:
        assert eventually(lambda: first.is_ready and second.is_ready)
        written = write(database, 50)
        assert eventually(lambda: unpublished(database) == 0)
        assert arrived(broker) == written
    assert not first.is_alive()
    assert not second.is_alive()


def test_old_rows_go_and_waiting_ones_stay(broker: str, database: Transactions) -> None:
    declare(broker)
    with clock.fixed(clock.now() - timedelta(days=8)):
        write(database, 2)
    with database.transaction() as session:
        session.execute(
            tables.OUTBOX.update().values(published_at=tables.OUTBOX.c.created_at).where(tables.OUTBOX.c.sequence == 1)
        )
    with relaying(database, broker):
        assert eventually(lambda: unpublished(database) == 0)

        def rows() -> int:
            with database.reading() as session:
                return session.execute(select(func.count()).select_from(tables.OUTBOX)).scalar_one()

        assert eventually(lambda: rows() == 1), "the row published long ago is gone, the one published now stays"


def test_an_idle_relay_leaves_the_database_alone_and_sees_what_is_new(
    broker: str, database: Transactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "LOOK_ANYWAY_SECONDS", 10 * PATIENCE_SECONDS)  # so only the news itself can bring it to look
    looks = 0

    def count(*_: object) -> None:
        nonlocal looks
        looks += 1

    declare(broker)
    event.listen(Engine, "before_cursor_execute", count)
    try:
        with relaying(database, broker) as ours:
            assert eventually(lambda: ours.is_ready)
            time.sleep(0.5)
            looks = 0
            time.sleep(2)
            assert looks < 20
            for _ in range(5):
                write(database, 1)
                assert eventually(lambda: unpublished(database) == 0)
                time.sleep(0.3)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
