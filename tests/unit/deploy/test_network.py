import shutil
from pathlib import Path

import pytest
import yaml

from deploy.network import BrokenNetwork, __main__, read, rules
from services.applications import catalogue

EMSLAND = Path(__file__).parents[3] / "deploy" / "networks" / "emsland"
SOEGEL = "members/soegel.yaml"
NETWORK = "network.yaml"
RESIDENCE = ("registration", "change", "deregistration")


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


def given_of_destatis():
    """The municipalities of the district by their ARS, as Destatis lists them (Gemeindeverzeichnis, dl-de/by-2-0)."""
    single = ["010", "014", "018", "019", "032", "035", "041", "044", "045", "054"]
    return {"03454", *(f"034540{number}" for number in single), *(f"03454540{number}" for number in range(1, 10))}


def test_the_network_of_emsland_has_no_mistake():
    network = read(EMSLAND)
    assert {member["ars"] for member in network["members"]} == given_of_destatis()
    assert sum(len(member["members"]) for member in network["members"]) == 50, "and ten that have no joint municipality are 60"
    assert sum(part["population"] for m in network["members"] for part in m["members"]) + sum(
        m["population"] for m in network["members"] if m["kind"] in ("town", "municipality")
    ) == next(m["population"] for m in network["members"] if m["kind"] == "county")


def test_towns_offer_what_is_theirs_and_the_county_what_is_the_countys():
    everything = ["business-registration", "birth-certificate", "marriage-certificate", "civil-partnership-certificate"]
    everything += ["death-certificate", "dog-registration", "transmission-block"]
    everything += [f"registration-certificate{kind}" for kind in ("", "-extended", "-paper", "-paper-extended")]
    everything += ["residence-certificate", "registration-confirmation"]
    everything += [f"residence-{act}" for act in RESIDENCE]
    everything += ["information-block", "register-enquiry", "register-enquiry-extended"]
    everything += ["business-change", "business-closing", "trade-register-extract"]
    everything += ["dog-change", "dog-deregistration", "dog-tax-relief", "lost-property"]
    elsewhere = ["certificate-of-good-conduct", "central-trade-register-extract"]
    for member in read(EMSLAND)["members"]:
        services = [offer["service"] for offer in member["offers"]]
        offices = {office["slug"] for office in member["offices"]}
        if member["kind"] == "county":
            business = ["business-registration", "business-change", "business-closing"]
            assert services == [*business, "resident-parking-permit", "general-request"]
            assert offices >= {"buergerservice", "strassenverkehrsamt", "ordnungsamt", "kreiskasse"}
        else:
            # Elsewhere the county is the road traffic authority.
            parking = ["resident-parking-permit"] if member["slug"] in ("lingen", "meppen", "papenburg") else []
            assert services == [*everything, *parking, *elsewhere, "general-request"]
            assert offices == {"buergerbuero", "standesamt", "gewerbeamt", "steueramt", "kasse"}


def test_legal_texts_of_the_network_speak_of_the_member():
    members = {member["slug"]: member for member in read(EMSLAND)["members"]}
    for member in members.values():
        for kind in ("imprint", "privacy", "accessibility"):
            for language in ("de", "en"):
                assert member["name"] in member[kind][language]
                assert "{" not in member[kind][language]
        assert member["address"] in member["imprint"]["de"]
        assert f"datenschutz@{member['slug']}.example" in member["privacy"]["en"]
        assert f"barrierefrei@{member['slug']}.example" in member["accessibility"]["de"]
    assert "vertreten durch die Oberbürgermeisterin oder den Oberbürgermeister" in members["lingen"]["imprint"]["de"]
    assert "vertreten durch die Landrätin oder den Landrat" in members["landkreis-emsland"]["imprint"]["de"]


def test_a_member_says_in_its_own_words_and_with_its_own_fee_what_the_network_leaves_to_it(folder):
    path = folder / SOEGEL
    text = path.read_text(encoding="utf-8") + 'imprint: {de: "Nur {name}.", en: "Just {name}."}\n'
    fee = "{base_cents: 2500, legal_basis: Satzung, is_example: true, valid_from: 2026-02-01}"
    path.write_text(text.replace("office: gewerbeamt}", f"office: gewerbeamt, fee: {fee}}}"), encoding="utf-8")
    soegel = next(member for member in read(folder)["members"] if member["slug"] == "soegel")
    assert soegel["imprint"]["de"] == "Nur Samtgemeinde Sögel."
    cents = {offer["service"]: offer["fee"]["base_cents"] for offer in soegel["offers"]}
    assert (cents["business-registration"], cents["birth-certificate"], cents["dog-registration"]) == (2500, 1500, 0)


def test_fees_are_those_of_the_law_or_say_that_they_are_examples():
    for member in read(EMSLAND)["members"]:
        fees = {offer["service"]: offer["fee"] for offer in member["offers"]}
        assert (fees["business-registration"]["base_cents"], fees["business-registration"]["is_example"]) == (3000, True)
        if member["kind"] == "county":
            continue
        for event in ("birth", "marriage", "civil-partnership", "death"):
            certificate = fees[f"{event}-certificate"]
            assert (certificate["base_cents"], certificate["each_further_cents"], certificate["pieces_field"]) == (
                1500,
                750,
                "copies",
            )
        paper = [fees["registration-certificate-paper"], fees["registration-certificate-paper-extended"]]
        assert [(fee["base_cents"], fee["each_further_cents"], fee["is_example"]) for fee in paper] == [
            (750, 750, False),
            (900, 900, False),
        ]
        free = {service for service, fee in fees.items() if fee["base_cents"] == 0}
        assert free >= {"registration-certificate", "registration-certificate-extended"}, "BMG § 18 (3)"
        assert free >= {"registration-confirmation", *(f"residence-{act}" for act in RESIDENCE)}, "BMG § 24 (2)"
        assert free >= {"information-block", "transmission-block"}, "BMG § 51 (1), § 42 (3), § 50 (5)"
        assert all(fees[service]["is_example"] for service in ("register-enquiry", "register-enquiry-extended"))
        assert fees["residence-certificate"]["is_example"]


PLACEHOLDERS = "{name}, {address}, {website}, {email}, {phone}, {privacy_email}, {accessibility_email}, {head}"
NO_HOST = "host must be a host name like portal.example.org: lower case, no port."
PALE = "colour must stand out 3:1 from a light and from a dark page; take one of medium brightness."
NO_ASSOCIATION = "ars has a 5 as its sixth digit for a joint_municipality, and for no other kind."
MEMBER_MISTAKES = [
    ('ars: "034545407"', "ars: 034545407", "ars must be text; put numbers in quotation marks."),
    ('ars: "034545407"', 'ars: "0345454"', "ars must be an ARS: 5, 9 or 12 digits, in quotation marks."),
    ('ars: "034545407"', 'ars: "03455"', "ars has five digits for a county and more for every other kind."),
    ('ars: "034545407"\n', 'ars: "034565407"\n', "ars must begin with 03454, the ARS of the county."),
    ('ars: "034545407"\n', 'ars: "034540407"\n', NO_ASSOCIATION),
    ("slug: soegel\n", "slug: sogel\n", "slug must be the name of the file, soegel."),
    ("slug: soegel\n", "slug: cart\n", "slug is an address of the portal itself: /cart shows something else."),
    ("slug: soegel\n", "slug: api\n", "slug is an address of the portal itself: /api shows something else."),
    ("kind: joint_municipality", "kind: village", "kind must be one of county, town, municipality, joint_municipality."),
    ("kind: joint_municipality", "kind: town", "members belongs to a joint_municipality only."),
    ('["26904", "', '[26904, "', "postal_codes[1] must be text; put numbers in quotation marks."),
    ('["26904", "', '["2690", "', "postal_codes[1] must have five digits, in quotation marks."),
    ('["26904", "', '["', "members[1].postal_codes has 26904, which postal_codes of this file lacks."),
    ('ars: "034545407005"', 'ars: "034545406005"', "members[1].ars must begin with 034545407 and go on."),
    ('ars: "034545407005"', 'ars: "034545407016"', "members[2].ars is used twice."),
    ('ags: "03454005"', 'ags: "03454006"', "members[1].ags does not fit the ARS 034545407005."),
    ("population: 16902", "population: -1", "population must not be negative."),
    ("website: https://www.soegel.de", "website: soegel.de", "website must be an address that begins with https://."),
    ("host: buergerportal.soegel.example", "host: Sögel.example", NO_HOST),
    ("host: buergerportal.soegel.example", "host: soegel.example:443", NO_HOST),
    ("host: buergerportal.soegel.example", "host: 127.0.0.1", NO_HOST),
    ('colour: "#1f8438"', "colour: green", "colour must look like #2f6b3a."),
    ('colour: "#1f8438"', 'colour: "#ffe680"', PALE),
    ('colour: "#1f8438"', 'colour: "#101040"', PALE),
    ("  privacy: datenschutz@", "  privacy: datenschutz", "contact.privacy must be an e-mail address."),
    ('iban: "DE38', 'iban: "DE39', "treasury.iban is not a valid IBAN."),
    ('creditor_id: "DE34', 'creditor_id: "DE35', "treasury.creditor_id is not a valid creditor id."),
    ("email: buergerbuero@", "email: buergerbuero", "offices[1].email must be an e-mail address."),
    ('hours: "08:30-12:30"', "hours: 8-12", "opening_hours[1].hours must look like 08:30-12:30."),
    ("slug: standesamt", "slug: buergerbuero", "offices[2].slug is used twice."),
    ("service: birth-certificate", "service: dog-registration", "offers[6].service is offered twice."),
    ("office: standesamt", "office: passamt", "offers[2].office names passamt, which is not among the offices of this file."),
    ("service: birth-certificate", "service: moonwalk", "offers[2].service names moonwalk, which is not in the catalogue."),
    ("  name: Samtgemeindekasse Sögel\n", "", "treasury.name is missing."),
    ("website:", "web_site:", "web_site is not a field of this file."),
    ("colour:", "slug: soegel\ncolour:", "slug stands here twice."),
    ("offices:\n", "offices: none\nrest:\n", "offices must be a list."),
    ("colour:", 'imprint: {de: "Von {nobody}", en: x}\ncolour:',
     f"imprint.de knows no {{nobody}}, only {PLACEHOLDERS}."),
    ("colour:", 'imprint: {de: "Von {name", en: x}\ncolour:',
     "imprint.de has a brace without its partner; write {{ for a brace."),
]  # fmt: skip
NETWORK_MISTAKES = [
    ("base_cents: 3000", "base_cents: 30.00", "fees.business-registration.base_cents must be a whole number."),
    ("base_cents: 3000", "base_cents: -1", "fees.business-registration.base_cents must be zero or more whole cents."),
    ("field: copies", "field: dogs", "fees.residence-certificate.pieces_field names dogs, which is not a number in the form."),
    (
        "    pieces_field: copies\n",
        "",
        "fees.residence-certificate needs each_further_cents and pieces_field together or neither.",
    ),
    ("is_example: true", "is_example: perhaps", "fees.business-registration.is_example must be true or false."),
    ("valid_from: 2026-01-01", "valid_from: soon", "fees.business-registration.valid_from must be a date like 2026-01-01."),
    ("  trade-register-extract:",
     "  information-block: {base_cents: 5, legal_basis: A, is_example: true, valid_from: 2026-01-01}\n  trade-register-extract:",
     "fees.information-block.base_cents must be 0: information-block is free by § 51 Abs. 1 Satz 1 BMG."),
    ("  trade-register-extract:", "  cat-registration:", "fees.cat-registration is not in the catalogue."),
    ("second_factor: optional", "second_factor: perhaps", "staff_second_factor must be required or optional."),
    ("cents: [6000, ", "cents: [", "rates[1].places[1].cents must have 4 amounts, one a column."),
    ('ars: "034540041"', 'ars: "034540099"', "rates[1].places[1].ars names 034540099, which is no place of this network."),
    ('ars: "034540041"', 'ars: "034540010"', "rates[1].places[2].ars is used twice."),
    ("services: [dog-registration", "services: [cat-registration",
     "rates[1].services[1] names cat-registration, which is not in the catalogue."),
    ("{privacy_email}", "{privat}", f"texts.privacy.de knows no {{privat}}, only {PLACEHOLDERS}."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), MEMBER_MISTAKES)
def test_a_mistake_is_named_in_a_sentence(broken, old, new, sentence):
    assert any(line.startswith(f"{SOEGEL}:") and line.endswith(f": {sentence}") for line in broken(old, new))


@pytest.mark.parametrize(("old", "new", "sentence"), NETWORK_MISTAKES)
def test_a_mistake_in_what_holds_for_all_is_named_in_a_sentence(broken, old, new, sentence):
    assert f": {sentence}" in " ".join(line for line in broken(old, new, NETWORK) if line.startswith(f"{NETWORK}:"))


def test_a_mistake_is_found_on_its_line(broken):
    number = line_of("service: birth-certificate")
    assert broken("birth-certificate, office: standesamt", "birth-certificate, office: passamt") == [
        f"{SOEGEL}:{number}: offers[2].office names passamt, which is not among the offices of this file."
    ]


@pytest.mark.parametrize(
    ("field", "rest", "sentence"),
    [
        ("texts", {"imprint": None}, "imprint is missing, and network.yaml has none in texts."),
        ("heads", {}, "head is missing, and network.yaml has none for a joint_municipality in heads."),
        ("fees", {}, "offers[1].fee is missing, and network.yaml has none in fees, nor the file of the service."),
    ],
)
def test_what_neither_member_nor_network_says_is_missing(folder, field, rest, sentence):
    content = yaml.safe_load((folder / NETWORK).read_text(encoding="utf-8"))
    content[field] = {k: v for k, v in {**content[field], **rest}.items() if v is not None} if field == "texts" else rest
    (folder / NETWORK).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BrokenNetwork) as failure:
        read(folder)
    assert any(m.file == SOEGEL and m.sentence == sentence for m in failure.value.mistakes)


def test_opening_hours_are_the_offices_or_the_members(folder):
    content = yaml.safe_load((folder / SOEGEL).read_text(encoding="utf-8"))
    del content["opening_hours"]
    (folder / SOEGEL).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BrokenNetwork) as failure:
        read(folder)
    missing = "opening_hours is missing, and the member has none of its own."
    assert [m.sentence for m in failure.value.mistakes] == [f"offices[{i}].{missing}" for i in (2, 3, 4, 5)]


def test_what_is_missing_is_named_at_the_thing_it_is_missing_from(broken):
    number = line_of("treasury:")
    assert broken("  name: Samtgemeindekasse Sögel\n", "") == [f"{SOEGEL}:{number}: treasury.name is missing."]


def test_all_mistakes_of_all_files_come_in_one_list(broken, folder):
    lingen = folder / "members" / "lingen.yaml"
    lingen.write_text(lingen.read_text(encoding="utf-8").replace("kind: town", "kind: city"), encoding="utf-8")
    (folder / "network.yaml").write_text("slug: Emsland\n", encoding="utf-8")
    found = [line.split(":")[0] for line in broken('["26904", "', '[1, "')]
    assert found == ["members/lingen.yaml", SOEGEL, NETWORK, NETWORK, NETWORK]


@pytest.mark.parametrize(
    ("mine", "theirs", "field"),
    [
        ('\nars: "034545407"', '\nars: "034545406"', "ars"),
        ("\nslug: soegel", "\nslug: nordhuemmling", "slug"),
        ("\nhost: buergerportal.soegel.example", "\nhost: buergerportal.papenburg.example", "host"),
        ('"DE38999999990034545407"', '"DE65999999990034545406"', "treasury.iban"),
        ('"DE38999999990034545407"', '"DE65 9999 9999 0034 5454 06"', "treasury.iban"),
        ('"DE34ZZZ09034545407"', '"DE61ZZZ09034545406"', "treasury.creditor_id"),
    ],
)
def test_what_can_belong_to_one_member_only_is_found_with_two(broken, folder, mine, theirs, field):
    kept = folder / "members" / ("papenburg.yaml" if field == "host" else "nordhuemmling.yaml")
    assert theirs.strip().replace(" ", "") in kept.read_text(encoding="utf-8").replace(" ", "")
    name = kept.relative_to(folder).as_posix()
    assert any(line.endswith(f": {field} is that of {name} too.") for line in broken(mine, theirs))


def test_a_network_has_one_county(broken):
    mistakes = broken("kind: joint_municipality", "kind: county")
    assert any(line.endswith(": kind is that of members/landkreis-emsland.yaml too: a network has one.") for line in mistakes)


def test_contrast_is_that_of_wcag():
    assert rules.contrast("#ffffff", 0.0) == pytest.approx(21)
    assert rules.contrast("#777777", 1.0) == pytest.approx(4.48, abs=0.01), "as every table of WCAG examples has it"


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
    monkeypatch.setattr(__main__, "load", lambda _, **__: pytest.fail("loaded"))
    (folder / SOEGEL).write_text("slug: [", encoding="utf-8")
    assert __main__.main(["load", str(folder)]) == 1
    assert "1 mistake; nothing was loaded." in capsys.readouterr().err


def test_the_command_is_content_with_a_good_folder(folder, capsys):
    assert __main__.main(["check", str(folder)]) == 0
    offers = sum(len(member["offers"]) for member in read(EMSLAND)["members"])
    assert f"no mistakes; 20 members, {offers} offers" in capsys.readouterr().out


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
