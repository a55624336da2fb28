"""Any schema of XDatenfelder keeps its fields, their types and how often they may stand there, or says which it does not keep."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from services.applications import forms
from services.applications.catalogue import Service
from services.applications.fim import Imported, convert
from tests.answers import fill
from tests.unit.applications.xdatenfelder import Field, Group, every_answer, schema, taken

TYPES = {
    "text": "text",
    "text_latin": "text",
    "date": "date",
    "bool": "yes_no",
    "num_int": "integer",
    "num_currency": "amount",
    "num": "text",
    "time": "text",
    "file": "attachment",
    "obj": "",
}
"""What the guide promises (docs/fim.md)."""
COUNTS = ("1:1", "0:1", "0:*", "1:*", "2:4", "0:60")
NAMES = ("Name", "Straße", "Geburtsdatum", "Name", "Überschrift")


@st.composite
def elements(draw, depth: int = 3) -> Field | Group:
    count, name = draw(st.sampled_from(COUNTS)), draw(st.sampled_from(NAMES))
    if depth and draw(st.booleans()):
        return Group("", draw(st.lists(elements(depth - 1), min_size=1, max_size=4)), name=name, count=count)
    kind = draw(st.sampled_from(["input", "input", "select", "label"]))
    values = [("a", "A"), ("b", "B")] if kind == "select" else ()
    type_ = "text" if kind == "select" else draw(st.sampled_from(list(TYPES)))
    return Field("", name=name, kind=kind, type=type_, count=count, values=values, content="Text")


def number(children: list[Field | Group], found: list[int]) -> None:
    """Give every element an id of its own."""
    for one in children:
        found[0] += 1
        one.id = f"{'F' if isinstance(one, Field) else 'G'}{found[0]:08}"
        if isinstance(one, Group):
            number(list(one.children), found)


def walk(children: list[Field | Group], around: tuple[Group, ...] = ()) -> Iterator[tuple[Field, tuple[Group, ...]]]:
    for one in children:
        if isinstance(one, Group):
            yield from walk(list(one.children), (*around, one))
        else:
            yield one, around


def traced(text: str) -> dict[str, list[tuple[dict[str, Any], dict[str, Any]]]]:
    """The questions of a file, with their step, by the id in the comment above: what an author sees."""
    whole = yaml.safe_load(text)
    questions = {one["name"]: (one, section) for section in whole["sections"] for one in section["fields"]}
    steps = {section["name"]: section for section in whole["sections"] if "name" in section}
    questions |= {one["name"]: ({**one, "type": "attachment"}, {}) for one in whole.get("attachments", [])}
    found: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    for id_, name in re.findall(r"# (F\d+)[^\n]*\n *- name: (\S+)", text):
        step = steps.get(name)
        found.setdefault(id_, []).append(questions[name] if step is None else (step["fields"][0], step))
    return found


def repeats(count: str) -> bool:
    return count not in {"1:1", "0:1"}


def bounds(count: str) -> tuple[int, int]:
    least, most = count.split(":")
    return int(least), min(50, 50 if most == "*" else int(most))


def keeps(children: list[Field | Group], imported: Imported, service: Service) -> None:
    """Every field is asked in the right way, or is told of."""
    found = traced(imported.text)
    untold = "\n".join(told for title, lines in imported.notes.chapters() for told in lines if title == "Not understood")
    for field, around in walk(children):
        if field.kind == "label":
            assert f"# {field.id} " in imported.text
            continue
        if not TYPES[field.type]:
            assert field.id in untold
            continue
        ((question, step),) = found[field.id]
        if field.type == "file":
            assert question["type"] == "attachment"
            assert not question["required"] or not field.count.startswith("0")
            continue
        outer = next((one for one in around if repeats(one.count)), None)
        nested = repeats(field.count) and outer is not None
        if field.values:
            assert question["type"] == ("choices" if repeats(field.count) else "choice")
        else:
            assert question["type"] == TYPES[field.type] or (nested and question["type"] == "long_text")
        alone = repeats(field.count) and not field.values and outer is None
        if outer or alone:
            repeated = step["repeated"]
            assert (repeated["least"], repeated["most"]) == bounds(outer.count if outer else field.count)
        else:
            assert "repeated" not in step
            assert question["required"] == (not field.count.startswith("0"))
        if nested and not field.values:
            assert field.id in untold
        for one in around:
            if outer and one is not outer and repeats(one.count):
                assert one.id in untold
    assert forms.errors(service, fill(service.sections)) == {}


@settings(max_examples=60)
@given(st.lists(elements(), min_size=1, max_size=6), st.sampled_from("23"))
def test_any_schema_keeps_what_it_asks(children, standard):
    number(children, [0])
    imported = convert(schema(children, standard=standard), "it.xml")
    keeps(children, imported, taken(imported))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("type: date", "type: text"),
        ("required: false", "required: true"),
        ("least: 1, most: 50", "least: 2, most: 50"),
        ("# F00000002", "# F00000009"),
        ("# F00000005", "# F00000009"),
        ("# - F00000006", "# - F00000009"),
    ],
)
def test_what_is_not_kept_would_be_seen(old, new):
    """The control of the test above."""
    children: list[Field | Group] = [
        Field("", name="Tag", type="date"),
        Field("", name="Ort", count="1:*"),
        Group("", [Field("", name="Name", count="0:1")], name="Halter"),
        Field("", type="file"),
        Field("", type="obj"),
    ]
    number(children, [0])
    imported = convert(schema(children), "it.xml")
    keeps(children, imported, taken(imported))
    assert old in imported.text
    changed = imported.text.replace(old, new)
    spoiled = Imported(imported.service, changed, type(imported.notes)() if "# - " in old else imported.notes)
    with pytest.raises((AssertionError, KeyError)):
        keeps(children, spoiled, taken(spoiled))


LIMITS = st.fixed_dictionaries(
    {},
    optional={
        "minLength": st.sampled_from(["0", "3", "-1", "999", "x"]),
        "maxLength": st.sampled_from(["2", "80", "400", "99999999999"]),
        "minValue": st.sampled_from(["0", "1990-01-01", "0.5", "-3", "1e400", "NaN"]),
        "maxValue": st.sampled_from(["9", "2030-01-01", "0.005", "99999999999999999999"]),
        "pattern": st.sampled_from([r"^\d{5}$", "[A-Z]+", "(", "a*", "(a|b){2}", r"[\d.]+", ".", ".{3,8}"]),
    },
)


@st.composite
def anything(draw, depth: int = 3) -> Field | Group:
    count, name = draw(st.sampled_from([*COUNTS, "0:0"])), draw(st.sampled_from(NAMES))
    if depth and draw(st.booleans()):
        children = draw(st.lists(anything(depth - 1), max_size=4))
        return Group("", children, name=name, count=count, art=draw(st.sampled_from(["", "", "X"])))
    kind = draw(st.sampled_from(["input", "input", "select", "label", "hidden", "locked"]))
    values = draw(st.lists(st.tuples(st.sampled_from(["1", "2", "", "no"]), st.sampled_from(["A", "B"])), max_size=3))
    type_ = draw(st.sampled_from(list(TYPES)))
    return Field("", name=name, kind=kind, type=type_, count=count, values=values, limits=draw(LIMITS))


@st.composite
def rules(draw) -> list[str]:
    some = st.integers(1, 12).map(lambda n: f"{n:08}")
    said = []
    for _ in range(draw(st.integers(0, 5))):
        source, target, kind = draw(some), draw(some), draw(st.sampled_from("FG"))
        test = draw(st.sampled_from(["= wahr", '= 1 "A"', "<> falsch", "leer", "nicht leer", "> 3"]))
        action = draw(
            st.sampled_from(["aktiviere {}", "deaktiviere {}", "muss {} befüllt werden", "darf {} nicht befüllt werden"])
        )
        said.append(f"Wenn F{source} {test}, dann {action.format(kind + target)}.")
        said.append(f"Es muss entweder {kind}{source} oder {kind}{target} befüllt werden.")
    return said


@settings(max_examples=40)
@given(st.lists(anything(), min_size=1, max_size=5), rules(), st.sampled_from("23"))
def test_whatever_a_schema_says_the_form_can_be_filled_in(children, said, standard):
    number(children, [0])
    imported = convert(schema(children, standard=standard, rules=said), "it.xml")
    service = taken(imported)
    assert forms.errors(service, fill(service.sections)) == {}
    assert forms.errors(service, every_answer(service)) == {}
    for field, _ in walk(children):
        assert field.id in imported.text
