from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from services.accounts import opening, passwords, registering, sessions, signing_in, throttling
from services.accounts.model import Account, Attempts, SignedInSession
from services.accounts.signing_in import PER_ACCOUNT, PER_NETWORK
from services.chassis import clock, testing
from services.contracts.actors import Actor
from services.contracts.errors import RateLimited, Unauthenticated

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough password"


@pytest.fixture
def account_id(session):
    password_hash = passwords.hash_password(PASSWORD, "some key")
    return opening.open_account(
        session,
        email="citizen@example.org",
        password_hash=password_hash,
        given_names="Erika",
        family_name="Musterfrau",
        language="de",
    ).id


@pytest.fixture
def sign_in(transaction):
    """Sign in at so many seconds after the start, without the time a real hash takes."""

    def at(seconds, password=PASSWORD, email="citizen@example.org", **client):
        with clock.fixed(NOW + timedelta(seconds=seconds)):
            return signing_in.sign_in(
                transaction, lambda _, given, __: given == PASSWORD, email=email, password=password, client=client
            )

    return at


def test_the_right_password_opens_a_session(transaction, account_id):
    opened = signing_in.sign_in(transaction, lambda f, *args: f(*args), email="Citizen@example.org ", password=PASSWORD)
    trust = {"level": "low", "session_level": "low", "behalf": None}
    assert opened["actor"] == {"kind": "citizen", "account_id": account_id, "roles": [], **trust}
    assert opened["person"]["given_names"] == "Erika"


def test_unknown_address_and_wrong_password_get_the_same_answer_after_the_same_work(transaction, account_id):
    answers, work = [], []

    def watched(function, password, password_hash):
        work.append((function, password_hash.rsplit("$", 2)[0]))
        return function(password, password_hash)

    for email in ("citizen@example.org", "nobody@example.org"):
        with pytest.raises(Unauthenticated) as failure:
            signing_in.sign_in(transaction, watched, email=email, password="wrong")
        answers.append(failure.value.as_dict())
    assert answers[0] == answers[1]
    assert work[0] == work[1] == (passwords.is_right, "$argon2id$v=19$m=19456,t=2,p=1")


def test_after_ten_failures_the_next_attempt_must_wait_whatever_its_password(sign_in, account_id):
    for _ in range(PER_ACCOUNT.free):
        with pytest.raises(Unauthenticated):
            sign_in(0, "wrong")
    with pytest.raises(RateLimited) as failure:
        sign_in(0.5)
    assert failure.value.slug == "accounts.too_many_attempts"


def test_an_unknown_address_must_wait_as_well(sign_in):
    for _ in range(PER_ACCOUNT.free):
        with pytest.raises(Unauthenticated):
            sign_in(0, "wrong", email="nobody@example.org")
    with pytest.raises(RateLimited):
        sign_in(0.5, email="NOBODY@example.org")


def test_nobody_is_locked_out_for_longer_than_a_minute(sign_in, account_id):
    at = 0
    for _ in range(100):
        with pytest.raises(Unauthenticated):
            sign_in(at, "wrong")
        at += 60
    assert sign_in(at)["token"]


def test_an_attempt_during_the_wait_does_not_make_it_longer(sign_in, account_id):
    for _ in range(PER_ACCOUNT.free):
        with pytest.raises(Unauthenticated):
            sign_in(0, "wrong")
    for tenth in range(10):
        with pytest.raises(RateLimited):
            sign_in(tenth / 10, "wrong")
    assert sign_in(1)["token"]


def test_the_right_password_forgives_the_failures_before_it(sign_in, account_id):
    for at in range(3):
        for _ in range(PER_ACCOUNT.free - 1):
            with pytest.raises(Unauthenticated):
                sign_in(at, "wrong")
        assert sign_in(at)["token"]


def test_failures_of_one_address_do_not_slow_down_another(sign_in, account_id):
    for _ in range(PER_ACCOUNT.free):
        with pytest.raises(Unauthenticated):
            sign_in(0, "wrong", email="nobody@example.org")
    assert sign_in(0)["token"]


def test_attempts_at_the_same_moment_are_counted_before_their_passwords_are_checked(transaction, account_id):
    def guesses_meanwhile(*_args):
        """While one password is checked, others arrive."""
        with transaction() as session:
            for _ in range(PER_ACCOUNT.free - 1):
                signing_in.begin(session, email="citizen@example.org")
            with pytest.raises(RateLimited):
                signing_in.begin(session, email="citizen@example.org")
        return False

    with clock.fixed(NOW), pytest.raises(Unauthenticated):
        signing_in.sign_in(transaction, guesses_meanwhile, email="citizen@example.org", password="wrong")


def test_counts_are_dropped_when_they_no_longer_matter_and_hold_no_address(sign_in, session):
    with pytest.raises(Unauthenticated):
        sign_in(0, "wrong", email="nobody@example.org")
    assert "nobody" not in session.scalars(select(Attempts.key)).one()
    with clock.fixed(NOW + timedelta(minutes=16)):
        throttling.discard_old(session)
    assert session.scalars(select(Attempts)).all() == []


def resolve(session, token, after):
    with clock.fixed(NOW + after):
        return sessions.resolve_session(session, token=token)


def test_a_token_is_told_once_and_kept_as_a_hash(session, sign_in, account_id):
    token = sign_in(0)["token"]
    kept = session.scalars(select(SignedInSession)).one()
    assert len(token) >= 43  # 256 bits in base64
    assert token not in str(vars(kept))
    reply, _ = resolve(session, token, timedelta(seconds=1))
    assert reply["session_id"] == kept.id
    assert reply["actor"]["account_id"] == account_id


def test_asking_within_a_minute_writes_nothing(session, sign_in, account_id):
    token = sign_in(0)["token"]
    assert resolve(session, token, timedelta(seconds=59))[1] is False
    assert resolve(session, token, timedelta(seconds=60))[1] is True


def test_a_session_in_use_lasts_twelve_hours_and_no_longer(session, sign_in, account_id):
    opened = sign_in(0)
    assert opened["expires_at"] == NOW + timedelta(hours=12)
    for minutes in range(0, 12 * 60, 55):
        after = timedelta(minutes=minutes)
        reply, _ = resolve(session, opened["token"], after)
        with clock.fixed(NOW + after):
            sessions.touch_session(session, session_id=reply["session_id"])
        session.expire_all()
    with pytest.raises(Unauthenticated):
        resolve(session, opened["token"], timedelta(hours=12))


def test_a_session_left_alone_for_an_hour_is_over(session, sign_in, account_id):
    token = sign_in(0)["token"]
    resolve(session, token, timedelta(minutes=59, seconds=59))
    with pytest.raises(Unauthenticated) as failure:
        resolve(session, token, timedelta(minutes=60))
    assert failure.value.slug == "accounts.no_session"


def test_signing_out_ends_this_session_only_and_twice_is_no_error(session, sign_in, account_id):
    here, there = sign_in(0)["token"], sign_in(0)["token"]
    assert sessions.sign_out(session, token=here) == sessions.sign_out(session, token=here) == {}
    with pytest.raises(Unauthenticated):
        resolve(session, here, timedelta(seconds=1))
    assert resolve(session, there, timedelta(seconds=1))


def test_ended_sessions_are_deleted_and_others_stay(session, sign_in, account_id):
    sign_in(0)
    late = sign_in(1800)
    with clock.fixed(NOW + timedelta(minutes=61)):
        sessions.discard_ended(session)
    assert len(session.scalars(select(SignedInSession)).all()) == 1
    assert resolve(session, late["token"], timedelta(minutes=61))
    assert session.get(Account, account_id)


def test_failures_of_strangers_do_not_slow_down_the_device_of_the_holder(sign_in, account_id):
    known = sign_in(0, browser="Firefox, Linux")["device_token"]
    for _ in range(PER_ACCOUNT.free):
        with pytest.raises(Unauthenticated):
            sign_in(0, "wrong", browser="Firefox, Linux", devices=["somebody else's"])
    with pytest.raises(RateLimited):
        sign_in(0, browser="Firefox, Linux", devices=["somebody else's"])
    assert sign_in(0, browser="Firefox, Linux", devices=["somebody else's", known])["device_token"] is None


def test_a_device_is_no_way_around_the_throttle(sign_in, account_id):
    known = sign_in(0, browser="Firefox, Linux")["device_token"]
    for _ in range(PER_ACCOUNT.free):
        with pytest.raises(Unauthenticated):
            sign_in(0, "wrong", browser="Firefox, Linux", devices=[known])
    with pytest.raises(RateLimited):
        sign_in(0.5, browser="Firefox, Linux", devices=[known])


def test_a_device_of_one_account_is_nothing_to_another(session, sign_in, account_id):
    known = sign_in(0, browser="Firefox, Linux")["device_token"]
    for _ in range(PER_ACCOUNT.free):
        with pytest.raises(Unauthenticated):
            sign_in(0, "wrong", email="nobody@example.org", devices=[known])
    with pytest.raises(RateLimited):
        sign_in(0.5, email="nobody@example.org", devices=[known])


def test_the_holder_is_told_of_a_new_device_and_not_of_the_first(session, sign_in, account_id):
    first = sign_in(0, browser="Firefox, Linux")["device_token"]
    sign_in(1, browser="Firefox, Linux", devices=[first])
    assert told_of_devices(session) == 0
    sign_in(2, browser="Chrome, Android")
    assert told_of_devices(session) == 1
    sign_in(3, address="203.0.113.7")
    sign_in(4, address="203.0.113.7")
    assert told_of_devices(session) == 2
    sign_in(5, address="203.0.113.8")
    assert told_of_devices(session) == 3


def told_of_devices(session):
    return sum(name == "device.added" for name, _ in testing.published(session))


def test_one_password_tried_on_many_accounts_is_slowed_and_other_networks_are_not(sign_in, account_id):
    for n in range(PER_NETWORK.free):
        with pytest.raises(Unauthenticated):
            sign_in(0, "wrong", email=f"citizen{n}@example.org", address="203.0.113.7")
    with pytest.raises(RateLimited):
        sign_in(1, "wrong", email="another@example.org", address="203.0.113.7")
    with pytest.raises(RateLimited):
        sign_in(1, "wrong", email="another@example.org", address="::ffff:203.0.113.7")
    assert sign_in(1, address="203.0.113.8")["token"]
    with pytest.raises(Unauthenticated):
        sign_in(31, "wrong", email="another@example.org", address="203.0.113.7")
    with pytest.raises(RateLimited):
        sign_in(32, "wrong", email="another@example.org", address="203.0.113.7")


def test_good_sign_ins_from_one_network_are_not_counted(sign_in, account_id):
    for _ in range(PER_NETWORK.free + 5):
        assert sign_in(0, address="203.0.113.7")["token"]


def test_ipv6_addresses_of_one_customer_are_one_network(sign_in):
    for n in range(PER_NETWORK.free):
        with pytest.raises(Unauthenticated):
            sign_in(0, "wrong", email=f"citizen{n}@example.org", address=f"2001:db8:1:2::{n:x}")
    with pytest.raises(RateLimited):
        sign_in(0, "wrong", email="another@example.org", address="2001:db8:1:2:ffff::1")
    with pytest.raises(Unauthenticated):
        sign_in(0, "wrong", email="another@example.org", address="2001:db8:1:3::1")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", None, "", "unknown"])
def test_a_client_on_this_machine_is_no_network(sign_in, address):
    for n in range(PER_NETWORK.free + 5):
        with pytest.raises(Unauthenticated):
            sign_in(0, "wrong", email=f"citizen{n}@example.org", address=address)


def test_registering_an_address_and_signing_in_does_not_tell_whether_it_has_an_account(session, transaction, account_id):
    strangers = passwords.hash_password("of the stranger", "another key")
    answers, work = [], []

    def watched(function, *given):
        work.append(email)
        return function(*given)

    for email in ("citizen@example.org", "nobody@example.org"):
        registering.register_account(
            session, Actor(), email=email, password_hash=strangers, given_names="Erika", family_name="Musterfrau",
            language="de", client={}, browser_secret=None, next_path="",
        )  # fmt: skip
        with pytest.raises(Unauthenticated) as failure:
            signing_in.sign_in(transaction, watched, email=email, password="of the stranger")
        answers.append(failure.value.as_dict())
    assert answers[0] == answers[1]
    assert work.count("citizen@example.org") == work.count("nobody@example.org")
    assert signing_in.sign_in(transaction, lambda f, *args: f(*args), email="citizen@example.org", password=PASSWORD)["token"]


@pytest.mark.parametrize("change", ["password", "erased"])
def test_a_password_that_is_changed_while_the_old_one_is_looked_at_opens_nothing(session, transaction, account_id, change):
    def changed_meanwhile(*_args):
        account = session.get_one(Account, account_id)
        if change == "password":
            account.password_hash = "another"
        else:
            session.delete(account)
        session.flush()
        return True

    with pytest.raises(Unauthenticated):
        signing_in.sign_in(transaction, changed_meanwhile, email="citizen@example.org", password=PASSWORD)
    assert session.scalars(select(SignedInSession)).all() == []


def test_a_count_that_is_forgiven_while_another_attempt_waits_for_it_begins_anew(session, monkeypatch):
    execute = session.execute
    forgiven: list[Any] = []

    def forgiving(statement, *args, **options):
        result = execute(statement, *args, **options)
        if statement.is_insert and not forgiven:
            forgiven.append(execute(delete(Attempts)))
        return result

    throttling.take(session, "account", "citizen@example.org", PER_ACCOUNT)
    monkeypatch.setattr(session, "execute", forgiving)
    throttling.take(session, "account", "citizen@example.org", PER_ACCOUNT)
    assert forgiven
    assert session.scalars(select(Attempts.count)).all() == [1]
