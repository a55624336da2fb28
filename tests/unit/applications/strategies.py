"""Forms and answers by chance: any form a file could define, and answers that a citizen could give to it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from services.applications import attachments, forms
from services.applications.catalogue import Service, addresses
from services.contracts import conditions, countries
from services.contracts.forms import FIELD_TYPES
from tests import answers as patient

TEXT = {"de": "Text", "en": "text"}
WORDS = st.sampled_from(["Straße", "Łódź", "5 €", "Nr. 7/8", "a", "Đặng & Söhne"])
IBANS = ("DE89370400440532013000", "GB33BUKB20201555555555", "FR1420041010050500013M02606", "NL91ABNA0417164300")
"""Examples of the registry of IBANs (SWIFT)."""


def answer(field: Mapping[str, Any], asked: conditions.Asked) -> st.SearchStrategy[Any]:
    """Valid answers to one field, in the light of those before it."""
    kind = field["type"]
    if kind in ("choice", "choices"):
        values = st.sampled_from([choice["value"] for choice in field["choices"]])
        least = field.get("least") or 1
        return values if kind == "choice" else st.lists(values, min_size=least, max_size=field.get("most"), unique=True)
    if kind in ("integer", "amount"):
        least = 0 if field.get("least") is None else field["least"]
        return st.integers(least, least + 20 if field.get("most") is None else field["most"])
    if kind == "date":
        return st.dates(*patient.bounds(field, asked)).map(date.isoformat)
    if kind in ("country", "nationality"):
        return st.sampled_from(sorted(countries.listed(kind)))
    if kind in ("text", "long_text", "name"):
        return st.just(patient.answer(field, asked)) if kind == "name" or field.get("pattern") else _words(field)
    return {"yes_no": st.booleans(), "iban": st.sampled_from(IBANS)}.get(kind, st.just(patient.answer(field, asked)))


def _words(field: Mapping[str, Any]) -> st.SearchStrategy[str]:
    least, most = field.get("least") or 1, field.get("most") or 200
    return WORDS.map(lambda words: words.ljust(least, "x")[:most].strip().ljust(least, "x"))


@st.composite
def answers(draw: st.DrawFn, sections: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Complete answers: all required ones, and some of the others; only what is asked for."""
    found: dict[str, Any] = {}
    for section in sections:
        if section.get("repeated"):
            number = draw(
                st.integers(section["repeated"]["least"], min(section["repeated"]["most"], section["repeated"]["least"] + 2))
            )
            found[section["name"]] = [{} for _ in range(number)]
    seen: set[Any] = set()
    while following := _next(sections, found, seen):
        section, asked, field = following
        seen.add((asked.number, field["name"]))
        target = found if asked.number is None else found[section["name"]][asked.number]
        if field["required"] or draw(_is_answered(asked, field, target)):
            target[field["name"]] = draw(answer(field, asked))
    return found


def _is_answered(asked: conditions.Asked, field: Mapping[str, Any], target: Mapping[str, Any]) -> st.SearchStrategy[bool]:
    """An address is empty or whole; only its country may be missing."""
    whole = field.get("part_of")
    if not whole or whole["part"] == "country":
        return st.booleans()
    before = [one for one in asked.fields if (one.get("part_of") or {}).get("name") == whole["name"]]
    before = before[: [one["name"] for one in before].index(field["name"])]
    if any(one["name"] in target for one in before):
        return st.just(True)
    return st.just(False) if any(one["part_of"]["part"] != "country" for one in before) else st.booleans()


def _steps(sections: Sequence[Mapping[str, Any]], found: Mapping[str, Any]) -> list[conditions.Step]:
    return conditions.steps(sections, found, patient.today())


def _next(sections: Sequence[Mapping[str, Any]], found: Mapping[str, Any], seen: set[Any]) -> Any:
    return next(
        (
            (step.section, asked, field)
            for step in _steps(sections, found)
            for asked in step.entries
            for field in asked.fields
            if (asked.number, field["name"]) not in seen
        ),
        None,
    )


@st.composite
def services(draw: st.DrawFn) -> Service:
    """A service with a form of a few steps, some of them repeated, most of them with conditions."""
    sections: list[dict[str, Any]] = []
    known: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 4))):
        name = f"step_{number}"
        when = draw(_maybe(known))
        inner = list(known)
        is_repeated = draw(st.booleans())
        fields: list[dict[str, Any]] = draw(_field(f"{name}_0", inner))
        if is_repeated:
            fields[0] |= {"required": True, "when": None}
        inner += fields
        for place in range(1, draw(st.integers(1, 4))):
            asked = draw(st.one_of(_field(f"{name}_{place}", inner), _address(f"{name}_{place}_address", inner)))
            fields += asked
            inner += asked
        repeated = {"least": draw(st.integers(0, 2)), "most": 3, "entry": TEXT} if is_repeated else None
        sections.append({"name": name, "title": TEXT, "help": None, "when": when, "repeated": repeated, "fields_": fields})
        known = [*known, {"name": name, "type": "entries"}] if is_repeated else inner
    places = [
        {"name": f"place_{n}", "required": draw(st.booleans()), "when": draw(_maybe(known)), "most": 1, "kinds": ["pdf"]}
        for n in range(draw(st.integers(0, 2)))
    ]
    return Service("one", "0" * 14, TEXT, TEXT, TEXT, [], "low", "post", "", 10, sections, attachments=places)


@st.composite
def _address(draw: st.DrawFn, name: str, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    common: dict[str, Any] = {
        "label": TEXT,
        "help": None,
        "least": None,
        "most": None,
        "choices": [],
        "is_past": False,
        "prefill": None,
    }
    told = {"required": draw(st.booleans()), "when": draw(_maybe(known)), "abroad": draw(st.booleans())}
    return addresses.opened({"name": name, "type": "address", **common, **told})


@st.composite
def _field(draw: st.DrawFn, name: str, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kind = draw(st.sampled_from(FIELD_TYPES))
    choices = [{"value": value, "label": TEXT} for value in ("a", "b", "c")] if kind in ("choice", "choices") else []
    field = {
        "name": name, "type": kind, "label": TEXT, "help": None, "least": None, "most": None, "choices": choices,
        "is_past": False, "required": kind == "consent" or draw(st.booleans()), "when": draw(_maybe(known)),
    }  # fmt: skip
    dates = [entry["name"] for entry in known if entry["type"] == "date"]
    if kind == "date":
        field["earliest"] = draw(st.sampled_from([None, "today-18y", "1900-01-31", *dates]))
    return [field]


def _maybe(known: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any] | None]:
    return st.none() | conditions_on(known) if known else st.none()


def conditions_on(known: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Conditions on these questions."""
    one = st.sampled_from(known).flatmap(_on)
    return st.recursive(
        one,
        lambda inner: st.one_of(
            st.fixed_dictionaries({"not": inner}),
            st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=2)}),
            st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=2)}),
        ),
        max_leaves=3,
    )


def _on(field: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    tests: list[st.SearchStrategy[Any]] = [st.fixed_dictionaries({"answered": st.booleans()})]
    kind = field["type"]
    if kind in ("choice", "choices"):
        tests += [st.sampled_from("abc"), st.lists(st.sampled_from("abc"), min_size=1, max_size=2)]
    elif kind in ("yes_no", "consent"):
        tests += [st.booleans()]
    elif kind in ("integer", "amount", "entries"):
        tests += [st.fixed_dictionaries({comparison: st.integers(0, 3)}) for comparison in ("at_least", "at_most")]
    elif kind == "date":
        days = st.sampled_from(["today", "today-18y", "2020-02-29"])
        tests += [st.fixed_dictionaries({comparison: days}) for comparison in ("at_least", "at_most")]
    elif kind in ("country", "nationality"):
        tests += [st.just(["DE", "AT"])]
    return st.one_of(tests).map(lambda test: {field["name"]: test})


def shown(service: Service, answers: Mapping[str, Any]) -> set[str]:
    """The places of the questions, and of the files, that are asked for."""
    questions = {
        name if asked.number is None else f"{step.section['name']}.{asked.number}.{name}"
        for step in conditions.steps(service.sections, answers, forms.today())
        for asked in step.entries
        for name in (asked_field["name"] for asked_field in asked.fields)
    }
    return questions | {f"attachments.{place['name']}" for place in attachments.asked(service, answers)}


def check_nothing_hidden_is_required(service: Service, answers: dict[str, Any]) -> None:
    """What is missing is asked for."""
    missing = {place for place, slugs in forms.errors(service, answers).items() if slugs == ["required"]}
    assert missing | set(attachments.errors(service, answers, [])) <= shown(service, answers)


def anything(service: Service) -> st.SearchStrategy[dict[str, Any]]:
    """Answers right and wrong to any of the fields, asked for or not."""
    odd = st.one_of(
        st.none(), st.booleans(), st.integers(-1, 4), st.text(max_size=3), WORDS,
        st.sampled_from(["a", "c", "yes", "3", "1,50", "DE", "2020-02-29", "31.12.2005", IBANS[0]]),
        st.lists(st.sampled_from("abcd"), max_size=2),
        st.dates(date(1990, 1, 1), date(2030, 1, 1) + timedelta(days=1)).map(date.isoformat),
    )  # fmt: skip
    return st.fixed_dictionaries(
        {},
        optional={
            **{field["name"]: odd for section in service.sections if not section["repeated"] for field in section["fields_"]},
            **{
                section["name"]: st.lists(
                    st.fixed_dictionaries({}, optional={field["name"]: odd for field in section["fields_"]}), max_size=4
                )
                for section in service.sections
                if section["repeated"]
            },
        },
    )
