"""Places in a service's text in words: which step, which question, and what of it; by number or by name."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.pages.answers import as_typed
from gateway.pages.editing import parts
from gateway.pages.language import N_, Speech

GROUPS = ("sections", "fields", "attachments", "fees")
NO_NAME = N_("without a name")


def spoken(talk: Speech, values: Mapping[str, Any], place: Sequence[str]) -> list[str]:
    """`sections.0.fields.2.label.de` as [step, question, what of it, language]; what there is no word for stays as it is."""
    found: list[str] = []
    within, here = "", values
    names = list(place)
    while names:
        name = names.pop(0)
        if name in GROUPS and names:
            within = name
            entry, length = _entry(here, name, names)
            here = entry or {}
            found.append(title(talk, here) if entry is not None else names[0])
            del names[:length]
        elif name == "choices" and names and within == "fields":
            found.append(f"{talk.gettext(parts.key_names(within)[name])}: {_choice(here, names.pop(0))}")
        else:
            label = parts.key_names(within).get(name)
            found.append(talk.gettext(label) if label else name)
    return found


def title(talk: Speech, entry: Mapping[str, Any]) -> str:
    """What a step, a field or a place for files is called, as far as it is called anything; a fee by its first day."""
    for key in ("title", "label"):
        text = entry.get(key)
        if isinstance(text, Mapping) and text:
            return str(text.get(talk.language) or next(iter(text.values())))
    if begins := entry.get("valid_from"):
        return talk.gettext(N_("Fee from %(day)s")) % {"day": as_typed("date", str(begins))}
    return str(entry.get("name") or talk.gettext(NO_NAME))


def _entry(values: Mapping[str, Any], key: str, names: Sequence[str]) -> tuple[Mapping[str, Any] | None, int]:
    """An entry by its name, by its German title if it has none, or by its number; and how much of the place that took."""
    listed = [entry for entry in values.get(key) or [] if isinstance(entry, Mapping)]
    for entry in listed:
        texts = entry.get("title")
        name = entry.get("name") or (texts.get("de") if isinstance(texts, Mapping) else None)
        way = str(name).split(".")
        if name and list(names[: len(way)]) == way:
            return entry, len(way)
    if names[0].isdigit() and int(names[0]) < len(listed):
        return listed[int(names[0])], 1
    return None, 1


def _choice(field: Mapping[str, Any], name: str) -> str:
    choices = [choice for choice in field.get("choices") or [] if isinstance(choice, Mapping)]
    if name.isdigit() and not any(choice.get("value") == name for choice in choices) and int(name) < len(choices):
        return str(choices[int(name)].get("value", name))
    return name
