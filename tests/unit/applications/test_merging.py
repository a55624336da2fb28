"""Answers from two devices at once: no save is lost, none overwrites another unseen, and none is refused without need."""

from copy import deepcopy

import pytest

from services.applications.merging import merged
from services.contracts.errors import Conflict
from tests.fakes.form import everything

FORM = everything()
ANNA, BEN, CEM = ({"child_name": name, "lives_here": False} for name in ("Anna", "Ben", "Cem"))


def together(stored, given, *before):
    kept = deepcopy((stored, given, before))
    found = merged(FORM, stored, given, before)
    assert (stored, given, before) == kept
    return found


def refused(stored, given, *before):
    with pytest.raises(Conflict) as failure:
        together(stored, given, *before)
    return {name.removeprefix("answers.") for name in failure.value.fields}


def test_what_only_one_side_has_changed_counts():
    assert together({"email": "a@b.de"}, {"remark": "ja"}, {}) == {"email": "a@b.de", "remark": "ja"}
    assert together({"email": "a@b.de", "remark": "ja"}, {"remark": "nein"}, {"remark": "ja"}) == {
        "email": "a@b.de",
        "remark": "nein",
    }
    assert together({"email": "a@b.de", "remark": "ja"}, {"email": "x@y.de"}, {"email": "x@y.de"}) == {
        "email": "a@b.de",
        "remark": "ja",
    }
    assert together({"remark": "ja"}, {}, {"remark": "ja"}) == {}, "emptied here"
    assert together({}, {"remark": "ja"}, {"remark": "ja"}) == {}, "emptied elsewhere"


def test_what_both_have_changed_is_refused_with_its_place():
    assert refused({"remark": "nein", "email": "a@b.de"}, {"remark": "ja", "email": "x@y.de"}, {}) == {"remark", "email"}
    assert refused({"remark": "nein"}, {}, {"remark": "ja"}) == {"remark"}, "emptied here, changed there"
    assert refused({}, {"remark": "nein"}, {"remark": "ja"}) == {"remark"}, "changed here, emptied there"


@pytest.mark.parametrize(
    ("name", "stored", "before"),
    [
        ("amount", 1250, "12,50"),
        ("birth_date", "1990-05-17", "17.5.1990"),
        ("copies", 3, " 3 "),
        ("kinds", ["file", "paper"], ["paper", "file"]),
        ("kinds", [], None),
        ("agreed", True, "yes"),
        ("remark", "ja", " ja"),
        ("remark", "", None),
    ],
)
def test_the_same_typed_in_another_way_is_no_change(name, stored, before):
    assert together({name: stored}, {name: before}, {name: before}) == {name: stored}
    assert together({name: stored}, {name: "sonst"}, {name: before})[name] == "sonst"
    assert refused({name: "etwas"}, {name: "sonst"}, {name: before}) == {name}, "the control"


def test_both_saying_the_same_is_no_conflict():
    assert together({"remark": "ja"}, {"remark": "ja"}, {}) == {"remark": "ja"}
    assert together({"children": [ANNA]}, {"children": [ANNA]}, {"children": []}) == {"children": [ANNA]}


def test_what_was_sent_without_an_answer_is_ones_own():
    """The connection broke before it was known whether the first attempt had come."""
    assert together({"remark": "erst"}, {"remark": "dann"}, {}, {"remark": "erst"}) == {"remark": "dann"}
    assert together({"remark": "erst"}, {}, {}, {"remark": "erst"}) == {}, "and taken back again"
    assert refused({"remark": "anders"}, {"remark": "dann"}, {}, {"remark": "erst"}) == {"remark"}


def test_entries_are_brought_together_one_by_one():
    changed = {**ANNA, "lives_here": True}
    assert together({"children": [ANNA, CEM]}, {"children": [changed, BEN]}, {"children": [ANNA, BEN]}) == {
        "children": [changed, CEM]
    }
    assert together({"children": [ANNA, BEN]}, {"children": [changed]}, {"children": [ANNA]}) == {"children": [changed, BEN]}
    assert together({"children": [ANNA]}, {"children": [ANNA, BEN]}, {"children": [ANNA, BEN]}) == {"children": [ANNA]}
    assert together({}, {"children": [ANNA]}, {"children": [{}]}) == {"children": [ANNA]}, "a first entry is there on the page"
    assert together({}, {"children": [{}]}, {"children": [{}]}) == {}


def test_entries_are_added_and_removed_where_nobody_else_does():
    assert together({"children": [ANNA]}, {"children": [ANNA, {}]}, {"children": [ANNA]}) == {"children": [ANNA, {}]}
    assert together({"children": [ANNA, BEN]}, {"children": [BEN]}, {"children": [ANNA, BEN]}) == {"children": [BEN]}
    assert refused({"children": [ANNA, CEM]}, {"children": [ANNA]}, {"children": [ANNA, BEN]}) == {"children"}
    assert refused({"children": [ANNA, BEN]}, {"children": [ANNA, CEM]}, {"children": [ANNA]}) == {"children"}


def test_an_entry_is_never_made_of_two_children():
    """Ben has moved up to the place of Anna: what is typed for Anna must not become his."""
    changed = {**ANNA, "lives_here": True}
    places = {"children.0.child_name", "children.0.lives_here"}
    assert refused({"children": [BEN, CEM]}, {"children": [changed, BEN]}, {"children": [ANNA, BEN]}) == places
    assert refused({"children": []}, {"children": [changed]}, {"children": [ANNA]}) == {"children"}
    assert refused({"children": [ANNA]}, {"children": [ANNA, CEM]}, {"children": [ANNA, BEN]}) == {"children"}
