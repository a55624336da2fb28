"""The profile: values with their origin, dates of birth as on cards, and what is locked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts import profiles
from services.chassis import clock
from services.contracts import registry
from services.contracts.accounts.profile import IDENTITY, SaveProfile
from services.contracts.errors import Invalid
from tests.unit.accounts import offices
from tests.unit.accounts.offices import SOEGEL

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COUNTER: dict[str, Any] = {
    "level": "substantial",
    "source": "counter",
    "by": SOEGEL,
    "at": NOW,
    "valid_until": NOW + timedelta(days=365),
}
EID: dict[str, Any] = {"level": "high", "source": "eid", "by": "bundid", "at": NOW, "valid_until": NOW + timedelta(days=30)}
SEEN = {"given_names": "Erika", "family_name": "Musterfrau", "birth_date": "1964-08-12"}


@pytest.fixture(autouse=True)
def _today():
    with clock.fixed(NOW):
        yield


@pytest.fixture
def erika(session):
    return offices.person(session, "Erika", "Musterfrau")


def known(session, account):
    return {value["name"]: value for value in profiles.profile_of(session, account)["known"]}


def save(session, account, **given_):
    return profiles.save_profile(session, offices.citizen(account), **registry.load(SaveProfile, given_))


def test_a_new_account_has_its_names_and_its_address_as_stated_by_itself(session, erika):
    assert {name: (v["value"], v["source"], v["level"]) for name, v in known(session, erika).items()} == {
        "given_names": ("Erika", "self", "low"),
        "family_name": ("Musterfrau", "self", "low"),
        "email": (erika.email, "self", "low"),
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12.8.1964", "1964-08-12"), ("1964-08-12", "1964-08-12"), (" 12. 8. 1964 ", "1964-08-12"), ("1964", "1964-00-00"),
        ("00.00.1964", "1964-00-00"), ("8.1964", "1964-08-00"), ("00.08.1964", "1964-08-00"), ("1964-00-00", "1964-00-00"),
        ("29.2.1964", "1964-02-29"),
    ],
)  # fmt: skip
def test_a_date_of_birth_is_read_as_cards_show_it(session, erika, typed, kept):
    save(session, erika, birth_date=typed)
    assert known(session, erika)["birth_date"]["value"] == kept


@pytest.mark.parametrize(
    "typed", ["31.2.1964", "29.2.1965", "12.00.1964", "13.1964", "64", "gestern", "0000-00-00", "١٩٦٤", "12.8.64"]
)
def test_what_is_no_date_is_refused(session, erika, typed):
    with pytest.raises(Invalid) as failure:
        save(session, erika, birth_date=typed)
    assert failure.value.fields == {"birth_date": ["partial_date"]}


@given(st.dates())
def test_every_day_can_be_written_in_both_ways(day):
    typed = [day.isoformat(), f"{day.day}.{day.month}.{day.year:04}"]
    assert {registry.load(SaveProfile, {"birth_date": text})["birth_date"] for text in typed} == {day.isoformat()}


@pytest.mark.parametrize(
    ("typed", "slug"), [("3.3.2026", "date_in_future"), ("2027", "date_in_future"), ("1895", "date_too_early")]
)
def test_nobody_is_born_tomorrow_or_in_another_age(session, erika, typed, slug):
    with pytest.raises(Invalid) as failure:
        save(session, erika, birth_date=typed)
    assert failure.value.fields == {"birth_date": [slug]}


@pytest.mark.parametrize("name", ["Łukasz Žižek-Ångström", "D’Aubigné", "Đặng", "Ț̆"])
def test_names_may_use_the_letters_of_din_91379(session, erika, name):
    if name == "Ț̆":
        with pytest.raises(Invalid):
            save(session, erika, birth_name=name)
        return
    save(session, erika, birth_name=name)
    assert known(session, erika)["birth_name"]["value"] == name


@pytest.mark.parametrize(
    ("country", "code", "fits"), [("", "49751", True), ("", "4975", False), ("Niederlande", "7811 AP", True)]
)
def test_a_german_postal_code_has_five_digits_and_others_are_theirs(session, erika, country, code, fits):
    if fits:
        save(session, erika, postal_code=code, country=country)
    else:
        with pytest.raises(Invalid) as failure:
            save(session, erika, postal_code=code, country=country)
        assert failure.value.fields == {"postal_code": ["postal_code"]}


def test_an_emptied_value_is_forgotten_but_nobody_is_without_a_name(session, erika):
    save(session, erika, phone="05952 123456")
    save(session, erika, phone="")
    assert "phone" not in known(session, erika)
    with pytest.raises(Invalid):
        save(session, erika, family_name="")


def test_verified_values_are_locked_together_until_they_lapse(session, erika):
    profiles.set_verified(session, erika.id, SEEN, **COUNTER)
    for name in IDENTITY:
        with pytest.raises(Invalid) as failure:
            save(session, erika, **{name: "1970" if name == "birth_date" else "Anna"})
        assert failure.value.fields == {name: ["verified"]}
    save(session, erika, street="Musterstraße", given_names="Erika")
    with clock.fixed(COUNTER["valid_until"]):
        save(session, erika, given_names="Anna")
        assert known(session, erika)["given_names"]["level"] == "low"


def test_the_identity_is_as_trusted_as_its_weakest_core_value(session, erika):
    profiles.set_verified(session, erika.id, {"given_names": "Erika", "family_name": "Musterfrau"}, **EID)
    assert erika.identity_level_at(NOW) == "low"
    profiles.set_verified(session, erika.id, {"birth_date": "1964-08-12"}, **COUNTER)
    assert erika.identity_level_at(NOW) == "substantial"
    assert erika.identity_valid_until == EID["valid_until"]
    profiles.set_verified(session, erika.id, SEEN, **EID)
    assert erika.identity_level_at(NOW) == "high"


def test_the_same_value_keeps_its_higher_level_and_another_value_takes_the_new_one(session, erika):
    profiles.set_verified(session, erika.id, SEEN, **EID)
    profiles.set_verified(session, erika.id, {**SEEN, "family_name": "Beispiel"}, **COUNTER)
    levels = {name: known(session, erika)[name]["level"] for name in SEEN}
    assert levels == {"given_names": "high", "family_name": "substantial", "birth_date": "high"}
    assert erika.identity_level_at(NOW) == "substantial"
    assert erika.family_name == "Beispiel"
