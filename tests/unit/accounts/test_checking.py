"""Verification in person: one-time codes, the counter, two officers, expiry and revocation."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from services.accounts import checking, counter, finding, guessing, one_time_codes, profiles, reporting, revoking, visiting
from services.accounts.model import Account, IdentityCheck, SecondFactor, VisitCode
from services.accounts.model.verification import CHECK_STATES
from services.chassis import clock
from services.chassis.audit import LOG
from services.chassis.tables import OUTBOX
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited
from tests.unit.accounts import offices
from tests.unit.accounts.offices import LINGEN, SOEGEL

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SEEN = {"given_names": "Erika", "family_name": "Musterfrau", "birth_date": "1964-08-12", "birth_place": "Sögel"}
CARD = {"kind": "identity_card", "issuing_authority": "Samtgemeinde Sögel", "valid_until": date(2029, 5, 31)}


@pytest.fixture(autouse=True)
def _today():
    with clock.fixed(NOW):
        yield


@pytest.fixture
def erika(session):
    offices.network(session)
    return offices.person(session, "Erika", "Musterfrau")


@pytest.fixture
def olga(session, erika):
    return offices.officer(session)


def show(session, account):
    return visiting.create_visit_code(session, offices.citizen(account))["code"]


def check(session, officer, account, office_id=SOEGEL, seen=SEEN, document=CARD):
    code = show(session, account)
    return checking.record_check(session, officer, office_id=office_id, code=code, seen=seen, document=document, is_compared=True)


def events(session):
    return list(session.scalars(select(OUTBOX.c.name).order_by(OUTBOX.c.sequence)))


def actions(session, account):
    return list(session.scalars(select(LOG.c.action).where(LOG.c.subject_id == account.id).order_by(LOG.c.sequence)))


def later(days):
    return clock.fixed(NOW + timedelta(days=days))


# Codes


@given(st.text(one_time_codes.ALPHABET, min_size=9, max_size=9), st.integers(0, 9), st.sampled_from(one_time_codes.ALPHABET))
def test_one_wrong_sign_is_always_found(signs, place, wrong):
    code = signs + one_time_codes._check_sign(signs)
    assert one_time_codes.read(code, 9) == code
    mistyped = code[:place] + wrong + code[place + 1 :]
    assert (one_time_codes.read(mistyped, 9) is not None) == (mistyped == code)


@given(st.text(one_time_codes.ALPHABET, min_size=15, max_size=15), st.integers(0, 15), st.integers(0, 15))
def test_two_signs_that_changed_places_are_always_found(signs, one, other):
    code = list(signs + one_time_codes._check_sign(signs))
    code[one], code[other] = code[other], code[one]
    swapped = "".join(code)
    same = code[one] == code[other]
    assert (one_time_codes.read(swapped, 15) is not None) == same


def test_a_code_is_read_in_any_spelling():
    code = one_time_codes.new_code(one_time_codes.VISIT)
    assert one_time_codes.read(f" {code.lower().replace('-', ' ')} ", one_time_codes.VISIT) == code.replace("-", "")
    assert len(code) == len("7K2MQ-XT9ZR")


def test_a_code_is_nowhere_in_the_database(session, erika):
    code = show(session, erika)
    row = session.scalars(select(VisitCode)).one()
    assert code.replace("-", "") not in row.code_hash.upper()
    assert row.code_hash != one_time_codes.keyed_hash(session, "activation", code)


def test_a_code_works_once(session, erika, olga):
    code = show(session, erika)
    asked = {"office_id": SOEGEL, "code": code, "seen": SEEN, "document": CARD, "is_compared": True}
    checking.record_check(session, olga, **asked)
    with pytest.raises(NotFound, match=r"accounts\.visit_code_invalid"):
        checking.record_check(session, olga, **asked)


def test_a_newer_code_makes_the_older_void(session, erika, olga):
    old, new = show(session, erika), show(session, erika)
    with pytest.raises(NotFound, match=r"visit_code_invalid"):
        checking.look_at_visit_code(session, olga, office_id=SOEGEL, code=old)
    assert checking.look_at_visit_code(session, olga, office_id=SOEGEL, code=new)["account_id"] == erika.id


def test_a_code_ends_after_fourteen_days(session, erika, olga):
    code = show(session, erika)
    with later(14), pytest.raises(NotFound):
        checking.look_at_visit_code(session, olga, office_id=SOEGEL, code=code)


def test_codes_are_not_made_without_end(session, erika):
    for _ in range(5):
        show(session, erika)
    with pytest.raises(RateLimited):
        show(session, erika)
    with clock.fixed(NOW + timedelta(hours=1)):
        show(session, erika)


def test_wrong_codes_slow_an_officer_down_and_right_ones_do_not(session, transaction, erika, olga):
    code = show(session, erika)

    def attempt(typed):
        with guessing.counted(transaction, olga.person_id), transaction() as unit:
            checking.look_at_visit_code(unit, olga, office_id=SOEGEL, code=typed)

    for _ in range(20):
        attempt(code)
    for _ in range(6):
        with pytest.raises(NotFound):
            attempt("22222-22222")
    with pytest.raises(RateLimited):
        attempt(code)


# At the counter


def test_a_check_makes_the_identity_substantial_in_the_whole_network(session, erika, olga):
    done = check(session, olga, erika)
    assert done["state"] == "verified"
    assert erika.identity_level_at(NOW) == "substantial"
    assert erika.as_actor("substantial")["level"] == "substantial"
    assert erika.as_actor("low")["level"] == "low"
    assert events(session) == ["identity.verified"]
    assert actions(session, erika) == ["visit_code.created", "identity.recorded", "identity.verified"]


def test_it_is_written_down_who_saw_what_but_not_what_it_said(session, erika, olga):
    check(session, olga, erika)
    row = session.scalars(select(IdentityCheck)).one()
    assert (row.document_kind, row.issuing_authority) == ("identity_card", "Samtgemeinde Sögel")
    assert row.values == {}
    log = " ".join(session.scalars(select(LOG.c.about)))
    assert "Musterfrau" not in log
    assert "1964-08-12" not in log


def test_what_the_officer_corrected_is_recorded_and_becomes_the_verified_value(session, erika, olga):
    check(session, olga, erika, seen={**SEEN, "given_names": "Erika Anna"})
    assert erika.given_names == "Erika Anna"
    row = session.scalars(select(IdentityCheck)).one()
    assert row.corrected == ["given_names", "birth_date", "birth_place"]


def test_nobody_verifies_their_own_account(session, erika, olga):
    own = Actor("staff", erika.id, roles=olga.roles)
    with pytest.raises(Forbidden, match=r"accounts\.own_identity"):
        check(session, own, erika)


def test_an_officer_does_not_verify_a_citizen_account_in_their_own_name(session, erika, olga):
    mine = offices.person(session, "OLGA", "Beispiel")
    with pytest.raises(Forbidden, match=r"accounts\.own_identity"):
        check(session, olga, mine, seen={**SEEN, "given_names": "Olga", "family_name": "Beispiel"})
    other = offices.person(session, "Somebody", "Else")
    with pytest.raises(Forbidden, match=r"accounts\.own_identity"):
        check(session, olga, other, seen={**SEEN, "given_names": "Olga", "family_name": "Beispiel"})


@pytest.mark.parametrize("act", ["look_at_visit_code", "record_check", "list_pending_checks"])
def test_nobody_acts_outside_their_office(session, erika, olga, act):
    code = show(session, erika)
    given_ = {
        "look_at_visit_code": {"code": code},
        "record_check": {"code": code, "seen": SEEN, "document": CARD, "is_compared": True},
        "list_pending_checks": {},
    }[act]
    with pytest.raises(Forbidden, match=r"accounts\.not_this_office"):
        getattr(checking, act)(session, olga, office_id=LINGEN, **given_)


def test_a_clerk_is_no_identity_officer(session, erika):
    clerk = offices.officer(session, role="clerk")
    with pytest.raises(Forbidden):
        check(session, clerk, erika)


@pytest.mark.parametrize(("day", "slug"), [(date(2026, 3, 1), "document_expired"), (date(2066, 1, 1), "date_too_late")])
def test_a_document_that_does_not_count_is_refused(session, erika, olga, day, slug):
    with pytest.raises(Invalid) as failure:
        check(session, olga, erika, document={**CARD, "valid_until": day})
    assert failure.value.fields == {"document.valid_until": [slug]}


def test_a_document_counts_on_its_last_day(session, erika, olga):
    assert check(session, olga, erika, document={**CARD, "valid_until": date(2026, 3, 2)})["state"] == "verified"


@pytest.mark.parametrize("born", ["2026-03-03", "1880-01-01", "2027-00-00"])
def test_nobody_is_born_tomorrow_or_in_another_age(session, erika, olga, born):
    with pytest.raises(Invalid):
        check(session, olga, erika, seen={**SEEN, "birth_date": born})


def test_a_date_of_birth_without_day_is_verified_as_the_card_shows_it(session, erika, olga):
    check(session, olga, erika, seen={**SEEN, "birth_date": "1964-00-00"})
    assert profiles.identity_of(session, erika)["birth_date"] == "1964-00-00"


def test_a_check_ends_with_the_document_and_after_five_years_at_the_latest():
    assert counter.valid_until(date(2029, 5, 31), NOW) == datetime(2029, 5, 31, 22, 0, tzinfo=UTC)
    assert counter.valid_until(date(2036, 5, 31), NOW) == datetime(2031, 3, 2, 9, 0, tzinfo=UTC)
    leap = datetime(2028, 2, 29, 9, 0, tzinfo=UTC)
    assert counter.valid_until(date(2040, 1, 1), leap) == datetime(2033, 2, 28, 9, 0, tzinfo=UTC)


def test_a_second_check_renews_and_replaces_the_first(session, erika, olga):
    check(session, olga, erika)
    with later(300):
        check(session, olga, erika, document={**CARD, "valid_until": date(2035, 1, 1)})
    assert events(session) == ["identity.verified", "identity.renewed"]
    states = session.scalars(select(IdentityCheck.state).order_by(IdentityCheck.id))
    assert list(states) == ["replaced", "verified"]
    assert erika.identity_valid_until == NOW.replace(year=2031) + timedelta(days=300)


# Two officers


@pytest.fixture
def strict(session):
    offices.network(session, needs_two_officers=True)
    return offices.person(session, "Erika", "Musterfrau")


def test_where_the_office_demands_it_a_check_waits_for_a_second_officer(session, strict):
    first, second = offices.officer(session), offices.officer(session, "Otto")
    done = check(session, first, strict)
    assert done["state"] == "recorded"
    assert strict.identity_level_at(NOW) == "low"
    assert events(session) == []
    looked = checking.get_pending_check(session, second, check_id=done["check_id"])
    assert looked["seen"] == SEEN
    assert checking.confirm_check(session, second, check_id=done["check_id"])["state"] == "verified"
    assert strict.identity_level_at(NOW) == "substantial"
    assert "identity.viewed" in actions(session, strict)


def test_the_first_officer_cannot_confirm(session, strict):
    first = offices.officer(session)
    done = check(session, first, strict)
    with pytest.raises(Forbidden, match=r"accounts\.second_officer_needed"):
        checking.confirm_check(session, first, check_id=done["check_id"])


def test_neither_officer_is_the_citizen(session, strict):
    done = check(session, offices.officer(session), strict)
    namesake = offices.person(session, "Erika", "Musterfrau", kind="staff")
    second = Actor("staff", namesake.id, roles=offices.officer(session, "X").roles)
    with pytest.raises(Forbidden, match=r"accounts\.own_identity"):
        checking.confirm_check(session, second, check_id=done["check_id"])


def test_an_officer_of_another_office_knows_of_no_check(session, strict):
    done = check(session, offices.officer(session), strict)
    foreign = offices.officer(session, "Otto", LINGEN)
    for act in (checking.get_pending_check, checking.confirm_check):
        with pytest.raises(NotFound, match=r"accounts\.no_check"):
            act(session, foreign, check_id=done["check_id"])


def test_a_declined_check_cannot_be_confirmed_any_more(session, strict):
    second = offices.officer(session, "Otto")
    done = check(session, offices.officer(session), strict)
    checking.decline_check(session, second, check_id=done["check_id"], reason="not_matching")
    with pytest.raises(Conflict, match=r"accounts\.check_wrong_state"):
        checking.confirm_check(session, second, check_id=done["check_id"])
    assert session.get_one(IdentityCheck, done["check_id"]).values == {}


def test_a_check_that_nobody_confirms_lapses(session, strict):
    done = check(session, offices.officer(session), strict)
    with later(14):
        revoking.expire_due(session)
    found = session.get_one(IdentityCheck, done["check_id"])
    assert (found.state, found.values) == ("lapsed", {})


def test_every_end_of_a_check_is_final():
    ends = {"declined", "lapsed", "revoked", "expired", "replaced"}
    assert {state for state, _ in CHECK_STATES} == {"recorded", "verified"}
    assert set(CHECK_STATES.values()) == ends | {"verified"}


# Ends


def test_revoking_takes_the_level_at_once_and_tells_why(session, erika, olga):
    check(session, olga, erika)
    foreign = offices.officer(session, "Otto", LINGEN)
    revoking.revoke_identity(session, foreign, office_id=LINGEN, account_id=erika.id, reason="wrong_person")
    assert erika.identity_level_at(NOW) == "low"
    assert events(session)[-1] == "identity.revoked"
    own = visiting.get_verification(session, offices.citizen(erika))
    assert (own["level"], own["checks"][0]["state"], own["checks"][0]["reason"]) == ("low", "revoked", "wrong_person")
    assert not any(value["is_verified"] for value in profiles.get_profile(session, offices.citizen(erika))["known"])


def test_what_was_never_verified_cannot_be_revoked(session, erika, olga):
    with pytest.raises(Conflict):
        revoking.revoke_identity(session, olga, office_id=SOEGEL, account_id=erika.id, reason="wrong_person")


def test_nobody_revokes_outside_their_office(session, erika, olga):
    check(session, olga, erika)
    with pytest.raises(Forbidden):
        revoking.revoke_identity(session, olga, office_id=LINGEN, account_id=erika.id, reason="wrong_person")


def test_the_level_ends_to_the_second_even_before_anything_has_run(session, erika, olga):
    check(session, olga, erika)
    end = erika.identity_valid_until
    assert erika.identity_level_at(end - timedelta(seconds=1)) == "substantial"
    assert erika.identity_level_at(end) == "low"


def test_a_month_before_the_end_its_holder_is_told_once_and_then_of_the_end(session, erika, olga):
    check(session, olga, erika)
    end = erika.identity_valid_until
    for days in (-31, -29, -28, 0, 1):
        with clock.fixed(end + timedelta(days=days)):
            revoking.announce_due(session)
            revoking.expire_due(session)
    assert events(session) == ["identity.verified", "identity.expiry_announced", "identity.expired"]
    assert erika.identity_level == "low"


def test_after_the_end_of_an_eid_the_check_in_person_counts_again(session, erika, olga):
    check(session, olga, erika)
    eid: dict[str, Any] = {"level": "high", "source": "eid", "by": "bundid", "at": NOW, "valid_until": NOW + timedelta(days=10)}
    profiles.set_verified(session, erika.id, {k: SEEN[k] for k in ("given_names", "family_name", "birth_date")}, **eid)
    assert erika.identity_level_at(NOW) == "high"
    with later(11):
        revoking.restore_due(session)
        assert erika.identity_level_at(clock.now()) == "substantial"


def test_a_check_does_not_lower_what_an_eid_has_proved(session, erika, olga):
    eid: dict[str, Any] = {"level": "high", "source": "eid", "by": "bundid", "at": NOW, "valid_until": NOW + timedelta(days=10)}
    profiles.set_verified(session, erika.id, SEEN, **eid)
    check(session, olga, erika)
    assert erika.identity_level_at(NOW) == "high"


# Lost factors


def test_lost_factors_are_removed_only_for_somebody_who_was_verified(session, erika, olga):
    asked = {"office_id": SOEGEL, "account_id": erika.id, "document": CARD, "is_compared": True}
    with pytest.raises(Conflict, match=r"accounts\.not_verified_in_person"):
        checking.remove_lost_factors(session, olga, **asked)
    check(session, olga, erika)
    done = checking.remove_lost_factors(session, olga, **asked)
    assert done["state"] == "verified"
    assert session.scalar(select(func.count()).select_from(SecondFactor)) == 0
    assert erika.identity_level_at(NOW) == "substantial"


# Looking people up


def test_looking_somebody_up_is_recorded_with_its_reason(session, erika, olga):
    found = finding.find_person(
        session, olga, office_id=SOEGEL, reason="revocation", email=erika.email.upper(), family_name="", birth_date=""
    )
    assert [p["account_id"] for p in found["people"]] == [erika.id]
    assert session.execute(select(LOG.c.action, LOG.c.reason, LOG.c.office_id)).one() == (
        "person.looked_up",
        "revocation",
        SOEGEL,
    )


def test_staff_is_not_found_at_the_counter(session, erika, olga):
    email = session.get_one(Account, olga.person_id).email
    with pytest.raises(NotFound):
        finding.find_person(session, olga, office_id=SOEGEL, reason="question", email=email, family_name="", birth_date="")


def test_a_name_alone_finds_nobody(session, erika, olga):
    with pytest.raises(Invalid):
        finding.find_person(session, olga, office_id=SOEGEL, reason="question", email="", family_name="Musterfrau", birth_date="")


# The report


def test_the_report_counts_by_officer_and_kind(session, erika, olga):
    otto = offices.officer(session, "Otto")
    check(session, olga, erika)
    check(session, otto, erika, document={**CARD, "kind": "passport"})
    revoking.revoke_identity(session, otto, office_id=SOEGEL, account_id=erika.id, reason="asked_by_person")
    period: dict[str, Any] = {"office_id": SOEGEL, "since": date(2026, 3, 2), "until": date(2026, 3, 2)}
    report = reporting.get_verification_report(session, olga, **period)
    counts = {row["name"]: (row["verified"], row["renewed"], row["revoked"]) for row in report["rows"]}
    assert counts == {"Olga Beispiel": (1, 0, 0), "Otto Beispiel": (0, 1, 1)}
    assert sorted((k["kind"], k["count"]) for k in report["kinds"]) == [("identity_card", 1), ("passport", 1)]
    before = {**period, "since": date(2026, 3, 1), "until": date(2026, 3, 1)}
    assert reporting.get_verification_report(session, olga, **before)["rows"] == []


def test_a_report_belongs_to_its_office_and_its_municipality(session, erika, olga):
    period: dict[str, Any] = {"since": date(2026, 3, 2), "until": date(2026, 3, 2)}
    administrator = offices.officer(session, "Ada", "034545407/*", "administrator")
    reporting.get_verification_report(session, administrator, office_id="034545407/*", **period)
    for actor, office_id in ((olga, LINGEN), (olga, "034545407/*"), (administrator, "034540032/*")):
        with pytest.raises(Forbidden):
            reporting.get_verification_report(session, actor, office_id=office_id, **period)
