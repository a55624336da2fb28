"""The rules of forms in the browser say what the rules of the server say: both are given the same answers."""

import json
import shutil
import subprocess
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import gateway
from gateway.pages import form_views
from gateway.pages.language import speech
from services.applications import catalogue, forms
from services.applications.catalogue import Service, addresses
from services.chassis import clock
from services.contracts import conditions
from services.contracts import forms as contract
from services.contracts.registry import dump
from tests.fakes.form import everything
from tests.unit.applications import strategies
from tests.unit.applications.portal import NOW

RULES = Path(gateway.__file__).parent / "static" / "form-rules.js"
TODAY = date(2026, 9, 1)
SAMPLES: dict[str, list[Any]] = {
    "text": ["", "  ", "Straße", "a\nb", "x" * 201, "x" * 200, "\u202e", "😀", "M̂", "5 €", "\x07", "a\tb", "Пекарня",
             "EL AB 123", "el-ab 123", "el-ab123", "El – a.7 h", "MÖ-A 1e", "ELAB 123", "EL-AB 0123", "ß-A 1",
             "276 098 100 000 001", " 276.098-100/000001", "2760981000000011", "276\n098100000001", "276\u00a0098 100 000 001"],
    "long_text": ["a\r\nb", "x" * 2001, "漢字", " so "],
    "name": ["Erika", "R2D2", "Øæþ", "-", "N. N.", "M̂aïa", "Эрика", "x" * 101, "a@b", "D’Artagnan"],
    "date": ["31.2.2024", "1.9.2026", "2.9.2026", "2026-08-31", "29.02.2024", "1799-12-31", "gestern", "1.13.2020", "31.12.2199",
             "31.02.1990", "2024-13-01", "0.1.2020", "31.2.1799", "29.2.2023", "31.6.2020 ", "31. 6. 2020",
             "1.1.2999", "01.01.20", "1/1/5", "1.1."],
    "integer": ["3", " 7 ", "0", "10", "-1", "1,5", "1e3", "٣", "1.0", "9" * 16],
    "amount": ["12,50", "1.234,50", "12.5", "1,234.50", "12,505", "0,99", "1.001,00", "12 €", "-1", "1.23.4", "99999999999",
               "9.999.999.999,99", "9999999999,99", "10.000.000.000", "10000000000", "999.999.999.999,99", "999999999999",
               "9" * 39, "9" * 40],
    "yes_no": ["yes", "no", "maybe"],
    "consent": ["yes", "no"],
    "email": ["erika@example.org", "erika@", "a b@example.org", "ü@example.org", "x@localhost", "e@exämple.org", "@b.de", "a@b",
              "😀@example.org", "x" * 250 + "@example.org", "a@[127.0.0.1]", '"a b"@example.org', "a..b@example.org"],
    "phone": ["05952 12345", "05952.12345", "12", "+49 (0) 40 66969-210", "+-()", "0" * 31, "call me"],
    "postal_code": ["49751", "4975", "00999", "01000", "99999", "４９７５１", "99998"],
    "iban": ["DE89 3704 0044 0532 0130 00", "DE89370400440532013001", "gb33bukb20201555555555", "XX00", "DE8937040044053201300",
             *strategies.IBANS, "FR1420041010050500013M02607", "5012345678"],
    "choices": [["a"], ["a", "b"], ["a", "b", "c"], []],
    "choice": ["a", ""],
    "country": ["DE", ""],
    "nationality": ["XXA", ""],
}  # fmt: skip
BOUNDS: dict[str, list[dict[str, Any]]] = {
    "text": [{}, {"least": 3, "most": 5}, {"pattern": "[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [0-9]{1,4}"},
             {"pattern": "[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [1-9][0-9]{0,3}[EH]?", "spelling": "plate", "most": 12},
             {"pattern": "[0-9]{15}", "spelling": "compact", "most": 15}],
    "date": [{}, {"is_past": True}, {"earliest": "today"}, {"latest": "today-18y"}, {"earliest": "2024-02-29+1y"},
             {"earliest": "today+6m", "latest": "today+400d"}],
    "integer": [{}, {"least": 1, "most": 9}],
    "amount": [{}, {"least": 100, "most": 100000}],
    "choices": [{}, {"least": 2, "most": 2}],
}  # fmt: skip

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="the browser's rules are run by node")


def in_the_browser(script: str, told: Any, tmp_path: Path, rules: str = "") -> Any:
    """What a script makes of `told` with the rules at hand."""
    module = tmp_path / "rules.mjs"
    module.write_text(
        (rules or RULES.read_text(encoding="utf-8"))
        + "\nimport { readFileSync } from 'node:fs';\nconst told = JSON.parse(readFileSync(0, 'utf8'));\n"
        + f"process.stdout.write(JSON.stringify({script}));",
        encoding="utf-8",
    )
    done = subprocess.run(["node", str(module)], input=json.dumps(told), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def field(kind: str, **more: Any) -> dict[str, Any]:
    listed = [{"value": value, "label": strategies.TEXT} for value in "abc"] if kind in ("choice", "choices") else []
    common = {"name": "it", "label": strategies.TEXT, "help": None, "required": False, "least": None, "most": None}
    return {**common, "choices": listed, "is_past": False, "when": None, "type": kind, **more}


def on_the_server(it: dict[str, Any], value: Any) -> str:
    section = {"name": None, "title": strategies.TEXT, "when": None, "repeated": None, "fields_": [it]}
    service = Service("one", "0" * 14, strategies.TEXT, strategies.TEXT, strategies.TEXT, [], "low", "post", "", 10, [section])
    with clock.fixed(NOW):
        return forms.errors(service, {"it": value}).get("it", [""])[0]


def test_every_type_is_tried():
    assert set(SAMPLES) == set(contract.FIELD_TYPES)


def test_both_sides_say_the_same_of_every_answer(tmp_path: Path):
    cases = [
        (field(kind, required=is_required, **bounds), value)
        for kind, values in SAMPLES.items()
        for bounds in BOUNDS.get(kind, [{}])
        for value in values
        for is_required in (False, True)
    ]
    talk = speech("de")
    told = {
        "today": TODAY.isoformat(),
        "letters": form_views.letters([{"fields": [field(kind) for kind in contract.FIELD_TYPES]}]),
        "cases": [[form_views.rules(talk, it), value] for it, value in cases],
    }
    said = in_the_browser("told.cases.map(([rules, value]) => check(rules, value, {}, told.today, told.letters))", told, tmp_path)
    expected = [on_the_server(it, value) for it, value in cases]
    differing = [(it["type"], value, browser, server) for (it, value), browser, server in zip(cases, said, expected, strict=True)
                 if browser != server]  # fmt: skip
    assert differing == []
    assert len(set(expected)) > 25, "mistakes of every kind"
    for (it, _), slug in zip(cases, expected, strict=True):
        assert not slug or slug in form_views.rules(talk, it)["words"] or it["type"] in ("choice", "country", "nationality")


def test_a_rule_that_differs_would_be_found(tmp_path: Path):
    """The control: a browser that reckons the check digits of an IBAN by 96."""
    rules = RULES.read_text(encoding="utf-8").replace("% 97", "% 96")
    told = {"rules": {"type": "iban"}, "letters": {"iban": form_views.ibans()}}
    said = in_the_browser("check(told.rules, 'DE89370400440532013000', {}, '2026-09-01', told.letters)", told, tmp_path, rules)
    assert said != on_the_server(field("iban"), "DE89370400440532013000")


def by_the_server(service: Service, answers: dict[str, Any]) -> list[bool]:
    section = service.sections[0]
    steps = conditions.steps(service.sections, answers, TODAY)
    shown = {entry["name"] for step in steps for asked in step.entries for entry in asked.fields}
    return [entry["name"] in shown for entry in section["fields_"]]


@st.composite
def one_step(draw: st.DrawFn) -> tuple[Service, dict[str, Any]]:
    service = draw(strategies.services())
    fields = [entry for section in service.sections if not section["repeated"] for entry in section["fields_"]]
    counted = {section["name"] for section in service.sections if section["repeated"]}
    kept = [entry for entry in fields if not set(conditions.names(entry["when"])) & counted]
    names = {entry["name"] for entry in kept}
    kept = [entry for entry in kept if set(conditions.names(entry["when"])) <= names]
    section = {"name": None, "title": strategies.TEXT, "when": None, "repeated": None, "fields_": kept}
    one = Service("one", "0" * 14, strategies.TEXT, strategies.TEXT, strategies.TEXT, [], "low", "post", "", 10, [section])
    return one, draw(strategies.anything(one))


def test_both_sides_ask_the_same_questions(tmp_path: Path):
    """Many forms and answers by chance, and one run of node."""
    tried: list[tuple[Service, dict[str, Any]]] = []

    @settings(max_examples=120, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(one_step())
    def collect(drawn: tuple[Service, dict[str, Any]]) -> None:
        tried.append(drawn)

    collect()
    told = {
        "today": TODAY.isoformat(),
        "cases": [[[{k: entry[k] for k in ("name", "type", "when")} for entry in service.sections[0]["fields_"]], answers]
                  for service, answers in tried],
    }  # fmt: skip
    said = in_the_browser("told.cases.map(([f, a]) => asked(f, a, {}, told.today).map((one) => one.isAsked))", told, tmp_path)
    expected = [by_the_server(service, answers) for service, answers in tried]
    assert said == expected
    assert any(False in asked for asked in expected)


def test_both_sides_find_the_same_parts_of_an_address_missing(tmp_path: Path):
    common: dict[str, Any] = {
        "label": strategies.TEXT,
        "help": None,
        "when": None,
        "prefill": None,
        "choices": [],
        "is_past": False,
    }
    entry = {"name": "home_address", "type": "address", "least": None, "most": None, **common}
    fields = [{**field("text"), "name": "before"}]
    cases = []
    for is_required, abroad in product((False, True), (False, True)):
        parts = addresses.opened({**entry, "required": is_required, "abroad": abroad})
        names = [part["name"] for part in parts]
        for given_ in product(("", " ", "x"), repeat=2):
            for country in ("", "DE", "NL"):
                answers = {"home_country": country, **dict(zip(names[-3:-1], given_, strict=True)), "before": "x"}
                cases.append(([*fields, *parts], {name: text for name, text in answers.items() if name in (*names, "before")}))
    talk = speech("de")
    told = {
        "today": TODAY.isoformat(),
        "cases": [[[form_views.rules(talk, dump(contract.Field, one)) for one in listed], answers] for listed, answers in cases],
    }
    script = "told.cases.map(([f, a]) => asked(f, a, {}, told.today).flatMap((one, n) => one.isMissing ? [f[n].name] : []))"
    expected = [missing_on_the_server(listed, answers) for listed, answers in cases]
    assert in_the_browser(script, told, tmp_path) == expected
    assert {len(names) for names in expected} >= {0, 1, 3}


def missing_on_the_server(fields: list[dict[str, Any]], answers: dict[str, Any]) -> list[str]:
    section = {"name": None, "title": strategies.TEXT, "when": None, "repeated": None, "fields_": fields}
    service = Service("one", "0" * 14, strategies.TEXT, strategies.TEXT, strategies.TEXT, [], "low", "post", "", 10, [section])
    with clock.fixed(NOW):
        found = forms.errors(service, answers)
    return [one["name"] for one in fields if found.get(one["name"]) == ["address_incomplete"]]


@pytest.mark.parametrize("rule", ["today", "today-18y", "today+6m", "today-400d", "2024-02-29+1y", "2024-01-31+1m",
                                  "2024-02-29-96m", "it+14d", "it-1y", "gone+1d", "1900-02-28+1d", "2000-12-31+1d"])  # fmt: skip
def test_both_sides_reckon_the_same_days(rule: str, tmp_path: Path):
    said = in_the_browser("dayRule(told, {it: '2024-02-29'}, '2026-09-01')", rule, tmp_path)
    found = conditions.day_of(rule, {"it": date(2024, 2, 29)}, TODAY)
    assert said == (found.isoformat() if found else None)


def test_the_rules_of_every_form_fit_into_its_pages():
    talk = speech("de")
    for service in (*catalogue.services().values(), everything()):
        for section in service.sections:
            wire = dump(contract.Section, section)
            assert all(len(json.dumps(form_views.rules(talk, entry))) < 3000 for entry in wire["fields"])
