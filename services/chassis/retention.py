"""How long what a law keeps is kept: whole years from the end of the year in which it ended, as in AO § 147 (4)."""

from datetime import UTC, datetime

from services.chassis import clock


def until(ended: datetime, years: int) -> datetime:
    """The first moment at which it may go, midnight of New Year as the day begins in Germany."""
    return _new_year(clock.in_germany(ended).year + years + 1)


def over_before(years: int) -> datetime:
    """What ended before this moment has been kept for so many years by now."""
    return _new_year(clock.in_germany(clock.now()).year - years)


def _new_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=clock.GERMANY).astimezone(UTC)
