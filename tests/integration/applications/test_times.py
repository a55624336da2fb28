"""PostgreSQL counts the days that cases took as they are counted one by one; of SQLite a unit test shows it."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from services.applications import statistics, waiting
from services.applications.model import Case
from services.chassis import clock, testing
from services.chassis.database import Transactions, make_engine
from tests import postgresql
from tests.bench import county
from tests.bench.cases import TOWNS, Portal

DAY = timedelta(days=1)


def test_the_days_of_a_month_are_those_of_its_cases(postgresql_server: postgresql.Server):
    keys, url = testing.key_ring(), postgresql_server.new_database("applications")
    county.fill(url, keys, 2000)
    engine = make_engine(url)
    portal = Portal(Transactions("applications", engine, testing.settings_of("applications"), keys))
    clerk = portal.clerks[TOWNS[0]]
    with portal.db.reading() as session:
        told = statistics.get_statistics(session, clerk, office_id=None, service=None, months=24)["months"]
        days: dict[str, Counter[int]] = {}
        for case in session.scalars(select(Case).where(Case.decided_at.is_not(None))):
            if clerk.has_role("clerk", case.office_id) and case.submitted_at and case.decided_at:
                month = f"{clock.in_germany(case.decided_at):%Y-%m}"
                days.setdefault(month, Counter())[max(1, -(-(case.decided_at - case.submitted_at) // DAY))] += 1
    engine.dispose()
    known = {month["month"]: (month["median_days"], month["p90_days"]) for month in told}
    wanted = {month: tuple(waiting.told(cases).values()) for month, cases in days.items() if month in known}
    assert {month: known[month] for month in wanted} == wanted
    assert any(median for median, _ in known.values())
