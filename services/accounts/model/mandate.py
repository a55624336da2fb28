"""Mandates: one person lets another act for them, for some services, until a day."""

from datetime import date, datetime, timedelta

from sqlalchemy import JSON, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.model.account import Account
from services.accounts.model.entity import Entity
from services.chassis import clock
from services.chassis.columns import UtcDateTime
from services.contracts.errors import Conflict

ANSWER_WITHIN = timedelta(days=14)
LONGEST = timedelta(days=730)
"""A mandate ends after two years at the latest: whoever still wants it gives it anew."""

GRANTOR, HELPER = "grantor", "helper"
OTHER = {GRANTOR: HELPER, HELPER: GRANTOR}

MANDATE_STATES: dict[tuple[str, str], str] = {
    ("asked", "accept"): "active",
    ("asked", "decline"): "declined",
    ("asked", "withdraw"): "withdrawn",
    ("active", "revoke"): "revoked",
}
"""(state, event) → state of a mandate; any other pair is a conflict. To have expired is a matter of the day, not of a step."""


class Mandate(Entity):
    """The grantor lets the helper act for them. Whoever proposed it (`asked_by`) waits for the other one to accept.

    Until then the other one is an address only, so that nobody learns here whether it has an account.
    """

    __tablename__ = "mandates"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    grantor_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    helper_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    asked_by: Mapped[str] = mapped_column(String(10))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(300))
    services: Mapped[list[str]] = mapped_column(JSON)
    allows_prefill: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_until: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[date] = mapped_column(Date)
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    grantor: Mapped[Account | None] = relationship(foreign_keys=[grantor_id])
    helper: Mapped[Account | None] = relationship(foreign_keys=[helper_id])

    def holder(self, side: str) -> Account | None:
        """Who is on a side; none as long as only an address is known."""
        return self.grantor if side == GRANTOR else self.helper

    def is_waiting(self, now: datetime) -> bool:
        """Whether it can still be accepted: within two weeks, and before its own last day is over."""
        return self.state == "asked" and now < self.answer_until and self._is_in_time(now)

    def is_active(self, now: datetime) -> bool:
        """Whether the helper may act under it; its last day counts whole, as the day goes in Germany."""
        return self.state == "active" and self._is_in_time(now)

    def shown_state(self, now: datetime) -> str:
        """Its state as people see it: what was neither answered nor ended in time has expired."""
        is_over = (self.state == "asked" and not self.is_waiting(now)) or (self.state == "active" and not self.is_active(now))
        return "expired" if is_over else self.state

    def become(self, event: str, now: datetime) -> None:
        """Take a step. Raises conflict where there is none, also for one that has expired."""
        target = MANDATE_STATES.get((self.shown_state(now), event))
        if target is None:
            raise Conflict("accounts.mandate_over", "This mandate has been answered or ended already, or has expired.")
        self.state = target
        if target == "active":
            self.began_at = now
        else:
            self.ended_at = now

    def _is_in_time(self, now: datetime) -> bool:
        return clock.in_germany(now).date() <= self.valid_until


Index("mandates_waiting", Mandate.email_key, Mandate.state)
