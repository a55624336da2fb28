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
from services.accounts.model import Account, Entity, RequestedMail
from services.chassis.database import make_engine
from services.chassis.tables import IDEMPOTENCY, INBOX, OUTBOX
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Failure, Forbidden, Invalid, NotFound, RateLimited, Unauthenticated
from tests.echo.running import Running
from tests.services import running_service

ROOT = Path(__file__).resolve().parents[3]
ANYBODY = Actor()
MESSAGING = Actor("service")
PASSWORD = "a long enough password"
CHASSIS = (OUTBOX, INBOX, IDEMPOTENCY)


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


async def link_token(bus: Bus, engine: Engine, email: str) -> str:
    """The token of the newest mail to an address, as messaging would send it."""
    newest = select(RequestedMail.id).where(RequestedMail.to == email).order_by(RequestedMail.id.desc()).limit(1)
    with Session(engine) as session:
        mail_id = session.scalars(newest).one()
    mail = await bus.call("accounts", "get_mail", MESSAGING, mail_id=mail_id)
    return str(mail["link"]).partition("token=")[2]


async def confirm(bus: Bus, engine: Engine, email: str) -> str:
    """The id of the account that was registered."""
    token = await link_token(bus, engine, email)
    opened = await bus.call("accounts", "confirm_account", ANYBODY, deadline=20, token=token, password=PASSWORD)
    return str(opened["actor"]["account_id"])


async def test_from_registration_to_signing_out(bus: Bus, engine: Engine, email: str):
    assert await register(bus, email) == {}
    with pytest.raises(Unauthenticated) as early:
        await bus.call("accounts", "sign_in", ANYBODY, email=email, password=PASSWORD)
    assert early.value.slug == "accounts.not_confirmed"
    account_id = await confirm(bus, engine, email)
    opened = await bus.call("accounts", "sign_in", ANYBODY, email=email.upper(), password=PASSWORD)
    found = await bus.call("accounts", "resolve_session", ANYBODY, token=opened["token"])
    trust = {"level": "low", "session_level": "low", "behalf": None}
    assert found["actor"] == opened["actor"] == {"kind": "citizen", "account_id": account_id, "roles": [], **trust}
    assert found["person"]["email"] == email
    assert await bus.call("accounts", "sign_out", ANYBODY, token=opened["token"]) == {}
    with pytest.raises(Unauthenticated):
        await bus.call("accounts", "resolve_session", ANYBODY, token=opened["token"])


async def test_the_same_key_registers_once_and_is_told_once(bus: Bus, engine: Engine, email: str):
    answers = await asyncio.gather(*(register(bus, email, key=email[:40]) for _ in range(5)))
    assert answers == [{}] * 5
    with Session(engine) as session:
        assert session.scalar(select(func.count()).where(RequestedMail.to == email)) == 1
    account_id = await confirm(bus, engine, email)
    with engine.connect() as connection:
        told = connection.scalars(select(OUTBOX.c.envelope).where(OUTBOX.c.name == "account.registered")).all()
    assert sum(account_id in envelope for envelope in told) == 1
    assert not any("@" in envelope for envelope in told)


@pytest.mark.parametrize("other", [{"password": "another long password"}, {"family_name": "Mustermann"}])
async def test_the_same_key_with_another_body_is_a_conflict(bus: Bus, engine: Engine, email: str, other: dict[str, Any]):
    await register(bus, email, key=email[:40])
    with pytest.raises(Conflict) as failure:
        await register(bus, email, key=email[:40], **other)
    assert failure.value.slug == "idempotency.key_reused"


async def test_of_many_who_confirm_one_address_at_once_one_gets_it(bus: Bus, engine: Engine, email: str):
    tokens = []
    for _ in range(3):
        await register(bus, email)
        tokens.append(await link_token(bus, engine, email))
    confirmations = (
        bus.call("accounts", "confirm_account", ANYBODY, deadline=20, token=token, password=PASSWORD) for token in tokens * 3
    )
    answers = await asyncio.gather(*confirmations, return_exceptions=True)
    outcomes = Counter(answer.slug if isinstance(answer, Failure) else type(answer).__name__ for answer in answers)
    assert outcomes["dict"] == 1
    assert set(outcomes) <= {"dict", "accounts.link_invalid", "accounts.email_taken"}
    with Session(engine) as session:
        assert session.scalar(select(func.count()).where(Account.email == email)) == 1


async def test_guessing_at_once_is_slowed_down(bus: Bus, engine: Engine, email: str):
    await register(bus, email)
    await confirm(bus, engine, email)
    guesses = (bus.call("accounts", "sign_in", ANYBODY, email=email, password=f"guess {n}") for n in range(20))
    answers = Counter(type(answer) for answer in await asyncio.gather(*guesses, return_exceptions=True))
    assert answers == {Unauthenticated: 10, RateLimited: 10}


async def test_hashing_does_not_hold_up_questions(bus: Bus, engine: Engine):
    registrations = [asyncio.create_task(register(bus, f"{uuid4().hex}@example.org", deadline=60)) for _ in range(20)]
    await asyncio.sleep(0)
    listed = await bus.call("accounts", "list_municipalities", ANYBODY, deadline=60)
    assert listed["municipalities"]
    assert not all(task.done() for task in registrations)
    await asyncio.gather(*registrations)


async def test_a_storm_is_told_to_come_back_and_leaves_room_for_questions(bus: Bus, engine: Engine):
    registrations = [asyncio.create_task(register(bus, f"{uuid4().hex}@example.org", deadline=60)) for _ in range(80)]
    await asyncio.sleep(0)
    assert (await bus.call("accounts", "list_municipalities", ANYBODY, deadline=60))["municipalities"]
    answers = await asyncio.gather(*registrations, return_exceptions=True)
    outcomes = {answer.slug if isinstance(answer, Failure) else type(answer).__name__ for answer in answers}
    assert outcomes == {"dict", "offload.busy"}


@pytest.mark.parametrize(
    ("method", "data", "fields"),
    [
        ("register_account", {"email": "nobody"}, {"email": ["email"]}),
        ("register_account", {"password": "short"}, {"password": ["password_length"]}),
        ("register_account", {"password": "Musterfrau2026"}, {"password": ["password_own_words"]}),
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
    await register(bus, email)
    account_id = await confirm(bus, engine, email)
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
        await bus.call("accounts", "get_municipality", ANYBODY, key="nowhere")


async def test_neither_log_nor_database_holds_a_password_or_token_in_the_clear(
    bus: Bus, engine: Engine, accounts: Running, email: str
):
    await register(bus, email)
    token = await link_token(bus, engine, email)
    await confirm(bus, engine, email)
    opened = await bus.call("accounts", "sign_in", ANYBODY, email=email, password=PASSWORD)
    with pytest.raises(Unauthenticated):
        await bus.call("accounts", "sign_in", ANYBODY, email=email, password="wrong")
    log = accounts.log.read_text(encoding="utf-8")
    assert not any(secret in log for secret in (email, PASSWORD, opened["token"], token, "Musterfrau"))
    with engine.connect() as connection:
        tables = [table for table in Entity.metadata.sorted_tables if table.name != "registrations"]
        kept = str([row for table in (*tables, *CHASSIS) for row in connection.execute(select(table)).all()])
    assert token.partition(".")[2] not in kept
    assert opened["token"] not in kept
    assert PASSWORD not in kept
