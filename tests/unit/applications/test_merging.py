"""Answers from two devices at once: no save is lost, none overwrites another unseen, and none is refused without need."""

from copy import deepcopy
from itertools import product

import pytest

from services.contracts.errors import Conflict
from services.contracts.merging import merged
from tests.fakes.form import everything

FORM = everything()
ANNA, BEN, BENNO, CEM = ({"child_name": name, "lives_here": False} for name in ("Anna", "Ben", "Benno", "Cem"))


def together(stored, given, *before):
    kept = deepcopy((stored, given, before))
    found = merged(FORM.sections, stored, given, before).settled()
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


def test_entries_are_added_and_removed_on_both_sides():
    def children(stored, given, before):
        return together({"children": stored}, {"children": given}, {"children": before})["children"]

    assert children([ANNA], [ANNA, {}], [ANNA]) == [ANNA, {}]
    assert children([ANNA, BEN], [BEN], [ANNA, BEN]) == [BEN]
    assert children([BEN, CEM], [ANNA, BENNO, CEM], [ANNA, BEN, CEM]) == [BENNO, CEM], "what has moved up is found again"
    assert children([ANNA, BEN], [BEN, CEM], [ANNA, BEN, CEM]) == [BEN], "each has removed one"
    assert children([ANNA, BEN], [ANNA, CEM], [ANNA]) == [ANNA, BEN, CEM], "each has added one"
    assert children([ANNA, BEN], [ANNA, CEM], [ANNA, {}]) == [ANNA, BEN, CEM], "and begun with the same empty one"
    assert children([ANNA, BEN], [ANNA, BEN, CEM], [ANNA]) == [ANNA, BEN, CEM], "one of them the same"
    assert together({"children": [CEM, ANNA, BEN]}, {"children": [ANNA]}, {"children": [ANNA]}, {"children": [ANNA, BEN]}) == {
        "children": [CEM, ANNA]
    }, "added here without an answer, and taken back"


def test_an_entry_that_one_side_removes_and_the_other_changes_is_refused():
    assert refused({"children": [ANNA, CEM]}, {"children": [ANNA]}, {"children": [ANNA, BEN]}) == {"children"}
    assert refused({"children": []}, {"children": [{**ANNA, "lives_here": True}]}, {"children": [ANNA]}) == {"children"}
    assert refused({"children": [ANNA]}, {"children": [ANNA, CEM]}, {"children": [ANNA, BEN]}) == {"children"}


def test_an_entry_is_never_made_of_two_children():
    """Ben has moved up to the place of Anna: what is typed for Anna must not become his."""
    changed = {**ANNA, "lives_here": True}
    both = merged(FORM.sections, {"children": [BEN, CEM]}, {"children": [changed, BEN]}, [{"children": [ANNA, BEN]}])
    assert both.stale == [("children", "children")]
    assert both.answers == {"children": [BEN, CEM]}
    assert both.shown == {"children": [changed, BEN, CEM]}, "to be removed, or to go on with"


def test_a_conflict_is_shown_where_the_entry_stands_and_told_where_it_was_sent():
    mine, other = ({**CEM, "child_name": name} for name in ("Cemil", "Cemal"))
    both = merged(FORM.sections, {"children": [BEN, other]}, {"children": [ANNA, BEN, mine]}, [{"children": [ANNA, BEN, CEM]}])
    assert both.stale == [("children.1.child_name", "children.2.child_name")]
    assert (both.answers, both.shown) == ({"children": [BEN, other]}, {"children": [BEN, mine]})


def test_whatever_two_sides_do_nothing_is_lost_unseen():
    """Each keeps, changes or removes every one of three children, and adds one or none."""
    began = [ANNA, BEN, CEM]
    done = [[*side, more] for side in product(("keep", "change", "remove"), repeat=3) for more in ("", "add")]

    def after(side, deeds):
        ways = {"keep": lambda child: [child], "change": lambda child: [{**child, "child_name": child["child_name"] + side}]}
        found = [one for child, deed in zip(began, deeds, strict=False) for one in ways.get(deed, lambda _: [])(child)]
        return found + ([{"child_name": f"Neu {side}"}] if deeds[-1] else [])

    for my, their in product(done, repeat=2):
        mine, theirs = after("mine", my), after("theirs", their)
        both = merged(FORM.sections, {"children": theirs}, {"children": mine}, [{"children": began}])
        kept, shown = both.answers["children"], both.shown["children"]
        untouched = [child for child, *deeds in zip(began, my, their, strict=False) if deeds == ["keep", "keep"]]
        assert all(child in kept and child in shown for child in untouched), (my, their)
        assert all(child in shown for child in mine if child not in began), (my, their)
        assert both.stale or all(child in kept for child in theirs if child not in began), (my, their)
        assert all(child in kept for child in theirs if child not in began), (my, their)
        assert both.stale or kept == shown
