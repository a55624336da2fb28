"""What passes between office and citizen before a decision: corrections, notes, withdrawal, handing over, the second person."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.applications import attaching, casework, catalogue, correcting, deciding, drafting, erasing, forms, ordering, queue
from services.applications.model import Case, Correction, FeeRule, File, Note, Offer, Step
from services.chassis import clock, testing
from services.contracts.actors import Actor, Behalf, Role
from services.contracts.errors import Conflict, Forbidden, Invalid, NotFound
from services.contracts.forms import Section
from services.contracts.registry import dump
from tests.answers import fill
from tests.unit.applications.portal import (
    BIRTH,
    BUSINESS,
    DOG,
    LINGEN,
    NOW,
    SOEGEL,
    answers,
    attach,
    citizen,
    clerk,
    pay,
    publish,
    submit,
)

TAX = f"{SOEGEL}/steueramt"
ANNA, LINA = clerk(TAX), clerk(f"{LINGEN}/steueramt")
BOTH = Actor("staff", ANNA.account_id, roles=(Role("clerk", TAX), Role("approver", TAX)))
PAUL = Actor("staff", "0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b99", roles=(Role("approver", f"{SOEGEL}/*"),))
ERIKA = citizen()


@pytest.fixture
def dog(session):
    return submit(session, ERIKA, (DOG, SOEGEL))["cases"][0]["case_id"]


@pytest.fixture
def asked(session, dog):
    asking(session, dog)
    return dog


def asking(session, case_id, names=("dog_name", "birth_date"), who=ANNA):
    return correcting.ask_for_correction(session, who, case_id=case_id, fields_=list(names), message="Bitte prüfen.")


def correct(session, case_id, who=ERIKA, **answers):
    return correcting.correct_application(session, who, case_id=case_id, answers=answers)


def events(session):
    return [name for name, _ in testing.published(session)]


def test_exactly_the_named_fields_change_and_the_case_comes_back(session, asked):
    before = casework.get_application(session, ERIKA, case_id=asked)
    assert (before["state"], before["corrections"][0]["message"]) == ("awaiting_applicant", "Bitte prüfen.")
    after = correct(session, asked, dog_name="Rex", birth_date="2023-04-12")
    assert after["state"] == "in_review"
    assert after["answers"] == {**before["answers"], "dog_name": "Rex", "birth_date": "2023-04-12"}
    assert after["corrections"][0]["answered_at"] == NOW
    assert session.get(Case, asked).assignee_id == ANNA.person_id
    assert "application.correction_asked" in events(session)
    with pytest.raises(Conflict):
        correct(session, asked, dog_name="Bello")


def test_another_field_is_refused_and_nothing_is_changed(session, asked):
    with pytest.raises(Invalid) as failure:
        correct(session, asked, dog_name="Rex", birth_date="2023-04-12", breed="Dackel")
    assert failure.value.fields == {"breed": ["unknown_field"]}


def test_what_follows_from_an_asked_field_can_be_corrected_with_it():
    sections: list[dict[str, Any]] = [
        {"fields_": [{"name": "is_married"}, {"name": "spouse", "when": {"is_married": True}}, {"name": "email"}]},
        {"when": {"spouse": {"answered": True}}, "fields_": [{"name": "since"}]},
        {"name": "children", "repeated": {"least": 0}, "when": {"is_married": True}, "fields_": [{"name": "child"}]},
    ]
    assert correcting.with_followers(sections, ["is_married"]) == ["is_married", "spouse", "since", "children"]
    assert correcting.with_followers(sections, ["email"]) == ["email"]


def test_what_sets_the_bounds_of_a_day_is_corrected_with_that_day_and_what_is_asked_in_entries_with_them():
    sections: list[dict[str, Any]] = [
        {"fields_": [{"name": "born"}, {"name": "kept_since", "earliest": "born"}, {"name": "moved", "latest": "today-1d"}]},
        {"name": "people", "repeated": {"least": 0}, "fields_": [{"name": "came", "when": {"kept_since": {"answered": True}}}]},
    ]
    assert correcting.with_followers(sections, ["born"]) == ["born", "kept_since", "people"]
    assert correcting.with_followers(sections, ["moved"]) == ["moved"]


PERMIT = "resident-parking-permit"


@pytest.fixture
def permit(session):
    """Ordered for today, which is the earliest day; paid and asked about the next day."""
    offered = {"service": PERMIT, "ars": SOEGEL, "office_id": f"{SOEGEL}/steueramt", "version": 1}
    fee = FeeRule(valid_from=date(2026, 1, 1), base_cents=3070, legal_basis="GebOSt", is_example=False)
    session.add(Offer(**offered, fees=[fee]))
    session.flush()
    given = answers(PERMIT, valid_from="2026-09-01", is_registered_keeper=True)
    draft = drafting.start_draft(session, ERIKA, service=PERMIT, ars=SOEGEL, answers=given)
    attach(session, ERIKA, draft["draft_id"], {"name": "vehicle_registration", "kinds": ["pdf"]})
    drafting.add_to_cart(session, ERIKA, draft_id=draft["draft_id"])
    order = ordering.place_order(session, ERIKA, expected_total_cents=3070)
    with clock.fixed(NOW + timedelta(days=1)):
        pay(session, order)
    return order["cases"][0]["case_id"]


@pytest.mark.parametrize("days", [1, 200])
def test_what_was_not_asked_about_is_not_wrong_because_time_has_passed(session, permit, days):
    with clock.fixed(NOW + timedelta(days=days)):
        asking(session, permit, ["number_plate"])
        assert correct(session, permit, number_plate="EL-AB 123")["answers"]["valid_from"] == "2026-09-01"


PAPERS, PERMISSION = "attachments.vehicle_registration", "attachments.permission_of_keeper"
LENT = {"is_registered_keeper": False}


def bring(session, case_id, place="permission_of_keeper", who=ERIKA, state="ready"):
    upload = {"case_id": case_id, "place": place, "filename": "Schreiben.pdf", "size": 1000}
    file_id = attaching.begin_correction_upload(session, who, **upload)["file_id"]
    attaching.take(session, who, file_id=file_id, size=1000, kind="pdf", state=state)
    session.flush()
    return file_id


def seen(session, case_id):
    """The places and numbers of the files that the office sees, and whether the citizen has more."""
    office, own = (
        files(session, who, case_id=case_id)["files"]
        for files, who in ((attaching.list_case_files, clerk(TAX)), (attaching.list_application_files, ERIKA))
    )
    return [(file["place"], file["correction"]) for file in office], len(own) - len(office)


def test_an_answer_that_makes_a_file_necessary_does_not_come_back_without_it(session, permit):
    asking(session, permit, ["is_registered_keeper"])
    asked = casework.get_application(session, ERIKA, case_id=permit)["corrections"][0]["fields_"]
    assert asked[-1] == PERMISSION
    given = {name: LENT.get(name, "Musterangabe") for name in asked if name != PERMISSION}
    with pytest.raises(Invalid) as failure:
        correct(session, permit, **given)
    assert failure.value.fields == {PERMISSION: ["file_required"]}
    file_id = bring(session, permit)
    assert seen(session, permit) == ([("vehicle_registration", None)], 1)
    with pytest.raises(NotFound):
        attaching.open_file_of_office(session, clerk(TAX), file_id)
    assert correct(session, permit, **given)["state"] == "in_review"
    assert seen(session, permit) == ([("vehicle_registration", None), ("permission_of_keeper", 1)], 0)
    assert attaching.open_file_of_office(session, clerk(TAX), file_id).file_id == file_id
    with pytest.raises(NotFound):
        attaching.remove_file(session, ERIKA, file_id=file_id)


def test_a_place_for_files_is_asked_for_by_its_name_and_the_first_file_stays(session, permit):
    asking(session, permit, [PAPERS])
    with pytest.raises(Invalid) as failure:
        bring(session, permit)
    assert failure.value.fields == {"place": ["choice"]}
    bring(session, permit, "vehicle_registration")
    gone = bring(session, permit, "vehicle_registration")
    with pytest.raises(Invalid) as failure:
        bring(session, permit, "vehicle_registration")
    assert failure.value.fields == {"file": ["too_many_files"]}
    attaching.remove_file(session, ERIKA, file_id=gone)
    session.flush()
    session.expire_all()
    correct(session, permit)
    assert seen(session, permit) == ([("vehicle_registration", None), ("vehicle_registration", 1)], 0)


RELIEF, FURTHER, PROOF = "dog-tax-relief", "attachments.further_proof", "attachments.relief_proof"


@pytest.fixture
def relief(session):
    """On a ground that opens a place for files which may stay empty, and not the one that may not."""
    fee = FeeRule(valid_from=date(2026, 1, 1), base_cents=0, legal_basis="Satzung", is_example=False)
    session.add(Offer(service=RELIEF, ars=SOEGEL, office_id=TAX, version=1, fees=[fee]))
    session.flush()
    draft = drafting.start_draft(session, ERIKA, service=RELIEF, ars=SOEGEL, answers=answers(RELIEF, ground="other"))
    drafting.add_to_cart(session, ERIKA, draft_id=draft["draft_id"])
    return ordering.place_order(session, ERIKA, expected_total_cents=0)["cases"][0]["case_id"]


def test_what_may_stay_empty_is_not_answered_by_nothing_when_it_was_asked_for(session, relief):
    asking(session, relief, [FURTHER])
    with pytest.raises(Invalid) as failure:
        correct(session, relief)
    assert failure.value.fields == {FURTHER: ["file_or_none"]}
    bring(session, relief, "further_proof")
    assert correct(session, relief)["state"] == "in_review"
    asking(session, relief, [FURTHER])
    with pytest.raises(Invalid) as failure:
        correct(session, relief)
    assert failure.value.fields == {FURTHER: ["file_or_none"]}, "the file of the first answer is none of the second"
    answered = correcting.correct_application(session, ERIKA, case_id=relief, answers={}, no_file_for=[FURTHER])
    assert (answered["state"], answered["corrections"][-1]["changed"]) == ("in_review", [])


def test_who_says_that_there_is_no_file_still_owes_one_that_is_required_and_says_it_of_no_other_place(session, relief, permit):
    asking(session, permit, [PAPERS])
    session.delete(session.scalar(select(File).where(File.case_id == permit)))
    session.flush()
    session.expire_all()
    with pytest.raises(Invalid) as failure:
        correcting.correct_application(session, ERIKA, case_id=permit, answers={}, no_file_for=[PAPERS])
    assert failure.value.fields == {PAPERS: ["file_required"]}
    asking(session, relief, [FURTHER])
    with pytest.raises(Invalid) as failure:
        correcting.correct_application(session, ERIKA, case_id=relief, answers={}, no_file_for=[FURTHER, PROOF])
    assert failure.value.fields == {PROOF: ["unknown_field"]}


def test_a_place_is_asked_for_only_where_the_answers_open_it_and_else_comes_with_the_question_that_does(session, relief):
    with pytest.raises(Invalid) as failure:
        asking(session, relief, [PROOF])
    assert failure.value.fields == {"fields": ["choice"], PROOF: ["choice"]}
    asking(session, relief, ["ground"])
    fields = casework.get_application(session, ERIKA, case_id=relief)["corrections"][0]["fields_"]
    assert {FURTHER, PROOF} <= set(fields)
    given = {name: value for name, value in session.get(Case, relief).answers.items() if name in fields}
    assert correct(session, relief, **given)["state"] == "in_review", "nothing more was asked for than the ground"


def test_a_file_that_the_scanner_has_not_seen_keeps_the_correction_waiting(session, permit):
    asking(session, permit, [PAPERS])
    bring(session, permit, "vehicle_registration", state="unchecked")
    with pytest.raises(Invalid) as failure:
        correct(session, permit)
    assert failure.value.fields == {PAPERS: ["file_unchecked"]}


def test_what_no_answer_asks_for_any_more_does_not_go_to_the_office(session, permit):
    asking(session, permit, ["is_registered_keeper"])
    bring(session, permit)
    correct(session, permit, is_registered_keeper=True)
    assert seen(session, permit) == ([("vehicle_registration", None)], 0)


@pytest.mark.parametrize("end", ["call back", "withdraw"])
def test_what_was_attached_and_never_sent_is_gone_when_nobody_waits_for_it_any_more(session, permit, end):
    asking(session, permit, [PAPERS])
    bring(session, permit, "vehicle_registration")
    if end == "withdraw":
        deciding.withdraw_application(session, ERIKA, case_id=permit)
    else:
        deciding.review_case(session, ANNA, case_id=permit)
    session.flush()
    assert seen(session, permit) == ([("vehicle_registration", None)], 0)
    with pytest.raises(Conflict):
        bring(session, permit, "vehicle_registration")


def test_nobody_else_attaches_files_to_a_case(session, permit):
    asking(session, permit, [PAPERS])
    for who, kind in (
        (citizen(), NotFound),
        (Actor("citizen", "x", behalf=Behalf("organisation", ERIKA.person_id, "grant", ("*",), "reader")), Forbidden),
    ):
        with pytest.raises(kind):
            bring(session, permit, "vehicle_registration", who)


def test_what_was_asked_about_may_stay_as_it_was_and_is_else_an_answer_of_today(session, permit):
    with clock.fixed(NOW + timedelta(days=2)):
        asking(session, permit, ["valid_from"])
        with pytest.raises(Invalid) as failure, session.begin_nested():
            correct(session, permit, valid_from="2026-09-02")
        assert failure.value.fields == {"valid_from": ["date_in_past"]}
        assert correct(session, permit, valid_from="2026-09-01")["state"] == "in_review"
        asking(session, permit, ["valid_from"])
        assert correct(session, permit, valid_from="2026-12-04")["state"] == "in_review"
    with clock.fixed(NOW + timedelta(days=4)):
        asking(session, permit, ["number_plate"])
        assert correct(session, permit, number_plate="EL-AB 123")["answers"]["valid_from"] == "2026-12-04"


@pytest.mark.parametrize("given", ["2008-09-01", "01.09.2008"])
def test_a_child_that_comes_of_age_meanwhile_was_a_child_when_it_was_sent(given):
    service = catalogue.services()["residence-registration"]
    form = replace(service, sections=[{**one, "when": None} for one in service.sections if one["name"] == "children"])
    first = {"child_family_name": "Muster", "child_given_names": "Kim"}
    filled = fill(
        [dump(Section, section) for section in form.sections],
        children=[{"child_birth_date": "2020-05-17"}, {"child_birth_date": "2008-09-01"}],
    )
    again = {"children": [{**filled["children"][1], "child_birth_date": given, **first}]}
    sent = forms.Sent(filled, date(2026, 9, 1))
    with clock.fixed(NOW + timedelta(days=1)):
        assert forms.complete(form, again, sent=sent)["children"][0]["child_birth_date"] == "2008-09-01"
        older = {"children": [{**again["children"][0], "child_birth_date": "2008-08-31"}]}
        for wrong in (lambda: forms.complete(form, again), lambda: forms.complete(form, older, sent=sent)):
            with pytest.raises(Invalid) as failure:
                wrong()
            assert failure.value.fields == {"children.0.child_birth_date": ["date_too_early"]}


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"dog_name": "Rex"}, {"birth_date": ["required"]}),
        ({"dog_name": "Rex", "birth_date": "gestern"}, {"birth_date": ["date"]}),
    ],
)
def test_a_correction_keeps_to_the_rules_of_the_form(session, asked, given, fields):
    with pytest.raises(Invalid) as failure:
        correct(session, asked, **given)
    assert failure.value.fields == fields


def test_a_field_of_another_form_cannot_be_asked_for(session, dog):
    with pytest.raises(Invalid) as failure:
        asking(session, dog, ["dog_name", "shoe_size"])
    assert failure.value.fields == {"fields": ["choice"], "shoe_size": ["choice"]}


def test_what_was_paid_for_is_not_corrected_afterwards(session):
    order = submit(session, ERIKA, (BIRTH, SOEGEL))
    pay(session, order)
    registry = clerk(f"{SOEGEL}/standesamt")
    with pytest.raises(Invalid) as failure:
        asking(session, order["cases"][0]["case_id"], ["copies"], registry)
    assert "copies" in failure.value.fields


def test_only_the_one_who_applied_corrects_and_withdraws(session, asked):
    reader = Actor("citizen", "somebody", behalf=Behalf("organisation", ERIKA.person_id, "grant", ("*",), "reader"))
    for who, kind in ((citizen(), NotFound), (reader, Forbidden)):
        with pytest.raises(kind):
            correct(session, asked, who, dog_name="Rex")
        with pytest.raises(kind):
            deciding.withdraw_application(session, who, case_id=asked)


def test_the_office_can_go_on_without_an_answer(session, asked):
    assert deciding.review_case(session, ANNA, case_id=asked)["state"] == "in_review"
    history = casework.get_case(session, ANNA, case_id=asked)["history"]
    assert [step["event"] for step in history] == [None, None, "call_back"]
    with pytest.raises(Conflict):
        correct(session, asked, dog_name="Rex")


@pytest.mark.parametrize("back", ["correct", "review"])
def test_the_clock_stands_still_while_the_citizen_is_asked(session, back):
    """Received on Tuesday, three days: due on Friday. Asked on Wednesday, answered on Monday: two days are left."""
    order = submit(session, ERIKA, (BUSINESS, SOEGEL))
    pay(session, order)
    case_id, trade = order["cases"][0]["case_id"], clerk(f"{SOEGEL}/gewerbeamt")
    assert session.get(Case, case_id).due_on == date(2026, 9, 4)
    with clock.fixed(NOW + timedelta(days=1)):
        asking(session, case_id, ["given_names"], trade)
    with clock.fixed(NOW + timedelta(days=5)):
        assert casework.get_case(session, trade, case_id=case_id)["urgency"] is None
        assert case_id not in [
            case["case_id"]
            for case in queue.list_cases(session, trade, state=None, before=None, limit=50, is_overdue=True)["cases"]
        ]
    with clock.fixed(NOW + timedelta(days=6)):
        if back == "correct":
            correct(session, case_id, given_names="Erika")
        else:
            deciding.review_case(session, trade, case_id=case_id)
    assert session.get(Case, case_id).due_on == date(2026, 9, 9)


@pytest.mark.parametrize(
    ("asked_after", "answered_after", "due_on"),
    [(3, 13, date(2026, 9, 14)), (3, 11, date(2026, 9, 14)), (3, 3, date(2026, 9, 4)), (4, 13, date(2026, 9, 4))],
    ids=["last day", "answered on a Saturday", "answered at once", "control: was over before"],
)
def test_a_clock_that_stopped_on_the_last_day_goes_on_with_that_day(session, asked_after, answered_after, due_on):
    order = submit(session, ERIKA, (BUSINESS, SOEGEL))
    pay(session, order)
    case_id, trade = order["cases"][0]["case_id"], clerk(f"{SOEGEL}/gewerbeamt")
    with clock.fixed(NOW + timedelta(days=asked_after)):
        asking(session, case_id, ["given_names"], trade)
    with clock.fixed(NOW + timedelta(days=answered_after)):
        correct(session, case_id, given_names="Erika")
        is_over = casework.get_case(session, trade, case_id=case_id)["urgency"] == "overdue"
    assert (session.get(Case, case_id).due_on, is_over) == (due_on, asked_after > 3)


def test_control_without_a_question_the_clock_runs(session):
    order = submit(session, ERIKA, (BUSINESS, SOEGEL))
    pay(session, order)
    with clock.fixed(NOW + timedelta(days=5)):
        assert (
            casework.get_case(session, clerk(f"{SOEGEL}/gewerbeamt"), case_id=order["cases"][0]["case_id"])["urgency"]
            == "overdue"
        )


@pytest.mark.parametrize("state", ["submitted", "in_review", "awaiting_applicant"])
def test_an_application_is_withdrawn_before_it_is_decided(session, dog, state):
    if state == "in_review":
        deciding.review_case(session, ANNA, case_id=dog)
    elif state == "awaiting_applicant":
        asking(session, dog)
    assert deciding.withdraw_application(session, ERIKA, case_id=dog)["state"] == "withdrawn"
    assert events(session)[-1] == "application.withdrawn"
    with pytest.raises(Conflict):
        deciding.decide_case(session, ANNA, case_id=dog, decision="approve", reason=None)


def test_what_is_decided_or_unpaid_is_not_withdrawn(session, dog):
    deciding.decide_case(session, ANNA, case_id=dog, decision="approve", reason=None)
    unpaid = submit(session, ERIKA, (BUSINESS, SOEGEL))["cases"][0]["case_id"]
    for case_id in (dog, unpaid):
        with pytest.raises(Conflict):
            deciding.withdraw_application(session, ERIKA, case_id=case_id)


def hand_over(session, case_id, ars=LINGEN, who=ANNA):
    return deciding.hand_over_case(session, who, case_id=case_id, ars=ars, note="Der Hund lebt in Lingen.")


def test_the_other_office_gets_the_case_with_its_history_and_the_old_one_has_it_no_longer(session, dog):
    deciding.review_case(session, ANNA, case_id=dog)
    deciding.add_note(session, ANNA, case_id=dog, text="Angerufen.")
    assert hand_over(session, dog) == {"case_id": dog, "ars": LINGEN, "office_id": f"{LINGEN}/steueramt"}
    with pytest.raises(NotFound):
        casework.get_case(session, ANNA, case_id=dog)
    there = casework.get_case(session, LINA, case_id=dog)
    assert (there["state"], there["assignee_id"], there["ars"]) == ("submitted", None, LINGEN)
    assert [(step["state"], step["event"], step["office_id"]) for step in there["history"]][-1] == (
        "submitted", "hand_over", f"{LINGEN}/steueramt"
    )  # fmt: skip
    assert [(note["text"], note["office_id"]) for note in there["notes"]] == [
        ("Angerufen.", TAX), ("Der Hund lebt in Lingen.", TAX)
    ]  # fmt: skip
    assert casework.get_application(session, ERIKA, case_id=dog)["submitted_at"] == NOW
    assert events(session)[-1] == "application.handed_over"


@pytest.mark.parametrize("ars", [SOEGEL, "03454", "999999999"], ids=["itself", "does not offer it", "nowhere"])
def test_a_case_goes_only_to_another_office_that_offers_the_service(session, dog, ars):
    with pytest.raises(Invalid) as failure:
        hand_over(session, dog, ars)
    assert failure.value.fields == {"ars": ["choice"]}


def test_a_case_goes_to_another_office_of_the_same_municipality(session, dog):
    """As a general request does that the citizens’ office passes on."""
    office = f"{SOEGEL}/ordnungsamt"
    handed = deciding.hand_over_case(session, ANNA, case_id=dog, ars=SOEGEL, office_id=office, note="Bitte übernehmen.")
    assert handed == {"case_id": dog, "ars": SOEGEL, "office_id": office}
    with pytest.raises(NotFound):
        casework.get_case(session, ANNA, case_id=dog)
    there = casework.get_case(session, clerk(office), case_id=dog)
    assert (there["state"], there["history"][-1]["office_id"], there["notes"][-1]["text"]) == (
        "submitted", office, "Bitte übernehmen.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ars", "office", "wrong"),
    [(SOEGEL, TAX, "ars"), (LINGEN, f"{LINGEN}/standesamt", "office_id"), (SOEGEL, f"{LINGEN}/steueramt", "office_id")],
    ids=["itself", "of another municipality", "of another than said"],
)
def test_offices_of_other_municipalities_are_not_chosen_by_name(session, dog, ars, office, wrong):
    with pytest.raises(Invalid) as failure:
        deciding.hand_over_case(session, ANNA, case_id=dog, ars=ars, office_id=office, note="Bitte übernehmen.")
    assert failure.value.fields == {wrong: ["choice"]}


def test_notes_are_for_the_office(session, dog):
    assert deciding.add_note(session, PAUL, case_id=dog, text="Geprüft.")["notes"][0]["account_id"] == PAUL.person_id
    assert "notes" not in casework.get_application(session, ERIKA, case_id=dog)
    with pytest.raises(NotFound):
        deciding.add_note(session, LINA, case_id=dog, text="Neugierig.")


@pytest.fixture
def proposed(session, dog):
    """Approved by Anna, in a service that asks for four eyes."""
    session.get(Case, dog).edition_id = publish(session, DOG, four_eyes=True).id
    assert deciding.decide_case(session, BOTH, case_id=dog, decision="approve", reason=None)["state"] == "awaiting_second"
    return dog


def test_an_approval_waits_for_the_second_person(session, proposed):
    assert "application.approved" not in events(session)
    assert deciding.confirm_decision(session, PAUL, case_id=proposed, confirms=True, note=None)["state"] == "approved"
    assert events(session)[-1] == "application.approved"


@pytest.mark.parametrize("confirms", [True, False])
def test_the_second_person_is_never_the_first(session, proposed, confirms):
    with pytest.raises(Forbidden) as failure:
        deciding.confirm_decision(session, BOTH, case_id=proposed, confirms=confirms, note="Nein.")
    assert failure.value.slug == "applications.same_person"
    assert session.get(Case, proposed).state == "awaiting_second"


def test_what_is_sent_back_is_decided_anew_and_says_why(session, proposed):
    with pytest.raises(Invalid) as failure:
        deciding.confirm_decision(session, PAUL, case_id=proposed, confirms=False, note=None)
    assert failure.value.fields == {"note": ["required"]}
    back = deciding.confirm_decision(session, PAUL, case_id=proposed, confirms=False, note="Die Rasse fehlt.")
    assert (back["state"], back["notes"][0]["text"], back["history"][-1]["event"]) == (
        "in_review",
        "Die Rasse fehlt.",
        "send_back",
    )
    assert (
        deciding.decide_case(session, ANNA, case_id=proposed, decision="reject", reason="Die Rasse fehlt.")["state"] == "rejected"
    )


def test_nobody_confirms_without_the_role_or_before_there_is_something_to_confirm(session, dog, proposed):
    for who in (clerk(TAX), Actor("staff", "x", roles=(Role("approver", f"{LINGEN}/*"),))):
        with pytest.raises(NotFound):
            deciding.confirm_decision(session, who, case_id=proposed, confirms=True, note=None)
    other = submit(session, ERIKA, (DOG, SOEGEL))["cases"][0]["case_id"]
    with pytest.raises(Conflict):
        deciding.confirm_decision(session, PAUL, case_id=other, confirms=True, note=None)


def test_no_clerk_approves_alone_what_waits_for_the_second(session, proposed):
    with pytest.raises(Conflict):
        deciding.decide_case(session, clerk(TAX), case_id=proposed, decision="approve", reason=None)


def test_what_belongs_to_a_case_goes_with_it(session, asked):
    deciding.add_note(session, ANNA, case_id=asked, text="Angerufen.")
    deciding.withdraw_application(session, ERIKA, case_id=asked)
    session.flush()
    with clock.fixed(NOW.replace(year=2037, month=2)):
        assert erasing.end_retention(session) == 1
    for kind in (Case, Step, Correction, Note):
        assert session.query(kind).count() == 0


def test_an_order_can_be_paid_after_a_free_case_of_it_was_withdrawn(session):
    order = submit(session, ERIKA, (DOG, SOEGEL), (BUSINESS, SOEGEL))
    deciding.withdraw_application(session, ERIKA, case_id=order["cases"][0]["case_id"])
    pay(session, order)
    states = {case["service"]: case["state"] for case in ordering.get_order(session, ERIKA, order_id=order["order_id"])["cases"]}
    assert states == {DOG: "withdrawn", BUSINESS: "submitted"}


@pytest.mark.parametrize(("level", "is_taken"), [("low", False), ("substantial", False), ("high", True)])
def test_what_was_ordered_at_high_is_corrected_at_high(session, level, is_taken):
    """BMeldDigiV § 4 (1): a session that proves less cannot change what somebody identified themselves for."""
    case_id = ordered_at_high(session)
    asking(session, case_id, names=("town",))
    who = replace(ERIKA, level=level)
    if is_taken:
        assert correct(session, case_id, who, town="Sögel")["state"] == "in_review"
        return
    with pytest.raises(Forbidden) as failure:
        correct(session, case_id, who, town="Sögel")
    assert (failure.value.slug, failure.value.fields) == ("applications.level_needed", {"level": ["high"]})
    assert session.get(Case, case_id).state == "awaiting_applicant"
    assert casework.get_application(session, who, case_id=case_id)["level"] == "high"


def ordered_at_high(session):
    publish(session, DOG, level="high")
    case_id = submit(session, replace(ERIKA, level="high"), (DOG, SOEGEL))["cases"][0]["case_id"]
    publish(session, DOG, level="low")  # what counts is the version it was ordered in
    return case_id
