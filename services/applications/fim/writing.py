"""Writes a service file as people would: one short mapping in a line, comments above what they are about, notes at the end."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from services.applications.fim.notes import Notes
from services.applications.fim.questions import Question
from services.applications.fim.steps import Step

WIDTH = 130
NOT_TRANSLATED = "en: not translated"
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""What ends a line of YAML, or may not stand in it."""


def write(
    head: Iterable[str],
    service: dict[str, Any],
    comments: dict[str, str],
    steps: Iterable[Step],
    attachments: Sequence[Question],
    notes: Notes,
) -> str:
    """The text of a service file. `comments` stand above the entries of the service they are about."""
    lines = [*map(comment, head)]
    for key, value in service.items():
        if key in comments:
            lines.append(comment(comments[key]))
        lines += _pair(key, value, 0)
    lines.append("sections:")
    for step in steps:
        lines += _step(step)
    if attachments:
        lines.append("attachments:")
        lines += [line for one in attachments for line in _item(one.comments, one.entry, 2)]
    for title, told in notes.chapters():
        lines += ["", comment(title)]
        lines += [comment(f"- {one}") for one in told]
    return "\n".join(lines) + "\n"


def comment(text: str) -> str:
    """A comment on one line, whatever is in the text."""
    return f"# {plain(text)}"


def plain(text: str) -> str:
    """A text on one line without what cannot be printed."""
    return " ".join(UNPRINTABLE.sub(" ", text).split())


def _step(step: Step) -> list[str]:
    entry: dict[str, Any] = {key: step.entry[key] for key in ("name",) if key in step.entry}
    entry["title"] = step.title
    if step.helps:
        told = " ".join(step.helps)
        entry["help"] = {"de": told, "en": told}
    entry |= {key: step.entry[key] for key in ("when", "repeated") if key in step.entry}
    lines = _item(step.comments, entry, 2)
    lines.append("    fields:")
    for question in step.questions:
        lines += _question(question)
    return [*lines, *(f"      {comment(one)}" for one in step.below)]


def _question(question: Question) -> list[str]:
    order = ("name", "type", "label", "help", "required", "when", "least", "most", "earliest", "latest")
    keys = [*(key for key in order if key in question.entry), *(key for key in question.entry if key not in order)]
    return _item(question.comments, {key: question.entry[key] for key in keys}, 6)


def _item(comments: list[str], entry: dict[str, Any], indent: int) -> list[str]:
    """A mapping as an item of a list, with its comments above."""
    room = " " * indent
    lines = [line for key, value in entry.items() for line in _pair(key, value, indent + 2)]
    return [*(room + comment(one) for one in comments), f"{room}- {lines[0].lstrip()}", *lines[1:]]


def _pair(key: str, value: Any, indent: int) -> list[str]:
    """A key and its value: on one line where that fits, else below each other."""
    room = " " * indent
    mark = f"  # {NOT_TRANSLATED}" if _is_untranslated(value) else ""
    if value and isinstance(value, list) and isinstance(value[0], dict):
        return [f"{room}{key}:", *(line for one in value for line in _choice(one, indent + 2))]
    flow = f"{room}{key}: {_flow(value)}{mark}"
    if len(flow) <= WIDTH or not isinstance(value, (dict, list)):
        return [flow]
    below = yaml.safe_dump(_clean(value), allow_unicode=True, sort_keys=False, width=WIDTH - indent - 4, default_flow_style=False)
    return [f"{room}{key}:{mark}", *(f"{room}  {line}" if line else "" for line in below.splitlines())]


def _choice(value: dict[str, Any], indent: int) -> list[str]:
    room = " " * indent
    mark = f"  # {NOT_TRANSLATED}" if _is_untranslated(value.get("label")) else ""
    return [f"{room}- {_flow(value)}{mark}"]


def _flow(value: Any) -> str:
    text: str = yaml.safe_dump(_clean(value), allow_unicode=True, sort_keys=False, width=float("inf"), default_flow_style=True)
    return text.removesuffix("\n").removesuffix("...").strip()


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    return [_clean(one) for one in value] if isinstance(value, list) else value


def _is_untranslated(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    return value.get("en") == value["de"] if "de" in value else _is_untranslated(value.get("entry"))
