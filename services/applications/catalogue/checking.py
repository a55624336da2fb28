"""What must be right within a form beyond the types of its keys; tells mistakes as marshmallow does, nested by place."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.applications.catalogue import addresses
from services.contracts import conditions, countries
from services.contracts.accounts.profile import CORE
from services.contracts.forms import LONGEST_KEY
from services.contracts.levels import LEVELS
from services.contracts.spellings import spelled

Entry = Mapping[str, Any]
Mistakes = dict[Any, Any]
Mistake = tuple[tuple[Any, ...], str]
"""A place within a condition, and what is wrong there."""

BOUNDED = ("integer", "amount", "text", "long_text", "name", "choices")
ORDERED = ("integer", "amount")
EQUAL = ("choice", "choices", "yes_no", "consent", "country", "nationality", *ORDERED)
LISTED = ("choice", "choices")
NOT_READ_ALIKE = re.compile(r"[\^$]|\(\?(?!:)|\\[A-Za-z0-9]|[*+?}][+]|\[\]")
"""What Python and browsers read differently, or what has no business in a pattern for a whole text."""
LONGEST_PATTERN = 200
"""Of a pattern and of its example."""
LONGEST_TEXT = 200
"""Of a text whose field has no `most`."""
MOST_WAYS = 10_000_000
UNIT = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]", re.DOTALL)
GROUP = re.compile(r"\((?P<inner>[^()]*)\)(?P<times>[*+?]|\{[^}]*\})?")
VARYING = re.compile(r"[*+?|]|\{\d*,")
QUANTITY = re.compile(r"[*+?|]|\{(?P<least>\d*)(?P<upto>,?)(?P<most>\d*)\}")


def of_identity(entry: Entry) -> str:
    """What is wrong with a service that wants the verified identity; empty where nothing is: then its form asks for all of it."""
    if not entry["verified_identity"]:
        return ""
    steps = [section for section in entry["sections"] if not section["repeated"] and section["when"] is None]
    asked = [field for section in steps for field in section["fields_"] if field["required"] and field["when"] is None]
    is_asked = set(CORE) <= {field["prefill"] for field in asked}
    return "" if is_asked and entry["level"] != LEVELS[0] else "identity_and_form"


def of_field(entry: Entry) -> Mistakes:
    """Choices belong to a choice, bounds to what can be counted, days to a date, a pattern to a text."""
    kind = entry["type"]
    answers = [choice["value"] for choice in entry["choices"]]
    found: Mistakes = {}
    if (kind in LISTED) != bool(answers):
        found["choices"] = ["choices_and_type"]
    if len(set(answers)) < len(answers):
        found["choices"] = ["choice_twice"]
    for bound in ("least", "most"):
        if entry[bound] is not None and kind not in BOUNDED:
            found[bound] = ["bound_and_type"]
    if entry["is_past"] and kind != "date":
        found["is_past"] = ["is_past_and_type"]
    for bound in ("earliest", "latest"):
        if entry[bound] is not None and kind != "date":
            found[bound] = ["day_and_type"]
        if entry.get(f"{bound}_message") and entry[bound] is None:
            found[f"{bound}_message"] = ["bound_missing"]
    if kind == "consent" and not entry["required"]:
        found["required"] = ["consent_is_required"]
    return found | _address(entry) | _pattern(entry)


def _address(entry: Entry) -> Mistakes:
    """What is there for addresses only, and how they are called."""
    is_address, name = addresses.is_address(entry), entry["name"]
    found: Mistakes = {}
    if entry["abroad"] and not is_address:
        found["abroad"] = ["address_and_type"]
    if entry["prefill"] is not None and (entry["prefill"] == addresses.FROM_PROFILE) != is_address:
        found["prefill"] = ["address_and_type"]
    if is_address and f"_{name}".removesuffix("_address") == f"_{name}":
        found["name"] = ["address_name"]
    elif any(len(part["name"]) > LONGEST_KEY for part in addresses.opened(entry)):
        found["name"] = ["too_long"]
    return found


def _pattern(entry: Entry) -> Mistakes:
    pattern, example = entry["pattern"], entry["example"]
    if pattern is None:
        return {name: ["pattern_missing"] for name in ("pattern_message", "spelling") if entry.get(name)}
    if entry["type"] != "text":
        return {"pattern": ["pattern_and_type"]}
    if too_long := [name for name in ("pattern", "example") if len(entry[name] or "") > LONGEST_PATTERN]:
        return {name: ["too_long"] for name in too_long}
    if NOT_READ_ALIKE.search(pattern) or takes_for_ever(pattern, entry["most"] or LONGEST_TEXT):
        return {"pattern": ["pattern"]}
    try:
        spelling = entry.get("spelling")
        fits = re.fullmatch(pattern, spelled(spelling, example or "") if spelling else example or "") is not None
    except (re.error, OverflowError):
        return {"pattern": ["pattern"]}
    found: Mistakes = {} if entry["pattern_message"] else {"pattern_message": ["required"]}
    return found if fits and example else {**found, "example": ["does_not_match"]}


def takes_for_ever(pattern: str, longest: int) -> bool:
    """Whether so many signs could be tried in too many ways before it is clear that they do not fit the pattern.

    Every repetition is tried with every number of times; what varies within a repetition multiplies with each of them.
    """
    plain = UNIT.sub("x", pattern.replace("(?:", "("))
    ways = 1
    for quantity in QUANTITY.finditer(plain):
        ways *= _ways(quantity, longest)
    while group := GROUP.search(plain):
        varies, times = VARYING.search(group["inner"]) is not None, group["times"] or ""
        if varies and times not in ("", "?"):
            return True
        plain = plain[: group.start()] + ("x*" if varies else f"x{times}") + plain[group.end() :]
    return ways > MOST_WAYS


def _ways(quantity: re.Match[str], longest: int) -> int:
    if quantity[0] in "?|":
        return 2
    if quantity[0] in "*+":
        return longest
    if not quantity["upto"]:
        return 1
    return max(1, min(int(quantity["most"] or longest), longest) - int(quantity["least"] or 0) + 1)


def of_section(entry: Entry) -> Mistakes:
    """A repeated section has a name, sensible bounds, and in every entry something that is always answered."""
    if not entry["repeated"]:
        return {}
    found: Mistakes = {}
    if not entry["name"]:
        found["name"] = ["required"]
    if entry["repeated"]["least"] > entry["repeated"]["most"]:
        found["repeated"] = {"least": ["entries"]}
    if not any(field["required"] and not field["when"] for field in entry["fields_"]):
        found["fields"] = ["nothing_required"]
    return found


def of_form(sections: Sequence[Entry]) -> Mistakes:
    """Conditions and days name earlier questions and possible answers; by number of the section."""
    found: Mistakes = {}
    known: dict[str, Entry] = {}
    for number, section in enumerate(sections):
        wrong = _nested(_condition(section["when"], known))
        inner = dict(known)
        for place, field in enumerate(section["fields_"]):
            told = _nested(_condition(field["when"], inner)) | _days(field, inner)
            if told:
                wrong.setdefault("fields", {})[place] = told
            inner |= {part["name"]: part for part in addresses.opened(field)}
        known = {**known, section["name"]: {"type": "entries"}} if section["repeated"] else inner
        if wrong:
            found[number] = wrong
    return found


def of_attachments(sections: Sequence[Entry], places: Sequence[Entry]) -> Mistakes:
    """Conditions of places for files name questions of the form; by number of the place."""
    asked = {"when": None, "repeated": None, "fields_": [{**place, "type": "file"} for place in places]}
    found: Mistakes = of_form([*sections, asked]).get(len(sections), {}).get("fields", {})
    return found


def of_fees(sections: Sequence[Entry], fees: Sequence[Entry]) -> Mistakes:
    """Fees count what can be counted, and no day has two; by number of the fee."""
    counted = counted_by(sections)
    days = [fee["valid_from"] for fee in fees]
    found: Mistakes = {}
    for number, fee in enumerate(fees):
        if fee["pieces_field"] is not None and fee["pieces_field"] not in counted:
            found[number] = {"pieces_field": ["choice"]}
        elif days.index(fee["valid_from"]) < number:
            found[number] = {"valid_from": ["day_twice"]}
    return found


def counted_by(sections: Sequence[Entry]) -> dict[str, Any]:
    """What a fee can count, with its label by name: whole numbers, and the entries of repeated sections."""
    found: dict[str, Any] = {}
    for section in sections:
        if section.get("repeated"):
            found[section["name"]] = section["title"]
        else:
            found |= {entry["name"]: entry["label"] for entry in section["fields_"] if entry["type"] == "integer"}
    return found


def _nested(told: Iterable[Mistake]) -> Mistakes:
    """Mistakes in a condition by their path, as marshmallow nests them."""
    found: Mistakes = {}
    for path, slug in told:
        node = found
        *way, last = ("when", *path)
        for key in way:
            node = node.setdefault(key, {})
        node.setdefault(last, []).append(slug)
    return found


def _days(field: Entry, known: Mapping[str, Entry]) -> Mistakes:
    return {
        bound: [slug]
        for bound in ("earliest", "latest")
        if field["type"] == "date" and field[bound] is not None and (slug := _day(field[bound], known))
    }


def _day(rule: Any, known: Mapping[str, Entry]) -> str:
    match = conditions.DAY_RULE.fullmatch(rule) if isinstance(rule, str) else None
    if match is None:
        return "day"
    start = match["start"]
    if start == "today":
        return ""
    if start[0].isdigit():
        return "" if conditions.day(start) else "day"
    return "" if known.get(start, {}).get("type") == "date" else f"no_earlier_date:{start}"


def _condition(when: Any, known: Mapping[str, Entry]) -> Iterator[Mistake]:
    """Every mistake in a condition, with its place in it."""
    if when is None:
        return
    if not isinstance(when, Mapping) or not when:
        yield (), "condition"
        return
    for name, test in when.items():
        if name == "not":
            found = list(_condition(test or {}, known))
        elif name in ("all", "any"):
            found = list(_several(test, known))
        elif name not in known:
            found = [((), f"no_earlier_field:{name}")]
        else:
            found = [((), slug) for slug in _test(known[name], test, known)]
        yield from (((name, *path), slug) for path, slug in found)


def _several(test: Any, known: Mapping[str, Entry]) -> Iterator[Mistake]:
    if not isinstance(test, list) or not test:
        yield (), "condition"
        return
    for number, part in enumerate(test):
        yield from (((number, *path), slug) for path, slug in _condition(part or {}, known))


def _test(field: Entry, test: Any, known: Mapping[str, Entry]) -> Iterator[str]:
    """What is wrong with what a condition wants of one question."""
    if isinstance(test, Mapping):
        if not test:
            yield "condition"
        for comparison, bound in test.items():
            yield from _comparison(field["type"], comparison, bound, known)
        return
    wanted = test if isinstance(test, list) else [test]
    if field["type"] not in EQUAL or not wanted:
        yield "condition_and_type"
        return
    for value in wanted:
        if not _is_possible(field, value):
            yield f"impossible_answer:{value}".replace(" ", "_")


def _comparison(kind: str, comparison: str, bound: Any, known: Mapping[str, Entry]) -> Iterator[str]:
    if comparison == "answered":
        if not isinstance(bound, bool):
            yield "yes_no"
    elif comparison not in conditions.COMPARISONS:
        yield f"unknown_comparison:{comparison}".replace(" ", "_")
    elif kind == "date":
        if slug := _day(bound, known):
            yield slug
    elif kind not in (*ORDERED, "entries"):
        yield "condition_and_type"
    elif not isinstance(bound, int) or isinstance(bound, bool):
        yield "integer"


def _is_possible(field: Entry, value: Any) -> bool:
    kind = field["type"]
    if kind in ("yes_no", "consent"):
        return isinstance(value, bool)
    if kind in ORDERED:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind in LISTED:
        return value in [choice["value"] for choice in field["choices"]]
    return isinstance(value, str) and value in countries.listed(kind)
