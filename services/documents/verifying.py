"""Verifying: whoever holds a document may ask whether it is genuine."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.contracts.errors import NotFound
from services.documents import codes
from services.documents.model import Document


def verify_document(session: Session, *, code: str) -> dict[str, Any]:
    """What the document with this code is. Raises not_found; with 80 random bits, trying codes leads nowhere."""
    document = session.scalar(select(Document).where(Document.verification_code == codes.as_printed(code)))
    if document is None:
        raise NotFound("documents.unknown_code", "There is no document with this code.")
    return document.as_verification()
