"""Who reads what in the audit log."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from services.chassis import audit, clock, testing
from services.chassis.audit_reading import list_entries
from services.contracts.actors import Actor, Behalf, Role
from services.contracts.errors import Forbidden

ERIKA = "01926b2e-7d21-7a00-8b1c-00000000e61a"
MAX = "01926b2e-7d21-7a00-8b1c-00000000a4a1"
CLERK = "01926b2e-7d21-7a00-8b1c-00000000c1e6"
ABOUT = {"case_id": "c", "clerk_id": CLERK}
REGISTRY, TRADE, SOEGEL = "034540032/standesamt", "034540032/gewerbeamt", "034545407/buergerbuero"


@pytest.fixture
def session() -> Iterator[Session]:
    with testing.session("accounts", MetaData()) as opened:
        clerk = Actor("staff", CLERK, roles=(Role("clerk", REGISTRY),))
        erika, highest = Actor("citizen", ERIKA), Actor("staff", MAX, roles=(Role("operator", "*"),))
        audit.record(
            opened, clerk, "case.viewed", subject_id=ERIKA, office_id=REGISTRY, about={"case_id": "c", "clerk_id": CLERK}
        )
        audit.record(opened, clerk, "case.viewed", subject_id=MAX, office_id=TRADE)
        audit.record(opened, erika, "password.changed", subject_id=ERIKA, about={"account_id": ERIKA})
        audit.record(opened, highest, "office.changed", office_id=SOEGEL)
        audit.record(opened, Actor("service"), "retention.ended")
        yield opened


def numbers(found: dict[str, Any]) -> list[int]:
    return [entry["sequence"] for entry in found["entries"]]


def administrator(scope: str) -> Actor:
    return Actor("staff", CLERK, roles=(Role("administrator", scope),))


def test_a_citizen_reads_what_concerns_them_and_nobody_else(session):
    assert numbers(list_entries(session, Actor("citizen", ERIKA), of="myself")) == [3, 1]
    assert numbers(list_entries(session, Actor("citizen", ERIKA), of="myself", subject_id=MAX)) == []


def test_acting_for_somebody_shows_ones_own_entries(session):
    acting = Actor("citizen", ERIKA, behalf=Behalf("person", MAX, MAX))
    assert numbers(list_entries(session, acting, of="myself")) == [3, 1]


def test_a_citizen_learns_the_office_and_not_the_clerk(session):
    own, viewed = list_entries(session, Actor("citizen", ERIKA), of="myself")["entries"]
    assert (viewed["office_id"], viewed["actor_id"], viewed["about"]) == (REGISTRY, None, {"case_id": "c"})
    assert (own["actor_id"], own["about"]) == (ERIKA, {"account_id": ERIKA})


@pytest.mark.parametrize(
    ("scope", "expected"),
    [(REGISTRY, [1]), ("034540032/*", [2, 1]), ("*", [4, 2, 1]), ("03454003/*", []), ("034540032/stand", [])],
)
def test_an_administrator_reads_the_entries_of_their_offices(session, scope, expected):
    assert numbers(list_entries(session, administrator(scope), of="offices")) == expected


def test_an_operator_reads_everything_and_learns_who_it_was(session):
    found = list_entries(session, Actor("staff", MAX, roles=(Role("operator", "*"),)), of="offices")
    assert numbers(found) == [5, 4, 3, 2, 1]
    assert found["entries"][-1]["actor_id"] == CLERK


@pytest.mark.parametrize("actor", [Actor("citizen", ERIKA), Actor("staff", CLERK, roles=(Role("clerk", REGISTRY),))])
def test_nobody_else_reads_the_log_of_offices(session, actor):
    with pytest.raises(Forbidden):
        list_entries(session, actor, of="offices")


def test_pages_follow_one_another_and_filters_narrow(session):
    first = list_entries(session, administrator("*"), of="offices", limit=2)
    assert (numbers(first), first["more"]) == ([4, 2], True)
    rest = list_entries(session, administrator("*"), of="offices", limit=2, before=2)
    assert (numbers(rest), rest["more"]) == ([1], False)
    assert numbers(list_entries(session, administrator("*"), of="offices", action="case.*")) == [2, 1]
    assert numbers(list_entries(session, administrator("*"), of="offices", action="office.changed")) == [4]
    assert numbers(list_entries(session, administrator("*"), of="offices", office_id=TRADE)) == [2]


def test_entries_are_found_by_municipality_person_and_time(session):
    operator = Actor("staff", MAX, roles=(Role("operator", "*"),))
    assert numbers(list_entries(session, operator, of="offices", ars="034545407")) == [4]
    assert numbers(list_entries(session, operator, of="offices", actor_id=CLERK)) == [2, 1]
    now = clock.now()
    assert numbers(list_entries(session, operator, of="offices", since=now)) == []
    assert len(numbers(list_entries(session, operator, of="offices", since=now - timedelta(hours=1), until=now))) == 5
    assert numbers(list_entries(session, operator, of="offices", until=now - timedelta(hours=1))) == []
