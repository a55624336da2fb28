"""Mandates: proposed, accepted, ended; and who learns what of whom."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from services.accounts import acting, mandates
from services.accounts.confirming import MAILS_PER_ADDRESS
from services.accounts.inviting import PER_PERSON
from services.accounts.mandates import MOST_WAITING
from services.accounts.model import Account, RequestedMail
from services.accounts.model.mandate import ANSWER_WITHIN
from services.chassis import audit, clock, testing
from services.contracts.actors import Actor, Behalf
from services.contracts.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited
from tests.unit.accounts.parties import DOG, NOW, mandate, person

UNTIL = date(2027, 8, 31)


@pytest.fixture(autouse=True)
def _now():
    with clock.fixed(NOW):
        yield


def ask(session, who, email, side="helper", **other):
    wish = {"services": [DOG], "valid_until": UNTIL, "allows_prefill": False, **other}
    return mandates.ask_for_mandate(session, who, side=side, email=email, **wish)


def parties(session, who):
    return [party["party_id"] for party in acting.list_parties(session, who)["parties"]]


def test_asked_by_a_helper_it_begins_when_the_grantor_accepts(session):
    helper, grantor = person(session, "helper"), person(session, "grantor")
    asked = ask(session, helper, "grantor@example.org")
    assert (asked["side"], asked["state"], asked["steps"]) == ("helper", "asked", ["withdraw"])
    assert parties(session, helper) == []
    mandates.accept_mandate(session, grantor, mandate_id=asked["mandate_id"], allows_prefill=False)
    assert parties(session, helper) == [grantor.person_id]
    assert parties(session, grantor) == []


def test_offered_by_a_grantor_it_begins_when_the_helper_accepts(session):
    helper, grantor = person(session, "helper"), person(session, "grantor")
    offered = ask(session, grantor, "Helper@Example.org", side="grantor", allows_prefill=True)
    assert parties(session, helper) == []
    mandates.accept_mandate(session, helper, mandate_id=offered["mandate_id"], allows_prefill=False)
    assert parties(session, helper) == [grantor.person_id]
    assert mandates.get_mandate(session, helper, mandate_id=offered["mandate_id"])["allows_prefill"] is True


def test_a_helper_cannot_allow_themselves_the_data_of_the_grantor(session):
    helper, grantor = person(session, "helper"), person(session, "grantor")
    asked = ask(session, helper, "grantor@example.org", allows_prefill=True)
    mandates.accept_mandate(session, grantor, mandate_id=asked["mandate_id"], allows_prefill=False)
    assert mandates.get_mandate(session, grantor, mandate_id=asked["mandate_id"])["allows_prefill"] is False


def test_the_answer_is_the_same_whether_or_not_the_address_has_an_account(session):
    helper = person(session, "helper")
    person(session, "known")
    answers = [ask(session, helper, email) for email in ("known@example.org", "nobody@example.org")]
    unlike = {"mandate_id", "other_email"}
    first, second = ({k: v for k, v in answer.items() if k not in unlike} for answer in answers)
    assert first == second
    assert first["other_name"] is None
    sent = session.scalars(select(RequestedMail).where(RequestedMail.kind == "mandate_asked")).all()
    assert {mail.to for mail in sent} == {"known@example.org", "nobody@example.org"}


def test_who_asks_learns_a_name_only_after_a_yes_and_who_is_asked_at_once(session):
    helper, grantor = person(session, "helper"), person(session, "grantor")
    mandate_id = ask(session, helper, "grantor@example.org")["mandate_id"]
    assert mandates.get_mandate(session, helper, mandate_id=mandate_id)["other_name"] is None
    assert mandates.get_mandate(session, grantor, mandate_id=mandate_id)["other_name"] == "Helper Muster"
    mandates.decline_mandate(session, grantor, mandate_id=mandate_id)
    assert mandates.get_mandate(session, helper, mandate_id=mandate_id)["other_name"] is None


def test_somebody_elses_mandate_does_not_exist(session):
    helper, grantor, stranger = (person(session, name) for name in ("helper", "grantor", "stranger"))
    mandate_id = mandate(session, grantor, helper)
    for step in (mandates.get_mandate, mandates.revoke_mandate, mandates.withdraw_mandate, mandates.decline_mandate):
        with pytest.raises(NotFound):
            step(session, stranger, mandate_id=mandate_id)
    with pytest.raises(NotFound):
        mandates.accept_mandate(session, stranger, mandate_id=mandate_id, allows_prefill=True)


def test_who_asked_cannot_say_yes_for_the_other_one(session):
    helper, grantor = person(session, "helper"), person(session, "grantor")
    mandate_id = ask(session, helper, "grantor@example.org")["mandate_id"]
    with pytest.raises(Conflict):
        mandates.accept_mandate(session, helper, mandate_id=mandate_id, allows_prefill=True)
    with pytest.raises(Conflict):
        mandates.revoke_mandate(session, grantor, mandate_id=mandate_id)


@pytest.mark.parametrize("who", ["helper", "grantor"])
def test_either_side_ends_it_at_once_and_for_good(session, who):
    people = {name: person(session, name) for name in ("helper", "grantor")}
    mandate_id = mandate(session, people["grantor"], people["helper"])
    ended = mandates.revoke_mandate(session, people[who], mandate_id=mandate_id)
    assert (ended["state"], ended["steps"]) == ("revoked", [])
    assert parties(session, people["helper"]) == []
    with pytest.raises(Conflict):
        mandates.revoke_mandate(session, people[who], mandate_id=mandate_id)


def test_its_last_day_counts_whole_as_days_go_in_germany(session):
    helper, grantor = person(session, "helper"), person(session, "grantor")
    mandate_id = mandate(session, grantor, helper)
    last_second = datetime(2027, 8, 31, 21, 59, 59, tzinfo=UTC)
    with clock.fixed(last_second):
        assert parties(session, helper) == [grantor.person_id]
    with clock.fixed(last_second + timedelta(seconds=1)):
        assert parties(session, helper) == []
        assert mandates.get_mandate(session, helper, mandate_id=mandate_id)["state"] == "expired"
        with pytest.raises(Conflict):
            mandates.revoke_mandate(session, grantor, mandate_id=mandate_id)


def test_an_answer_is_heard_for_two_weeks(session):
    helper, grantor = person(session, "helper"), person(session, "grantor")
    mandate_id = ask(session, helper, "grantor@example.org")["mandate_id"]
    with clock.fixed(NOW + ANSWER_WITHIN), pytest.raises(NotFound):
        mandates.accept_mandate(session, grantor, mandate_id=mandate_id, allows_prefill=False)


@pytest.mark.parametrize(
    ("email", "until", "fields"),
    [
        ("helper@example.org", UNTIL, {"email": ["own_address"]}),
        ("grantor@example.org", date(2026, 8, 31), {"valid_until": ["date_in_past"]}),
        ("grantor@example.org", date(2028, 9, 1), {"valid_until": ["mandate_too_long"]}),
    ],
)
def test_not_to_oneself_not_in_the_past_and_not_for_longer_than_two_years(session, email, until, fields):
    with pytest.raises(Invalid) as failure:
        ask(session, person(session, "helper"), email, valid_until=until)
    assert failure.value.fields == fields


def test_ten_can_wait_for_an_answer_and_no_more(session):
    helper = person(session, "helper")
    for n in range(MOST_WAITING):
        ask(session, helper, f"somebody{n}@example.org")
    with pytest.raises(Conflict):
        ask(session, helper, "one.more@example.org")


def test_a_mandate_is_neither_given_nor_taken_while_acting_for_another(session):
    helper, grantor, third = (person(session, name) for name in ("helper", "grantor", "third"))
    mandate_id = mandate(session, grantor, helper)
    as_helper = Actor("citizen", helper.person_id, behalf=Behalf("person", grantor.person_id, mandate_id, (DOG,)))
    waiting = ask(session, third, "helper@example.org")["mandate_id"]
    for attempt in (
        lambda: ask(session, as_helper, "third@example.org"),
        lambda: ask(session, as_helper, "third@example.org", side="grantor"),
        lambda: mandates.accept_mandate(session, as_helper, mandate_id=waiting, allows_prefill=False),
        lambda: mandates.decline_mandate(session, as_helper, mandate_id=waiting),
    ):
        with pytest.raises(Forbidden):
            attempt()
    mandates.revoke_mandate(session, as_helper, mandate_id=mandate_id)


def test_both_sides_are_told_and_find_it_in_their_logs(session):
    helper, grantor = person(session, "helper"), person(session, "grantor")
    mandates.revoke_mandate(session, grantor, mandate_id=mandate(session, grantor, helper))
    told = [(name, data["account_id"]) for name, data in testing.published(session) if name.startswith("mandate.")]
    both = [grantor.person_id, helper.person_id]
    assert told == [
        ("mandate.asked", grantor.person_id),
        *(("mandate.granted", side) for side in both),
        *(("mandate.revoked", side) for side in both),
    ]
    for side in both:
        rows = session.execute(select(audit.LOG.c.action).where(audit.LOG.c.subject_id == side)).scalars().all()
        assert rows == ["mandate.asked", "mandate.granted", "mandate.revoked"]


def test_staff_is_asked_for_nothing(session):
    helper, clerk = person(session, "helper"), person(session, "clerk", kind="staff")
    mandate_id = ask(session, helper, "clerk@example.org")["mandate_id"]
    with pytest.raises(NotFound):
        mandates.get_mandate(session, clerk, mandate_id=mandate_id)
    assert session.get_one(Account, clerk.person_id).kind == "staff"


def test_asking_and_withdrawing_again_and_again_fills_nobodys_mailbox(session):
    helper = person(session, "helper")

    def mails_sent():
        return len(session.scalars(select(RequestedMail).where(RequestedMail.to == "grantor@example.org")).all())

    for _ in range(PER_PERSON.free):
        asked = ask(session, helper, "grantor@example.org")
        mandates.withdraw_mandate(session, helper, mandate_id=asked["mandate_id"])
    assert mails_sent() == MAILS_PER_ADDRESS.free
    with pytest.raises(RateLimited):
        ask(session, helper, "another@example.org")
    with clock.fixed(NOW + PER_PERSON.recovers):
        assert ask(session, helper, "another@example.org")["state"] == "asked"
