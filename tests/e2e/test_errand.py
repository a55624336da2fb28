"""The whole errand in the browser: from registering to the document that anyone can check, with and without JavaScript."""

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from deploy.samples import SAMPLE_PASSWORD
from tests import answers
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import fill_in
from tests.e2e.portal import IBAN, LINGEN, Portal, until


def register(page: Page, portal: Portal, family_name: str) -> None:
    page.goto("register")
    email = f"muster-{uuid4().hex[:12]}@example.org"
    page.get_by_label("Vornamen").fill("Erika")
    page.get_by_label("Familienname").fill(family_name)
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_label("Passwort").fill("drei kleine Wörter")
    page.get_by_role("button", name="Konto anlegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sehen Sie in Ihr E-Mail-Postfach")
    page.goto(portal.link_for(email, "register/confirmation"))
    page.get_by_role("button", name="Bestätigen und anmelden").click()
    expect(page.get_by_role("status")).to_contain_text("Willkommen")


def sign_in_as_staff(page: Page, email: str) -> None:
    page.goto("staff/sign-in")
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_label("Passwort").fill(SAMPLE_PASSWORD)
    page.locator("#page-form").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Eingang meiner Ämter")


def put_into_cart(page: Page, portal: Portal, service: str, municipality: str = "soegel", **given: object) -> None:
    page.goto(f"{municipality}/{service}")
    page.get_by_role("button", name="Beginnen").click()
    form = portal.form(service)
    fill_in(page, form, answers.fill(form, **given))
    page.get_by_role("button", name="In den Warenkorb legen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Warenkorb")


def order_and_pay(page: Page, total: str) -> None:
    page.get_by_role("link", name="Prüfen und bestellen").click()
    expect(page.locator("#page-form")).to_contain_text(total)
    page.get_by_role("button", name="Kostenpflichtig bestellen").click()
    page.get_by_label("IBAN").fill(IBAN)
    page.get_by_label("Ich erteile dieses Mandat").check()
    page.get_by_role("button", name="Jetzt bezahlen").click()
    expect(page.get_by_role("status")).to_contain_text("Ihre Zahlung ist gesichert")


def wait_for(page: Page, text: str) -> None:
    """Loads the page again until the text is there."""

    def loaded() -> str:
        page.reload()
        return page.locator("main").inner_text()

    until(loaded, lambda shown: text in shown)


def approve_both(clerk: Page, name: str) -> None:
    """The dog by way of the review; the certificate up to the post."""
    clerk.get_by_role("link", name="Hund anmelden").first.click()
    expect(clerk.locator("main")).to_contain_text(name)
    clerk.get_by_role("button", name="Aufnehmen").click()
    clerk.get_by_role("button", name="Genehmigen").click()
    expect(clerk.get_by_role("status")).to_contain_text("genehmigt")
    clerk.goto("staff/")
    clerk.get_by_role("link", name="Geburtsurkunde").first.click()
    clerk.get_by_role("button", name="Genehmigen").click()
    clerk.get_by_role("button", name="Als verschickt vermerken").click()
    expect(clerk.get_by_role("status")).to_contain_text("per Post verschickt")


def download(citizen: Page, order: str, saved: Path) -> None:
    """The document, as soon as the application page has it."""
    citizen.goto(order)
    citizen.get_by_role("link", name="Hund anmelden").click()
    wait_for(citizen, "Ihr Dokument ist fertig.")
    with citizen.expect_download() as started:
        citizen.get_by_role("link", name="Herunterladen").click()
    started.value.save_as(saved)
    assert saved.read_bytes().startswith(b"%PDF-")


def code_from_the_mailbox(citizen: Page) -> str:
    """By way of the notice and the application to the address of verification."""
    citizen.goto("mailbox")
    citizen.get_by_role("link", name="Ihr Dokument ist fertig").click()
    expect(citizen.get_by_role("link", name="Zum Dokument")).to_be_visible()
    citizen.get_by_role("link", name="Zum Antrag").click()
    citizen.get_by_role("link", name="Echtheit prüfen").click()
    return citizen.url.rpartition("/")[2]


def check(anyone: Page, code: str, saved: Path) -> None:
    """The code as somebody types it; the file, and the file with one more byte."""
    anyone.goto("verify")
    anyone.get_by_label("Code auf dem Dokument").fill(code.lower().replace("-", " "))
    anyone.get_by_role("button", name="Prüfen").click()
    expect(anyone.get_by_role("heading", level=1)).to_have_text("Dieses Dokument ist echt")
    expect(anyone.locator("main")).to_contain_text("Samtgemeinde Sögel")
    anyone.get_by_label("PDF-Datei").set_input_files(saved)
    anyone.get_by_role("button", name="Vergleichen").click()
    expect(anyone.locator("#comparison")).to_contain_text("unverändert")
    saved.write_bytes(saved.read_bytes() + b"\n")
    anyone.get_by_label("PDF-Datei").set_input_files(saved)
    anyone.get_by_role("button", name="Vergleichen").click()
    expect(anyone.locator("#comparison")).to_contain_text("nicht das ausgestellte Dokument")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_two_services_in_one_order_from_registering_to_document_and_post(
    portal: Portal, visitor: Visitor, tmp_path: Path, *, javascript: bool
) -> None:
    citizen, clerk = visitor(javascript=javascript), visitor(javascript=javascript)
    name = "Đặng-Łukasz"
    register(citizen, portal, name)
    put_into_cart(citizen, portal, "dog-registration", family_name=name, dog_name="Bello")
    put_into_cart(citizen, portal, "birth-certificate", family_name=name, copies=3)
    order_and_pay(citizen, "30,00")
    order = citizen.url

    sign_in_as_staff(clerk, "clerk.soegel@example.org")
    approve_both(clerk, name)

    download(citizen, order, tmp_path / "document.pdf")
    check(visitor(javascript=javascript), code_from_the_mailbox(citizen), tmp_path / "document.pdf")

    citizen.goto(order)
    citizen.get_by_role("link", name="Geburtsurkunde").click()
    wait_for(citizen, "per Post")
    citizen.get_by_role("button", name="Abmelden").click()
    expect(citizen.get_by_role("status")).to_contain_text("Sie sind abgemeldet")
    citizen.goto("home")
    expect(citizen.get_by_role("heading", level=1)).to_have_text("Anmelden")


def test_a_rejected_paid_application_is_refunded_by_itself_and_says_why(portal: Portal, visitor: Visitor) -> None:
    someone = portal.newcomer()
    order = portal.order(someone, "business-registration", ars=LINGEN)
    case_id = order["cases"][0]["case_id"]
    until(lambda: someone.get(f"/applications/{case_id}"), lambda case: case["state"] == "submitted")

    clerk = visitor()
    sign_in_as_staff(clerk, "clerk.lingen@example.org")
    clerk.goto(f"staff/cases/{case_id}")
    clerk.get_by_role("button", name="Ablehnen").click()
    expect(clerk.locator("#reason-error")).to_contain_text("Bitte schreiben Sie den Grund")
    clerk.get_by_label("Grund einer Ablehnung").fill("Die Anschrift des Betriebs fehlt.")
    clerk.get_by_role("button", name="Ablehnen").click()
    expect(clerk.get_by_role("status")).to_contain_text("abgelehnt")

    citizen = visitor(as_=someone)
    citizen.goto(f"applications/{case_id}")
    expect(citizen.locator("main")).to_contain_text("Die Anschrift des Betriebs fehlt.")
    citizen.goto(f"orders/{order['order_id']}")
    wait_for(citizen, "da der Antrag abgelehnt oder zurückgenommen wurde")
    citizen.goto("mailbox")
    wait_for(citizen, "Ihre Gebühr geht an Sie zurück")


def test_of_two_clerks_the_slower_one_sees_what_the_faster_one_did(portal: Portal, visitor: Visitor) -> None:
    case_id = portal.order(portal.newcomer(), "dog-registration")["cases"][0]["case_id"]
    faster, slower = (visitor(as_=portal.sign_in("clerk.soegel@example.org")) for _ in range(2))
    slower.goto(f"staff/cases/{case_id}")
    faster.goto(f"staff/cases/{case_id}")
    faster.get_by_role("button", name="Genehmigen").click()
    expect(faster.get_by_role("status")).to_be_visible()
    slower.get_by_label("Grund einer Ablehnung").fill("Zu spät getippt.")
    slower.get_by_role("button", name="Ablehnen").click()
    expect(slower.locator("#trouble")).to_contain_text("Jemand war schneller")


def test_an_office_sees_its_own_cases_and_no_other(portal: Portal, visitor: Visitor) -> None:
    case_id = portal.order(portal.newcomer(), "dog-registration", ars=LINGEN)["cases"][0]["case_id"]
    own, other = (visitor(as_=portal.sign_in(f"clerk.{place}@example.org")) for place in ("lingen", "soegel"))
    own.goto("staff/")
    expect(own.locator(f'a[href="/staff/cases/{case_id}"]')).to_be_visible()
    other.goto("staff/")
    expect(other.locator(f'a[href="/staff/cases/{case_id}"]')).to_have_count(0)
    answer = other.goto(f"staff/cases/{case_id}")
    assert answer is not None
    assert answer.status == 404
