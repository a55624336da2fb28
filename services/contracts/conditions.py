"""What of a form is asked for: conditions on earlier answers, and the days a date may lie between. Data, read alike everywhere.

Conditions look at answers as they were typed, right or wrong: whether a question is asked never hangs on what else is wrong.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta

Answers = Mapping[str, Any]
Entry = Mapping[str, Any]
Condition = Mapping[str, Any]
Scope = Mapping[str, Any]
"""Answers that can be compared, by name; for a repeated section the number of its entries."""

JOINED = ("all", "any", "not")
COMPARISONS = ("at_least", "at_most", "answered")
YEARS = range(1800, 2200)
LARGEST_NUMBER = 2**53
SPOKEN = {"yes": True, "no": False, "true": True, "false": False, "on": True, "off": False, "1": True, "0": False}
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,15}")
EUROS = re.compile(r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3}){1,12}|[0-9]{1,39})(?:[,.](?P<cents>[0-9]{1,2}))?(?: ?(?:€|EUR))?")
MOST_CENTS = 10**12 - 1
"""The largest amount in a form: 9.999.999.999,99 euros."""
GERMAN_DAY = re.compile(r"(?P<day>[0-9]{1,2})\s*[./]\s*(?P<month>[0-9]{1,2})\s*[./]\s*(?P<year>[0-9]{4})")
SHORT_YEAR = re.compile(r"[0-9]{1,2}\s*[./]\s*[0-9]{1,2}\s*[./]\s*[0-9]{1,3}")
ISO_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
DAY_RULE = re.compile(
    r"(?P<start>today|[0-9]{4}-[0-9]{2}-[0-9]{2}|[a-z][a-z0-9]*(?:_[a-z0-9]+)*)(?:(?P<sign>[+-])(?P<count>[0-9]{1,4})(?P<unit>[dmy]))?"
)
UNITS = {"d": "days", "m": "months", "y": "years"}


@dataclass(frozen=True)
class Asked:
    """The questions of a step, or of one entry of a repeated one: what is asked, what was answered, and what counts before it."""

    number: int | None
    fields: list[Entry]
    answers: Answers
    scope: Scope


@dataclass(frozen=True)
class Step:
    """A section that is asked for, at its place in the form, with its entries: one, unless it is repeated."""

    position: int
    section: Entry
    entries: list[Asked]


def fields_of(section: Entry) -> Sequence[Entry]:
    """The fields of a section, read from a file or off the wire."""
    found: Sequence[Entry] = section["fields_"] if "fields_" in section else section["fields"]
    return found


def steps(sections: Sequence[Entry], answers: Answers, today: date) -> list[Step]:
    """The sections and fields that these answers ask for, in order. A repeated section has at least its least entries."""
    scope: dict[str, Any] = {}
    found = []
    for position, section in enumerate(sections):
        if not holds(section.get("when"), scope, today):
            continue
        if section.get("repeated"):
            given = entries(section, answers)
            found.append(
                Step(position, section, [_asked(section, n, entry, dict(scope), today) for n, entry in enumerate(given)])
            )
            scope[section["name"]] = len(given)
        else:
            asked = _asked(section, None, answers, scope, today)
            found.append(Step(position, section, [asked]))
            scope = dict(asked.scope)
    return found


def places(sections: Sequence[Entry], given: Sequence[Entry], answers: Answers, today: date) -> list[Entry]:
    """Those of the given places for files that these answers ask for: as questions after all others."""
    last = {"fields": [{**place, "type": "file"} for place in given]}
    shown = {field["name"] for field in steps([*sections, last], answers, today)[-1].entries[0].fields}
    return [place for place in given if place["name"] in shown]


def entries(section: Entry, answers: Answers) -> list[Answers]:
    """What was answered in each entry of a repeated section; empty ones where there are fewer than the least."""
    given = answers.get(section["name"])
    found = [entry if isinstance(entry, Mapping) else {} for entry in given] if isinstance(given, list) else []
    return [*found, *({} for _ in range(section["repeated"]["least"] - len(found)))]


def _asked(section: Entry, number: int | None, answers: Answers, scope: Scope, today: date) -> Asked:
    known = dict(scope)
    shown = []
    for field in fields_of(section):
        if holds(field.get("when"), known, today):
            shown.append(field)
            known[field["name"]] = comparable(field["type"], answers.get(field["name"]))
    return Asked(number, shown, answers, known)


def holds(when: Condition | None, scope: Scope, today: date) -> bool:
    """Whether a condition is met. What is not answered makes every comparison false."""
    return when is None or all(_one(name, test, scope, today) for name, test in when.items())


def _one(name: str, test: Any, scope: Scope, today: date) -> bool:
    if name == "all":
        return all(holds(part, scope, today) for part in test)
    if name == "any":
        return any(holds(part, scope, today) for part in test)
    if name == "not":
        return not holds(test, scope, today)
    return _fits(scope.get(name), test, scope, today)


def _fits(value: Any, test: Any, scope: Scope, today: date) -> bool:
    if isinstance(test, Mapping):
        return all(_compares(value, name, bound, scope, today) for name, bound in test.items())
    if isinstance(test, list):
        return any(_is(value, one) for one in test)
    return _is(value, test)


def _compares(value: Any, comparison: str, bound: Any, scope: Scope, today: date) -> bool:
    if comparison == "answered":
        return bool((value not in (None, [])) == bound)
    limit = day_of(bound, scope, today) if isinstance(bound, str) else bound
    if value is None or limit is None:
        return False
    return bool(value >= limit if comparison == "at_least" else value <= limit)


def _is(value: Any, wanted: Any) -> bool:
    if isinstance(value, list):
        return wanted in value
    return isinstance(value, bool) == isinstance(wanted, bool) and value is not None and bool(value == wanted)


def names(when: Condition | None) -> Iterator[str]:
    """The questions that a condition looks at."""
    for name, test in (when or {}).items():
        if name == "not":
            yield from names(test)
        elif name in JOINED:
            for part in test:
                yield from names(part)
        else:
            yield name


def looked_at(question: Entry) -> set[str]:
    """The questions that a question or a section hangs on: in its condition, and in the bounds of its day."""
    bounds = (DAY_RULE.fullmatch(rule) for rule in (question.get("earliest"), question.get("latest")) if rule)
    return {*names(question.get("when")), *(match["start"] for match in bounds if match)}


def comparable(kind: str, value: Any) -> Any:
    """An answer as conditions compare it, by the type of its field; None where it is empty, or cannot be read."""
    if kind == "choices":
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else [value] if value else []
    if kind in ("yes_no", "consent"):
        return yes_or_no(value)
    if kind == "integer":
        return whole_number(value)
    if kind == "amount":
        return cents(value)
    if kind == "date":
        return day(value)
    return value.strip() or None if isinstance(value, str) else None


def yes_or_no(value: Any) -> bool | None:
    """Yes or no, also as a form of a page sends it; None for anything else."""
    if isinstance(value, str):
        return SPOKEN.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def whole_number(value: Any) -> int | None:
    """A whole number, also as typed in digits; None for anything else."""
    if isinstance(value, str) and WHOLE_NUMBER.fullmatch(value.strip()):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def cents(value: Any) -> int | None:
    """An amount in cents: a number is one already, a text is read as euros like `1.234,50`; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_NUMBER:
        return value
    match = EUROS.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    return int(match["whole"].replace(".", "")) * 100 + int((match["cents"] or "").ljust(2, "0"))


def day(value: Any) -> date | None:
    """A day of life as `2026-01-31` or `31.1.2026`; None for anything else."""
    if not isinstance(value, str):
        return None
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            found = datetime.strptime(value.strip(), form).date()  # noqa: DTZ007 - a date of life has no zone
        except ValueError:
            continue
        return found if found.year in YEARS else None
    return None


def no_day(value: Any) -> str:
    """What is wrong with something that `day` does not read, as a slug.

    The year is written too short (`1.1.20`) or none of our times (`1.1.2999`), or the calendar has no such day (`31.2.1990`);
    `date` for everything else.
    """
    text = value.strip() if isinstance(value, str) else ""
    if SHORT_YEAR.fullmatch(text):
        return "short_year"
    written = GERMAN_DAY.fullmatch(text) or ISO_DAY.fullmatch(text)
    if written is None:
        return "date"
    if int(written["year"]) not in YEARS:
        return "no_such_year"
    try:
        date(int(written["year"]), int(written["month"]), int(written["day"]))
    except ValueError:
        return "no_such_day"
    return "date"


def day_of(rule: str, scope: Scope, today: date) -> date | None:
    """The day that `today-18y`, `2020-01-01` or `moved_in+14d` means here; None while the field it names has none."""
    match = DAY_RULE.fullmatch(rule)
    if match is None:
        raise ValueError(rule)
    start = today if match["start"] == "today" else day(match["start"]) or scope.get(match["start"])
    if not isinstance(start, date):
        return None
    count = int(match["count"] or 0) * (-1 if match["sign"] == "-" else 1)
    try:
        return start if not count else start + relativedelta(**{UNITS[match["unit"]]: count})  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        return None
