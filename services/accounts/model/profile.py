"""What is known of a person: each value with its level of trust and its origin."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.model.entity import Entity
from services.chassis.columns import UtcDateTime


class ProfileValue(Entity):
    """One value of a profile. `source` is `self`, `counter` or `eid`; `by` the office or the eID provider that verified it."""

    __tablename__ = "profile_values"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(300))
    level: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(10))
    by: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def is_verified(self, now: datetime) -> bool:
        """Whether somebody other than the person vouches for it, and still does."""
        return self.source != "self" and (self.valid_until is None or now < self.valid_until)
