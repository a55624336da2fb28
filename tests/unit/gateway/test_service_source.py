"""Changing the text of a service by parts: what is changed reads as it should, and every other line stays as it was written."""

from collections import Counter
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.pages.editing import parts, renaming, source
from gateway.pages.editing.positions import Place
from gateway.pages.editing.source import UnreadableError
from services.applications import catalogue

SERVICES = sorted(catalogue.services())
FORMS = [name for name in SERVICES if catalogue.services()[name].sections]
NEW = {"name": "entirely_new", "type": "yes_no", "label": {"de": "Neu: ja?", "en": "New, really?"}, "required": False}
LONG = {"de": "Das ist ein langer Text, der mehr als eine Zeile braucht. " * 4 + "\n\nUnd ein Absatz.", "en": "Short"}
STRANGE = """\
# what came first
service: strange
leika_key: "99000000000000"   # fourteen digits
name: {de: Seltsam, en: Strange}
summary:
    # deeper than usual
    de: >-
        Eine Zeile,
        und noch eine.
    en: Strange   # said of it
description: {de: x,
  en: y}

# the law
legal_basis: [§ 1 Mustergesetz,  # first
  § 2 Mustergesetz]
level: low
ending: post
sections:
# about the first step
- title: {de: Eins, en: One}
  # its questions
  fields: [{name: a, type: text, required: true, label: {de: A, en: A}},
           {name: b, type: date, required: no, label: {de: B, en: B}}]
# about the second step
-
  # it has a name
  name: second
  title: {de: Zwei, en: Two}
  fields:
      # about c
      - name: c
        # what c is
        type: choice   # one of a list
        required: true
        choices:
          - {value: "no", label: {de: Nein, en: "No"}}
          # the other one
          - {value: maybe, label: {de: Vielleicht, en: Perhaps}}
        label:
          de: C
          # in English
          en: C
      # about d
      - {name: d, type: text, required: true, label: {de: D, en: D}}

      # at the very end
"""


def comments(text: str) -> list[str]:
    """Every comment that has a line of its own."""
    return sorted(line.strip() for line in text.split("\n") if line.lstrip().startswith("#"))


def gone(before: str, after: str) -> list[str]:
    """Lines that are there no longer."""
    return list((Counter(before.split("\n")) - Counter(after.split("\n"))).elements())


def steps(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = source.read(text).get("sections") or []
    return found


def first_and_last(text: str) -> list[tuple[int, dict[str, Any]]]:
    """The first step and the last one, with their numbers."""
    numbered = list(enumerate(steps(text)))
    return numbered[:1] + numbered[1:][-1:]


@pytest.mark.parametrize("service", SERVICES)
def test_texts_and_rules_of_every_service_can_be_changed(service: str) -> None:
    text = catalogue.source(service)
    new = {
        "name": {"de": "Anders: neu", "en": "Other, #1"},
        "description": LONG,
        "keywords": [*source.read(text).get("keywords", []), "no", "12:30"],
        "legal_basis": ["§ 1 Mustergesetz", *source.read(text)["legal_basis"]],
        "deadline": {"months": 3, "legal_basis": "§ 75 VwGO"},
        "four_eyes": True,
        "kept_years": 7,
        "plain": {"name": {"de": "Einfach", "en": "Plain"}, "description": LONG},
    }
    changed = source.put(text, (), new, parts.ORDER["about"])
    found = catalogue.read_text(changed, service)
    assert (found.name, found.description, found.keywords[-2:], found.four_eyes) == (new["name"], LONG, ["no", "12:30"], True)
    assert comments(changed) == comments(text)
    taken_out = source.put(changed, (), {key: None for key in new if key not in source.read(text)})
    assert list(source.read(taken_out)) == list(source.read(text))


@pytest.mark.parametrize("service", FORMS)
def test_questions_of_every_service_can_be_changed_added_and_taken_out(service: str) -> None:
    text = catalogue.source(service)
    for number, step in first_and_last(text):
        single = [n for n, field in enumerate(step["fields"]) if field["type"] != "address"]
        if not single:
            continue
        position = single[-1]
        place = ("sections", number, "fields", position)
        before = step["fields"][position]
        changed = source.put(
            text, place, {"label": {"de": "Ganz anders?", "en": "Quite - other"}, "help": LONG}, parts.ORDER["field"]
        )
        fields = catalogue.read_text(changed, service).sections[number]["fields_"]
        described = next(field for field in fields if field["name"] == before["name"])
        assert (described["label"]["de"], described["help"]) == ("Ganz anders?", LONG)
        assert comments(changed) == comments(text)
        back = source.put(changed, place, {"label": before["label"], "help": before.get("help")}, parts.ORDER["field"])
        assert source.read(back) == source.read(text)
        added = source.add(text, place[:3], NEW)
        assert catalogue.read_text(added, service).sections[number]["fields_"][-1]["name"] == "entirely_new"
        assert not gone(text, added), "nothing else is touched"
        assert source.remove(added, (*place[:3], len(step["fields"]))) == text


@pytest.mark.parametrize("service", FORMS)
def test_questions_that_others_hang_on_can_be_renamed_in_every_service(service: str) -> None:
    text = catalogue.source(service)
    values = source.read(text)
    named = str([use for use in renaming._uses(values) if use[2]])
    parts_of = [*((("sections", n), step) for n, step in enumerate(values["sections"])), *source.places(values)]
    used = [place for place, entry in parts_of if f"'{str(entry.get('name')).removesuffix('address')}" in named]
    for place in {used[0], used[-1]} if used else ():
        old = source.at(values, place)["name"]
        new = "renamed_address" if source.at(values, place).get("type") == "address" else "renamed"
        changed = renaming.renamed(source.put(text, place, {"name": new}), values, place, new)
        catalogue.read_text(changed, service)
        assert comments(changed) == comments(text)
        there = source.read(changed)
        back = renaming.renamed(source.put(changed, place, {"name": old}), there, place, old)
        assert source.read(back) == values


def test_a_name_is_found_wherever_it_is_meant_and_nowhere_else() -> None:
    text = """\
fees:
  - {valid_from: 2026-01-01, base_cents: 100, each_further_cents: 50, pieces_field: a, legal_basis: § 1}
sections:
  - title: {de: A, en: A}
    fields:
      - {name: a, type: date}
      - {name: b, type: date, earliest: a, latest: a+14d, when: {a: {at_most: today}}}
      # stays
      - {name: c, type: text, when: {all: [{not: {a: {answered: true}}}, {b: {at_least: a-1y}}], d: a}}
      - {name: ab, type: choice, choices: [{value: a}], when: {ab: a}}
attachments:
  - {name: a_file, when: {any: [{a: {answered: true}}, {c: a}]}}
"""
    values, place = source.read(text), ("sections", 0, "fields", 0)
    changed = renaming.renamed(source.put(text, place, {"name": "x"}), values, place, "x")
    fields = source.read(changed)["sections"][0]["fields"]
    assert fields[1] == {"name": "b", "type": "date", "earliest": "x", "latest": "x+14d", "when": {"x": {"at_most": "today"}}}
    assert fields[2]["when"] == {"all": [{"not": {"x": {"answered": True}}}, {"b": {"at_least": "x-1y"}}], "d": "a"}
    assert fields[3] == values["sections"][0]["fields"][3], "an answer of that name is no question"
    assert source.read(changed)["attachments"][0]["when"] == {"any": [{"x": {"answered": True}}, {"c": "a"}]}
    assert source.read(changed)["fees"][0]["pieces_field"] == "x"
    assert comments(changed) == ["# stays"]
    for name in ("b", "all", "today", None):
        with pytest.raises(renaming.InUseError):
            renaming.renamed(text, values, place, name)
    assert renaming.renamed(text, values, ("sections", 0, "fields", 3), None) == text, "nothing names it"


@pytest.mark.parametrize("service", FORMS)
def test_steps_and_questions_of_every_service_move_down_and_up_again(service: str) -> None:
    text = catalogue.source(service)
    for number, step in first_and_last(text):
        for place in (("sections", number), ("sections", number, "fields", len(step["fields"]) // 2)):
            down = source.move(text, place, 1)
            assert comments(down) == comments(text)
            assert sorted(down.split("\n")) == sorted(text.split("\n")), "lines change places and nothing else"
            if down != text:
                assert source.move(down, (*place[:-1], int(place[-1]) + 1), -1) == text


@pytest.mark.parametrize("service", FORMS)
def test_a_step_and_a_place_for_files_can_be_added_to_every_service(service: str) -> None:
    text = catalogue.source(service)
    added = source.add(text, ("sections",), {"title": {"de": "Noch etwas", "en": "One more thing"}, "fields": [NEW]})
    added = source.add(added, ("attachments",), {"name": "proof", "label": {"de": "Nachweis", "en": "Proof"}, "required": False})
    found = catalogue.read_text(added, service)
    assert found.sections[-1]["title"]["de"] == "Noch etwas"
    assert found.attachments[-1]["name"] == "proof"
    assert not gone(text, added), "nothing else is touched"


def test_however_a_text_is_written_its_comments_stay() -> None:
    assert catalogue.read_text(STRANGE, "strange").service == "strange"
    c: Place = ("sections", 1, "fields", 0)
    d: Place = ("sections", 1, "fields", 1)
    changes: list[tuple[Place, dict[str, Any]]] = [
        ((), {"summary": {"de": "Neu", "en": LONG["de"]}, "kept_years": 3, "legal_basis": ["§ 3"], "preparation": None}),
        (("sections", 0), {"name": "first", "help": LONG}),
        (("sections", 0, "fields", 1), {"required": True, "latest": "today", "label": {"de": "B, b", "en": "B"}}),
        (("sections", 1), {"name": "zweite", "help": {"de": "H", "en": "H"}}),
        (c, {"type": "choices", "label": {"de": "Neu", "en": "C"}, "help": {"de": "H", "en": "H"}, "least": 1}),
        (d, {"when": {"c": ["no", "maybe"]}, "label": LONG}),
    ]
    for place, new in changes:
        order = parts.ORDER["about" if not place else "step" if len(place) < 3 else "field"]
        changed = source.put(STRANGE, place, new, order)
        assert set(comments(STRANGE)) <= set(comments(changed))
        for comment in ("# fourteen digits", "# one of a list"):
            assert comment in changed
        for key, value in new.items():
            assert source.at(source.read(changed), place).get(key) == value


def test_what_is_taken_out_takes_its_own_comment_along_and_no_other() -> None:
    left = source.remove(STRANGE, ("sections", 1, "fields", 0))
    assert set(comments(STRANGE)) - set(comments(left)) == {"# about c", "# what c is", "# the other one", "# in English"}
    left = source.put(STRANGE, ("sections", 1), {"name": None})
    assert [section.get("name") for section in steps(left)] == [None, None]
    left = source.put(STRANGE, ("sections", 1, "fields", 0), {"name": None})
    assert "# about c" in left
    assert "name" not in steps(left)[1]["fields"][0]
    moved = source.move(STRANGE, ("sections", 1, "fields", 0), 1)
    assert moved.index("# about d") < moved.index("# about c") < moved.index("# at the very end")
    assert steps(source.move(STRANGE, ("sections", 0, "fields", 0), 1))[0]["fields"][0]["name"] == "b"


def test_answers_are_added_and_taken_out_one_by_one() -> None:
    place = ("sections", 1, "fields", 0)
    no, maybe = source.at(source.read(STRANGE), place)["choices"]
    more = source.put(STRANGE, place, {"choices": [no, {"value": "yes", "label": {"de": "Ja", "en": "Yes"}}, maybe]})
    assert gone(more, STRANGE) == ["          - {value: 'yes', label: {de: Ja, en: 'Yes'}}"]
    assert not gone(STRANGE, more)
    assert [choice["value"] for choice in source.at(source.read(more), place)["choices"]] == ["no", "yes", "maybe"]
    assert source.put(more, place, {"choices": [no, maybe]}) == STRANGE
    fewer = source.put(STRANGE, place, {"choices": [no]})
    assert set(comments(STRANGE)) - set(comments(fewer)) == {"# the other one"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just a line",
        "- a list",
        "a: &anchor b\nc: *anchor",
        "a: !!python/object:os.system b",
        "a: [" * 40 + "]" * 40,
        "a: {b: c",
        "sections: [1, 2]",
        "sections: [{fields: {a: b}}]",
        "1: b",
        "a: b\r\nc: d",
        "a: b\u2028c: d",
        "a: 2020-13-45",
    ],
)
def test_what_cannot_be_shown_by_parts_is_left_to_the_page_of_the_text(text: str) -> None:
    with pytest.raises(UnreadableError):
        source.read(text)


def test_a_key_that_stands_twice_is_never_changed_by_half() -> None:
    with pytest.raises(UnreadableError):
        source.put("level: low\nlevel: high\n", (), {"level": "substantial"})


@settings(max_examples=100, deadline=None)
@given(
    st.fixed_dictionaries(
        dict.fromkeys(
            ("de", "en"),
            st.text(
                st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029\ufeff") | st.just("\n"),
                min_size=1,
            ),
        )
    )
)
def test_any_text_that_is_typed_comes_back_as_it_was_typed(texts: dict[str, str]) -> None:
    for place in (("sections", 1, "fields", 0), ("sections", 0, "fields", 0), ("sections", 1)):
        changed = source.put(STRANGE, place, {"help": texts, "label": texts}, parts.ORDER["field"])
        assert source.at(source.read(changed), place)["help"] == texts
        assert set(comments(STRANGE)) <= set(comments(changed))
        assert yaml.safe_load(changed) == source.read(changed), "one reads it as the other does"
