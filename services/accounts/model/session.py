"""Sessions."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.model.account import Account
from services.accounts.model.entity import Entity
from services.accounts.trust import Proofs
from services.chassis.columns import UtcDateTime


class SignedInSession(Entity):
    """One browser or API client that is signed in. Its token is known here by its SHA-256 only.

    `substantial_at` and `high_at` say when it was last proved to be at that level; what has lapsed is forgotten.
    """

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    substantial_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    high_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    browser: Mapped[str] = mapped_column(String(100), default="")
    device_id: Mapped[str | None] = mapped_column(String(36))
    account: Mapped[Account] = relationship()

    @property
    def proofs(self) -> Proofs:
        """What was proved in it and when, for the arithmetic of levels."""
        return Proofs(self.created_at, self.last_seen_at, self.substantial_at, self.high_at)

    def keep(self, proofs: Proofs) -> None:
        """Note a use or a new proof."""
        self.last_seen_at, self.substantial_at, self.high_at = proofs.last_used_at, proofs.substantial_at, proofs.high_at
