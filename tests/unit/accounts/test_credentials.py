"""Password and address: changed by the holder, reset by mail, and who held the old ones is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services.accounts import (
    arriving,
    credentials,
    devices,
    mails,
    opening,
    passkeys,
    passwords,
    session_list,
    sessions,
    strength,
    throttling,
)
from services.accounts.confirming import MAILS_PER_ADDRESS
from services.accounts.model import Account, Challenge, Device, RequestedMail, SignedInSession
from services.chassis import audit, clock, testing
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Invalid, NotFound, Unauthenticated

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ERIKA = {"given_names": "Erika", "family_name": "Musterfrau", "language": "de"}
OLD, NEW = "her old password", "her new password"
FIREFOX = {"browser": "Firefox, Linux"}


def offload(function, *args):
    """Without the time the real work takes: the hash of a password is the password."""
    if function is passwords.is_right:
        return args[0] == args[1]
    if function is passwords.hash_password:
        return args[0]
    return strength.require_strong(*args)


@pytest.fixture(autouse=True)
def held_clock():
    with clock.fixed(NOW):
        yield


@pytest.fixture
def account(session) -> Account:
    return opening.open_account(session, **ERIKA, email="erika@example.org", password_hash=OLD)


@pytest.fixture
def erika(account) -> Actor:
    return Actor("citizen", account.id)


@pytest.fixture
def here(session, account) -> str:
    token: str = arriving.arrive(session, account, FIREFOX)["token"]
    return token


def newest_mail(session, kind: str) -> dict[str, Any]:
    mine = select(RequestedMail.id).where(RequestedMail.kind == kind).order_by(RequestedMail.requested_at, RequestedMail.id)
    return mails.get_mail(session, mail_id=session.scalars(mine).all()[-1])


def token(session, kind: str) -> str:
    return str(newest_mail(session, kind)["link"]).partition("token=")[2]


def open_sessions(session) -> int:
    return session.scalar(select(func.count()).select_from(SignedInSession)) or 0


def actions(session, account) -> list[str]:
    question = select(audit.LOG.c.action).where(audit.LOG.c.subject_id == account.id).order_by(audit.LOG.c.sequence)
    return list(session.scalars(question))


def test_a_changed_password_ends_the_other_sessions_and_is_told_by_mail(session, transaction, account, erika, here):
    arriving.arrive(session, account, {})
    credentials.change_password(transaction, offload, erika, token=here, password=OLD, new_password=NEW)
    assert account.password_hash == NEW
    assert account.password_reset_at is None
    assert open_sessions(session) == 1
    assert sessions.own_session(session, erika, here).account_id == account.id
    mail = newest_mail(session, "password_changed")
    assert (mail["to"], mail["link"]) == ("erika@example.org", "https://portal.example.org/account/sessions")
    assert actions(session, account)[-1] == "account.password_changed"
    changed = {"account_id": account.id, "change": "password_changed"}
    assert ("account.security_changed", changed) in testing.published(session)


@pytest.mark.parametrize(("password", "slugs"), [(None, ["required"]), ("guessed", ["wrong_password"])])
def test_without_the_present_password_nothing_changes(session, transaction, account, erika, here, password, slugs):
    with pytest.raises(Invalid) as refused:
        credentials.change_password(transaction, offload, erika, token=here, password=password, new_password=NEW)
    assert refused.value.fields == {"password": slugs}
    with pytest.raises(Invalid) as refused:
        credentials.change_email(transaction, offload, erika, email="new@example.org", password=password)
    assert refused.value.fields == {"password": slugs}
    assert account.password_hash == OLD


def test_a_new_password_that_is_easy_to_guess_is_refused(session, transaction, account, erika, here):
    with pytest.raises(Invalid) as weak:
        credentials.change_password(transaction, offload, erika, token=here, password=OLD, new_password="musterfrau")
    assert weak.value.fields == {"password": ["password_own_words"]}
    assert account.password_hash == OLD


def ask_reset(session, email="erika@example.org", **client: Any):
    return credentials.request_password_reset(session, email=email, language="de", client=client)


def test_a_reset_ends_every_session_and_forgets_every_device(session, transaction, account, here):
    assert ask_reset(session) == {}
    link = token(session, "reset_password")
    credentials.reset_password(transaction, offload, token=link, new_password=NEW)
    assert (account.password_hash, account.password_reset_at) == (NEW, NOW)
    assert open_sessions(session) == 0
    assert session.scalar(select(func.count()).select_from(Device)) == 0
    assert newest_mail(session, "password_changed")["to"] == "erika@example.org"
    assert actions(session, account)[-1] == "account.password_reset"
    with pytest.raises(NotFound):
        credentials.reset_password(transaction, offload, token=link, new_password="another new one")


def test_a_reset_counts_for_half_an_hour(session, transaction, account):
    ask_reset(session)
    link = token(session, "reset_password")
    with clock.fixed(NOW + timedelta(minutes=30)), pytest.raises(NotFound):
        credentials.reset_password(transaction, offload, token=link, new_password=NEW)


def test_an_unknown_address_gets_the_same_answer_and_no_mail(session, account):
    assert ask_reset(session, "nobody@example.org") == ask_reset(session) == {}
    asked = session.scalars(select(RequestedMail).order_by(RequestedMail.requested_at, RequestedMail.id)).all()
    assert len(asked) == 2
    unknown = next(mail for mail in asked if mail.to == "nobody@example.org")
    with pytest.raises(NotFound):
        mails.get_mail(session, mail_id=unknown.id)


def test_a_link_that_was_asked_for_before_there_was_an_account_resets_nothing(session, transaction):
    ask_reset(session)
    opening.open_account(session, **ERIKA, email="erika@example.org", password_hash=OLD)
    link = token(session, "reset_password")
    with pytest.raises(NotFound):
        credentials.reset_password(transaction, offload, token=link, new_password=NEW)


def test_another_address_counts_when_it_is_confirmed_and_the_old_one_is_told(session, transaction, account, erika):
    credentials.change_email(transaction, offload, erika, email="new@example.org", password=OLD)
    assert account.email == "erika@example.org"
    assert newest_mail(session, "new_address")["to"] == "new@example.org"
    link = token(session, "new_address")
    credentials.confirm_email(session, token=link)
    assert (account.email, account.email_key) == ("new@example.org", "new@example.org")
    assert newest_mail(session, "address_changed")["to"] == "erika@example.org"
    assert actions(session, account)[-2:] == ["account.email_change_asked", "account.email_changed"]
    with pytest.raises(NotFound):
        credentials.confirm_email(session, token=link)


def test_the_old_address_undoes_the_change_and_gets_the_account_back(session, transaction, account, erika, here):
    credentials.change_email(transaction, offload, erika, email="new@example.org", password=OLD)
    credentials.confirm_email(session, token=token(session, "new_address"))
    ask_reset(session, "new@example.org")
    thiefs = token(session, "reset_password")
    credentials.undo_email_change(session, token=token(session, "address_changed"))
    assert account.email == "erika@example.org"
    assert open_sessions(session) == 0
    with pytest.raises(NotFound):
        credentials.reset_password(transaction, offload, token=thiefs, new_password="the thief's password")
    assert newest_mail(session, "reset_password")["to"] == "erika@example.org"
    credentials.reset_password(transaction, offload, token=token(session, "reset_password"), new_password=NEW)
    assert account.password_hash == NEW


def test_an_address_of_somebody_else_is_not_told_and_not_taken(session, transaction, account, erika):
    opening.open_account(session, **ERIKA, email="max@example.org", password_hash="-")
    assert credentials.change_email(transaction, offload, erika, email="Max@example.org", password=OLD) == {}
    mail = session.scalars(select(RequestedMail).where(RequestedMail.kind == "new_address")).one()
    assert mails.get_mail(session, mail_id=mail.id)["kind"] == "address_taken"


def test_an_address_that_was_taken_meanwhile_is_a_conflict(session, transaction, account, erika):
    credentials.change_email(transaction, offload, erika, email="new@example.org", password=OLD)
    link = token(session, "new_address")
    opening.open_account(session, **ERIKA, email="new@example.org", password_hash="-")
    with pytest.raises(Conflict):
        credentials.confirm_email(session, token=link)


def test_the_same_address_is_no_change(transaction, erika):
    with pytest.raises(Invalid) as same:
        credentials.change_email(transaction, offload, erika, email="ERIKA@example.org", password=OLD)
    assert same.value.fields == {"email": ["same_email"]}


def test_sessions_are_listed_with_this_one_first_and_ended(session, account, erika, here):
    with clock.fixed(NOW + timedelta(minutes=1)):
        arriving.arrive(session, account, {})
        found = session_list.list_sessions(session, erika, token=here)["sessions"]
        assert [(s["browser"], s["is_current"], s["level"]) for s in found] == [
            ("Firefox, Linux", True, "low"),
            ("API", False, "low"),
        ]
        session_list.end_session(session, erika, session_id=found[1]["session_id"])
        with pytest.raises(NotFound):
            session_list.end_session(session, erika, session_id=found[1]["session_id"])
        with pytest.raises(NotFound):
            session_list.end_session(session, Actor("citizen", "somebody else"), session_id=found[0]["session_id"])
        assert len(session_list.list_sessions(session, erika, token=here)["sessions"]) == 1
    assert actions(session, account)[-1] == "session.ended"


def test_all_others_are_ended_at_once_and_only_from_an_own_session(session, account, erika, here):
    for _ in range(3):
        arriving.arrive(session, account, {})
    with pytest.raises(Unauthenticated):
        session_list.end_other_sessions(session, erika, token="of somebody else")
    session_list.end_other_sessions(session, erika, token=here)
    assert open_sessions(session) == 1


def test_a_session_that_is_over_is_not_listed(session, account, erika, here):
    with clock.fixed(NOW + timedelta(minutes=59)):
        late = arriving.arrive(session, account, {})["token"]
    with clock.fixed(NOW + timedelta(minutes=61)):
        assert len(session_list.list_sessions(session, erika, token=late)["sessions"]) == 1


def test_an_account_knows_its_newest_devices_only(session, account):
    for n in range(devices.MOST_KNOWN + 5):
        with clock.fixed(NOW + timedelta(minutes=n)):
            arriving.arrive(session, account, FIREFOX)
    assert session.scalar(select(func.count()).select_from(Device)) == devices.MOST_KNOWN


def test_a_new_password_ends_a_change_of_address_that_was_asked_for_under_the_old_one(session, transaction, account, erika, here):
    """Else who knew the old password could let the account move to their own address afterwards, and reset the new one."""
    credentials.change_email(transaction, offload, erika, email="thief@example.org", password=OLD)
    stolen = token(session, "new_address")
    credentials.change_password(transaction, offload, erika, token=here, password=OLD, new_password=NEW)
    with pytest.raises(NotFound):
        credentials.confirm_email(session, token=stolen)
    credentials.change_email(transaction, offload, erika, email="thief@example.org", password=NEW)
    stolen = token(session, "new_address")
    ask_reset(session)
    credentials.reset_password(transaction, offload, token=token(session, "reset_password"), new_password="fifth of five")
    with pytest.raises(NotFound):
        credentials.confirm_email(session, token=stolen)
    assert account.email == "erika@example.org"


def test_a_reset_voids_the_other_links_and_sign_ins_that_wait(session, transaction, account):
    passkeys.keep(session, "sign_in", account.id)
    ask_reset(session)
    first = token(session, "reset_password")
    with clock.fixed(NOW + timedelta(minutes=1)):
        ask_reset(session)
        credentials.reset_password(transaction, offload, token=token(session, "reset_password"), new_password=NEW)
        with pytest.raises(NotFound):
            credentials.reset_password(transaction, offload, token=first, new_password="of the thief")
    assert session.scalar(select(func.count()).select_from(Challenge)) == 0


def test_a_reset_goes_to_the_address_as_its_holder_spells_it(session, account):
    ask_reset(session, email="ERIKA@example.org")
    assert newest_mail(session, "reset_password")["to"] == "erika@example.org"


def test_registering_the_address_again_and_again_keeps_its_holder_from_no_reset(session, account):
    for _ in range(10):
        throttling.try_take(session, "mail", account.email_key, MAILS_PER_ADDRESS)
    ask_reset(session)
    assert newest_mail(session, "reset_password")["to"] == account.email
