import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import cbor2
import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import select

from services.accounts import (
    authenticator_app,
    factor_guard,
    factors,
    passkeys,
    passwords,
    profiles,
    registering,
    second_step,
    sessions,
)
from services.accounts.model import Account, Challenge, Network, RecoveryCode, SecondFactor, SignedInSession
from services.chassis import audit, clock, testing
from services.chassis.relying_party import relying_party
from services.chassis.settings import Settings
from services.contracts.actors import Actor, Role
from services.contracts.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited, Unauthenticated

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
ORIGIN = "https://portal.example.org"
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def _settings(session):
    secret = "insecure-key-for-tests-and-nothing-else"
    session.info["settings"] = Settings("accounts", "", "", Path(), ORIGIN, secret)


@pytest.fixture(autouse=True)
def _nine():
    with clock.fixed(NINE):
        yield


def later(**delta):
    return clock.fixed(clock.now() + timedelta(**delta))


@pytest.fixture
def account(session):
    told = {"email": "erika@example.org", "password_hash": passwords.NOBODYS_HASH, "given_names": "Erika"}
    holder = Account(
        id="01890000-0000-7000-8000-000000000001",
        kind="citizen",
        email_key="erika@example.org",
        family_name="Musterfrau",
        language="de",
        registered_at=NINE,
        **told,
    )
    session.add(holder)
    session.flush()
    return holder


@pytest.fixture
def person(session, account):
    """Erika with a session; `person()` is the actor as the session stands now."""

    class Person:
        token = sessions.open_session(session, account)["token"]

        def __call__(self):
            return Actor.from_dict(sessions.resolve_session(session, token=self.token)[0]["actor"])

    return Person()


@pytest.fixture
def app(session, person):
    """An authenticator app that is set up, with the time of its first code gone by."""
    begun = factors.begin_totp(session, person())
    added = factors.confirm_totp(
        session, person(), token=person.token, factor_id=begun["factor_id"], code=code(begun["secret"]), name="Telefon"
    )
    return {**begun, **added}


def code(secret):
    return pyotp.TOTP(secret).at(clock.now())


class Authenticator:
    """A security key in a few lines: ES256, no attestation, one credential for each account."""

    def __init__(self, *, verifies=True, origin=ORIGIN, rp_id="portal.example.org"):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.count = hashlib.sha256(str(id(self)).encode()).digest(), 0
        self.verifies, self.origin, self.rp_id = verifies, origin, rp_id
        self.user = b""

    def make(self, options):
        asked = json.loads(options)
        self.user = decoded(asked["user"]["id"])
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        attested = b"\0" * 16 + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(0x40) + attested})
        client = self._client("webauthn.create", asked["challenge"])
        return self._told({"attestationObject": encoded(data), "clientDataJSON": encoded(client), "transports": ["usb", "odd"]})

    def answer(self, options):
        asked = json.loads(options)
        self.count += 1
        client, data = self._client("webauthn.get", asked["challenge"]), self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        told = {"authenticatorData": data, "clientDataJSON": client, "signature": signature, "userHandle": self.user}
        return self._told({name: encoded(value) for name, value in told.items()})

    def _data(self, flags):
        flags |= 0x01 | (0x04 if self.verifies else 0)
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _told(self, response):
        return json.dumps({"id": encoded(self.id), "rawId": encoded(self.id), "type": "public-key", "response": response})


def encoded(raw):
    return urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture
def key(session, person):
    """A security key that is set up."""
    found = Authenticator()
    begun = factors.begin_passkey(session, person())
    factors.add_passkey(
        session,
        person(),
        token=person.token,
        challenge_id=begun["challenge_id"],
        credential=found.make(begun["options"]),
        name="Schlüssel",
    )
    return found


def asked(session, account):
    return second_step.open_or_ask(session, account)["second_factor"]


# Authenticator apps


def test_an_app_counts_from_its_first_code_and_brings_ten_recovery_codes(session, person, account, app):
    assert len(app["recovery_codes"]) == 10
    shown = factors.get_security(session, person())
    assert [(f["kind"], f["name"]) for f in shown["factors"]] == [("totp", "Telefon")]
    assert shown["recovery_codes_left"] == 10
    assert person().session_level == "substantial"


def test_an_app_that_was_not_confirmed_does_not_count(session, person, account):
    factors.begin_totp(session, person())
    assert factors.get_security(session, person())["factors"] == []
    assert second_step.open_or_ask(session, account)["token"]


def test_the_secret_is_not_readable_in_the_database(session, app):
    stored = session.scalars(select(SecondFactor)).one()
    assert app["secret"] not in repr(vars(stored))


def test_an_app_can_be_confirmed_for_a_quarter_of_an_hour(session, person):
    begun = factors.begin_totp(session, person())
    with later(minutes=15), pytest.raises(NotFound):
        told = {"token": person.token, "factor_id": begun["factor_id"], "name": "Telefon"}
        factors.confirm_totp(session, person(), code=code(begun["secret"]), **told)


def test_nobody_confirms_the_app_of_another(session, person, account):
    begun = factors.begin_totp(session, person())
    stranger = Actor(kind="citizen", account_id="01890000-0000-7000-8000-000000000002")
    told = {"token": person.token, "factor_id": begun["factor_id"], "name": "Telefon"}
    with pytest.raises(Unauthenticated):
        factors.confirm_totp(session, stranger, code=code(begun["secret"]), **told)


def test_a_later_app_brings_no_new_recovery_codes(session, person, app):
    begun = factors.begin_totp(session, person())
    told = {"token": person.token, "factor_id": begun["factor_id"], "name": "Tablet"}
    assert factors.confirm_totp(session, person(), code=code(begun["secret"]), **told)["recovery_codes"] == []


# Signing in


def test_with_a_second_factor_the_password_opens_no_session(session, account, app):
    before = len(session.scalars(select(SignedInSession)).all())
    reply = second_step.open_or_ask(session, account)
    assert reply["token"] is reply["actor"] is reply["person"] is None
    assert reply["second_factor"]["kinds"] == ["totp"]
    assert len(session.scalars(select(SignedInSession)).all()) == before


def test_the_code_opens_a_session_at_substantial(session, transaction, account, app):
    challenge = asked(session, account)["challenge"]
    with later(seconds=30):
        opened = second_step.answer_second_factor(transaction, challenge=challenge, code=code(app["secret"]), credential=None)
    assert opened["actor"]["session_level"] == "substantial"
    assert opened["actor"]["level"] == "low"


def test_a_code_is_taken_once(session, transaction, account, app):
    with later(seconds=30):
        digits = code(app["secret"])
        first, second = asked(session, account)["challenge"], asked(session, account)["challenge"]
        second_step.answer_second_factor(transaction, challenge=first, code=digits, credential=None)
        with pytest.raises(Invalid):
            second_step.answer_second_factor(transaction, challenge=second, code=digits, credential=None)


def test_an_older_code_is_not_taken_after_a_newer_one(session, transaction, account, app):
    with later(seconds=60):
        older = pyotp.TOTP(app["secret"]).at(clock.now() - timedelta(seconds=30))
        challenge = asked(session, account)["challenge"]
        second_step.answer_second_factor(transaction, challenge=challenge, code=code(app["secret"]), credential=None)
        challenge = asked(session, account)["challenge"]
        with pytest.raises(Invalid):
            second_step.answer_second_factor(transaction, challenge=challenge, code=older, credential=None)


@pytest.mark.parametrize(("seconds", "is_taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_off_by_one_step(session, transaction, account, app, seconds, is_taken):
    with later(minutes=10):
        digits = pyotp.TOTP(app["secret"]).at(clock.now() + timedelta(seconds=seconds))
        answer = {"challenge": asked(session, account)["challenge"], "code": digits, "credential": None}
        if is_taken:
            assert second_step.answer_second_factor(transaction, **answer)["token"]
        else:
            with pytest.raises(Invalid):
                second_step.answer_second_factor(transaction, **answer)


def test_the_codes_are_those_of_rfc_6238(session, person):
    begun = factors.begin_totp(session, person())
    stored = session.get_one(SecondFactor, begun["factor_id"])
    seal = authenticator_app._seal(session)
    stored.sealed_secret = seal.close("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", bound_to=stored.id)
    for at, digits in [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]:
        stored.last_step = None
        with clock.fixed(datetime.fromtimestamp(at, UTC)):
            assert authenticator_app.takes(session, stored, digits)


def test_a_challenge_is_good_for_five_minutes_and_once(session, transaction, account, app):
    challenge = asked(session, account)["challenge"]
    with later(minutes=5), pytest.raises(Unauthenticated) as failure:
        second_step.answer_second_factor(transaction, challenge=challenge, code=code(app["secret"]), credential=None)
    assert failure.value.slug == "accounts.no_challenge"
    with later(minutes=1):
        second_step.answer_second_factor(transaction, challenge=challenge, code=code(app["secret"]), credential=None)
        with pytest.raises(Unauthenticated):
            second_step.get_second_factor(session, challenge=challenge)


def test_guessing_has_to_wait_longer_and_longer_but_never_more_than_a_quarter_of_an_hour(session, transaction, account, app):
    challenge = asked(session, account)["challenge"]
    for _ in range(5):
        with pytest.raises(Invalid):
            second_step.answer_second_factor(transaction, challenge=challenge, code="000000", credential=None)
    with later(seconds=1, milliseconds=-1), pytest.raises(RateLimited):
        second_step.answer_second_factor(transaction, challenge=challenge, code=code(app["secret"]), credential=None)
    with later(seconds=30):
        assert second_step.answer_second_factor(transaction, challenge=challenge, code=code(app["secret"]), credential=None)
    assert factor_guard.GUESSES.longest_wait == timedelta(minutes=15)


# Recovery codes


def test_a_recovery_code_stands_in_once_and_the_holder_is_told(session, transaction, account, app):
    spare = app["recovery_codes"][3]
    answer: dict[str, Any] = {"code": f" {spare.upper()} ", "credential": None}
    assert second_step.answer_second_factor(transaction, challenge=asked(session, account)["challenge"], **answer)["token"]
    with pytest.raises(Invalid):
        second_step.answer_second_factor(transaction, challenge=asked(session, account)["challenge"], **answer)
    changes = [data["change"] for name, data in testing.published(session) if name == "account.security_changed"]
    assert changes == ["factor_added", "recovery_code_used"]


def test_recovery_codes_are_not_readable_in_the_database(session, app):
    stored = {row.code_hash for row in session.scalars(select(RecoveryCode))}
    assert len(stored) == 10
    assert not stored & {spare.replace("-", "") for spare in app["recovery_codes"]}


def test_new_recovery_codes_void_the_old_ones(session, transaction, person, account, app):
    fresh = factors.renew_recovery_codes(session, person())["recovery_codes"]
    assert not set(fresh) & set(app["recovery_codes"])
    with pytest.raises(Invalid):
        second_step.answer_second_factor(
            transaction, challenge=asked(session, account)["challenge"], code=app["recovery_codes"][0], credential=None
        )


def test_without_a_second_factor_there_are_no_recovery_codes(session, person):
    with pytest.raises(NotFound):
        factors.renew_recovery_codes(session, person())


# Passkeys


def test_a_passkey_answers_as_second_factor(session, transaction, account, key):
    question = asked(session, account)
    opened = second_step.answer_second_factor(
        transaction, challenge=question["challenge"], code=None, credential=key.answer(question["options"])
    )
    assert opened["actor"]["session_level"] == "substantial"


def test_a_passkey_alone_signs_in_at_substantial(session, transaction, account, key):
    begun = second_step.begin_passkey_sign_in(session)
    opened = second_step.sign_in_with_passkey(
        transaction, challenge_id=begun["challenge_id"], credential=key.answer(begun["options"])
    )
    assert opened["actor"]["account_id"] == account.id
    assert opened["actor"]["session_level"] == "substantial"


def test_a_passkey_that_has_not_verified_its_user_is_not_enough_alone(session, transaction, account, key):
    key.verifies = False
    begun = second_step.begin_passkey_sign_in(session)
    with pytest.raises(Invalid):
        second_step.sign_in_with_passkey(transaction, challenge_id=begun["challenge_id"], credential=key.answer(begun["options"]))


def test_an_answer_of_a_passkey_cannot_be_played_again(session, transaction, account, key):
    begun = second_step.begin_passkey_sign_in(session)
    answer = key.answer(begun["options"])
    second_step.sign_in_with_passkey(transaction, challenge_id=begun["challenge_id"], credential=answer)
    with pytest.raises(Unauthenticated):
        second_step.sign_in_with_passkey(transaction, challenge_id=begun["challenge_id"], credential=answer)
    fresh = second_step.begin_passkey_sign_in(session)
    with pytest.raises(Invalid):
        second_step.sign_in_with_passkey(transaction, challenge_id=fresh["challenge_id"], credential=answer)


def test_an_answer_given_on_another_website_is_refused(session, transaction, account, key):
    key.origin = "https://portal.example.com"
    question = asked(session, account)
    with pytest.raises(Invalid):
        second_step.answer_second_factor(
            transaction, challenge=question["challenge"], code=None, credential=key.answer(question["options"])
        )


def test_the_passkey_of_another_account_is_no_second_factor_of_this_one(session, transaction, account, key):
    other = Account(
        **{column.name: getattr(account, column.name) for column in Account.__table__.columns}
        | {"id": "01890000-0000-7000-8000-000000000002", "email_key": "max@example.org"}
    )
    session.add(other)
    session.flush()
    token = sessions.open_session(session, other)["token"]
    actor = Actor(kind="citizen", account_id=other.id)
    begun = factors.begin_totp(session, actor)
    told = {"token": token, "factor_id": begun["factor_id"], "name": "Telefon"}
    factors.confirm_totp(session, actor, code=code(begun["secret"]), **told)
    challenge = asked(session, other)["challenge"]
    nonce = session.scalars(select(Challenge.nonce).where(Challenge.account_id == other.id, Challenge.purpose == "sign_in")).one()
    answer = key.answer(json.dumps({"challenge": encoded(nonce)}))
    with pytest.raises(Invalid):
        second_step.answer_second_factor(transaction, challenge=challenge, code=None, credential=answer)


def test_a_copied_passkey_whose_counter_goes_back_is_refused(session, transaction, account, key):
    key.count = 7
    question = asked(session, account)
    second_step.answer_second_factor(
        transaction, challenge=question["challenge"], code=None, credential=key.answer(question["options"])
    )
    key.count = 3
    question = asked(session, account)
    with pytest.raises(Invalid):
        second_step.answer_second_factor(
            transaction, challenge=question["challenge"], code=None, credential=key.answer(question["options"])
        )


def test_the_same_passkey_is_not_added_twice(session, person, key):
    begun = factors.begin_passkey(session, person())
    assert json.loads(begun["options"])["excludeCredentials"]
    with pytest.raises(Invalid):
        factors.add_passkey(
            session,
            person(),
            token=person.token,
            challenge_id=begun["challenge_id"],
            credential=key.make(begun["options"]),
            name="noch einmal",
        )


@pytest.mark.parametrize("credential", ["", "null", "[]", "{}", '{"id": "x"}', '{"id": "x", "response": {}}', "no JSON"])
def test_what_is_no_answer_of_a_passkey_is_refused(session, transaction, account, key, credential):
    begun = second_step.begin_passkey_sign_in(session)
    with pytest.raises(Invalid):
        second_step.sign_in_with_passkey(transaction, challenge_id=begun["challenge_id"], credential=credential)


@pytest.mark.parametrize(
    ("portal", "party"),
    [
        ("https://portal.example.org", ("portal.example.org", "https://portal.example.org")),
        ("https://portal.example.org:8443", ("portal.example.org", "https://portal.example.org:8443")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", ("localhost", "http://localhost:8000")),
        ("https://127.0.0.1", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::7]", None),
        ("http://portal.example.org", None),
    ],
)
def test_passkeys_need_a_host_name_and_tls(portal, party):
    found = relying_party(portal)
    assert (found and (found.id, found.origin)) == party


def test_where_passkeys_cannot_work_nobody_can_begin_one(session, person):
    session.info["settings"] = Settings(**{**vars(session.info["settings"]), "portal_url": "http://192.0.2.7:8000"})
    assert not factors.get_security(session, person())["has_passkeys"]
    with pytest.raises(Conflict):
        factors.begin_passkey(session, person())


# Changing


def test_without_a_factor_a_change_asks_for_the_password(transaction, person):
    with pytest.raises(Invalid) as failure:
        factor_guard.permit(transaction, right(True), person(), password=None)
    assert failure.value.fields == {"password": ["required"]}
    with pytest.raises(Invalid) as failure:
        factor_guard.permit(transaction, right(False), person(), password="wrong")
    assert failure.value.fields == {"password": ["wrong_password"]}
    factor_guard.permit(transaction, right(True), person(), password=PASSWORD)


def right(answer):
    return lambda *_: answer


def test_with_a_factor_the_password_alone_changes_nothing(session, transaction, account, person, app):
    weak = Actor(kind="citizen", account_id=account.id)
    with pytest.raises(Forbidden) as failure:
        factor_guard.permit(transaction, right(True), weak, password=PASSWORD)
    assert failure.value.slug == "accounts.step_up_needed"
    factor_guard.permit(transaction, right(False), person(), password=None)


def test_guesses_at_the_password_are_throttled(transaction, person):
    for _ in range(5):
        with pytest.raises(Invalid):
            factor_guard.permit(transaction, right(False), person(), password="wrong")
    with pytest.raises(RateLimited):
        factor_guard.permit(transaction, right(True), person(), password=PASSWORD)


def test_with_the_last_factor_the_recovery_codes_go(session, person, account, app):
    factors.remove_factor(session, person(), factor_id=app["factor_id"])
    assert factors.get_security(session, person())["recovery_codes_left"] == 0
    assert second_step.open_or_ask(session, account)["token"]


def test_nobody_removes_the_factor_of_another(session, app):
    stranger = Actor(kind="citizen", account_id="01890000-0000-7000-8000-000000000002", session_level="substantial")
    with pytest.raises(NotFound):
        factors.remove_factor(session, stranger, factor_id=app["factor_id"])


def test_every_change_is_recorded_without_personal_data(session, person, account, app):
    factors.renew_recovery_codes(session, person())
    factors.remove_factor(session, person(), factor_id=app["factor_id"])
    entries = session.execute(select(audit.LOG.c.action, audit.LOG.c.subject_id, audit.LOG.c.about)).all()
    assert [entry.action for entry in entries] == [
        "account.factor_added",
        "account.recovery_codes_renewed",
        "account.factor_removed",
    ]
    assert {entry.subject_id for entry in entries} == {account.id}
    assert not any("Telefon" in entry.about or "erika" in entry.about for entry in entries)


def test_an_office_takes_away_every_factor(session, account, app, key):
    officer = Actor(kind="staff", account_id="01890000-0000-7000-8000-000000000009")
    assert factors.remove_all(session, account.id, actor=officer) == 2
    assert second_step.open_or_ask(session, account)["token"]
    assert session.scalars(select(RecoveryCode)).all() == []


# Stepping up


def test_a_session_is_lifted_by_the_code_and_falls_back_after_half_an_hour_of_silence(session, transaction, person, app):
    with later(minutes=31):
        assert person().session_level == "low"
        sessions.touch_session(session, session_id=sessions.resolve_session(session, token=person.token)[0]["session_id"])
        session.expire_all()
        lifted = second_step.step_up(
            transaction, person(), token=person.token, code=code(app["secret"]), challenge_id=None, credential=None
        )
        assert lifted == {"session_level": "substantial"}
        with later(minutes=29):
            assert person().session_level == "substantial"
        with later(minutes=30):
            assert person().session_level == "low"


def test_a_session_is_lifted_by_a_passkey(session, transaction, person, key):
    begun = second_step.begin_step_up(session, person())
    assert begun["kinds"] == ["passkey"]
    answer = {"challenge_id": begun["challenge_id"], "credential": key.answer(begun["options"])}
    assert second_step.step_up(transaction, person(), token=person.token, code=None, **answer) == {"session_level": "substantial"}
    with pytest.raises(Unauthenticated):
        second_step.step_up(transaction, person(), token=person.token, code=None, **answer)


def test_nobody_lifts_the_session_of_another(session, transaction, person, app):
    stranger = Actor(kind="citizen", account_id="01890000-0000-7000-8000-000000000002")
    with pytest.raises(Unauthenticated):
        second_step.step_up(
            transaction, stranger, token=person.token, code=code(app["secret"]), challenge_id=None, credential=None
        )


# The reset of a password


def verified(session, account):
    values = {"given_names": "Erika", "family_name": "Musterfrau", "birth_date": "1990-05-17"}
    profiles.set_verified(
        session,
        account.id,
        values,
        level="substantial",
        source="counter",
        by="034545407/buergerbuero",
        at=clock.now(),
        valid_until=clock.now() + timedelta(days=700),
    )


def test_a_first_factor_after_a_reset_of_the_password_ends_the_verified_identity(session, account, person):
    verified(session, account)
    account.password_reset_at = clock.now() + timedelta(minutes=1)
    with later(minutes=2):
        assert factors.get_security(session, person())["loses_identity"]
        begun = factors.begin_totp(session, person())
        told = {"token": person.token, "factor_id": begun["factor_id"], "name": "Telefon"}
        factors.confirm_totp(session, person(), code=code(begun["secret"]), **told)
        assert account.identity_level_at(clock.now()) == "low"
        assert person().level == "low"
        assert not factors.get_security(session, person())["loses_identity"]


def test_a_factor_without_a_reset_leaves_the_verified_identity(session, account, person):
    verified(session, account)
    begun = factors.begin_totp(session, person())
    told = {"token": person.token, "factor_id": begun["factor_id"], "name": "Telefon"}
    factors.confirm_totp(session, person(), code=code(begun["secret"]), **told)
    assert person().level == "substantial"


def test_who_was_verified_after_the_reset_keeps_it(session, account, person):
    account.password_reset_at = clock.now()
    with later(minutes=1):
        verified(session, account)
        assert not factors.get_security(session, person())["loses_identity"]


# Staff


@pytest.mark.parametrize(("duty", "roles"), [("required", ()), ("optional", (Role("clerk", "034545407/standesamt"),))])
def test_staff_without_the_factor_its_network_requires_has_no_role(session, duty, roles):
    session.add(Network(slug="emsland", name="Emsland", title={"de": "", "en": ""}, notice=None, staff_second_factor=duty))
    person: dict[str, Any] = {"email": "clerk@example.org", "given_names": "Sören", "family_name": "Beispiel", "language": "de"}
    roles_held = (Role("clerk", "034545407/standesamt"),)
    account_id = registering.enrol_staff(session, **person, password_hash="x", roles=roles_held)["account_id"]
    opened = sessions.open_session(session, session.get_one(Account, account_id))
    assert Actor.from_dict(opened["actor"]).roles == roles
    assert opened["needs_second_factor"] is (duty == "required")
    if duty == "required":
        actor = Actor.from_dict(opened["actor"])
        begun = factors.begin_totp(session, actor)
        told = {"token": opened["token"], "factor_id": begun["factor_id"], "name": "Telefon"}
        factors.confirm_totp(session, actor, code=code(begun["secret"]), **told)
        resolved = sessions.resolve_session(session, token=opened["token"])[0]
        assert Actor.from_dict(resolved["actor"]).roles == (Role("clerk", "034545407/standesamt"),)
        assert not resolved["needs_second_factor"]


def test_the_user_handle_of_a_passkey_is_the_account(session, account, key):
    assert key.user == UUID(account.id).bytes


def test_a_factor_begun_with_the_password_does_not_join_one_that_came_between(session, account, person):
    """Else who knows the password begins an app, waits for the holder to set up theirs, and joins it."""
    thief = sessions.open_session(session, account)["token"]
    as_thief = Actor.from_dict(sessions.resolve_session(session, token=thief)[0]["actor"])
    begun = factors.begin_totp(session, as_thief)
    waiting = passkeys.keep(session, "register", account.id)
    held = SecondFactor(
        id="01890000-0000-7000-8000-0000000000ff", account_id=account.id, kind="totp", name="Telefon", added_at=NINE,
        confirmed_at=NINE, sealed_secret="", transports=[],
    )  # fmt: skip
    session.add(held)
    session.flush()
    with pytest.raises(Forbidden) as refused:
        factors.confirm_totp(
            session, as_thief, token=thief, factor_id=begun["factor_id"], code=code(begun["secret"]), name="Dieb"
        )
    assert refused.value.slug == "accounts.step_up_needed"
    with pytest.raises(Forbidden):
        factors.add_passkey(session, as_thief, token=thief, challenge_id=waiting.id, credential="{}", name="Dieb")


@pytest.mark.parametrize(
    "written", ["[" * 20_000, '{"id": "\\ud800", "response": {}}', '{"id": "\\u0000", "response": {}}', '{"id": 5}']
)
def test_whatever_a_passkey_is_said_to_have_answered_is_refused_in_the_same_words(session, transaction, person, written):
    asked = second_step.begin_passkey_sign_in(session)
    with pytest.raises(Invalid) as refused:
        second_step.sign_in_with_passkey(transaction, challenge_id=asked["challenge_id"], credential=written)
    assert refused.value.slug == "accounts.passkey_refused"
    begun = factors.begin_passkey(session, person())
    with pytest.raises(Invalid) as refused:
        factors.add_passkey(
            session, person(), token=person.token, challenge_id=begun["challenge_id"], credential=written, name="Schlüssel"
        )
    assert refused.value.slug == "accounts.passkey_refused"
