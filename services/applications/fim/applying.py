"""Lets the rules that were understood act on the places of a schema: conditions, what is required, which one of several."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from services.applications.fim.conditions import joint, negated
from services.applications.fim.elements import Field, Rule
from services.applications.fim.naming import Names
from services.applications.fim.notes import Notes
from services.applications.fim.places import Choice, Condition, Place, find
from services.applications.fim.rules import Comparison, Effect, Either, sentences

TRUE = {"wahr", "true", "ja", "1"}
FALSE = {"falsch", "false", "nein", "0"}
EMPTY_SCRIPT = "functionscript(){}"
"""What the editors of FIM write where nobody wrote a script, without spaces."""
LONGEST_SCRIPT = 300
Told = tuple[str, str]
"""A rule and one of its sentences."""


@dataclass(slots=True)
class _Demands:
    shows: list[tuple[Condition, Told]] = field(default_factory=list)
    hides: list[tuple[Condition, Told]] = field(default_factory=list)
    requires: list[tuple[Condition, Told]] = field(default_factory=list)


def apply_all(top: Place, asked: set[Place], files: set[Place], names: Names, notes: Notes) -> None:
    """Apply every rule in the schema; `asked` are the places that become questions, `files` those that become attachments."""
    demands: dict[Place, _Demands] = defaultdict(_Demands)
    for owner, rule in _rules(top):
        what = f"{rule.id} “{rule.name}” (line {rule.line})"
        for sentence in sentences(rule.text):
            told = (what, sentence.text)
            if not sentence.effects:
                notes.miss(what, f"“{sentence.text}”")
            for effect in sentence.effects:
                why = (
                    _either(effect, owner, top, names, told)
                    if isinstance(effect, Either)
                    else _effect(effect, owner, top, asked, files, demands, told)
                )
                if why:
                    notes.miss(what, f"“{sentence.text}” ({why})")
        script = " ".join(rule.script.split())
        if script.replace(" ", "") not in {"", EMPTY_SCRIPT}:
            notes.miss(what, f"has a script, and scripts are never run: {shorten(script, LONGEST_SCRIPT, placeholder='…')}")
        if not rule.text and not script:
            notes.miss(what, "says nothing.")
    for place, demand in demands.items():
        _settle(place, demand, notes)


def _rules(top: Place) -> Iterator[tuple[Place, Rule]]:
    """Every rule with the place it stands in; the same rule in a group and in its fields counts once."""
    seen: set[tuple[str, str, int]] = set()
    for place in top.everything():
        for rule in place.element.rules:
            around = place if place.parent is None else place.parent
            if (rule.id, rule.text, around.order) not in seen:
                seen |= {(rule.id, rule.text, around.order), (rule.id, rule.text, place.order)}
                yield place, rule


def _either(effect: Either, owner: Place, top: Place, names: Names, told: Told) -> str:
    """Ask which of several is filled in; why not, where that cannot be."""
    members = [find(id_, owner, top) for id_ in effect.targets]
    places = [place for place in members if place is not None]
    if len(places) < len(members):
        return "it names what the schema does not have in one place"
    if len(set(places)) < len(places):
        return "it names one of them twice"
    parent = places[0].parent
    if parent is None or any(place.parent is not parent for place in places):
        return "these do not stand side by side"
    if any(place.choice or place.conditions for place in places):
        return "another rule speaks of these already"
    ordered = sorted(places, key=lambda place: place.order)
    choice = Choice(names.give(f"auswahl {ordered[0].element.name}"), ordered, is_required=True, told=told[0])
    for place in ordered:
        place.choice, place.is_required = choice, True
    return ""


def _effect(
    effect: Effect, owner: Place, top: Place, asked: set[Place], files: set[Place], demands: dict[Place, _Demands], told: Told
) -> str:
    """Note what an effect demands of its place; why it cannot be, where it cannot."""
    target = find(effect.target, owner, top)
    if target is None:
        return f"{effect.target} is nothing in the schema, or stands in several places"
    if not any(place in asked | files for place in target.everything()):
        return f"{effect.target} is not asked"
    conditions = []
    for test in effect.tests:
        condition, why = _condition(test, target, owner, top, asked)
        if condition is None:
            return why
        conditions.append(condition)
    joined: Condition = joint(conditions) if not effect.is_any else {"any": conditions}
    demand = demands[target]
    {"show": demand.shows, "hide": demand.hides, "require": demand.requires}[effect.action].append((joined, told))
    return ""


def _condition(test: Comparison, target: Place, owner: Place, top: Place, asked: set[Place]) -> tuple[Condition | None, str]:
    source = find(test.id, owner, top)
    if source is None or not isinstance(source.element, Field):
        return None, f"{test.id} is no field of the schema, or stands in several places"
    if source not in asked:
        return None, f"{test.id} is not asked"
    if source.order >= target.order and not (isinstance(target.element, Field) and target.element.is_file):
        return None, f"{test.id} is asked after what hangs on it"
    if source.entry not in {None, target.entry} or (source.entry is not None and source.entry in {source, target}):
        return None, f"{test.id} is asked several times, elsewhere"
    if test.operator in {"filled", "empty"}:
        return {source.name: {"answered": test.operator == "filled"}}, ""
    condition = _compared(source.element, source.name, test)
    return condition, f"{test.id} cannot be compared in this way"


def _compared(element: Field, name: str, test: Comparison) -> Condition | None:
    if test.operator not in {"=", "<>"}:
        return _ordered(element, name, test)
    wanted = [_answer(element, code, called) for code, called in test.values]
    if not wanted or any(one is None for one in wanted):
        return None
    condition: Condition = {name: wanted[0] if len(wanted) == 1 else wanted}
    return condition if test.operator == "=" else {"not": condition}


def _answer(element: Field, code: str, called: str) -> Any:
    """What somebody must answer for a field to have this value; None where that cannot be."""
    if element.values:
        codes = [value.code for value in element.values]
        if code in codes:
            return code
        return next((value.code for value in element.values if not code and value.name == called), None)
    if element.type == "bool":
        said = {code.lower(), called.lower()} - {""}
        return True if said & TRUE and not said & FALSE else False if said & FALSE and not said & TRUE else None
    if element.type == "num_int" and element.kind == "input" and (code or called).lstrip("-").isascii():
        return int(code or called) if (code or called).lstrip("-").isdigit() else None
    return None


def _ordered(element: Field, name: str, test: Comparison) -> Condition | None:
    if element.values or element.type != "num_int" or element.kind != "input" or len(test.values) != 1:
        return None
    number = _answer(element, *test.values[0])
    if number is None:
        return None
    bound = {">=": ("at_least", 0), ">": ("at_least", 1), "<=": ("at_most", 0), "<": ("at_most", -1)}.get(test.operator)
    return {name: {bound[0]: number + bound[1]}} if bound else None


def _settle(place: Place, demand: _Demands, notes: Notes) -> None:
    """Make one condition of all demands on a place; no form can demand under a condition what it takes without."""
    if place.choice and (demand.shows or demand.hides):
        for _, (what, sentence) in [*demand.shows, *demand.hides, *demand.requires]:
            notes.miss(what, f"“{sentence}” (another rule speaks of {place.told} already)")
        return
    parts = []
    if demand.shows:
        shown = [condition for condition, _ in demand.shows]
        parts.append(shown[0] if all(one == shown[0] for one in shown) else {"any": shown})
    parts += [negated(condition) for condition, _ in demand.hides]
    visible = joint(parts)
    for condition, (what, sentence) in demand.requires:
        if not condition or condition == visible:
            place.is_required = True
        elif not place.is_required:
            notes.miss(what, f"“{sentence}” (a form cannot demand an answer under a condition and take it without)")
    for condition, (what, sentence) in demand.hides:
        if not condition:
            notes.miss(what, f"“{sentence}” (what may never be filled in has no place in a form)")
            return
    if visible:
        place.conditions.append(visible)
