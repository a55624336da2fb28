"""Operations on files that are attached to a draft, and on those of an application or a case."""

from http import HTTPStatus

from gateway.api.operation import Operation
from services.contracts.actors import CITIZEN, staff

DRAFT = "/drafts/{draft_id}/files"
FILE = "/files/{file_id}"
CASE_READERS = staff("clerk", "approver")

OPERATIONS = (
    Operation("GET", DRAFT, "applications", "list_draft_files", "The files of a draft, and the places for them", CITIZEN),
    Operation(
        "POST",
        DRAFT,
        "applications",
        "begin_upload",
        "Say that a file is about to come",
        CITIZEN,
        HTTPStatus.CREATED,
        location="/files/{file_id}/part",
    ),
    Operation(
        "POST",
        "/applications/{case_id}/files",
        "applications",
        "begin_correction_upload",
        "Say that a file is about to come that the office asks for",
        CITIZEN,
        HTTPStatus.CREATED,
        location="/files/{file_id}/part",
    ),
    Operation(
        "PUT", f"{FILE}/part", "applications", "add_upload_part", "Send a part of a file: 262144 bytes, or the rest", CITIZEN
    ),
    Operation("POST", f"{FILE}/end", "applications", "finish_upload", "Say that all parts of a file have come", CITIZEN),
    Operation("GET", f"{FILE}/part", "applications", "get_file_part", "A part of one's own file", CITIZEN),
    Operation(
        "DELETE",
        FILE,
        "applications",
        "remove_file",
        "Take a file out of a draft or a correction",
        CITIZEN,
        HTTPStatus.NO_CONTENT,
    ),
    Operation(
        "GET",
        "/applications/{case_id}/files",
        "applications",
        "list_application_files",
        "One's own files",
        CITIZEN,
    ),
    Operation("GET", "/cases/{case_id}/files", "applications", "list_case_files", "The files of a case", CASE_READERS),
    Operation(
        "GET", "/cases/files/{file_id}/part", "applications", "get_case_file_part", "A part of a file of a case", CASE_READERS
    ),
)
