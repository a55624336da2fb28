"""Files from the first part to the clerk's desk, through the service's own methods; the bytes lie in a real folder."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.applications import attaching, catalogue, erasing, expiring, network
from services.applications.file_entrypoints import FileEntrypoints
from services.applications.model import Draft
from services.applications.providers.file_store import SEALED_BYTES, FolderStore
from services.applications.providers.scanner import scanner_away
from services.chassis import clock, ids
from services.contracts.actors import Actor, Role
from services.contracts.attachments import MOST_BYTES, PART_BYTES
from services.contracts.errors import Conflict, Failure, Internal, Invalid, NotFound, Unavailable
from tests.unit.applications import portal
from tests.unit.applications.portal import DOG, SOEGEL, answers, citizen, clerk
from tests.unit.permissions.answering import Service, service

PLACE = "insurance_certificate"
PDF = b"%PDF-1.7\n" + b"Unverwechselbar " * 20_000
"""A little more than one part."""

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
ERIKA = citizen()
CLERK = clerk(f"{SOEGEL}/steueramt")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Service]:
    """The service on an empty database with the offers of a small network."""
    with service("applications", tmp_path) as answering:
        with answering.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        with answering.transactions.transaction() as session:
            network.load(session, portal.network())
        yield answering


@pytest.fixture
def required(house: Service) -> None:
    """Registering a dog asks for one PDF."""
    asking(house, required=True, most=1, kinds=["pdf"])


def asking(house: Service, **changed: Any) -> None:
    """Publishes a version in which the place for files is another."""
    place = {**catalogue.services()[DOG].attachments[0], **changed}
    with house.transactions.transaction() as session:
        portal.publish(session, DOG, attachments=[place])


class FakeScanner:
    """Knows one virus, by its test string; may be away."""

    def __init__(self) -> None:
        self.is_away = False
        self.seen = b""

    def version(self) -> str:
        """Its name."""
        if self.is_away:
            raise Unavailable("applications.scanner_away", "Connection refused")
        return "ClamAV 1.0.7"

    def is_clean(self, file: Any) -> bool:
        """Reads all of it."""
        if self.is_away:
            raise scanner_away()
        self.seen = b"".join(iter(lambda: file.read(1000), b""))
        return b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" not in self.seen


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch) -> FakeScanner:
    found = FakeScanner()
    monkeypatch.setattr(FileEntrypoints, "scanner", found)
    return found


def draft_of(house: Service, who: Actor = ERIKA, key: str = "draft") -> str:
    return str(house.ask("start_draft", who, key, service=DOG, ars=SOEGEL, answers=answers(DOG))["draft_id"])


def begin(house: Service, draft_id: str, size: int, filename: str = "Police.pdf", who: Actor = ERIKA, **more: Any) -> str:
    key = f"{draft_id} {filename} {size}"
    return str(
        house.ask("begin_upload", who, key, draft_id=draft_id, place=PLACE, filename=filename, size=size, **more)["file_id"]
    )


def send(house: Service, file_id: str, number: int, content: bytes, who: Actor = ERIKA) -> None:
    house.ask("add_upload_part", who, file_id=file_id, number=number, content_base64=b64encode(content).decode())


def attach(
    house: Service, draft_id: str, content: bytes = PDF, filename: str = "Police.pdf", who: Actor = ERIKA
) -> dict[str, Any]:
    file_id = begin(house, draft_id, len(content), filename, who)
    for number in range(-(-len(content) // PART_BYTES)):
        send(house, file_id, number, content[number * PART_BYTES :][:PART_BYTES], who)
    return house.ask("finish_upload", who, file_id=file_id)


def read(house: Service, who: Actor, file_id: str, method: str = "get_file_part") -> bytes:
    first = house.ask(method, who, file_id=file_id, number=0)
    parts = [first, *(house.ask(method, who, file_id=file_id, number=n) for n in range(1, first["parts"]))]
    return b"".join(b64decode(part["content_base64"]) for part in parts)


def ordered(house: Service, draft_id: str) -> str:
    house.ask("add_to_cart", ERIKA, draft_id=draft_id)
    return str(house.ask("place_order", ERIKA, "order", expected_total_cents=0)["cases"][0]["case_id"])


def on_disk(house: Service) -> list[Path]:
    return [path for path in (house.settings.var_dir / "files").rglob("*") if path.is_file()]


def refusal(call: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as failure:
        call()
    return failure.value.fields


def test_a_file_comes_in_parts_and_goes_as_it_came(house: Service):
    draft_id = draft_of(house)
    file = attach(house, draft_id)
    assert (file["filename"], file["kind"], file["size"], file["state"], file["is_scanned"]) == (
        "Police.pdf", "pdf", len(PDF), "ready", False,
    )  # fmt: skip
    assert read(house, ERIKA, file["file_id"]) == PDF
    assert house.ask("list_draft_files", ERIKA, draft_id=draft_id)["files"] == [file]


def test_the_disk_holds_nothing_readable(house: Service):
    attach(house, draft_of(house))
    [path] = on_disk(house)
    assert path.stat().st_mode & 0o077 == 0
    assert b"Unverwechselbar" not in path.read_bytes()
    assert b"%PDF" not in path.read_bytes()
    assert path.stat().st_size == len(PDF) + 2 * (SEALED_BYTES - PART_BYTES)


def test_parts_that_changed_places_or_files_are_noticed(house: Service):
    draft_id = draft_of(house)
    first, second = attach(house, draft_id), attach(house, draft_id, filename="Zweite.pdf")
    store = FolderStore(house.settings.var_dir / "files")
    store.put(first["file_id"], 0, store.get(second["file_id"], 0))
    with pytest.raises(Internal):
        read(house, ERIKA, first["file_id"])
    assert read(house, ERIKA, second["file_id"]) == PDF


def test_a_part_may_come_twice_and_in_any_order(house: Service):
    file_id = begin(house, draft_of(house), len(PDF))
    send(house, file_id, 1, PDF[PART_BYTES:])
    send(house, file_id, 0, b"x" * PART_BYTES)
    send(house, file_id, 0, PDF[:PART_BYTES])
    house.ask("finish_upload", ERIKA, file_id=file_id)
    assert read(house, ERIKA, file_id) == PDF


@pytest.mark.parametrize("missing", [0, 1])
def test_a_file_with_a_missing_part_is_not_taken_and_can_be_completed(house: Service, missing: int):
    draft_id = draft_of(house)
    file_id = begin(house, draft_id, len(PDF))
    parts = [PDF[:PART_BYTES], PDF[PART_BYTES:]]
    send(house, file_id, 1 - missing, parts[1 - missing])
    with pytest.raises(Conflict) as failure:
        house.ask("finish_upload", ERIKA, file_id=file_id)
    assert failure.value.slug == "applications.upload_incomplete"
    with pytest.raises(NotFound):
        house.ask("get_file_part", ERIKA, file_id=file_id, number=0)
    send(house, file_id, missing, parts[missing])
    assert house.ask("finish_upload", ERIKA, file_id=file_id)["state"] == "ready"
    with pytest.raises(Conflict):
        send(house, file_id, 0, parts[0])


def test_a_part_that_is_too_long_is_refused_and_one_that_is_too_short_is_noticed(house: Service):
    file_id = begin(house, draft_of(house), len(PDF))
    for number, content in ((1, PDF[:PART_BYTES]), (2, b"x"), (40, b"x")):
        assert refusal(lambda n=number, c=content: send(house, file_id, n, c)) == {"content_base64": ["too_long"]}
    send(house, file_id, 0, PDF[:100])
    send(house, file_id, 1, PDF[PART_BYTES:])
    with pytest.raises(Conflict):
        house.ask("finish_upload", ERIKA, file_id=file_id)


def test_a_size_that_only_the_end_tells_is_kept_then(house: Service):
    draft_id = draft_of(house)
    data = {"draft_id": draft_id, "place": PLACE, "filename": "Police.pdf"}
    file_id = house.ask("begin_upload", ERIKA, **data)["file_id"]
    for number in range(2):
        send(house, file_id, number, PDF[number * PART_BYTES :][:PART_BYTES])
    for wrong in (len(PDF) - 1, len(PDF) + 1, PART_BYTES, None):
        with pytest.raises(Conflict):
            house.ask("finish_upload", ERIKA, file_id=file_id, size=wrong)
    assert house.ask("finish_upload", ERIKA, file_id=file_id, size=len(PDF))["size"] == len(PDF)
    assert read(house, ERIKA, file_id) == PDF


def test_ten_megabytes_are_taken_and_one_byte_more_is_not(house: Service):
    draft_id = draft_of(house)
    assert begin(house, draft_id, MOST_BYTES)
    assert refusal(lambda: begin(house, draft_id, MOST_BYTES + 1)) == {"file": ["attachment_too_large"]}
    assert refusal(lambda: begin(house, draft_id, 0)) == {"file": ["file_empty"]}


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (b"MZ\x90\x00" + b"\x00" * 100, "Police.pdf"),
        (b"#!/bin/sh\nrm -r /\n", "Police.pdf"),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'/>", "bild.png"),
        (b"<html><script>alert(1)</script></html>", "Police.pdf"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + b"\x00" * 200, "Police.pdf"),
        (b"GIF89a\x01\x00\x01\x00", "bild.png"),
        (b"\x00", "Police.pdf"),
    ],
)
def test_the_content_says_what_a_file_is_and_not_its_name(house: Service, content: bytes, filename: str):
    draft_id = draft_of(house)
    assert refusal(lambda: attach(house, draft_id, content, filename)) == {"file": ["file_kind"]}
    assert house.ask("list_draft_files", ERIKA, draft_id=draft_id)["files"] == []
    assert on_disk(house) == []


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.4\n%\xe2\xe3", "pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "jpeg"),
        (b"\xff\xd8\xff\xe1\x00\x18Exif\x00\x00", "jpeg"),
        (PNG, "png"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "webp"),
        (b"II*\x00\x08\x00\x00\x00", "tiff"),
        (b"MM\x00*\x00\x00\x00\x08", "tiff"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
        (b"", None),
        (b"hello", None),
    ],
)
def test_kinds_by_their_signatures(head: bytes, kind: str | None):
    assert attaching.kind_of(head) == kind


def test_a_picture_named_like_a_document_is_taken_for_a_picture(house: Service):
    assert attach(house, draft_of(house), PNG, "Police.pdf")["kind"] == "png"


@pytest.mark.parametrize(
    ("filename", "kept"),
    [
        ("Foto.PNG", "Foto.PNG"),
        ("Police.pdf", "Police.pdf.png"),
        ("rechnung.png.bat", "rechnung.png.bat.png"),
        ("scan", "scan.png"),
    ],
)
def test_a_name_ends_as_what_the_file_is_so_that_no_device_runs_it(house: Service, filename: str, kept: str):
    assert attach(house, draft_of(house), PNG, filename)["filename"] == kept


@pytest.mark.parametrize(
    ("filename", "shown"),
    [
        ("Police Müller & Söhne (2026).pdf", "Police Müller & Söhne (2026).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Erika\\Police.pdf", "Police.pdf"),
        ("rechnung\u202efdp.exe", "rechnungfdp.exe"),
        ("..", "file"),
        ("a/", "file"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_names_are_shown_as_typed_but_lead_nowhere_and_lie_about_nothing(filename: str, shown: str):
    assert attaching.shown_name(filename) == shown


def test_a_place_takes_as_many_as_it_says(house: Service, required: None):
    draft_id = draft_of(house)
    open_upload = begin(house, draft_id, len(PDF), "Offen.pdf")
    attach(house, draft_id)
    assert refusal(lambda: begin(house, draft_id, 10, "Dritte.pdf")) == {"file": ["too_many_files"]}
    for number in range(2):
        send(house, open_upload, number, PDF[number * PART_BYTES :][:PART_BYTES])
    assert refusal(lambda: house.ask("finish_upload", ERIKA, file_id=open_upload)) == {"file": ["too_many_files"]}
    elsewhere = {"draft_id": draft_id, "place": "elsewhere", "filename": "a"}
    assert refusal(lambda: house.ask("begin_upload", ERIKA, **elsewhere)) == {"place": ["choice"]}


def test_what_is_required_is_required_until_it_is_there(house: Service, required: None):
    draft_id = draft_of(house)
    missing = {f"attachments.{PLACE}": ["file_required"]}
    assert house.ask("get_draft", ERIKA, draft_id=draft_id)["errors"] == missing
    assert refusal(lambda: house.ask("add_to_cart", ERIKA, draft_id=draft_id)) == missing
    file = attach(house, draft_id)
    assert house.ask("add_to_cart", ERIKA, draft_id=draft_id)["is_in_cart"]
    house.ask("remove_file", ERIKA, file_id=file["file_id"])
    assert not house.ask("get_draft", ERIKA, draft_id=draft_id)["is_in_cart"]
    assert on_disk(house) == []
    applications = [{"service": DOG, "ars": SOEGEL, "answers": answers(DOG)}]
    assert refusal(lambda: house.ask("submit_applications", ERIKA, applications=applications)) == {
        f"applications.0.answers.attachments.{PLACE}": ["file_required"]
    }


def test_who_applies_at_once_names_the_draft_with_the_files(house: Service, required: None):
    draft_id = str(house.ask("start_draft", ERIKA, "empty", service=DOG, ars=SOEGEL, answers={})["draft_id"])
    wanted = {"service": DOG, "ars": SOEGEL, "answers": answers(DOG), "draft_id": draft_id}
    assert refusal(lambda: house.ask("submit_applications", ERIKA, applications=[wanted])) == {
        f"applications.0.answers.attachments.{PLACE}": ["file_required"]
    }
    file = attach(house, draft_id)
    order = house.ask("submit_applications", ERIKA, applications=[wanted])
    case_id = order["cases"][0]["case_id"]
    assert read(house, CLERK, file["file_id"], "get_case_file_part") == PDF
    assert house.ask("get_case", CLERK, case_id=case_id)["answers"]["dog_name"] == answers(DOG)["dog_name"]
    with pytest.raises(NotFound):
        house.ask("get_draft", ERIKA, draft_id=draft_id)
    assert house.ask("submit_applications", ERIKA, applications=[wanted]) == order, "the same key gives the same answer"
    with pytest.raises(NotFound, match="no_draft"):
        house.ask("submit_applications", ERIKA, "another", applications=[wanted])


def test_a_draft_of_something_or_somebody_else_goes_with_no_application(house: Service):
    draft_id = draft_of(house)
    wanted = {"service": DOG, "ars": SOEGEL, "answers": answers(DOG), "draft_id": draft_id}
    twice = refusal(lambda: house.ask("submit_applications", ERIKA, applications=[wanted, wanted]))
    assert twice == {"applications.1.draft_id": ["choice"]}
    elsewhere = {**wanted, "ars": portal.LINGEN}
    assert refusal(lambda: house.ask("submit_applications", ERIKA, applications=[elsewhere])) == {
        "applications.0.draft_id": ["choice"]
    }
    with pytest.raises(NotFound, match="no_draft"):
        house.ask("submit_applications", citizen(), applications=[wanted])
    assert house.ask("get_draft", ERIKA, draft_id=draft_id)["answers"] == answers(DOG), "nothing has happened to it"


def test_a_place_that_no_answer_asks_for_asks_for_nothing_and_sends_nothing(house: Service):
    asking(house, required=True, when={"is_found_dangerous": True})
    draft_id = draft_of(house)
    house.ask("save_draft", ERIKA, draft_id=draft_id, answers=answers(DOG, is_found_dangerous=True))
    assert house.ask("get_draft", ERIKA, draft_id=draft_id)["errors"] == {f"attachments.{PLACE}": ["file_required"]}
    attach(house, draft_id)
    assert not house.ask("get_draft", ERIKA, draft_id=draft_id)["errors"]
    house.ask("save_draft", ERIKA, draft_id=draft_id, answers=answers(DOG, is_found_dangerous=False))
    assert house.ask("list_draft_files", ERIKA, draft_id=draft_id)["attachments"] == []
    assert refusal(lambda: begin(house, draft_id, 10)) == {"place": ["choice"]}
    case_id = ordered(house, draft_id)
    assert house.ask("list_case_files", CLERK, case_id=case_id)["files"] == []


def test_files_go_with_the_order_and_only_the_office_reads_them(house: Service):
    draft_id = draft_of(house)
    file = attach(house, draft_id)
    begin(house, draft_id, 100, "Nie angekommen.pdf")
    case_id = ordered(house, draft_id)
    for method, who in (("list_application_files", ERIKA), ("list_case_files", CLERK)):
        listed = house.ask(method, who, case_id=case_id)
        assert listed["files"] == [{**file, "is_sent": True}]
        assert [place["name"] for place in listed["attachments"]] == [PLACE]
    assert read(house, ERIKA, file["file_id"]) == PDF
    assert read(house, CLERK, file["file_id"], "get_case_file_part") == PDF
    for method, who in (("get_file_part", citizen()), ("get_case_file_part", clerk(f"{SOEGEL}/standesamt"))):
        with pytest.raises(NotFound):
            house.ask(method, who, file_id=file["file_id"], number=0)
    with pytest.raises(NotFound):
        house.ask("remove_file", ERIKA, file_id=file["file_id"])


def test_that_an_office_opened_a_file_is_written_down_once_a_reading(house: Service):
    draft_id = draft_of(house)
    file = attach(house, draft_id)
    case_id = ordered(house, draft_id)
    read(house, CLERK, file["file_id"], "get_case_file_part")
    entries = house.ask("list_audit_entries", ERIKA, of="myself")["entries"]
    assert [entry["action"] for entry in entries].count("case.file_viewed") == 1
    house.ask("list_case_files", CLERK, case_id=case_id)
    entries = house.ask("list_audit_entries", ERIKA, of="myself")["entries"]
    assert [entry["action"] for entry in entries].count("case.files_listed") == 1


def test_files_of_a_draft_are_their_owners(house: Service):
    draft_id = draft_of(house)
    file = attach(house, draft_id)
    other, unpaid = citizen(), clerk(f"{SOEGEL}/steueramt")
    for call in (
        lambda: house.ask("list_draft_files", other, draft_id=draft_id),
        lambda: begin(house, draft_id, 10, "Fremd.pdf", other),
        lambda: send(house, file["file_id"], 0, b"x", other),
        lambda: house.ask("finish_upload", other, file_id=file["file_id"]),
        lambda: house.ask("remove_file", other, file_id=file["file_id"]),
        lambda: house.ask("get_file_part", other, file_id=file["file_id"], number=0),
        lambda: house.ask("get_case_file_part", unpaid, file_id=file["file_id"], number=0),
    ):
        with pytest.raises(NotFound):
            call()


def test_what_the_scanner_finds_is_refused_and_gone(house: Service, scanner: FakeScanner):
    draft_id = draft_of(house)
    assert attach(house, draft_id)["is_scanned"]
    assert scanner.seen == PDF
    infected = b"%PDF-1.7\n" + b"X" * PART_BYTES + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
    assert refusal(lambda: attach(house, draft_id, infected, "Böse.pdf")) == {"file": ["file_infected"]}
    assert len(house.ask("list_draft_files", ERIKA, draft_id=draft_id)["files"]) == 1
    assert len(on_disk(house)) == 1


def test_while_the_scanner_is_away_nothing_is_lost_and_nothing_is_ordered(house: Service, scanner: FakeScanner):
    draft_id = draft_of(house)
    scanner.is_away = True
    with pytest.raises(Unavailable) as failure:
        attach(house, draft_id)
    assert failure.value.slug == "applications.scanner_away"
    [file] = house.ask("list_draft_files", ERIKA, draft_id=draft_id)["files"]
    assert file["state"] == "unchecked"
    assert refusal(lambda: house.ask("add_to_cart", ERIKA, draft_id=draft_id)) == {f"attachments.{PLACE}": ["file_unchecked"]}
    scanner.is_away = False
    assert house.ask("finish_upload", ERIKA, file_id=file["file_id"])["state"] == "ready"
    assert house.ask("add_to_cart", ERIKA, draft_id=draft_id)["is_in_cart"]


def age_on_disk(house: Service) -> None:
    import os

    for path in on_disk(house):
        os.utime(path, (0, 0))


def sweep(house: Service) -> None:
    swept = FileEntrypoints()
    swept.db, swept.settings = house.transactions, house.settings  # type: ignore[assignment]
    swept.sweep_files()


@pytest.mark.parametrize("end", ["discarded", "expired", "erased"])
def test_files_go_with_their_draft(house: Service, end: str):
    draft_id, kept = draft_of(house), draft_of(house, citizen(), "kept")
    attach(house, draft_id)
    with house.transactions.reading() as session:
        others = Actor("citizen", session.get_one(Draft, kept).account_id)
    attach(house, kept, who=others)
    if end == "discarded":
        house.ask("discard_draft", ERIKA, draft_id=draft_id)
    elif end == "erased":
        with house.transactions.transaction() as session:
            session.connection()
            from services.chassis import erased

            erased.create(session.connection())
            erasing.erase(session, account_id=ERIKA.own_id)
    else:
        with house.transactions.transaction() as session:
            session.get_one(Draft, kept).expires_at += timedelta(days=90)
        with clock.fixed(portal.NOW + timedelta(days=31)), house.transactions.transaction() as session:
            expiring.delete_expired_drafts(session)
    sweep(house)
    assert len(on_disk(house)) == 2, "fresh files may be those of a transaction under way"
    age_on_disk(house)
    sweep(house)
    assert len(on_disk(house)) == 1
    [file] = house.ask("list_draft_files", others, draft_id=kept)["files"]
    assert read(house, others, file["file_id"]) == PDF


def test_an_upload_that_was_given_up_goes_after_a_day(house: Service):
    draft_id = draft_of(house)
    begin(house, draft_id, len(PDF))
    with clock.fixed(portal.NOW + timedelta(days=2)):
        with house.transactions.transaction() as session:
            attaching.sweep(session, [])
        assert house.ask("list_draft_files", ERIKA, draft_id=draft_id)["files"] == []


def test_one_account_cannot_fill_the_disk(house: Service, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(attaching, "MOST_BYTES_IN_DRAFTS", 2 * MOST_BYTES)
    draft_id = draft_of(house)
    for n in range(2):
        begin(house, draft_id, MOST_BYTES, f"{n}.pdf")
    with pytest.raises(Conflict) as failure:
        begin(house, draft_id, 1, "Noch eine.pdf")
    assert failure.value.slug == "applications.too_many_files"


def test_a_file_is_exported_with_its_name(house: Service):
    attach(house, draft_of(house))
    records, after = [], None
    while True:
        page = house.ask("export_records", ERIKA, after=after, limit=50)
        records += page["records"]
        after = page["next"]
        if after is None:
            break
    [file] = [r["values"] for r in records if r["table"] == "files"]
    assert file["filename"] == "Police.pdf"
    assert "sealed_name" not in file


def test_who_may_only_read_for_another_attaches_nothing(house: Service):
    from services.contracts.actors import READER, Behalf

    reader = replace(citizen(), behalf=Behalf("organisation", ERIKA.own_id, "01890a5d-ac96-774b-bcce-b302099a8057", (), READER))
    draft_id = draft_of(house)
    with pytest.raises(Failure, match="only_reading"):
        begin(house, draft_id, 10, who=reader)


def test_operators_read_whether_the_scanner_answers_and_what_waits_for_it(house: Service, scanner: FakeScanner):
    operator = Actor("staff", ids.new_id(), roles=(Role("operator", "*"),))
    told = house.ask("get_scanner_state", operator)
    assert (told["is_reachable"], told["version"], told["error"], told["waiting"]) == (True, "ClamAV 1.0.7", "", 0)
    scanner.is_away = True
    with pytest.raises(Unavailable):
        attach(house, draft_of(house))
    told = house.ask("get_scanner_state", operator)
    assert (told["is_reachable"], told["version"], told["error"], told["waiting"]) == (False, "", "Connection refused", 1)


def test_without_a_scanner_that_is_what_operators_read(house: Service):
    told = house.ask("get_scanner_state", Actor("staff", ids.new_id(), roles=(Role("operator", "*"),)))
    assert (told["address"], told["is_reachable"], told["error"]) == ("", False, "")


def test_files_that_a_newer_form_has_no_place_for_are_named(house: Service):
    draft_id = draft_of(house)
    attach(house, draft_id)
    with house.transactions.transaction() as session:
        portal.publish(session, DOG, attachments=[])
    assert house.ask("renew_draft", ERIKA, draft_id=draft_id)["lost"] == [f"attachments.{PLACE}"]
