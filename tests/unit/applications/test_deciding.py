"""What an office does with a case: only what its state allows, and only its own cases."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm.exc import StaleDataError

from services.applications import casework, deciding, queue
from services.applications.model import CASE_STATES, ORDER_STATES, Case, Correction, Order, Step
from services.chassis import ids, testing
from services.chassis.audit_reading import list_entries
from services.contracts import applications as contract
from services.contracts import registry
from services.contracts.errors import Conflict, Invalid, NotFound, Unavailable
from tests.unit.applications.portal import BIRTH, BUSINESS, DOG, LINGEN, NOW, SOEGEL, citizen, clerk, pay, submit

DO = {
    "submit": lambda case: case.submit(NOW),
    "review": lambda case: case.review(NOW, "clerk"),
    "approve": lambda case: case.approve(NOW, "clerk"),
    "reject": lambda case: case.reject(NOW, "clerk", "Es fehlt etwas."),
    "propose": lambda case: case.propose(NOW, "clerk"),
    "confirm": lambda case: case.confirm(NOW, "approver"),
    "send_back": lambda case: case.send_back(NOW, "approver"),
    "ask": lambda case: case.ask(NOW, "clerk", ["dog_name"], "Bitte prüfen."),
    "correct": lambda case: case.correct(NOW, "account"),
    "call_back": lambda case: case.call_back(NOW, "clerk"),
    "hand_over": lambda case: case.hand_over(NOW, "clerk", LINGEN, f"{LINGEN}/steueramt"),
    "withdraw": lambda case: case.withdraw(NOW, "account"),
    "issue": lambda case: case.issue(NOW, "document"),
    "send": lambda case: case.send(NOW, "clerk"),
}
ENDING_OF = {"issue": "document", "send": "post"}


def case_in(state: str, ending: str = "document") -> Case:
    """A case in a state, without what led to it but for its last step and what it waits for."""
    history = [Step(number=1, state=state, at=NOW, account_id="clerk")]
    case = Case(id="case", account_id="account", ending=ending, fee_cents=0, state=state, history=history)
    if state == "awaiting_applicant":
        case.corrections.append(Correction(number=1, fields=["dog_name"], asked_at=NOW, asked_by="clerk"))
    return case


@pytest.mark.parametrize(("state", "event"), list(product(contract.CASE_STATES, DO)))
def test_a_case_goes_where_the_table_says_and_nowhere_else(state, event):
    case = case_in(state, ENDING_OF.get(event, "document"))
    if (state, event) in CASE_STATES:
        DO[event](case)
        assert case.state == CASE_STATES[state, event]
        assert [(step.number, step.state, step.at) for step in case.history[1:]] == [(2, case.state, NOW)]
    else:
        with pytest.raises(Conflict) as failure:
            DO[event](case)
        assert failure.value.slug == "applications.wrong_state"
        assert (case.state, len(case.history)) == (state, 1)


@given(st.lists(st.sampled_from(sorted(DO)), max_size=12), st.sampled_from(contract.ENDINGS), st.integers(0, 1))
def test_no_row_of_events_leads_off_the_table(events, ending, fee):
    case = Case(id="case", account_id="account", ending=ending, fee_cents=fee)
    case.begin(NOW)
    path = [case.state]
    for event in events:
        try:
            DO[event](case)
        except Conflict:
            continue
        path.append(case.state)
    assert [step.state for step in case.history] == path
    assert all(later in {CASE_STATES.get((former, event)) for event in DO} for former, later in pairwise(path))
    assert {"completed", "rejected", "withdrawn"}.isdisjoint(path[:-1])


@pytest.mark.parametrize("state", ["awaiting_payment", "paid", "free"])
def test_only_a_waiting_order_can_be_paid(state):
    order = Order(id="order", state=state)
    if (state, "pay") in ORDER_STATES:
        order.pay()
        assert order.state == "paid"
    else:
        with pytest.raises(Conflict):
            order.pay()


@pytest.mark.parametrize("event", ["issue", "send"])
def test_a_case_ends_as_its_service_says(event):
    other = "post" if ENDING_OF[event] == "document" else "document"
    with pytest.raises(Conflict):
        DO[event](case_in("approved", other))


def first_case(order):
    return order["cases"][0]["case_id"]


def test_an_approved_case_is_completed_by_its_document(session):
    anna = clerk(f"{SOEGEL}/steueramt")
    case_id = first_case(submit(session, citizen(), (DOG, SOEGEL)))
    assert deciding.review_case(session, anna, case_id=case_id)["state"] == "in_review"
    assert deciding.decide_case(session, anna, case_id=case_id, decision="approve", reason=None)["state"] == "approved"
    document_id = ids.new_id()
    deciding.complete_case(session, case_id=case_id, document_id=document_id)
    after = casework.get_case(session, anna, case_id=case_id)
    assert (after["state"], after["document_id"]) == ("completed", document_id)
    assert [step["state"] for step in after["history"]] == ["submitted", "in_review", "approved", "completed"]
    assert [name for name, _ in testing.published(session)][-2:] == ["application.approved", "application.completed"]


def test_who_reads_what_the_applicant_was_told_is_written_down_and_another_office_finds_no_case(session):
    erika = citizen()
    order = submit(session, erika, (DOG, SOEGEL))
    case_id = first_case(order)
    assert casework.open_notices(session, clerk(f"{SOEGEL}/steueramt"), case_id=case_id) == order["order_id"]
    with pytest.raises(NotFound):
        casework.open_notices(session, clerk(f"{SOEGEL}/standesamt"), case_id=case_id)
    read = list_entries(session, erika, of="myself")["entries"]
    assert [entry["action"] for entry in read if entry["office_id"]] == ["case.notices_listed"]


def test_a_document_issued_twice_changes_nothing_the_second_time(session):
    case_id, document_id = approved(session, DOG, "steueramt"), ids.new_id()
    deciding.complete_case(session, case_id=case_id, document_id=document_id)
    before = testing.published(session)
    deciding.complete_case(session, case_id=case_id, document_id=document_id)
    assert testing.published(session) == before


def test_a_second_document_is_a_conflict(session):
    case_id = approved(session, DOG, "steueramt")
    deciding.complete_case(session, case_id=case_id, document_id=ids.new_id())
    with pytest.raises(Conflict):
        deciding.complete_case(session, case_id=case_id, document_id=ids.new_id())


def test_a_document_for_a_case_that_is_not_here_yet_comes_again(session):
    with pytest.raises(Unavailable):
        deciding.complete_case(session, case_id=ids.new_id(), document_id=ids.new_id())


def approved(session, service, office):
    order = submit(session, citizen(), (service, SOEGEL))
    if order["state"] == "awaiting_payment":
        pay(session, order)
    case_id = first_case(order)
    deciding.decide_case(session, clerk(f"{SOEGEL}/{office}"), case_id=case_id, decision="approve", reason=None)
    return case_id


def test_a_birth_certificate_ends_with_being_sent_and_needs_no_document(session):
    case_id, anna = approved(session, BIRTH, "standesamt"), clerk(f"{SOEGEL}/standesamt")
    with pytest.raises(NotFound):
        casework.get_case_for_document(session, anna, case_id=case_id)
    assert deciding.mark_sent(session, anna, case_id=case_id)["state"] == "completed"
    assert testing.published(session)[-1][0] == "application.completed"
    with pytest.raises(Conflict):
        deciding.mark_sent(session, anna, case_id=case_id)


def test_a_case_that_ends_with_a_document_cannot_be_marked_as_sent(session):
    case_id = approved(session, DOG, "steueramt")
    with pytest.raises(Conflict):
        deciding.mark_sent(session, clerk(f"{SOEGEL}/steueramt"), case_id=case_id)


@pytest.mark.parametrize("reason", [None, "", "  ", "\u00a0\r\n\t", "\u2003\u2028"])
def test_a_rejection_needs_a_reason(session, reason):
    case_id = first_case(submit(session, citizen(), (DOG, SOEGEL)))
    asked = registry.load(contract.DecideCase, {"case_id": case_id, "decision": "reject", "reason": reason})
    with pytest.raises(Invalid) as failure:
        deciding.decide_case(session, clerk(f"{SOEGEL}/steueramt"), **asked)
    assert failure.value.fields == {"reason": ["required"]}


def test_the_citizen_reads_why_it_was_rejected_and_the_event_does_not_say(session):
    erika = citizen()
    case_id = first_case(submit(session, erika, (DOG, SOEGEL)))
    anna = clerk(f"{SOEGEL}/steueramt")
    deciding.decide_case(session, anna, case_id=case_id, decision="reject", reason="Der Hund lebt in Lingen.")
    assert casework.get_application(session, erika, case_id=case_id)["reason"] == "Der Hund lebt in Lingen."
    name, data = testing.published(session)[-1]
    assert name == "application.rejected"
    assert "Lingen" not in str(data)


def test_who_decided_is_written_down(session):
    anna = clerk(f"{SOEGEL}/steueramt")
    case_id = first_case(submit(session, citizen(), (DOG, SOEGEL)))
    deciding.decide_case(session, anna, case_id=case_id, decision="approve", reason=None)
    session.flush()
    assert session.get(Step, (case_id, 2)).account_id == anna.account_id


@pytest.mark.parametrize(
    "who",
    [clerk(f"{LINGEN}/steueramt"), clerk(f"{SOEGEL}/gewerbeamt"), clerk("*/steueramt"), clerk(), citizen()],
    ids=["other town", "other office", "no office", "no role", "citizen"],
)
def test_a_case_of_another_office_does_not_exist(session, who):
    case_id = first_case(submit(session, citizen(), (DOG, SOEGEL)))
    for act in (
        lambda: casework.get_case(session, who, case_id=case_id),
        lambda: deciding.review_case(session, who, case_id=case_id),
        lambda: deciding.decide_case(session, who, case_id=case_id, decision="approve", reason=None),
        lambda: deciding.mark_sent(session, who, case_id=case_id),
    ):
        with pytest.raises(NotFound) as failure:
            act()
        assert failure.value.slug == "applications.no_case"
    assert queue.list_cases(session, who, state=None, before=None, limit=50) == {"cases": [], "more": False}


def test_an_unpaid_case_is_not_in_the_queue(session):
    anna = clerk(f"{SOEGEL}/gewerbeamt")
    order = submit(session, citizen(), (BUSINESS, SOEGEL))
    assert queue.list_cases(session, anna, state=None, before=None, limit=50)["cases"] == []
    assert queue.list_cases(session, anna, state="awaiting_payment", before=None, limit=50)["cases"] == []
    with pytest.raises(NotFound):
        casework.get_case(session, anna, case_id=first_case(order))
    pay(session, order)
    assert [case["case_id"] for case in queue.list_cases(session, anna, state=None, before=None, limit=50)["cases"]] == [
        first_case(order)
    ]


def test_of_two_clerks_at_once_the_second_is_told(session):
    anna = clerk(f"{SOEGEL}/steueramt")
    case_id = first_case(submit(session, citizen(), (DOG, SOEGEL)))
    session.commit()
    read = casework.of_clerk(session, anna, case_id)
    # The other clerk's decision arrives between our reading and our writing.
    session.connection().exec_driver_sql("UPDATE cases SET state = 'rejected', version = version + 1")
    with pytest.raises(StaleDataError):
        deciding.decide_case(session, anna, case_id=read.id, decision="approve", reason=None)


def test_what_staff_sees_and_does_is_written_down_for_the_citizen(session):
    erika, anna = citizen(), clerk(f"{SOEGEL}/steueramt")
    case_id = first_case(submit(session, erika, (DOG, SOEGEL)))
    queue.list_cases(session, anna, state=None, before=None, limit=10)
    casework.get_case(session, anna, case_id=case_id)
    deciding.review_case(session, anna, case_id=case_id)
    deciding.decide_case(session, anna, case_id=case_id, decision="approve", reason=None)
    with pytest.raises(NotFound):
        casework.get_case(session, clerk(f"{LINGEN}/steueramt"), case_id=case_id)
    entries = list_entries(session, erika, of="myself")["entries"]
    assert [entry["action"] for entry in entries] == ["case.decided", "case.reviewed", "case.viewed"]
    assert {(entry["office_id"], entry["reason"], entry["actor_id"]) for entry in entries} == {
        (f"{SOEGEL}/steueramt", "casework", None)
    }
    assert entries[0]["about"] == {"case_id": case_id, "service": DOG, "decision": "approve"}


def test_a_queue_comes_in_pages_over_all_offices_of_a_clerk(session):
    everywhere = clerk(*(f"{SOEGEL}/{office}" for office in ("steueramt", "gewerbeamt", "standesamt")))
    orders = [submit(session, citizen(), (service, SOEGEL)) for service in (DOG, BUSINESS, BIRTH) * 3]
    for order in orders:
        if order["state"] == "awaiting_payment":
            pay(session, order)
    submit(session, citizen(), (DOG, LINGEN))
    seen, before, more = [], None, True
    while more:
        page = queue.list_cases(session, everywhere, state="submitted", before=before, limit=4)
        seen += [case["case_id"] for case in page["cases"]]
        before, more = seen[-1], page["more"]
    assert seen == [first_case(order) for order in orders][::-1]


def test_a_clerk_of_the_whole_network_sees_every_queue(session):
    for ars in (SOEGEL, LINGEN):
        submit(session, citizen(), (DOG, ars))
    assert len(queue.list_cases(session, clerk("*"), state=None, before=None, limit=50)["cases"]) == 2


def test_documents_gets_what_a_document_is_written_from(session):
    case_id = approved(session, DOG, "steueramt")
    got = casework.get_case_for_document(session, clerk(), case_id=case_id)
    assert got["template"] == "dog-confirmation"
    assert got["answers"]["dog_birth_date"] == "1990-05-17"
    assert got["service_name"] == {"de": "Hund anmelden", "en": "Register a dog"}
    assert got["approved_at"] == got["submitted_at"] == NOW


def test_a_case_that_is_not_approved_has_no_document_to_write(session):
    case_id = first_case(submit(session, citizen(), (DOG, SOEGEL)))
    with pytest.raises(NotFound):
        casework.get_case_for_document(session, clerk(), case_id=case_id)


def test_somebody_elses_application_does_not_exist(session):
    case_id = first_case(submit(session, citizen(), (DOG, SOEGEL)))
    with pytest.raises(NotFound):
        casework.get_application(session, citizen(), case_id=case_id)


def test_applications_are_found_by_state(session):
    erika = citizen()
    order = submit(session, erika, (DOG, SOEGEL), (BUSINESS, SOEGEL))
    found = casework.list_applications(session, erika, state="awaiting_payment", before=None, limit=50)
    assert [case["case_id"] for case in found["cases"]] == [order["cases"][1]["case_id"]]
    assert len(casework.list_applications(session, erika, state=None, before=None, limit=50)["cases"]) == 2
