"""The level of a session at a moment, from what was proved in it and when: it lapses step by step, and only a new proof lifts it.

Pure arithmetic. A proof counts for its own level and for every lower one. Each level holds for a time after its proof, and lapses
earlier if nobody uses the session for a while; then the next lower level that holds counts, and with none the session is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.contracts.levels import LEVELS


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a level holds after its proof, how long without use, and how often its use is noted.

    What is noted is never later than the use itself, so a level can lapse early by `noted_every` and never late.
    """

    lasts: timedelta
    idles: timedelta
    noted_every: timedelta


LIMITS: Mapping[str, Limit] = {
    "low": Limit(timedelta(hours=12), timedelta(minutes=60), timedelta(minutes=1)),
    "substantial": Limit(timedelta(hours=2), timedelta(minutes=30), timedelta(seconds=30)),
    "high": Limit(timedelta(minutes=30), timedelta(minutes=5), timedelta(seconds=5)),
}


@dataclass(frozen=True, slots=True)
class Proofs:
    """When a session was opened, when it was last used, and when it was last proved to be at a level above `low`."""

    opened_at: datetime
    last_used_at: datetime
    substantial_at: datetime | None = None
    high_at: datetime | None = None

    def holds(self, level: str, now: datetime) -> bool:
        """Whether a level still counts. A clock that was set back adds nothing to what was proved."""
        proved_at = self._proved_at(level)
        if proved_at is None or not self._is_open(now):
            return False
        limit = LIMITS[level]
        return now < proved_at + limit.lasts and now < self.last_used_at + limit.idles

    def level(self, now: datetime) -> str | None:
        """The highest level that holds; None where the session is over."""
        return next((level for level in reversed(LEVELS) if self.holds(level, now)), None)

    def remaining(self, now: datetime) -> "Proofs":
        """Only what still holds. Kept with every note of use, so that what has lapsed does not come back with the next one."""
        high = self.high_at if self.holds("high", now) else None
        # A proof of `high` goes on to count as `substantial` after it has lapsed as `high`.
        substantial = self._proved_at("substantial") if self.holds("substantial", now) else None
        return Proofs(self.opened_at, self.last_used_at, substantial, high)

    def used(self, now: datetime) -> "Proofs":
        """The session after a use that is noted."""
        kept = self.remaining(now)
        return Proofs(kept.opened_at, max(kept.last_used_at, now), kept.substantial_at, kept.high_at)

    def proved(self, level: str, now: datetime) -> "Proofs":
        """The session after a new proof. One of `low` opens a session and never prolongs it."""
        kept = self.used(now)
        substantial = now if level == "substantial" else kept.substantial_at
        high = now if level == "high" else kept.high_at
        return Proofs(kept.opened_at, kept.last_used_at, substantial, high)

    def is_note_due(self, now: datetime) -> bool:
        """Whether its use should be noted again; not at every question, as noting is a write."""
        level = self.level(now) or "low"
        return now >= self.last_used_at + LIMITS[level].noted_every

    def _is_open(self, now: datetime) -> bool:
        limit = LIMITS["low"]
        return now < self.opened_at + limit.lasts and now < self.last_used_at + limit.idles

    def _proved_at(self, level: str) -> datetime | None:
        if level == "low":
            return self.opened_at
        proofs = [self.high_at] if level == "high" else [self.substantial_at, self.high_at]
        return max((proof for proof in proofs if proof is not None), default=None)
