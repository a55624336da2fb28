"""A refused enquiry to the register of residents does not show why: BMG § 51 (2) sentence 3."""

import pytest

from services.applications import casework, catalogue, deciding, network
from services.chassis import testing
from tests.unit.applications import portal
from tests.unit.applications.portal import BIRTH, SOEGEL, citizen, clerk, pay, submit

ENQUIRIES = ("register-enquiry", "register-enquiry-extended")
UNKNOWN = "Zu dieser Person ist nichts gespeichert."
PROTECTED = "Es besteht eine Auskunftssperre."


@pytest.fixture
def offering(session):
    """The small network, in which Sögel also answers enquiries."""
    folder = portal.network()
    folder["members"][0]["offers"] += [portal.offer(service, "standesamt", 1100) for service in ENQUIRIES]
    network.load(session, folder)
    return session


def refused(session, service, reason):
    """What the citizen sees of a refused case, and the events that tell of it, without ids."""
    erika = citizen()
    order = submit(session, erika, (service, SOEGEL))
    pay(session, order)
    case_id = order["cases"][0]["case_id"]
    deciding.decide_case(session, clerk(f"{SOEGEL}/standesamt"), case_id=case_id, decision="reject", reason=reason)
    seen = casework.get_application(session, erika, case_id=case_id)
    own = {"case_id", "order_id", "account_id", "acted_by"}
    events = [(name, sorted(data)) for name, data in testing.published(session) if data.get("case_id") == case_id]
    return {name: value for name, value in seen.items() if name not in own}, events


@pytest.mark.parametrize("service", ENQUIRIES)
def test_who_is_protected_cannot_be_told_from_who_is_unknown(offering, service):
    unknown, protected, silent = (refused(offering, service, reason) for reason in (UNKNOWN, PROTECTED, None))
    assert unknown == protected == silent
    answer = catalogue.services()[service].neutral_answer
    assert answer is not None
    assert unknown[0]["reason"] == f"{answer['de']}\n{answer['en']}"
    assert UNKNOWN not in unknown[0]["reason"]


def test_where_nobody_is_protected_the_reason_is_read(offering):
    """The control: without a neutral answer two reasons are two answers."""
    assert refused(offering, BIRTH, UNKNOWN) != refused(offering, BIRTH, PROTECTED)
    assert refused(offering, BIRTH, PROTECTED)[0]["reason"] == PROTECTED


@pytest.mark.parametrize("service", ENQUIRIES)
def test_the_clerk_reads_what_to_heed(offering, service):
    order = submit(offering, citizen(), (service, SOEGEL))
    pay(offering, order)
    case = casework.get_case(offering, clerk(f"{SOEGEL}/standesamt"), case_id=order["cases"][0]["case_id"])
    assert "§ 51" in case["office_hint"]["de"]
    assert case["neutral_answer"] == catalogue.services()[service].neutral_answer
