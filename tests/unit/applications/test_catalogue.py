"""The catalogue's files, and how mistakes in them are told."""

import re
from pathlib import Path

import pytest

from services.applications import catalogue
from services.applications.catalogue import CatalogueError, checking
from services.applications.catalogue.reading import FOLDER, FieldEntry, SectionEntry, ServiceEntry
from services.contracts import attachments
from services.contracts import forms as contract
from services.contracts.registry import check, dump

GOOD = (FOLDER / "dog-registration.yaml").read_text(encoding="utf-8")


def read(folder: Path, text: str, name: str = "dog-registration.yaml"):
    (folder / name).write_text(text, encoding="utf-8")
    return catalogue.read(folder)


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(CatalogueError) as failure:
        read(folder, text)
    return str(failure.value).splitlines()


def test_the_catalogue_has_its_services_with_their_leika_keys():
    assert {slug: service.leika_key for slug, service in catalogue.services().items()} == {
        "birth-certificate": "99027002012000",
        "business-change": "99050012071000",
        "business-closing": "99050012070000",
        "business-registration": "99050012104000",
        "central-trade-register-extract": "99052002109000",
        "certificate-of-good-conduct": "99049001001000",
        "civil-partnership-certificate": "99079003012000",
        "death-certificate": "99101004012000",
        "dog-change": "99110009014000",
        "dog-deregistration": "99110009070000",
        "dog-registration": "99102013000000",
        "dog-tax-relief": "99102013010000",
        "general-request": "99030009000000",
        "information-block": "99115002060001",
        "lost-property": "99089017000000",
        "marriage-certificate": "99059004012000",
        "register-enquiry": "99115004001001",
        "register-enquiry-extended": "99115004001002",
        "registration-certificate": "99115003012000",
        "registration-certificate-extended": "99115003012000",
        "registration-certificate-paper": "99115003012000",
        "registration-certificate-paper-extended": "99115003012000",
        "registration-confirmation": "99115003012000",
        "residence-certificate": "99115003012000",
        "residence-change": "99115005011000",
        "residence-deregistration": "99115005070000",
        "residence-registration": "99115005104000",
        "resident-parking-permit": "99108001001000",
        "trade-register-extract": "99052001000000",
        "transmission-block": "99115002060002",
    }


@pytest.mark.parametrize("service", catalogue.services().values(), ids=lambda service: service.service)
def test_every_form_fits_the_contract(service):
    for section in service.sections:
        assert check(contract.Section, dump(contract.Section, section)) == {}


@pytest.mark.parametrize("service", catalogue.services().values(), ids=lambda service: service.service)
def test_every_text_is_there_in_both_languages(service):
    texts = [service.name, service.summary, service.description]
    texts += [text for section in service.sections for text in (section["title"], section["help"]) if text]
    texts += [section["repeated"]["entry"] for section in service.sections if section["repeated"]]
    texts += [service.plain["name"], service.plain["description"]] if service.plain else []
    for field in service.fields():
        texts += [
            field["label"],
            *(choice["label"] for choice in field["choices"]),
            *filter(None, (field["help"], field["pattern_message"])),
        ]
    assert all(text[language].strip() for text in texts for language in ("de", "en"))


@pytest.mark.parametrize("service", catalogue.services().values(), ids=lambda service: service.service)
def test_every_place_for_files_fits_the_contract_and_speaks_both_languages(service):
    for place in service.attachments:
        assert check(attachments.Attachment, dump(attachments.Attachment, place)) == {}
        assert all(text[language].strip() for text in (place["label"], place["help"]) if text for language in ("de", "en"))


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("most: 3\n", "most: 21\n", "attachments.0.most: count"),
        ("most: 3\n", "kinds: [exe]\n", "attachments.0.kinds.0: choice"),
        ("most: 3\n", "when: {wings: true}\n", "attachments.0.when.wings: no_earlier_field:wings"),
        ("most: 3\n", "when: {is_found_dangerous: 3}\n", "attachments.0.when.is_found_dangerous: impossible_answer:3"),
    ],
)
def test_a_mistake_in_a_place_for_files_is_named(tmp_path, right, wrong, told):
    start = GOOD.index("attachments:")
    [mistake] = mistakes(tmp_path, GOOD[:start] + GOOD[start:].replace(right, wrong))
    assert mistake.endswith(told)


def test_a_good_file_is_read(tmp_path):
    assert read(tmp_path, GOOD)["dog-registration"].template == "dog-confirmation"


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("type: text", "type: txet", r"sections.0.fields.0.type: choice"),
        ("name: dog_name", "name: dogName", r"sections.0.fields.0.name: field_name"),
        ("name: breed", "name: dog_name", r"sections: field_twice"),
        ("        is_past: true", "        is_past: true\n        colour: red", r"sections.0.fields.3.colour: unknown_field"),
        ("level: low", "level: lowest", r"level: choice"),
        ("template: dog-confirmation", "", r"template: template_and_ending"),
        ('leika_key: "99102013000000"', "leika_key: 99102013000000", r"leika_key: text"),
        ("value: male,", "value: female,", r"sections.0.fields.2.choices: choice_twice"),
        (
            "        most: 60",
            "        most: 60\n        choices: [{value: a, label: {de: A, en: A}}]",
            "choices: choices_and_type",
        ),
        ("        is_past: true", "        is_past: true\n        most: 3", r"sections.0.fields.3.most: bound_and_type"),
        ("        type: text", "        type: text\n        is_past: true", r"sections.0.fields.0.is_past: is_past_and_type"),
        ("service: dog-registration", "service: cat-registration", r"service: service_name:dog-registration"),
        ("name: {de: Hund anmelden, en:", "name: {de: Hund anmelden, fr:", r":5: name.en: required"),
        ("sections:", "sections: [", "dog-registration.yaml:"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_place(tmp_path, old, new, mistake):
    told = mistakes(tmp_path, GOOD.replace(old, new, 1))
    assert any(re.search(mistake, line) for line in told), told
    assert all(re.match(r"dog-registration\.yaml:\d+: ", line) for line in told)


FAMILY = (
    re.sub(r"^(plain|keywords|deadline|four_eyes):.*\n(?:(?:  |\]).*\n)*", "", GOOD, flags=re.MULTILINE)
    + """\
  - title: {de: Kinder, en: Children}
    name: children
    repeated: {least: 0, most: 3, entry: {de: Kind, en: Child}}
    fields:
      - {name: child_name, type: name, required: true, label: {de: Name, en: Name}}
      - {name: plate, type: text, required: false, label: {de: A, en: A}, pattern: "[A-Z]{1,3}", example: ABC,
         pattern_message: {de: B, en: B}}
      - {name: since, type: date, required: false, label: {de: Seit, en: Since}, earliest: kept_since+14d, latest: 2030-01-31}
  - title: {de: Ende, en: End}
    when: {any: [{children: {at_least: 1}}, {dog_sex: [male]}], not: {kept_since: {at_most: 2020-01-31}}}
    fields:
      - {name: agreed, type: consent, required: true, label: {de: Ja, en: Agreed}, when: {is_found_dangerous: true}}
deadline: {working_days: 3, legal_basis: § 15 Abs. 1 GewO}
plain: {name: {de: A, en: A}, description: {de: B, en: B}}
keywords: [Hund anmelden]
four_eyes: true
"""
)


def test_a_file_may_use_everything(tmp_path):
    found = read(tmp_path, FAMILY)["dog-registration"]
    assert found.deadline == {"count": 3, "unit": "working_days", "legal_basis": "§ 15 Abs. 1 GewO"}
    assert (found.keywords, found.four_eyes, found.counted()["children"]) == (
        ["Hund anmelden"],
        True,
        {"de": "Kinder", "en": "Children"},
    )
    children, end = found.sections[-2:]
    assert children["fields_"][2]["latest"] == "2030-01-31"
    assert end["when"]["not"] == {"kept_since": {"at_most": "2020-01-31"}}


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("{children: {at_least: 1}}", "{child_name: {answered: true}}", r"when\.any\.0\.child_name: no_earlier_field:child_name"),
        ("{children: {at_least: 1}}", "{children: {at_least: one}}", r"when\.any\.0\.children: integer"),
        ("{children: {at_least: 1}}", "{dog_name: Bello}", r"when\.any\.0\.dog_name: condition_and_type"),
        ("[male]", "[males]", r"when\.any\.1\.dog_sex: impossible_answer:males"),
        ("{at_most: 2020-01-31}", "{before: 2020-01-31}", r"when\.not\.kept_since: unknown_comparison:before"),
        ("{at_most: 2020-01-31}", "{at_most: soon}", r"when\.not\.kept_since: no_earlier_date:soon"),
        ("not: {kept_since: {at_most: 2020-01-31}}", "not: {}", r"when\.not: condition"),
        ("when: {is_found_dangerous: true}", 'when: {is_found_dangerous: "yes"}', r"when\.is_found_dangerous: impossible"),
        ("when: {is_found_dangerous: true}", "when: true", r"fields\.0\.when: condition"),
        ("when: {is_found_dangerous: true}", "when: {agreed: true}", r"when\.agreed: no_earlier_field:agreed"),
        ("name: children\n", "name: breed\n", "field_twice"),
        ("name: children\n", "name: Kinder\n", "name: field_name"),
        ("    name: children\n", "", "name: required"),
        ("most: 3, entry", "most: 300, entry", r"repeated\.most: entries"),
        ("least: 0, most: 3", "least: 4, most: 3", r"repeated\.least: entries"),
        ("child_name, type: name, required: true", "child_name, type: name, required: false", "fields: nothing_required"),
        ("child_name, type: name,", "child_name, type: name, prefill: address,", r"fields\.0\.prefill: address_and_type"),
        ("child_name, type: name,", "child_name, type: address,", r"fields\.0\.name: address_name"),
        ("child_name, type: name,", "child_name, type: name, abroad: true,", r"fields\.0\.abroad: address_and_type"),
        ('"[A-Z]{1,3}"', '"([A-Z]+)+"', "pattern: pattern"),
        ('"[A-Z]{1,3}"', '"[A-Z"', "pattern: pattern"),
        ('"[A-Z]{1,3}"', '"A{99999999999}"', "pattern: pattern"),
        ('"[A-Z]{1,3}"', f'"{"A" * 201}"', "pattern: too_long"),
        ("{dog_sex: [male]}", "{dog_sex: [[male]]}", r"any\.1\.dog_sex: impossible_answer"),
        ("{at_least: 1}", "{at_least: 99999999999999999999}", "at_least: too_large"),
        ("label: {de: Ja,", 'label: {de: "Ja\\0",', r"label\.de: control_character"),
        ("example: ABC", "example: abc", "example: does_not_match"),
        ("kept_since+14d", "kept+14d", r"earliest: no_earlier_date:kept"),
        ("kept_since+14d", "kept_since+2w", "earliest: day"),
        ("latest: 2030-01-31", "latest_message: {de: A, en: A}", "latest_message: bound_missing"),
        ("agreed, type: consent, required: true", "agreed, type: consent, required: false", "required: consent_is_required"),
        ("working_days: 3", "weeks: 3", r"deadline\.weeks: unknown_field"),
        ("working_days: 3", "days: 3, months: 1", "one_unit"),
        ("name: agreed", "name: not", "name: field_name"),
        ("name: agreed", f"name: {'a' * 61}", "name: too_long"),
        ("name: children\n", f"name: {'c' * 61}\n", "0: too_long|name: too_long"),
        (
            "child_name, type: name,",
            f"{'c' * 46}_address, type: address, abroad: true,",
            r"fields\.0\.name: too_long",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_what_is_asked_for_is_told_with_its_line(tmp_path, old, new, mistake):
    assert old in FAMILY
    told = mistakes(tmp_path, FAMILY.replace(old, new, 1))
    assert any(re.search(mistake, line) for line in told), told
    near = FAMILY[: FAMILY.index(old)].count("\n") + 1
    assert any(abs(int(line.split(":")[1]) - near) <= 8 for line in told if re.search(mistake, line)) or "field_twice" in mistake


@pytest.mark.parametrize(
    "pattern",
    ["([A-Z]+)+", "(([A-Z]+))+", "(?:(?:[A-Z]+))*", "(A|A)+", "(?:A?){30}A{30}", "A*A*A*A*A*A*B", "A{0,}A{1,}A+A+A+", "([(]A+)+"],
)
def test_a_pattern_that_could_take_for_ever_is_refused_before_it_is_tried(pattern):
    assert checking.takes_for_ever(pattern, 200)


@pytest.mark.parametrize(
    "pattern", ["[0-9]{15}", "(?:[A-Z]{2} ){3}[0-9]{1,4}", "[a-z]+@[a-z]+", "([A-Z]+)?[(][0-9]*", "(?:A|B)[0-9]+"]
)
def test_an_honest_pattern_is_taken(pattern):
    assert not checking.takes_for_ever(pattern, 200)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    (tmp_path / "empty.yaml").write_text("", encoding="utf-8")
    told = mistakes(tmp_path, GOOD.replace("level: low", "level: lowest").replace("ending: document", "ending: never"))
    level, ending = (GOOD[: GOOD.index(entry)].count("\n") + 1 for entry in ("level: low", "ending: document"))
    assert told == [
        f"dog-registration.yaml:{level}: level: choice",
        f"dog-registration.yaml:{ending}: ending: choice",
        "empty.yaml:1: empty",
    ]


def test_the_example_of_the_guide_is_a_good_file(tmp_path):
    guide = (Path(__file__).parents[3] / "docs" / "services.md").read_text(encoding="utf-8")
    example = guide.split("```yaml\n")[1].split("```")[0]
    service = read(tmp_path, example, "parking-permit.yaml")["parking-permit"]
    told = set(re.findall(r"`(\w+)`", guide))
    keys = {*ServiceEntry().fields, *SectionEntry().fields, *FieldEntry().fields, *contract.FIELD_TYPES} - {"fields_"}
    assert keys <= told
    assert service.sections[1]["repeated"]["most"] == 2


@pytest.mark.parametrize("service", catalogue.services().values(), ids=lambda s: s.service)
def test_what_comes_from_the_profile_fits_its_field(service: catalogue.Service):
    types = {"birth_date": "date", **{name: name for name in ("postal_code", "country", "phone", "email")}}
    prefilled = {field["prefill"]: field["type"] for field in service.fields() if field["prefill"]}
    assert {"given_names", "family_name"} <= prefilled.keys() or not service.sections
    for name, kind in prefilled.items():
        assert kind in {types.get(name, "name"), types.get(name, "text")}
