"""Counters of forms are raised by both databases alike, also by several who count at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from services.applications import drafting, network, ordering, progress
from services.chassis import testing
from services.chassis.database import Transactions, make_engine
from services.chassis.migrate import migrate
from tests.unit.applications.portal import BIRTH, DOG, SOEGEL, answers, citizen, clerk
from tests.unit.applications.portal import network as small_network

ORDERS = 12


def test_those_who_send_two_forms_at_once_are_all_counted(new_database: Callable[[str], str]):
    url = new_database("form_progress")
    migrate("applications", url)
    database = Transactions("applications", make_engine(url), testing.settings_of("applications"), testing.key_ring())
    with database.transaction() as session:
        network.load(session, small_network())

    def send(services: tuple[str, ...]) -> dict[str, Any]:
        who = citizen()
        for service in services:
            with database.transaction() as session:
                draft_id = drafting.start_draft(session, who, service=service, ars=SOEGEL, answers=answers(service))["draft_id"]
                drafting.add_to_cart(session, who, draft_id=draft_id)
        with database.transaction() as session:
            return ordering.place_order(session, who, expected_total_cents=1500)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, [(DOG, BIRTH), (BIRTH, DOG)] * (ORDERS // 2)))
    both = clerk(f"{SOEGEL}/steueramt", f"{SOEGEL}/standesamt")
    with database.reading() as session:
        told = progress.get_form_statistics(session, both, office_id=None, service=None, months=3)
    assert [[(step["reached"], step["passed"]) for step in form["steps"][-2:]] for form in told["forms"]] == [
        [(ORDERS, ORDERS)] * 2
    ] * 2
    database.engine.dispose()
