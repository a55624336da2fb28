"""What stands in a document."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.contracts.errors import NotFound
from services.documents import letters, templates
from tests.unit.documents import sample_cases


def rows(letter: letters.Letter) -> dict[str, str]:
    return {row["label"]: row["value"] for section in letter.document["sections"] for row in section["rows"]}


@pytest.mark.parametrize("service", sample_cases.services(), ids=lambda s: s["service"])
def test_every_service_of_the_catalogue_has_its_template_and_names_its_recipient(service: dict[str, Any]):
    fields = {field["name"] for section in service["sections"] for field in section["fields"]}
    template = templates.template(service["template"])
    assert template.source.is_file()
    assert {name for line in template.recipient for name in line} <= fields


def test_every_template_is_used_by_a_service():
    assert set(templates.names()) == {service["template"] for service in sample_cases.services()}


def test_an_unknown_template_is_not_found():
    with pytest.raises(NotFound, match=r"documents\.no_template"):
        templates.template("../letter")


def test_answers_are_printed_in_german():
    printed = rows(
        sample_cases.letter(start_date="2026-11-03", is_side_business=False, kind_of_business=None, full_time_employees=0)
    )
    assert printed["Geburtsdatum"] == "1. Februar 1980"
    assert printed["Geschlecht"] == "weiblich"
    assert "3. November 2026" in printed.values()
    assert "Nein" in printed.values()
    assert "0" in printed.values()


def test_every_entry_of_a_repeated_section_is_printed_by_itself():
    text = {"de": "Feld", "en": "field"}
    kinds = ("amount", "iban", "country", "nationality", "consent")
    asked = [{"name": kind, "type": kind, "label": {"de": kind, "en": kind}, "required": True} for kind in kinds]
    several = {"name": "several", "type": "choices", "label": text, "required": True}
    several["choices"] = [{"value": value, "label": {"de": value.upper(), "en": value}} for value in ("a", "b")]
    child = {"de": "Kind", "en": "Child"}
    step = {"name": "children", "title": {"de": "Kinder", "en": "Children"}, "repeated": {"least": 1, "most": 3, "entry": child}}
    of = {**sample_cases.service("business-registration"), "sections": [{**step, "fields": [*asked, several]}]}
    first, second = sample_cases.letter(of).document["sections"]
    assert (first["title"], second["title"]) == ("Kinder: Kind 1", "Kinder: Kind 2")
    assert [row["value"] for row in first["rows"]] == [
        "12,50 EUR", "DE89 3704 0044 0532 0130 00", "Frankreich", "staatenlos", "Ja", "A\nB"
    ]  # fmt: skip
    assert sample_cases.letter(of, children=[]).document["sections"] == []


def test_a_document_whose_content_a_law_counts_up_shows_nothing_else():
    """BMG § 24 (2) sentence 2; and whoever finds the letter about a block shall not read what it protects from."""
    moved = sample_cases.letter(sample_cases.service("residence-registration"))
    assert "Steuerliche Identifikationsnummer" not in rows(moved)
    assert {"Familienname", "Einzugsdatum", "Art der Wohnung"} <= rows(moved).keys()
    family = [f"Wer mit Ihnen einzieht: Person {number}" for number in (1, 2)]
    titles = [section["title"] for section in moved.document["sections"]]
    assert titles == ["Ihre neue Wohnung", "Sie selbst", *family]
    block = sample_cases.letter(sample_cases.service("information-block"))
    assert rows(block).keys() == {"Vornamen", "Familienname", "Geburtsdatum"}


def test_what_was_not_answered_is_not_printed():
    service = sample_cases.service("business-registration")
    permits = [f["name"] for f in service["sections"][-1]["fields"]]
    letter = sample_cases.letter(business_name=None, phone="", **dict.fromkeys(permits))
    assert not {"Geschäftsbezeichnung", "Telefon"} & rows(letter).keys()
    assert service["sections"][-1]["title"]["de"] not in [s["title"] for s in letter.document["sections"]]


def test_the_address_field_has_the_lines_that_were_given():
    home: dict[str, Any] = {"street": "Musterstraße", "house_number": "1", "postal_code": "", "town": "Lingen"}
    letter = sample_cases.letter(registered_name=None, family_name="Musterfrau", **home)
    assert letter.document["recipient"] == ["Erika Musterfrau", "Musterstraße 1", "Lingen"]


def test_a_company_stands_above_its_representative():
    letter = sample_cases.letter(registered_name="Musterback GmbH", family_name="Musterfrau", town="Lingen")
    assert letter.document["recipient"][:2] == ["Musterback GmbH", "Erika Musterfrau"]


@pytest.mark.parametrize(
    ("utc", "date", "time"),
    [
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "2. Juli 2026", "00:30"),
        (datetime(2026, 1, 1, 22, 30, tzinfo=UTC), "1. Januar 2026", "23:30"),
    ],
)
def test_times_are_those_of_the_town_hall_clock(utc: datetime, date: str, time: str):
    case = {**sample_cases.case(), "submitted_at": utc.isoformat()}
    letter = letters.write(case, sample_cases.OFFICE, verification_code=sample_cases.CODE, portal_url=sample_cases.PORTAL)
    assert letter.document["submitted"] == {"date": date, "time": time}


def test_the_file_is_named_for_the_day_it_was_issued_here():
    assert sample_cases.letter().filename == "empfangsbescheinigung-gewerbeanmeldung-2026-10-03.pdf"


def test_a_fee_is_named_and_none_is_not():
    free = {**sample_cases.case(), "fee": {"cents": 0, "currency": "EUR"}}
    letter = letters.write(free, sample_cases.OFFICE, verification_code=sample_cases.CODE, portal_url=sample_cases.PORTAL)
    assert letter.document["fee"] is None
    assert sample_cases.letter().document["fee"] == "30,00 EUR"
