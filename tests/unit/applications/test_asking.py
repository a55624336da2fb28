"""What a form asks for: conditions, repeated sections, and that what is hidden is neither required nor kept."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.applications import forms
from services.applications.catalogue import Service
from services.chassis import clock
from services.contracts import conditions
from services.contracts import forms as contract
from services.contracts.errors import Invalid
from services.contracts.registry import dump
from tests.answers import fill
from tests.unit.applications import strategies
from tests.unit.applications.portal import NOW

TEXT = {"de": "", "en": ""}
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def field(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    common = {"label": TEXT, "required": True, "least": None, "most": None, "choices": [], "is_past": False, "when": None}
    return {"name": name, "type": kind, **common, **more}


def section(name: str, *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "title": TEXT, "when": None, "repeated": None, "fields_": list(fields), **more}


def form(*sections: dict[str, Any]) -> Service:
    return Service("one", "0" * 14, TEXT, TEXT, TEXT, [], "low", "post", "", 10, list(sections))


def choice(name: str, *values: str, **more: Any) -> dict[str, Any]:
    return field(name, "choice", choices=[{"value": value} for value in values], **more)


FAMILY = form(
    section("reason_step", choice("reason", "new", "takeover"), field("former_owner", when={"reason": "takeover"})),
    section(
        "children",
        field("child_name", "name"),
        field("school", required=False),
        field("lives_here", "yes_no"),
        field("since", "date", when={"lives_here": True}),
        repeated={"least": 0, "most": 2, "entry": TEXT},
    ),
    section("benefit", field("tax_id", "integer"), when={"children": {"at_least": 1}}),
)


def test_a_question_is_asked_once_its_condition_is_met():
    assert forms.errors(FAMILY, {"reason": "new"}) == {}
    assert forms.errors(FAMILY, {"reason": "takeover"}) == {"former_owner": ["required"]}


def test_what_was_answered_before_it_was_hidden_is_dropped():
    assert forms.complete(FAMILY, {"reason": "new", "former_owner": "Muster", "tax_id": "x"}) == {"reason": "new", "children": []}


def test_every_entry_of_a_repeated_section_is_checked_by_itself():
    children: list[dict[str, Any]] = [
        {"child_name": "Max", "lives_here": "yes"},
        {"child_name": "R2D2", "lives_here": False, "since": "hidden"},
        {},
    ]
    assert forms.errors(FAMILY, {"reason": "new", "tax_id": 1, "children": children}) == {
        "children": ["too_many_entries"],
        "children.0.since": ["required"],
        "children.1.child_name": ["name_letters"],
        "children.2.child_name": ["required"],
        "children.2.lives_here": ["required"],
    }
    children[1]["child_name"], children[0]["since"] = "Erika", "1.2.2020"
    complete = forms.complete(FAMILY, {"reason": "new", "tax_id": "1", "children": children[:2]})
    assert complete["children"] == [
        {"child_name": "Max", "lives_here": True, "since": "2020-02-01"},
        {"child_name": "Erika", "lives_here": False},
    ]


def test_a_repeated_section_asks_for_its_least_number_of_entries():
    service = form(section("owners", field("owner"), repeated={"least": 2, "most": 3, "entry": TEXT}))
    assert forms.errors(service, {"owners": [{"owner": "Erika"}]}) == {"owners.1.owner": ["required"]}


@pytest.mark.parametrize(
    ("given_", "wrong"),
    [
        ({"children": "Max"}, {"children": ["list"]}),
        ({"children": ["Max"]}, {"children": ["list"]}),
        ({"children": [{"wings": 2}]}, {"children.0.wings": ["unknown_field"]}),
        ({"children": [{"child_name": ["Max"]}]}, {"children.0.child_name": ["type"]}),
        ({"children": [{}] * 51}, {"children": ["too_many_entries"]}),
        ({"child_name": "Max"}, {"child_name": ["unknown_field"]}),
    ],
)
def test_what_nobody_can_have_typed_into_an_entry_is_not_kept(given_, wrong):
    with pytest.raises(Invalid) as failure:
        forms.keepable(FAMILY, given_)
    assert failure.value.fields == wrong
    with pytest.raises(Invalid):
        forms.complete(FAMILY, {"reason": "new", "tax_id": 1, **given_})


def test_a_draft_keeps_entries_as_they_were_typed():
    typed = {"children": [{"child_name": " R2D2 ", "since": "gestern"}, {}], "former_owner": "hidden"}
    assert forms.keepable(FAMILY, typed) == typed


def test_a_date_is_bound_to_an_earlier_one():
    service = form(section("s", field("moved_in", "date"), field("told", "date", earliest="moved_in", latest="moved_in+14d")))
    answers = {"moved_in": "2026-01-31", "told": "2026-02-15"}
    assert forms.errors(service, answers) == {"told": ["date_too_late"]}
    assert forms.errors(service, {**answers, "told": "2026-02-14"}) == {}
    assert forms.errors(service, {**answers, "told": "2026-01-30"}) == {"told": ["date_too_early"]}
    assert forms.errors(service, {"moved_in": "soon", "told": "2026-01-30"}) == {"moved_in": ["date"]}


@pytest.mark.parametrize(
    ("when", "answers", "is_met"),
    [
        ({"n": {"at_least": 2}}, {"n": "2"}, True),
        ({"n": {"at_least": 2}}, {"n": "1"}, False),
        ({"n": {"at_most": 2}}, {}, False),
        ({"n": {"at_least": 1, "at_most": 2}}, {"n": 3}, False),
        ({"n": 1}, {"n": True}, False),
        ({"is_new": True}, {"is_new": "yes"}, True),
        ({"is_new": False}, {}, False),
        ({"not": {"is_new": True}}, {}, True),
        ({"kinds": "dog"}, {"kinds": ["cat", "dog"]}, True),
        ({"kinds": ["bird", "dog"]}, {"kinds": ["cat"]}, False),
        ({"kinds": {"answered": False}}, {"kinds": []}, True),
        ({"born": {"at_most": "today-18y"}}, {"born": "1.9.2008"}, True),
        ({"born": {"at_most": "today-18y"}}, {"born": "2008-09-02"}, False),
        ({"born": {"at_most": "2024-02-29+1y"}}, {"born": "2025-02-28"}, True),
        ({"fee": {"at_least": 1250}}, {"fee": "12,50"}, True),
        ({"any": [{"n": 1}, {"is_new": True}]}, {"n": "1"}, True),
        ({"all": [{"n": 1}, {"is_new": True}]}, {"n": "1"}, False),
        ({"n": 1, "is_new": True}, {"n": "1", "is_new": True}, True),
        ({"word": {"answered": True}}, {"word": "  "}, False),
    ],
)
def test_a_condition_is_met_or_not(when, answers, is_met):
    asked = [
        field("n", "integer"), field("is_new", "yes_no"), field("born", "date"), field("fee", "amount"), field("word"),
        field("kinds", "choices", choices=[{"value": value} for value in ("cat", "dog", "bird")]),
    ]  # fmt: skip
    service = form(section("s", *asked, field("it", when=when)))
    assert ("it" in strategies.shown(service, answers)) is is_met


def test_an_answer_to_what_is_hidden_asks_for_nothing():
    """The chain ends where its first question is hidden."""
    service = form(
        section("s", choice("a", "x", "y"), choice("b", "x", when={"a": "x"}), field("c", when={"b": "x"})),
    )
    assert strategies.shown(service, {"a": "y", "b": "x"}) == {"a"}


def test_pieces_are_counted_where_they_are_asked_for():
    service = form(section("s", field("copies", "integer", when={"wants": True}), when=None), FAMILY.sections[1])
    service.sections[0]["fields_"].insert(0, field("wants", "yes_no"))
    assert forms.pieces(service, "copies", {"wants": True, "copies": "3"}) == 3
    assert forms.pieces(service, "copies", {"wants": False, "copies": "3"}) == 1
    assert forms.pieces(service, "children", {"children": [{}, {}]}) == 2
    assert forms.pieces(service, "children", {}) == 1


@quick
@given(st.data())
def test_conditions_never_make_a_required_hidden_field(data):
    service = data.draw(strategies.services())
    answers = data.draw(strategies.anything(service))
    with clock.fixed(NOW):
        strategies.check_nothing_hidden_is_required(service, answers)


def test_a_required_hidden_field_would_be_found(monkeypatch):
    """The control: a reader that asks for everything."""
    strategies.check_nothing_hidden_is_required(FAMILY, {"reason": "new"})
    monkeypatch.setattr(conditions, "steps", lambda sections, answers, today, real=conditions.steps: real(
        [{**s, "when": None, "fields_": [{**f, "when": None} for f in s["fields_"]]} for s in sections], answers, today
    ))  # fmt: skip
    wrong = set(forms.errors(FAMILY, {"reason": "new"}))
    monkeypatch.undo()
    assert not wrong <= strategies.shown(FAMILY, {"reason": "new"})


@quick
@given(st.data())
def test_any_form_is_filled_in_from_its_own_definition(data):
    service = data.draw(strategies.services())
    with clock.fixed(NOW):
        answers = data.draw(strategies.answers(service.sections))
        complete = forms.complete(service, answers)
        assert complete == forms.complete(service, complete)
        assert forms.errors(service, fill([dump(contract.Section, section) for section in service.sections])) == {}


@quick
@given(st.data())
def test_what_is_complete_holds_nothing_that_is_not_asked_for(data):
    service = data.draw(strategies.services())
    with clock.fixed(NOW):
        answers = data.draw(strategies.answers(service.sections))
        hidden = {
            entry["name"]: patient
            for part in service.sections
            if not part["repeated"]
            for entry in part["fields_"]
            if entry["name"] not in strategies.shown(service, answers) and (patient := "garbage")
        }
        assert forms.complete(service, {**hidden, **answers}) == forms.complete(service, answers)
