"""The forms of registration hold what the BMeldDigiV names, and nothing else: field by field, beside the sheets of the DSMeld.

The table maps fields of service files to places of the ordinance; `tests/resources/registration/fields.csv` has their words and
sheets. An empty list means that nobody is asked: the reason stands beside it.
"""

import csv
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest

from services.applications import catalogue, forms
from services.documents import templates
from tests.unit.applications.portal import answers

RESOURCES = Path(__file__).parents[2] / "resources" / "registration"
PLACES = [row["place"] for row in csv.DictReader((RESOURCES / "fields.csv").read_text(encoding="utf-8").splitlines())]
HOME = ["street", "house_number", "postal_code", "town"]
DOCUMENT = ["id_kind", "id_authority", "id_issued", "id_valid_until", "id_number"]
MARRIAGE = ["marital_status", "marriage_date", "marriage_place", "marriage_country"]
SIMPLE = {
    "§ 5 (1) 1": ["family_name"],
    "§ 5 (1) 2": ["given_names", "usual_given_name"],
    "§ 5 (1) 3": ["doctorate"],
    "§ 5 (1) 4": ["birth_date"],
    "§ 5 (1) 5": [*HOME, "secondary_address"],
}
EXTENDED = SIMPLE | {
    "§ 5 (2) 1": ["marriage_name"],
    "§ 5 (2) 2": ["former_names"],
    "§ 5 (2) 3": ["former_given_names"],
    "§ 5 (2) 4": ["religious_name", "stage_name"],
    "§ 5 (2) 5": ["birth_place", "birth_country"],
    "§ 5 (2) 6": ["gender"],
    "§ 5 (2) 7": ["representatives"],
    "§ 5 (2) 7 a": ["representative_family_name"],
    "§ 5 (2) 7 b": ["representative_given_names"],
    "§ 5 (2) 7 c": ["representative_doctorate"],
    "§ 5 (2) 7 d": ["representative_address"],
    "§ 5 (2) 7 e": ["representative_birth_date"],
    "§ 5 (2) 7 f": ["representative_gender"],
    "§ 5 (2) 7 g": ["representative_death_date"],
    "§ 5 (2) 8": ["nationality", "second_nationality"],
    "§ 5 (2) 9": ["religion", "other_religion"],
    "§ 5 (2) 10": ["former_addresses", "former_address", "former_residence_kind"],
    "§ 5 (2) 11": ["moved_in", "moved_out"],
    "§ 5 (2) 12": MARRIAGE,
    "§ 5 (2) 13": [],  # a heading: the letters below
    "§ 5 (2) 13 a": ["spouse_family_name"],
    "§ 5 (2) 13 b": ["spouse_given_names"],
    "§ 5 (2) 13 c": ["spouse_birth_name"],
    "§ 5 (2) 13 d": ["spouse_doctorate"],
    "§ 5 (2) 13 e": ["spouse_birth_date"],
    "§ 5 (2) 13 f": ["spouse_gender"],
    "§ 5 (2) 13 g": ["spouse_address"],
    "§ 5 (2) 13 h": ["spouse_death_date"],
    "§ 5 (2) 14": ["children"],
    "§ 5 (2) 14 a": ["child_family_name"],
    "§ 5 (2) 14 b": ["child_given_names"],
    "§ 5 (2) 14 c": ["child_birth_date"],
    "§ 5 (2) 14 d": ["child_gender"],
    "§ 5 (2) 14 e": ["child_address"],
    "§ 5 (2) 14 f": ["child_death_date"],
    "§ 5 (2) 15": DOCUMENT,
    "§ 5 (2) 16": [],  # certified or not by the choice `is_alive` of `extra`
}
ANMELDUNG = {
    "§ 9 (1) 1": ["family_name"],
    "§ 9 (1) 2": ["former_names"],
    "§ 9 (1) 3": ["given_names", "usual_given_name"],
    "§ 9 (1) 4": ["doctorate"],
    "§ 9 (1) 5": ["religious_name", "stage_name"],
    "§ 9 (1) 6": ["birth_date", "birth_place", "birth_country"],
    "§ 9 (1) 7": ["gender"],
    "§ 9 (1) 8": ["tax_id"],
    "§ 9 (1) 9": ["has_representative", "representatives", "representative_of"],
    "§ 9 (1) 9 a": ["representative_family_name"],
    "§ 9 (1) 9 b": ["representative_given_names"],
    "§ 9 (1) 9 c": ["representative_doctorate"],
    "§ 9 (1) 9 d": ["representative_address"],
    "§ 9 (1) 9 e": ["representative_birth_date"],
    "§ 9 (1) 9 f": ["representative_gender"],
    "§ 9 (1) 9 g": ["representative_tax_id"],
    "§ 9 (1) 10": ["nationality", "second_nationality"],
    "§ 9 (1) 11": ["religion", "other_religion"],
    "§ 9 (1) 12": [
        *("other_residences", "other_address", "other_residence_kind", "comes_from", *(f"previous_{part}" for part in HOME)),
        *("previous_residence_kind", "keeps_previous", "previous_country", "previous_foreign_address", "last_german_address"),
    ],
    "§ 9 (1) 13": [],  # that of the old home, which its authority has; that of the new one is asked for by (2) 2
    "§ 9 (1) 14": MARRIAGE,
    "§ 9 (1) 15": ["spouse_moves_along"],
    "§ 9 (1) 15 a": ["spouse_family_name"],
    "§ 9 (1) 15 b": ["spouse_given_names"],
    "§ 9 (1) 15 c": ["spouse_birth_name"],
    "§ 9 (1) 15 d": ["spouse_doctorate"],
    "§ 9 (1) 15 e": ["spouse_birth_date"],
    "§ 9 (1) 15 f": ["spouse_gender"],
    "§ 9 (1) 15 g": ["spouse_address"],
    "§ 9 (1) 15 h": ["spouse_tax_id"],
    "§ 9 (1) 16": ["has_children_elsewhere", "children"],
    "§ 9 (1) 16 a": ["child_family_name"],
    "§ 9 (1) 16 b": ["child_given_names"],
    "§ 9 (1) 16 c": ["child_birth_date"],
    "§ 9 (1) 16 d": ["child_gender"],
    "§ 9 (1) 16 e": ["child_address"],
    "§ 9 (1) 16 f": ["child_tax_id"],
    "§ 9 (1) 17": DOCUMENT,
    "§ 9 (1) 18": ["objections", "has_information_block"],
    "§ 9 (1) 19": ["azr_number"],
    "§ 9 (1) 20": [],  # refusals of a passport: BMG § 24 (1) does not let the person be asked
    "§ 9 (2) 1": [
        *("landlord_confirmation", "landlord_code", "landlord_missing_reason", "landlord_name"),
        *(f"landlord_{part}" for part in HOME),
        *("landlord_is_owner", "owner_name"),
    ],
    "§ 9 (2) 2": ["moved_in"],
    "§ 9 (2) 3": [*HOME, "residence_kind"],
    "§ 9 (2) 4": ["previous_moved_out"],
}
FAMILY = {
    "§ 9 (1) 1": ["person_family_name"],
    "§ 9 (1) 2": ["person_former_names"],
    "§ 9 (1) 3": ["person_given_names", "person_usual_given_name"],
    "§ 9 (1) 4": ["person_doctorate"],
    "§ 9 (1) 5": ["person_religious_or_stage_name"],
    "§ 9 (1) 6": ["person_birth_date", "person_birth_place", "person_birth_country"],
    "§ 9 (1) 7": ["person_gender"],
    "§ 9 (1) 8": ["person_tax_id"],
    "§ 9 (1) 10": ["person_nationality", "person_second_nationality"],
    "§ 9 (1) 11": ["person_religion", "person_other_religion"],
    "§ 9 (1) 14": [f"person_{name}" for name in MARRIAGE],
    "§ 9 (1) 17": [f"person_{name}" for name in DOCUMENT],
    "§ 9 (1) 19": ["person_azr_number"],
}
"""Whoever moves in with somebody is asked for the same (BMG § 23 (4)); parents, spouses and children stand in the same form."""
DECLARATIONS = {"persons", "person_relation", "is_entitled", "is_true"}
CONFIRMATION = {
    "§ 10 1": ["family_name", "person_family_name"],
    "§ 10 2": ["given_names", "usual_given_name", "person_given_names", "person_usual_given_name"],
    "§ 10 3": ["doctorate", "person_doctorate"],
    "§ 10 4": ["birth_date", "person_birth_date"],
    "§ 10 5": ["moved_in", "moved_out"],  # in, or out: never both (BMG § 24 (2) no. 5)
    "§ 10 6": [],  # the day the notice arrived, which the document says itself
    "§ 10 7": HOME,
    "§ 10 8": ["residence_kind"],
}
Table = Mapping[str, list[str]]


def asked(slug: str) -> set[str]:
    """The names of fields and repeated sections of a form."""
    service = catalogue.services()[slug]
    return {field["name"] for field in service.fields()} | {s["name"] for s in service.sections if s["repeated"]}


def differences(fields: set[str], paragraph: str, *tables: Table, beside: Collection[str] = ()) -> Iterator[str]:
    """What the ordinance names and no field holds, and what a field holds and the ordinance does not name."""
    places = {place for place in PLACES if place.startswith(paragraph)}
    told = {place for table in tables for place in table}
    yield from (f"no field for {place}" for place in sorted(places - told))
    yield from (f"no such place: {place}" for place in sorted(told - places))
    names = {name for table in tables for listed in table.values() for name in listed}
    yield from (f"not asked: {name}" for name in sorted(names - fields))
    yield from (f"nowhere in the ordinance: {name}" for name in sorted(fields - names - set(beside)))


@pytest.mark.parametrize(
    ("slug", "paragraph", "tables", "beside"),
    [
        ("registration-certificate", "§ 5 (1)", (SIMPLE,), set()),
        ("registration-certificate-extended", "§ 5 ", (EXTENDED,), {"extra"}),
        ("residence-registration", "§ 9 ", (ANMELDUNG, FAMILY), DECLARATIONS),
    ],
)
def test_a_form_of_registration_asks_what_the_ordinance_names_and_nothing_else(slug, paragraph, tables, beside):
    assert list(differences(asked(slug), paragraph, *tables, beside=beside)) == []


@pytest.mark.parametrize("missing", ["tax_id", "landlord_name", "child_gender", "previous_town"])
def test_a_field_that_is_missing_or_too_many_is_told(missing):
    fields = asked("residence-registration") - {missing} | {"income"}
    told = list(differences(fields, "§ 9 ", ANMELDUNG, FAMILY, beside=DECLARATIONS))
    assert told == [f"not asked: {missing}", "nowhere in the ordinance: income"]
    without = {place: names for place, names in ANMELDUNG.items() if place != "§ 9 (1) 19"}
    assert "no field for § 9 (1) 19" in differences(fields, "§ 9 ", without)


@pytest.mark.parametrize("slug", ["residence-registration", "residence-change", "residence-deregistration"])
def test_the_confirmation_holds_only_what_the_law_lets_it_hold(slug):
    shown = set(templates.template("registration-confirmation").shows or ())
    assert list(differences(shown, "§ 10 ", CONFIRMATION)) == []
    assert catalogue.services()[slug].template == "registration-confirmation"
    by_law = {place for place, names in CONFIRMATION.items() if {*names} & asked(slug)}
    assert by_law == CONFIRMATION.keys() - {"§ 10 6"}, "and each of them is in the form"
    assert len({"moved_in", "moved_out"} & asked(slug)) == 1


def test_whoever_asks_for_a_confirmation_by_post_gives_the_eight_things_it_holds():
    names = {name for listed in CONFIRMATION.values() for name in listed}
    expected = {name for name in names if not name.startswith("person_")}
    assert asked("registration-confirmation") == expected | {"notice", "reported_on"}


@pytest.mark.parametrize(
    "slug", ["registration-certificate-paper", "registration-certificate-paper-extended", "residence-certificate"]
)
def test_a_certificate_on_paper_asks_what_identifies_somebody(slug):
    """BMG § 18 (1) sentence 3, the same as BMeldDigiV § 4 (1)."""
    table = {"§ 4 (1) 1": ["family_name"], "§ 4 (1) 2": ["given_names"], "§ 4 (1) 3": ["birth_date"], "§ 4 (1) 4": HOME}
    beside = {"copies", "extra", "reason", "registry_office", "other_reason"}
    assert list(differences(asked(slug), "§ 4 ", table, beside=beside)) == []


def test_levels_are_those_of_the_law():
    """High where BMG § 10 (3) and BMeldDigiV § 4 ask for it; BMG § 23 (6) lets the number of a document do for deregistering."""
    levels = {slug: service.level for slug, service in catalogue.services().items()}
    high = {"registration-certificate", "registration-certificate-extended", "residence-registration", "residence-change"}
    assert {slug for slug, level in levels.items() if level == "high"} == high
    assert "id_number" in asked("residence-deregistration")


def test_a_landlord_confirms_what_the_law_lists():
    """BMG § 19 (3): name and address of the landlord, the owner's name, the day, the address, and the names of all."""
    wanted = {
        "landlord_name",
        *(f"landlord_{part}" for part in HOME),
        "owner_name",
        "moved_in",
        *HOME,
        "given_names",
        "family_name",
    }
    for slug in ("residence-registration", "residence-change"):
        assert wanted | {"person_given_names", "person_family_name"} <= asked(slug)


ENQUIRIES = ("register-enquiry", "register-enquiry-extended")
KEYS = {
    "religious_name": "sought_religious_name", "stage_name": "sought_stage_name", "birth_date": "sought_birth_date",
    "birth_place": "sought_birth_place", "gender": "sought_gender", "representative": "sought_representative",
    "moved_in": "sought_moved_in", "moved_out": "sought_moved_out", "marital_status": "sought_marital_status",
    "marriage": "sought_marriage", "spouse": "sought_spouse",
    "death_date": "sought_death_date", "death_place": "sought_death_place",
}  # fmt: skip
"""BMG § 49 (5) no. 1 to 13, and the question that each opens."""


def sought(slug, **known):
    """What is kept of whom somebody looks for, and what is wrong with it."""
    service = catalogue.services()[slug]
    asked = {"sought_address", "details", *KEYS.values()}
    others = {name: value for name, value in answers(slug).items() if name not in asked}
    given = {**others, "sought_family_name": "Musterfrau", "sought_given_names": "Erika", **known}
    wrong = forms.errors(service, given)
    return wrong or {name: value for name, value in forms.complete(service, given).items() if name in asked}


@pytest.mark.parametrize("slug", ENQUIRIES)
@pytest.mark.parametrize(
    "known",
    [
        {"details": ["birth_date"], "sought_birth_date": "1964-08-12"},
        {"details": ["gender"], "sought_gender": "female"},
        {"sought_address": "Musterstraße 1, 49751 Sögel"},
        {"sought_address": "Musterstraße 1, 49751 Sögel", "details": ["birth_date"], "sought_birth_date": "1964-08-12"},
        {},
    ],
    ids=str,
)
def test_whom_somebody_looks_for_is_told_by_any_of_what_the_law_lists(slug, known):
    """BMG § 44 (3) no. 1: a clerk sees whether that tells the person from all others; § 49 (4) is about automated answers."""
    assert sought(slug, **known) == known


@pytest.mark.parametrize("slug", ENQUIRIES)
def test_all_thirteen_keys_are_there_each_by_itself(slug):
    """BMG § 49 (5), in the order of the law."""
    [details] = [field for field in catalogue.services()[slug].fields() if field["name"] == "details"]
    assert [choice["value"] for choice in details["choices"]] == list(KEYS)
    for key, name in KEYS.items():
        assert sought(slug, details=[key]) == {name: ["required"]}


@pytest.mark.parametrize("slug", ENQUIRIES)
def test_gender_and_marital_status_are_not_used_together(slug):
    """BMG § 49 (4) no. 1; the control: each alone is kept."""
    status = {"sought_marital_status": "married"}
    both = {"details": ["gender", "marital_status"], "sought_gender": "female"}
    assert sought(slug, **both, **status) == both
    assert sought(slug, details=["marital_status"], **status) == {"details": ["marital_status"], **status}


def test_an_enquiry_declares_what_the_law_wants_and_asks_for_what_it_gives():
    """BMG § 44 (1) sentence 2, (3) no. 2, and § 45 (1)."""
    for slug in ENQUIRIES:
        fields = {field["name"]: field for field in catalogue.services()[slug].fields()}
        assert fields["sought_family_name"]["required"]
        assert fields["sought_given_names"]["required"]
        assert (fields["no_advertising"]["type"], fields["is_commercial"]["required"]) == ("consent", True)
        assert fields["commercial_purpose"]["when"] == {"is_commercial": True}
    data = [
        c["value"]
        for f in catalogue.services()["register-enquiry-extended"].fields()
        if f["name"] == "asked"
        for c in f["choices"]
    ]
    assert len(data) == 9, "BMG § 45 (1) no. 1 to 9"
