"""Schemas of XDatenfelder as they come: what is read, and what is refused with its line. Samples: tests/resources/fim."""

import re
from pathlib import Path

import pytest

from services.applications.fim import BrokenSchema, convert
from services.applications.fim.document import LARGEST
from services.applications.fim.elements import Count, Field, Group
from services.applications.fim.parsing import parse
from tests.unit.applications import xdatenfelder
from tests.unit.applications.xdatenfelder import schema

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "fim"
BROKEN = {"xdf2-duplicate-required-value.xml": (13, "<name>"), "xdf3-missing-id-node.xml": (9, "<id>")}
VALID = sorted(path.name for path in SAMPLES.glob("*.xml") if path.name not in BROKEN)
SELECT = (SAMPLES / "xdf2-select.xml").read_text("utf-8")
INPUT = (SAMPLES / "xdf3-input.xml").read_text("utf-8")


def refused(data: bytes | str) -> list[str]:
    with pytest.raises(BrokenSchema) as failure:
        convert(data if isinstance(data, bytes) else data.encode(), "schema.xml")
    told = str(failure.value).splitlines()
    assert all(re.fullmatch(r"schema\.xml:\d+: .+\.", line) for line in told), told
    return told


def test_all_samples_are_tried():
    assert len(VALID) == 6
    assert {path.name for path in SAMPLES.glob("*.xml")} == {*VALID, *BROKEN}


@pytest.mark.parametrize(("name", "where"), BROKEN.items())
def test_a_broken_sample_is_refused_with_its_line(name, where):
    (told,) = refused((SAMPLES / name).read_bytes())
    line, what = where
    assert told.startswith(f"schema.xml:{line}: ")
    assert what in told


def test_the_elements_of_a_sample_are_read():
    """The figures are those of a plain search through the file."""
    whole = parse((SAMPLES / "xdf1-waffenbesitzkarte.xml").read_bytes(), "it")
    found: list[Field | Group] = []
    waiting: list[Field | Group] = [*whole.children]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += one.children if isinstance(one, Group) else ()
    text = (SAMPLES / "xdf1-waffenbesitzkarte.xml").read_text("utf-8")
    assert sum(isinstance(one, Field) for one in found) == text.count("<xdf:datenfeld>")
    assert sum(isinstance(one, Group) for one in found) == text.count("<xdf:datenfeldgruppe>")
    assert {str(one.count) for one in found} == set(re.findall(r"<xdf:anzahl>(.*?)<", text))
    assert {one.id for one in found} == set(re.findall(r"<xdf:id>([FG]\d+)<", text))


def test_a_group_that_comes_alone_is_a_schema():
    whole = parse(INPUT.encode(), "it")
    assert (whole.id, whole.label, whole.standard) == ("G60000000088", "Anschrift in Deutschland", "3.0.0")
    (street,) = whole.children
    assert isinstance(street, Field)
    assert (street.id, street.count, street.kind, street.content) == ("F60000000243", Count(0, 1), "select", "Some Content")
    assert (street.limits.most_length, street.limits.pattern, street.limits.note) == ("1", "abc", "Constraints")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("<xdf:anzahl>1:1<", "<xdf:anzahl>2:1<", "“2:1” is no <anzahl>"),
        ("<xdf:anzahl>1:1<", "<xdf:anzahl>viele<", "“viele” is no <anzahl>"),
        ("<xdf:anzahl>1:1<", "<xdf:anzahl><", "no <anzahl>"),
        ("<code>select<", "<code>chosen<", "“chosen” is no value of <feldart>"),
        ("<code>text<", "<code>texxt<", "“texxt” is no value of <datentyp>"),
        ("<xdf:id>F123<", "<xdf:id><", "<id> is empty"),
        ("<xdf:id>F123<", "<xdf:sort/><xdf:id>F123<", "<sort> in <identifikation>"),
        ("<xdf:id>F123<", "<xdf:id>F1</xdf:id><xdf:id>F123<", "<id> stands in <identifikation> twice"),
        ("<xdf:datenfeld>", "<xdf:regal/><xdf:datenfeld>", "<regal> in <enthaelt>"),
        ("urn:xoev-de:fim:standard:xdatenfelder_2", "urn:xoev-de:fim:standard:xdatenfelder_unknown", "xdatenfelder_unknown"),
        ("<xdf:name>Hinweis</xdf:name>", "<xdf:name>Hinweis</xdf:nahme>", "not well-formed"),
        ("<code>aktiv<", "<code>ruhend<", "“ruhend” is no value of <status>"),
    ],
)
def test_a_mistake_is_told_with_its_line(old, new, what):
    broken = SELECT.replace(old, new, 1)
    line = broken[: broken.index(new)].count("\n") + 1
    (told,) = [one for one in refused(broken) if what in one]
    place = int(told.split(":")[1])
    assert place in {line, line - 1}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("xdatenfelder.stammdatenschema.0102", "rechnung", "<rechnung>"),
        ("xdf:stammdatenschema>", "xdf:anderes>", "no schema, group or field"),
        ("xdf:datenfeld>", "xdf:regal>", "<regal> in <enthaelt>"),
        ("xdf:identifikation>", "xdf:id>", "has no <identifikation>"),
    ],
)
def test_another_kind_of_document_is_refused(old, new, what):
    assert any(what in one for one in refused(SELECT.replace(old, new)))


def test_all_mistakes_are_told_at_once_and_in_order():
    twice = SELECT.replace("<xdf:anzahl>1:1<", "<xdf:anzahl>1<").replace("<code>select<", "<code>chosen<")
    lines = [SELECT[: SELECT.index(one)].count("\n") + 1 for one in ("<xdf:anzahl>", "<xdf:feldart")]
    assert [int(one.split(":")[1]) for one in refused(twice)] == lines


def test_a_status_of_version_3_has_a_list_of_its_own():
    assert "“10” is no value of <freigabestatus>" in refused(INPUT.replace("<code>6<", "<code>10<", 1))[0]


def test_a_code_may_be_empty_twice_but_say_something_once():
    """The sample holds <inhalt/> and <inhalt>; flxbe/xdatenfelder-xml reads it so."""
    assert "<xdf:inhalt/>" in INPUT
    assert "<inhalt> stands in <datenfeld> twice" in refused(INPUT.replace("<xdf:inhalt/>", "<xdf:inhalt>Mehr</xdf:inhalt>"))[0]


def test_what_the_standard_does_not_have_is_told_and_left_alone():
    imported = convert(SELECT.replace("<xdf:feldart ", "<xdf:farbe>rot</xdf:farbe><xdf:feldart ", 1).encode(), "schema.xml")
    assert any("<farbe> in <datenfeld>" in one for _, told in imported.notes.chapters() for one in told)


@pytest.mark.parametrize("data", ["", "   ", "{}", "<a>", SELECT[:2000], SELECT.replace("</xdf:name>", "</xdf:nom>", 1)])
def test_what_is_no_xml_is_refused(data):
    (told,) = refused(data)
    assert "not well-formed" in told


def test_other_encodings_are_read():
    latin = SELECT.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').replace(">Hinweis<", ">Größe<")
    assert "Größe" in convert(latin.encode("latin-1"), "schema.xml").text
    wide = SELECT.replace('encoding="UTF-8"', 'encoding="UTF-16"').replace(">Hinweis<", ">Größe<")
    assert "Größe" in convert(wide.encode("utf-16"), "schema.xml").text


def hostile(declarations: str, use: str, encoding: str = "utf-8") -> bytes:
    body = SELECT.partition("?>")[2].replace(">Hinweis<", f">{use}<")
    return f'<?xml version="1.0" encoding="{encoding}"?>\n<!DOCTYPE it [{declarations}]>{body}'.encode(encoding)


LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("declarations", "use"),
    [
        (LAUGHS, "&l11;"),
        (f'<!ENTITY a "{"a" * 50_000}">', "&a;" * 2000),
        ('<!ENTITY secret SYSTEM "file:///etc/passwd">', "&secret;"),
        ('<!ENTITY secret SYSTEM "http://127.0.0.1:9/secret">', "&secret;"),
        ('<!ENTITY % more SYSTEM "http://127.0.0.1:9/more.dtd"> %more;', "x"),
        ("", "x"),
    ],
)
def test_entities_and_document_types_are_refused_unread(declarations, use, encoding):
    (told,) = refused(hostile(declarations, use, encoding))
    assert "root:" not in told
    if encoding == "utf-8" or not use.startswith("&l"):
        assert "no place in a schema" in told or "not well-formed" in told


def test_the_same_document_without_a_document_type_is_read():
    """The control of the test above."""
    assert convert(hostile("", "x").replace(b"<!DOCTYPE it []>", b""), "schema.xml").service == "test"


def test_a_file_has_a_size_and_a_depth():
    assert "larger than 20 MB" in refused(b" " * (LARGEST + 1))[0]
    assert "depth" in refused("<a>" * 5000 + "</a>" * 5000)[0]


def test_a_line_is_right_far_down():
    data = SELECT.replace("<xdf:struktur>", "\n" * 70_000 + "<xdf:struktur>", 1).replace("<xdf:anzahl>1:1<", "<xdf:anzahl>x<")
    line = data[: data.index("<xdf:anzahl>")].count("\n") + 1
    assert line > 70_000
    assert refused(data)[0].startswith(f"schema.xml:{line}: ")


@pytest.mark.parametrize("standard", ["2", "3"])
def test_the_sample_writer_of_these_tests_writes_what_is_read(standard):
    field = xdatenfelder.Field("F1", name="Größe", kind="select", count="0:*", values=[("1", "klein")], limits={"maxLength": "9"})
    whole = parse(schema([xdatenfelder.Group("G1", [field], art="X")], standard=standard, rules=["Etwas."]), "it")
    (group,) = whole.children
    assert isinstance(group, Group)
    (read,) = group.children
    assert isinstance(read, Field)
    assert (whole.label, group.is_choice, read.name, read.count, read.limits.most_length) == (
        "Musterantrag",
        True,
        "Größe",
        Count(0, None),
        "9",
    )
    assert [(value.code, value.name) for value in read.values or ()] == [("1", "klein")]
    assert [rule.text for rule in whole.rules] == ["Etwas."]
