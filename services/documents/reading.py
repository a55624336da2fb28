"""Reading documents: only their owner does, and services that need them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.ownership import is_own, own
from services.contracts.actors import Actor
from services.contracts.errors import Invalid, NotFound
from services.documents.model import Document


def list_documents(session: Session, actor: Actor, *, case_id: str | None = None) -> dict[str, Any]:
    """One's own documents, newest first. A service names the case it asks for; raises invalid otherwise."""
    question = select(Document).order_by(Document.id.desc())
    if actor.kind != "service":
        question = question.where(own(Document, actor))
    elif case_id is None:
        raise Invalid("invalid", "Some fields need another look.", fields={"case_id": ["required"]})
    if case_id is not None:
        question = question.where(Document.case_id == case_id)
    return {"documents": [document.as_dict() for document in session.scalars(question)]}


def get_document(session: Session, actor: Actor, *, document_id: str) -> dict[str, Any]:
    """One document without its content. Raises not_found for somebody else's."""
    document = session.get(Document, document_id)
    if document is None or (actor.kind != "service" and not is_own(document, actor)):
        raise NotFound("documents.no_document", "There is no such document.")
    return document.as_dict()
