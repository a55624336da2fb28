"""When a legal deadline ends: counted as in BGB §§ 187 (1), 188, 193, with the holidays of Lower Saxony (NFeiertagsG § 2)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from services.applications import deadlines
from services.applications.model import Case
from services.chassis import clock
from tests.unit.applications import portal
from tests.unit.applications.portal import BUSINESS, DOG, SOEGEL, citizen, submit


def ends(received, count, unit):
    return deadlines.last_day({"count": count, "unit": unit, "legal_basis": ""}, date.fromisoformat(received)).isoformat()


@pytest.mark.parametrize(
    ("received", "count", "unit", "last"),
    [
        ("2026-09-01", 3, "days", "2026-09-04"),  # GewO § 15 (1): within three days
        ("2026-09-02", 3, "days", "2026-09-07"),  # would be a Saturday
        ("2026-09-03", 3, "days", "2026-09-07"),  # would be a Sunday
        ("2026-12-22", 3, "days", "2026-12-28"),  # Christmas Day, Boxing Day, Sunday
        ("2026-10-28", 3, "days", "2026-11-02"),  # Reformation Day is a holiday in Lower Saxony since 2018
        ("2026-10-29", 3, "days", "2026-11-02"),  # All Saints' Day is none there; it is a Sunday
        ("2027-10-29", 3, "days", "2027-11-01"),  # All Saints' Day, a Monday: a working day in Lower Saxony
        ("2026-01-31", 1, "months", "2026-03-02"),  # BGB § 188 (3): the last of February, here a Saturday
        ("2026-03-15", 3, "months", "2026-06-15"),
        ("2026-04-01", 5, "working_days", "2026-04-10"),  # Good Friday and Easter Monday
        ("2026-09-04", 1, "working_days", "2026-09-07"),
    ],
)
def test_a_deadline_ends_on_the_day_the_law_says(received, count, unit, last):
    assert ends(received, count, unit) == last


def case_due(day, state="submitted"):
    return Case(state=state, due_on=date.fromisoformat(day))


@pytest.mark.parametrize(
    ("today", "told"),
    [("2026-09-03", None), ("2026-09-04", "soon"), ("2026-09-08", "soon"), ("2026-09-09", "overdue")],
)
def test_it_is_soon_two_working_days_before_and_overdue_the_day_after(today, told):
    with clock.fixed(datetime.fromisoformat(f"{today}T12:00:00").replace(tzinfo=ZoneInfo("Europe/Berlin"))):
        assert deadlines.urgency(case_due("2026-09-08")) == told


def test_the_day_begins_at_midnight_in_germany():
    with clock.fixed(datetime.fromisoformat("2026-09-08T22:00:00+00:00")):
        assert deadlines.urgency(case_due("2026-09-08")) == "overdue"


@pytest.mark.parametrize("state", ["awaiting_payment", "approved", "completed", "rejected"])
def test_what_the_office_has_not_to_decide_is_never_overdue(state):
    assert deadlines.urgency(case_due("2020-01-01", state)) is None


def test_the_time_begins_when_the_case_comes_in_and_only_where_a_law_sets_one(session):
    order = submit(session, citizen(), (BUSINESS, SOEGEL), (DOG, SOEGEL))
    business, dog = (session.get(Case, case["case_id"]) for case in order["cases"])
    assert (business.due_on, dog.due_on) == (None, None)
    with clock.fixed(portal.NOW.replace(day=3)):
        portal.pay(session, order)
    assert (business.due_on, dog.due_on) == (date(2026, 9, 7), None)
