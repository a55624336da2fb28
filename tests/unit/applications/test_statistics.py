"""Times and counts: honest, of one's own offices only, and nothing where there is too little to say."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from services.applications import statistics, waiting
from services.applications.model import Case, Step
from services.chassis import ids
from services.contracts.actors import Actor, Role
from services.contracts.errors import NotFound
from tests.unit.applications.portal import BIRTH, DOG, LINGEN, NOW, SOEGEL, clerk

TAX = f"{SOEGEL}/steueramt"
SECOND = timedelta(seconds=1)
ADA = Actor("staff", ids.new_id(), roles=(Role("administrator", f"{SOEGEL}/*"),))


def put(session, decided_ago, took, count=1, **more):
    """Cases decided so many days ago, after so many days."""
    decided = NOW - timedelta(days=decided_ago) if decided_ago is not None else None
    submitted = (decided or NOW) - timedelta(days=took)
    row = {
        "order_id": "order", "account_id": "account", "service": DOG, "ars": SOEGEL, "office_id": TAX, "ending": "document",
        "edition_id": "edition",
        "sealed_answers": b"", "wrapped_key": b"", "key_id": "", "fee_cents": 0,
        "state": "completed", "changed_at": NOW, "version": 1,
        "submitted_at": submitted, "decided_at": decided, **more,
    }  # fmt: skip
    session.execute(insert(Case), [{"id": ids.new_id(), **row} for _ in range(count)])


def waited(session):
    told = waiting.get_waiting_time(session, Actor(), service=DOG, ars=SOEGEL)
    return told["median_days"], told["p90_days"]


def test_half_and_nine_of_ten_of_the_last_half_year(session):
    for took in (1, 1, 2, 2, 2, 3, 3, 4, 9, 20):
        put(session, 30, took)
    put(session, 200, 100, count=50)
    put(session, 3, 100, count=50, office_id=f"{LINGEN}/steueramt")
    put(session, 3, 100, count=50, service=BIRTH)
    assert waited(session) == (2, 9)


def test_with_nine_cases_nothing_is_said_and_with_ten_something(session):
    put(session, 1, 2, count=9)
    assert waited(session) == (None, None)
    put(session, 1, 2)
    assert waited(session) == (2, 2)


def test_a_begun_day_is_a_day(session):
    put(session, 1, 0.01, count=10)
    assert waited(session) == (1, 1)


def test_a_service_that_is_not_offered_has_no_time(session):
    with pytest.raises(NotFound):
        waiting.get_waiting_time(session, Actor(), service=DOG, ars="03454")


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60), st.sampled_from([50, 90]))
def test_the_percentile_is_the_least_value_that_so_many_do_not_exceed(values, percent):
    def share(bound):
        return 100 * sum(value <= bound for value in values)

    found = waiting.percentile(Counter(values), percent)
    assert found in values
    assert share(found) >= percent * len(values)
    assert all(share(smaller) < percent * len(values) for smaller in values if smaller < found)


def told(session, actor=None, **wanted):
    asked = {"office_id": None, "service": None, "months": 3, **wanted}
    return statistics.get_statistics(session, actor or clerk(TAX), **asked)


def test_what_came_and_what_was_decided_by_office_service_and_month(session):
    put(session, 20, 20, count=11)  # came in July, decided in August
    put(session, 0, 1, count=2, state="rejected")  # came on 31 August, decided on 1 September
    put(session, None, 0, state="submitted", due_on=NOW.date() - timedelta(days=1))
    put(session, None, 0, state="in_review", service=BIRTH)
    found = told(session)
    nothing = {"median_days": None, "p90_days": None}
    assert found["months"] == [
        {"month": "2026-07", "received": 11, "decided": 0, **nothing},
        {"month": "2026-08", "received": 2, "decided": 11, "median_days": 20, "p90_days": 20},
        {"month": "2026-09", "received": 2, "decided": 2, **nothing},
    ]
    [birth, dog] = found["figures"]
    assert (dog["received"], dog["approved"], dog["rejected"], dog["open"], dog["overdue"]) == (14, 11, 2, 1, 1)
    assert (dog["median_days"], dog["p90_days"]) == (20, 20)
    assert (birth["service"], birth["received"], birth["open"], birth["median_days"]) == (BIRTH, 1, 1, None)
    assert [row["service"] for row in told(session, service=BIRTH)["figures"]] == [BIRTH]


def test_the_times_of_a_month_are_those_of_its_cases(session):
    """Counted where they lie: begun days are whole ones, to the second, as for every case by itself."""
    day = timedelta(days=1)
    took = [timedelta(0), day - SECOND, day, day + SECOND, 2 * day, 2 * day + SECOND, 20 * day, 20 * day + SECOND]
    took += [timedelta(days=399, hours=17, minutes=3, seconds=7), 400 * day]
    for one in took:
        put(session, 10, one / day)
    put(session, 40, 3, count=waiting.LEAST - 1)
    july, august, _ = told(session)["months"]
    assert (august["median_days"], august["p90_days"]) == (2, 400)
    assert (july["decided"], july["median_days"]) == (9, None)
    for missing in range(len(took)):
        session.query(Case).delete()
        rest = took[:missing] + took[missing + 1 :]
        for one in [*rest, rest[0]]:
            put(session, 10, one / day)
        days = Counter(max(1, -(-one // day)) for one in [*rest, rest[0]])
        assert told(session)["months"][1]["median_days"] == waiting.percentile(days, 50)


def refuse(session, decided_ago, took, told_ago=None, count=1):
    """Refusals that the office made so many days ago, after so many days; with the day on which the applicant was told."""
    at = NOW - timedelta(days=decided_ago)
    for _ in range(count):
        case_id = ids.new_id()
        state = "withheld" if told_ago is None else "rejected"
        put(session, told_ago, 0, id=case_id, state=state, is_neutral=True, submitted_at=at - timedelta(days=took))
        session.add(Step(case_id=case_id, number=1, state="withheld", at=at))
    session.flush()


def test_a_refusal_that_is_told_later_is_decided_when_the_office_decided_it(session):
    refuse(session, 20, 3, count=4)
    refuse(session, 40, 3, told_ago=10, count=7)
    put(session, 10, 5, count=3)
    put(session, 10, 5, state="rejected")
    found = told(session)
    assert [(month["decided"], month["median_days"]) for month in found["months"]] == [(7, None), (8, None), (0, None)]
    [dog] = found["figures"]
    assert (dog["received"], dog["approved"], dog["rejected"], dog["open"]) == (15, 3, 12, 0)
    assert (dog["median_days"], dog["p90_days"]) == (3, 5)
    refuse(session, 20, 3, count=2)
    assert told(session)["months"][1]["median_days"] == 3
    assert waited(session) == (33, 33), "everybody reads what an applicant waits for"


def test_a_refusal_that_was_taken_back_is_open_again_and_counts_from_its_last_day(session):
    refuse(session, 40, 3)
    [case] = session.query(Case)
    session.add(Step(case_id=case.id, number=2, state="in_review", at=NOW - timedelta(days=39)))
    case.state = "in_review"
    session.flush()
    assert (told(session)["figures"][0]["open"], [month["decided"] for month in told(session)["months"]]) == (1, [0, 0, 0])
    session.add(Step(case_id=case.id, number=3, state="withheld", at=NOW - timedelta(days=20)))
    case.state = "withheld"
    session.flush()
    assert (told(session)["figures"][0]["open"], [month["decided"] for month in told(session)["months"]]) == (0, [0, 1, 0])


def test_a_month_begins_at_midnight_in_germany(session):
    put(session, None, 0, state="submitted", submitted_at=datetime(2026, 8, 31, 22, tzinfo=UTC))
    assert [month["received"] for month in told(session)["months"]] == [0, 0, 1]


def test_only_the_own_offices_are_counted(session):
    put(session, 1, 1, count=3)
    assert told(session, clerk(f"{LINGEN}/steueramt"))["figures"] == []
    assert told(session, clerk(f"{LINGEN}/steueramt"), office_id=TAX)["figures"] == []
    assert told(session, ADA)["figures"][0]["received"] == 3
    assert told(session, Actor("staff", ids.new_id(), roles=(Role("treasurer", TAX),)))["figures"] == []
