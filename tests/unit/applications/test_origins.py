"""What was taken over from the account is told as such, for as long as it reads as it did; nobody is told it was verified."""

import pytest

from services.applications import casework, correcting, drafting, ordering
from services.applications.model import Case, Draft
from tests.unit.applications.portal import DOG, SOEGEL, answers, citizen, clerk

ERIKA, ANNA = citizen(), clerk(f"{SOEGEL}/steueramt")
PROFILE = {"given_names": "Erika", "family_name": "Musterfrau", "street": "Musterstraße", "town": "Sögel"}
TAKEN = ["family_name", "given_names"]


@pytest.fixture
def draft_id(session):
    return begin(session, {"given_names": "Erika", "family_name": "Musterfrau"})


def begin(session, given, profile=PROFILE):
    begun = drafting.start_draft(session, ERIKA, service=DOG, ars=SOEGEL, answers=given, taken=TAKEN, profile=profile)
    return begun["draft_id"]


def save(session, draft_id, taken=(), **given):
    kept = {**session.get_one(Draft, draft_id).answers, **given}
    drafting.save_draft(session, ERIKA, draft_id=draft_id, answers=kept, taken=taken, profile=PROFILE)
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


def test_what_does_not_read_as_the_account_does_was_not_taken_from_it(session, draft_id):
    """Whatever a program claims: the office would believe it."""
    forged = begin(session, {"given_names": "Erika", "family_name": "Falschmann"})
    assert session.get_one(Draft, forged).taken == ["given_names"]
    assert session.get_one(Draft, begin(session, PROFILE, profile={})).taken is None
    assert save(session, draft_id, taken=["dog_name"], dog_name="Sögel") == TAKEN
    assert save(session, draft_id, taken=["street", "town"], street="Musterstraße", town="Lathen") == [*TAKEN, "street"]


def test_what_is_ordered_otherwise_than_it_stands_in_the_draft_was_not_taken_over(session, draft_id):
    other = answers(DOG, given_names="Erika", family_name="Falschmann")
    wanted = {"service": DOG, "ars": SOEGEL, "answers": other, "draft_id": draft_id}
    [case] = ordering.submit_applications(session, ERIKA, applications=[wanted])["cases"]
    assert session.get_one(Case, case["case_id"]).taken == ["given_names"]


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


def corrected(session, case_id, **given):
    correcting.ask_for_correction(session, ANNA, case_id=case_id, fields_=list(given), message="Stimmt das?")
    correcting.correct_application(session, ERIKA, case_id=case_id, answers={k: v for k, v in given.items() if v is not None})


@pytest.fixture
def twice(session, draft_id):
    """A case that was corrected twice."""
    save(session, draft_id, **answers(DOG, given_names="Erika", family_name="Musterfrau", dog_name="Bello", phone="05952 1"))
    case_id = ordered(session, draft_id)
    corrected(session, case_id, dog_name="Rex", phone=None)
    corrected(session, case_id, dog_name="Rexi", phone="05952 2")
    return case_id


def test_what_was_sent_stays_what_was_sent_whatever_is_corrected_later(session, twice):
    sent = casework.get_sent(session, ERIKA, case_id=twice)["sent"]
    assert (sent["answers"]["dog_name"], sent["answers"]["phone"]) == ("Bello", "05952 1")
    assert session.get_one(Case, twice).answers["dog_name"] == "Rexi"
    assert sent["corrected_at"] is None
    assert [(one["changed"], one["answers"]) for one in sent["corrections"]] == [
        (["dog_name", "phone"], {"dog_name": "Rex"}),
        (["dog_name", "phone"], {"dog_name": "Rexi", "phone": "05952 2"}),
    ]


def test_the_office_and_the_citizen_see_the_old_value_and_the_new_one(session, twice):
    for case in (casework.get_case(session, ANNA, case_id=twice), casework.get_application(session, ERIKA, case_id=twice)):
        assert [(one["before"], one["after"]) for one in case["corrections"]] == [
            ({"dog_name": "Bello", "phone": "05952 1"}, {"dog_name": "Rex"}),
            ({"dog_name": "Rex"}, {"dog_name": "Rexi", "phone": "05952 2"}),
        ]


def test_where_an_older_correction_kept_nothing_what_was_sent_is_not_made_up(session, twice):
    session.get_one(Case, twice).corrections[0].before = None
    sent = casework.get_sent(session, ERIKA, case_id=twice)["sent"]
    assert (sent["answers"]["dog_name"], len(sent["corrections"])) == ("Rex", 1)
    assert sent["corrected_at"] == session.get_one(Case, twice).corrections[0].answered_at
    assert casework.get_case(session, ANNA, case_id=twice)["corrections"][0]["after"] is None


def test_only_the_key_of_the_case_tells_what_was_sent(session, twice):
    asked = session.get_one(Case, twice).corrections[0]
    assert asked.before["dog_name"] == "Bello"
    assert b"Bello" not in asked.sealed_before


def test_only_the_key_of_the_case_tells_what_was_taken_over(session, draft_id):
    draft = session.get_one(Draft, draft_id)
    assert b"family_name" not in draft.sealed_taken
    assert draft.taken == TAKEN
    assert save(session, draft_id, given_names="", family_name="") is None
    assert draft.sealed_taken is None
