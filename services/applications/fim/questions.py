"""One field of FIM as a question of a form: its type, its bounds, its choices, its words."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from services.applications.fim import patterns
from services.applications.fim.elements import Field, Limits
from services.applications.fim.notes import Notes

LINE = 200
"""Characters the catalogue's `text` takes where it is not told otherwise."""
LONGEST_LINE = 300
LONGEST_NUMBER = 9
"""Digits of a length; more are a mistake."""
LONGEST = 5000
LARGEST = 2**53
PLAIN = {
    "text": "text",
    "text_latin": "text",
    "date": "date",
    "time": "text",
    "datetime": "text",
    "bool": "yes_no",
    "num": "text",
    "num_int": "integer",
    "num_currency": "amount",
}
WRITTEN = {
    "time": ("(?:[01][0-9]|2[0-3]):[0-5][0-9]", "14:30"),
    "datetime": (r"[0-3][0-9]\.[01][0-9]\.[0-9]{4} (?:[01][0-9]|2[0-3]):[0-5][0-9]", "31.01.2026 14:30"),
    "num": ("-?[0-9]{1,15}(?:,[0-9]{1,10})?", "12,5"),
}
LENGTHS = ("least_length", "most_length")
VALUES = ("least", "most")
HOUSE_LISTS = {
    "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staat": "country",
    "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staatsangehoerigkeit": "nationality",
}

Text = dict[str, str]


@dataclass(slots=True)
class Question:
    """An entry of the service file, the comments above it, what the group around it and what it itself is called in FIM."""

    entry: dict[str, Any]
    comments: list[str] = field(default_factory=list)
    around: str = ""
    called: str = ""


def both(text: str) -> Text:
    """A German text where both languages are asked for; the file says that it is not translated."""
    return {"de": text, "en": text}


def is_asked(element: Field, notes: Notes) -> bool:
    """Whether a field becomes a question. Static text becomes help, a file an attachment, and what becomes nothing is noted."""
    if element.count.most == 0:
        notes.miss(element.told, "stands there 0:0 times and is not asked.")
    elif element.kind == "hidden":
        notes.miss(element.told, f"is a hidden field{_said(element.content)}; a form has none, so it is not asked.")
    elif element.is_file:
        return False
    elif element.kind in {"input", "select"} and element.type == "obj":
        notes.miss(element.told, "is a free object (obj); no field of a form holds one, so it is not asked.")
    else:
        return element.kind in {"input", "select"}
    return False


def question(element: Field, name: str, notes: Notes) -> Question:
    """The question for a field. Whether it is required and under which condition is told by its place."""
    entry: dict[str, Any] = {"name": name, "type": PLAIN[element.type], "label": both(element.label)}
    helps = [element.help, *_value_helps(element)]
    if any(helps):
        entry["help"] = both(" ".join(filter(None, helps)))
    entry["required"] = True
    if element.values:
        _choices(element, entry, notes)
    else:
        _no_list(element, notes)
        if element.kind == "select" and entry["type"] not in {"yes_no", "date"}:
            entry["type"] = "text"
            _text(element, entry, notes)
        else:
            _bounds(element, entry, notes)
    if element.limits.note:
        notes.miss(element.told, f"its Präzisierung says “{element.limits.note}”.")
    if element.file_rules:
        notes.miss(element.told, f"is no file, so what it says of files ({element.file_rules}) has no meaning.")
    if element.columns and not element.values:
        notes.miss(element.told, f"names columns of a code list that is not in the schema: {element.columns}.")
    if element.content:
        notes.miss(element.told, f"is filled in already{_said(element.content)}; forms begin empty.")
    if element.prefill not in {"", "keine"}:
        notes.miss(element.told, f"is to be prefilled ({element.prefill}); write `prefill` where the account knows it.")
    return Question(entry)


def _said(content: str) -> str:
    return f" with “{content}”" if content else ""


def _value_helps(element: Field) -> list[str]:
    return [f"{value.name}: {value.help}" for value in element.values or () if value.help]


def _choices(element: Field, entry: dict[str, Any], notes: Notes) -> None:
    entry["type"] = "choice"
    seen: dict[str, str] = {}
    for value in element.values or ():
        if value.code in seen:
            notes.miss(element.told, f"its code list has “{value.code}” twice; the first one is taken.")
        seen.setdefault(value.code, value.name)
    entry["choices"] = [{"value": code, "label": both(name)} for code, name in seen.items()]
    if element.kind != "select":
        notes.change(element.told, "is an input with a code list; the form lets choose from it.")
    if _told(element.limits):
        notes.miss(element.told, f"its Präzisierung ({_told(element.limits)}) has no meaning for a choice.")


def _no_list(element: Field, notes: Notes) -> None:
    if element.kind != "select" or element.type == "bool":
        return
    if not element.list_name:
        notes.miss(element.told, "is to be chosen from a list, but the schema has no code list for it; it is asked as text.")
        return
    better = next((kind for urn, kind in HOUSE_LISTS.items() if element.list_name.startswith(urn)), "")
    hint = f" `type: {better}` asks with the list of the house, in ISO codes." if better else ""
    told = f"its code list {element.list_name} is only referred to and not in the schema; it is asked as text.{hint}"
    notes.miss(element.told, told)


def _told(limits: Limits, *which: str) -> str:
    """The limits as the standard calls them."""
    names = {
        "least_length": "minLength",
        "most_length": "maxLength",
        "least": "minValue",
        "most": "maxValue",
        "pattern": "pattern",
    }
    return ", ".join(f"{names[name]} {said}" for name in which or names if (said := getattr(limits, name)))


def _bounds(element: Field, entry: dict[str, Any], notes: Notes) -> None:
    kind = entry["type"]
    lengths = _told(element.limits, *LENGTHS, "pattern")
    if kind == "text":
        _text(element, entry, notes)
    elif kind == "date":
        _days(element, entry, notes)
    elif kind in {"integer", "amount"}:
        _numbers(element, entry, notes)
    elif element.limits.least or element.limits.most:
        notes.miss(element.told, f"its bounds ({_told(element.limits, *VALUES)}) have no meaning for yes or no.")
    if kind != "text" and lengths:
        notes.miss(element.told, f"its {lengths} is about a text, and it is none.")


def _whole(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) <= LONGEST_NUMBER else None


def _text(element: Field, entry: dict[str, Any], notes: Notes) -> None:
    """Lengths and pattern; numbers and times that the catalogue has no type for are text of a certain form."""
    limits = element.limits
    if bounds := _told(limits, *VALUES):
        notes.miss(element.told, f"is asked as text, so its bounds ({bounds}) are not checked.")
    if element.kind != "select" and element.type in WRITTEN:
        _shaped(element, entry, notes)
        return
    least, most = _lengths(element, notes)
    if (most or 0) > LONGEST_LINE:
        entry["type"] = "long_text"
    entry.update({name: length for name, length in (("least", least if least > 1 else None), ("most", most)) if length})
    if limits.pattern:
        _pattern(element, entry, notes)


def _shaped(element: Field, entry: dict[str, Any], notes: Notes) -> None:
    pattern, example = WRITTEN[element.type]
    kind = {"num": "a number that may have decimals", "time": "a time", "datetime": "a day with a time"}[element.type]
    notes.change(element.told, f"is {kind}, which forms have no type for; it is asked as text such as {example}.")
    entry.update(pattern=pattern, example=example, pattern_message=_form(example))
    if limits := _told(element.limits, *LENGTHS, "pattern"):
        notes.miss(element.told, f"its {limits} is about a text, and it is none.")


def _lengths(element: Field, notes: Notes) -> tuple[int, int | None]:
    """The least and the most length that a form can check; a most length of None is the catalogue's own."""
    limits = element.limits
    least, most = _whole(limits.least_length or "0"), _whole(limits.most_length)
    if least is None or (limits.most_length and not most):
        notes.miss(element.told, f"its length ({_told(limits, *LENGTHS)}) is no number.")
        return 0, None
    if most is not None and least > most:
        notes.miss(element.told, f"its least length {least} is more than its most, {most}.")
        return 0, None
    if most is None and least > LINE:
        most = LONGEST
    if not limits.most_length and element.kind == "input":
        notes.change(element.told, f"has no most length; the form takes {most or LINE} characters.")
    if max(least, most or 0) > LONGEST:
        notes.change(element.told, f"may have more characters than the form takes, {LONGEST}.")
    return min(least, LONGEST), None if most is None else min(most, LONGEST)


def _pattern(element: Field, entry: dict[str, Any], notes: Notes) -> None:
    written = element.limits.pattern
    pattern = patterns.adapted(written)
    example = patterns.example(pattern, entry.get("least", 1), entry.get("most", LINE)) if entry["type"] == "text" else None
    if example is None:
        notes.miss(element.told, f"its pattern {written} is none that forms can check.")
        return
    if pattern != written:
        notes.change(element.told, f"its pattern {written} is written {pattern}.")
    notes.ask(element.told, "give its pattern an example and a message in words; those in the file are made up.")
    entry.update(pattern=pattern, example=example, pattern_message=_form(example))


def _form(example: str) -> Text:
    return {
        "de": f"Bitte schreiben Sie es in der verlangten Form, zum Beispiel {example}",
        "en": f"Please write it in the required form, for example {example}",
    }


def _days(element: Field, entry: dict[str, Any], notes: Notes) -> None:
    found: dict[str, str] = {}
    for bound, said in (("earliest", element.limits.least), ("latest", element.limits.most)):
        if not said:
            continue
        try:
            found[bound] = date.fromisoformat(said).isoformat()
        except ValueError:
            notes.miss(element.told, f"its {bound} day “{said}” is no date.")
    if found.get("earliest", "") > found.get("latest", "~"):
        notes.miss(element.told, f"its earliest day {found['earliest']} is after its latest, {found['latest']}.")
        return
    entry.update(found)


def _numbers(element: Field, entry: dict[str, Any], notes: Notes) -> None:
    found: dict[str, int] = {}
    cents = entry["type"] == "amount"
    for bound, said in (("least", element.limits.least), ("most", element.limits.most)):
        if not said:
            continue
        number = _number(said, cents=cents)
        if number is None:
            notes.miss(element.told, f"its {bound} value “{said}” is no {'amount' if cents else 'whole number'}.")
        elif cents and number < 0:
            notes.miss(element.told, f"its {bound} value {said} is below zero, which amounts never are here.")
        else:
            found[bound] = number
    if found.get("least", -LARGEST) > found.get("most", LARGEST):
        notes.miss(element.told, f"its least value {element.limits.least} is more than its most, {element.limits.most}.")
        return
    entry.update(found)


def _number(said: str, *, cents: bool) -> int | None:
    try:
        number = Decimal(said.replace(",", ".")) * (100 if cents else 1)
    except InvalidOperation:
        return None
    return int(number) if number.is_finite() and number == int(number) and abs(number) <= LARGEST else None
