"""Schemas of XDatenfelder as forms: what every element becomes, and that nothing is dropped without a word."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.applications import forms
from services.applications.catalogue import Service
from services.applications.fim import codelists, convert
from tests.answers import fill
from tests.unit.applications.test_fim_reading import SAMPLES, VALID
from tests.unit.applications.xdatenfelder import Field, Group, every_answer, form, genericode, notes, schema, taken


def only(service: Service) -> dict[str, Any]:
    (field,) = service.fields()
    return field


@pytest.mark.parametrize("name", VALID)
def test_a_sample_becomes_a_form_that_can_be_filled_in(name):
    data = (SAMPLES / name).read_bytes()
    imported = convert(data, name)
    service = taken(imported)
    filled = fill(service.sections)
    assert forms.errors(service, filled) == {}
    assert forms.errors(service, every_answer(service)) == {}
    for id_ in re.findall(rb"<xdf:id>([FGR]\d+)</xdf:id>", data):
        assert id_.decode() in imported.text


def test_an_import_says_the_same_every_time():
    data = (SAMPLES / VALID[0]).read_bytes()
    assert convert(data, "it.xml").text == convert(data, "it.xml").text


@pytest.mark.parametrize("standard", ["2", "3"])
@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (Field("F1"), {"type": "text", "required": True}),
        (Field("F1", count="0:1"), {"type": "text", "required": False}),
        (Field("F1", limits={"minLength": "2", "maxLength": "9"}), {"type": "text", "least": 2, "most": 9}),
        (Field("F1", limits={"maxLength": "2000"}), {"type": "long_text", "most": 2000}),
        (Field("F1", limits={"maxLength": "99999"}), {"type": "long_text", "most": 5000}),
        (Field("F1", type="date"), {"type": "date", "earliest": None}),
        (
            Field("F1", type="date", limits={"minValue": "1990-01-01", "maxValue": "2030-12-31"}),
            {"type": "date", "earliest": "1990-01-01", "latest": "2030-12-31"},
        ),
        (Field("F1", type="bool"), {"type": "yes_no"}),
        (Field("F1", type="num_int", limits={"minValue": "1", "maxValue": "12"}), {"type": "integer", "least": 1, "most": 12}),
        (
            Field("F1", type="num_currency", limits={"minValue": "0.50", "maxValue": "1000"}),
            {"type": "amount", "least": 50, "most": 100_000},
        ),
        (Field("F1", type="num"), {"type": "text", "example": "12,5"}),
        (Field("F1", limits={"pattern": "[A-Z]{1,3}"}), {"type": "text", "pattern": "[A-Z]{1,3}", "example": "A"}),
        (Field("F1", kind="select", type="bool"), {"type": "yes_no"}),
        (Field("F1", kind="select", urn="urn:de:muster:liste"), {"type": "text", "choices": []}),
        (
            Field("F1", kind="select", values=[("001", "Ja, gern"), ("no", "Nein")]),
            {
                "type": "choice",
                "choices": [
                    {"value": "001", "label": {"de": "Ja, gern", "en": "Ja, gern"}},
                    {"value": "no", "label": {"de": "Nein", "en": "Nein"}},
                ],
            },
        ),
        (Field("F1", kind="select", count="1:*", values=[("1", "a"), ("2", "b")]), {"type": "choices", "required": True}),
        (
            Field("F1", kind="select", count="2:3", values=[("1", "a"), ("2", "b"), ("3", "c"), ("4", "d")]),
            {"type": "choices", "least": 2, "most": 3},
        ),
        (Field("F1", help="Bitte: mit Hausnummer"), {"help": {"de": "Bitte: mit Hausnummer", "en": "Bitte: mit Hausnummer"}}),
    ],
)
def test_a_field_becomes_a_question(standard, element, expected):
    service, _ = form(element, standard=standard)
    field = only(service)
    assert {key: field[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("element", "pattern", "fits", "fails"),
    [
        (Field("F1", type="time"), None, "09:05", "24:00"),
        (Field("F1", type="datetime"), None, "31.12.2026 23:59", "31.12.2026"),
        (Field("F1", type="num"), None, "-1,25", "1.5"),
        (Field("F1", limits={"pattern": r"^\d{5}$"}), "[0-9]{5}", "49751", "4975"),
        (Field("F1", limits={"pattern": r"[A-F\d]{2}(?:-[A-F\d]{2})?"}), r"[A-F0-9]{2}(?:-[A-F0-9]{2})?", "A1-0F", "G0"),
        (Field("F1", limits={"pattern": r"(ja|nein)[(]x[)]"}), r"(ja|nein)[(]x[)]", "ja(x)", "ja"),
    ],
)
def test_what_must_have_a_form_is_checked_by_a_pattern(element, pattern, fits, fails):
    service, _ = form(element)
    field = only(service)
    assert pattern in {None, field["pattern"]}
    assert forms.errors(service, {"feld": fits}) == {}
    assert forms.errors(service, {"feld": fails}) == {"feld": ["pattern"]}


@pytest.mark.parametrize("pattern", [r"\w+", "(a+)+", "[^x]", "a(?=b)", "(", "a{200}"])
def test_a_pattern_that_forms_cannot_check_is_told(pattern):
    service, imported = form(Field("F1", limits={"pattern": pattern, "maxLength": "20"}))
    assert only(service)["pattern"] is None
    assert any(one.startswith("F1 “Feld”: its pattern") for one in notes(imported, "Not understood"))


@pytest.mark.parametrize(
    ("element", "why"),
    [
        (
            Field("F9", type="file", extra="<x:mediaType>text/html</x:mediaType>"),
            "files of the kind text/html cannot be attached",
        ),
        (Field("F9", type="file", count="2:30"), "2:30 files are asked for; the form takes up to 20"),
        (Field("F9", type="obj"), "is a free object"),
        (Field("F9", kind="hidden", content="42"), "is a hidden field with “42”"),
        (Field("F9", count="0:0"), "0:0"),
        (Field("F9", kind="select", urn="urn:de:muster"), "its code list urn:de:muster_1 is only referred to"),
        (Field("F9", kind="select"), "the schema has no code list for it"),
        (Field("F9", content="Meppen"), "is filled in already with “Meppen”"),
        (Field("F9", extra="<x:vorbefuellung><code>optional</code></x:vorbefuellung>"), "is to be prefilled (optional)"),
        (Field("F9", limits={"minLength": "9", "maxLength": "1"}), "its least length 9 is more than its most, 1"),
        (Field("F9", limits={"maxLength": "lang"}), "its length (maxLength lang) is no number"),
        (Field("F9", type="num_int", limits={"minValue": "eins"}), "its least value “eins” is no whole number"),
        (Field("F9", type="num_int", limits={"minValue": "2", "maxValue": "1"}), "its least value 2 is more than its most, 1"),
        (Field("F9", type="num_currency", limits={"minValue": "-5"}), "below zero"),
        (Field("F9", type="date", limits={"maxValue": "morgen"}), "its latest day “morgen” is no date"),
        (Field("F9", type="date", limits={"minValue": "2026-01-01", "maxValue": "2025-01-01"}), "is after its latest"),
        (Field("F9", type="bool", limits={"maxLength": "3"}), "maxLength 3 is about a text"),
        (Field("F9", type="num", limits={"maxValue": "3"}), "its bounds (maxValue 3) are not checked"),
        (Field("F9", kind="select", values=[("1", "a"), ("1", "b")]), "its code list has “1” twice"),
        (Field("F9", kind="label"), "is static text that says nothing"),
        (Field("F9", limits={"note": "Siehe Merkblatt"}), "its Präzisierung says"),
    ],
)
def test_what_is_not_understood_is_told(element, why):
    _, imported = form(Field("F1", name="Etwas"), element)
    told = notes(imported, "Not understood")
    assert any(one.startswith("F9 “Feld”: ") and why in one for one in told), told
    assert all(f"# - {one}" in imported.text for one in told)


def test_of_a_plain_schema_everything_is_understood():
    """The control of the test above."""
    _, imported = form(Field("F1", limits={"maxLength": "20"}), Field("F2", type="date"))
    assert notes(imported, "Not understood") == notes(imported, "Otherwise") == []
    assert "# Not understood: nothing\n" in imported.text


def test_a_broken_praezisierung_of_version_2_is_told():
    data = schema([Field("F1", limits={"minLength": "1"})], standard="2").replace(b'"1"}', b'"1"')
    assert any("its Präzisierung says" in one for one in notes(convert(data, "it.xml"), "Not understood"))


def test_a_code_list_may_lie_beside_the_schema():
    lists = codelists.read(genericode("urn:de:muster", [("07", "Meppen"), ("08", "Papenburg")]).encode(), "list.xml")
    data = schema([Field("F1", kind="select", urn="urn:de:muster")], standard="2")
    field = only(taken(convert(data, "it.xml", lists=lists)))
    assert [(one["value"], one["label"]["de"]) for one in field["choices"]] == [("07", "Meppen"), ("08", "Papenburg")]


def test_static_text_is_the_help_of_what_comes_below_it():
    service, _ = form(
        Field("F1", kind="label", content="Vorab."),
        Field("F2"),
        Field("F3", kind="locked", content="Dazu."),
        Field("F4", help="Hier."),
    )
    (section,) = service.sections
    assert section["help"]["de"] == "Vorab."
    assert [field["help"] and field["help"]["de"] for field in section["fields_"]] == [None, "Dazu. Hier."]


def test_groups_are_steps_with_their_help():
    service, _ = form(
        Field("F1", name="Anrede"),
        Group("G1", [Field("F2", name="Straße")], name="Anschrift", help="Wo Sie wohnen."),
        Group("G2", [Group("G3", [Field("F4", name="Konto")], name="Innen")], name="Zahlung"),
    )
    assert [(one["title"]["de"], one["help"] and one["help"]["de"]) for one in service.sections] == [
        ("Musterantrag", None),
        ("Anschrift", "Wo Sie wohnen."),
        ("Zahlung", None),
    ]
    assert [field["name"] for field in service.fields()] == ["anrede", "strasse", "konto"]


def many(prefix: str, count: int) -> list[Field]:
    return [Field(f"F{prefix}{n}", name=f"Frage {prefix}{n}") for n in range(count)]


def test_a_long_group_has_a_step_for_each_group_within():
    inner = [Group("G1", many("1", 6), name="Person"), Group("G2", many("2", 7), name="Anschrift"), Group("G3", many("3", 2))]
    service, _ = form(Group("G0", [*inner, Field("F9")], name="Halter"))
    assert [(one["title"]["de"], len(one["fields_"])) for one in service.sections] == [
        ("Person", 6),
        ("Anschrift", 7),
        ("Halter", 3),
    ]


def test_a_group_may_stand_in_several_places():
    address = Group("G1", [Field("F1", name="Straße"), Field("F2", name="Ort")], name="Anschrift")
    service, _ = form(Group("G2", [address], name="Antragsteller"), Group("G3", [address, address], name="Betrieb"))
    assert [field["name"] for field in service.fields()] == [
        "strasse",
        "ort",
        "anschrift_strasse",
        "anschrift_ort",
        "betrieb_strasse",
        "betrieb_ort",
    ]


def test_an_optional_group_is_asked_about_first():
    service, _ = form(Group("G1", [Field("F1", name="IBAN"), Field("F2", name="Bank", count="0:1")], name="Konto", count="0:1"))
    question, iban, bank = service.fields()
    assert (question["type"], question["required"], question["name"]) == ("yes_no", True, "mit_konto")
    assert question["label"] == {"de": "Möchten Sie Angaben machen zu: Konto?", "en": "Do you want to fill in: Konto?"}
    assert (iban["when"], iban["required"], bank["when"], bank["required"]) == (
        {"mit_konto": True},
        True,
        {"mit_konto": True},
        False,
    )
    assert forms.errors(service, {"mit_konto": False}) == {}
    assert forms.errors(service, {"mit_konto": True}) == {"iban": ["required"]}


def test_an_optional_group_of_optional_fields_is_not_asked_about():
    service, _ = form(Group("G1", [Field("F1", count="0:1")], count="0:1"))
    assert [field["required"] for field in service.fields()] == [False]


def test_one_of_several_is_chosen():
    street = Group("G2", [Field("F1", name="Straße")], name="Straßenanschrift", count="0:1")
    box = Field("F2", name="Postfach", count="0:1")
    service, _ = form(Group("G1", [street, box], name="Anschrift", art="X"))
    which, *_ = service.fields()
    assert [one["value"] for one in which["choices"]] == ["strassenanschrift", "postfach"]
    assert forms.errors(service, {}) == {"auswahl_anschrift": ["required"]}
    assert forms.errors(service, {"auswahl_anschrift": "postfach"}) == {"postfach": ["required"]}
    assert forms.errors(service, {"auswahl_anschrift": "strassenanschrift", "strasse": "Am Markt"}) == {}


@pytest.mark.parametrize(
    ("count", "least", "most"), [("0:*", 0, 50), ("1:*", 1, 50), ("2:5", 2, 5), ("0:99", 0, 50), ("1:2", 1, 2), ("70:80", 50, 50)]
)
def test_what_is_repeated_is_a_repeated_step(count, least, most):
    inner = [Field("F1", name="Name"), Field("F2", name="Alter", type="num_int", count="0:1")]
    for element in (Group("G1", inner, name="Kind", count=count), Field("F3", name="Kind", count=count)):
        service, _ = form(element)
        (section,) = service.sections
        assert (section["name"], section["repeated"]["least"], section["repeated"]["most"]) == ("kind", least, most)
        assert section["repeated"]["entry"] == {"de": "Kind", "en": "Kind"}
        filled = fill(service.sections)["kind"] if least else []
        assert len(filled) == least


def test_what_is_repeated_within_something_repeated_is_asked_once_and_told():
    deep = Group("G3", [Field("F3", name="Nummer"), Field("F4", name="Land", count="1:*")], name="Pass", count="0:*")
    service, imported = form(Group("G1", [Field("F1", name="Name"), Field("F2", name="Vorname", count="1:3"), deep], count="1:*"))
    (section,) = service.sections
    assert [(one["name"], one["type"]) for one in section["fields_"]] == [
        ("name", "text"),
        ("vorname", "long_text"),
        ("mit_pass", "yes_no"),
        ("nummer", "text"),
        ("land", "long_text"),
    ]
    told = "\n".join(notes(imported, "Not understood"))
    assert all(re.search(rf"{id_} “\w+”: may be repeated .* within an entry of G1", told) for id_ in ("F2", "G3", "F4"))


def test_an_entry_has_something_that_is_always_answered():
    service, imported = form(Group("G1", [Field("F1", name="Name", count="0:1")], count="0:*"))
    assert only(service)["required"] is True
    assert any("in every entry “name” must be answered" in one for one in notes(imported, "Otherwise"))


def test_groups_may_be_nested_deeply():
    element: Field | Group = Field("F1")
    for n in range(40):
        element = Group(
            f"G{n}", [element, Field(f"F9{n}", name=f"Frage {n}")], name=f"Gruppe {n}", count="0:1" if n % 2 else "1:1"
        )
    service, imported = form(element)
    assert len([field for field in service.fields() if field["name"].startswith("frage")]) == 40
    assert all(f"G{n} " in imported.text for n in range(40))


def test_a_file_becomes_a_place_for_files():
    kinds = "<x:mediaType>application/pdf</x:mediaType><x:mediaType>image/jpg</x:mediaType><x:maxSize>5000000</x:maxSize>"
    service, imported = form(
        Field("F00000000001", name="Rechtsform", kind="select", values=[("gmbh", "GmbH"), ("ev", "Verein")]),
        Field("F00000000002", name="Auszug", type="file", help="Aus dem Register.", extra=kinds),
        Group("G1", [Field("F00000000003", name="Vollmacht", type="file", count="0:3")], name="Vertretung", count="0:1"),
        rules=(
            "Wenn F00000000001 = gmbh, dann muss F00000000002 befüllt werden.",
            "Wenn F00000000001 <> gmbh, dann darf F00000000002 nicht befüllt werden.",
        ),
    )
    extract, mandate = service.attachments
    assert (extract["name"], extract["label"]["de"], extract["help"]["de"]) == ("auszug", "Auszug", "Aus dem Register.")
    assert (extract["required"], extract["when"], extract["most"]) == (True, {"rechtsform": "gmbh"}, 1)
    assert extract["kinds"] == ["pdf", "jpeg"]
    assert (mandate["required"], mandate["when"], mandate["most"], mandate["kinds"]) == (False, None, 3, ["pdf", "jpeg", "png"])
    assert any("in the schema 5000000" in one for one in notes(imported, "Otherwise"))
    assert not any(id_ in one for one in notes(imported, "Not understood") for id_ in ("F00000000002", "F00000000003", "G1"))


def test_files_of_entries_come_to_one_place_and_that_is_told():
    person = Group("G1", [Field("F1", name="Name"), Field("F2", name="Ausweis", type="file")], name="Person", count="1:4")
    service, imported = form(person)
    [place] = service.attachments
    assert (place["required"], place["when"], place["most"]) == (False, None, 20)
    told = [one for one in notes(imported, "Not understood") if one.startswith("F2")]
    assert any("in each entry" in one for one in told)
    assert any("may be left out" in one for one in told)


def test_a_schema_that_asks_nothing_has_a_question_that_stands_in():
    service, imported = form(Group("G1", [Field("F1", type="file"), Field("F2", kind="label", content="Danke.")]))
    assert [(field["name"], field["required"]) for field in service.fields()] == [("angaben", False)]
    assert service.sections[0]["help"]["de"] == "Danke."
    assert any(one.startswith("sections: the schema asks nothing") for one in notes(imported, "What an author"))


def test_what_only_an_author_can_say_is_asked_of_them():
    _, imported = form(Field("F1"))
    asked = "\n".join(notes(imported, "What an author"))
    for word in ("leika_key", "level", "ending", "legal_basis", "English text"):
        assert word in asked
    assert imported.text.count("# en: not translated") >= 5


HOSTILE = [
    "a: b",
    "# kein Kommentar",
    "- x",
    "{a, b}",
    "'",
    '"',
    "&x *y !z",
    "nein",
    "1.0",
    "null",
    "a\u2028b",
    "a\x85b",
    "%",
    "😀",
    "\u200b",
    "\ufeffa",
]


@settings(max_examples=40)
@given(
    st.lists(
        st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)),
        min_size=3,
        max_size=3,
    )
)
def test_no_text_breaks_out_of_its_place(texts):
    name, words, code = texts
    elements: list[Field | Group] = [
        Group(
            "G1", [Field("F1", name=f"x {name}", help=words, kind="select", values=[(f"1{code}", f"y{name}")])], name=f"z {words}"
        ),
        Field("F2", kind="label", content=f"t {words}"),
    ]
    imported = convert(schema(elements, rules=[f"Regel {code}"]), "it.xml")
    service = taken(imported)
    assert [field["type"] for field in service.fields()] == ["choice"]
    assert service.level == "high"
    assert "F1" in imported.text


def test_every_name_is_a_name_and_is_given_once():
    names = [
        "Über 18?",
        "2. Vorname",
        "",
        "§§",
        "all",
        "not",
        "名前",
        "Straße / Hausnummer (Ort)",
        "a" * 300,
        "Wort " * 40,
        "x",
        "X",
        "X_2",
    ]
    service, _ = form(*(Field(f"F{n}", name=name or "-x") for n, name in enumerate(names)))
    given_names = [field["name"] for field in service.fields()]
    assert len(set(given_names)) == len(names)
    assert all(len(one) <= 60 for one in given_names)
    assert given_names[:2] == ["ueber_18", "feld_2_vorname"]
