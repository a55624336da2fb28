"""Files: attached with and without JavaScript, ordered, opened by the office and by nobody else."""

import re
from pathlib import Path

from playwright.sync_api import FilePayload, expect

from tests.e2e.client import Client
from tests.e2e.conftest import Visitor
from tests.e2e.portal import Portal
from tests.patience import PATIENCE_SECONDS

PDF = b"%PDF-1.7\n" + b"Versicherung " * 40_000
"""Two parts of a file on the bus."""


def test_a_file_goes_from_the_form_to_the_office(portal: Portal, visitor: Visitor, tmp_path: Path) -> None:
    citizen = portal.newcomer()
    draft_id = portal.draft(citizen, "dog-registration")
    picked: FilePayload = {"name": "Police Müller.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page = visitor(as_=citizen)
    page.goto(f"drafts/{draft_id}/files")
    page.get_by_label("Dateien auswählen").set_input_files([picked])
    expect(page.get_by_role("status").first).to_contain_text("Die Datei ist beigefügt")
    expect(page.get_by_role("heading", name="Police Müller.pdf")).to_be_visible()
    no_pdf: FilePayload = {"name": "Foto.pdf", "mimeType": "application/pdf", "buffer": b"no PDF"}
    page.get_by_label("Dateien auswählen").set_input_files([no_pdf])
    expect(page.get_by_text("Foto.pdf: Dateien dieser Art können hier nicht beigefügt werden.")).to_be_visible()

    citizen.put(f"/cart/items/{draft_id}")
    case_id = citizen.post("/orders", expected_total_cents=0)["cases"][0]["case_id"]
    clerk = portal.sign_in("clerk.soegel@example.org")
    desk = visitor(as_=clerk)
    desk.goto(f"staff/cases/{case_id}")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Police Müller.pdf").click()
    download.value.save_as(tmp_path / "file")
    assert download.value.suggested_filename == "Police Müller.pdf"
    assert (tmp_path / "file").read_bytes() == PDF
    [file] = clerk.get(f"/cases/{case_id}/files")["files"]
    for other, address in ((portal.newcomer(), "/files/"), (portal.sign_in("clerk.lingen@example.org"), "/staff/files/")):
        assert Client(portal.url, as_=other).get(f"{address}{file['file_id']}").status_code == 404
    assert PDF[:40] not in b"".join(p.read_bytes() for p in (portal.stack.var / "files").rglob("*") if p.is_file())


def test_files_are_attached_and_removed_without_javascript(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    page = visitor(as_=citizen, javascript=False)
    page.goto(f"drafts/{portal.draft(citizen, 'dog-registration')}?step=review")
    page.get_by_role("button", name="Dateien beifügen").click()
    picked: list[FilePayload] = [
        {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": PDF} for name in ("Eins", "Zwei")
    ]
    page.get_by_label("Dateien auswählen").set_input_files(picked)
    page.get_by_role("button", name=re.compile("^Beifügen")).click()
    expect(page.get_by_role("heading", name=re.compile(r"\.pdf"))).to_have_count(2)
    page.get_by_role("button", name=re.compile("Entfernen.*Eins")).click()
    expect(page.get_by_role("heading", name=re.compile(r"\.pdf"))).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Beifügen")).click()
    expect(page.get_by_role("alert").first).to_contain_text("Bitte wählen Sie zuerst eine Datei aus.")


def test_the_office_asks_for_a_file_and_gets_it_with_the_correction(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    case_id = portal.order(citizen, "dog-registration")["cases"][0]["case_id"]
    desk = visitor(as_=portal.sign_in("clerk.soegel@example.org"), javascript=False)
    desk.goto(f"staff/cases/{case_id}/correction")
    for tick in ("Nachweis der Haftpflichtversicherung", "Rasse"):
        desk.get_by_label(tick).check()
    desk.get_by_label("Nachricht an die antragstellende Person").fill("Bitte die Police und die Rasse.")
    desk.get_by_role("button", name="Senden").click()
    page = visitor(as_=citizen, javascript=False)
    page.goto(f"applications/{case_id}/correction")
    page.get_by_label("Rasse").fill("Pudel")
    wrong: FilePayload = {"name": "Foto.pdf", "mimeType": "application/pdf", "buffer": b"no PDF"}
    good: list[FilePayload] = [
        {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": PDF} for name in ("Police", "Seite 2")
    ]
    page.get_by_label("Dateien auswählen").set_input_files([*good, wrong])
    page.get_by_role("button", name="An das Amt senden").click()
    expect(page.get_by_role("alert").first).to_contain_text("Foto.pdf")
    expect(page.get_by_label("Rasse")).to_have_value("Pudel")
    page.get_by_role("button", name=re.compile("Entfernen.*Seite 2")).click()
    expect(page.get_by_label("Rasse")).to_have_value("Pudel")
    page.get_by_role("button", name="An das Amt senden").click()
    expect(page.get_by_role("status")).to_contain_text("Das Amt arbeitet an Ihrem Antrag weiter")
    expect(page.locator("main")).to_contain_text("Police.pdf")
    desk.goto(f"staff/cases/{case_id}")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Police.pdf").click()
    assert Path(download.value.path()).read_bytes() == PDF
    expect(desk.locator("main")).to_contain_text("nachgereicht am")
    expect(desk.locator("main")).not_to_contain_text("Seite 2.pdf")


def test_a_file_that_is_too_large_gets_the_page_and_nothing_else_is_lost(portal: Portal) -> None:
    citizen = portal.newcomer()
    draft_id = portal.draft(citizen, "dog-registration")
    browser = Client(portal.url, as_=citizen)
    typed = browser.hidden(f"/drafts/{draft_id}/files")
    sent = {"file": ("Groß.pdf", b"%PDF" + b"x" * 10 * 1024 * 1024)}
    address = f"{browser.url}/drafts/{draft_id}/files"
    answer = browser.http.post(address, data=typed, files=sent, allow_redirects=False, timeout=PATIENCE_SECONDS)
    assert answer.status_code == 413
    assert "größer als 10 MB" in answer.text
    assert citizen.get(f"/drafts/{draft_id}")["answers"]["dog_name"]
