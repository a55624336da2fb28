from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis import clock, tables
from services.chassis.database import Transactions, make_engine
from services.payments.model import Entity
from tests.unit.payments.fake_bank import FakeBank
from tests.unit.payments.orders import NOON, load_treasuries


@pytest.fixture
def transactions(tmp_path: Path) -> Iterator[Transactions]:
    """A SQLite file with the tables and the treasuries of two municipalities; it is noon on a Friday."""
    engine = make_engine(f"sqlite:///{tmp_path / 'payments.sqlite'}")
    Entity.metadata.create_all(engine)
    tables.METADATA.create_all(engine)
    made = Transactions("payments", engine)
    with clock.fixed(NOON):
        with made.transaction() as session:
            load_treasuries(session)
        yield made
    engine.dispose()


@pytest.fixture
def bank() -> FakeBank:
    return FakeBank()
