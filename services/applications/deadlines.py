"""The time the law gives an office for a case: when it ends, and whether it is running out.

Days are counted as in BGB §§ 187, 188 and 193 and VwVfG § 31: the day of receipt is not counted, and a time that would end on a
Saturday, Sunday or public holiday of Lower Saxony ends on the next working day. Working days are those from Monday to Friday.
"""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from dateutil.relativedelta import relativedelta
from holidays import HolidayBase, country_holidays

from services.applications import editions
from services.applications.model import Case
from services.chassis import clock

SOON = 2
"""Working days before the end from which on it is said to be soon."""
RUNNING = ("submitted", "in_review", "awaiting_second")


@cache
def calendar() -> HolidayBase:
    """The public holidays of Lower Saxony (NFeiertagsG § 2), of every year that is asked for."""
    return country_holidays("DE", subdiv="NI")


def begin(case: Case, deadline: dict[str, Any] | None) -> None:
    """The case has come in: its time begins, if its service has one."""
    if deadline is not None and case.submitted_at is not None:
        case.due_on = last_day(deadline, _day(case.submitted_at))


def resume(case: Case, stopped: datetime) -> None:
    """The clock stood still since then: what was left at that time is left from today on. What was over stays over.

    Where it stopped on the last day, today is the last day.
    """
    deadline = editions.of(case).service.deadline
    if deadline is None or case.due_on is None or (left := _left(deadline["unit"], _day(stopped), case.due_on)) < 0:
        return
    unit = "working_days" if deadline["unit"] == "working_days" else "days"
    case.due_on = last_day({"count": left, "unit": unit}, _day(clock.now()))


def last_day(deadline: dict[str, Any], received: date) -> date:
    """The last day of a deadline (`{count, unit}`) for what came in on a day."""
    count, unit = deadline["count"], deadline["unit"]
    if unit == "working_days":
        return _rolled(calendar().get_nth_working_day(received, count))
    end = received + (relativedelta(months=count) if unit == "months" else timedelta(days=count))
    return _rolled(end)


def urgency(case: Case) -> str | None:
    """`overdue`, `soon`, or None while there is time, where there is no deadline, or where the clock stands still."""
    if case.due_on is None or case.state not in RUNNING:
        return None
    today = _day(clock.now())
    if today > case.due_on:
        return "overdue"
    return "soon" if today >= calendar().get_nth_working_day(case.due_on, -SOON) else None


def _left(unit: str, stopped: date, due_on: date) -> int:
    """How many days were left, the day of the stop not counted."""
    if unit == "working_days" and due_on > stopped:
        return calendar().get_working_days_count(stopped + timedelta(days=1), due_on)
    return (due_on - stopped).days


def _rolled(day: date) -> date:
    """The day itself, or the next working day."""
    return day if calendar().is_working_day(day) else calendar().get_nth_working_day(day, 1)


def _day(at: datetime) -> date:
    return clock.in_germany(at).date()
