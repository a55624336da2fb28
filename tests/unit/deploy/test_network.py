import shutil
from pathlib import Path

import pytest
import yaml

from deploy.network import BrokenNetwork, __main__, read
from services.applications import catalogue

EMSLAND = Path(__file__).parents[3] / "deploy" / "networks" / "emsland"
SOEGEL = "members/soegel.yaml"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(EMSLAND, tmp_path / "emsland"))


@pytest.fixture
def broken(folder):
    """Read the folder after a text in a file was replaced by another; gives the mistakes as lines."""

    def read_with(old, new, file=SOEGEL):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(BrokenNetwork) as failure:
            read(folder)
        return [str(mistake) for mistake in failure.value.mistakes]

    return read_with


def line_of(text, file=SOEGEL):
    lines = (EMSLAND / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_the_network_of_emsland_has_no_mistake():
    members = {member["slug"]: member for member in read(EMSLAND)["members"]}
    assert {slug: member["ars"] for slug, member in members.items()} == {
        "landkreis-emsland": "03454",
        "lingen": "034540032",
        "soegel": "034545407",
    }
    all_three = ["business-registration", "birth-certificate", "dog-registration"]
    assert [offer["service"] for offer in members["soegel"]["offers"]] == all_three
    assert [offer["service"] for offer in members["lingen"]["offers"]] == all_three
    assert [offer["service"] for offer in members["landkreis-emsland"]["offers"]] == ["business-registration"]


def test_fees_are_those_of_the_law_or_say_that_they_are_examples():
    for member in read(EMSLAND)["members"]:
        fees = {offer["service"]: offer["fee"] for offer in member["offers"]}
        assert (fees["business-registration"]["base_cents"], fees["business-registration"]["is_example"]) == (3000, True)
        if "birth-certificate" in fees:
            certificate = fees["birth-certificate"]
            assert (certificate["base_cents"], certificate["each_further_cents"], certificate["pieces_field"]) == (
                1500,
                750,
                "copies",
            )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('ars: "034545407"', "ars: 034545407", "ars must be text; put numbers in quotation marks."),
        ('ars: "034545407"', 'ars: "0345454"', "ars must be an ARS: 5, 9 or 12 digits, in quotation marks."),
        ('ars: "034545407"', 'ars: "03455"', "ars has five digits for a county and more for every other kind."),
        ("slug: soegel\n", "slug: sogel\n", "slug must be the name of the file, soegel."),
        ("kind: joint_municipality", "kind: village", "kind must be one of county, town, municipality, joint_municipality."),
        ('"26904"', "26904", "postal_codes[1] must be text; put numbers in quotation marks."),
        ('"26904"', '"2690"', "postal_codes[1] must have five digits, in quotation marks."),
        ("website: https://www.soegel.de", "website: soegel.de", "website must be an address that begins with https://."),
        ('colour: "#2f6b3a"', "colour: green", "colour must look like #2f6b3a."),
        ('iban: "DE38', 'iban: "DE39', "treasury.iban is not a valid IBAN."),
        ('creditor_id: "DE34', 'creditor_id: "DE35', "treasury.creditor_id is not a valid creditor id."),
        ("email: standesamt@", "email: standesamt", "offices[1].email must be an e-mail address."),
        ('hours: "08:30-12:30"', "hours: 8-12", "offices[1].opening_hours[1].hours must look like 08:30-12:30."),
        ("slug: gewerbeamt", "slug: standesamt", "offices[2].slug is used twice."),
        ("service: birth-certificate", "service: dog-registration", "offers[3].service is offered twice."),
        ("office: standesamt", "office: passamt", "offers[2].office names passamt, which is not among the offices of this file."),
        ("service: birth-certificate", "service: moonwalk", "offers[2].service names moonwalk, which is not in the catalogue."),
        ("base_cents: 3000", "base_cents: 30.00", "offers[1].fee.base_cents must be a whole number."),
        ("base_cents: 3000", "base_cents: -1", "offers[1].fee.base_cents must be zero or more whole cents."),
        ("field: copies", "field: dogs", "offers[2].fee.pieces_field names dogs, which is not a number in the form."),
        ("      pieces_field: copies\n", "", "offers[2].fee needs each_further_cents and pieces_field together or neither."),
        ("is_example: true", "is_example: perhaps", "offers[1].fee.is_example must be true or false."),
        ("valid_from: 2026-01-01", "valid_from: soon", "offers[1].fee.valid_from must be a date like 2026-01-01."),
        ("  name: Samtgemeindekasse Sögel\n", "", "treasury.name is missing."),
        ("website:", "web_site:", "web_site is not a field of this file."),
        ("colour:", "slug: soegel\ncolour:", "slug stands here twice."),
        ("offices:\n", "offices: none\nrest:\n", "offices must be a list."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_in_a_sentence(broken, old, new, sentence):
    assert any(line.startswith(f"{SOEGEL}:") and line.endswith(f": {sentence}") for line in broken(old, new))


def test_a_mistake_is_found_on_its_line(broken):
    number = line_of("pieces_field: copies")
    assert broken("pieces_field: copies", "pieces_field: dogs") == [
        f"{SOEGEL}:{number}: offers[2].fee.pieces_field names dogs, which is not a number in the form."
    ]


def test_what_is_missing_is_named_at_the_thing_it_is_missing_from(broken):
    number = line_of("treasury:")
    assert broken("  name: Samtgemeindekasse Sögel\n", "") == [f"{SOEGEL}:{number}: treasury.name is missing."]


def test_all_mistakes_of_all_files_come_in_one_list(broken, folder):
    lingen = folder / "members" / "lingen.yaml"
    lingen.write_text(lingen.read_text(encoding="utf-8").replace("kind: town", "kind: city"), encoding="utf-8")
    (folder / "network.yaml").write_text("slug: Emsland\n", encoding="utf-8")
    found = [line.split(":")[0] for line in broken('"26904"', "1")]
    assert found == ["members/lingen.yaml", SOEGEL, "network.yaml", "network.yaml", "network.yaml"]


def test_an_ars_belongs_to_one_member(broken):
    mistakes = broken('ars: "034545407"', 'ars: "034540032"')
    assert mistakes == [f"{SOEGEL}:{line_of('ars:')}: ars is that of members/lingen.yaml too."]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"slug: [", "This is not YAML"),
        (b"slug: \xff", "not in UTF-8"),
        (b"- a list", "must hold fields"),
        (b"", "must hold fields"),
        (b"slug: !!python/object/apply:os.getcwd []", "This is not YAML"),
        (b"valid_from: 2026-13-41", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(folder, content, sentence):
    (folder / SOEGEL).write_bytes(content)
    with pytest.raises(BrokenNetwork) as failure:
        read(folder)
    assert len(failure.value.mistakes) == 1
    assert sentence in str(failure.value.mistakes[0])


def test_a_folder_without_anything_in_it_says_what_it_needs(tmp_path):
    with pytest.raises(BrokenNetwork) as failure:
        read(tmp_path)
    assert [str(mistake) for mistake in failure.value.mistakes] == [
        "members:1: There is no member in this network; add a file members/<slug>.yaml.",
        "network.yaml:1: The file does not exist.",
    ]


def test_the_command_lists_mistakes_loads_nothing_and_fails(folder, capsys, monkeypatch):
    monkeypatch.setattr(__main__, "load", lambda _: pytest.fail("loaded"))
    (folder / SOEGEL).write_text("slug: [", encoding="utf-8")
    assert __main__.main(["load", str(folder)]) == 1
    assert "1 mistake; nothing was loaded." in capsys.readouterr().err


def test_the_command_is_content_with_a_good_folder(folder, capsys):
    assert __main__.main(["check", str(folder)]) == 0
    assert "no mistakes; 3 members, 7 offers" in capsys.readouterr().out


def test_every_file_says_where_its_figures_come_from():
    for path in (EMSLAND / "members").glob("*.yaml"):
        head = path.read_text(encoding="utf-8").split("\nars:")[0]
        assert "dl-de/by-2-0" in head
        assert "Examples of this reference network" in head
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["treasury"]["iban"][4:12] == "99999999"


def test_a_mistake_in_the_catalogue_is_told_as_well(monkeypatch, capsys, tmp_path):
    (tmp_path / "dog-registration.yaml").write_text("service: dog-registration\n", encoding="utf-8")
    monkeypatch.setattr(catalogue, "services", lambda: catalogue.read(tmp_path))
    assert __main__.main(["check", str(EMSLAND)]) == 1
    assert "dog-registration.yaml:1: name: required" in capsys.readouterr().err
