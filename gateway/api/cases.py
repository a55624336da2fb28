"""Operations of clerks on the cases of their offices."""

from gateway.api.operation import Operation
from services.contracts.actors import staff

CASE = "/cases/{case_id}"
READERS = staff("clerk", "approver")
DECIDERS = staff("clerk")

OPERATIONS = (
    Operation("GET", "/cases", "applications", "list_cases", "Cases of one's own offices, newest first", READERS),
    Operation("GET", CASE, "applications", "get_case", "A case with its answers and history", READERS),
    Operation("POST", f"{CASE}/review", "applications", "review_case", "Take a case into review", DECIDERS),
    Operation("POST", f"{CASE}/decision", "applications", "decide_case", "Approve or reject a case", DECIDERS),
    Operation("POST", f"{CASE}/dispatch", "applications", "mark_sent", "Say that the document was sent by post", DECIDERS),
)
