"""Acting for another over the real bus: accounts and applications as processes, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from deploy.network import read
from gateway.bus import Bus
from services.accounts import network as accounts_network
from services.accounts import sessions
from services.accounts.model import Account
from services.applications import network as applications_network
from services.chassis import clock, ids
from services.chassis.database import make_engine
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Forbidden, NotFound
from tests import answers
from tests.services import running_service

ROOT = Path(__file__).resolve().parents[3]
SOEGEL, DOG, BIRTH = "034545407", "dog-registration", "birth-certificate"
HOUSE = {
    "name": "Muster GmbH", "legal_form": "gmbh", "register_court": "Osnabrück", "register_number": "HRB 123456",
    "street": "Musterstraße", "house_number": "1a", "postal_code": "49751", "town": "Sögel", "email": "post@example.org",
}  # fmt: skip

SignIn = Callable[[str], str]


@pytest.fixture(scope="module")
def sign_in(vhost: str, new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignIn]:
    """Both services at work; gives the token of a session of a new citizen with this name."""
    urls = {service: new_database(service) for service in ("accounts", "applications")}
    loaders = {"accounts": accounts_network, "applications": applications_network}
    network = read(ROOT / "deploy" / "networks" / "emsland")
    with (
        running_service("accounts", vhost, urls["accounts"], tmp_path_factory.mktemp("accounts")),
        running_service("applications", vhost, urls["applications"], tmp_path_factory.mktemp("applications")),
    ):
        for service, loader in loaders.items():
            engine = make_engine(urls[service])
            with Session(engine.execution_options(amtsgang_writes=True)) as session, session.begin():
                session.info.update(service=service, settings=None)
                loader.load(session, network)
            engine.dispose()
        engine = make_engine(urls["accounts"])

        def opened(name: str) -> str:
            email = f"{uuid4().hex}@example.org"
            with Session(engine.execution_options(amtsgang_writes=True)) as session, session.begin():
                session.info.update(service="accounts", settings=None)
                account = Account(
                    id=ids.new_id(), kind="citizen", email=email, email_key=email, password_hash="-", given_names=name,
                    family_name="Muster", language="de", registered_at=clock.now(),
                )  # fmt: skip
                session.add(account)
                session.flush()
                token: str = sessions.open_session(session, account)["token"]
                return token

        yield opened
        engine.dispose()


class Person:
    """Somebody at the other end of the bus; who they act for is what accounts says at every call, as in the gateway."""

    def __init__(self, bus: Bus, token: str) -> None:
        self.bus, self.token = bus, token

    async def resolved(self) -> dict[str, Any]:
        return await self.bus.call("accounts", "resolve_session", Actor(), token=self.token)

    async def ask(self, service: str, method: str, key: str | None = None, **data: Any) -> dict[str, Any]:
        actor = Actor.from_dict((await self.resolved())["actor"])
        return await self.bus.call(service, method, actor, idempotency_key=key or uuid4().hex, **data)

    async def act_for(self, grant_id: str | None) -> None:
        await self.ask("accounts", "act_for", token=self.token, grant_id=grant_id)


async def application(bus: Bus, service: str = DOG) -> dict[str, Any]:
    found = await bus.call("applications", "get_service", Actor(), service=service, ars=SOEGEL)
    return {"service": service, "ars": SOEGEL, "answers": answers.fill(found["sections"])}


async def mandate(grantor: Person, helper: Person, *services: str) -> str:
    """In force; the helper acts under it already."""
    email = (await grantor.resolved())["person"]["email"]
    wish: dict[str, Any] = {"side": "helper", "services": list(services), "valid_until": f"{clock.now().year + 1}-06-30"}
    asked = await helper.ask("accounts", "ask_for_mandate", email=email, **wish)
    await grantor.ask("accounts", "accept_mandate", mandate_id=asked["mandate_id"], allows_prefill=False)
    await helper.act_for(asked["mandate_id"])
    mandate_id: str = asked["mandate_id"]
    return mandate_id


async def test_an_order_for_an_organisation_keeps_who_acted_and_whom_for(bus: Bus, sign_in: SignIn):
    owner = Person(bus, sign_in("Erika"))
    organisation = await owner.ask("accounts", "found_organisation", **HOUSE)
    await owner.act_for(organisation["grant_id"])
    order = await owner.ask("applications", "submit_applications", applications=[await application(bus)])
    case = await owner.ask("applications", "get_application", case_id=order["cases"][0]["case_id"])
    assert case["account_id"] == organisation["organisation_id"]
    assert case["acted_by"] == (await owner.resolved())["actor"]["account_id"]
    assert case["behalf"]["register_entry"] == "Amtsgericht Osnabrück, HRB 123456"
    assert case["behalf"]["person_name"] == "Erika Muster"
    with pytest.raises(Conflict):
        await owner.ask("accounts", "dissolve_organisation", organisation_id=organisation["organisation_id"])
    await owner.act_for(None)
    with pytest.raises(NotFound):
        await owner.ask("applications", "get_application", case_id=case["case_id"])


async def test_a_mandate_that_ends_midway_stops_even_who_was_looked_up_before(bus: Bus, sign_in: SignIn):
    grantor, helper = Person(bus, sign_in("Max")), Person(bus, sign_in("Erika"))
    mandate_id = await mandate(grantor, helper, DOG)
    before = Actor.from_dict((await helper.resolved())["actor"])
    wanted = [await application(bus)]
    await grantor.ask("accounts", "revoke_mandate", mandate_id=mandate_id)
    with pytest.raises(Forbidden) as failure:
        await bus.call("applications", "submit_applications", before, idempotency_key=uuid4().hex, applications=wanted)
    assert failure.value.slug == "actors.behalf_ended"
    after = await helper.resolved()
    assert (after["actor"]["behalf"], after["has_lost_party"]) == (None, True)
    assert (await grantor.ask("applications", "list_orders"))["orders"] == []


async def test_a_scope_that_the_caller_claims_is_not_believed(bus: Bus, sign_in: SignIn):
    grantor, helper = Person(bus, sign_in("Max")), Person(bus, sign_in("Erika"))
    await mandate(grantor, helper, DOG)
    actor = (await helper.resolved())["actor"]
    forged = Actor.from_dict({**actor, "behalf": {**actor["behalf"], "services": ["*"]}})
    wanted = [await application(bus, BIRTH)]
    with pytest.raises(Forbidden) as failure:
        await bus.call("applications", "submit_applications", forged, idempotency_key=uuid4().hex, applications=wanted)
    assert failure.value.slug == "actors.not_covered"


async def test_the_same_key_for_another_party_is_another_command(bus: Bus, sign_in: SignIn):
    owner, key = Person(bus, sign_in("Erika")), uuid4().hex
    organisation = await owner.ask("accounts", "found_organisation", **HOUSE)
    wanted = [await application(bus)]
    await owner.ask("applications", "submit_applications", key, applications=wanted)
    await owner.act_for(organisation["grant_id"])
    with pytest.raises(Conflict) as failure:
        await owner.ask("applications", "submit_applications", key, applications=wanted)
    assert failure.value.slug == "idempotency.key_reused"


async def test_forged_parties_do_not_exist(bus: Bus, sign_in: SignIn):
    owner, thief = Person(bus, sign_in("Erika")), Person(bus, sign_in("Max"))
    organisation = await owner.ask("accounts", "found_organisation", **HOUSE)
    for forged in (organisation["grant_id"], organisation["organisation_id"], ids.new_id()):
        with pytest.raises(NotFound):
            await thief.act_for(forged)
    with pytest.raises(NotFound):
        await thief.ask("accounts", "get_organisation", organisation_id=organisation["organisation_id"])
    with pytest.raises(Forbidden):
        await thief.ask("accounts", "confirm_behalf", grant_id=organisation["grant_id"], account_id=ids.new_id())
