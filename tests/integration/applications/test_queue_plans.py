"""PostgreSQL reads the ranges of a queue side by side along their indexes, too; of SQLite a unit test counts the steps.

What is asked is whether there is a plan that sorts no range. With so few cases the server takes others: these are closed to it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from services.applications import queue
from services.applications.model import Case
from services.chassis import testing
from services.chassis.database import Transactions, make_engine
from services.contracts import desk, registry
from tests import postgresql
from tests.bench import county
from tests.bench.cases import TOWNS, WAYS, Portal

CLOSED = ("sort", "bitmapscan", "seqscan")


@pytest.fixture(scope="module")
def filled(postgresql_server: postgresql.Server) -> Iterator[Portal]:
    keys, url = testing.key_ring(), postgresql_server.new_database("applications")
    county.fill(url, keys, 400)
    engine = make_engine(url)
    yield Portal(Transactions("applications", engine, testing.settings_of("applications"), keys))
    engine.dispose()


@pytest.mark.parametrize("way", WAYS)
def test_no_range_of_a_queue_is_sorted(filled: Portal, way: str):
    with filled.db.reading() as session:
        wanted = registry.load(desk.ListCases, {"limit": 25, **WAYS[way](filled, TOWNS[0])})
        asked = recorded(session, lambda: queue.list_cases(session, filled.clerks[TOWNS[0]], **wanted))
        plans = [plan(session, *question) for question in asked if "UNION ALL" in question[0]]
    assert plans
    assert all("Merge Append" in told and "Sort  " not in told for told in plans), plans


def test_control_an_order_without_an_index_is_sorted(filled: Portal):
    with filled.db.reading() as session:
        question = select(Case.id).where(Case.office_id == "office").order_by(Case.fee_cents)
        ((asked, values),) = recorded(session, lambda: session.execute(question))
        assert "Sort  " in plan(session, asked, values)


def recorded(session: Session, work: Any) -> list[tuple[str, Any]]:
    """What was asked of the database, with the values."""
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, question: str, values: Any, *_more: Any) -> None:
        asked.append((question, values))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", hear)
    work()
    event.remove(connection, "before_cursor_execute", hear)
    return asked


def plan(session: Session, question: str, values: Any) -> str:
    """How the server would answer, with no way but along indexes."""
    connection = session.connection()
    for way in CLOSED:
        connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    return "\n".join(connection.exec_driver_sql(f"EXPLAIN {question}", values).scalars())
