"""Accounts with their roles."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.model.entity import Entity
from services.chassis import clock
from services.chassis.columns import UtcDateTime
from services.contracts.levels import lower


class Account(Entity):
    """A person of the network: a citizen, or a member of staff. `email_key` is the address as it is compared."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(300), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    given_names: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(2))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    password_reset_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    identity_level: Mapped[str] = mapped_column(String(12), default="low")
    identity_valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    disuse_warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    roles: Mapped[list["StaffRole"]] = relationship(order_by="StaffRole.role, StaffRole.office_id", cascade="all, delete-orphan")

    def identity_level_at(self, now: datetime) -> str:
        """How far the attributes of this person are trusted at a time; what was verified falls back to `low` at its end."""
        is_over = self.identity_valid_until is not None and now >= self.identity_valid_until
        return "low" if is_over or not self.identity_level else self.identity_level

    def note_use(self, now: datetime) -> None:
        """The holder signed in: the two years until the end of an account that nobody uses begin anew."""
        self.last_used_at, self.disuse_warned_at = now, None

    def as_actor(self, session_level: str = "low") -> dict[str, Any]:
        """The actor that acts for this account in a session of this level; the lower of session and attributes counts."""
        return {
            "kind": self.kind,
            "account_id": self.id,
            "level": lower(session_level, self.identity_level_at(clock.now())),
            # Only staff has roles; a citizen's need not be looked up to be none.
            "roles": [{"role": r.role, "office_id": r.office_id} for r in (self.roles if self.kind == "staff" else ())],
            "session_level": session_level,
            "behalf": None,
        }

    def as_person(self) -> dict[str, str]:
        """The holder, as pages greet and forms prefill them."""
        return {
            "email": self.email,
            "given_names": self.given_names,
            "family_name": self.family_name,
            "language": self.language,
            "identity_level": self.identity_level_at(clock.now()),
        }


class StaffRole(Entity):
    """What a member of staff may do, and in which office; `*` is the whole network."""

    __tablename__ = "staff_roles"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(80), primary_key=True)
