"""Contract of the files that citizens attach to an application: a part of that of `applications`."""

from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import fields, validate

from services.contracts import conditions, values
from services.contracts.forms import LONGEST_KEY
from services.contracts.registry import Method, Nothing, Reply, Request

PART_BYTES = 256 * 1024
"""A file crosses the bus in parts of this size; the last one may be smaller."""

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 20
"""Of one application."""

KINDS = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "tiff": "image/tiff",
    "heic": "image/heic",
}
"""What a file may be, told by its content, with the media type under which it is given out."""

PREFIX = "attachments."
"""Before the name of a place where it stands among names of questions."""

STATES = ("incomplete", "unchecked", "ready")
LONGEST_NAME = 150


def follows_from(place: Mapping[str, Any], names: Collection[str]) -> bool:
    """Whether a place for files is asked for with some answers to these questions only."""
    return not conditions.looked_at(place).isdisjoint(names)


class Attachment(Reply):
    """A place for files in a form."""

    name = fields.String(required=True)
    label = fields.Nested(values.Bilingual, required=True)
    help = fields.Nested(values.Bilingual, allow_none=True, load_default=None)
    required = fields.Boolean(required=True)
    when: fields.Field[Any] = fields.Dict(
        allow_none=True,
        load_default=None,
        metadata={"description": "Asked for only where the answers meet this condition; null: always."},
    )
    most = fields.Integer(load_default=5)
    kinds = fields.List(values.choice(*KINDS), load_default=lambda: ["pdf", "jpeg", "png"])


class AttachedFile(Reply):
    """A file. `incomplete` until all of it has come, `unchecked` while the virus scanner has not answered, then `ready`."""

    file_id = values.Id(required=True)
    place = fields.String(required=True, metadata={"description": "The name of the attachment it belongs to."})
    filename = fields.String(required=True)
    kind = values.choice(*KINDS, allow_none=True, required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    state = values.choice(*STATES, required=True)
    is_scanned = fields.Boolean(required=True, metadata={"description": "Whether a virus scanner has looked at it."})
    added_at = fields.AwareDateTime(required=True)
    correction = fields.Integer(
        allow_none=True,
        metadata={"description": "The number of the correction it came with; null: it came with the application."},
    )
    is_sent = fields.Boolean(metadata={"description": "Whether the office has it; false for what is still in a form."})


class Attachments(Reply):
    """The places for files that the form has for these answers, and the files in them."""

    attachments = fields.List(fields.Nested(Attachment), required=True)
    files = fields.List(fields.Nested(AttachedFile), required=True)


class DraftFiles(Request):
    """Of which form in progress."""

    draft_id = values.Id(required=True)


class CaseFiles(Request):
    """Of which application."""

    case_id = values.Id(required=True)


class Upload(Request):
    """A file is about to come. `size` is the number of its bytes; a form of a page does not know it before the end."""

    place = values.Text(most=LONGEST_KEY, required=True)
    filename = values.Text(most=1000, required=True)
    size = fields.Integer(
        strict=True, allow_none=True, load_default=None, validate=validate.Range(min=0, max=2**53, error="integer")
    )


class BeginUpload(DraftFiles, Upload):
    """A file for a form in progress is about to come."""


class BeginCorrectionUpload(CaseFiles, Upload):
    """A file for a place that the office asks about is about to come."""


class FileId(Request):
    """Which file."""

    file_id = values.Id(required=True)


class FinishUpload(FileId):
    """All of a file has come. `size` is the number of its bytes, if it was not told at the beginning."""

    size = fields.Integer(
        strict=True, allow_none=True, load_default=None, validate=validate.Range(min=1, max=MOST_BYTES, error="integer")
    )


class UploadPart(FileId):
    """A part of a file, counted from 0; sending it again replaces it."""

    number = fields.Integer(
        strict=True, required=True, validate=validate.Range(min=0, max=MOST_BYTES // PART_BYTES, error="integer")
    )
    content_base64 = fields.String(required=True, validate=validate.Length(min=1, max=PART_BYTES // 3 * 4 + 4, error="too_long"))


class PartOfFile(FileId):
    """Which part of a file, counted from 0."""

    number = fields.Integer(
        strict=True, required=True, validate=validate.Range(min=0, max=MOST_BYTES // PART_BYTES, error="integer")
    )


class FilePart(AttachedFile):
    """A part of a file, with what is known of the whole."""

    media_type = fields.String(required=True)
    parts = fields.Integer(required=True, metadata={"description": "How many parts there are."})
    content_base64 = fields.String(required=True)


class ScannerState(Reply):
    """The virus scanner as the process that answers sees it now."""

    address = fields.String(required=True, metadata={"description": "Where it is asked; empty where none is configured."})
    is_reachable = fields.Boolean(required=True)
    version = fields.String(required=True, metadata={"description": "As it tells itself; empty while it does not answer."})
    error = fields.String(required=True, metadata={"description": "Why it does not answer; empty while it does."})
    waiting = fields.Integer(required=True, metadata={"description": "Files that wait to be looked at."})


BEHALF = ("actors.only_reading", "actors.not_covered")
NO_FILE = ("applications.no_file",)

METHODS = {
    "list_draft_files": Method(DraftFiles, Attachments, errors=("applications.no_draft",)),
    "list_application_files": Method(CaseFiles, Attachments, errors=("applications.no_case",)),
    "list_case_files": Method(CaseFiles, Attachments, errors=("applications.no_case",)),
    "begin_upload": Method(
        BeginUpload,
        AttachedFile,
        idempotent=True,
        errors=("applications.no_draft", "applications.too_many_files", "invalid", *BEHALF),
    ),
    "begin_correction_upload": Method(
        BeginCorrectionUpload,
        AttachedFile,
        idempotent=True,
        errors=("applications.no_case", "applications.wrong_state", "invalid", *BEHALF),
    ),
    "add_upload_part": Method(UploadPart, AttachedFile, errors=(*NO_FILE, "applications.upload_over", "invalid", *BEHALF)),
    "finish_upload": Method(
        FinishUpload,
        AttachedFile,
        errors=(*NO_FILE, "applications.upload_incomplete", "applications.scanner_away", "invalid", *BEHALF),
    ),
    "get_scanner_state": Method(Nothing, ScannerState),
    "remove_file": Method(FileId, Nothing, errors=(*NO_FILE, *BEHALF)),
    "get_file_part": Method(PartOfFile, FilePart, errors=NO_FILE),
    "get_case_file_part": Method(PartOfFile, FilePart, errors=NO_FILE),
}
