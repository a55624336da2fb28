"""In a SQLite file a value can be written in more ways than one; the log knows the way it was written."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.chassis import audit, audit_check, clock
from services.chassis.database import Transactions, make_engine
from services.contracts.actors import Actor


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'accounts.sqlite'}")
    with engine.begin() as connection:
        audit.create(connection)
    with clock.fixed(datetime(2026, 3, 2, 8, 15, tzinfo=UTC)), Transactions("accounts", engine).transaction() as session:
        for _ in range(3):
            audit.record(session, Actor("service"), "case.viewed", reason="casework", about={"name": "Ärmelkanal"})
    yield engine
    engine.dispose()


def test_a_log_as_it_was_written_is_whole(log):
    assert audit_check.check("accounts", log).troubles == []


@pytest.mark.parametrize(
    "change",
    [
        "at = replace(at, ' ', 'T')",
        "at = substr(at, 1, 19)",
        "at = substr(at, 1, 23)",
        "at = at || '+00:00'",
        "about = CAST(about AS BLOB)",
        "reason = CAST(x'63617365776f726bff' AS TEXT)",
        "reason = reason || char(0)",
        "actor_id = ''",
        "about = replace(about, 'Ä', 'A\u0308')",
    ],
)
def test_the_same_value_written_in_another_way_is_found(log, change):
    with log.begin() as connection:
        connection.exec_driver_sql(f"UPDATE audit_log SET {change} WHERE sequence = 2")  # noqa: S608
    assert any("entry 2 " in trouble for trouble in audit_check.check("accounts", log).troubles)
