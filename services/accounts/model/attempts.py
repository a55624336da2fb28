"""Counts of what may not be tried too often."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.model.entity import Entity
from services.chassis.columns import UtcDateTime


@dataclass(frozen=True)
class Limit:
    """After `free` attempts each further one must wait, twice as long every time but never longer than `longest_wait`.

    So guessing becomes hopeless and nobody is locked out for good; after `forgotten` without an attempt the counting begins anew.
    """

    free: int
    longest_wait: timedelta
    forgotten: timedelta

    def wait(self, count: int) -> timedelta:
        """How long the attempt after so many must wait."""
        surplus = count - self.free
        return min(timedelta(seconds=2 ** min(surplus, 20)), self.longest_wait) if surplus >= 0 else timedelta()


@dataclass(frozen=True)
class SharedLimit:
    """For what many people share: `free` attempts at once, and one more each time `recovers` has passed."""

    free: int
    recovers: timedelta

    @property
    def forgotten(self) -> timedelta:
        """After so long nothing is left of any attempt."""
        return self.recovers * self.free


class Attempts(Entity):
    """How often something was tried lately. `key` is a keyed hash: it stands for addresses, of people and of networks."""

    __tablename__ = "attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    def may_try_at(self, limit: Limit | SharedLimit) -> datetime:
        """The moment from which another attempt is heard."""
        if isinstance(limit, SharedLimit):
            return self.forgotten_at - limit.recovers * (limit.free - 1)
        return self.last_at + limit.wait(self.count)

    def add(self, now: datetime, limit: Limit | SharedLimit) -> None:
        """One attempt more."""
        self.count = 1 if now >= self.forgotten_at else self.count + 1
        if isinstance(limit, SharedLimit):
            self.forgotten_at = max(now, self.forgotten_at) + limit.recovers
        else:
            self.forgotten_at = now + limit.forgotten
        self.last_at = now

    def give_back(self, limit: SharedLimit) -> None:
        """The last attempt was a good one and does not count."""
        self.count -= 1
        self.forgotten_at -= limit.recovers
