"""Units of work, idempotent commands and the two ends of the bus in the database."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from services.chassis import ids, inbox, outbox, tables
from services.chassis.call import Call
from services.chassis.database import Transactions, in_transaction, make_engine
from services.chassis.settings import Settings, SettingsError
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Invalid, NotFound, Unavailable

ACCOUNT = "01890a5d-ac96-774b-bcce-b302099a8057"
FACT = {"account_id": ACCOUNT}


CITIZEN = Actor("citizen", ACCOUNT)


def some_call(data: dict[str, Any], idempotency_key: str | None, actor: Actor = CITIZEN) -> Call:
    """A call of a method that takes an idempotency key."""
    return Call(data, actor, 0, "accounts", "record_check", idempotency_key)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Transactions]:
    """A SQLite file with the chassis's tables."""
    engine = make_engine(f"sqlite:///{tmp_path / 'accounts.sqlite'}")
    tables.METADATA.create_all(engine)
    yield Transactions("accounts", engine)
    engine.dispose()


def waiting(database: Transactions) -> int:
    """Events in the outbox."""
    with database.reading() as session:
        return outbox.pending(session)[0]


def test_work_in_batches_goes_on_in_transactions_of_its_own_until_less_is_left(database: Transactions) -> None:
    left, sessions = [3, 3, 2, 1], []

    def work(session: Any) -> int:
        sessions.append(session)
        return left.pop(0)

    database.in_batches(work, 3)
    assert left == [1]
    assert len(set(map(id, sessions))) == 3


def test_state_and_event_commit_together(database: Transactions) -> None:
    with database.transaction() as session:
        outbox.publish(session, "account.registered", subject=ACCOUNT, data=FACT)
    assert waiting(database) == 1


def test_an_error_takes_the_event_back(database: Transactions) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        outbox.publish(session, "account.registered", subject=ACCOUNT, data=FACT)
        raise ZeroDivisionError
    assert waiting(database) == 0


def test_an_event_of_another_service_is_refused(database: Transactions) -> None:
    with pytest.raises(ValueError, match="belongs to applications"), database.transaction() as session:
        outbox.publish(session, "order.placed", subject=ACCOUNT, data={})


def test_an_event_that_does_not_fit_its_contract_is_refused(database: Transactions) -> None:
    with pytest.raises(ValueError, match="contract"), database.transaction() as session:
        outbox.publish(session, "account.registered", subject=ACCOUNT, data={"account_id": "nobody"})


def test_units_of_work_do_not_nest_and_are_marked(database: Transactions) -> None:
    with database.transaction():
        assert in_transaction.get()
        with pytest.raises(RuntimeError), database.reading():
            pass
    assert not in_transaction.get()


def test_sqlite_is_durable_and_concurrent(database: Transactions) -> None:
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_locked_database_is_unavailable(database: Transactions, tmp_path: Path) -> None:
    other = make_engine(f"sqlite:///{tmp_path / 'accounts.sqlite'}").execution_options(amtsgang_writes=True)
    hasty = Transactions("accounts", make_engine(f"sqlite:///{tmp_path / 'accounts.sqlite'}"))
    with hasty.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
        connection.commit()
    with other.connect() as connection, connection.begin(), pytest.raises(Unavailable), hasty.transaction() as session:
        session.execute(select(func.count()).select_from(tables.INBOX))
    other.dispose()
    hasty.engine.dispose()


def answer(_session: Any, _actor: Actor, **_data: Any) -> dict[str, Any]:
    """A use case that makes something new each time."""
    return {"account_id": ids.new_id()}


def test_the_same_key_and_body_get_the_same_answer(database: Transactions) -> None:
    first = database.once(some_call({"a": 1}, "key"), answer)
    assert database.once(some_call({"a": 1}, "key"), answer) == first
    assert database.once(some_call({"a": 1}, "other key"), answer) != first


def test_the_same_key_with_another_body_is_a_conflict(database: Transactions) -> None:
    database.once(some_call({"a": 1}, "key"), answer)
    with pytest.raises(Conflict):
        database.once(some_call({"a": 2}, "key"), answer)


def test_keys_belong_to_their_account(database: Transactions) -> None:
    first = database.once(some_call({"a": 1}, "key"), answer)
    assert database.once(some_call({"a": 1}, "key", actor=Actor()), answer) != first


def test_a_command_that_failed_leaves_its_key_free(database: Transactions) -> None:
    def fails(*_args: Any, **_data: Any) -> dict[str, Any]:
        raise Invalid("x", "x")

    with pytest.raises(Invalid):
        database.once(some_call({"a": 1}, "key"), fails)
    assert database.once(some_call({"a": 1}, "key"), answer)


@pytest.mark.parametrize("key", [None, "", "k" * 121])
def test_a_command_without_a_proper_key_is_invalid(database: Transactions, key: str | None) -> None:
    with pytest.raises(Invalid):
        database.once(some_call({}, key), answer)


def test_two_at_once_with_one_key_do_it_once(database: Transactions) -> None:
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(database.once(some_call({"a": 1}, "key"), answer)["account_id"]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1


ENVELOPE = {"id": "e1", "type": "t", "subject": "s", "time": "now"}


def deliver(database: Transactions, work: Any) -> inbox.Outcome:
    """Hand the one event to a handler."""
    return inbox.handle(database, "accounts.on.x", ENVELOPE, {}, work)


def test_a_second_delivery_does_nothing(database: Transactions) -> None:
    done = []

    def work(event: inbox.Event) -> None:
        with event.transaction():
            done.append(event.id)

    assert [deliver(database, work), deliver(database, work)] == [inbox.Outcome.DONE, inbox.Outcome.DUPLICATE]
    assert done == ["e1"]


def test_a_second_delivery_whose_work_fails_is_still_a_second_delivery(database: Transactions) -> None:
    def once(event: inbox.Event) -> None:
        with event.transaction():
            pass

    def too_late(_event: inbox.Event) -> None:
        raise NotFound("x", "x")

    assert [deliver(database, once), deliver(database, too_late)] == [inbox.Outcome.DONE, inbox.Outcome.DUPLICATE]


def test_a_handler_that_fails_is_called_again(database: Transactions) -> None:
    def fails(event: inbox.Event) -> None:
        with event.transaction():
            raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            deliver(database, fails)
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(tables.INBOX)).scalar() == 0


def test_a_handler_without_its_transaction_is_an_error(database: Transactions) -> None:
    with pytest.raises(RuntimeError, match="without its transaction"):
        deliver(database, lambda event: None)


def test_settings_name_every_mistake_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment("payments", {"AMQP_URI": "http://x", "HTTP_PORT": "x", "SECRET_KEY": "short"})
    for name in ("AMQP_URI", "PORTAL_URL is missing", "HTTP_PORT", "SECRET_KEY", "BANK_URL is missing"):
        assert name in str(caught.value)
