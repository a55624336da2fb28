"""Accounts as a process on the bus, on SQLite and on PostgreSQL."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from deploy import samples
from deploy.network import read
from gateway.bus import Bus
from services.accounts import network
from services.accounts.model import Account, SignedInSession
from services.chassis.database import make_engine
from services.chassis.tables import OUTBOX
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Failure, Forbidden, Invalid, NotFound, RateLimited, Unauthenticated
from tests.echo.running import Running
from tests.services import running_service

ROOT = Path(__file__).resolve().parents[3]
ANYBODY = Actor()
MESSAGING = Actor("service")
PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def url(new_database: Callable[[str], str]) -> str:
    return new_database("accounts")


@pytest.fixture(scope="module")
def accounts(vhost: str, url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_service("accounts", vhost, url, tmp_path_factory.mktemp("accounts")) as process:
        yield process


@pytest.fixture(scope="module")
def engine(accounts: Running, url: str) -> Iterator[Engine]:
    """The database of the running service, with the network and the sample accounts in it."""
    opened = make_engine(url)
    with Session(opened.execution_options(amtsgang_writes=True)) as session, session.begin():
        session.info.update(service="accounts", settings=None)
        network.load(session, read(ROOT / "deploy" / "networks" / "emsland"))
        samples.write(session)
    yield opened
    opened.dispose()


@pytest.fixture
def email() -> str:
    return f"erika.{uuid4().hex}@example.org"


def register(bus: Bus, email: str, key: str | None = None, deadline: float = 20, **other: str):
    data: dict[str, Any] = {
        "email": email,
        "password": PASSWORD,
        "given_names": "Erika",
        "family_name": "Musterfrau",
        "language": "de",
        **other,
    }
    return bus.call("accounts", "register_account", ANYBODY, deadline=deadline, idempotency_key=key or uuid4().hex, **data)


async def test_from_registration_to_signing_out(bus: Bus, engine: Engine, email: str):
    account_id = (await register(bus, email))["account_id"]
    opened = await bus.call("accounts", "sign_in", ANYBODY, email=email.upper(), password=PASSWORD)
    found = await bus.call("accounts", "resolve_session", ANYBODY, token=opened["token"])
    assert found["actor"] == opened["actor"] == {"kind": "citizen", "account_id": account_id, "level": "low", "roles": []}
    assert found["person"]["email"] == email
    assert await bus.call("accounts", "sign_out", ANYBODY, token=opened["token"]) == {}
    with pytest.raises(Unauthenticated):
        await bus.call("accounts", "resolve_session", ANYBODY, token=opened["token"])


async def test_the_same_key_registers_once_and_is_told_once(bus: Bus, engine: Engine, email: str):
    answers = await asyncio.gather(*(register(bus, email, key=email[:40]) for _ in range(5)))
    assert len({answer["account_id"] for answer in answers}) == 1
    with engine.connect() as connection:
        told = connection.scalars(select(OUTBOX.c.envelope).where(OUTBOX.c.name == "account.registered")).all()
    assert sum(answers[0]["account_id"] in envelope for envelope in told) == 1
    assert not any("@" in envelope for envelope in told)


@pytest.mark.parametrize("other", [{"password": "another long password"}, {"family_name": "Mustermann"}])
async def test_the_same_key_with_another_body_is_a_conflict(bus: Bus, engine: Engine, email: str, other: dict[str, Any]):
    await register(bus, email, key=email[:40])
    with pytest.raises(Conflict) as failure:
        await register(bus, email, key=email[:40], **other)
    assert failure.value.slug == "idempotency.key_reused"


async def test_of_many_who_register_one_address_at_once_one_gets_it(bus: Bus, engine: Engine, email: str):
    answers = await asyncio.gather(*(register(bus, email) for _ in range(8)), return_exceptions=True)
    outcomes = Counter(answer.slug if isinstance(answer, Failure) else type(answer).__name__ for answer in answers)
    assert outcomes == {"dict": 1, "accounts.email_taken": 7}
    with Session(engine) as session:
        assert session.scalar(select(func.count()).where(Account.email == email)) == 1


async def test_guessing_at_once_is_slowed_down(bus: Bus, engine: Engine, email: str):
    await register(bus, email)
    guesses = (bus.call("accounts", "sign_in", ANYBODY, email=email, password=f"guess {n}") for n in range(20))
    answers = Counter(type(answer) for answer in await asyncio.gather(*guesses, return_exceptions=True))
    assert answers == {Unauthenticated: 10, RateLimited: 10}


async def test_hashing_does_not_hold_up_questions(bus: Bus, engine: Engine):
    registrations = [asyncio.create_task(register(bus, f"{uuid4().hex}@example.org", deadline=60)) for _ in range(30)]
    await asyncio.sleep(0)
    listed = await bus.call("accounts", "list_municipalities", ANYBODY, deadline=60)
    assert len(listed["municipalities"]) == 3
    assert not all(task.done() for task in registrations)
    await asyncio.gather(*registrations)


@pytest.mark.parametrize(
    ("method", "data", "fields"),
    [
        ("register_account", {"email": "nobody"}, {"email": ["email"]}),
        ("register_account", {"password": "short"}, {"password": ["password_length"]}),
        ("register_account", {"given_names": "Erika 1"}, {"given_names": ["name_letters"]}),
        ("register_account", {"kind": "staff"}, {"kind": ["unknown_field"]}),
        ("sign_in", {"email": "a\x00b@example.org"}, {"email": ["text"]}),
        ("get_municipality", {"key": "so\x00gel"}, {"key": ["text"]}),
        ("get_office", {"office_id": "034545407/../x"}, {"office_id": ["office_id"]}),
    ],
)
async def test_bad_input_is_named_by_field(
    bus: Bus, engine: Engine, method: str, data: dict[str, str], fields: dict[str, list[str]]
):
    good: dict[str, Any] = {
        "register_account": {
            "email": "e@example.org", "password": PASSWORD, "given_names": "Erika", "family_name": "Musterfrau", "language": "de",
        },
        "sign_in": {"email": "e@example.org", "password": PASSWORD},
    }.get(method, {})  # fmt: skip
    with pytest.raises(Invalid) as failure:
        await bus.call("accounts", method, ANYBODY, idempotency_key=uuid4().hex, **{**good, **data})
    assert failure.value.fields == fields


async def test_contacts_are_told_to_services_only(bus: Bus, engine: Engine, email: str):
    account_id = (await register(bus, email))["account_id"]
    assert await bus.call("accounts", "get_contact", MESSAGING, account_id=account_id) == {"email": email, "language": "de"}
    for actor, refusal in ((ANYBODY, Unauthenticated), (Actor("citizen", account_id), Forbidden)):
        with pytest.raises(refusal):
            await bus.call("accounts", "get_contact", actor, account_id=account_id)


async def test_sample_clerks_sign_in_with_the_offices_of_their_municipality(bus: Bus, engine: Engine):
    opened = await bus.call("accounts", "sign_in", ANYBODY, email="clerk.lingen@example.org", password=samples.SAMPLE_PASSWORD)
    assert {role["office_id"].split("/")[0] for role in opened["actor"]["roles"]} == {"034540032"}
    office = await bus.call("accounts", "get_office", ANYBODY, office_id=opened["actor"]["roles"][0]["office_id"])
    assert office["municipality"]["slug"] == "lingen"
    with pytest.raises(NotFound):
        await bus.call("accounts", "get_municipality", ANYBODY, key="meppen")


async def test_neither_log_nor_database_holds_a_password_or_token_in_the_clear(
    bus: Bus, engine: Engine, accounts: Running, email: str
):
    await register(bus, email)
    opened = await bus.call("accounts", "sign_in", ANYBODY, email=email, password=PASSWORD)
    with pytest.raises(Unauthenticated):
        await bus.call("accounts", "sign_in", ANYBODY, email=email, password="wrong")
    log = accounts.log.read_text(encoding="utf-8")
    assert not any(secret in log for secret in (email, PASSWORD, opened["token"], "Musterfrau"))
    with Session(engine) as session:
        rows = [*session.scalars(select(SignedInSession)), *session.scalars(select(Account))]
        kept = str([vars(row) for row in rows])
    assert opened["token"] not in kept
    assert PASSWORD not in kept
