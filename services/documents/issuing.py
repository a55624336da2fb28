"""Issuing a document: what is promised to its case first, then the document itself, once."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.chassis import clock, ids, outbox
from services.documents import codes
from services.documents.letters import Letter
from services.documents.model import Document, Reservation


def reserve(session: Session, *, case_id: str) -> Reservation:
    """The id and the code that the document of this case carries, now and whenever it is asked again."""
    reservation = session.get(Reservation, case_id)
    if reservation is not None:
        return reservation
    mine = Reservation(case_id=case_id, document_id=ids.new_id(), verification_code=codes.new_code(), reserved_at=clock.now())
    try:
        with session.begin_nested():
            session.add(mine)
    except IntegrityError:
        # A second delivery of the same event, in another process, was first.
        return session.get_one(Reservation, case_id)
    return mine


def issue(
    session: Session,
    *,
    reservation: Reservation,
    case: dict[str, Any],
    office: dict[str, Any],
    letter: Letter,
    sha256: str,
    size: int,
) -> None:
    """Write down that the document exists, and say so. A case that has its document keeps it and hears nothing new."""
    if session.scalar(select(Document.id).where(Document.case_id == reservation.case_id)) is not None:
        return
    document = Document(
        id=reservation.document_id,
        case_id=reservation.case_id,
        account_id=case["account_id"],
        grant_id=case.get("grant_id"),
        service=case["service"],
        ars=case["ars"],
        title=letter.template.title,
        municipality=office["municipality"]["name"],
        office=office["name"],
        filename=letter.filename,
        size=size,
        sha256=sha256,
        verification_code=reservation.verification_code,
        issued_at=letter.issued_at,
    )
    session.add(document)
    facts = {name: getattr(document, name) for name in ("case_id", "account_id", "service", "ars", "grant_id")}
    outbox.publish(session, "document.issued", subject=document.id, data={"document_id": document.id, **facts})
