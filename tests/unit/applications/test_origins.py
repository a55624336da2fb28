"""What was taken over from the account is told as such, for as long as it reads as it did; nobody is told it was verified."""

import pytest

from services.applications import casework, correcting, drafting, ordering
from services.applications.model import Case, Draft
from tests.unit.applications.portal import DOG, SOEGEL, answers, citizen, clerk

ERIKA, ANNA = citizen(), clerk(f"{SOEGEL}/steueramt")
TAKEN = ["family_name", "given_names"]


@pytest.fixture
def draft_id(session):
    return drafting.start_draft(
        session, ERIKA, service=DOG, ars=SOEGEL, answers={"given_names": "Erika", "family_name": "Musterfrau"}, taken=TAKEN
    )["draft_id"]


def save(session, draft_id, taken=(), **given):
    kept = {**session.get_one(Draft, draft_id).answers, **given}
    drafting.save_draft(session, ERIKA, draft_id=draft_id, answers=kept, taken=taken)
    return session.get_one(Draft, draft_id).taken


def ordered(session, draft_id):
    drafting.add_to_cart(session, ERIKA, draft_id=draft_id)
    order = ordering.place_order(session, ERIKA, expected_total_cents=0)
    return order["cases"][0]["case_id"]


def test_the_origin_stays_while_the_value_does(session, draft_id):
    assert save(session, draft_id, phone="05952 1") == TAKEN
    assert save(session, draft_id, given_names="Erika Maria") == ["family_name"]
    assert save(session, draft_id, given_names="Erika") == ["family_name"]
    assert save(session, draft_id, taken=["given_names"]) == TAKEN
    assert save(session, draft_id, family_name="") == ["given_names"]


def test_what_is_not_answered_was_not_taken_over(session, draft_id):
    assert save(session, draft_id, taken=["town", "no_such_field"]) == TAKEN


def test_a_case_keeps_the_origin_until_a_correction_changes_the_value(session, draft_id):
    save(session, draft_id, **answers(DOG, given_names="Erika", family_name="Musterfrau"))
    case_id = ordered(session, draft_id)
    assert casework.get_case(session, ANNA, case_id=case_id)["taken"] == TAKEN
    assert casework.get_application(session, ERIKA, case_id=case_id)["taken"] == TAKEN
    asked = ["given_names", "family_name", "town"]
    correcting.ask_for_correction(session, ANNA, case_id=case_id, fields_=asked, message="Stimmt das?")
    same = {"family_name": "Musterfrau", "town": session.get_one(Case, case_id).answers["town"]}
    correcting.correct_application(session, ERIKA, case_id=case_id, answers={**same, "given_names": "Erika Maria"})
    case = casework.get_case(session, ANNA, case_id=case_id)
    assert case["taken"] == ["family_name"]
    assert case["corrections"][0]["changed"] == ["given_names"]


def test_only_the_key_of_the_case_tells_what_was_taken_over(session, draft_id):
    draft = session.get_one(Draft, draft_id)
    assert b"family_name" not in draft.sealed_taken
    assert draft.taken == TAKEN
    assert save(session, draft_id, given_names="", family_name="") is None
    assert draft.sealed_taken is None
