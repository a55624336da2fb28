"""Documents, and what is promised to a case before its document exists."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.chassis.columns import UtcDateTime


class Entity(DeclarativeBase):
    """Everything that `documents` stores."""


class Reservation(Entity):
    """The id and the code that the document of a case will carry, so that rendering it again gives the same bytes."""

    __tablename__ = "reservations"

    case_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    document_id: Mapped[str] = mapped_column(String(36), unique=True)
    verification_code: Mapped[str] = mapped_column(String(20), unique=True)
    reserved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Document(Entity):
    """A document that was issued; it never changes. Its content lies in the blob store under its SHA-256."""

    __tablename__ = "documents"
    __table_args__ = (Index("documents_of_account", "account_id", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(36), unique=True)
    account_id: Mapped[str] = mapped_column(String(36))
    grant_id: Mapped[str | None] = mapped_column(String(36))
    service: Mapped[str] = mapped_column(String(80))
    ars: Mapped[str] = mapped_column(String(12))
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    municipality: Mapped[str] = mapped_column(String(200))
    office: Mapped[dict[str, str]] = mapped_column(JSON)
    filename: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    verification_code: Mapped[str] = mapped_column(String(20), unique=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def as_dict(self) -> dict[str, Any]:
        """The document as its owner sees it."""
        return {
            "document_id": self.id,
            "case_id": self.case_id,
            "service": self.service,
            "ars": self.ars,
            "title": self.title,
            "filename": self.filename,
            "size": self.size,
            "sha256": self.sha256,
            "verification_code": self.verification_code,
            "issued_at": self.issued_at,
        }

    def as_verification(self) -> dict[str, Any]:
        """The document as anyone with its code may know it: nothing of its holder."""
        return {
            "title": self.title,
            "municipality": self.municipality,
            "office": self.office,
            "issued_at": self.issued_at,
            "sha256": self.sha256,
            "size": self.size,
        }
