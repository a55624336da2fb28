"""One's own data in the browser: who looked at it, everything as one file, and the account deleted until nothing is left."""

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from deploy.samples import SAMPLE_PASSWORD
from services.contracts.registry import SERVICES
from tests.e2e.conftest import Visitor
from tests.e2e.portal import Portal, until

TABLES = (
    ("accounts", "sessions"),
    ("applications", "drafts"),
    ("applications", "cases"),
    ("payments", "payments"),
    ("messaging", "notices"),
    ("documents", "documents"),
)
KEPT_NAMES = {"applications.cases"}
"""Where names may still stand after an erasure: the files of the office."""


def test_who_looked_at_my_data(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    case_id = portal.order(citizen, "dog-registration")["cases"][0]["case_id"]
    page = visitor(as_=citizen, javascript=False)
    page.goto("account/access")
    expect(page.get_by_role("region", name="Ämter")).to_contain_text("Niemand hat Ihre Daten angesehen")
    clerk = visitor(as_=portal.sign_in("clerk.soegel@example.org"))
    clerk.goto(f"staff/cases/{case_id}")
    clerk.goto("staff/")
    clerk.goto(f"staff/cases/{case_id}")
    page.goto("home")
    page.get_by_role("link", name="Meine Daten").click()
    page.get_by_role("link", name="Wer hat meine Daten angesehen?").click()
    offices = page.get_by_role("region", name="Ämter")
    expect(offices.get_by_role("listitem")).to_have_count(4)  # twice the case, with what the citizen was told of it
    expect(offices).to_contain_text("Ihren Antrag angesehen: Steueramt, Samtgemeinde Sögel")
    expect(offices).to_contain_text("um Ihren Antrag zu bearbeiten")
    expect(page.get_by_role("region", name="Was mit meinem Konto geschehen ist")).to_contain_text("Angemeldet")
    assert "clerk" not in page.content()
    offices.get_by_role("link", name="Zum Antrag").first.click()
    expect(page).to_have_url(f"{portal.url}applications/{case_id}")


def test_everything_as_one_file_that_holds_what_the_databases_hold(portal: Portal, visitor: Visitor, tmp_path: Path) -> None:
    citizen, stranger = portal.newcomer(), portal.newcomer()
    for who in (citizen, stranger):
        portal.completed_application(who)
        portal.order(who, "birth-certificate")
        portal.draft(who, "birth-certificate")
    page = visitor(as_=citizen)
    page.goto("account/export")
    page.get_by_label("Passwort").fill("falsch")
    page.get_by_role("button", name="Herunterladen").click()
    expect(page.locator("#password-error")).to_contain_text("stimmt nicht")
    page.get_by_label("Passwort").fill(SAMPLE_PASSWORD)
    with page.expect_download() as started:
        page.get_by_role("button", name="Herunterladen").click()
    saved = tmp_path / "export.zip"
    started.value.save_as(saved)
    with zipfile.ZipFile(saved) as file:
        assert file.testzip() is None
        records = {service: json.loads(file.read(f"{service}.json"))["records"] for service in SERVICES}
        index, manifest = file.read("index.html").decode(), json.loads(file.read("manifest.json"))
        pdfs = [name for name in file.namelist() if name.startswith("documents/")]
        assert len(pdfs) == 1
        assert file.read(pdfs[0]).startswith(b"%PDF-")
    assert manifest["records"] == {service: len(found) for service, found in records.items()}
    whole = json.dumps(records)
    assert citizen.email in whole
    assert stranger.email not in whole
    assert stranger.account_id not in whole
    for service, table in TABLES:
        exported = sorted(record["values"]["id"] for record in records[service] if record["table"] == table)
        question = f"SELECT id FROM {table} WHERE account_id = ? ORDER BY id"  # noqa: S608 - our own names
        assert exported == rows(portal, service, question, citizen.account_id)
        assert exported
    written = tmp_path / "index.html"
    written.write_text(index, encoding="utf-8")
    reader = visitor()
    reader.goto(written.as_uri())
    expect(reader.get_by_role("heading", level=1)).to_have_text("Alles, was das Portal über mich gespeichert hat")
    expect(reader.locator("body")).to_contain_text(citizen.email)


def test_the_account_is_deleted_with_a_receipt_and_nothing_is_left(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    portal.completed_application(citizen)
    portal.draft(citizen, "birth-certificate")
    case_id = portal.order(citizen, "dog-registration")["cases"][0]["case_id"]
    page = visitor(as_=citizen, javascript=False)
    page.goto("account/erase")
    expect(page.get_by_text("1 Antrag ist noch nicht abgeschlossen")).to_be_visible()
    expect(page.get_by_role("button", name="Mein Konto endgültig löschen")).to_have_count(0)
    portal.sign_in("clerk.soegel@example.org").post(f"/cases/{case_id}/decision", decision="reject", reason="Es fehlt etwas.")
    contents = rows(portal, "documents", "SELECT sha256 FROM documents WHERE account_id = ?", citizen.account_id)
    assert files(portal, contents)

    page.goto("account/erase")
    delete(page, "falsch")
    expect(page.locator("#password-error")).to_contain_text("stimmt nicht")
    delete(page, SAMPLE_PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Bestätigung der Löschung")
    receipt = page.url
    until(lambda: reloaded(page), lambda text: "alles, was gelöscht werden darf, ist gelöscht" in text)
    expect(page.locator("main")).to_contain_text("Anträge, die bei einem Amt eingegangen sind (2)")
    expect(page.locator("main")).not_to_contain_text("Mustermann")

    page.goto("home")
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")
    page.get_by_label("E-Mail-Adresse").fill(citizen.email)
    page.get_by_label("Passwort").fill(SAMPLE_PASSWORD)
    page.locator("#page-form").get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("alert")).to_contain_text("nicht geklappt")
    anyone = visitor(locale="en-GB")
    anyone.goto(receipt)
    expect(anyone.get_by_role("heading", level=1)).to_have_text("Receipt of the deletion")

    assert files(portal, contents) == []
    found = {where for where, text in everything(portal) if citizen.email in text.lower()}
    assert found <= {"accounts.mails"}, "the mail with the receipt, for three days"
    left = {where for where, text in everything(portal) if citizen.account_id in text and "Mustermann" in text}
    assert left <= KEPT_NAMES


def delete(page: Page, password: str) -> None:
    page.get_by_label("Ich möchte mein Konto löschen").check()
    page.get_by_label("Passwort").fill(password)
    page.get_by_role("button", name="Mein Konto endgültig löschen").click()


def reloaded(page: Page) -> str:
    page.reload()
    return page.locator("main").inner_text()


def database(portal: Portal, service: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{portal.stack.var / service}.sqlite?mode=ro", uri=True)


def rows(portal: Portal, service: str, question: str, *given: str) -> list[str]:
    with closing(database(portal, service)) as connection:
        return [row[0] for row in connection.execute(question, given)]


def files(portal: Portal, contents: list[str]) -> list[Path]:
    return [path for path in (portal.stack.var / "documents").rglob("*") if path.name in contents]


def everything(portal: Portal) -> list[tuple[str, str]]:
    """Every row of every table of every service, with where it stands."""
    found = []
    for service in SERVICES:
        with closing(database(portal, service)) as connection:
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                found += [(f"{service}.{table}", str(row)) for row in connection.execute(f'SELECT * FROM "{table}"')]  # noqa: S608
    return found
