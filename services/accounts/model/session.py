"""Sessions, and attempts to open one."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.model.account import Account
from services.accounts.model.entity import Entity
from services.chassis.columns import UtcDateTime

SESSION_LASTS = timedelta(hours=12)
SESSION_IDLES = timedelta(minutes=60)
TOUCH_EVERY = timedelta(minutes=1)

FREE_ATTEMPTS = 10
LONGEST_WAIT = timedelta(seconds=60)
ATTEMPTS_FORGOTTEN = timedelta(minutes=15)


class SignedInSession(Entity):
    """One browser or API client that is signed in. Its token is known here by its SHA-256 only."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    account: Mapped[Account] = relationship()

    def is_valid(self, now: datetime) -> bool:
        """Whether it is neither too old nor left alone for too long."""
        return now < self.expires_at and now < self.last_seen_at + SESSION_IDLES

    def is_touch_due(self, now: datetime) -> bool:
        """Whether its use should be noted again; not at every question, as noting is a write."""
        return now >= self.last_seen_at + TOUCH_EVERY


class SignInAttempts(Entity):
    """Sign-ins that failed since the last good one, for one address, whether or not it has an account.

    After `FREE_ATTEMPTS` each further one must wait, twice as long every time but never longer than `LONGEST_WAIT`: guessing
    becomes hopeless and nobody is locked out for good. The address is kept as a hash, since a stranger may have typed it.
    """

    __tablename__ = "sign_in_attempts"

    email_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    def may_try_at(self) -> datetime:
        """The moment from which another attempt is heard."""
        surplus = self.failures - FREE_ATTEMPTS
        if surplus < 0:
            return self.last_at
        return self.last_at + min(timedelta(seconds=2 ** min(surplus, 10)), LONGEST_WAIT)

    def count(self, now: datetime) -> None:
        """One attempt more; after a quiet while the counting begins anew."""
        is_forgotten = now >= self.last_at + ATTEMPTS_FORGOTTEN
        self.failures = 1 if is_forgotten else self.failures + 1
        self.last_at = now
