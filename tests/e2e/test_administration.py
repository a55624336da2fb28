"""Administrators and operators at work with offices, staff, roles, offers and the audit log, on a phone and on a desk."""

import csv
import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor
from tests.e2e.portal import LINGEN, SOEGEL, Portal
from tests.e2e.test_accessibility import scrolls_sideways

HERE = f"staff/administration/{SOEGEL}"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PASSWORD = "Salamander im Kornfeld 47"


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def administrator(request: pytest.FixtureRequest, portal: Portal, visitor: Visitor) -> Page:
    return visitor(as_=portal.sign_in("administrator.soegel@example.org"), viewport=request.param)


def fill_office(page: Page, name: str) -> None:
    page.get_by_label("Name auf Deutsch").fill(name)
    page.get_by_label("Name auf Englisch").fill(f"{name} (en)")
    page.get_by_label("Anschrift").fill("Ludmillenhof 1, 49751 Sögel")
    page.get_by_label("E-Mail-Adresse").fill("amt@soegel.example")
    page.get_by_label("Telefon").fill("+49 40 66969 299")


def test_an_office_is_opened_changed_and_withdrawn(administrator: Page) -> None:
    page, slug = administrator, f"amt-{uuid4().hex[:8]}"
    page.goto(f"{HERE}/offices/new")
    page.get_by_label("Schlüssel des Amtes").fill(slug)
    fill_office(page, f"Fundbüro {slug}")
    page.get_by_label("Öffnungszeiten").fill("Mo-Fr 8 bis 12 Uhr")
    page.get_by_role("button", name="Amt eröffnen").click()
    expect(page.get_by_role("alert")).to_contain_text("ein Doppelpunkt")
    expect(page.get_by_label("Anschrift")).to_have_value("Ludmillenhof 1, 49751 Sögel")
    page.get_by_label("Öffnungszeiten").fill("Mo-Fr: 08:00-12:00")
    page.get_by_role("button", name="Amt eröffnen").click()
    expect(page.get_by_role("status").first).to_contain_text("Das Amt ist eröffnet")
    page.get_by_label("Telefon").fill("+49 40 66969 298")
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Gespeichert")
    assert not scrolls_sideways(page)
    # At once and afresh, though citizens' pages remember for half a minute.
    page.goto(HERE)
    expect(page.locator("main")).to_contain_text("+49 40 66969 298")
    page.get_by_role("link", name=f"Fundbüro {slug}").click()
    page.get_by_role("button", name="Amt schließen").click()
    expect(page.get_by_role("status").first).to_contain_text("Das Amt ist geschlossen")
    page.goto(f"staff/administration/audit?ars={SOEGEL}&action=office")
    for said in ("Amt geschlossen", "Amt geändert", "Amt eröffnet"):
        expect(page.locator("main")).to_contain_text(f"{said} · {SOEGEL}/{slug}")
    expect(page.locator("main")).to_contain_text("Ada Beispiel")
    assert not scrolls_sideways(page)


def test_an_office_with_offers_is_not_withdrawn(administrator: Page) -> None:
    administrator.goto(f"{HERE}/offices/standesamt")
    administrator.get_by_role("button", name="Amt schließen").click()
    expect(administrator.get_by_role("alert")).to_contain_text("Dieses Amt hat noch zu tun")


def test_of_two_at_once_the_second_is_shown_what_the_first_did_and_keeps_what_was_typed(portal: Portal, visitor: Visitor) -> None:
    path = f"{HERE}/offices/gewerbeamt"
    first = visitor(as_=portal.sign_in("administrator.soegel@example.org"))
    second = visitor(as_=portal.sign_in("operator@example.org"))
    first.goto(path)
    second.goto(path)
    first.get_by_label("Telefon").fill("+49 40 66969 111")
    first.get_by_role("button", name="Speichern", exact=True).click()
    expect(first.get_by_role("status").first).to_contain_text("Gespeichert")
    second.get_by_label("Telefon").fill("+49 40 66969 222")
    second.get_by_role("button", name="Speichern", exact=True).click()
    expect(second.get_by_role("alert")).to_contain_text("Jemand war schneller")
    expect(second.locator("main")).to_contain_text("+49 40 66969 111")
    expect(second.get_by_label("Telefon")).to_have_value("+49 40 66969 222")
    second.get_by_role("button", name="Speichern", exact=True).click()
    expect(second.get_by_role("status").first).to_contain_text("Gespeichert")


def test_somebody_is_invited_works_and_is_suspended(portal: Portal, visitor: Visitor, administrator: Page) -> None:
    page, email = administrator, f"neu-{uuid4().hex[:8]}@soegel.example"
    page.goto(f"{HERE}/staff/new")
    page.get_by_label("Vornamen").fill("Nele")
    page.get_by_label("Familienname").fill("Muster")
    page.get_by_label("E-Mail-Adresse").fill("clerk.soegel@example.org")
    page.get_by_role("group", name="Steueramt").get_by_label("Sachbearbeitung").check()
    page.get_by_role("button", name="Einladung senden").click()
    expect(page.get_by_role("alert")).to_contain_text("Mit dieser Adresse gibt es schon ein Konto")
    expect(page.get_by_role("group", name="Steueramt").get_by_label("Sachbearbeitung")).to_be_checked()
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_role("button", name="Einladung senden").click()
    expect(page.get_by_role("status").first).to_contain_text("Die Einladung ist unterwegs")
    member = page.url
    expect(page.locator("main")).to_contain_text("eingeladen")

    newcomer = visitor()
    newcomer.goto(portal.link_for(email, "staff/invitation/"))
    newcomer.get_by_label("Passwort").fill("passwort")
    newcomer.get_by_role("button", name="Passwort festlegen").click()
    expect(newcomer.get_by_role("alert")).to_be_visible()
    newcomer.get_by_label("Passwort").fill(PASSWORD)
    newcomer.get_by_role("button", name="Passwort festlegen").click()
    newcomer.get_by_label("E-Mail-Adresse").fill(email)
    newcomer.get_by_label("Passwort").fill(PASSWORD)
    newcomer.get_by_role("button", name="Anmelden", exact=True).click()
    expect(newcomer.locator("main")).to_contain_text("Steueramt, Samtgemeinde Sögel")

    page.goto(member)
    page.get_by_role("group", name="Alle Ämter").get_by_label("Zweitprüfung").check()
    page.get_by_role("button", name="Aufgaben speichern").click()
    expect(page.get_by_role("status").first).to_contain_text("Die Aufgaben sind geändert")
    page.get_by_label("Grund").select_option(label="ist ausgeschieden")
    page.get_by_role("button", name="Sperren").click()
    expect(page.get_by_role("status").first).to_contain_text("Gesperrt")
    assert not scrolls_sideways(page)
    newcomer.goto("staff")
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Anmelden für Beschäftigte")
    newcomer.get_by_label("E-Mail-Adresse").fill(email)
    newcomer.get_by_label("Passwort").fill(PASSWORD)
    newcomer.get_by_role("button", name="Anmelden", exact=True).click()
    expect(newcomer.get_by_role("alert")).to_be_visible()


def test_ones_own_roles_cannot_be_changed(administrator: Page) -> None:
    administrator.goto(f"{HERE}/staff")
    administrator.get_by_role("link", name="Beispiel, Ada").click()
    expect(administrator.locator("main")).to_contain_text("Das ist Ihr eigenes Konto")
    expect(administrator.get_by_role("button", name="Aufgaben speichern")).to_have_count(0)


def test_a_fee_is_announced_and_taken_back(administrator: Page) -> None:
    page, day = administrator, date.today() + timedelta(days=40)  # noqa: DTZ011 - far enough from midnight in any zone
    page.goto(f"{HERE}/offers/dog-registration")
    page.get_by_label("Gültig ab").fill("1.1.2026")
    page.get_by_label("Gebühr in Euro").fill("fünf")
    page.get_by_role("button", name="Gebühr ankündigen").click()
    expect(page.get_by_role("alert")).to_contain_text("Betrag in Euro")
    page.get_by_label("Gebühr in Euro").fill("5,00")
    page.get_by_role("button", name="Gebühr ankündigen").click()
    expect(page.get_by_role("alert")).to_contain_text("frühestens ab morgen")
    page.get_by_label("Gültig ab").fill(f"{day:%d.%m.%Y}")
    page.get_by_role("button", name="Gebühr ankündigen").click()
    expect(page.get_by_role("status").first).to_contain_text("Die Gebühr ist angekündigt")
    expect(page.locator("main")).to_contain_text(f"ab {day:%d.%m.%Y}: 5,00 €")
    page.get_by_role("button", name="Zurücknehmen").click()
    expect(page.get_by_role("status").first).to_contain_text("zurückgenommen")
    assert not scrolls_sideways(page)


def test_another_municipality_is_not_there_for_an_administrator(portal: Portal, visitor: Visitor) -> None:
    page = visitor(as_=portal.sign_in("administrator.soegel@example.org"))
    for path in (LINGEN, f"{LINGEN}/staff", f"{LINGEN}/offices/standesamt", f"{LINGEN}/offers", "network/staff"):
        answer = page.goto(f"staff/administration/{path}")
        assert answer is not None
        assert answer.status == 404, path


def test_an_operator_makes_an_administrator_and_reads_the_log_as_a_file(portal: Portal, visitor: Visitor) -> None:
    page = visitor(as_=portal.sign_in("operator@example.org"), viewport=DESK)
    page.goto("staff/administration")
    page.get_by_role("link", name="Stadt Lingen (Ems)").click()
    page.get_by_role("link", name="Personal").click()
    page.get_by_role("link", name="Beispiel, Linda").click()
    page.get_by_role("group", name="Alle Ämter").get_by_label("Administration").check()
    page.get_by_role("button", name="Aufgaben speichern").click()
    expect(page.get_by_role("status").first).to_contain_text("Die Aufgaben sind geändert")
    linda = visitor(as_=portal.sign_in("clerk.lingen@example.org"))
    linda.goto("staff/administration")
    expect(linda.get_by_role("heading", level=1)).to_have_text("Stadt Lingen (Ems)")
    answer = page.request.get(f"{portal.url}staff/administration/audit.csv?ars={LINGEN}&action=staff")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text())))
    assert ("staff.roles_changed", f"{LINGEN}/*") in {(row["action"], row["office_id"]) for row in rows}
    assert all(row["office_id"].startswith(LINGEN) for row in rows)


def test_the_log_leads_through_its_pages_without_losing_an_entry(portal: Portal, visitor: Visitor) -> None:
    page = visitor(as_=portal.sign_in("operator@example.org"))
    whole = page.request.get(f"{portal.url}staff/administration/audit.csv").text()
    numbers = [(row["service"], row["sequence"]) for row in csv.DictReader(io.StringIO(whole))]
    assert len(numbers) == len(set(numbers))
    of_accounts = sorted(int(number) for service, number in numbers if service == "accounts")
    assert of_accounts == list(range(1, len(of_accounts) + 1))
