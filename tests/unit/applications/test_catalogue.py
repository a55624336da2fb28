"""The catalogue's files, and how mistakes in them are told."""

import re
from pathlib import Path

import pytest

from services.applications import catalogue
from services.applications.catalogue import CatalogueError
from services.applications.catalogue.reading import FOLDER
from services.contracts import applications as contract
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
        "business-registration": "99050012104000",
        "dog-registration": "99102013000000",
        "registration-certificate": "99115003012000",
        "transmission-block": "99115002060002",
    }


@pytest.mark.parametrize("service", catalogue.services().values(), ids=lambda service: service.service)
def test_every_form_fits_the_contract(service):
    for section in service.sections:
        assert check(contract.Section, dump(contract.Section, section)) == {}


@pytest.mark.parametrize("service", catalogue.services().values(), ids=lambda service: service.service)
def test_every_text_is_there_in_both_languages(service):
    texts = [service.name, service.summary, service.description]
    texts += [section["title"] for section in service.sections]
    for field in service.fields():
        texts += [field["label"], *(choice["label"] for choice in field["choices"]), *([field["help"]] if field["help"] else [])]
    assert all(text[language].strip() for text in texts for language in ("de", "en"))


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
        ("service: dog-registration", "service: cat-registration", "the file must be called cat-registration.yaml"),
        ("name: {de: Hund anmelden, en:", "name: {de: Hund anmelden, fr:", r":5: name.en: required"),
        ("sections:", "sections: [", "dog-registration.yaml:"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_place(tmp_path, old, new, mistake):
    told = mistakes(tmp_path, GOOD.replace(old, new, 1))
    assert any(re.search(mistake, line) for line in told), told
    assert all(re.match(r"dog-registration\.yaml:\d+: ", line) for line in told)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    (tmp_path / "empty.yaml").write_text("", encoding="utf-8")
    told = mistakes(tmp_path, GOOD.replace("level: low", "level: lowest").replace("ending: document", "ending: never"))
    level, ending = (GOOD[: GOOD.index(entry)].count("\n") + 1 for entry in ("level: low", "ending: document"))
    assert told == [
        f"dog-registration.yaml:{level}: level: choice",
        f"dog-registration.yaml:{ending}: ending: choice",
        "empty.yaml:1: empty",
    ]


@pytest.mark.parametrize("service", catalogue.services().values(), ids=lambda s: s.service)
def test_what_comes_from_the_profile_fits_its_field(service: catalogue.Service):
    types = {"birth_date": "date", "postal_code": "postal_code", "phone": "phone", "email": "email"}
    prefilled = {field["prefill"]: field["type"] for field in service.fields() if field["prefill"]}
    assert {"given_names", "family_name"} <= prefilled.keys()
    for name, kind in prefilled.items():
        assert kind in {types.get(name, "name"), types.get(name, "text")}
