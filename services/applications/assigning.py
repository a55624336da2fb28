"""Whose a case is: a clerk takes it, gives it to a colleague of the same office, or gives it back."""

from typing import Any

from sqlalchemy.orm import Session

from services.applications import casework
from services.chassis import audit
from services.contracts.actors import Actor
from services.contracts.errors import Invalid


def assign_case(
    session: Session, actor: Actor, *, case_id: str, assignee_id: str | None, clerks: frozenset[str]
) -> dict[str, Any]:
    """Raises invalid for somebody who is no clerk of the office (`clerks` are those), conflict once nothing is left to do."""
    case = casework.of_clerk(session, actor, case_id)
    if assignee_id not in (None, actor.person_id) and assignee_id not in clerks:
        raise Invalid("invalid", "Some fields need another look.", fields={"assignee_id": ["choice"]})
    case.assign(assignee_id)
    # Without the citizen as its subject: they read which office saw their data, not who of the staff has the case.
    about = {"case_id": case.id, "service": case.service, "assignee_id": assignee_id}
    audit.record(session, actor, "case.assigned", office_id=case.office_id, reason="casework", about=about)
    return casework.office_view(case)
