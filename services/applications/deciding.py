"""What an office does with a case, and how a case ends."""

from typing import Any

from sqlalchemy.orm import Session

from services.applications import casework, catalogue
from services.applications.model import Case
from services.chassis import clock
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Unavailable


def review_case(session: Session, actor: Actor, *, case_id: str) -> dict[str, Any]:
    """Take a case out of the queue to work on it. Raises conflict if somebody already has."""
    case = casework.of_clerk(session, actor, case_id)
    case.review(clock.now(), actor.own_id)
    casework.note_act(session, actor, "case.reviewed", case)
    return casework.view(case)


def decide_case(session: Session, actor: Actor, *, case_id: str, decision: str, reason: str | None) -> dict[str, Any]:
    """Approve or reject. Raises invalid if a rejection has no reason, conflict if it is decided already.

    Words beside an approval are not kept: nobody would read them. Where a service has a neutral answer, a rejection says that and
    nothing else.
    """
    case = casework.of_clerk(session, actor, case_id)
    if decision == "approve":
        case.approve(clock.now(), actor.own_id)
        casework.announce(session, "application.approved", case)
    else:
        case.reject(clock.now(), actor.own_id, neutral_answer(case.service) or reason)
        casework.announce(session, "application.rejected", case)
    casework.note_act(session, actor, "case.decided", case, decision=decision)
    return casework.view(case)


def neutral_answer(service: str) -> str | None:
    """The one answer that a refusal of this service gives, in both languages, so that nobody can tell why (BMG § 51 (2))."""
    described = catalogue.services().get(service)
    if described is None or described.neutral_answer is None:
        return None
    return "\n".join(described.neutral_answer[language] for language in ("de", "en"))


def mark_sent(session: Session, actor: Actor, *, case_id: str) -> dict[str, Any]:
    """The office has posted what was ordered. Raises conflict if the case is not approved or does not end by post."""
    case = casework.of_clerk(session, actor, case_id)
    case.send(clock.now(), actor.own_id)
    casework.announce(session, "application.completed", case)
    casework.note_act(session, actor, "case.sent", case)
    return casework.view(case)


def complete_case(session: Session, *, case_id: str, document_id: str, **_: Any) -> None:
    """A case's document exists: the case is done. Safe to repeat.

    Raises unavailable if the case is not here (yet), conflict if it has another document or is in no state for one.
    """
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise Unavailable("applications.case_not_known_yet", "The application is not known yet.")
    if case.document_id == document_id:
        return
    if case.document_id is not None:
        raise Conflict("applications.other_document", "The application has another document already.")
    case.issue(clock.now(), document_id)
    casework.announce(session, "application.completed", case)
