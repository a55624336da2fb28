"""From a registration to an account: the address is confirmed, and nobody learns whether it has an account."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services.accounts import confirming, links, mails, opening, passwords, registering, signing_in
from services.accounts.model import Account, Link, Registration, RequestedMail
from services.chassis import clock, testing
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Invalid, NotFound, RateLimited, Unauthenticated

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EMAIL = "citizen@example.org"
ERIKA = {"given_names": "Erika", "family_name": "Musterfrau", "language": "de"}
HERS = "her password"
SECRET = "the browser that registered"


def offload(function, *args):
    """Without the time a real hash takes: the hash of a password is the password."""
    assert function is passwords.is_right
    return args[0] == args[1]


@pytest.fixture(autouse=True)
def held_clock():
    with clock.fixed(NOW):
        yield


def register(session, email=EMAIL, password=HERS, secret=SECRET, **client: Any) -> None:
    answer = registering.register_account(
        session, Actor(), **ERIKA, email=email, password_hash=password, client=client, browser_secret=secret, next_path="/cart"
    )
    assert answer == {}


def newest_mail(session) -> dict[str, Any]:
    last = session.scalars(select(RequestedMail.id).order_by(RequestedMail.requested_at, RequestedMail.id)).all()[-1]
    return mails.get_mail(session, mail_id=last)


def token(session) -> str:
    return str(newest_mail(session)["link"]).partition("token=")[2]


def confirm(transaction, token, password=None, secret=None, **client: Any):
    return confirming.confirm_account(transaction, offload, token=token, password=password, browser_secret=secret, client=client)


def test_there_is_no_account_before_the_address_is_confirmed(session, transaction):
    register(session)
    assert session.scalar(select(func.count()).select_from(Account)) == 0
    assert [name for name, _ in testing.published(session)] == ["mail.requested"]
    mail = newest_mail(session)
    assert (mail["kind"], mail["to"], mail["language"]) == ("confirm_address", EMAIL, "de")
    assert mail["link"].startswith("https://portal.example.org/register/confirmation?token=")
    opened = confirm(transaction, token(session), secret=SECRET)
    assert (opened["person"]["email"], opened["next_path"]) == (EMAIL, "/cart")
    assert opened["token"]
    assert "account.registered" in [name for name, _ in testing.published(session)]


def test_the_same_browser_confirms_with_one_click_and_another_one_with_the_password(session, transaction):
    register(session)
    link = token(session)
    for secret, is_needed in ((SECRET, False), (None, True), ("another browser", True)):
        shown = confirming.show_confirmation(session, token=link, browser_secret=secret)
        assert shown == {"email": EMAIL, "needs_password": is_needed}
    with pytest.raises(Invalid) as missing:
        confirm(transaction, link, secret="another browser")
    assert missing.value.fields == {"password": ["required"]}
    with pytest.raises(Invalid) as wrong:
        confirm(transaction, link, password="guessed")
    assert wrong.value.fields == {"password": ["wrong_password"]}
    assert confirm(transaction, link, password=HERS)["token"]


def test_the_holder_of_a_mailbox_brings_no_strangers_password_to_life(session, transaction):
    register(session, password="the stranger's", secret="the stranger's browser")
    strangers = token(session)
    register(session, password=HERS)
    hers = token(session)
    with pytest.raises(Invalid):
        confirm(transaction, strangers, password=HERS, secret=SECRET)
    confirm(transaction, hers, secret=SECRET)
    assert session.scalars(select(Account.password_hash)).all() == ["her password"]
    with pytest.raises(NotFound):
        confirm(transaction, strangers, password="the stranger's")


def test_guessing_the_password_of_a_link_is_slowed(session, transaction):
    register(session)
    link = token(session)
    for _ in range(confirming.GUESSES.free):
        with pytest.raises(Invalid):
            confirm(transaction, link, password="guessed")
    with pytest.raises(RateLimited):
        confirm(transaction, link, password=HERS)


def test_a_link_works_once_and_for_a_day(session, transaction):
    register(session)
    link = token(session)
    with clock.fixed(NOW + timedelta(hours=24)), pytest.raises(NotFound):
        confirm(transaction, link, secret=SECRET)
    with clock.fixed(NOW + timedelta(hours=23)):
        assert confirm(transaction, link, secret=SECRET)["token"]
    with pytest.raises(NotFound) as again:
        confirm(transaction, link, secret=SECRET)
    assert again.value.slug == "accounts.link_invalid"


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: "f" + t[1:], lambda t: t.replace(".", ""), lambda _: "ä.ß", lambda _: ""]
)
def test_a_token_that_was_changed_opens_nothing(session, transaction, change):
    register(session)
    with pytest.raises(NotFound):
        confirm(transaction, change(token(session)), secret=SECRET)


def test_a_token_is_for_one_purpose_and_stored_nowhere(session):
    register(session)
    link = token(session)
    with pytest.raises(NotFound):
        links.redeem(session, "reset_password", link)
    rows = [*session.scalars(select(Link)), *session.scalars(select(RequestedMail)), *session.scalars(select(Registration))]
    kept = str([vars(row) for row in rows]) + str(testing.published(session))
    assert link.partition(".")[2] not in kept


def test_a_known_address_gets_another_mail_and_the_asker_the_same_answer(session):
    opening.open_account(session, **ERIKA, email="Citizen@example.org", password_hash="-")
    register(session)
    mail = newest_mail(session)
    assert (mail["kind"], mail["link"]) == ("address_taken", "https://portal.example.org/sign-in")


def test_an_account_made_meanwhile_is_a_conflict_for_the_link(session, transaction):
    register(session)
    link = token(session)
    opening.open_account(session, **ERIKA, email=EMAIL, password_hash="-")
    with pytest.raises(Conflict) as taken:
        confirm(transaction, link, secret=SECRET)
    assert taken.value.slug == "accounts.email_taken"


def test_a_mailbox_gets_a_few_mails_only_and_the_answer_does_not_tell(session):
    for _ in range(10):
        register(session)
    assert session.scalar(select(func.count()).select_from(RequestedMail)) == confirming.MAILS_PER_ADDRESS.free
    register(session, email="another@example.org")
    assert newest_mail(session)["to"] == "another@example.org"


def test_many_registrations_from_one_network_must_wait(session):
    for n in range(registering.PER_NETWORK.free):
        register(session, email=f"citizen{n}@example.org", address="203.0.113.7")
    with pytest.raises(RateLimited):
        register(session, email="one-more@example.org", address="203.0.113.7")
    register(session, email="one-more@example.org", address="203.0.113.8")


def test_who_knows_the_password_is_told_to_confirm_first_and_gets_the_mail_again(session, transaction):
    register(session)
    before = token(session)
    with pytest.raises(Unauthenticated) as known:
        signing_in.sign_in(transaction, offload, email=EMAIL, password=HERS)
    assert known.value.slug == "accounts.not_confirmed"
    assert token(session) != before
    with pytest.raises(Unauthenticated) as guessed:
        signing_in.sign_in(transaction, offload, email=EMAIL, password="guessed")
    with pytest.raises(Unauthenticated) as unknown:
        signing_in.sign_in(transaction, offload, email="nobody@example.org", password="guessed")
    assert guessed.value.as_dict() == unknown.value.as_dict()


def test_after_seven_days_a_registration_is_forgotten(session):
    register(session)
    with clock.fixed(NOW + registering.LASTS - timedelta(seconds=1)):
        confirming.discard_old(session)
        assert confirming.newest(session, EMAIL)
    with clock.fixed(NOW + registering.LASTS + timedelta(seconds=1)):
        assert confirming.newest(session, EMAIL) is None
        confirming.discard_old(session)
    assert session.scalar(select(func.count()).select_from(Registration)) == 0


def test_a_mail_is_not_sent_once_its_link_is_over_and_is_forgotten_then(session, transaction):
    register(session)
    mail_id = newest_mail(session)["mail_id"]
    with clock.fixed(NOW + timedelta(hours=24)), pytest.raises(NotFound):
        mails.get_mail(session, mail_id=mail_id)
    confirm(transaction, token(session), secret=SECRET)
    with pytest.raises(NotFound):
        mails.get_mail(session, mail_id=mail_id)
    with clock.fixed(NOW + timedelta(days=3)):
        mails.discard_old(session)
    assert session.scalar(select(func.count()).select_from(RequestedMail)) == 0
    assert session.scalar(select(func.count()).select_from(Link)) == 0


def test_only_kinds_that_have_words_can_be_asked_for(session):
    with pytest.raises(ValueError, match="no kind of mail"):
        mails.request(session, kind="advertisement", to=EMAIL, language="de")
