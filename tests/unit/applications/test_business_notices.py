"""What authorities get of a business notice, held against GewAnzV § 3."""

import csv
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.applications import business_notices, catalogue
from tests import answers

STATUTE = Path(__file__).parents[2] / "resources" / "trade" / "passed_on.csv"
SERVICES = ("business-registration", "business-change", "business-closing")
LAST = {1: 33, 2: 30, 3: 30}
"""How many fields § 3 counts in each annex."""
DAY_AND_SIGNATURE = {1: {32, 33}, 2: {29, 30}, 3: {29, 30}}
"""Fields that no question asks for: the day it is submitted, and the signature that § 2 (1) does without."""


def of_the_statute() -> dict[tuple[str, int], set[int]]:
    with STATUTE.open(encoding="utf-8", newline="") as file:
        return {
            (row["provision"], int(row["annex"])): {int(number) for number in row["passed_on"].split()}
            for row in csv.DictReader(file)
        }


def of_the_portal(recipients) -> dict[tuple[str, int], set[int]]:
    return {
        (re.sub(" GewAnzV$", "", recipient.legal_basis[-1]), annex): set(numbers)
        for recipient in recipients
        for annex, numbers in recipient.numbers.items()
    }


def recipient(german: str) -> business_notices.Recipient:
    return next(one for one in business_notices.recipients() if one.name["de"] == german)


def questions(service: str) -> set[str]:
    return {field["name"] for field in catalogue.services()[service].fields()}


def test_every_recipient_may_get_what_the_statute_says_and_nothing_else():
    assert of_the_portal(business_notices.recipients()) == of_the_statute()


def test_one_field_too_many_would_be_noticed():
    first, *others = business_notices.recipients()
    generous = replace(first, numbers={**first.numbers, 1: first.numbers[1] | {13}})
    assert of_the_portal([generous, *others]) != of_the_statute()


@pytest.mark.parametrize(("number", "service"), [*enumerate(SERVICES, 1)])
def test_a_form_asks_for_every_field_of_its_annex(number, service):
    annex = business_notices.annexes()[number]
    assert (annex.service, annex.last) == (service, LAST[number])
    assert set(annex.fields) == set(range(1, LAST[number] + 1)) - DAY_AND_SIGNATURE[number]
    named = {name for names in annex.fields.values() for name in names}
    ours = {"changes"} if service == "business-change" else set()
    assert named | ours == questions(service), "what is only a way through the form goes to nobody"
    assert catalogue.services()[service].deadline == {"count": 3, "unit": "days", "legal_basis": "§ 15 Abs. 1 GewO"}


def test_a_service_that_is_no_business_notice_has_no_recipients():
    dog = catalogue.services()["dog-registration"]
    assert business_notices.transmissions("dog-registration", dog.sections) == []
    assert business_notices.passed_on("dog-registration", {"dog_name": "Bello"}, recipient("Finanzamt")) == {}


def limited_company() -> dict[str, Any]:
    form = catalogue.services()["business-registration"].sections
    second = {
        "representative_given_names": "Max",
        "representative_family_name": "Mustermann",
        "representative_nationality": "deutsch",
    }
    given = {"legal_form": "gmbh", "nationality": "deutsch", "has_public_participation": False, "kind_of_business": "craft"}
    return answers.fill(form, further_representatives=[second], **given)


def test_the_customs_administration_hears_of_a_registration_only_and_only_on_suspicion():
    customs = recipient("Zollverwaltung")
    assert customs.only_if
    assert set(customs.numbers) == {1}
    assert business_notices.passed_on("business-closing", {"activity": "Bäckerei"}, customs) == {}


def test_a_recipient_gets_the_answers_to_its_fields_and_no_other():
    given = limited_company()
    accident = business_notices.passed_on("business-registration", given, recipient("Deutsche Gesetzliche Unfallversicherung"))
    assert {"has_public_participation", "craft_card", "activity"} <= accident.keys()
    assert not {"representatives", "permit", "needs_residence_title"} & accident.keys(), "fields 12, 28 and 30"

    scales = business_notices.passed_on("business-registration", given, recipient("Mess- und Eichbehörde"))
    expected = {name for number in (1, 3, 4, 5, 11, 14, 15, 18, 20) for name in business_notices.annexes()[1].fields[number]}
    assert scales.keys() - {"further_representatives"} == expected & given.keys()


def test_of_further_representatives_goes_what_goes_of_the_first():
    foreign_office, emissions = recipient("Ausländerbehörde"), recipient("Landesbehörde für den Immissionsschutz")
    for authority in (foreign_office, emissions):
        found = business_notices.passed_on("business-registration", limited_company(), authority)
        (second,) = found["further_representatives"]
        assert ("nationality" in found) == ("representative_nationality" in second) == (authority is foreign_office), "field 10"
        assert second["representative_family_name"] == "Mustermann"


def test_what_is_told_of_a_case_is_what_would_be_passed_on():
    form = catalogue.services()["business-registration"].sections
    given = limited_company()
    told = business_notices.transmissions("business-registration", form)
    assert len(told) == 14, "thirteen of § 3 (1) without the register court, the statistical office, the customs administration"
    for entry, authority in zip(told, (one for one in business_notices.recipients() if 1 in one.numbers), strict=True):
        passed = business_notices.passed_on("business-registration", given, authority)
        entries = {name for one in passed.pop("further_representatives", []) for name in one}
        assert passed.keys() | entries <= set(entry["fields_"])
        assert entry["numbers"] == sorted(authority.numbers[1])
