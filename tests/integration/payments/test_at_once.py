"""Several processes collect, refund and reject at once, on SQLite and on PostgreSQL: each share ends once and one way."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.chassis.database import Transactions, make_engine
from services.chassis.migrate import migrate
from services.contracts.errors import Unavailable
from services.payments import collecting, refunding
from services.payments.model import Booking, Share
from services.payments.reconciling import reconcile
from tests.unit.payments.fake_bank import FakeBank
from tests.unit.payments.orders import LINGEN, SOEGEL, Order, events, load_treasuries, placed_and_paid, reject

AT_ONCE = timedelta(0)
PROCESSES = 4
ORDERS = 40


class BusyBank(FakeBank):
    """Takes one file after the other, as a bank does."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def debit(self, pain_008: bytes) -> None:
        with self.lock:
            super().debit(pain_008)

    def transfer(self, pain_001: bytes) -> None:
        with self.lock:
            super().transfer(pain_001)


@pytest.fixture
def processes(new_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Transactions]]:
    """As many as there would be processes, each with its own connections."""
    monkeypatch.setattr(collecting, "FILE_LIMIT", 5)
    url = new_database("payments_at_once")
    migrate("payments", url)
    engines = [make_engine(url) for _ in range(PROCESSES)]
    made = [Transactions("payments", engine) for engine in engines]
    with made[0].transaction() as session:
        load_treasuries(session)
    yield made
    for engine in engines:
        engine.dispose()


def persistently(work: Callable[[], object]) -> None:
    """As the bus does it: what was unavailable is tried again."""
    for _ in range(20):
        try:
            work()
        except Unavailable:
            continue
        return
    raise AssertionError("unavailable twenty times")


def test_every_share_ends_once_and_one_way(processes: list[Transactions]):
    bank, first = BusyBank(), processes[0]
    orders = [placed_and_paid(first, (SOEGEL, 3000), (LINGEN, 1500)) for _ in range(ORDERS)]
    rejected = orders[::2]

    def run(process: Transactions) -> None:
        for _ in range(10):
            persistently(lambda: collecting.collect_due(process, bank, AT_ONCE))
            persistently(lambda: refunding.transfer_due(process, bank))

    def decide(number_and_order: tuple[int, Order]) -> None:
        number, order = number_and_order
        persistently(lambda: reject(processes[number % PROCESSES], order, number % 2))

    with ThreadPoolExecutor(PROCESSES + 2) as pool:
        running = [pool.submit(run, process) for process in processes]
        deciding = list(pool.map(decide, enumerate(rejected)))
        for future in running:
            future.result()
    run(first)
    assert len(deciding) == len(rejected)

    with first.reading() as session:
        report = reconcile(session)
        bookings = [(b.case_id, b.kind) for b in session.scalars(select(Booking))]
        states = {s.case_id: s.state for s in session.scalars(select(Share))}
    assert report["differences"] == []
    assert report["refunds_pending"] == 0
    assert len(bookings) == len(set(bookings))
    given_back = {order.case_ids[number % 2] for number, order in enumerate(rejected)}
    assert {case_id for case_id, state in states.items() if state in {"released", "refunded"}} == given_back
    assert {state for case_id, state in states.items() if case_id not in given_back} == {"collected"}
    assert report["bookings"]["collected"]["cents"] == bank.sum("direct_debit")
    assert report["bookings"].get("refunded", {"cents": 0})["cents"] == bank.sum("credit_transfer")
    told = [(name, data["payment_id"], data.get("case_id")) for name, data in events(first)]
    assert len(told) == len(set(told))
    assert sum(name == "payment.refunded" for name, _, _ in told) == len(rejected)
    assert sum(name == "payment.collected" for name, _, _ in told) == ORDERS
