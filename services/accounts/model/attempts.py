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


class Attempts(Entity):
    """How often something was tried lately. `key` is a keyed hash: it stands for addresses, of people and of networks."""

    __tablename__ = "attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    def may_try_at(self, limit: Limit) -> datetime:
        """The moment from which another attempt is heard."""
        surplus = self.count - limit.free
        if surplus < 0:
            return self.last_at
        return self.last_at + min(timedelta(seconds=2 ** min(surplus, 20)), limit.longest_wait)

    def add(self, now: datetime, limit: Limit) -> None:
        """One attempt more."""
        self.count = 1 if now >= self.forgotten_at else self.count + 1
        self.last_at, self.forgotten_at = now, now + limit.forgotten
