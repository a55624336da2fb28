"""An account is gone at once; the receipt is complete when every service has answered; what nobody uses ends after two years."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from services.accounts import disuse, erasing, mails
from services.accounts.model import Account, Erasure, ProfileValue, Registration, RequestedMail, SignedInSession
from services.accounts.model.organisation import OWNER, Membership, Organisation
from services.chassis import audit, clock, ids, testing
from services.contracts.actors import Actor, Behalf
from services.contracts.errors import Conflict, Forbidden, NotFound

NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
EMAIL = "erika.musterfrau@example.org"


@pytest.fixture
def session(opened):
    with clock.fixed(NOW):
        yield opened("accounts")


def account(session, email=EMAIL, **more):
    made = Account(
        id=ids.new_id(),
        kind="citizen",
        email=email,
        email_key=email,
        password_hash="$argon2id$",
        given_names="Erika",
        family_name="Musterfrau",
        language="de",
        registered_at=clock.now(),
        **more,
    )
    session.add(made)
    session.flush()
    return made


def owner(session, *accounts, name="Musterfrau Blumen GmbH"):
    organisation = Organisation(
        id=ids.new_id(),
        name=name,
        legal_form="gmbh",
        street="Hauptstraße",
        house_number="1",
        postal_code="49751",
        town="Sögel",
        email="blumen@example.org",
        language="de",
        founded_by=accounts[0].id,
        founded_at=NOW,
    )
    session.add(organisation)
    for held in accounts:
        session.add(Membership(id=ids.new_id(), organisation_id=organisation.id, account_id=held.id, role=OWNER, since=NOW))
    session.flush()


def answer_all(session, account_id, **kept):
    for service in erasing.OTHERS:
        erasing.note_part(session, service, account_id=account_id, erased=2, kept=kept.get(service, []))


def text_of_everything(session) -> str:
    """Every value of every row of every table."""
    session.flush()
    tables = [*Account.metadata.sorted_tables, *audit.METADATA.sorted_tables]
    return "\n".join(str(tuple(row)) for table in tables for row in session.execute(select(table)))


def test_the_account_and_all_that_hangs_on_it_is_gone_at_once(session):
    erika, max_ = account(session), account(session, "max.mustermann@example.org")
    now = clock.now()
    session.add(ProfileValue(account_id=erika.id, name="birth_name", value="Gabler", level="low", source="self", at=now))
    session.add(SignedInSession(id="s", account_id=erika.id, token_hash="t", created_at=now, last_seen_at=now, expires_at=now))
    session.add(
        Registration(
            id="r", email=EMAIL, email_key=EMAIL, password_hash="h", given_names="Erika", family_name="Gabler", language="de",
            next_path="", registered_at=now, expires_at=now,
        )
    )  # fmt: skip
    mails.request(session, kind="password_changed", to=EMAIL.upper(), language="de")
    account_id = erika.id
    erasing.request_erasure(session, Actor("citizen", account_id))
    assert session.scalars(select(Account.id)).all() == [max_.id]
    assert ("account.erasure_requested", {"account_id": account_id}) in testing.published(session)
    everything = text_of_everything(session)
    assert "Gabler" not in everything
    assert everything.lower().count(EMAIL) == 1, "the address waits for the receipt"


def test_the_receipt_is_sent_when_all_have_answered_and_the_address_is_forgotten(session):
    account_id = account(session).id
    started = erasing.request_erasure(session, Actor("citizen", account_id))
    until = datetime(2037, 1, 1, tzinfo=UTC)
    answer_all(session, account_id, applications=[{"category": "cases", "count": 2, "until": until}])
    receipt = erasing.get_erasure_receipt(session, token=started["receipt_token"])
    assert (receipt["state"], receipt["reason"], receipt["completed_at"]) == ("complete", "asked", NOW)
    assert [part["service"] for part in receipt["services"]] == list(erasing.OTHERS)
    assert receipt["services"][0]["kept"] == [{"category": "cases", "count": 2, "until": until}]
    mail = session.scalars(select(RequestedMail)).one()
    assert (mail.kind, mail.to, mail.account_id) == ("erasure_receipt", EMAIL, None)
    assert session.scalars(select(Erasure.address)).one() == ""
    with clock.fixed(NOW + timedelta(days=4)):
        mails.discard_old(session)
        assert EMAIL not in text_of_everything(session)


def test_the_receipt_is_open_for_thirty_days(session):
    account_id = account(session).id
    token = erasing.request_erasure(session, Actor("citizen", account_id))["receipt_token"]
    with clock.fixed(NOW + timedelta(days=29)):
        assert erasing.get_erasure_receipt(session, token=token)["state"] == "running"
    with clock.fixed(NOW + timedelta(days=31)), pytest.raises(NotFound):
        erasing.get_erasure_receipt(session, token=token)
    with pytest.raises(NotFound):
        erasing.get_erasure_receipt(session, token=token[:-1] + "_")


def test_one_service_that_is_late_is_asked_again_every_day_and_seen_by_operators(session):
    account_id = account(session).id
    erasing.request_erasure(session, Actor("citizen", account_id))
    for service in erasing.OTHERS[1:]:
        erasing.note_part(session, service, account_id=account_id, erased=0, kept=[])
    assert [e["state"] for e in erasing.list_unfinished(session)["erasures"]] == ["running"]
    assert erasing.ask_again(session) == 0
    with clock.fixed(NOW + timedelta(days=1, minutes=1)):
        assert erasing.ask_again(session) == 1
        assert erasing.ask_again(session) == 0
        erasing.note_part(session, erasing.OTHERS[0], account_id=account_id, erased=0, kept=[])
    assert erasing.list_unfinished(session)["erasures"] == []
    answer_all(session, account_id)
    assert session.scalar(select(func.count()).select_from(RequestedMail)) == 1, (
        "an answer that comes twice sends no second receipt"
    )


def test_the_last_owner_of_an_organisation_hands_it_over_first(session):
    erika, max_ = account(session), account(session, "max.mustermann@example.org")
    owner(session, erika)
    owner(session, erika, max_, name="Gemeinsame GbR")
    assert erasing.sole_owner_of(session, erika.id) == ["Musterfrau Blumen GmbH"]
    with pytest.raises(Conflict) as failure:
        erasing.request_erasure(session, Actor("citizen", erika.id))
    assert failure.value.slug == "accounts.sole_owner"
    assert session.get(Account, erika.id) is not None


def test_nobody_erases_for_somebody_else(session):
    erika = account(session)
    with pytest.raises(Forbidden):
        erasing.request_erasure(session, Actor("citizen", erika.id, behalf=Behalf("person", "x", "g")))


def unused(session, **more):
    with clock.fixed(NOW):
        return account(session, last_used_at=NOW, **more)


def at(days):
    return clock.fixed(NOW + timedelta(days=days))


def test_an_account_is_warned_two_months_before_two_years_of_disuse(session):
    unused(session)
    with at(668):
        assert disuse.warn(session) == 0
    with at(670):
        assert disuse.warn(session) == 1
        assert disuse.warn(session) == 0
        assert session.scalars(select(RequestedMail)).one().kind == "disuse_warning"


def test_an_unused_account_ends_after_two_years_and_not_before_the_warning_is_two_months_old(session):
    erika = unused(session)
    with at(740):
        assert disuse.overdue(session) == [], "nobody was warned"
        disuse.warn(session)
    with at(790):
        assert disuse.overdue(session) == []
    with at(802):
        assert disuse.overdue(session) == [erika.id]
        assert disuse.end(session, account_id=erika.id)
        assert session.scalars(select(Erasure.reason)).one() == "disuse"
        assert session.scalar(select(func.count()).select_from(Account)) == 0


def test_whoever_signs_in_again_keeps_the_account(session):
    erika = unused(session)
    with at(670):
        disuse.warn(session)
    with at(700):
        erika.note_use(clock.now())
    with at(800):
        assert disuse.overdue(session) == []
        assert not disuse.end(session, account_id=erika.id)
    with at(700 + 670):
        assert disuse.warn(session) == 1


def test_staff_and_sole_owners_do_not_end_by_disuse(session):
    staff = unused(session)
    staff.kind = "staff"
    erika = unused(session, email="max.mustermann@example.org")
    owner(session, erika)
    with at(670):
        assert disuse.warn(session) == 1
    with at(800):
        assert not disuse.end(session, account_id=erika.id)
        assert not disuse.end(session, account_id=staff.id)
