"""Under which names the portal answers, and what happens under each; and that no name anybody sends gets into an address."""

from dataclasses import replace
from typing import Any

import pytest
from falcon import testing

from gateway import csrf
from gateway.app import create_app
from gateway.hosts import is_nearby
from services.chassis.settings import Settings
from tests.fakes.bus import FakeBus
from tests.unit.gateway.conftest import PORTAL_URL, TestClient

SITE = "buergerportal.soegel.example"
"""The host of Samtgemeinde Sögel in the golden sample of the network."""


@pytest.fixture
def over_tls(bus: FakeBus, settings: Settings) -> TestClient:
    return TestClient(create_app(bus, replace(settings, portal_url="https://portal.example")))


def location(answer: Any) -> str:
    return str(answer.headers.get("Location", ""))


@pytest.mark.parametrize(
    "host", ["portal.example", "PORTAL.example", "portal.example.", "portal.example:443", "Portal.Example.:8443"]
)
def test_the_portal_answers_to_its_name_however_it_is_written(over_tls: TestClient, host: str) -> None:
    assert over_tls.simulate_get("/sign-in", host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "portal.example.evil.example", "evilportal.example", "127.0.0.1", "localhost:8000", "[::1]", "192.168.1.20"],
)
def test_another_host_is_refused_with_a_page_that_leads_to_the_portal(over_tls: TestClient, host: str) -> None:
    answer = over_tls.simulate_get("/", host=host, headers={"Accept-Language": "en"})
    assert answer.status_code == 421
    assert "The portal has another address" in answer.text
    assert 'href="https://portal.example/"' in answer.text
    assert host not in answer.text


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/municipalities", "/cart", "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_host_is_refused_whatever_it_asks_for(over_tls: TestClient, method: str, path: str) -> None:
    assert over_tls.simulate_request(method, path, host="evil.example").status_code == 421


def test_a_program_is_told_in_its_own_way(over_tls: TestClient) -> None:
    told = over_tls.simulate_get("/api/v1/services", host="evil.example").json
    assert (told["slug"], told["type"]) == ("gateway.wrong_host", "https://portal.example/problems/gateway.wrong_host")


@pytest.mark.parametrize(
    "host",
    [
        "portal.example/evil",
        "portal.example@evil.example",
        "portal.example:evil",
        "portal.example, evil.example",
        "-",
        "a b",
        "<x>",
    ],
)
def test_what_is_no_host_name_is_a_bad_request(over_tls: TestClient, host: str) -> None:
    assert over_tls.simulate_get("/", host=host).status_code == 400


@pytest.mark.parametrize("given", [[b"portal.example", b"evil.example"], [b"portal.example", b"portal.example"]])
async def test_two_host_headers_are_a_bad_request(bus: FakeBus, settings: Settings, given: list[bytes]) -> None:
    assert await status_with(create_app(bus, settings), *given) == 400


async def test_a_request_without_a_host_is_refused_over_tls(bus: FakeBus, settings: Settings) -> None:
    assert await status_with(create_app(bus, replace(settings, portal_url="https://portal.example"))) == 421


async def status_with(app: Any, *hosts: bytes) -> int:
    """The status of a request with exactly these Host headers."""
    scope = testing.create_scope(path="/sign-in")
    scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"host"] + [(b"host", host) for host in hosts]
    sent = testing.ASGIResponseEventCollector()
    await app(scope, testing.ASGIRequestEventEmitter(), sent)
    assert isinstance(sent.status, int)
    return sent.status


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "192.168.178.20", "10.1.2.3", "rathaus", "pc.local"]
)
def test_without_tls_any_host_of_the_own_network_works(client: TestClient, host: str) -> None:
    assert client.simulate_get("/sign-in", host=host).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "8.8.8.8", "127.0.0.1.evil.example", "localhost.evil.example"])
def test_without_tls_a_name_that_somebody_else_may_own_is_refused(client: TestClient, host: str) -> None:
    """Else a website could have its own name lead to a portal on somebody's machine and read it (DNS rebinding)."""
    assert client.simulate_get("/sign-in", host=host).status_code == 421


@pytest.mark.parametrize(
    ("host", "is_near"), [("fe80::1", True), ("2001:4860:4860::8888", False), ("1.1.1.1", False), ("", True)]
)
def test_addresses_are_near_or_not(host: str, is_near: bool) -> None:
    assert is_nearby(host) is is_near


HEADERS = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Host": "evil.example",
    "X-Original-URL": "http://evil.example/",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "//evil.example",
    "Forwarded": "host=evil.example;proto=https",
}


@pytest.mark.parametrize("path", ["/", "/sign-in", "/home", "/soegel", "/nowhere", "/api/v1/openapi.json", "/api/v1/drafts"])
def test_forwarded_hosts_are_read_by_nobody(client: TestClient, path: str) -> None:
    answer = client.simulate_get(path, headers=HEADERS)
    assert "evil" not in answer.text + "".join(answer.headers.values())
    assert location(answer) == location(client.simulate_get(path))


@pytest.mark.parametrize("host", ["127.0.0.1:666", "attacker", SITE])
@pytest.mark.parametrize("path", ["/", "/sign-in", "/home", "/soegel", "/nowhere", "/api/v1/openapi.json", "/api/v1/drafts"])
def test_a_host_that_is_served_does_not_get_into_any_address_either(client: TestClient, host: str, path: str) -> None:
    answer = client.simulate_get(path, host=host)
    assert host not in answer.text + "".join(answer.headers.values())


# A member's own host


def test_the_start_page_of_a_members_host_is_that_of_the_member(client: TestClient) -> None:
    answer = client.simulate_get("/", host=SITE)
    assert answer.status_code == 200
    assert '<h1 class="kern-heading-x-large">Samtgemeinde Sögel</h1>' in answer.text
    assert f'href="{PORTAL_URL}/sign-in"' in answer.text


@pytest.mark.parametrize("host", [SITE.upper(), f"{SITE}.", f"{SITE}:8000"])
def test_a_members_host_is_known_however_it_is_written(client: TestClient, host: str) -> None:
    assert client.simulate_get("/", host=host).status_code == 200


@pytest.mark.parametrize("path", ["/soegel", "/soegel/", "/soegel/birth-certificate", "/imprint", "/privacy", "/accessibility"])
def test_a_members_pages_work_under_its_host(client: TestClient, path: str) -> None:
    answer = client.simulate_get(path, host=SITE)
    assert answer.status_code == 200
    assert "Sögel" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/register",
        "/home",
        "/cart",
        "/mailbox",
        "/staff",
        "/staff/sign-in",
        "/api/v1/services",
        "/verify",
        "/lingen",
        "/soegelx",
        "/documents",
        "/nowhere",
        "/language",
    ],
)
def test_everything_else_leads_to_the_portal(client: TestClient, bus: FakeBus, path: str) -> None:
    answer = client.simulate_get(path, host=SITE, query_string="a=b&c=%C3%B6", cookies={"amtsgang_session": "erika"})
    assert (answer.status_code, location(answer)) == (303, f"{PORTAL_URL}{path}?a=b&c=%C3%B6")
    assert bus.made("accounts", "resolve_session") == []


@pytest.mark.parametrize(
    "path", ["//evil.example", "/%2F%2Fevil.example/", "/@evil.example", "/\\evil.example", "/.evil.example"]
)
def test_the_way_to_the_portal_leads_nowhere_else(client: TestClient, path: str) -> None:
    answer = client.simulate_get(path, host=SITE)
    assert answer.status_code in (303, 400, 404)
    assert location(answer) == "" or location(answer).startswith(f"{PORTAL_URL}/")


@pytest.mark.parametrize("path", ["/", "/soegel/birth-certificate", "/sign-in", "/api/v1/sessions", "/cart/remove"])
def test_nothing_is_sent_to_a_members_host(client: TestClient, bus: FakeBus, path: str) -> None:
    answer = client.simulate_post(path, host=SITE, cookies={"amtsgang_session": "erika"})
    assert answer.status_code == 421
    assert bus.made("accounts", "resolve_session") == []


def test_nobody_is_signed_in_under_a_members_host(client: TestClient, bus: FakeBus) -> None:
    page = client.simulate_get("/soegel/birth-certificate", host=SITE, cookies={"amtsgang_session": "erika"})
    assert "Musterfrau" not in page.text
    assert bus.made("accounts", "resolve_session") == []


def test_the_language_is_switched_under_a_members_host_too(client: TestClient) -> None:
    page = client.simulate_get("/", host=SITE)
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    cookies = {csrf.COOKIE: page.cookies[csrf.COOKIE].value}
    sent = {"body": f"csrf_token={token}&language=en&next=/soegel", "cookies": cookies, "host": SITE}
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{SITE}"}
    answer = client.simulate_post("/language", headers=form, **sent)
    assert (answer.status_code, location(answer)) == (303, "/soegel")
    assert client.simulate_post("/language", headers={**form, "Origin": PORTAL_URL + ".evil"}, **sent).status_code == 403


def test_files_of_the_design_are_the_same_under_every_host(client: TestClient) -> None:
    page = client.simulate_get("/", host=SITE)
    style = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert style.startswith("/static/")
    assert client.simulate_get(style, host=SITE).status_code == 200
