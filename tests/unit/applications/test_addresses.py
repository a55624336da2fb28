"""An address of a service's file: opened into fields, checked in Germany and free abroad, and read together."""

from dataclasses import replace
from datetime import date

import pytest

from services.applications import forms
from services.contracts import addresses
from services.contracts import forms as contract
from services.contracts.errors import Invalid
from services.contracts.registry import dump
from services.documents import letters
from tests.answers import fill
from tests.fakes.form import everything

SERVICE = everything()
SECTIONS = [dump(contract.Section, section) for section in SERVICE.sections]
HERE = {"home_street": "Musterstraße", "home_house_number": "1", "home_postal_code": "49751", "home_town": "Sögel"}
THERE = {"home_country": "NL", "home_foreign_address": "Voorbeeldstraat 1\n9999 ZZ  Stad"}


def answered(**more):
    return {**{name: value for name, value in fill(SECTIONS, phone="05952 12345").items() if "home" not in name}, **more}


def test_an_address_is_opened_into_fields_that_say_what_they_are_a_part_of():
    parts = [field for field in SERVICE.fields() if (field.get("part_of") or {}).get("name") == "home_address"]
    assert [field["name"] for field in parts] == [f"home_{part}" for part in addresses.PARTS]
    assert {field["part_of"]["label"]["de"] for field in parts} == {"Ihre Anschrift"}
    assert [field["prefill"] for field in parts] == ["country", "street", "house_number", "postal_code", "town", None]
    assert [field["name"] for field in parts if not field["required"]] == ["home_country"]


def test_a_german_address_is_complete_without_lines_of_another_country():
    assert forms.errors(SERVICE, answered(home_country="DE", **HERE)) == {}
    wrong = forms.errors(SERVICE, answered(home_country="DE", **{**HERE, "home_postal_code": "9999 ZZ"}))
    assert wrong == {"home_postal_code": ["postal_code"]}


def test_an_address_abroad_is_lines_that_nobody_checks():
    found = forms.complete(SERVICE, answered(**THERE, **HERE))
    assert found["home_foreign_address"] == "Voorbeeldstraat 1\n9999 ZZ  Stad"
    assert not HERE.keys() & found.keys(), "what was typed before the country was chosen does not go along"


def test_no_country_means_germany():
    with pytest.raises(Invalid) as refused:
        forms.complete(SERVICE, answered())
    assert set(refused.value.fields) == {*HERE}
    assert forms.errors(SERVICE, answered(**HERE)) == {}


def test_the_condition_of_an_address_is_that_of_all_its_parts():
    assert forms.errors(SERVICE, answered(phone=None)) == {}


OPTIONAL = replace(
    SERVICE,
    sections=[
        {**section, "fields_": [{**f, "required": f["required"] and not f.get("part_of")} for f in section["fields_"]]}
        for section in SERVICE.sections
    ],
)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ()),
        ({"home_street": "  ", "home_country": ""}, ()),
        (HERE, ()),
        ({**HERE, "home_country": "DE"}, ()),
        (THERE, ()),
        ({"home_town": "Sögel"}, ("street", "house_number", "postal_code")),
        ({**HERE, "home_house_number": " "}, ("house_number",)),
        ({"home_country": "DE"}, ("street", "house_number", "postal_code", "town")),
        ({"home_country": "NL"}, ("foreign_address",)),
        ({**HERE, "home_country": "NL"}, ("foreign_address",)),
    ],
)
def test_an_address_that_may_be_left_out_is_empty_or_whole(given, missing):
    expected = {f"home_{part}": ["address_incomplete"] for part in missing}
    assert forms.errors(OPTIONAL, answered(**given)) == expected


def test_what_was_sent_before_by_half_is_no_mistake_of_a_correction_of_something_else():
    sent = forms.Sent(answered(home_town="Sögel"), date(2026, 9, 1))
    forms.complete(OPTIONAL, {**answered(home_town="Sögel"), "remark": "Neu."}, sent=sent)
    with pytest.raises(Invalid) as refused:
        forms.complete(OPTIONAL, answered(home_town="Werlte"), sent=sent)
    assert set(refused.value.fields) == {"home_street", "home_house_number", "home_postal_code"}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"home_country": "DE", **HERE}, "Musterstraße 1\n49751 Sögel\nDeutschland"),
        (THERE, "Voorbeeldstraat 1\n9999 ZZ  Stad\nNiederlande"),
    ],
)
def test_it_is_printed_as_one_answer(given, read):
    rows = [row for section in letters.sections_of(SECTIONS, given) for row in section["rows"]]
    assert rows == [{"label": "Ihre Anschrift", "value": read}]
