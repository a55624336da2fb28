"""Who sees which case: citizens their own, clerks those of their offices, documents what it has to write.

A case that this actor may not see does not exist for them: always not_found, never forbidden. An office sees a case from the
moment it enters its queue; one that still waits for its payment is the citizen's alone.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, selectinload, undefer

from services.applications import business_notices, deadlines, editions, origins, paying
from services.applications.model import Case, Note, Step
from services.chassis import audit, clock, ids, outbox
from services.chassis.ownership import own
from services.contracts.actors import Actor
from services.contracts.errors import NotFound
from services.contracts.values import euros

READERS = ("clerk", "approver")
"""Roles that see the cases of their offices; only a clerk works on them."""
WHOLE = (undefer(Case.sealed_answers), undefer(Case.sealed_taken), undefer(Case.sealed_identity), selectinload(Case.history))


def list_applications(session: Session, actor: Actor, *, state: str | None, before: str | None, limit: int) -> dict[str, Any]:
    """A page of one's own cases, newest first."""
    return _page(session, own(Case, actor), state, before, limit)


def get_application(session: Session, actor: Actor, *, case_id: str) -> dict[str, Any]:
    """One's own case."""
    return view(_only(session, select(Case).where(Case.id == case_id, own(Case, actor))))


def get_sent(session: Session, actor: Actor, *, case_id: str) -> dict[str, Any]:
    """What was sent with one's own case, as `documents` writes the copy of it, and to which office."""
    case = _only(session, select(Case).where(Case.id == case_id, own(Case, actor)))
    service, course = editions.of(case).service, origins.course(case)
    corrected = [(asked, course.after[asked.number]) for asked in case.corrections if asked.number in course.after]
    return {
        "office_id": case.office_id,
        "sent": {
            "case_id": case.id,
            "service_name": service.name,
            "placed_at": case.order.placed_at,
            "submitted_at": case.submitted_at,
            "sections": service.sections,
            "answers": course.answers,
            "corrected_at": course.since.answered_at if course.since else None,
            "corrections": [
                {"answered_at": asked.answered_at, "changed": asked.changed, "answers": after} for asked, after in corrected
            ],
        },
    }


def get_case(session: Session, actor: Actor, *, case_id: str) -> dict[str, Any]:
    """A case of one of the offices in which the actor is clerk or approver; that they saw it is written down."""
    case = of_reader(session, actor, case_id)
    note_act(session, actor, "case.viewed", case)
    return office_view(case)


def open_document(session: Session, actor: Actor, *, case_id: str) -> str:
    """The number of the document of a case, for its office; it is written down. Raises not_found where there is none."""
    case = of_reader(session, actor, case_id)
    if case.document_id is None:
        raise NotFound("applications.no_document", "There is no document of this application.")
    note_act(session, actor, "case.document_viewed", case)
    return case.document_id


def open_notices(session: Session, actor: Actor, *, case_id: str) -> str:
    """The order of a case whose notices somebody of its office is about to read; it is written down."""
    case = of_reader(session, actor, case_id)
    note_act(session, actor, "case.notices_listed", case)
    return case.order_id


def get_case_for_document(session: Session, _actor: Actor, *, case_id: str) -> dict[str, Any]:
    """What the document of an approved case is written from; not_found for a case that has no document to come."""
    case = _only(session, select(Case).where(Case.id == case_id, Case.approved_at.is_not(None), Case.ending == "document"))
    service = editions.of(case).service
    return {
        **summary(case),
        "account_id": case.account_id,
        "service_name": service.name,
        "template": service.template,
        "answers": case.answers,
        "sections": service.sections,
        "legal_basis": service.legal_basis,
        "approved_at": case.approved_at,
        "grant_id": case.grant_id,
    }


def of_clerk(session: Session, actor: Actor, case_id: str) -> Case:
    """The case, if it is in the queue of one of the clerk's offices. Raises not_found otherwise."""
    return _of_office(session, actor, case_id, ("clerk",))


def of_approver(session: Session, actor: Actor, case_id: str) -> Case:
    """The case, if the actor is the second approver of its office. Raises not_found otherwise."""
    return _of_office(session, actor, case_id, ("approver",))


def of_reader(session: Session, actor: Actor, case_id: str) -> Case:
    """The case, if it is one of the offices in which the actor is clerk or approver. Raises not_found otherwise."""
    return _of_office(session, actor, case_id, READERS)


def of_applicant(session: Session, actor: Actor, case_id: str) -> Case:
    """One's own case, to be acted on. Raises not_found for another's, forbidden for one who acts for somebody and may not."""
    case = _only(session, select(Case).where(Case.id == case_id, own(Case, actor)))
    actor.check_applying(case.service)
    return case


def write_note(session: Session, actor: Actor, case: Case, text: str) -> None:
    """Keep what staff wrote down about a case, at the office whose it is now."""
    note = Note(id=ids.new_id(), account_id=actor.person_id, office_id=case.office_id, at=clock.now())
    case.notes.append(note)
    note.text = text


def _of_office(session: Session, actor: Actor, case_id: str, roles: Sequence[str]) -> Case:
    case = _only(session, select(Case).where(Case.id == case_id, Case.state != "awaiting_payment"))
    if not any(actor.has_role(role, case.office_id) for role in roles):
        raise no_case()
    return case


def summary(case: Case) -> dict[str, Any]:
    """A case in a list, as its applicant is told of it."""
    return {
        "case_id": case.id,
        "order_id": case.order_id,
        "service": case.service,
        "ars": case.ars,
        "office_id": case.office_id,
        "state": case.told_state,
        "fee": euros(case.fee_cents),
        "ending": case.ending,
        "submitted_at": case.submitted_at,
        "changed_at": case.told_changed_at,
        "acted_by": case.acted_by,
        "behalf": case.behalf,
        "due_on": case.due_on,
    }


def office_summary(case: Case) -> dict[str, Any]:
    """A case in the office's list: also whose it is, and whether its time is running out."""
    known = {"state": case.state, "changed_at": case.changed_at, "answer_at": case.answer_at}
    return {**summary(case), **known, "assignee_id": case.assignee_id, "urgency": deadlines.urgency(case)}


def office_view(case: Case) -> dict[str, Any]:
    """A case whole, as the office sees it."""
    service = editions.of(case).service
    notes = [
        {"account_id": note.account_id, "office_id": note.office_id, "at": note.at, "text": note.text} for note in case.notes
    ]
    return {
        **view(case),
        **office_summary(case),
        "history": _course(case, case.history),
        "neutral_answer": service.neutral_answer if case.is_neutral else None,
        "office_hint": service.office_hint,
        "notes": notes,
        "proposed_by": case.proposed_by,
        "payment": paying.facts(case),
        "identity": case.identity,
    }


def view(case: Case) -> dict[str, Any]:
    """A case whole, as its applicant is told of it."""
    published, course = editions.of(case), origins.course(case)
    service = published.service
    return {
        **summary(case),
        "account_id": case.account_id,
        "answers": case.answers,
        "taken": case.taken or [],
        "version": published.number,
        "level": service.level,
        "sections": service.sections,
        "attachments": service.attachments,
        "reason": case.reason,
        "is_neutral": case.is_neutral,
        "deadline": service.deadline,
        "four_eyes": service.four_eyes,
        "corrections": [
            {
                "fields_": asked.fields,
                "message": asked.message,
                "asked_at": asked.asked_at,
                "answered_at": asked.answered_at,
                "changed": asked.changed,
                "before": asked.before if asked.number in course.after else None,
                "after": course.after.get(asked.number),
            }
            for asked in case.corrections
        ],
        "document_id": case.document_id,
        "transmissions": business_notices.transmissions(case.service, service.sections),
        "history": _course(case, case.told_history),
    }


def note_act(session: Session, actor: Actor, action: str, case: Case, **about: Any) -> None:
    """Write into the audit log what staff saw of a case or did with it: the citizen can read that.

    Not where the answer is neutral: how often an office looked would tell what it found. Then nobody is the subject.
    """
    told = {"case_id": case.id, "service": case.service, **about}
    subject_id = None if case.is_neutral else case.account_id
    audit.record(session, actor, action, subject_id=subject_id, office_id=case.office_id, reason="casework", about=told)


def announce(session: Session, event: str, case: Case) -> None:
    """Publish what happened to a case."""
    outbox.publish(
        session,
        event,
        subject=case.id,
        data={
            "case_id": case.id,
            "order_id": case.order_id,
            "account_id": case.account_id,
            "service": case.service,
            "ars": case.ars,
            "office_id": case.office_id,
            "ending": case.ending,
            "grant_id": case.grant_id,
        },
    )


def no_case() -> NotFound:
    """The answer for a case that is not there, or not for this actor."""
    return NotFound("applications.no_case", "There is no such application.")


def _course(case: Case, steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [
        {
            "state": step.state,
            "at": step.at,
            "by_applicant": step.account_id is not None and step.account_id == case.acted_by,
            "event": step.event,
            "office_id": step.office_id,
        }
        for step in steps
    ]


def _only(session: Session, question: Select[Case]) -> Case:
    case = session.scalar(question.options(*WHOLE))
    if case is None:
        raise no_case()
    return case


def _page(session: Session, mine: ColumnElement[bool], state: str | None, before: str | None, limit: int) -> dict[str, Any]:
    question = select(Case).where(mine)
    if state is not None:
        question = question.where(Case.told_state == state)
    if before:
        question = question.where(Case.id < before)
    found = session.scalars(question.order_by(Case.id.desc()).limit(limit + 1)).all()
    return {"cases": [summary(case) for case in found[:limit]], "more": len(found) > limit}
