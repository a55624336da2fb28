"""What time it is, and what a wall clock in Germany shows; tests can hold it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

GERMANY = ZoneInfo("Europe/Berlin")
"""Decides what day it is for fees, debits and letters; at midnight that is not the day of UTC."""

_fixed: ContextVar[datetime | None] = ContextVar("fixed_time", default=None)


def now() -> datetime:
    """The current time, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


def in_germany(at: datetime) -> datetime:
    """The same moment as a wall clock in Germany shows it."""
    return at.astimezone(GERMANY)


@contextmanager
def fixed(at: datetime) -> Iterator[None]:
    """Hold the clock at a moment; for tests."""
    if at.tzinfo is None:
        raise ValueError("the clock runs on aware times only")
    token = _fixed.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
