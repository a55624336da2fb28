"""The migrations make a book that only grows, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.chassis.database import Transactions, make_engine
from services.chassis.migrate import migrate
from services.payments.model import Booking
from tests.unit.payments.orders import load_treasuries, placed_and_paid


@pytest.fixture(scope="module")
def engine(new_database: Callable[[str], str]) -> Iterator[Engine]:
    url = new_database("payments")
    migrate("payments", url)
    opened = make_engine(url)
    yield opened
    opened.dispose()


@pytest.mark.parametrize("change", [update(Booking).values(cents=1), delete(Booking)], ids=["update", "delete"])
def test_bookings_are_only_ever_added(engine: Engine, change: object):
    transactions = Transactions("payments", engine)
    with transactions.transaction() as session:
        load_treasuries(session)
    placed_and_paid(transactions)
    with Session(engine.execution_options(amtsgang_writes=True)) as session, pytest.raises(DBAPIError, match="only ever added"):
        session.execute(change)  # type: ignore[call-overload]
