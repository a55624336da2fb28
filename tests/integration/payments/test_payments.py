"""Payments as a process on the bus with the sandbox's bank behind it, on SQLite and on PostgreSQL."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, select

from gateway.bus import Bus
from services.chassis.database import Transactions, make_engine
from services.chassis.ids import new_id
from services.chassis.tables import OUTBOX
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Failure, Invalid, NotFound, Unavailable
from services.payments.reconciling import reconcile
from tests.echo.running import Running
from tests.integration.events import tell
from tests.integration.payments.sandbox import Sandbox, running_sandbox
from tests.patience import PATIENCE_SECONDS
from tests.services import running_service
from tests.unit.payments.orders import IBAN, LINGEN, MANDATE, SOEGEL, Order, load_treasuries


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture(scope="module")
def url(new_database: Callable[[str], str]) -> str:
    return new_database("payments")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("payments")


@pytest.fixture(scope="module")
def process(vhost: str, url: str, folder: Path, sandbox: Sandbox) -> Iterator[Running]:
    with running_service("payments", vhost, url, folder, BANK_URL=sandbox.bank_url, COLLECT_AFTER_SECONDS="1") as running:
        yield running


@pytest.fixture(scope="module")
def engine(process: Running, url: str) -> Iterator[Engine]:
    opened = make_engine(url)
    with Transactions("payments", opened).transaction() as session:
        load_treasuries(session)
    yield opened
    opened.dispose()


def publish(uri: str, name: str, data: dict[str, Any], times: int = 1) -> None:
    """As the relay of applications does."""
    tell(uri, name, data["order_id"], data, times)


def rejected(order: Order, number: int) -> dict[str, Any]:
    ars = order.cases[number][0]
    return {
        "case_id": order.case_ids[number],
        "order_id": order.order_id,
        "account_id": order.account_id,
        "service": "birth-certificate",
        "ars": ars,
        "office_id": f"{ars}/standesamt",
        "ending": "post",
    }


async def start(bus: Bus, order: Order, key: str | None = None, actor: Actor | None = None, **mandate: Any) -> dict[str, Any]:
    """As the gateway does: again while the order has not arrived."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            return await bus.call(
                "payments",
                "start_payment",
                actor or order.citizen,
                idempotency_key=key or new_id(),
                order_id=order.order_id,
                mandate={**MANDATE, **mandate},
            )
        except Unavailable:
            await asyncio.sleep(0.05)
    raise AssertionError("the order never arrived")


async def payment(bus: Bus, order: Order) -> dict[str, Any]:
    return await bus.call("payments", "get_payment", order.citizen, order_id=order.order_id)


async def until(bus: Bus, order: Order, *states: str) -> dict[str, Any]:
    """The payment, once it and its shares in the order of the cases are in these states."""
    found: list[str] = []
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        current = await payment(bus, order)
        shares = {s["case_id"]: s["state"] for s in current["shares"]}
        found = [current["state"], *(shares[c] for c in order.case_ids)]
        if found == list(states):
            return current
        await asyncio.sleep(0.1)
    raise AssertionError(f"the payment is {found}")


def told(engine: Engine, order: Order) -> list[tuple[str, str | None]]:
    with engine.connect() as connection:
        rows = connection.execute(select(OUTBOX.c.name, OUTBOX.c.envelope).order_by(OUTBOX.c.sequence)).all()
    data = [(name, orjson.loads(envelope)["data"]) for name, envelope in rows]
    return [(name, d.get("manner")) for name, d in data if d["order_id"] == order.order_id]


async def test_from_order_to_collection_to_refund(bus: Bus, vhost: str, engine: Engine, sandbox: Sandbox):
    order = Order([(SOEGEL, 3000), (LINGEN, 1500)])
    publish(vhost, "order.placed", order.placed(), times=3)
    begun = await start(bus, order)
    assert (begun["state"], begun["masked_iban"]) == ("secured", "DE…2051")
    collected = await until(bus, order, "collected", "collected", "collected")
    assert collected["payment_id"] == begun["payment_id"]
    publish(vhost, "application.rejected", rejected(order, 1), times=3)
    await until(bus, order, "collected", "collected", "refunded")
    assert told(engine, order) == [("payment.secured", None), ("payment.collected", None), ("payment.refunded", "refunded")]
    mine = [b for b in sandbox.bookings() if b["mandate_reference"] == begun["mandate_reference"] or order.order_id in b["text"]]
    assert sorted((b["kind"], b["cents"]) for b in mine) == [
        ("credit_transfer", 1500),
        ("direct_debit", 1500),
        ("direct_debit", 3000),
    ]


async def test_the_same_key_pays_once_and_another_is_a_conflict(bus: Bus, vhost: str, engine: Engine):
    order = Order([(SOEGEL, 3000)])
    publish(vhost, "order.placed", order.placed())
    key = new_id()
    await start(bus, order, key)
    answers = await asyncio.gather(*(start(bus, order, key) for _ in range(5)))
    assert len({a["mandate_reference"] for a in answers}) == 1
    with pytest.raises(Conflict) as failure:
        await start(bus, order)
    assert failure.value.slug == "payments.already_paid"
    assert [name for name, _ in told(engine, order)].count("payment.secured") == 1


async def test_payments_at_once_with_different_keys_secure_once(bus: Bus, vhost: str, engine: Engine):
    order = Order([(SOEGEL, 3000)])
    publish(vhost, "order.placed", order.placed())
    with pytest.raises(Invalid):
        await start(bus, order, iban="DE00")
    answers = await asyncio.gather(*(start(bus, order) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(a, dict) for a in answers) == 1
    assert {a.slug for a in answers if isinstance(a, Failure)} == {"payments.already_paid"}


async def test_somebody_elses_order_is_not_there(bus: Bus, vhost: str, engine: Engine):
    order, stranger = Order([(SOEGEL, 3000)]), Actor("citizen", new_id())
    publish(vhost, "order.placed", order.placed())
    with pytest.raises(NotFound):
        await start(bus, order, actor=stranger)
    with pytest.raises(NotFound):
        await bus.call("payments", "get_payment", stranger, order_id=order.order_id)


@pytest.mark.parametrize("actor", [Actor(), Actor("staff", new_id()), Actor("service")], ids=lambda a: a.kind)
async def test_only_citizens_pay(bus: Bus, engine: Engine, actor: Actor):
    order = Order([(SOEGEL, 3000)])
    with pytest.raises(Failure) as failure:
        await bus.call("payments", "get_payment", actor, order_id=order.order_id)
    assert failure.value.kind in {"forbidden", "unauthenticated"}


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"iban": "DE02120300000000202050"}, {"mandate.iban": ["iban"]}),
        ({"agrees": False}, {"mandate.agrees": ["mandate_agreement"]}),
        ({"holder": ""}, {"mandate.holder": ["required"]}),
        ({"bic": "X"}, {"mandate.bic": ["unknown_field"]}),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(bus: Bus, vhost: str, engine: Engine, wrong: Any, fields: Any):
    order = Order([(SOEGEL, 3000)])
    publish(vhost, "order.placed", order.placed())
    with pytest.raises(Invalid) as failure:
        await start(bus, order, **wrong)
    assert failure.value.fields == fields


async def test_the_books_agree_and_the_log_holds_nobodys_data(
    bus: Bus, vhost: str, engine: Engine, process: Running, folder: Path
):
    order = Order([(SOEGEL, 3000)])
    publish(vhost, "order.placed", order.placed())
    await start(bus, order)
    publish(vhost, "application.rejected", rejected(order, 0))
    await asyncio.sleep(0.5)
    with Transactions("payments", engine).reading() as session:
        assert reconcile(session)["differences"] == []
    log = (folder / "payments.log").read_text()
    assert IBAN not in log
    assert "Musterfrau" not in log
    with engine.connect() as connection:
        envelopes = "".join(connection.scalars(select(OUTBOX.c.envelope)))
    assert IBAN not in envelopes
    assert "Musterfrau" not in envelopes
