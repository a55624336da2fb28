"""Verified identities in the browser: with a code, with a letter, with two officers, taken back; and what forms get of it."""

import base64
import io
import re
import subprocess
from pathlib import Path

import pypdf
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import value
from tests.e2e.portal import SOEGEL, Portal, Session, until
from tests.e2e.test_accessibility import judge_narrow, judge_wide

CARD = {"document.kind": "identity_card", "document.issuing_authority": "Samtgemeinde Sögel", "document.valid_until": "31.5.2040"}
SEEN = {"values.given_names": "Erika", "values.family_name": "Musterfrau", "values.birth_date": "12.8.1964"}
PASSWORD = "Kraniche ziehen über das Moor"


def ida(portal: Portal) -> Session:
    """The identity officer of Sögel."""
    return portal.sign_in("identity.soegel@example.org")


def type_in(page: Page, typed: dict[str, str]) -> None:
    """Fill inputs and lists by their names."""
    for name, text in typed.items():
        field = page.locator(f"[name='{name}']")
        if field.evaluate("f => f.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def compare(page: Page, **more: str) -> None:
    """Type what is seen of the document, tick the officer's word, confirm."""
    type_in(page, {**CARD, **more})
    page.get_by_label("Ich habe Gesicht und Angaben").check()
    page.get_by_role("button", name="Identität bestätigen").click()


def code_of(page: Page) -> str:
    """A new code, from the citizen's page."""
    page.goto("account/identity")
    page.get_by_role("button", name=re.compile("Code erzeugen")).click()
    code = page.locator("#visit-code").inner_text()
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}", code)
    return code


def show_code(page: Page, code: str) -> None:
    """Type a code at the counter."""
    page.goto("staff/counter")
    page.get_by_label("Code der Bürgerin oder des Bürgers").fill(code)
    page.get_by_role("button", name="Konto anzeigen").click()


def read_codes(pdf: bytes, folder: Path) -> list[str]:
    """What a phone reads of the QR codes on the first page."""
    (folder / "letter.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", folder / "letter.pdf", folder / "letter"], check=True)
    with Image.open(folder / "letter.png") as picture:
        return [found.text for found in zxingcpp.read_barcodes(picture)]


def test_a_citizen_is_verified_with_a_code_and_forms_know_it(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    page, counter = visitor(as_=citizen, javascript=False), visitor(as_=ida(portal), javascript=False)
    page.goto("account/profile")
    type_in(page, {"birth_date": "31.2.1964"})
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("#birth_date-error")).to_contain_text("Tag.Monat.Jahr")
    type_in(
        page, {"birth_date": "12.8.1964", "street": "Musterstraße", "house_number": "1", "postal_code": "49751", "town": "Sögel"}
    )
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("status")).to_contain_text("gespeichert")
    code = code_of(page)

    show_code(counter, code[:-1] + ("2" if code[-1] != "2" else "3"))
    expect(counter.locator("#code-error")).to_contain_text("vertippt")
    show_code(counter, code.lower().replace("-", " "))
    assert value_of(counter, "values.birth_date") == "12.08.1964"
    counter.get_by_role("button", name="Identität bestätigen").click()
    expect(counter.get_by_role("alert")).to_contain_text("Gesicht und Angaben")
    compare(counter, **{"document.valid_until": "1.1.2020"})
    expect(counter.locator("[id='document.valid_until-error']")).to_contain_text("abgelaufen")
    compare(counter, **{"values.birth_place": "Sögel"})
    expect(counter.get_by_role("status")).to_contain_text("geprüft")

    show_code(counter, code)
    expect(counter.locator("#code-error")).to_contain_text("benutzt")

    assert citizen.get("/sessions/current")["person"]["identity_level"] == "substantial"
    page.goto("account/identity")
    expect(page.get_by_role("main")).to_contain_text("Bürgerbüro, Samtgemeinde Sögel")
    expect(page.get_by_role("main")).to_contain_text("Personalausweis")
    notices = until(lambda: citizen.get("/notices")["notices"], lambda n: any(x["kind"] == "identity_verified" for x in n))
    assert notices
    page.goto("account/profile")
    expect(page.locator("[name=birth_date]")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("geprüft durch Bürgerbüro, Samtgemeinde Sögel")

    page.goto("soegel/dog-registration")
    page.get_by_role("button", name="Beginnen").click()
    page.get_by_role("navigation", name="Ihr Weg durch das Formular").get_by_role("button", name="Halterin oder Halter").click()
    page.locator("#f-street").fill("Hauptstraße")
    page.get_by_role("button", name="Aus meinem Konto übernehmen").click()
    assert value(page, "birth_date") == "12.08.1964"
    assert value(page, "street") == "Hauptstraße", "nothing typed is overwritten"
    expect(page.locator("#f-birth_date-hint")).to_contain_text("geprüft durch Bürgerbüro")
    expect(page.locator("#f-town-hint")).to_contain_text("von Ihnen selbst angegeben")
    page.get_by_label(re.compile("Straße: Musterstraße statt Hauptstraße")).check()
    page.get_by_role("button", name="Ausgewähltes ersetzen").click()
    assert value(page, "street") == "Musterstraße"


def test_an_account_made_at_the_counter_is_taken_over_with_its_letter_once(
    portal: Portal, visitor: Visitor, tmp_path: Path
) -> None:
    counter = visitor(as_=ida(portal), javascript=False)
    counter.goto("staff/counter/new")
    type_in(counter, SEEN)
    type_in(counter, CARD)
    counter.get_by_label("Ich habe Gesicht und Angaben").check()
    counter.get_by_role("button", name="Konto anlegen").click()
    expect(counter.get_by_role("status")).to_contain_text("Drucken Sie jetzt den Brief")

    first, second = (printed(counter) for _ in range(2))
    text = pypdf.PdfReader(io.BytesIO(second)).pages[0].extract_text()
    assert "Aktivierung Ihres Bürgerkontos" in text
    assert "Erika Musterfrau" in text
    assert "1964" not in text, "the letter tells no more than it must"
    [address] = read_codes(second, tmp_path)
    assert address.startswith(f"{portal.url}activate?code=")
    assert address.rpartition("=")[2] in text
    [void] = read_codes(first, tmp_path)

    page = visitor(javascript=False)
    page.goto(void)
    expect(page.locator("#code-error")).to_contain_text("durch einen neueren Brief ersetzt")
    page.goto(address)
    email = f"erika-{address[-4:].lower()}@example.org"
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_label("Passwort").fill("passwort")
    page.get_by_role("button", name="Aktivieren").click()
    expect(page.locator("#password-error")).to_be_visible()
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Aktivieren").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Postfach")
    page.goto(portal.link_for(email, "activate/confirm"))
    page.get_by_role("button", name="Bestätigen und aktivieren").click()
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()
    expect(page).to_have_url(re.compile("/home"))
    page.goto("account/identity")
    expect(page.get_by_role("main")).to_contain_text(re.compile("Ihre Identität ist bis .* geprüft"))
    page.goto(address)
    expect(page.locator("#code-error")).to_contain_text("benutzt")


def test_where_the_office_demands_it_a_second_officer_confirms(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    page = visitor(as_=citizen, javascript=False)
    first = visitor(as_=portal.sign_in("identity.lingen@example.org"), javascript=False)
    second = visitor(as_=portal.sign_in("identity2.lingen@example.org"), javascript=False)
    show_code(first, code_of(page))
    compare(first, **{"values.birth_date": "1964"})
    expect(first.get_by_role("status")).to_contain_text("zweite Person")
    assert citizen.get("/sessions/current")["person"]["identity_level"] == "low"

    first.goto("staff/counter/pending")
    first.get_by_role("listitem").filter(has_text="von Ihnen aufgenommen").get_by_role("link").first.click()
    expect(first.get_by_role("button", name="Identität bestätigen")).to_have_count(0)
    second.goto("staff/counter/pending")
    second.get_by_role("link", name=re.compile("Aufgenommen")).last.click()
    expect(second.get_by_role("main")).to_contain_text("1964")
    second.get_by_role("button", name="Identität bestätigen").click()
    expect(second.get_by_role("status")).to_contain_text("geprüft")
    assert citizen.get("/sessions/current")["person"]["identity_level"] == "substantial"


def test_a_verification_is_taken_back_by_another_office_and_the_citizen_sees_why(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    page, counter = visitor(as_=citizen, javascript=False), visitor(as_=ida(portal), javascript=False)
    show_code(counter, code_of(page))
    compare(counter, **{"values.birth_date": "12.8.1964"})

    other = visitor(as_=portal.sign_in("identity.lingen@example.org"), javascript=False)
    other.goto("staff/counter/find")
    other.get_by_label("Warum suchen Sie die Person?").select_option("revocation")
    other.get_by_label("E-Mail-Adresse").fill(citizen.email)
    other.get_by_role("button", name="Suchen").click()
    other.get_by_label("Grund der Rücknahme").select_option("document_invalid")
    other.get_by_role("button", name="Prüfung zurücknehmen").click()
    expect(other.get_by_role("status")).to_contain_text("zurückgenommen")

    assert citizen.get("/sessions/current")["person"]["identity_level"] == "low"
    page.goto("account/identity")
    expect(page.get_by_role("main")).to_contain_text("Das Dokument war ungültig, verloren oder gefälscht")
    until(lambda: citizen.get("/notices")["notices"], lambda n: any(x["kind"] == "identity_revoked" for x in n))

    counter.goto("staff/counter/report")
    expect(counter.get_by_role("row", name=re.compile("Ida Beispiel"))).to_be_visible()
    with counter.expect_download() as download:
        counter.get_by_role("link", name=re.compile("CSV")).click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Amt;Bearbeitet von;")
    assert any("Ida Beispiel" in line for line in lines[1:])


@pytest.mark.parametrize("path", ["staff/counter", "staff/counter/report", "staff/counter/new"])
def test_the_counter_is_closed_to_citizens_and_clerks(portal: Portal, visitor: Visitor, path: str) -> None:
    for session in (portal.newcomer(), portal.sign_in("clerk.soegel@example.org")):
        answer = visitor(as_=session, javascript=False).goto(path)
        assert answer is not None
        assert answer.status == 403


def test_pages_that_only_a_form_leads_to_have_no_barrier(portal: Portal, visitor: Visitor, tmp_path: Path) -> None:
    page, counter = visitor(as_=portal.newcomer()), visitor(as_=ida(portal))
    show_code(counter, code_of(page))
    counter.get_by_role("button", name="Identität bestätigen").click()
    expect(counter.get_by_role("alert").first).to_be_visible()
    office = f"{SOEGEL}/buergerbuero"
    opened = ida(portal).post(
        "/counter/accounts",
        office_id=office,
        document={"kind": "passport", "issuing_authority": "Stadt Lingen (Ems)", "valid_until": "2040-05-31"},
        values={"given_names": "Erika", "family_name": "Musterfrau", "birth_date": "1964"},
        is_compared=True,
    )
    letter = ida(portal).post(f"/counter/people/{opened['account_id']}/letter", office_id=office)
    [address] = read_codes(base64.b64decode(letter["content_base64"]), tmp_path)
    sent = visitor()
    sent.goto(address)
    sent.get_by_label("E-Mail-Adresse").fill("wartet@example.org")
    sent.get_by_label("Passwort").fill(PASSWORD)
    sent.get_by_role("button", name="Aktivieren").click()
    expect(sent.get_by_role("heading", level=1)).to_contain_text("Postfach")
    for shown in (page, counter, sent):
        judge_wide(shown)
        judge_narrow(shown)


def printed(page: Page) -> bytes:
    """The letter, as the officer's browser gets it."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Brief erzeugen (PDF)").click()
    return Path(download.value.path()).read_bytes()


def value_of(page: Page, name: str) -> str:
    """What stands in an input."""
    return page.locator(f"[name='{name}']").input_value()
