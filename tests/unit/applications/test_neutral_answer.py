"""A refused enquiry to the register of residents does not show why: BMG § 51 (2) sentence 3."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.applications import casework, catalogue, correcting, deciding, holdings, network, neutral, ordering
from services.applications.model import Case
from services.chassis import clock, testing
from services.chassis.audit_reading import list_entries
from services.chassis.holdings import export_page
from services.contracts.desk import CASE_STATES
from services.contracts.errors import Conflict
from tests.unit.applications import portal
from tests.unit.applications.portal import BIRTH, LINGEN, NOW, SOEGEL, citizen, clerk, pay, submit

ENQUIRIES = ("register-enquiry", "register-enquiry-extended")
OFFICE = f"{SOEGEL}/standesamt"
CLERK = clerk(OFFICE)
UNKNOWN = "Zu dieser Person ist nichts gespeichert."
PROTECTED = "Es besteht eine Auskunftssperre."
DAY = timedelta(days=1)
WEEKS = 28 * DAY


@pytest.fixture
def offering(session):
    """The small network, in which Sögel and Lingen also answer enquiries."""
    folder = portal.network()
    for member in folder["members"][:2]:
        member["offers"] += [portal.offer(service, "standesamt", 1100) for service in ENQUIRIES]
    network.load(session, folder)
    return session


def asked(session, service):
    """A paid enquiry: who asks, and the case."""
    erika = citizen()
    order = submit(session, erika, (service, SOEGEL))
    pay(session, order)
    return erika, order["cases"][0]["case_id"]


def unknown(session, case_id, day, reason):
    """What a clerk does at once who finds nobody."""
    if day == 0:
        deciding.decide_case(session, CLERK, case_id=case_id, decision="reject", reason=reason)


def protected(session, case_id, day, reason):
    """What a clerk does who finds a block: they look again and again, write notes, hear the person, and decide in the end."""
    if day == 0:
        casework.get_case(session, CLERK, case_id=case_id)
        deciding.review_case(session, CLERK, case_id=case_id)
        deciding.add_note(session, CLERK, case_id=case_id, text=reason)
    if day == 20:
        casework.get_case(session, CLERK, case_id=case_id)
        deciding.decide_case(session, CLERK, case_id=case_id, decision="reject", reason=reason)


def told(session, erika, case_id):
    """Everything that whoever asked can read of a case, and which events tell of it, with their own ids by name."""
    session.flush()
    case = casework.get_application(session, erika, case_id=case_id)
    known = {
        "case": case,
        "order": ordering.get_order(session, erika, order_id=case["order_id"]),
        "lists": [
            casework.list_applications(session, erika, state=state, before=None, limit=50) for state in (None, *CASE_STATES)
        ],
        "log": [
            {name: value for name, value in entry.items() if name not in {"sequence", "previous", "hash"}}
            for entry in list_entries(session, erika, of="myself")["entries"]
        ],
        "export": exported(session, erika),
        "events": [(name, sorted(data)) for name, data in testing.published(session) if data.get("case_id") == case_id],
    }
    text = repr(known)
    for number, own in enumerate((erika.account_id, case_id, case["order_id"])):
        text = text.replace(own, f"own id {number}")
    return text


def exported(session, erika):
    sealed = {"audit_log"}
    after: str | None = None
    records: list[Any] = []
    while True:
        page = export_page(session, erika, holdings.HOLDINGS, after=after, limit=50)
        records += [record for record in page["records"] if record["table"] not in sealed]
        after = page["next"]
        if after is None or after.startswith("audit_log"):
            return records


def course(session, service, acts, *reasons):
    """What is told of a case at noon of every second day, and what in the end."""
    erika, case_id = asked(session, service)
    seen = []
    for day in range(0, 32, 2):
        with clock.fixed(NOW + day * DAY):
            acts(session, case_id, day, *reasons)
            neutral.release(session)
            seen.append(told(session, erika, case_id))
    return seen


@pytest.mark.parametrize("service", ENQUIRIES)
def test_who_is_protected_cannot_be_told_from_who_is_unknown(offering, service):
    one, other = course(offering, service, unknown, UNKNOWN), course(offering, service, protected, PROTECTED)
    for day, (mine, theirs) in enumerate(zip(one, other, strict=True)):
        assert mine == theirs, f"day {2 * day}"
    answer = catalogue.services()[service].neutral_answer
    assert answer is not None
    assert answer["de"] not in one[13]
    assert answer["de"] in one[14]
    assert "rejected" in one[14]


def test_where_nobody_is_protected_the_course_and_the_reason_are_read(offering):
    """The control: without a neutral answer the two courses differ, from the first view on."""
    one, other = course(offering, BIRTH, unknown, UNKNOWN), course(offering, BIRTH, protected, UNKNOWN)
    assert all(mine != theirs for mine, theirs in zip(one, other, strict=True))
    assert UNKNOWN in one[0]


def test_a_note_on_a_birth_certificate_is_in_the_copy_of_all_data(offering):
    """The control of the notes: what is left out of the export of an enquiry is there otherwise (GDPR Art. 15)."""
    for service, is_there in ((BIRTH, True), (ENQUIRIES[0], False)):
        erika, case_id = asked(offering, service)
        deciding.add_note(offering, CLERK, case_id=case_id, text=PROTECTED)
        offering.flush()
        assert (PROTECTED in repr(exported(offering, erika))) is is_there


@pytest.mark.parametrize("days", [(0, 28), (27, 28), (28, 28), (29, 56), (57, 84)], ids=str)
def test_a_refusal_goes_out_on_days_that_hang_on_the_receipt_alone(offering, days):
    decided, read = (NOW + day * DAY for day in days)
    erika, case_id = asked(offering, ENQUIRIES[0])
    with clock.fixed(decided):
        case = deciding.decide_case(offering, CLERK, case_id=case_id, decision="reject", reason=None)
    assert (case["state"], case["answer_at"]) == ("withheld", read)
    assert state_at(offering, erika, case_id, read - timedelta(minutes=1)) == "submitted"
    assert state_at(offering, erika, case_id, read) == "rejected"


def state_at(session, erika, case_id, moment: datetime):
    with clock.fixed(moment):
        neutral.release(session)
        session.flush()
        return casework.get_application(session, erika, case_id=case_id)["state"]


def test_what_is_approved_is_told_at_once(offering):
    erika, case_id = asked(offering, ENQUIRIES[0])
    deciding.decide_case(offering, CLERK, case_id=case_id, decision="approve", reason=None)
    assert state_at(offering, erika, case_id, NOW) == "approved"


def test_the_office_sees_the_whole_course(offering):
    _, case_id = asked(offering, ENQUIRIES[0])
    protected(offering, case_id, 0, PROTECTED)
    with clock.fixed(NOW + 20 * DAY):
        protected(offering, case_id, 20, PROTECTED)
        case = casework.get_case(offering, CLERK, case_id=case_id)
    assert [step["state"] for step in case["history"]] == ["awaiting_payment", "submitted", "in_review", "withheld"]
    assert (case["state"], case["changed_at"], case["notes"][0]["text"]) == ("withheld", NOW + 20 * DAY, PROTECTED)


def test_what_waits_for_its_day_can_still_be_taken_back_and_is_then_not_refused(offering):
    """As it could if nobody had decided: else the attempt would tell."""
    erika, case_id = asked(offering, ENQUIRIES[0])
    unknown(offering, case_id, 0, None)
    assert deciding.withdraw_application(offering, erika, case_id=case_id)["state"] == "withdrawn"
    assert state_at(offering, erika, case_id, NOW + WEEKS) == "withdrawn"


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_mistaken_refusal_is_taken_back_before_its_day_and_nobody_outside_sees_it(offering, decision):
    erika, case_id = asked(offering, ENQUIRIES[0])
    unknown(offering, case_id, 0, None)
    before = told(offering, erika, case_id)
    with clock.fixed(NOW + 20 * DAY):
        case = deciding.review_case(offering, CLERK, case_id=case_id)
        assert (case["state"], case["answer_at"]) == ("in_review", None)
        assert told(offering, erika, case_id) == before
    assert state_at(offering, erika, case_id, NOW + WEEKS) == "submitted", "the day of the first refusal is not its day any more"
    with clock.fixed(NOW + 30 * DAY):
        case = deciding.decide_case(offering, CLERK, case_id=case_id, decision=decision, reason=None)
    assert (case["state"], case["answer_at"]) == (("approved", None) if decision == "approve" else ("withheld", NOW + 2 * WEEKS))


def test_a_refusal_that_is_out_is_not_taken_back(offering):
    """The control."""
    erika, case_id = asked(offering, ENQUIRIES[0])
    unknown(offering, case_id, 0, None)
    assert state_at(offering, erika, case_id, NOW + WEEKS) == "rejected"
    with pytest.raises(Conflict):
        deciding.review_case(offering, CLERK, case_id=case_id)


@pytest.mark.parametrize("service", ENQUIRIES)
def test_nobody_is_asked_and_no_other_office_gets_it(offering, service):
    """A question has free words, and another office tells where somebody is registered."""
    _, case_id = asked(offering, service)
    with pytest.raises(Conflict, match="must not be known"):
        correcting.ask_for_correction(offering, CLERK, case_id=case_id, fields_=["family_name"], message=PROTECTED)
    with pytest.raises(Conflict, match="must not be known"):
        deciding.hand_over_case(offering, CLERK, case_id=case_id, ars=LINGEN, note=PROTECTED)
    assert offering.get(Case, case_id).state == "submitted"


def test_other_cases_are_asked_about_and_handed_over(offering):
    """The control: the same two acts on a birth certificate."""
    _, first = asked(offering, BIRTH)
    correcting.ask_for_correction(offering, CLERK, case_id=first, fields_=["family_name"], message="Bitte prüfen.")
    _, second = asked(offering, BIRTH)
    handed = deciding.hand_over_case(offering, CLERK, case_id=second, ars=LINGEN, note="Bei Ihnen.")
    assert handed["office_id"] == f"{LINGEN}/standesamt"


@pytest.mark.parametrize("service", ENQUIRIES)
def test_the_clerk_reads_what_to_heed_and_the_citizen_does_not(offering, service):
    erika, case_id = asked(offering, service)
    case = casework.get_case(offering, CLERK, case_id=case_id)
    assert "§ 51" in case["office_hint"]["de"]
    assert case["neutral_answer"] == catalogue.services()[service].neutral_answer
    seen = casework.get_application(offering, erika, case_id=case_id)
    assert not {"office_hint", "neutral_answer", "notes", "answer_at"} & set(seen)
