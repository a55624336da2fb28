"""The inputs in which an editor changes a part of a service: what they show of its values, and which values are meant by them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.body import Form
from gateway.pages.answers import as_typed, iso_date
from gateway.pages.language import N_, Speech
from services.contracts import conditions

Texts = dict[str, str]
"""What stands in the inputs of one key, by what follows its name."""
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,12}")
UNITS = {"working_days": N_("working days"), "days": N_("days"), "months": N_("months")}
LANGUAGES = {"de": N_("German"), "en": N_("English")}


@dataclass(frozen=True)
class Kind:
    """A kind of value: its inputs (what follows the name, label, widget), what they show, and what is meant by what they hold."""

    inputs: tuple[tuple[str, str, str], ...]
    shown: Callable[[Any], Texts]
    meant: Callable[[Texts], Any]


@dataclass(frozen=True)
class Ask:
    """A key of a service's text that can be changed in a form. `options` are values with their labels."""

    key: str
    kind: str
    label: str
    hint: str = ""
    is_required: bool = False
    options: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> list[str]:
        """Names of its inputs."""
        return [self.key + suffix for suffix, _, _ in KINDS[self.kind].inputs]


@dataclass(frozen=True)
class Input:
    """An input as the template draws it."""

    name: str
    widget: str
    label: str
    hint: str
    value: str
    error: str
    is_required: bool
    options: list[dict[str, str]]

    @property
    def id(self) -> str:
        """Its element on the page."""
        return f"i-{self.name.replace('.', '-')}"


def shown(ask: Ask, values: Mapping[str, Any]) -> Texts:
    """What stands in the inputs of a key, by their names."""
    texts = KINDS[ask.kind].shown(values.get(ask.key))
    return {ask.key + suffix: text for suffix, text in texts.items()}


def typed(ask: Ask, form: Form, values: Mapping[str, Any]) -> Texts:
    """What was typed, over what was there of what was not sent."""
    return {name: _sent(form, name) if name in form else text for name, text in shown(ask, values).items()}


def changes(asks: Sequence[Ask], form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """The keys into which something else was typed, with their new values; None where nothing is left of them."""
    found = {}
    for ask in asks:
        now = typed(ask, form, values)
        if now != shown(ask, values):
            found[ask.key] = KINDS[ask.kind].meant({name.removeprefix(ask.key): text for name, text in now.items()})
    return found


def drawn(talk: Speech, ask: Ask, texts: Texts, errors: Mapping[str, str]) -> list[Input]:
    """The inputs of a key; what is wrong with it as a whole stands beside the first one."""
    _ = talk.gettext
    inputs = KINDS[ask.kind].inputs
    return [
        Input(
            name=ask.key + suffix,
            widget=widget,
            label=f"{_(ask.label)} ({_(label)})" if label else _(ask.label),
            hint=_(ask.hint) if not number else "",
            value=texts[ask.key + suffix],
            error=errors.get(ask.key + suffix, errors.get(ask.key, "") if not number else ""),
            is_required=ask.is_required,
            options=[{"value": value, "label": _(label)} for value, label in ask.options or _options(suffix)],
        )
        for number, (suffix, label, widget) in enumerate(inputs)
    ]


def _sent(form: Form, name: str) -> str:
    """What stands in an input, without blanks at the ends of lines, or what is ticked."""
    values = [value for value in form.all(name) if value]
    if len(values) > 1:
        return " ".join(values)
    return "\n".join(line.rstrip() for line in form.get(name).replace("\r\n", "\n").split("\n")).rstrip("\n")


def _options(suffix: str) -> Sequence[tuple[str, str]]:
    return tuple(UNITS.items()) if suffix == ".unit" else ()


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _or_none(text: str) -> str | None:
    return text.strip() or None


def _number(text: str) -> Any:
    """A number, or what was typed instead of one: it is kept, and told to be none."""
    return int(text) if WHOLE_NUMBER.fullmatch(text.strip()) else _or_none(text)


def _yes(value: Any) -> Texts:
    return {"": "yes" if value is True else ""}


def both(value: Any) -> Texts:
    """A text in both languages; one that is there in none is shown as the German one."""
    if not isinstance(value, Mapping):
        return {".de": _text(value), ".en": ""}
    return {f".{language}": _text(value.get(language)) for language in LANGUAGES}


def _both(texts: Texts, prefix: str = "") -> dict[str, str] | None:
    return {language: text for language in LANGUAGES if (text := texts[f"{prefix}.{language}"].strip())} or None


def _lines(value: Any) -> Texts:
    return {"": "\n".join(map(str, value)) if isinstance(value, list) else _text(value)}


def _listed(texts: Texts) -> list[str] | None:
    return [line.strip() for line in texts[""].split("\n") if line.strip()] or None


def _pair(value: Any) -> str:
    texts = both(value)
    return f"{texts['.de']} | {texts['.en']}" if texts[".en"] else texts[".de"]


def _as_pair(line: str) -> dict[str, str]:
    de, _, en = (part.strip() for part in line.partition("|"))
    return {name: text for name, text in (("de", de), ("en", en)) if text}


def _choices(value: Any) -> Texts:
    return {"": "\n".join(map(_choice, value if isinstance(value, list) else []))}


def _choice(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return _text(entry)
    name = _text(entry.get("value"))
    return f"{name} = {_pair(entry['label'])}" if "label" in entry else name


def _as_choices(texts: Texts) -> list[dict[str, Any]] | None:
    found: list[dict[str, Any]] = []
    for line in _listed(texts) or ():
        value, equals, label = line.partition("=")
        found.append({"value": value.strip(), **({"label": _as_pair(label)} if equals else {})})
    return found or None


def _day(texts: Texts) -> Any:
    """A day, or what was typed instead of one: it is kept, and told to be none."""
    text = iso_date(texts[""])
    return conditions.day(text) or _or_none(text)


def _cents(texts: Texts) -> Any:
    cents = conditions.cents(texts[""].strip())
    return _or_none(texts[""]) if cents is None else cents


def _plain(value: Any) -> Texts:
    value = value if isinstance(value, Mapping) else {}
    return {f".{key}{end}": text for key in ("name", "description") for end, text in both(value.get(key)).items()}


def _as_plain(texts: Texts) -> dict[str, Any] | None:
    return {key: pair for key in ("name", "description") if (pair := _both(texts, f".{key}"))} or None


def _deadline(value: Any) -> Texts:
    value = value if isinstance(value, Mapping) else {}
    unit = next((unit for unit in UNITS if unit in value), "")
    return {".count": _text(value.get(unit)), ".unit": unit, ".legal_basis": _text(value.get("legal_basis"))}


def _as_deadline(texts: Texts) -> dict[str, Any] | None:
    count, law = _number(texts[".count"]), _or_none(texts[".legal_basis"])
    if count is None and law is None:
        return None
    unit = {texts[".unit"] if texts[".unit"] in UNITS else "days": count} if count is not None else {}
    return {**unit, **({"legal_basis": law} if law else {})}


def _repeated(value: Any) -> Texts:
    there = isinstance(value, Mapping)
    value = value if isinstance(value, Mapping) else {}
    entry = {f".entry{end}": text for end, text in both(value.get("entry")).items()}
    return {"": "yes" if there else "", ".least": _text(value.get("least")), ".most": _text(value.get("most")), **entry}


def _as_repeated(texts: Texts) -> dict[str, Any] | None:
    if not texts[""]:
        return None
    parts = {"least": _number(texts[".least"]), "most": _number(texts[".most"]), "entry": _both(texts, ".entry")}
    return {name: part for name, part in parts.items() if part is not None}


def _one(widget: str, shown: Callable[[Any], Texts], meant: Callable[[Texts], Any]) -> Kind:
    return Kind((("", "", widget),), shown, meant)


def _two(widget: str) -> Kind:
    return Kind(tuple((f".{language}", label, widget) for language, label in LANGUAGES.items()), both, _both)


KINDS: dict[str, Kind] = {
    "line": _one("line", lambda value: {"": _text(value)}, lambda texts: _or_none(texts[""])),
    "number": _one("short", lambda value: {"": _text(value)}, lambda texts: _number(texts[""])),
    "day": _one("short", lambda value: {"": as_typed("date", str(value or ""))}, _day),
    "amount": _one("short", lambda value: {"": as_typed("amount", value)}, _cents),
    "select": _one("select", lambda value: {"": _text(value)}, lambda texts: _or_none(texts[""])),
    "flag": _one("tick", _yes, lambda texts: texts[""] == "yes"),
    "tick": _one("tick", _yes, lambda texts: texts[""] == "yes" or None),
    "ticks": _one("ticks", lambda value: {"": " ".join(_lines(value)[""].split("\n"))}, lambda texts: texts[""].split() or None),
    "list": _one("lines", _lines, _listed),
    "pairs": _one(
        "lines",
        lambda value: {"": "\n".join(map(_pair, value)) if isinstance(value, list) else _text(value)},
        lambda texts: [_as_pair(line) for line in _listed(texts) or ()] or None,
    ),
    "choices": _one("lines", _choices, _as_choices),
    "bilingual": _two("line"),
    "bilingual_lines": _two("lines"),
    "plain": Kind(
        (
            (".name.de", N_("name, German"), "line"),
            (".name.en", N_("name, English"), "line"),
            (".description.de", N_("description, German"), "lines"),
            (".description.en", N_("description, English"), "lines"),
        ),
        _plain,
        _as_plain,
    ),
    "deadline": Kind(
        ((".count", N_("number"), "short"), (".unit", N_("unit"), "select"), (".legal_basis", N_("legal basis"), "line")),
        _deadline,
        _as_deadline,
    ),
    "repeated": Kind(
        (
            ("", "", "tick"),
            (".least", N_("at least"), "short"),
            (".most", N_("at most"), "short"),
            (".entry.de", N_("German name of one entry"), "line"),
            (".entry.en", N_("English name of one entry"), "line"),
        ),
        _repeated,
        _as_repeated,
    ),
}
