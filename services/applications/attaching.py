"""Files that citizens attach to a form: brought part by part, told by their content, given only to whom the form is given."""

import re
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import puremagic
from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from services.applications import attachments, casework, drafting, editions
from services.applications.attachments import Place
from services.applications.model import Case, Draft, File, wrong_state
from services.applications.providers.file_store import SealedFile
from services.chassis import clock, ids
from services.chassis.ownership import own
from services.contracts.actors import Actor
from services.contracts.attachments import KINDS, LONGEST_NAME, MOST_BYTES, MOST_FILES, PREFIX
from services.contracts.errors import Conflict, Invalid, NotFound

MOST_BYTES_IN_DRAFTS = 200 * 1024 * 1024
"""Of one account, in forms in progress."""

ABANDONED = timedelta(days=1)
"""A file that has not come whole by then will not."""

HEAD_BYTES = 4096
SIGNS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/webp": "webp",
    "image/tiff": "tiff",
    "image/heif": "heic",
    "image/heic": "heic",
}
ENDINGS = {
    "pdf": ("pdf",),
    "jpeg": ("jpg", "jpeg"),
    "png": ("png",),
    "webp": ("webp",),
    "tiff": ("tif", "tiff"),
    "heic": ("heic", "heif"),
}
"""How the names of files of a kind end, so that no device takes them for something to run."""
NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Control characters, and those that make a name read otherwise than it is (`photo\u202egpj.exe`)."""

BATCH = 500


@dataclass(frozen=True, slots=True)
class Whole:
    """A file as it stands in the database, with the key of its bytes, and what its place takes while it is in a draft."""

    file_id: str
    key: bytes
    size: int
    told: dict[str, Any]
    kinds: Sequence[str] = ()


def list_draft_files(session: Session, actor: Actor, *, draft_id: str) -> dict[str, Any]:
    """The files of one's own draft."""
    draft = drafting.own_draft(session, actor, draft_id)
    return {"attachments": _places(draft), "files": [view(file) for file in draft.files]}


def list_application_files(session: Session, actor: Actor, *, case_id: str) -> dict[str, Any]:
    """The files of one's own application."""
    case = session.scalar(select(Case).where(Case.id == case_id, own(Case, actor)))
    if case is None:
        raise casework.no_case()
    return _of_case(case, [*attachments.sent(case), *attachments.coming(case)])


def list_case_files(session: Session, actor: Actor, *, case_id: str) -> dict[str, Any]:
    """The files of a case of the clerk's offices; that they saw their names is written down, where there are any."""
    case = casework.of_reader(session, actor, case_id)
    files = attachments.sent(case)
    if files:
        casework.note_act(session, actor, "case.files_listed", case)
    return _of_case(case, files)


def begin_upload(session: Session, actor: Actor, *, draft_id: str, place: str, filename: str, size: int | None) -> dict[str, Any]:
    """A file is about to come; where its size is not told, room is kept for the largest.

    Raises invalid for a place that is not there or is full, and for a file too large or empty.
    Raises conflict where the citizen keeps too much in forms in progress already.
    """
    draft = drafting.changing(session, actor, draft_id)
    size = _room(_place(_places(draft), place), draft.files, size)
    kept = select(func.coalesce(func.sum(File.size), 0)).join(Draft, File.draft_id == Draft.id).where(own(Draft, actor))
    if (session.scalar(kept) or 0) + size > MOST_BYTES_IN_DRAFTS:
        raise Conflict("applications.too_many_files", "Please finish or discard some of your drafts first.")
    file = File(id=ids.new_id(), draft=draft, place=place, size=size, state="incomplete", is_scanned=False, added_at=clock.now())
    file.call(shown_name(filename))
    session.add(file)
    draft.touch(clock.now())
    return view(file)


def begin_correction_upload(
    session: Session, actor: Actor, *, case_id: str, place: str, filename: str, size: int | None
) -> dict[str, Any]:
    """A file that the office asked for is about to come; the office sees it when the correction is sent, beside those it has.

    Raises invalid as `begin_upload`, also for a place that was not asked for, and conflict where nothing is asked for.
    """
    case = casework.of_applicant(session, actor, case_id)
    asked = case.open_correction
    if asked is None:
        raise wrong_state("applications.wrong_state")
    size = _room(_place(_asked_places(case), place), attachments.coming(case), size)
    facts = {"state": "incomplete", "is_scanned": False, "added_at": clock.now()}
    file = File(id=ids.new_id(), case=case, place=place, correction=asked.number, size=size, **facts)
    file.call(shown_name(filename))
    session.add(file)
    return view(file)


def _room(place: Place, files: Sequence[File], size: int | None) -> int:
    """How many bytes are kept for one more file in this place. Raises invalid."""
    size = MOST_BYTES if size is None else size
    if not 0 < size <= MOST_BYTES:
        raise refused("attachment_too_large" if size else "file_empty")
    if len(files) >= MOST_FILES or len(attachments.here(files, place["name"])) >= place["most"]:
        raise refused("too_many_files")
    return size


def coming(session: Session, actor: Actor, *, file_id: str) -> Whole:
    """One's own file that is still coming, or waits for the scanner. Raises not_found, conflict if it is here already."""
    file = _own_upload(session, actor, file_id)
    if file.state == "ready":
        raise Conflict("applications.upload_over", "This file has been sent already.")
    return _whole(file, _around(file)[0]["kinds"])


def content_of(content_base64: str, most: int) -> bytes:
    """The bytes of a part. Raises invalid if they are more than this part can have."""
    try:
        content = b64decode(content_base64, validate=True)
    except (BadBase64, ValueError):
        raise Invalid("invalid", "A part is not base64.", fields={"content_base64": ["invalid"]}) from None
    if not 0 < len(content) <= most:
        raise Invalid("invalid", "A part is too long.", fields={"content_base64": ["too_long"]})
    return content


def kind_of(head: bytes) -> str | None:
    """What a file is, by its first bytes; None if it is none of the kinds that are taken. Nothing in it is interpreted."""
    try:
        found = puremagic.magic_string(head[:HEAD_BYTES])
    except (puremagic.PureError, ValueError):
        return None
    best = max(match.confidence for match in found)
    return next((SIGNS[m.mime_type] for m in found if m.confidence == best and m.mime_type in SIGNS), None)


def take(
    session: Session, actor: Actor, *, file_id: str, size: int, kind: str, state: str, is_scanned: bool = False
) -> dict[str, Any]:
    """The file has come whole and is what it should be. Raises invalid if its place is full."""
    file = _own_upload(session, actor, file_id)
    place, files = _around(file)
    if not file.kind and len(attachments.here(files, file.place)) >= place["most"]:
        raise refused("too_many_files")
    file.size, file.kind, file.state, file.is_scanned = size, kind, state, is_scanned
    if file.filename.rpartition(".")[2].lower() not in ENDINGS[kind]:
        file.call(shown_name(f"{file.filename}.{ENDINGS[kind][0]}"))
    if file.draft is not None:
        file.draft.touch(clock.now())
    return view(file)


def count_unchecked(session: Session) -> int:
    """How many files wait for the virus scanner."""
    return session.scalar(select(func.count()).select_from(File).where(File.state == "unchecked")) or 0


def remove_file(session: Session, actor: Actor, *, file_id: str) -> dict[str, Any]:
    """Delete a file that is not sent yet; what lies on the disk goes afterwards. A draft that needed it leaves the cart."""
    file = _own_upload(session, actor, file_id)
    draft = file.draft
    if draft is None:
        session.delete(file)
        return {}
    draft.touch(clock.now())
    draft.files.remove(file)
    session.delete(file)
    if attachments.errors(editions.of(draft).service, draft.answers, draft.files):
        draft.in_cart_since = None
    return {}


def own_file(session: Session, actor: Actor, file_id: str) -> Whole:
    """A file that has come, of one's own draft or application. Raises not_found."""
    mine = or_(File.draft.has(drafting.own_drafts(actor)), File.case.has(own(Case, actor)))
    return _whole(_only(session, select(File).where(File.id == file_id, File.kind.is_not(None), mine)))


def file_of_office(session: Session, actor: Actor, file_id: str) -> Whole:
    """A file of a case of the clerk's offices. Raises not_found."""
    return _whole(_of_office(session, actor, file_id)[0])


def open_file_of_office(session: Session, actor: Actor, file_id: str) -> Whole:
    """The same, and it is written down that they opened it."""
    file, case = _of_office(session, actor, file_id)
    casework.note_act(session, actor, "case.file_viewed", case, file_id=file.id)
    return _whole(file)


def part(found: Whole, content: SealedFile, number: int) -> dict[str, Any]:
    """A part of a file, as the contract shows it. Raises not_found for one that there is not."""
    if not content.length_of(number):
        raise _no_file()
    return {
        **found.told,
        "media_type": KINDS[found.told["kind"]],
        "parts": content.parts,
        "content_base64": b64encode(content.get(number)).decode(),
    }


def sweep(session: Session, there: Sequence[str]) -> list[str]:
    """Of these files on the disk, those of which nothing is known any more; uploads that were given up are forgotten first."""
    session.execute(delete(File).where(File.state == "incomplete", File.added_at < clock.now() - ABANDONED))
    known = set(session.scalars(select(File.id).where(File.id.in_(there))))
    return [file_id for file_id in there if file_id not in known]


def shown_name(filename: str) -> str:
    """The name as typed, without the folders some browsers send and without characters that lie about it."""
    name = NOT_IN_NAMES.sub("", filename.replace("\\", "/").rpartition("/")[2]).strip()
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if len(ending) < 10 else name[:LONGEST_NAME]  # noqa: PLR2004
    return name if name.strip(".") else "file"


def view(file: File) -> dict[str, Any]:
    """A file as the contract shows it."""
    return {
        "file_id": file.id,
        "place": file.place,
        "filename": file.filename,
        "kind": file.kind,
        "size": file.size,
        "state": file.state,
        "is_scanned": file.is_scanned,
        "added_at": file.added_at,
        "correction": file.correction,
        "is_sent": file.case is not None and file in attachments.sent(file.case),
    }


def refused(slug: str) -> Invalid:
    """A file that is not taken."""
    return Invalid("invalid", "This file cannot be taken.", fields={"file": [slug]})


def _of_case(case: Case, files: Sequence[File]) -> dict[str, Any]:
    return {"attachments": editions.of(case).service.attachments, "files": [view(file) for file in files]}


def _of_office(session: Session, actor: Actor, file_id: str) -> tuple[File, Case]:
    file = _only(session, select(File).where(File.id == file_id, File.case_id.is_not(None)))
    try:
        case = casework.of_reader(session, actor, str(file.case_id))
    except NotFound:
        raise _no_file() from None
    if file not in attachments.sent(case):
        raise _no_file()
    return file, case


def _whole(file: File, kinds: Sequence[str] = ()) -> Whole:
    return Whole(file.id, file.own_key, file.size, view(file), kinds)


def _places(draft: Draft) -> Sequence[Place]:
    return attachments.asked(editions.of(draft).service, draft.answers)


def _asked_places(case: Case) -> Sequence[Place]:
    names = case.open_correction.fields if case.open_correction else []
    return [place for place in editions.of(case).service.attachments if PREFIX + place["name"] in names]


def _place(places: Sequence[Place], name: str) -> Place:
    for place in places:
        if place["name"] == name:
            return place
    raise Invalid("invalid", "There is no such place for files.", fields={"place": ["choice"]})


def _around(file: File) -> tuple[Place, Sequence[File]]:
    """The place of a file that is not sent yet, and the files that count there."""
    if file.draft is not None:
        return _place(_places(file.draft), file.place), file.draft.files
    if file.case is None:
        raise _no_file()
    return _place(_asked_places(file.case), file.place), attachments.coming(file.case)


def _own_upload(session: Session, actor: Actor, file_id: str) -> File:
    """One's own file that is not sent yet, of a draft or of a correction."""
    actor.check_applying()
    mine = or_(File.draft.has(drafting.own_drafts(actor)), File.case.has(own(Case, actor)))
    file = _only(session, select(File).where(File.id == file_id, mine))
    if file.case is not None:
        actor.check_applying(file.case.service)
        if file not in attachments.coming(file.case):
            raise _no_file()
    return file


def _only(session: Session, question: Select[File]) -> File:
    file = session.scalar(question)
    if file is None:
        raise _no_file()
    return file


def _no_file() -> NotFound:
    return NotFound("applications.no_file", "There is no such file.")
