"""Applications as a process on the bus, on SQLite and on PostgreSQL."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from gateway.bus import Bus
from services.applications import catalogue, network
from services.applications.model import Case, Edition, Order, Step
from services.chassis import ids
from services.chassis.database import make_engine
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Failure, Forbidden, Invalid, NotFound, Unauthenticated
from services.contracts.values import euros
from tests.echo.running import Running
from tests.integration.events import WATCHER, eventually, take, tell, watch
from tests.patience import PATIENCE_SECONDS
from tests.services import relaying, running_service
from tests.unit.applications import portal
from tests.unit.applications.portal import BIRTH, BUSINESS, DOG, LINGEN, SOEGEL, answers, citizen, clerk

DOCUMENTS = Actor("service")


@pytest.fixture(scope="module")
def url(new_database: Callable[[str], str]) -> str:
    return new_database("applications")


@pytest.fixture(scope="module")
def applications(vhost: str, url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A process of applications, with a queue that sees all its events and a relay that publishes them."""
    folder = tmp_path_factory.mktemp("applications")
    with running_service("applications", vhost, url, folder) as process, relaying("applications", vhost, url):
        watch(vhost, "applications")
        yield process


@pytest.fixture(scope="module")
def engine(applications: Running, url: str) -> Iterator[Engine]:
    """The database of the running service, with a small network in it."""
    opened = make_engine(url)
    with Session(opened.execution_options(amtsgang_writes=True)) as session, session.begin():
        network.load(session, portal.network())
    yield opened
    opened.dispose()


class Person:
    """Somebody who calls applications."""

    def __init__(self, bus: Bus, actor: Actor) -> None:
        self._bus, self._actor = bus, actor

    async def does(self, method: str, key: str | None = None, **data: Any) -> dict[str, Any]:
        return await self._bus.call("applications", method, self._actor, idempotency_key=key or uuid4().hex, **data)

    async def submits(self, *wanted: tuple[str, str]) -> dict[str, Any]:
        wishes = [{"service": service, "ars": ars, "answers": answers(service)} for service, ars in wanted]
        return await self.does("submit_applications", applications=wishes)

    async def sees(self, state: str, method: str, **data: Any) -> dict[str, Any]:
        """The answer, once it has this state."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            found = await self.does(method, **data)
            if found["state"] == state:
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"{method} never came to {state}")


@pytest.fixture
def erika(bus: Bus, engine: Engine) -> Person:
    return Person(bus, citizen())


@pytest.fixture
def anna(bus: Bus, engine: Engine) -> Person:
    return Person(bus, clerk(*(f"{SOEGEL}/{office}" for office in ("gewerbeamt", "standesamt", "steueramt"))))


def tell_paid(vhost: str, order: dict[str, Any], times: int = 1) -> None:
    facts = {"payment_id": ids.new_id(), "order_id": order["order_id"], "account_id": ids.new_id(), "amount": order["total"]}
    tell(vhost, "payment.secured", facts["payment_id"], facts, times)


def heard(vhost: str, *subjects: str) -> list[str]:
    """The names of the events told about these things since the last look, in their order on the bus."""
    return [m.delivery_info["routing_key"] for m in take(vhost, WATCHER) if orjson.loads(m.body)["subject"] in subjects]


async def test_two_devices_save_at_once_and_nothing_is_lost(erika: Person):
    draft_id = (await erika.does("start_draft", service=BUSINESS, ars=SOEGEL, answers={}))["draft_id"]
    for number in range(12):
        before = [(await erika.does("get_draft", draft_id=draft_id))["answers"]]
        desk, telephone = {"given_names": f"Erika {number}"}, {"family_name": f"Muster {number}"}
        await asyncio.gather(
            *(
                erika.does("save_draft", draft_id=draft_id, answers={**before[0], **typed}, before=before)
                for typed in (desk, telephone)
            )
        )
        assert (await erika.does("get_draft", draft_id=draft_id))["answers"] == {**desk, **telephone}


async def test_an_errand_from_the_form_to_the_document(vhost: str, erika: Person, anna: Person):
    draft = await erika.does("start_draft", service=BUSINESS, ars=SOEGEL, answers={"given_names": "Erika"})
    draft = await erika.does("save_draft", draft_id=draft["draft_id"], answers=answers(BUSINESS, family_name="M̂uṡṭerfrau"))
    assert draft["errors"] == {}
    await erika.does("add_to_cart", draft_id=draft["draft_id"])
    cart = await erika.does("get_cart")
    order = await erika.does("place_order", expected_total_cents=cart["total"]["cents"])
    (case,) = order["cases"]
    assert (order["total"], case["state"]) == (euros(3000), "awaiting_payment")
    with pytest.raises(NotFound):
        await anna.does("get_case", case_id=case["case_id"])

    tell_paid(vhost, order, times=3)
    await erika.sees("paid", "get_order", order_id=order["order_id"])
    found = await anna.does("get_case", case_id=case["case_id"])
    assert found["answers"]["family_name"] == "M̂uṡṭerfrau"
    await anna.does("review_case", case_id=case["case_id"])
    await anna.does("decide_case", case_id=case["case_id"], decision="approve")
    told = await Person(erika._bus, DOCUMENTS).does("get_case_for_document", case_id=case["case_id"])
    assert told["template"] == "business-receipt"

    facts = {
        "document_id": ids.new_id(),
        "case_id": case["case_id"],
        "account_id": ids.new_id(),
        "service": BUSINESS,
        "ars": SOEGEL,
    }
    tell(vhost, "document.issued", facts["document_id"], facts, times=2)
    done = await erika.sees("completed", "get_application", case_id=case["case_id"])
    assert done["document_id"] == facts["document_id"]
    assert [step["state"] for step in done["history"]] == ["awaiting_payment", "submitted", "in_review", "approved", "completed"]

    expected = ["order.placed", "application.submitted", "application.approved", "application.completed"]
    names: list[str] = []

    def all_are_heard() -> bool:
        names.extend(heard(vhost, order["order_id"], case["case_id"]))
        return len(names) >= len(expected)

    assert eventually(all_are_heard)
    assert names == expected


async def test_a_birth_certificate_ends_with_being_sent(vhost: str, erika: Person, anna: Person):
    order = await erika.submits((BIRTH, SOEGEL))
    tell_paid(vhost, order)
    await erika.sees("paid", "get_order", order_id=order["order_id"])
    case_id = order["cases"][0]["case_id"]
    await anna.does("decide_case", case_id=case_id, decision="approve")
    assert (await anna.does("mark_sent", case_id=case_id))["state"] == "completed"


async def test_a_double_clicked_checkout_is_one_order(erika: Person, engine: Engine):
    for service in (BUSINESS, DOG):
        draft = await erika.does("start_draft", service=service, ars=SOEGEL, answers=answers(service))
        await erika.does("add_to_cart", draft_id=draft["draft_id"])
    key = uuid4().hex
    placed = await asyncio.gather(*(erika.does("place_order", key, expected_total_cents=3000) for _ in range(5)))
    assert len({order["order_id"] for order in placed}) == 1
    with Session(engine) as session:
        assert session.scalar(select(func.count()).where(Case.order_id == placed[0]["order_id"])) == 2


async def test_checkouts_from_two_windows_order_the_cart_once(erika: Person):
    draft = await erika.does("start_draft", service=BUSINESS, ars=SOEGEL, answers=answers(BUSINESS))
    await erika.does("add_to_cart", draft_id=draft["draft_id"])
    placed = await asyncio.gather(
        *(erika.does("place_order", expected_total_cents=3000) for _ in range(6)), return_exceptions=True
    )
    outcomes = Counter(answer.slug if isinstance(answer, Failure) else type(answer).__name__ for answer in placed)
    assert outcomes == {"dict": 1, "applications.cart_empty": 5}
    assert len((await erika.does("list_orders"))["orders"]) == 1


async def test_a_key_used_for_another_request_is_a_conflict(erika: Person):
    key = uuid4().hex
    await erika.does("start_draft", key, service=DOG, ars=SOEGEL, answers={})
    with pytest.raises(Conflict) as failure:
        await erika.does("start_draft", key, service=DOG, ars=LINGEN, answers={})
    assert failure.value.slug == "idempotency.key_reused"


async def test_of_many_clerks_at_once_one_decides(erika: Person, anna: Person, engine: Engine):
    case_id = (await erika.submits((DOG, SOEGEL)))["cases"][0]["case_id"]
    choices = [{"decision": "approve"}, {"decision": "reject", "reason": "Es fehlt die Chipnummer."}] * 4
    decided = await asyncio.gather(
        *(anna.does("decide_case", case_id=case_id, **choice) for choice in choices), return_exceptions=True
    )
    assert Counter(type(answer) for answer in decided) == {dict: 1, Conflict: 7}
    with Session(engine) as session:
        assert session.scalar(select(func.count()).where(Step.case_id == case_id)) == 2


async def test_many_orders_at_once_share_one_wording_of_the_form(erika: Person, engine: Engine):
    orders = await asyncio.gather(*(erika.submits((DOG, LINGEN), (BIRTH, LINGEN)) for _ in range(10)))
    assert len({order["order_id"] for order in orders}) == 10
    with Session(engine) as session:
        assert session.scalar(select(func.count()).where(Edition.service == BIRTH)) == 1
        cents = session.scalar(select(func.sum(Case.fee_cents)).where(Case.order_id.in_([order["order_id"] for order in orders])))
        assert (
            cents
            == session.scalar(select(func.sum(Order.total_cents)).where(Order.id.in_([o["order_id"] for o in orders])))
            == 15000
        )


async def test_what_belongs_to_others_does_not_exist(bus: Bus, erika: Person, anna: Person):
    order = await erika.submits((DOG, SOEGEL))
    case_id = order["cases"][0]["case_id"]
    draft = await erika.does("start_draft", service=DOG, ars=SOEGEL, answers={})
    max_, lingen = Person(bus, citizen()), Person(bus, clerk(f"{LINGEN}/steueramt"))
    for who, method, data in (
        (max_, "get_order", {"order_id": order["order_id"]}),
        (max_, "get_application", {"case_id": case_id}),
        (max_, "get_draft", {"draft_id": draft["draft_id"]}),
        (max_, "add_to_cart", {"draft_id": draft["draft_id"]}),
        (lingen, "get_case", {"case_id": case_id}),
        (lingen, "decide_case", {"case_id": case_id, "decision": "approve"}),
        (anna, "get_case", {"case_id": ids.new_id()}),
    ):
        with pytest.raises(NotFound):
            await who.does(method, **data)


async def test_each_method_has_its_kind_of_caller(bus: Bus, erika: Person, anna: Person):
    for who, method, data, refusal in (
        (Person(bus, Actor()), "list_drafts", {}, Unauthenticated),
        (erika, "list_cases", {}, Forbidden),
        (anna, "list_orders", {}, Forbidden),
        (erika, "get_case_for_document", {"case_id": ids.new_id()}, Forbidden),
    ):
        with pytest.raises(refusal):
            await who.does(method, **data)
    assert len((await Person(bus, Actor()).does("list_services"))["services"]) == len(catalogue.services())


@pytest.mark.parametrize(
    ("method", "data", "fields"),
    [
        ("start_draft", {"service": DOG, "ars": "x", "answers": {}}, {"ars": ["ars"]}),
        ("start_draft", {"service": DOG, "ars": SOEGEL, "answers": {"wings": 2}}, {"answers.wings": ["unknown_field"]}),
        ("start_draft", {"service": DOG, "ars": SOEGEL, "answers": {"breed": "\x00"}}, {"answers.breed": ["text"]}),
        ("place_order", {"expected_total_cents": "1"}, {"expected_total_cents": ["integer"]}),
        ("submit_applications", {"applications": []}, {"applications": ["count"]}),
        ("list_applications", {"limit": 1000}, {"limit": ["limit"]}),
    ],
)
async def test_bad_input_is_named_by_field(erika: Person, method: str, data: dict[str, Any], fields: dict[str, list[str]]):
    with pytest.raises(Invalid) as failure:
        await erika.does(method, **data)
    assert failure.value.fields == fields


async def test_nothing_personal_is_in_log_or_events(vhost: str, erika: Person, applications: Running, url: str):
    draft = await erika.does("start_draft", service=DOG, ars=SOEGEL, answers=answers(DOG, family_name="Unverwechselbar"))
    with pytest.raises(Invalid):
        await erika.does("save_draft", draft_id=draft["draft_id"], answers={"family_name": ["Unverwechselbar"]})
    await erika.does("add_to_cart", draft_id=draft["draft_id"])
    order = await erika.does("place_order", expected_total_cents=0)
    assert eventually(lambda: "application.submitted" in heard(vhost, order["cases"][0]["case_id"]))
    assert "Unverwechselbar" not in applications.log.read_text(encoding="utf-8")
    engine = make_engine(url)
    with engine.connect() as connection:
        assert "Unverwechselbar" not in str(connection.exec_driver_sql("SELECT envelope FROM outbox").all())
    engine.dispose()
