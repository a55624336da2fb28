"""What is done for an office or by the hour does not take longer because it has many cases that it does not concern."""

import pytest

from services.applications import administering, editions, erasing, statistics
from services.chassis import ids
from services.contracts.actors import Actor, Role
from tests.unit.applications.many_cases import TAX, fill, steps

CLERK = Actor("staff", ids.new_id(), roles=(Role("clerk", TAX),))
WORKS = {
    "end of retention": erasing.end_retention,
    "work of the office": lambda session: administering.count_work_of_office(session, Actor("service"), office_id=TAX),
    "statistics": lambda session: statistics.get_statistics(session, CLERK, office_id=None, service=None, months=12),
}


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_what_was_done_long_ago_costs_nothing(session, work):
    editions.current(session)
    fill(session, 700)
    few = steps(session, lambda: work(session))
    # Done in 2019, and kept for ten years.
    fill(session, 700, 10_000, states=("completed",))
    assert steps(session, lambda: work(session)) <= 1.3 * few + 1
