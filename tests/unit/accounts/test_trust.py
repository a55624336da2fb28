from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts import trust
from services.accounts.trust import Proofs
from services.contracts.levels import LEVELS

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MOMENTS = st.integers(-3600, 14 * 3600).map(lambda seconds: NINE + timedelta(seconds=seconds))
STEPS = st.lists(st.tuples(st.integers(0, 4000), st.sampled_from(["use", "substantial", "high"])), max_size=30)


def rank(level):
    return -1 if level is None else LEVELS.index(level)


def test_a_session_opened_with_a_password_is_low():
    assert Proofs(NINE, NINE).level(NINE) == "low"


@pytest.mark.parametrize(
    ("level", "lasts"), [("low", timedelta(hours=12)), ("substantial", timedelta(hours=2)), ("high", timedelta(minutes=30))]
)
def test_a_level_lasts_exactly_as_long_as_decided_while_the_session_is_in_use(level, lasts):
    end = NINE + lasts
    substantial, high = (NINE if level == "substantial" else None), (NINE if level == "high" else None)
    assert Proofs(NINE, end - SECOND, substantial, high).level(end - timedelta(microseconds=1)) == level
    assert rank(Proofs(NINE, end - SECOND, substantial, high).level(end)) < rank(level)


@pytest.mark.parametrize(
    ("level", "idles"), [("low", timedelta(minutes=60)), ("substantial", timedelta(minutes=30)), ("high", timedelta(minutes=5))]
)
def test_a_level_lapses_exactly_when_nobody_has_used_the_session_for_so_long(level, idles):
    substantial, high = (NINE if level == "substantial" else None), (NINE if level == "high" else None)
    left_alone = Proofs(NINE, NINE, substantial, high)
    assert left_alone.level(NINE + idles - timedelta(microseconds=1)) == level
    assert rank(left_alone.level(NINE + idles)) < rank(level)


def test_a_proof_of_high_goes_on_as_substantial_and_then_as_low():
    session = Proofs(NINE, NINE).proved("high", NINE)
    seen = []
    for minute in range(0, 13 * 60, 2):
        now = NINE + timedelta(minutes=minute)
        seen.append(session.level(now))
        session = session.used(now)
    assert list(dict.fromkeys(seen)) == ["high", "substantial", "low", None]
    assert seen.index("substantial") == 15
    assert seen.index("low") == 60
    assert seen.index(None) == 360


def test_using_the_session_again_does_not_bring_back_what_has_lapsed():
    session = Proofs(NINE, NINE).proved("high", NINE)
    later = NINE + timedelta(minutes=6)
    session = session.used(later)
    assert session.level(later) == "substantial"
    assert session.level(later + SECOND) == "substantial"


@given(STEPS, st.integers(0, 4000))
def test_without_a_new_proof_the_level_only_falls(steps, wait):
    session, now = Proofs(NINE, NINE), NINE
    for seconds, step in steps:
        before, now = rank(session.level(now)), now + timedelta(seconds=seconds)
        assert rank(session.level(now)) <= before
        if step == "use" or session.level(now) is None:
            kept = session.level(now)
            session = session.used(now) if kept else session
            assert session.level(now) == kept
        else:
            session = session.proved(step, now)
            assert session.level(now) == max([step, session.level(now) or step], key=LEVELS.index)
    assert rank(session.level(now + timedelta(seconds=wait))) <= rank(session.level(now))


@given(st.lists(st.sampled_from(["use", "substantial"]), max_size=20), MOMENTS)
def test_never_above_what_was_proved_whatever_the_clock_says(steps, now):
    session = Proofs(NINE, NINE)
    for step in steps:
        session = session.used(NINE) if step == "use" else session.proved(step, NINE)
    best = "substantial" if "substantial" in steps else "low"
    assert rank(session.level(now)) <= rank(best)


@given(st.permutations([("substantial", 0), ("high", 60), ("substantial", 90), ("high", 120)]), st.integers(0, 8000))
def test_the_order_in_which_proofs_are_looked_at_does_not_matter(proofs, seconds):
    now = NINE + timedelta(seconds=seconds)

    def latest(level):
        return max(NINE + timedelta(seconds=at) for proved, at in proofs if proved == level)

    session = Proofs(NINE, now, latest("substantial"), latest("high"))
    expected = Proofs(NINE, now, NINE + timedelta(seconds=90), NINE + timedelta(seconds=120))
    assert session.level(now) == expected.level(now)


@given(MOMENTS, MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS)
def test_keeping_only_what_holds_changes_no_level_now(opened, now, substantial, high):
    session = Proofs(opened, now, substantial, high)
    assert session.remaining(now).level(now) == session.level(now)
    assert session.used(now).level(now) == session.level(now)


@given(MOMENTS, MOMENTS)
def test_a_clock_set_back_ends_no_session_and_lifts_none(first, second):
    earlier, later = sorted((first, second))
    session = Proofs(later, later)
    assert session.level(earlier) == "low"
    assert session.used(earlier).last_used_at == later


@given(st.sampled_from(LEVELS), st.integers(0, 3 * 3600))
def test_use_is_noted_often_enough_that_nobody_at_work_loses_a_level_by_idling(level, seconds):
    limit = trust.LIMITS[level]
    assert limit.noted_every <= limit.idles / 30
