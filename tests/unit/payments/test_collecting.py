"""Collection and giving back, with a bank that answers, refuses, is away, or has booked when we crash."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.chassis import clock
from services.chassis.database import Transactions
from services.contracts.errors import Conflict, Unavailable
from services.payments import collecting, refunding
from services.payments.model import Collection, Mandate
from services.payments.reconciling import reconcile
from tests.unit.payments.fake_bank import Crash, FakeBank
from tests.unit.payments.orders import LINGEN, NOON, SOEGEL, events, place, placed_and_paid, reject, states

AT_ONCE = timedelta(0)
LATER = NOON + timedelta(seconds=31)


def away() -> None:
    raise Unavailable("payments.bank_unavailable", "The bank cannot be reached right now.")


@pytest.fixture(autouse=True)
def _books_agree(transactions: Transactions):
    yield
    with transactions.reading() as session:
        assert reconcile(session)["differences"] == []


def names(transactions: Transactions) -> list[str]:
    return [name for name, _ in events(transactions)]


def test_what_is_secured_is_collected_in_one_file_per_treasury(transactions: Transactions, bank: FakeBank):
    orders = [placed_and_paid(transactions, (SOEGEL, 3000), (LINGEN, 2250)), placed_and_paid(transactions, (SOEGEL, 1500))]
    assert collecting.collect_due(transactions, bank, AT_ONCE) == 2
    assert [states(transactions, o)[0] for o in orders] == ["collected", "collected"]
    assert sorted(b.cents for b in bank.booked) == [1500, 2250, 3000]
    assert names(transactions).count("payment.collected") == 2


def test_shares_of_one_mandate_are_one_debit(transactions: Transactions, bank: FakeBank):
    placed_and_paid(transactions, (SOEGEL, 3000), (SOEGEL, 1500), (SOEGEL, 750))
    collecting.collect_due(transactions, bank, AT_ONCE)
    assert [b.cents for b in bank.booked] == [5250]


def test_nothing_is_collected_before_its_time_or_before_it_is_signed(transactions: Transactions, bank: FakeBank):
    placed_and_paid(transactions)
    with transactions.transaction() as session:
        place(session)
    assert collecting.collect_due(transactions, bank, timedelta(seconds=1)) == 0
    assert bank.booked == []


def test_the_due_date_is_the_next_banking_day(transactions: Transactions, bank: FakeBank):
    placed_and_paid(transactions)
    collecting.collect_due(transactions, bank, AT_ONCE)
    with transactions.reading() as session:
        collection = session.scalars(select(Collection)).one()
    assert str(collection.collect_on) == "2026-11-23"  # Friday to Monday


def test_the_second_run_finds_nothing(transactions: Transactions, bank: FakeBank):
    placed_and_paid(transactions)
    collecting.collect_due(transactions, bank, AT_ONCE)
    assert collecting.collect_due(transactions, bank, AT_ONCE) == 0
    assert len(bank.booked) == 1


def test_many_mandates_go_in_several_files(transactions: Transactions, bank: FakeBank, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(collecting, "FILE_LIMIT", 2)
    orders = [placed_and_paid(transactions) for _ in range(5)]
    assert collecting.collect_due(transactions, bank, AT_ONCE) == 3
    assert {states(transactions, o)[0] for o in orders} == {"collected"}


def test_while_the_bank_is_away_everything_waits_and_goes_on_afterwards(transactions: Transactions, bank: FakeBank):
    order = placed_and_paid(transactions)
    bank.on_debit = away
    assert collecting.collect_due(transactions, bank, AT_ONCE) == 0
    assert states(transactions, order) == ["secured", "secured"]
    bank.on_debit = lambda: None
    assert collecting.collect_due(transactions, bank, AT_ONCE) == 0, "the lease of the first try still runs"
    with clock.fixed(LATER):
        collecting.collect_due(transactions, bank, AT_ONCE)
    assert states(transactions, order) == ["collected", "collected"]
    assert len(bank.booked) == 1


def test_a_crash_after_the_bank_booked_debits_nobody_twice(transactions: Transactions, bank: FakeBank):
    order = placed_and_paid(transactions)
    bank.crash_after = True
    with pytest.raises(Crash):
        collecting.collect_due(transactions, bank, AT_ONCE)
    assert states(transactions, order) == ["secured", "secured"]
    with clock.fixed(LATER):
        collecting.collect_due(transactions, bank, AT_ONCE)
    assert states(transactions, order) == ["collected", "collected"]
    assert len(bank.booked) == 1


def test_what_is_signed_after_a_crash_does_not_slip_into_the_old_file(transactions: Transactions, bank: FakeBank):
    placed_and_paid(transactions)
    bank.crash_after = True
    with pytest.raises(Crash):
        collecting.collect_due(transactions, bank, AT_ONCE)
    with clock.fixed(LATER):
        placed_and_paid(transactions)
        collecting.collect_due(transactions, bank, AT_ONCE)
    assert sorted(b.cents for b in bank.booked) == [3000, 3000]
    assert len(bank.files) == 2


def test_two_processes_that_send_the_same_file_write_it_down_once(transactions: Transactions, bank: FakeBank):
    order = placed_and_paid(transactions)
    with transactions.transaction() as session:
        claimed = collecting.claim_new(session, AT_ONCE)
    assert claimed
    with clock.fixed(LATER), transactions.transaction() as session:
        assert collecting.claim_left_over(session) == claimed
    collecting.send(transactions, bank, claimed)
    with transactions.transaction() as session:
        collecting.write_accepted(session, claimed)
    collecting.send(transactions, bank, claimed)
    assert states(transactions, order) == ["collected", "collected"]
    assert names(transactions).count("payment.collected") == 1


def test_a_file_the_bank_refuses_is_tried_again_in_an_hour(transactions: Transactions, bank: FakeBank):
    order = placed_and_paid(transactions)
    bank.refusal = "no such creditor"
    collecting.collect_due(transactions, bank, AT_ONCE)
    bank.refusal = ""
    assert states(transactions, order) == ["secured", "secured"]
    with clock.fixed(NOON + timedelta(minutes=59)):
        assert collecting.collect_due(transactions, bank, AT_ONCE) == 0
    with clock.fixed(NOON + timedelta(minutes=61)):
        collecting.collect_due(transactions, bank, AT_ONCE)
    assert states(transactions, order) == ["collected", "collected"]
    with transactions.reading() as session:
        assert {c.state: c.refusal for c in session.scalars(select(Collection))} == {
            "refused": "no such creditor",
            "accepted": None,
        }


def test_a_free_case_has_nothing_to_give_back(transactions: Transactions):
    with transactions.transaction() as session:
        order = place(session, (SOEGEL, 0))
    reject(transactions, order)
    assert names(transactions) == []


def test_before_collection_the_share_is_released_and_never_debited(transactions: Transactions, bank: FakeBank):
    order = placed_and_paid(transactions, (SOEGEL, 3000), (SOEGEL, 1500))
    reject(transactions, order, 0)
    collecting.collect_due(transactions, bank, AT_ONCE)
    refunding.transfer_due(transactions, bank)
    assert states(transactions, order) == ["collected", "released", "collected"]
    assert [(b.kind, b.cents) for b in bank.booked] == [("direct_debit", 1500)]
    told = dict(events(transactions))
    assert told["payment.refunded"]["manner"] == "released"
    assert told["payment.refunded"]["case_id"] == order.case_ids[0]
    assert told["payment.refunded"]["amount"] == {"cents": 3000, "currency": "EUR"}
    assert told["payment.collected"]["amount"] == {"cents": 1500, "currency": "EUR"}


def test_a_mandate_without_any_share_left_lapses(transactions: Transactions, bank: FakeBank):
    order = placed_and_paid(transactions)
    reject(transactions, order)
    assert collecting.collect_due(transactions, bank, AT_ONCE) == 0
    assert states(transactions, order) == ["secured", "released"]
    with transactions.reading() as session:
        assert session.scalars(select(Mandate)).one().state == "lapsed"
    assert "payment.collected" not in names(transactions)


def test_after_collection_the_share_is_paid_back(transactions: Transactions, bank: FakeBank):
    order = placed_and_paid(transactions, (SOEGEL, 3000), (LINGEN, 1500))
    collecting.collect_due(transactions, bank, AT_ONCE)
    reject(transactions, order, 1)
    assert states(transactions, order) == ["collected", "collected", "collected"], "not refunded before the bank has it"
    assert refunding.transfer_due(transactions, bank) == 1
    assert states(transactions, order) == ["collected", "collected", "refunded"]
    assert [b.cents for b in bank.booked if b.kind == "credit_transfer"] == [1500]
    assert dict(events(transactions))["payment.refunded"]["manner"] == "refunded"


def test_rejected_while_the_debit_is_on_its_way_it_is_paid_back_and_not_released(transactions: Transactions, bank: FakeBank):
    order = placed_and_paid(transactions)
    bank.on_debit = lambda: reject(transactions, order)
    collecting.collect_due(transactions, bank, AT_ONCE)
    assert states(transactions, order) == ["collected", "collected"]
    refunding.transfer_due(transactions, bank)
    assert states(transactions, order) == ["collected", "refunded"]
    assert [n for n in names(transactions) if n == "payment.refunded"] == ["payment.refunded"]


def test_rejected_while_the_bank_refuses_the_file_it_is_released(transactions: Transactions, bank: FakeBank):
    order = placed_and_paid(transactions, (SOEGEL, 3000), (SOEGEL, 1500))
    bank.on_debit = lambda: reject(transactions, order)
    bank.refusal = "no such creditor"
    collecting.collect_due(transactions, bank, AT_ONCE)
    assert states(transactions, order) == ["secured", "released", "secured"]
    assert refunding.transfer_due(transactions, bank) == 0
    assert bank.booked == []


def test_rejected_after_a_crash_that_left_it_open_it_is_decided_by_the_bank(transactions: Transactions, bank: FakeBank):
    order = placed_and_paid(transactions)
    bank.crash_after = True
    with pytest.raises(Crash):
        collecting.collect_due(transactions, bank, AT_ONCE)
    reject(transactions, order)
    with clock.fixed(LATER):
        collecting.collect_due(transactions, bank, AT_ONCE)
        refunding.transfer_due(transactions, bank)
    assert states(transactions, order) == ["collected", "refunded"]
    assert (bank.sum("direct_debit"), bank.sum("credit_transfer")) == (3000, 3000)


def _released(transactions: Transactions, bank: FakeBank) -> None:
    pass


def _waiting(transactions: Transactions, bank: FakeBank) -> None:
    with transactions.transaction() as session:
        collecting.claim_new(session, AT_ONCE)


def _collected(transactions: Transactions, bank: FakeBank) -> None:
    collecting.collect_due(transactions, bank, AT_ONCE)


@pytest.mark.parametrize("before", [_released, _waiting, _collected])
def test_giving_back_twice_is_a_conflict(transactions: Transactions, bank: FakeBank, before: Callable[..., None]):
    order = placed_and_paid(transactions)
    before(transactions, bank)
    reject(transactions, order)
    with pytest.raises(Conflict) as failure:
        reject(transactions, order)
    assert failure.value.slug == "payments.already_refunded"


def test_what_nobody_paid_cannot_be_given_back(transactions: Transactions):
    with transactions.transaction() as session:
        order = place(session)
    with pytest.raises(Conflict):
        reject(transactions, order)


def test_a_crash_after_the_bank_paid_back_pays_nobody_twice(transactions: Transactions, bank: FakeBank):
    order = placed_and_paid(transactions)
    collecting.collect_due(transactions, bank, AT_ONCE)
    reject(transactions, order)
    bank.crash_after = True
    with pytest.raises(Crash):
        refunding.transfer_due(transactions, bank)
    assert refunding.transfer_due(transactions, bank) == 0, "the lease of the first try still runs"
    with clock.fixed(LATER):
        refunding.transfer_due(transactions, bank)
    assert states(transactions, order) == ["collected", "refunded"]
    assert bank.sum("credit_transfer") == 3000


def test_a_refund_the_bank_refuses_stays_owed(transactions: Transactions, bank: FakeBank):
    order = placed_and_paid(transactions)
    collecting.collect_due(transactions, bank, AT_ONCE)
    reject(transactions, order)
    bank.refusal = "account closed"
    refunding.transfer_due(transactions, bank)
    assert states(transactions, order) == ["collected", "collected"]
    bank.refusal = ""
    with clock.fixed(NOON + timedelta(minutes=61)):
        refunding.transfer_due(transactions, bank)
    assert states(transactions, order) == ["collected", "refunded"]


def test_while_the_bank_is_away_a_refund_waits(transactions: Transactions, bank: FakeBank):
    order = placed_and_paid(transactions)
    collecting.collect_due(transactions, bank, AT_ONCE)
    reject(transactions, order)
    bank.on_transfer = away
    assert refunding.transfer_due(transactions, bank) == 0
    bank.on_transfer = lambda: None
    with clock.fixed(LATER):
        assert refunding.transfer_due(transactions, bank) == 1
    assert states(transactions, order) == ["collected", "refunded"]
