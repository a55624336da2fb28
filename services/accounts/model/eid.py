"""Electronic identities that accounts are linked with, and the requests to a provider that wait for an answer."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.model.entity import Entity
from services.chassis.columns import UtcDateTime

EID_ANSWER_WITHIN = timedelta(minutes=15)


class ElectronicIdentity(Entity):
    """The electronic identity of an account: one each, and none of two accounts. The provider's name for it is kept as a hash."""

    __tablename__ = "electronic_identities"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    provider: Mapped[str] = mapped_column(String(200))
    subject_hash: Mapped[str] = mapped_column(String(64), unique=True)
    level: Mapped[str] = mapped_column(String(12))
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def as_dict(self) -> dict[str, object]:
        """As its holder sees it."""
        return {
            "provider": self.provider,
            "level": self.level,
            "linked_at": self.linked_at,
            "last_used_at": self.last_used_at,
        }


class EidRequest(Entity):
    """A request on its way to the provider of identities; its id is that of the SAML message.

    It is bound to the browser that began it. Once answered it holds what the provider said, sealed, and the hash of the ticket
    with which that browser fetches it; it is gone when it has been used.
    """

    __tablename__ = "eid_requests"

    id: Mapped[str] = mapped_column(String(50), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ticket_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    sealed_identity: Mapped[str | None] = mapped_column(Text)
