"""The audit log tells what was changed by whoever can write into the database; appending at once forks nothing."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Text, cast, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from services.chassis import audit, audit_check, clock, ids
from services.chassis.database import Transactions, make_engine
from services.contracts.actors import Actor, Role

CLERK = Actor("staff", "01926b2e-7d21-7a00-8b1c-00000000c1e6", roles=(Role("clerk", "034540032/standesamt"),))
ERIKA = "01926b2e-7d21-7a00-8b1c-00000000e61a"
BEGAN = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
ENTRIES = 9
CHANGED = 5
HEAD = update(audit.HEAD)
COLUMNS = tuple(column.name for column in audit.LOG.columns)


@pytest.fixture
def url(new_database: Callable[[str], str]) -> str:
    return new_database(f"accounts_{ids.new_id()[-8:]}")


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = make_engine(url)
    with opened.begin() as connection:
        audit.create(connection)
    yield opened
    opened.dispose()


@pytest.fixture
def log(engine: Engine) -> Engine:
    """A log of some entries, one of them at a full second, which is written shorter in some formats."""
    database = Transactions("accounts", engine)
    for number in range(ENTRIES):
        moment = BEGAN + timedelta(seconds=number, microseconds=0 if number == CHANGED - 1 else 250)
        with clock.fixed(moment), database.transaction() as session:
            audit.record(
                session,
                CLERK,
                "case.viewed",
                subject_id=ERIKA,
                office_id="034540032/standesamt",
                reason="casework",
                about={"case_id": ERIKA, "was": "submitted", "number": number},
            )
    return engine


def troubles(engine: Engine, noted: dict[int, str] | None = None) -> list[str]:
    return audit_check.check("accounts", engine, noted).troubles


def stored(connection: Connection, column: str) -> str:
    """What stands in a column of the entry, as text."""
    return str(connection.scalar(select(cast(audit.LOG.c[column], Text)).where(audit.LOG.c.sequence == CHANGED)))


def overwrite(connection: Connection, column: str, value: str | None) -> None:
    """Write past everything that checks values; what PostgreSQL cannot hold raises."""
    kind = audit.LOG.c[column].type.compile(connection.dialect) if connection.dialect.name == "postgresql" else None
    target = f"CAST(:value AS {kind})" if kind else ":value"
    statement = f"UPDATE audit_log SET {column} = {target} WHERE sequence = {CHANGED}"  # noqa: S608 - our own names
    connection.execute(text(statement), {"value": value})


def still_finds(engine: Engine, change: Callable[[Connection], Any]) -> list[str]:
    """The troubles that a change makes; the change is taken back."""
    with engine.connect() as connection, connection.begin() as begun:
        rows = connection.execute(select(audit.LOG)).mappings().all()
        head = connection.execute(select(audit.HEAD)).mappings().one()
        change(connection)
        begun.commit()
    try:
        return troubles(engine)
    finally:
        with engine.begin() as connection:
            connection.execute(delete(audit.LOG))
            connection.execute(delete(audit.HEAD))
            connection.execute(insert(audit.LOG), [dict(row) for row in rows])
            connection.execute(insert(audit.HEAD), dict(head))


def test_a_log_as_it_was_written_is_whole(log):
    found = audit_check.check("accounts", log)
    assert (found.entries, found.sequence, found.troubles) == (ENTRIES, ENTRIES, [])
    assert troubles(log, {found.sequence: found.hash}) == []


def test_an_empty_log_is_whole(engine):
    assert troubles(engine) == []


@pytest.mark.parametrize("column", COLUMNS)
def test_one_changed_byte_in_any_column_is_found_and_named(log, column):
    with log.connect() as connection:
        original = stored(connection, column)
    for position, byte in enumerate(original):
        for other in {"0", "T", chr((ord(byte) + 1) % 128 or 1)} - {byte}:
            changed = original[:position] + other + original[position + 1 :]
            try:
                found = still_finds(log, partial(overwrite, column=column, value=changed))
            except DBAPIError:
                assert log.dialect.name == "postgresql" or column == "sequence"  # refused: no number, no time
                continue
            if column == "at" and not found:
                assert is_same_moment(log, original, changed), changed  # another way to write it, and no change there
                continue
            assert any(f"entry {CHANGED}" in trouble for trouble in found), f"{original!r} became {changed!r}: {found}"


def is_same_moment(engine: Engine, one: str, other: str) -> bool:
    """Whether PostgreSQL keeps the same for both."""
    question = text("SELECT CAST(:one AS timestamptz) = CAST(:other AS timestamptz)")
    with engine.connect() as connection:
        return engine.dialect.name == "postgresql" and bool(connection.scalar(question, {"one": one, "other": other}))


@pytest.mark.parametrize("column", ["actor_id", "subject_id", "office_id", "reason", "about"])
def test_a_value_made_empty_longer_or_nothing_is_found(log, column):
    with log.connect() as connection:
        original = stored(connection, column)
    for value in ("", f" {original}"[:36], original.upper(), None if audit.LOG.c[column].nullable else "x"):
        if value != original:
            assert still_finds(log, partial(overwrite, column=column, value=value)), value


def test_a_removed_entry_is_missed(log):
    found = still_finds(log, lambda c: c.execute(delete(audit.LOG).where(audit.LOG.c.sequence == CHANGED)))
    assert found == [
        "entry 5 missing before entry 6",
    ]


def test_entries_cut_off_at_the_end_are_missed(log):
    found = still_finds(log, lambda c: c.execute(delete(audit.LOG).where(audit.LOG.c.sequence > 6)))
    assert found == ["entries 7 to 9 are missing at the end"]


def test_an_inserted_entry_is_found(log):
    def add(connection: Connection) -> None:
        row = connection.execute(select(audit.LOG).where(audit.LOG.c.sequence == ENTRIES)).mappings().one()
        entry = {**row, "sequence": ENTRIES + 1, "previous": row["hash"]}
        connection.execute(insert(audit.LOG).values({**entry, "hash": audit.digest_of(entry)}))

    assert still_finds(log, add) == ["the head ends at entry 9, the log at entry 10"]


def test_exchanged_entries_are_found(log):
    def exchange(connection: Connection) -> None:
        for number, other in ((4, 104), (5, 4), (104, 5)):
            connection.execute(update(audit.LOG).where(audit.LOG.c.sequence == number).values(sequence=other))

    found = still_finds(log, exchange)
    assert any("entry 4 " in trouble for trouble in found)
    assert any("entry 5 " in trouble for trouble in found)


def test_an_entry_written_anew_with_its_own_hash_breaks_the_chain_after_it(log):
    def rewrite(connection: Connection) -> None:
        row = dict(connection.execute(select(audit.LOG).where(audit.LOG.c.sequence == CHANGED)).mappings().one())
        row["subject_id"] = CLERK.account_id
        row["hash"] = audit.digest_of(row)
        connection.execute(update(audit.LOG).where(audit.LOG.c.sequence == CHANGED).values(row))

    assert still_finds(log, rewrite) == ["entry 6 (case.viewed): it does not follow entry 5 as that one reads now"]


def test_a_log_written_anew_as_a_whole_is_told_by_a_noted_head_alone(log):
    noted = audit_check.check("accounts", log)
    with log.begin() as connection:
        rows = [dict(row) for row in connection.execute(select(audit.LOG).order_by(audit.LOG.c.sequence)).mappings()]
        before = audit.BEGINNING
        for row in rows:
            row.update(reason="nothing", previous=before)
            before = row["hash"] = audit.digest_of(row)
        connection.execute(delete(audit.LOG))
        connection.execute(insert(audit.LOG), rows)
        connection.execute(update(audit.HEAD).values(hash=before))
    assert troubles(log) == []
    assert troubles(log, {noted.sequence: noted.hash}) == ["entry 9 (case.viewed): its hash is not the one that was noted"]


@pytest.mark.parametrize("change", [HEAD.values(hash="f" * 64), HEAD.values(sequence=3), delete(audit.HEAD)])
def test_a_changed_head_is_found(log, change):
    assert len(still_finds(log, lambda c: c.execute(change))) == 1


def test_a_log_that_is_gone_is_no_whole_log(log):
    with log.begin() as connection:
        audit.drop(connection)
    assert "cannot be read" in troubles(log)[0]


def test_entries_appended_at_once_form_one_chain(engine, url):
    threads, each = 6, 20

    def append() -> None:
        own = make_engine(url)
        database = Transactions("accounts", own)
        for _ in range(each):
            with database.transaction() as session:
                audit.record(session, CLERK, "case.viewed", subject_id=ERIKA)
        own.dispose()

    running = [threading.Thread(target=append) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    found = audit_check.check("accounts", engine)
    assert (found.entries, found.troubles) == (threads * each, [])


def test_what_is_taken_back_leaves_no_gap(engine):
    database = Transactions("accounts", engine)
    for divisor in (1, 0, 1):
        with suppress(ZeroDivisionError), database.transaction() as session:
            audit.record(session, CLERK, "case.viewed", subject_id=ERIKA, about={"number": 1})
            assert 1 / divisor
    assert (audit_check.check("accounts", engine).entries, troubles(engine)) == (2, [])


def test_the_command_tells_each_service_and_ends_with_1_where_something_is_wrong(log, url, tmp_path: Path):
    def told(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "services.chassis.audit_check", *arguments]
        told_to_it = {"DATABASE_URL_ACCOUNTS": url, "VAR_DIR": str(tmp_path)}
        done = subprocess.run(command, env=told_to_it, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    head = audit_check.check("accounts", log).head
    assert told("accounts") == (0, f"accounts: {ENTRIES} entries, whole, head {head}\n")
    assert told(head)[0] == 0
    assert told(f"accounts:{ENTRIES}:{'0' * 64}")[0] == 1
    assert told("nobody")[0] == 2
    with log.begin() as connection:
        overwrite(connection, "office_id", "034540032/gewerbeamt")
    code, output = told("accounts")
    assert code == 1
    assert f"accounts: entry {CHANGED} (case.viewed): it was changed" in output
