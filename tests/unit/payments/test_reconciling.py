"""The sums that must agree, and what is said when they do not."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from services.chassis.database import Transactions
from services.payments import collecting, reconcile
from services.payments.model import Booking, Share
from services.payments.reconciling import reconcile as report_of
from tests.unit.payments.fake_bank import FakeBank
from tests.unit.payments.orders import LINGEN, SOEGEL, placed_and_paid, reject


@pytest.fixture
def database(transactions: Transactions, bank: FakeBank, monkeypatch: pytest.MonkeyPatch) -> Transactions:
    """One order released in part and collected in part, and the environment that names it."""
    order = placed_and_paid(transactions, (SOEGEL, 3000), (LINGEN, 1500))
    reject(transactions, order, 1)
    collecting.collect_due(transactions, bank, timedelta(0))
    monkeypatch.setenv("DATABASE_URL_PAYMENTS", str(transactions.engine.url))
    return transactions


def test_the_sums_are_printed(database: Transactions, capsys: pytest.CaptureFixture[str]):
    assert reconcile.main() == 0
    report = json.loads(capsys.readouterr().out)
    assert report["payments_cents"] == report["shares_cents"] == 4500
    assert report["treasuries"] == {SOEGEL: {"secured": 3000, "collected": 3000}, LINGEN: {"secured": 1500, "released": 1500}}
    assert report["differences"] == []


def test_a_booking_that_is_wrong_is_a_difference(database: Transactions, capsys: pytest.CaptureFixture[str]):
    with database.transaction() as session:
        session.execute(update(Booking).where(Booking.kind == "collected").values(cents=2999))
    assert reconcile.main() == 1
    assert "collected" in json.loads(capsys.readouterr().out)["differences"][0]


def test_a_share_that_does_not_add_up_is_a_difference(database: Transactions):
    with database.transaction() as session:
        session.execute(update(Share).where(Share.ars == SOEGEL).values(amount_cents=1))
    with database.reading() as session:
        assert len(report_of(session)["differences"]) == 3  # the payment, and the book of what was secured and collected


def test_without_a_database_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("DATABASE_URL_PAYMENTS", f"sqlite:///{tmp_path}/none.sqlite")
    assert reconcile.main() == 2
    assert "VAR_DIR" in capsys.readouterr().err
