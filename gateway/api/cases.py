"""Operations of clerks on the cases of their offices."""

from http import HTTPStatus

from gateway.api.documents import render_content
from gateway.api.operation import Operation
from services.contracts.actors import staff

CASE = "/cases/{case_id}"
READERS = staff("clerk", "approver")
DECIDERS = staff("clerk")
APPROVERS = staff("approver")
COUNTED = staff("clerk", "approver", "administrator")

OPERATIONS = (
    Operation("GET", "/cases", "applications", "list_cases", "Cases of one's own offices, filtered and sorted", READERS),
    Operation("POST", "/cases/search", "applications", "search_cases", "Cases of an applicant, by name", READERS),
    Operation("GET", CASE, "applications", "get_case", "A case with its answers and history", READERS),
    Operation(
        "GET",
        f"{CASE}/document",
        "applications",
        "get_case_document",
        "What came of a case, as PDF",
        READERS,
        render=render_content,
        media_type="application/pdf",
    ),
    Operation("GET", f"{CASE}/notices", "applications", "list_case_notices", "What the applicant was told of a case", READERS),
    Operation("POST", f"{CASE}/notes", "applications", "add_note", "Write a note for the office", READERS, HTTPStatus.CREATED),
    Operation(
        "POST", f"{CASE}/correction", "applications", "ask_for_correction", "Ask the citizen to correct some answers", DECIDERS
    ),
    Operation(
        "POST", f"{CASE}/confirmation", "applications", "confirm_decision", "Confirm an approval as the second person", APPROVERS
    ),
    Operation("POST", f"{CASE}/hand-over", "applications", "hand_over_case", "Give a case to another office", DECIDERS),
    Operation("PUT", f"{CASE}/assignee", "applications", "assign_case", "Say whose case it is", DECIDERS),
    Operation("POST", f"{CASE}/review", "applications", "review_case", "Take a case into review", DECIDERS),
    Operation("POST", f"{CASE}/decision", "applications", "decide_case", "Approve or reject a case", DECIDERS),
    Operation("POST", f"{CASE}/dispatch", "applications", "mark_sent", "Say that the document was sent by post", DECIDERS),
    Operation(
        "POST",
        "/batches",
        "applications",
        "start_batch",
        "One decision for many cases",
        DECIDERS,
        HTTPStatus.ACCEPTED,
        location="/batches/{batch_id}",
    ),
    Operation("GET", "/batches/{batch_id}", "applications", "get_batch", "How far a batch is", DECIDERS),
    Operation(
        "GET", "/statistics", "applications", "get_statistics", "What came in, what was decided, how long it took", COUNTED
    ),
    Operation("GET", "/statistics/forms", "applications", "get_form_statistics", "How far people came in the forms", COUNTED),
    Operation("GET", "/colleagues", "accounts", "list_colleagues", "Who works on the cases of the same offices", READERS),
    Operation("GET", "/deputies", "applications", "list_deputies", "Who stands in for whom", DECIDERS),
    Operation("POST", "/deputies", "applications", "name_deputy", "Name a deputy for a time", DECIDERS, HTTPStatus.CREATED),
    Operation("DELETE", "/deputies/{deputy_id}", "applications", "end_deputy", "End it", DECIDERS, HTTPStatus.NO_CONTENT),
)
