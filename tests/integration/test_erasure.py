"""An erasure over the bus, on SQLite and on PostgreSQL: complete although a service was away, and nobody else is touched."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from deploy.samples import SAMPLE_PASSWORD
from gateway.bus import Bus
from services.accounts import opening
from services.accounts.model import Account, RequestedMail
from services.applications.model import Draft
from services.chassis import audit_check, ids
from services.chassis.database import Transactions, make_engine
from services.chassis.key_ring import KeyRingFile
from services.contracts.actors import Actor
from services.contracts.errors import Invalid
from services.contracts.registry import SERVICES
from tests.patience import PATIENCE_SECONDS
from tests.people import sample_hash
from tests.services import key_ring_in, relaying, running_service

AWAY = "messaging"
Urls = dict[str, str]


@pytest.fixture(scope="module")
def urls(new_database: Callable[[str], str]) -> Urls:
    return {service: new_database(f"erasing_{service}") for service in SERVICES}


@pytest.fixture(scope="module")
def house(vhost: str, urls: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """All services but one, with their relays; that one was there before, so that its queues wait for it."""
    folder = tmp_path_factory.mktemp("erasing")
    with running_service(AWAY, vhost, urls[AWAY], folder):
        pass
    with ExitStack() as stack:
        for service in SERVICES:
            if service != AWAY:
                stack.enter_context(running_service(service, vhost, urls[service], folder))
                stack.enter_context(relaying(service, vhost, urls[service]))
        yield folder


def person(house: Path, urls: Urls, email: str) -> Actor:
    """Somebody with a draft."""
    engines = {service: make_engine(urls[service]) for service in ("accounts", "applications")}
    with Transactions("accounts", engines["accounts"]).transaction() as session:
        opening.open_account(
            session, email=email, password_hash=sample_hash(), given_names="Erika", family_name="Musterfrau", language="de"
        )
        account_id = session.scalars(select(Account.id).where(Account.email == email)).one()
    now = datetime.now(UTC)
    with Transactions("applications", engines["applications"], keys=KeyRingFile(key_ring_in(house))).transaction() as session:
        draft = {"id": ids.new_id(), "account_id": account_id, "service": "dog-registration", "ars": "034545407"}
        session.add(Draft(**draft, answers={}, changed_at=now, expires_at=now.replace(year=now.year + 1)))
    for engine in engines.values():
        engine.dispose()
    return Actor("citizen", account_id)


def one(engine: Engine, question: Any) -> Any:
    with Session(engine) as session:
        return session.scalar(question)


async def state(bus: Bus, token: str, expected: str, done: int) -> dict[str, Any]:
    """The receipt, as soon as so many services have answered and it is in this state."""
    end = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while True:
        receipt = await bus.call("accounts", "get_erasure_receipt", Actor(), token=token)
        if receipt["state"] == expected and sum(bool(part["done_at"]) for part in receipt["services"]) == done:
            return receipt
        assert asyncio.get_running_loop().time() < end, str(receipt)
        await asyncio.sleep(0.2)


async def test_an_erasure_waits_for_whoever_is_away(bus: Bus, house: Path, vhost: str, urls: Urls) -> None:
    erika, max_ = person(house, urls, "erika.musterfrau@example.org"), person(house, urls, "max.mustermann@example.org")
    with pytest.raises(Invalid):
        await bus.call("accounts", "request_erasure", erika, password="not the password")
    started = await bus.call("accounts", "request_erasure", erika, password=SAMPLE_PASSWORD)
    token = started["receipt_token"]
    waiting = await state(bus, token, "running", 3)
    assert [part["service"] for part in waiting["services"] if not part["done_at"]] == [AWAY]
    with running_service(AWAY, vhost, urls[AWAY], house), relaying(AWAY, vhost, urls[AWAY]):
        receipt = await state(bus, token, "complete", 4)
    assert {part["service"]: part["erased"] for part in receipt["services"]}["applications"] == 1
    accounts, applications = make_engine(urls["accounts"]), make_engine(urls["applications"])
    assert one(accounts, select(func.count()).select_from(Account).where(Account.id == erika.account_id)) == 0
    assert (
        one(accounts, select(RequestedMail.kind).where(RequestedMail.to == "erika.musterfrau@example.org")) == "erasure_receipt"
    )
    assert one(applications, select(Draft.account_id)) == max_.account_id
    for service in SERVICES:
        engine = make_engine(urls[service])
        assert audit_check.check(service, engine).troubles == []
        engine.dispose()
    accounts.dispose()
    applications.dispose()


async def test_everything_a_person_has_is_exported_and_nothing_of_others(bus: Bus, house: Path, urls: Urls) -> None:
    max_ = person(house, urls, "moritz.mustermann@example.org")
    records, after = [], None
    while True:
        page = await bus.call("applications", "export_records", max_, after=after, limit=1)
        records += page["records"]
        after = page["next"]
        if after is None:
            break
    assert [(record["table"], record["values"]["account_id"]) for record in records] == [("drafts", max_.account_id)]
    own = await bus.call("accounts", "export_records", max_)
    assert own["records"][0]["values"]["email"] == "moritz.mustermann@example.org"
    assert "password_hash" not in own["records"][0]["values"]
