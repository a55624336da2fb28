"""Operations of clerks on the cases of their offices."""

from gateway.api.operation import Operation
from services.contracts.actors import STAFF

CASE = "/cases/{case_id}"

OPERATIONS = (
    Operation("GET", "/cases", "applications", "list_cases", "Cases of one's own offices, newest first", STAFF),
    Operation("GET", CASE, "applications", "get_case", "A case with its answers and history", STAFF),
    Operation("POST", f"{CASE}/review", "applications", "review_case", "Take a case into review", STAFF),
    Operation("POST", f"{CASE}/decision", "applications", "decide_case", "Approve or reject a case", STAFF),
    Operation("POST", f"{CASE}/dispatch", "applications", "mark_sent", "Say that the document was sent by post", STAFF),
)
