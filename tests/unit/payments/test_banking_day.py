"""Banking days, against the calendar the European Central Bank publishes for TARGET."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.payments.banking_day import is_banking_day, next_banking_day

# ECB, "TARGET calendar": closed besides Saturdays and Sundays.
CLOSED = [
    *(date(2026, m, d) for m, d in [(1, 1), (4, 3), (4, 6), (5, 1), (12, 25)]),
    *(date(2027, m, d) for m, d in [(1, 1), (3, 26), (3, 29)]),
    *(date(2028, m, d) for m, d in [(4, 14), (4, 17), (5, 1), (12, 25), (12, 26)]),
]


@pytest.mark.parametrize("day", CLOSED)
def test_target_is_closed(day: date):
    assert not is_banking_day(day)


@pytest.mark.parametrize("day", [date(2026, 10, 3), date(2026, 11, 1)])
def test_weekends_are_no_banking_days(day: date):
    assert not is_banking_day(day)


@pytest.mark.parametrize("day", [date(2026, 5, 14), date(2028, 10, 3), date(2028, 10, 31), date(2026, 12, 24)])
def test_german_holidays_and_christmas_eve_are_banking_days(day: date):
    assert is_banking_day(day)


def test_after_maundy_thursday_comes_easter_tuesday():
    assert next_banking_day(date(2026, 4, 2)) == date(2026, 4, 7)


@settings(deadline=None)
@given(st.dates(date(2002, 1, 1), date(2100, 12, 31)))
def test_the_next_banking_day_is_open_later_and_near(day: date):
    following = next_banking_day(day)
    assert is_banking_day(following)
    assert timedelta(days=1) <= following - day <= timedelta(days=5)
    assert not any(is_banking_day(day + timedelta(days=n)) for n in range(1, (following - day).days))
