"""Rules of XDatenfelder: sentences that are understood, in the words of released schemas, and those that are told instead."""

import pytest

from services.applications import forms
from services.applications.fim.rules import Comparison, Effect, Either, sentences
from tests.unit.applications.xdatenfelder import Field, Group, form, notes

YES = Comparison("F00000000001", "=", (("wahr", ""),))
KINDS = [("001", "schwanger"), ("002", "stillend"), ("003", "AG & Co. KG")]


def effects(text):
    return [list(sentence.effects) for sentence in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'Wenn das Feld F00000000001 "Hund" = wahr, dann muss das Feld F00000000002 "Rasse" befüllt werden.',
            [[Effect("require", "F00000000002", (YES,))]],
        ),
        (
            (
                "WENN F17000009294 'Status' = 001 'schwanger', DANN aktiviere F17000009295 'Termin' UND mache es zu einer "
                "Pflichtangabe. WENN F17000009294 'Status' = 002 'stillend', DANN deaktiviere F17000009295 'Termin'."
            ),
            [
                [
                    Effect("show", "F17000009295", (Comparison("F17000009294", "=", (("001", "schwanger"),)),)),
                    Effect("require", "F17000009295", (Comparison("F17000009294", "=", (("001", "schwanger"),)),)),
                ],
                [Effect("hide", "F17000009295", (Comparison("F17000009294", "=", (("002", "stillend"),)),))],
            ],
        ),
        (
            (
                'Wenn das Feld G60000000220.F60000000352 "Vertretung" <> 001 "AG & Co. KG", dann darf die Feldgruppe '
                "G00000001501 „Zahlung“ nicht befüllt sein."
            ),
            [[Effect("hide", "G00000001501", (Comparison("G60000000220.F60000000352", "<>", (("001", "AG & Co. KG"),)),))]],
        ),
        (
            "Falls F1000001 nicht leer ist und F1000002 ≥ 3, dann muss F1000003 befüllt werden.",
            [[]],
        ),
        (
            "Wenn F1000001 nicht leer ist und F1000002 >= 3, dann muss F1000003 angegeben werden",
            [[Effect("require", "F1000003", (Comparison("F1000001", "filled"), Comparison("F1000002", ">=", (("3", ""),))))]],
        ),
        (
            'Wenn F1000001 "a" = 1 "x" oder F1000002 leer, dann aktiviere G1000003.',
            [
                [
                    Effect(
                        "show",
                        "G1000003",
                        (Comparison("F1000001", "=", (("1", "x"),)), Comparison("F1000002", "empty")),
                        is_any=True,
                    )
                ]
            ],
        ),
        (
            'Wenn F1000001 = 1 "x" oder 2 "y", 3 "z", dann aktiviere G1000003.',
            [[Effect("show", "G1000003", (Comparison("F1000001", "=", (("1", "x"), ("2", "y"), ("3", "z"))),))]],
        ),
        (
            "F1000001 muss befüllt werden, wenn F1000002 nicht befüllt ist.",
            [[Effect("require", "F1000001", (Comparison("F1000002", "empty"),))]],
        ),
        (
            "Wenn F1000001 den Wert 001 'GmbH' hat, dann müssen die Felder F1000002 'Ort', F1000003 und G1000004 befüllt werden.",
            [
                [
                    Effect("require", id_, (Comparison("F1000001", "=", (("001", "GmbH"),)),))
                    for id_ in ("F1000002", "F1000003", "G1000004")
                ]
            ],
        ),
        (
            "Das Feld F1000002 darf nur dann befüllt werden, wenn F1000001 wahr ist.",
            [[Effect("show", "F1000002", (Comparison("F1000001", "=", (("wahr", ""),)),))]],
        ),
        (
            "F1000002 muss genau dann befüllt werden, wenn F1000001 = falsch.",
            [[Effect(action, "F1000002", (Comparison("F1000001", "=", (("falsch", ""),)),)) for action in ("show", "require")]],
        ),
        (
            "Wenn F1000001 leer ist, dann ist F1000002 anzugeben.",
            [[Effect("require", "F1000002", (Comparison("F1000001", "empty"),))]],
        ),
        ('Die Datengruppe G05000017100 "Ausweis" muss befüllt werden.', [[Effect("require", "G05000017100")]]),
        (
            (
                'Es muss entweder Feldgruppe G60000086 "Anschrift Inland Straßenanschrift" oder Feldgruppe G60000087 '
                '"Anschrift Inland Postfachanschrift" befüllt werden.'
            ),
            [[Either(("G60000086", "G60000087"))]],
        ),
    ],
)
def test_a_sentence_is_understood(text, expected):
    assert effects(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Eine Definition",
        "Die Mitgliedstaaten der EU sind alphabetisch sortiert.",
        "Wenn es regnet, dann muss F1000001 befüllt werden.",
        "Wenn F1000001 = 1, dann muss F1000002 befüllt werden und der Hund angeleint.",
        "Wenn F1000001 = 1 und F1000002 = 2 oder F1000003 = 3, dann muss F1000004 befüllt werden.",
        "Für die Länder NW, SL gilt: F1000001 muss befüllt werden.",
        "Das Datum F1000001 muss vor F1000002 liegen.",
        "Mindestens eines der Felder F1000001, F1000002 muss befüllt werden.",
        "Wenn F1000001 ungefähr 3, dann muss F1000002 befüllt werden.",
        "Aktiviere F1000001.",
        "F1000001 darf nur befüllt werden.",
        "Wenn F1000001 = 1, dann müssen F1000002 und der Hund befüllt werden.",
        "Wenn F1000001, dann muss F1000002 befüllt werden.",
        "function script() { return F1000001 > 3; }",
        "",
    ],
)
def test_any_other_sentence_is_not(text):
    assert [one for found in effects(text) for one in found] == []


def test_a_text_that_is_no_rule_costs_no_time():
    for text in ("„" * 200_000, "Wenn F1000001 = " + "1 oder " * 100_000, "F1000001 " * 100_000 + "muss befüllt werden."):
        (sentence,) = sentences(text)
        assert sentence.effects == ()


def parts(count="0:1"):
    return (
        Field("F00000000001", name="Hund", type="bool"),
        Field("F00000000002", name="Art", kind="select", values=KINDS),
        Field("F00000000003", name="Ziel", count=count),
    )


@pytest.mark.parametrize(
    ("rule", "when", "required"),
    [
        ("Wenn F00000000001 = wahr, dann aktiviere F00000000003 und mache es zu einer Pflichtangabe.", {"hund": True}, True),
        ("Wenn F00000000001 = wahr, dann aktiviere F00000000003.", {"hund": True}, False),
        ("Wenn F00000000001 = falsch, dann darf F00000000003 nicht befüllt werden.", {"not": {"hund": False}}, False),
        (
            (
                'Wenn F00000000002 = 001 "schwanger", dann muss F00000000003 befüllt werden. Wenn F00000000002 <> 001 '
                '"schwanger", dann darf F00000000003 nicht befüllt werden.'
            ),
            {"art": "001"},
            True,
        ),
        ('Wenn F00000000002 = "AG & Co. KG", dann aktiviere F00000000003.', {"art": "003"}, False),
        ("Wenn F00000000002 nicht leer, dann aktiviere F00000000003.", {"art": {"answered": True}}, False),
        (
            "Wenn F00000000001 = wahr und F00000000002 = 002, dann aktiviere F00000000003.",
            {"hund": True, "art": "002"},
            False,
        ),
        (
            "Wenn F00000000001 = wahr, dann aktiviere F00000000003. Wenn F00000000002 = 001 oder 002, dann aktiviere F00000003.",
            {"any": [{"hund": True}, {"art": ["001", "002"]}]},
            False,
        ),
        ("F00000000003 muss befüllt werden.", None, True),
    ],
)
@pytest.mark.parametrize("standard", ["2", "3"])
def test_a_rule_decides_when_something_is_asked(rule, when, required, standard):
    service, imported = form(*parts(), rules=(rule,), standard=standard)
    target = list(service.fields())[-1]
    assert (target["when"], target["required"]) == (when, required)
    assert not any(one.startswith("R") for one in notes(imported, "Not understood"))


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("Wenn F00000000001 = wahr, dann muss F00000000003 befüllt werden.", "cannot demand an answer under a condition"),
        ("Wenn F00000000003 = 1, dann aktiviere F00000000002.", "is asked after"),
        ("Wenn F00000000099 = 1, dann aktiviere F00000000003.", "is no field"),
        ("Wenn F00000000001 = wahr, dann aktiviere F00000000099.", "is nothing in the schema"),
        ("Wenn F00000000002 = 077, dann aktiviere F00000000003.", "cannot be compared"),
        ("Wenn F00000000001 = vielleicht, dann aktiviere F00000000003.", "cannot be compared"),
        ("Wenn F00000000002 > 3, dann aktiviere F00000000003.", "cannot be compared"),
        ("Der Hund muss brav sein.", "Der Hund muss brav sein."),
        ("Es muss entweder F00000000001 oder F00000000099 befüllt werden.", "does not have in one place"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_told_with_its_words(rule, why):
    service, imported = form(*parts(), rules=(rule,))
    assert all(field["when"] is None for field in service.fields())
    told = [one for one in notes(imported, "Not understood") if one.startswith("R00000000001 “Regel 1”")]
    assert any(why in one and rule.rstrip(".") in one for one in told), told


def test_a_rule_about_a_group_hides_all_of_it():
    group = Group(
        "G00000000004", [Field("F00000000005", name="Name"), Field("F00000000006", name="Kind", count="1:*")], name="Halter"
    )
    rule = "Wenn F00000000001 <> wahr, dann darf G00000000004 nicht befüllt werden."
    service, _ = form(*parts()[:2], group, rules=(rule,))
    assert [section["when"] for section in service.sections] == [None, {"hund": True}, {"hund": True}]
    assert forms.errors(service, {"hund": False, "art": "001"}) == {}


def test_one_of_two_groups_is_chosen_by_a_rule():
    inner = [
        Group("G60000000086", [Field("F60000000243", name="Straße")], name="Straßenanschrift", count="0:1"),
        Group("G60000000087", [Field("F60000000249", name="Postfach")], name="Postfachanschrift", count="0:1"),
    ]
    rule = (
        'Es muss entweder Feldgruppe G60000086 "Straßenanschrift" oder Feldgruppe G60000087 "Postfachanschrift" befüllt werden.'
    )
    service, _ = form(Group("G60000000088", inner, name="Anschrift", rules=[rule]))
    assert forms.errors(service, {}) == {"auswahl_strassenanschrift": ["required"]}
    assert forms.errors(service, {"auswahl_strassenanschrift": "postfachanschrift", "postfach": "12"}) == {}


def test_a_rule_means_the_field_beside_it():
    rule = "Wenn F00000000001 = wahr, dann aktiviere F00000000003."
    group = [Field("F00000000001", name="Hund", type="bool"), Field("F00000000003", name="Ziel")]
    service, imported = form(Group("G1000001", group, name="Erste"), Group("G1000002", group, name="Zweite", rules=[rule]))
    assert [field["when"] for field in service.fields()] == [None, None, None, {"zweite_hund": True}]
    _, doubtful = form(Group("G1000001", group, name="Erste"), Group("G1000002", group, name="Zweite"), rules=(rule,))
    assert not any(one.startswith("R") for one in notes(imported, "Not understood"))
    assert any(one.startswith("R") for one in notes(doubtful, "Not understood"))


def test_a_rule_may_look_at_the_same_entry_and_at_what_is_asked_once_before():
    entry = [
        Field("F00000000004", name="Name"),
        Field("F00000000005", name="Chip", type="bool"),
        Field("F00000000006", name="Nummer"),
        Field("F00000000007", name="Steuer"),
    ]
    rules = (
        "Wenn F00000000005 = wahr, dann aktiviere F00000000006.",
        "Wenn F00000000001 = wahr, dann aktiviere F00000000007.",
        "Wenn F00000000005 = wahr, dann aktiviere F00000000008.",
    )
    service, imported = form(
        Field("F00000000001", name="Hund", type="bool"),
        Group("G1000001", entry, name="Tier", count="1:*"),
        Field("F00000000008", name="Ort"),
        rules=rules,
    )
    found = {field["name"]: field["when"] for field in service.fields()}
    assert (found["nummer"], found["steuer"], found["ort"]) == ({"chip": True}, {"hund": True}, None)
    assert any("asked several times" in one for one in notes(imported, "Not understood"))


def test_a_script_is_never_run_but_told():
    _, imported = form(*parts(), rules=("F00000000003 muss befüllt werden.",))
    assert not any("script" in one for one in notes(imported, "Not understood"))
