"""Files through the gateway: as they arrive, part by part, never as a whole; and back as downloads."""

import re
from base64 import b64decode
from typing import Any

import pytest
from falcon.testing import TestClient

from gateway import uploads
from services.contracts.attachments import MOST_BYTES, PART_BYTES
from services.contracts.errors import Conflict, Invalid, Unavailable
from tests.fakes.bus import FakeBus, sample

DRAFT = sample("applications", "get_draft")["draft_id"]
FILES = f"/drafts/{DRAFT}/files"
COOKIES = {"amtsgang_session": "erika", "amtsgang_language": "de"}
PLACE = "insurance_certificate"
BOUNDARY = "amtsgang-test"


@pytest.fixture(autouse=True)
def _a_form_of_a_dog(bus: FakeBus) -> None:
    bus.answer("applications", "list_draft_files", {**sample("applications", "list_draft_files"), "files": []})


def token(client: TestClient) -> str:
    page = client.simulate_get(FILES, cookies=COOKIES)
    assert page.status_code == 200
    found = re.search('name="csrf_token" value="([^"]*)"', page.text)
    assert found
    return found[1]


def body(csrf: str, *files: tuple[str, bytes], **more: str) -> bytes:
    fields = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"csrf_token": csrf, "place": PLACE, **more}.items()
    ).encode()
    for filename, content in files:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
        fields += f"{head}Content-Type: application/pdf\r\n\r\n".encode() + content + b"\r\n"
    return fields + f"--{BOUNDARY}--\r\n".encode()


def post(client: TestClient, sent: bytes, **headers: str) -> Any:
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **headers}
    return client.simulate_post(FILES, body=sent, headers=kind, cookies=COOKIES)


def parts(bus: FakeBus) -> list[bytes]:
    return [b64decode(call.data["content_base64"]) for call in bus.made("applications", "add_upload_part")]


def test_a_file_goes_on_in_parts_and_its_size_is_told_at_the_end(client: TestClient, bus: FakeBus):
    content = bytes(range(256)) * (PART_BYTES * 5 // 2 // 256)
    done = post(client, body(token(client), ("Police Müller.pdf", content)))
    assert done.status_code == 303
    assert done.headers["location"] == f"{FILES}?done=attached"
    [begun] = bus.made("applications", "begin_upload")
    assert {**begun.data, "size": None} == {"draft_id": DRAFT, "place": PLACE, "filename": "Police Müller.pdf", "size": None}
    assert [len(part) for part in parts(bus)] == [PART_BYTES, PART_BYTES, PART_BYTES // 2]
    assert b"".join(parts(bus)) == content
    [finished] = bus.made("applications", "finish_upload")
    assert finished.data["size"] == len(content)


def test_several_files_in_one_form_and_none_of_them_is_lost_for_another(client: TestClient, bus: FakeBus):
    def begin(_actor: Any, filename: str, **_: Any) -> dict[str, Any]:
        if filename == "Böse.pdf":
            raise Invalid("invalid", "No.", fields={"file": ["too_many_files"]})
        return sample("applications", "begin_upload")

    bus.answer("applications", "begin_upload", begin)
    sent = body(token(client), ("Eins.pdf", b"%PDF-1"), ("Böse.pdf", b"%PDF-2"), ("Zwei.pdf", b"%PDF-3"), ("", b""))
    page = post(client, sent)
    assert page.status_code == 422
    assert "Böse.pdf: Hier ist kein Platz" in page.text
    assert f'href="#file-{PLACE}"' in page.text
    assert parts(bus) == [b"%PDF-1", b"%PDF-3"]


def test_a_form_without_a_file_says_so(client: TestClient, bus: FakeBus):
    page = post(client, body(token(client), ("", b"")))
    assert page.status_code == 422
    assert "wählen Sie zuerst eine Datei" in page.text
    assert not bus.made("applications", "begin_upload")


@pytest.mark.parametrize("csrf", ["", "0.a.b."])
def test_a_file_of_a_form_that_is_not_ours_goes_nowhere(client: TestClient, bus: FakeBus, csrf: str):
    assert post(client, body(csrf, ("Police.pdf", b"%PDF"))).status_code == 403
    good = token(client)
    assert post(client, body(good, ("Police.pdf", b"%PDF")), Origin="https://evil.example").status_code == 403
    late = body("", ("Police.pdf", b"%PDF")).replace(
        f"--{BOUNDARY}--".encode(),
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{good}\r\n--{BOUNDARY}--'.encode(),
    )
    assert post(client, late).status_code == 403
    assert not bus.made("applications", "begin_upload")
    assert post(client, body(good, ("Police.pdf", b"%PDF"))).status_code == 303


def test_ten_megabytes_pass_and_one_byte_more_is_413_with_the_page(client: TestClient, bus: FakeBus):
    csrf = token(client)
    assert post(client, body(csrf, ("Groß.pdf", b"x" * MOST_BYTES))).status_code == 303
    assert not bus.made("applications", "remove_file")
    page = post(client, body(csrf, ("Zu groß.pdf", b"x" * (MOST_BYTES + 1)), ("Zwei.pdf", b"%PDF-2")))
    assert page.status_code == 413
    assert "Zu groß.pdf: Diese Datei ist größer als 10 MB." in page.text
    assert f'action="{FILES}"' in page.text
    assert len(bus.made("applications", "remove_file")) == 1
    assert parts(bus)[-1] == b"%PDF-2"


def test_a_body_that_says_it_is_far_too_large_is_not_read(client: TestClient, bus: FakeBus, monkeypatch: pytest.MonkeyPatch):
    csrf = token(client)
    monkeypatch.setattr(uploads, "MOST_AT_ONCE", 100)
    assert post(client, body(csrf, ("Police.pdf", b"%PDF"))).status_code == 413
    assert not bus.made("applications", "begin_upload")


@pytest.mark.parametrize("sent", [b"", b"nothing of a form", b"--amtsgang-test\r\nbroken"])
def test_what_is_no_form_with_files_is_refused(client: TestClient, bus: FakeBus, sent: bytes):
    assert post(client, sent).status_code in (400, 403)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    plain = client.simulate_post(FILES, body=b"a=b", headers=form, cookies=COOKIES)
    assert plain.status_code == 415
    assert not bus.made("applications", "begin_upload")


def test_a_part_that_got_no_answer_is_sent_again(client: TestClient, bus: FakeBus):
    csrf, tries = token(client), iter([Unavailable("x.y", "Again."), Unavailable("x.y", "Again."), None])

    def part(_actor: Any, **_: Any) -> dict[str, Any]:
        if failure := next(tries):
            raise failure
        return sample("applications", "add_upload_part")

    bus.answer("applications", "add_upload_part", part)
    assert post(client, body(csrf, ("Police.pdf", b"%PDF"))).status_code == 303


def test_while_the_scanner_is_away_the_page_says_what_to_do(client: TestClient, bus: FakeBus):
    csrf = token(client)
    waiting = {**sample("applications", "finish_upload"), "state": "unchecked", "is_scanned": False}
    bus.answer("applications", "finish_upload", Unavailable("applications.scanner_away", "Away."))
    bus.answer("applications", "list_draft_files", {**sample("applications", "list_draft_files"), "files": [waiting]})
    page = post(client, body(csrf, ("Police.pdf", b"%PDF")))
    assert page.status_code == 503
    assert "Die Virenprüfung ist nicht erreichbar" in page.text
    assert f'name="check" value="{waiting["file_id"]}"' in page.text
    bus.answer("applications", "finish_upload", sample("applications", "finish_upload"))
    again = post(client, body(csrf, check=waiting["file_id"]))
    assert again.headers["location"] == f"{FILES}?done=attached"
    assert bus.made("applications", "finish_upload")[-1].data == {"file_id": waiting["file_id"]}


def test_a_file_is_removed(client: TestClient, bus: FakeBus):
    file_id = "0198c5a1-9b1e-7c3d-9a55-1f2e3d4c5b6a"
    done = post(client, body(token(client), remove=file_id))
    assert done.headers["location"] == f"{FILES}?done=file_removed"
    [call] = bus.made("applications", "remove_file")
    assert call.data == {"file_id": file_id}


def test_a_virus_is_told_in_words(client: TestClient, bus: FakeBus):
    csrf = token(client)
    bus.answer("applications", "finish_upload", Invalid("invalid", "No.", fields={"file": ["file_infected"]}))
    page = post(client, body(csrf, ("Eicar.pdf", b"X5O")))
    assert page.status_code == 422
    assert "Eicar.pdf: Die Virenprüfung warnt vor dieser Datei." in page.text


def test_the_limit_of_an_account_is_told(client: TestClient, bus: FakeBus):
    csrf = token(client)
    bus.answer("applications", "begin_upload", Conflict("applications.too_many_files", "No."))
    page = post(client, body(csrf, ("Police.pdf", b"%PDF" * 100_000)))
    assert page.status_code == 409
    assert "Es ist kein Platz für weitere Dateien" in page.text


@pytest.mark.parametrize(
    ("address", "who", "method"), [("/files", "erika", "get_file_part"), ("/staff/files", "clerk", "get_case_file_part")]
)
def test_a_file_is_a_download_and_never_a_page(client: TestClient, bus: FakeBus, address: str, who: str, method: str):
    def part(_actor: Any, number: int, **_: Any) -> dict[str, Any]:
        found = {**sample("applications", method), "filename": 'Po"li\nce Müller.html', "parts": 2, "size": 18}
        return {**found, "content_base64": ["PHNjcmlwdD4x", "PC9zY3JpcHQ+"][number]}

    bus.answer("applications", method, part)
    file = client.simulate_get(f"{address}/{DRAFT}", cookies={"amtsgang_session": who})
    assert file.content == b"<script>1</script>"
    assert file.headers["content-disposition"].startswith("attachment;")
    assert "\n" not in file.headers["content-disposition"]
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-length"] == "18"
    assert "sandbox" in file.headers["content-security-policy"]
    assert "script-src" not in file.headers["content-security-policy"]
    assert file.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("page", "who", "method", "href"), [
    (f"/applications/{DRAFT}", "erika", "list_application_files", "/files/"),
    (f"/staff/cases/{DRAFT}", "clerk", "list_case_files", "/staff/files/"),
])  # fmt: skip
def test_the_page_of_a_case_shows_its_files(client: TestClient, page: str, who: str, method: str, href: str):
    shown = client.simulate_get(page, cookies={"amtsgang_session": who, "amtsgang_language": "de"})
    assert shown.status_code == 200
    [file] = sample("applications", method)["files"]
    assert f'href="{href}{file["file_id"]}"' in shown.text
    assert "Police Müller.pdf" in shown.text
    assert ("auf Viren geprüft" in shown.text) == (who == "clerk")


def test_names_cannot_break_out_of_the_page(client: TestClient, bus: FakeBus):
    found = sample("applications", "list_draft_files")
    nasty = {**found["files"][0], "filename": '"><script>alert(1)</script>'}
    bus.answer("applications", "list_draft_files", {**found, "files": [nasty]})
    page = client.simulate_get(FILES, cookies=COOKIES)
    assert "<script>alert" not in page.text


def test_a_wrong_kind_of_file_hears_which_kinds_are_taken(client: TestClient, bus: FakeBus):
    bus.answer("applications", "finish_upload", Invalid("invalid", "No.", fields={"file": ["file_kind"]}))
    page = post(client, body(token(client), ("Police.docx", b"PK")))
    assert (
        "Police.docx: Dateien dieser Art können hier nicht beigefügt werden. Anhängen können Sie hier: PDF, JPEG, PNG."
        in page.text
    )


APPLICATION = sample("applications", "get_application")
CORRECTION = f"/applications/{APPLICATION['case_id']}/correction"
ASKED = {"fields": ["birth_date", f"attachments.{PLACE}"], "message": "Bitte.", "asked_at": "2026-09-01T11:00:00+00:00"}
SENT = {**sample("applications", "finish_upload"), "filename": "Alt.pdf", "is_sent": True}
COMING = {**SENT, "file_id": DRAFT, "filename": "Neu.pdf", "correction": 1, "is_sent": False}


@pytest.fixture
def asked(bus: FakeBus) -> None:
    """An application of which the office asks for a day and a file."""
    places = sample("applications", "list_draft_files")["attachments"]
    sections = sample("applications", "get_case")["sections"]
    case = {**APPLICATION, "state": "awaiting_applicant", "sections": sections, "attachments": places}
    case["corrections"] = [{**ASKED, "answered_at": None}]
    bus.answer("applications", "get_application", case)
    bus.answer("applications", "list_application_files", {"attachments": places, "files": [SENT, COMING]})


def correct(client: TestClient, *files: tuple[str, bytes], **typed: str) -> Any:
    page = client.simulate_get(CORRECTION, cookies=COOKIES).text
    found = re.search('name="csrf_token" value="([^"]*)"', page)
    assert found
    sent = body(found[1], *files, **{"do": "send", **typed}).replace(b'name="file"', f'name="file.{PLACE}"'.encode())
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return client.simulate_post(CORRECTION, body=sent, headers=kind, cookies=COOKIES)


@pytest.mark.usefixtures("asked")
def test_files_that_the_office_asks_for_go_with_the_answers_in_one_form(client: TestClient, bus: FakeBus):
    page = client.simulate_get(CORRECTION, cookies=COOKIES).text
    assert 'enctype="multipart/form-data"' in page
    assert "Dem Amt liegt schon vor: Alt.pdf" in page
    assert (f'value="take_out:{COMING["file_id"]}"' in page, f'value="take_out:{SENT["file_id"]}"' in page) == (True, False)
    done = correct(client, ("Neu.pdf", b"%PDF-1"), **{"answers.birth_date": "18.5.1990"})
    assert done.status_code == 303
    begun = bus.made("applications", "begin_correction_upload")[-1].data
    assert (begun["case_id"], begun["place"], begun["filename"]) == (APPLICATION["case_id"], PLACE, "Neu.pdf")
    assert parts(bus) == [b"%PDF-1"]
    assert bus.made("applications", "correct_application")[-1].data["answers"] == {"birth_date": "1990-05-18"}


@pytest.mark.usefixtures("asked")
def test_a_file_that_is_not_taken_keeps_the_correction_with_what_was_typed(client: TestClient, bus: FakeBus):
    bus.answer("applications", "finish_upload", Invalid("invalid", "No.", fields={"file": ["file_infected"]}))
    page = correct(client, ("Böse.pdf", b"%PDF-1"), **{"answers.birth_date": "18.5.1990"})
    assert page.status_code == 422
    assert "Böse.pdf: " in page.text
    assert f'href="#file-{PLACE}"' in page.text
    assert 'value="18.5.1990"' in page.text
    assert not bus.made("applications", "correct_application")


@pytest.mark.usefixtures("asked")
def test_a_file_that_is_missing_in_a_correction_is_told_at_its_place(client: TestClient, bus: FakeBus):
    bus.answer(
        "applications", "correct_application", Invalid("invalid", "No.", fields={f"attachments.{PLACE}": ["file_required"]})
    )
    page = correct(client, ("", b""), **{"answers.birth_date": "18.5.1990"})
    assert (page.status_code, f'id="file-{PLACE}-error"' in page.text) == (422, True)
    assert not bus.made("applications", "begin_correction_upload")


@pytest.mark.usefixtures("asked")
def test_who_has_no_further_file_ticks_that_and_finds_it_ticked_again(client: TestClient, bus: FakeBus):
    places = sample("applications", "list_draft_files")["attachments"]
    assert 'name="no_file.' not in client.simulate_get(CORRECTION, cookies=COOKIES).text, "one is about to be sent"
    bus.answer("applications", "list_application_files", {"attachments": places, "files": [SENT]})
    bus.answer("applications", "correct_application", Invalid("invalid", "No.", fields={"birth_date": ["required"]}))
    page = correct(client, ("", b""), **{f"no_file.{PLACE}": "yes", "no_file.other": "yes"})
    assert bus.made("applications", "correct_application")[-1].data["no_file_for"] == [f"attachments.{PLACE}"]
    assert re.search(rf'name="no_file.{PLACE}"[^>]* checked', page.text)
    assert "Ich habe dafür keine weitere Datei" in page.text
    bus.answer("applications", "list_application_files", {"attachments": places, "files": []})
    may_stay_empty = "Ich habe dafür keine Datei" in client.simulate_get(CORRECTION, cookies=COOKIES).text
    assert may_stay_empty is not places[0]["required"]


@pytest.mark.usefixtures("asked")
def test_a_file_is_taken_out_of_a_correction_and_what_was_typed_stays(client: TestClient, bus: FakeBus):
    page = correct(client, **{"answers.birth_date": "18.5.1990", "do": f"take_out:{COMING['file_id']}"})
    assert (page.status_code, 'value="18.5.1990"' in page.text) == (200, True)
    assert bus.made("applications", "remove_file")[-1].data == {"file_id": COMING["file_id"]}
    assert not bus.made("applications", "correct_application")


def test_a_correction_with_files_proves_whose_form_it_is(client: TestClient, bus: FakeBus):
    sent = body("0.a.b.", ("Neu.pdf", b"%PDF-1"), do="send")
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    assert client.simulate_post(CORRECTION, body=sent, headers=kind, cookies=COOKIES).status_code == 403
    assert not bus.made("applications", "begin_correction_upload")


def test_an_application_does_not_show_what_was_not_sent_yet(client: TestClient, bus: FakeBus):
    places = sample("applications", "list_draft_files")["attachments"]
    bus.answer("applications", "list_application_files", {"attachments": places, "files": [SENT, COMING]})
    page = client.simulate_get(f"/applications/{APPLICATION['case_id']}", cookies=COOKIES).text
    assert ("Alt.pdf" in page, "Neu.pdf" in page) == (True, False)
