"""Banking days of the euro area: the days on which TARGET2 moves money."""

from datetime import date, timedelta

from dateutil.easter import easter

SATURDAY = 5
FIXED = {(1, 1), (5, 1), (12, 25), (12, 26)}


def is_banking_day(day: date) -> bool:
    """Whether TARGET2 is open: not at weekends, New Year, Good Friday, Easter Monday, 1 May and Christmas (ECB, since 2002)."""
    sunday = easter(day.year)
    closed = {sunday - timedelta(days=2), sunday + timedelta(days=1)}
    return day.weekday() < SATURDAY and (day.month, day.day) not in FIXED and day not in closed


def next_banking_day(day: date) -> date:
    """The first banking day after a day: how long a core direct debit takes at least (D-1, EPC016-06)."""
    following = day + timedelta(days=1)
    while not is_banking_day(following):
        following += timedelta(days=1)
    return following
