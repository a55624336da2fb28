"""Checks of identity in person, with the codes that lead to them and the letters that follow from them."""

from datetime import date, datetime, timedelta

from sqlalchemy import JSON, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.model.entity import Entity
from services.chassis.columns import UtcDateTime
from services.contracts.errors import Conflict

CODE_LASTS = timedelta(days=14)
CODES_PER_HOUR = 5
LETTER_LASTS = timedelta(days=30)
ACCOUNT_WAITS = timedelta(days=90)
"""How long an account made at the counter waits for its letter to be used after the letter's end; then it is forgotten."""
VERIFIED_YEARS = 5
WARNED_BEFORE = timedelta(days=30)
PENDING_LASTS = timedelta(days=14)

CHECK_STATES: dict[tuple[str, str], str] = {
    ("recorded", "confirm"): "verified",
    ("recorded", "decline"): "declined",
    ("recorded", "lapse"): "lapsed",
    ("verified", "revoke"): "revoked",
    ("verified", "expire"): "expired",
    ("verified", "replace"): "replaced",
}
"""(state, event) → state of a check; any other pair is a conflict. `recorded` waits for the second officer."""


class VisitCode(Entity):
    """A one-time code that a citizen shows at the counter; known here by a keyed hash only."""

    __tablename__ = "visit_codes"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def is_open(self, now: datetime) -> bool:
        """Whether it still leads to a check."""
        return self.used_at is None and self.voided_at is None and now < self.expires_at


class IdentityCheck(Entity):
    """One comparison of a person with their document: what was seen, by whom, and how long it counts.

    `way` is `code` (the citizen showed one), `account` (the account was made at the counter) or `factors` (lost second factors
    were removed). `values` are the identity values as compared; emptied when they have gone over into the profile.
    """

    __tablename__ = "identity_checks"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    office_id: Mapped[str] = mapped_column(String(80), index=True)
    way: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12))
    is_renewal: Mapped[bool]
    document_kind: Mapped[str] = mapped_column(String(30))
    issuing_authority: Mapped[str] = mapped_column(String(100))
    document_valid_until: Mapped[date] = mapped_column(Date)
    values: Mapped[dict[str, str]] = mapped_column(JSON)
    corrected: Mapped[list[str]] = mapped_column(JSON)
    removes_factors: Mapped[bool] = mapped_column(default=False)
    recorded_by: Mapped[str] = mapped_column(String(36))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    confirmed_by: Mapped[str | None] = mapped_column(String(36))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    ended_by: Mapped[str | None] = mapped_column(String(36))
    ended_in: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(30))

    def confirm(self, officer: str, now: datetime, valid_until: datetime) -> None:
        """It counts from now on. Raises conflict unless it waits for that."""
        self._become("confirm")
        self.confirmed_by, self.confirmed_at, self.valid_until = officer, now, valid_until
        self.values = {}

    def end(
        self, event: str, now: datetime, *, by: str | None = None, office_id: str | None = None, reason: str | None = None
    ) -> None:
        """It is declined, lapsed, revoked, expired or replaced. Raises conflict where that does not fit its state."""
        self._become(event)
        self.ended_at, self.ended_by, self.ended_in, self.reason = now, by, office_id, reason
        self.values = {}

    def _become(self, event: str) -> None:
        following = CHECK_STATES.get((self.state, event))
        if following is None:
            raise Conflict("accounts.check_wrong_state", f"This check of identity is {self.state}; that does not fit.")
        self.state = following


class ActivationLetter(Entity):
    """A printed letter that lets its holder take over an account made at the counter, once.

    `email`, `password_hash` and `language` are what its holder chose; they hold when the address is confirmed.
    """

    __tablename__ = "activation_letters"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    office_id: Mapped[str] = mapped_column(String(80), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    printed_by: Mapped[str] = mapped_column(String(36))
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    email: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(2))
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def is_open(self, now: datetime) -> bool:
        """Whether it still activates its account."""
        return self.used_at is None and self.voided_at is None and now < self.expires_at
