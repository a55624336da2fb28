"""Accounts made at the counter: a letter works once, a newer one voids it, and the address is confirmed first."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from services.accounts import activating, checking, contacts, links
from services.accounts.model import Account, ActivationLetter, Link
from services.accounts.passwords import NOBODYS_HASH
from services.chassis import clock
from services.chassis.testing import published
from services.contracts.errors import Conflict, Forbidden, NotFound, RateLimited
from tests.unit.accounts import offices
from tests.unit.accounts.offices import LINGEN, SOEGEL

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SEEN = {"given_names": "Erika", "family_name": "Musterfrau", "birth_date": "1964-08-12"}
CARD = {"kind": "identity_card", "issuing_authority": "Samtgemeinde Sögel", "valid_until": date(2029, 5, 31)}


@pytest.fixture(autouse=True)
def _today():
    with clock.fixed(NOW):
        yield


@pytest.fixture
def olga(session):
    offices.network(session)
    return offices.officer(session)


@pytest.fixture
def account(session, olga):
    return session.get_one(Account, opened(session, olga)["account_id"])


def opened(session, officer, office_id=SOEGEL):
    return checking.open_counter_account(
        session,
        officer,
        office_id=office_id,
        seen=SEEN,
        document=CARD,
        is_compared=True,
        email="erika@example.org",
        language="de",
    )


def letter(session, officer, account, office_id=SOEGEL):
    made = activating.prepare_letter(session, officer, office_id=office_id, account_id=account.id)
    activating.keep_letter(session, officer, made)
    return made


def activate(session, code, email="erika@example.org"):
    activating.activate_account(session, code=code, email=email, password_hash="hash", language="en")
    link = session.scalars(select(Link).where(Link.purpose == "activation", Link.used_at.is_(None))).one()
    return links.token_of(session, link)


def test_the_account_is_verified_at_once_and_in_nobodys_hands(session, account):
    assert account.identity_level_at(NOW) == "substantial"
    assert (account.email, account.password_hash) == ("", NOBODYS_HASH)
    with pytest.raises(NotFound):
        contacts.get_contact(session, account_id=account.id)
    assert [name for name, _ in published(session)] == ["identity.verified"]


def test_the_letter_hands_it_over_once(session, olga, account):
    code = letter(session, olga, account).code
    assert activating.look_at_activation(session, code=code)["email"] == "erika@example.org"
    token = activate(session, code)
    assert account.email == "", "a code alone activates nothing"
    activating.confirm_activation(session, token=token)
    assert (account.email, account.password_hash, account.language) == ("erika@example.org", "hash", "en")
    assert [name for name, _ in published(session)][-1] == "account.registered"
    for again in (lambda: activating.look_at_activation(session, code=code), lambda: activate(session, code)):
        with pytest.raises(NotFound, match=r"accounts\.activation_invalid"):
            again()
    with pytest.raises(NotFound, match=r"accounts\.link_invalid"):
        activating.confirm_activation(session, token=token)


def test_a_mistyped_address_costs_nothing_and_its_link_is_void(session, olga, account):
    code = letter(session, olga, account).code
    first = activate(session, code, "erkia@example.org")
    with pytest.raises(RateLimited):
        activate(session, code)
    with clock.fixed(NOW + timedelta(minutes=1)):
        second = activate(session, code)
        with pytest.raises(NotFound):
            activating.confirm_activation(session, token=first)
        activating.confirm_activation(session, token=second)
    assert account.email == "erika@example.org"


def test_printing_again_voids_every_earlier_letter_and_link(session, olga, account):
    old = letter(session, olga, account).code
    token = activate(session, old)
    new = letter(session, olga, account).code
    with pytest.raises(NotFound):
        activating.look_at_activation(session, code=old)
    with pytest.raises(NotFound):
        activating.confirm_activation(session, token=token)
    activating.look_at_activation(session, code=new)


def test_a_letter_ends_after_thirty_days(session, olga, account):
    code = letter(session, olga, account).code
    with clock.fixed(NOW + timedelta(days=30)), pytest.raises(NotFound):
        activating.look_at_activation(session, code=code)


def test_its_code_is_nowhere_in_the_database(session, olga, account):
    code = letter(session, olga, account).code.replace("-", "")
    row = session.scalars(select(ActivationLetter)).one()
    assert code not in row.code_hash.upper()


def test_a_taken_address_gets_the_same_answer_and_no_second_account(session, olga, account):
    offices.person(session, "Max", "Mustermann", email="max@example.org")
    token = activate(session, letter(session, olga, account).code, "max@example.org")
    with pytest.raises(Conflict, match=r"accounts\.email_taken"):
        activating.confirm_activation(session, token=token)


def test_only_the_office_that_made_it_prints_its_letter(session, olga, account):
    other = offices.officer(session, "Otto", LINGEN)
    with pytest.raises(Forbidden):
        letter(session, other, account)
    with pytest.raises(Conflict, match=r"accounts\.not_awaiting_activation"):
        letter(session, other, account, LINGEN)


def test_there_is_no_letter_for_an_account_in_its_holders_hands(session, olga):
    somebody = offices.person(session, "Max", "Mustermann")
    with pytest.raises(Conflict):
        letter(session, olga, somebody)


def test_there_is_no_letter_before_the_second_officer_has_confirmed(session):
    offices.network(session, needs_two_officers=True)
    first, second = offices.officer(session), offices.officer(session, "Otto")
    done = opened(session, first)
    waiting = session.get_one(Account, done["account_id"])
    with pytest.raises(Conflict):
        letter(session, first, waiting)
    checking.confirm_check(session, second, check_id=done["check_id"])
    letter(session, first, waiting)


def test_what_nobody_takes_over_is_forgotten_ninety_days_after_its_last_letter(session, olga, account):
    with clock.fixed(NOW + timedelta(days=20)):
        letter(session, olga, account)
    for days, is_there in ((139, True), (141, False)):
        with clock.fixed(NOW + timedelta(days=days)):
            activating.forget_unused(session)
        session.flush()
        assert (session.scalar(select(Account.id).where(Account.id == account.id)) is not None) == is_there
