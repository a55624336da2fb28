"""Every address of the gateway with every method, opened by everybody: who gets in is what docs/permissions.md says."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from falcon import inspect

from gateway.app import Portal, create_app
from gateway.session import COOKIE
from services.chassis.settings import Settings
from services.contracts.actors import ANYONE, CITIZEN
from tests.fakes.bus import FakeBus
from tests.unit.gateway.conftest import TestClient
from tests.unit.permissions import written
from tests.unit.permissions.people import PEOPLE, STRANGER, actor

PARAMETER = re.compile(r"{(\w+)(:\w+)?}")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REFUSED = {HTTPStatus.SEE_OTHER, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
KEY = {"Idempotency-Key": "0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b6a"}


class Witness:
    """Middleware behind the session's: what comes here was let in."""

    has_seen = False

    async def process_resource(self, req: Any, resp: Any, resource: Any, params: Any) -> None:
        self.has_seen = True


class Gateway:
    """The gateway with everybody signed in."""

    def __init__(self, folder: Path, **more: object) -> None:
        """`more` are further addresses, by their path without the slash."""
        settings = Settings(
            service="gateway", amqp_uri="amqp://nowhere.invalid", database_url="", var_dir=folder,
            portal_url="http://portal.example", secret_key="only-for-tests-only-for-tests-only",
        )  # fmt: skip
        bus, self.witness = FakeBus(), Witness()
        for who in PEOPLE:
            if who != STRANGER:
                bus.sign_in(who.replace(" ", "-"), **actor(who).as_dict())
        self.app: Portal = create_app(bus, settings)
        for path, resource in more.items():
            self.app.add_route(f"/{path}", resource)
        self.app.add_middleware(self.witness)
        self.client = TestClient(self.app)
        self.forms = {who: self._form(who) for who in PEOPLE}

    def _form(self, who: str) -> tuple[str, dict[str, str]]:
        """A token for forms and the cookies of somebody's browser."""
        cookies = {} if who == STRANGER else {COOKIE: who.replace(" ", "-")}
        page = self.client.simulate_get("/verify", cookies=cookies)
        token = re.search('name="csrf_token" value="([^"]*)"', page.text)
        assert token
        return token[1], {**cookies, **{name: cookie.value for name, cookie in page.cookies.items()}}

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Every method and path there is."""
        for route in inspect.inspect_routes(self.app):
            for method in route.methods:
                if method.method in METHODS and not method.internal:
                    yield method.method, route.path

    def admits(self, who: str, method: str, path: str) -> bool:
        """Whether somebody gets in; whoever does not is told so in one of the ways a refusal has."""
        self.witness.has_seen = False
        address = PARAMETER.sub(_example, path)
        token, cookies = self.forms[who]
        if path.startswith("/api/"):
            bearer = {} if who == STRANGER else {"Authorization": f"Bearer {who.replace(' ', '-')}"}
            answer = self.client.simulate_request(method, address, headers={**bearer, **KEY})
        elif method == "GET":
            answer = self.client.simulate_get(address, cookies=cookies)
        else:
            body = urlencode({"csrf_token": token})
            answer = self.client.simulate_request(method, address, body=body, headers=FORM, cookies=cookies)
        assert self.witness.has_seen or answer.status_code in REFUSED, f"{method} {path} as {who}: {answer.status}"
        return self.witness.has_seen

    def found(self) -> dict[str, dict[str, bool]]:
        """Who gets in where."""
        return {f"{method} {path}": {who: self.admits(who, method, path) for who in PEOPLE} for method, path in self.addresses()}


def _example(match: re.Match[str]) -> str:
    name = match[1]
    if name == "ars":
        return "034545407"
    return "0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b6a" if name.endswith("_id") else "soegel"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Gateway:
    return Gateway(tmp_path_factory.mktemp("gateway"))


@pytest.fixture(scope="module")
def found(gateway: Gateway) -> dict[str, dict[str, bool]]:
    return gateway.found()


@pytest.fixture(scope="module")
def table() -> dict[str, dict[str, bool]]:
    return written.read(written.FILE.read_text(encoding="utf-8"), "Address")


def test_everybody_may_open_what_the_table_says_and_nothing_else(table: dict[str, Any], found: dict[str, Any]):
    assert written.differences(table, found) == []


def test_the_table_speaks_of_everybody(table: Mapping[str, Mapping[str, bool]]):
    assert {tuple(may) for may in table.values()} == {PEOPLE}


class Unwritten:
    allow = CITIZEN

    async def on_get(self, req: Any, resp: Any) -> None:
        resp.media = {}


class Open(Unwritten):
    allow = ANYONE


def test_control_an_address_that_is_not_written_down_is_named(tmp_path: Path, table: dict[str, Any], found: dict[str, Any]):
    gateway = Gateway(tmp_path, secret=Unwritten())
    new = {f"{m} {p}": {who: gateway.admits(who, m, p) for who in PEOPLE} for m, p in gateway.addresses() if p == "/secret"}
    [told] = written.differences(table, {**found, **new})
    assert told == "not in the table, and would read: | `GET /secret` | – | ✓ | – | – | – | – | – | – | – |"


def test_control_an_address_that_opened_up_is_named(tmp_path: Path, found: dict[str, Any]):
    gateway = Gateway(tmp_path, secret=Open())
    rows = {"GET /secret": {who: who == "citizen" for who in PEOPLE}}
    told = written.differences(rows, {"GET /secret": {who: gateway.admits(who, "GET", "/secret") for who in PEOPLE}})
    assert told[0] == "GET /secret: stranger may, and the table says otherwise"
    assert len(told) == len(PEOPLE) - 1


def test_control_a_row_for_nothing_is_named(table: dict[str, Any], found: dict[str, Any]):
    rows = {**table, "GET /nowhere/in/particular": dict.fromkeys(PEOPLE, True)}
    assert written.differences(rows, found) == ["in the table, but there is no such thing: GET /nowhere/in/particular"]
