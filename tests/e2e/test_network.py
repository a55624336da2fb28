"""The portal network as a visitor meets it: finding one's town, the way to the county and back, a town's own host name."""

import socket
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Page, expect

from deploy.samples import SAMPLE_PASSWORD
from tests.e2e.conftest import Visitor
from tests.e2e.portal import EMSLAND, Portal
from tests.patience import PATIENCE_SECONDS

SITE = "buergerportal.soegel.example"
"""The host that the reference network gives Samtgemeinde Sögel; the tests' browser finds *.example on this machine."""


@pytest.mark.parametrize("typed", ["49751", "soegel", "Werpeloh", "Samtgemeinde sögel"])
def test_a_town_is_found_with_the_keyboard_alone_and_without_scripts(visitor: Visitor, typed: str) -> None:
    page = visitor(javascript=False)
    page.goto("")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Samtgemeinde Sögel")


def test_what_several_have_lists_them_and_what_is_nearly_right_is_offered(visitor: Visitor) -> None:
    page = visitor()
    page.goto("?q=ems")
    found = page.get_by_role("region", name="gefunden")
    expect(found.get_by_role("link")).to_have_text(
        ["Landkreis Emsland", "Gemeinde Emsbüren", "Stadt Haren (Ems)", "Stadt Lingen (Ems)", "Gemeinde Rhede (Ems)"]
    )
    page.goto("?q=Papenbrug")
    page.get_by_role("region", name="gefunden").get_by_role("link", name="Stadt Papenburg").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stadt Papenburg")


def unfold(page: Page, part: str) -> None:
    """Open a part of the page of a town."""
    page.get_by_role("region", name=part).locator("summary").click()


def test_from_the_town_to_the_county_and_back_the_cart_is_the_same(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    portal.draft(citizen, "dog-registration", in_cart=True)
    portal.draft(citizen, "business-registration", EMSLAND, in_cart=True)
    page = visitor(as_=citizen)
    page.goto("soegel/")
    unfold(page, "Leistungen des Landkreises")
    page.get_by_role("region", name="Leistungen des Landkreises").get_by_role("link", name="Alles Weitere").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Landkreis Emsland")
    unfold(page, "Ämter")
    expect(page.get_by_role("heading", name="Straßenverkehrsamt")).to_be_visible()
    page.get_by_role("region", name="Städte und Gemeinden").get_by_role("link", name="Samtgemeinde Sögel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Samtgemeinde Sögel")
    page.get_by_role("link", name="Warenkorb").click()
    content = page.get_by_role("main")
    expect(content).to_contain_text("Samtgemeinde Sögel")
    expect(content).to_contain_text("Landkreis Emsland")


def test_a_towns_page_has_its_offices_hours_and_places(visitor: Visitor) -> None:
    page = visitor(locale="en-GB")
    page.goto("soegel/")
    unfold(page, "Offices")
    unfold(page, "Member municipalities")
    office = page.get_by_role("article").filter(has=page.get_by_role("heading", name="Registry office"))
    expect(office).to_contain_text("standesamt@soegel.example")
    expect(office).to_contain_text("Mon–Fri: 08:30–12:30")
    expect(page.get_by_role("region", name="Member municipalities").get_by_role("listitem")).to_have_count(8)
    page.get_by_role("link", name="Imprint").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imprint: Samtgemeinde Sögel")
    expect(page.get_by_role("main")).to_contain_text("portal@soegel.example")


def test_under_a_towns_own_host_everything_personal_leads_to_the_portal(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    site = portal.url.replace(str(urlsplit(portal.url).hostname), SITE)
    page = visitor()
    page.goto(site)
    expect(page.get_by_role("heading", level=1)).to_have_text("Samtgemeinde Sögel")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Services online")).to_be_visible()
    page.get_by_role("button", name="Deutsch").click()
    page.get_by_role("region", name="Leistungen online").get_by_role("link", name="Hund anmelden").click()
    assert urlsplit(page.url).hostname == SITE
    page.get_by_role("link", name="Anmelden und beginnen").click()
    assert page.url.startswith(portal.url)
    page.get_by_label("E-Mail-Adresse").fill(citizen.email)
    page.get_by_label("Passwort", exact=True).fill(SAMPLE_PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hund anmelden")
    assert page.url == f"{portal.url}soegel/dog-registration"
    kept = {cookie["domain"] for cookie in page.context.cookies() if cookie["name"] == "amtsgang_session"}
    assert kept == {urlsplit(portal.url).hostname}
    page.goto(site)
    expect(page.get_by_role("link", name="Anmelden", exact=True)).to_be_visible()


def ask(portal: Portal, path: str, host: str, **headers: str) -> requests.Response:
    """A page, asked for under a name of our own choice."""
    given = {"Host": host, **headers}
    return requests.get(portal.url.rstrip("/") + path, headers=given, allow_redirects=False, timeout=PATIENCE_SECONDS)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", f"{SITE}.evil.example"])
def test_a_host_that_nobody_gave_the_portal_is_refused(portal: Portal, host: str) -> None:
    answer = ask(portal, "/sign-in", host)
    assert answer.status_code == 421
    assert "Set-Cookie" not in answer.headers or "amtsgang_session" not in answer.headers["Set-Cookie"]
    assert host not in answer.text
    assert portal.url in answer.text


@pytest.mark.parametrize("host", [f"{SITE.upper()}:8000", f"{SITE}."])
@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/soegel/birth-certificate", 200), ("/cart", 303), ("/api/v1/services", 303)]
)
def test_a_towns_host_counts_however_it_is_written(portal: Portal, host: str, path: str, status: int) -> None:
    answer = ask(portal, path, host, **{"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    assert answer.status_code == status
    assert "evil" not in answer.text + str(answer.headers)
    if status == 303:
        assert answer.headers["Location"] == portal.url.rstrip("/") + path


def test_a_host_in_the_request_line_gets_nowhere(portal: Portal) -> None:
    at = urlsplit(portal.url)
    with socket.create_connection((at.hostname, at.port), timeout=PATIENCE_SECONDS) as line:
        asked = f"GET http://evil.example/cart HTTP/1.1\r\nHost: {at.netloc}\r\nConnection: close\r\n\r\n"
        line.sendall(asked.encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 303 ")
    assert b"location: /sign-in?next=%2fcart" in answer.lower()
    assert b"evil" not in answer
