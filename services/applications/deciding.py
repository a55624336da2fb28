"""What an office does with a case, and how a case ends."""

from typing import Any

from sqlalchemy.orm import Session

from services.applications import attachments, casework, deadlines, drafting, editions, naming, neutral
from services.applications.model import Case, Offer
from services.chassis import clock
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Invalid, Unavailable


def review_case(session: Session, actor: Actor, *, case_id: str) -> dict[str, Any]:
    """Take a case out of the queue to work on it, back from the citizen, or a refusal back that waits for its day.

    Raises conflict if somebody already has.
    """
    case = casework.of_clerk(session, actor, case_id)
    asked = case.open_correction
    if asked is None:
        case.review(clock.now(), actor.own_id)
    else:
        attachments.drop(session, case)
        case.call_back(clock.now(), actor.own_id)
        deadlines.resume(case, asked.asked_at)
    casework.note_act(session, actor, "case.reviewed", case)
    return casework.office_view(case)


def decide_case(session: Session, actor: Actor, *, case_id: str, decision: str, reason: str | None) -> dict[str, Any]:
    """Approve or reject. Raises invalid if a rejection has no reason, conflict if it is decided already.

    Words beside an approval are not kept: nobody would read them. Where the service asks for four eyes, an approval waits for a
    second person. Where it has a neutral answer, a rejection says that and nothing else, and waits for its day.
    """
    case = casework.of_clerk(session, actor, case_id)
    if decision == "approve" and editions.of(case).service.four_eyes:
        case.propose(clock.now(), actor.own_id)
    elif decision == "approve":
        case.approve(clock.now(), actor.own_id)
        casework.announce(session, "application.approved", case)
    elif case.is_neutral:
        case.withhold(clock.now(), actor.own_id)
    else:
        case.reject(clock.now(), actor.own_id, reason)
        casework.announce(session, "application.rejected", case)
    casework.note_act(session, actor, "case.decided", case, decision=decision)
    return casework.office_view(case)


def confirm_decision(session: Session, actor: Actor, *, case_id: str, confirms: bool, note: str | None) -> dict[str, Any]:
    """Agree to an approval as the second person, or send it back with a note.

    Raises forbidden for who approved it first, invalid without a note for who gets it back.
    """
    case = casework.of_approver(session, actor, case_id)
    if confirms:
        case.confirm(clock.now(), actor.person_id)
        casework.announce(session, "application.approved", case)
        casework.note_act(session, actor, "case.confirmed", case)
        return casework.office_view(case)
    if not note:
        raise Invalid("invalid", "Please say why.", fields={"note": ["required"]})
    case.send_back(clock.now(), actor.person_id)
    casework.write_note(session, actor, case, note)
    casework.note_act(session, actor, "case.sent_back", case)
    return casework.office_view(case)


def hand_over_case(
    session: Session, actor: Actor, *, case_id: str, ars: str, note: str, office_id: str | None = None
) -> dict[str, Any]:
    """Give a case to the office that has the same service in another municipality, or to another office of the same one.

    Which offices there are, the caller has looked up. Raises invalid where the service is not offered, for an office of another
    municipality, or the one that has the case already; conflict where another office would tell something. What was paid stays
    paid to whom it was paid.
    """
    case = casework.of_clerk(session, actor, case_id)
    neutral.check(case)
    if office_id is None:
        offer = session.get(Offer, (case.service, ars))
        office_id = offer.office_id if offer is not None and not offer.is_withdrawn else None
    elif ars != case.ars or office_id.partition("/")[0] != ars:
        raise Invalid("invalid", "Within a municipality only.", fields={"office_id": ["choice"]})
    if office_id is None or office_id == case.office_id:
        raise Invalid("invalid", "This office cannot take the case.", fields={"ars": ["choice"]})
    casework.note_act(session, actor, "case.handed_over", case, to=office_id)
    casework.write_note(session, actor, case, note)
    case.hand_over(clock.now(), actor.person_id, ars, office_id)
    naming.index(session, case, editions.of(case).service.sections)
    casework.announce(session, "application.handed_over", case)
    return {"case_id": case.id, "ars": case.ars, "office_id": case.office_id}


def add_note(session: Session, actor: Actor, *, case_id: str, text: str) -> dict[str, Any]:
    """Write something down about a case, for the office."""
    case = casework.of_reader(session, actor, case_id)
    casework.write_note(session, actor, case, text)
    casework.note_act(session, actor, "case.noted", case)
    return casework.office_view(case)


def withdraw_application(session: Session, actor: Actor, *, case_id: str) -> dict[str, Any]:
    """The citizen takes an application back before it is decided; what was paid goes back as after a rejection."""
    case = casework.of_applicant(session, actor, case_id)
    attachments.drop(session, case)
    case.withdraw(clock.now(), actor.person_id)
    casework.announce(session, "application.withdrawn", case)
    drafting.note_act(session, actor, "application.withdrawn", case_id=case.id, service=case.service)
    return casework.view(case)


def mark_sent(session: Session, actor: Actor, *, case_id: str) -> dict[str, Any]:
    """The office has posted what was ordered. Raises conflict if the case is not approved or does not end by post."""
    case = casework.of_clerk(session, actor, case_id)
    case.send(clock.now(), actor.own_id)
    casework.announce(session, "application.completed", case)
    casework.note_act(session, actor, "case.sent", case)
    return casework.office_view(case)


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
