"""The tables of states, and whatever can happen to payments in any order."""

import contextlib
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from services.chassis import clock, tables
from services.chassis.database import Transactions, make_engine
from services.contracts.errors import Conflict, Unavailable
from services.contracts.payments import PAYMENT_STATES, SHARE_STATES
from services.payments import collecting, refunding
from services.payments.model import PAYMENT_TABLE, SHARE_TABLE, Booking, Entity, Share
from services.payments.reconciling import reconcile
from tests.unit.payments.fake_bank import Crash, FakeBank
from tests.unit.payments.orders import LINGEN, NOON, SOEGEL, Order, load_treasuries, pay, place, reject

CASES = st.tuples(st.sampled_from([SOEGEL, LINGEN]), st.integers(0, 5000))
EVENTS = {event for _, event in SHARE_TABLE}


def test_the_states_are_those_of_the_contract():
    assert {state for (state, _), target in SHARE_TABLE.items() for state in (state, target)} == set(SHARE_STATES)
    assert {state for (state, _), target in PAYMENT_TABLE.items() for state in (state, target)} == set(PAYMENT_STATES)


@pytest.mark.parametrize("state", SHARE_STATES)
@pytest.mark.parametrize("event", sorted(EVENTS))
def test_a_share_goes_where_the_table_says_or_is_a_conflict(state: str, event: str):
    share = Share(state=state)
    if (state, event) in SHARE_TABLE:
        share.apply(event)
        assert share.state == SHARE_TABLE[state, event]
    else:
        with pytest.raises(Conflict):
            share.apply(event)
        assert share.state == state


class Anything(RuleBasedStateMachine):
    """Citizens order and pay, clerks reject, and the bank is well, away, refuses, or sees us crash."""

    orders = Bundle("orders")
    paid = Bundle("paid")

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        engine = make_engine(f"sqlite:///{self.folder / 'payments.sqlite'}")
        Entity.metadata.create_all(engine)
        tables.METADATA.create_all(engine)
        self.transactions = Transactions("payments", engine)
        self.bank = FakeBank()
        self.now = NOON
        self.rejected: set[str] = set()
        with self.transactions.transaction() as session:
            load_treasuries(session)

    @rule(
        target=orders, cases=st.lists(st.tuples(st.sampled_from([SOEGEL, LINGEN]), st.integers(0, 5000)), min_size=1, max_size=3)
    )
    def order(self, cases: list[tuple[str, int]]) -> Order:
        with clock.fixed(self.now), self.transactions.transaction() as session:
            return place(session, *cases)

    @rule(target=paid, order=orders)
    def pay(self, order: Order) -> Order:
        with contextlib.suppress(Conflict, Unavailable), clock.fixed(self.now), self.transactions.transaction() as session:
            pay(session, order)
        return order

    @rule(order=paid, number=st.integers(0, 2))
    def reject(self, order: Order, number: int) -> None:
        number %= len(order.cases)
        try:
            with clock.fixed(self.now):
                reject(self.transactions, order, number)
        except Conflict:
            assert order.case_ids[number] in self.rejected
        if order.cases[number][1]:
            self.rejected.add(order.case_ids[number])

    @rule(outcome=st.sampled_from(["well", "well", "away", "refuses", "crash"]))
    def collect(self, outcome: str) -> None:
        self._bank(outcome, collecting.collect_due, timedelta(0))

    @rule(outcome=st.sampled_from(["well", "well", "away", "refuses", "crash"]))
    def refund(self, outcome: str) -> None:
        self._bank(outcome, refunding.transfer_due)

    @rule(seconds=st.sampled_from([1, 31, 4000]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def _bank(self, outcome: str, run: Any, *more: Any) -> None:
        def answer() -> None:
            if outcome == "away":
                raise Unavailable("payments.bank_unavailable", "")

        self.bank.refusal = "no" if outcome == "refuses" else ""
        self.bank.on_debit = self.bank.on_transfer = answer
        self.bank.crash_after = outcome == "crash"
        with clock.fixed(self.now), contextlib.suppress(Crash):
            run(self.transactions, self.bank, *more)
        self.bank.crash_after = False

    @invariant()
    def books_agree(self) -> None:
        if hasattr(self, "transactions"):
            with self.transactions.reading() as session:
                assert reconcile(session)["differences"] == []

    @invariant()
    def nothing_is_given_back_by_both_ways(self) -> None:
        if hasattr(self, "transactions"):
            with self.transactions.reading() as session:
                kinds = list(session.execute(select(Booking.case_id, Booking.kind)))
            released = {case_id for case_id, kind in kinds if kind == "released"}
            assert not released & {case_id for case_id, kind in kinds if kind in {"collected", "refunded"}}

    def teardown(self) -> None:
        """When the bank is well again, everything comes to its end, and the bank's sums are ours."""
        try:
            self._come_to_an_end()
        finally:
            self._clean_up()

    def _come_to_an_end(self) -> None:
        for _ in range(3):
            self.now += timedelta(hours=2)
            self._bank("well", collecting.collect_due, timedelta(0))
            self._bank("well", refunding.transfer_due)
        with self.transactions.reading() as session:
            report = reconcile(session)
            shares = {s.case_id: s.state for s in session.scalars(select(Share))}
        assert report["refunds_pending"] == 0
        assert report["bookings"].get("collected", {"cents": 0})["cents"] == self.bank.sum("direct_debit")
        assert report["bookings"].get("refunded", {"cents": 0})["cents"] == self.bank.sum("credit_transfer")
        for case_id, state in shares.items():
            assert state in ({"released", "refunded"} if case_id in self.rejected else {"due", "collected"})

    def _clean_up(self) -> None:
        self.transactions.engine.dispose()
        shutil.rmtree(self.folder)


TestAnything = pytest.mark.slow(Anything.TestCase)
TestAnything.settings = settings(
    max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
