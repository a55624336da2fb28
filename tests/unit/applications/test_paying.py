"""What an office sees of the payment of its cases, and that it can open what was issued."""

from datetime import timedelta

import pytest

from services.applications import casework, deciding, paying
from services.applications.model import Case
from services.chassis import ids
from services.chassis.audit_reading import list_entries
from services.contracts.errors import NotFound, Unavailable
from tests.unit.applications.portal import BIRTH, DOG, LINGEN, NOW, SOEGEL, citizen, clerk, pay, submit

REGISTRY = f"{SOEGEL}/standesamt"
LATER = NOW + timedelta(days=2)


def of(case):
    return paying.facts(case)


def test_a_free_case_has_no_payment(session):
    order = submit(session, citizen(), (DOG, SOEGEL))
    assert of(session.get_one(Case, order["cases"][0]["case_id"])) is None


def test_a_fee_is_secured_when_the_case_comes_in_then_collected(session):
    order = submit(session, citizen(), (BIRTH, SOEGEL))
    case = session.get_one(Case, order["cases"][0]["case_id"])
    assert set(of(case).values()) == {None}
    pay(session, order)
    assert of(case) == {"secured_at": NOW, "collected_at": None, "given_back_at": None, "given_back_by": None}
    for at in (LATER, LATER + timedelta(days=1)):
        paying.note_collected(session, at, order_id=order["order_id"], amount=order["total"])
    assert of(case)["collected_at"] == LATER
    assert casework.get_case(session, clerk(REGISTRY), case_id=case.id)["payment"]["collected_at"] == LATER


def test_of_two_cases_of_one_order_one_was_never_collected(session):
    order = submit(session, citizen(), (BIRTH, SOEGEL), (BIRTH, LINGEN))
    pay(session, order)
    first, second = (session.get_one(Case, case["case_id"]) for case in order["cases"])
    paying.note_given_back(session, LATER, case_id=first.id, manner="released")
    paying.note_collected(session, LATER, order_id=order["order_id"])
    assert (of(first)["collected_at"], of(first)["given_back_by"]) == (None, "released")
    assert (of(second)["collected_at"], of(second)["given_back_by"]) == (LATER, None)
    for manner in ("refunded", "released"):
        paying.note_given_back(session, LATER, case_id=second.id, manner=manner)
    session.flush()
    assert of(second) == {"secured_at": NOW, "collected_at": LATER, "given_back_at": LATER, "given_back_by": "refunded"}


def test_news_of_a_case_that_is_not_here_yet_comes_again(session):
    with pytest.raises(Unavailable):
        paying.note_collected(session, NOW, order_id=ids.new_id())
    with pytest.raises(Unavailable):
        paying.note_given_back(session, NOW, case_id=ids.new_id(), manner="refunded")


def test_an_office_opens_the_document_of_its_own_cases_and_the_citizen_reads_that_it_did(session):
    who = citizen()
    case_id = submit(session, who, (DOG, SOEGEL))["cases"][0]["case_id"]
    tax = clerk(f"{SOEGEL}/steueramt")
    with pytest.raises(NotFound) as failure:
        casework.open_document(session, tax, case_id=case_id)
    assert failure.value.slug == "applications.no_document"
    deciding.decide_case(session, tax, case_id=case_id, decision="approve", reason=None)
    deciding.complete_case(session, case_id=case_id, document_id=(document_id := ids.new_id()))
    assert casework.open_document(session, tax, case_id=case_id) == document_id
    with pytest.raises(NotFound) as failure:
        casework.open_document(session, clerk(f"{LINGEN}/steueramt"), case_id=case_id)
    assert failure.value.slug == "applications.no_case"
    told = list_entries(session, who, of="myself", before=None, limit=10)["entries"]
    assert told[0]["action"] == "case.document_viewed"
