"""A step on two devices at once: a page tells what it began with, so that nothing but what was typed into it is written.

What a page began with stands in its hidden inputs `before`, as the form would be sent. Scripts add what they have sent since.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from gateway.body import Form
from gateway.pages import answers
from gateway.pages.answers import ENTRIES, PREFIX, Sections, Typed
from gateway.pages.form_views import FieldView, StepView
from gateway.pages.language import N_, Speech
from services.contracts.applications import MOST_BEFORE, TYPED

BEFORE = "before"
CHANGED = ["changed_elsewhere"]
OTHER = N_("Meanwhile “%(other)s” was saved here on another device. Leave here what is to count, and go on.")
EMPTIED = N_("Meanwhile this was emptied on another device. Leave here what is to count, and go on.")

Pairs = list[tuple[str, str]]


def written(section: Mapping[str, Any], typed: Typed) -> str:
    """What stands in the inputs of a step, as it is sent."""
    return urlencode(list(_pairs(section, typed)))


def before(form: Form) -> list[Form]:
    """What the page began with, and what it has sent since without an answer, as far as it can have been kept."""
    told = [parse_qsl(one, keep_blank_values=True) for one in form.all(BEFORE)[-MOST_BEFORE:]]
    return [Form(pairs) for pairs in told if all(len(value) <= TYPED["maxLength"] for _, value in pairs)]


def rebased(sections: Sections, form: Form, stored: Mapping[str, Any], shown: Mapping[str, Any] | None = None) -> Form:
    """The page as it would be if it were opened now: with what is stored, or with what else is to be `shown`."""
    steps = [section for number, section in enumerate(sections) if answers.key_of(number, section) == form.get("step")]
    told = [answers.typed_from(sections, one) for one in (stored, shown) if one is not None]
    kept = [(name, value) for name, value in form.pairs if name != BEFORE and not name.startswith((PREFIX, ENTRIES))]
    now = [pair for section in steps for pair in _pairs(section, told[-1])]
    began = [(BEFORE, written(section, one)) for section in steps for one in told]
    return Form([*now, *kept, *began], form.files)


def told(talk: Speech, section: Mapping[str, Any], form: Form, errors: Mapping[str, list[str]]) -> dict[str, str]:
    """What to say where both sides have changed an answer: what was saved on the other, by place."""
    places = [place for place, slugs in errors.items() if slugs == CHANGED]
    if not places:
        return {}
    now = answers.read([section], began[0]) if (began := before(form)) else {}
    said = {place: _said(talk, section, now, place) for place in places}
    return {place: talk.gettext(OTHER) % {"other": other} if other else talk.gettext(EMPTIED) for place, other in said.items()}


def with_words(step: StepView, said: Mapping[str, str]) -> StepView:
    """The step with what is to be said beside its answers."""

    def heard(field: FieldView) -> FieldView:
        return replace(field, error=said[field.place], is_news=True) if field.place in said else field

    entries = [replace(entry, fields=[heard(field) for field in entry.fields]) for entry in step.entries]
    return replace(step, entries=entries, error=said.get(step.name, step.error))


def _pairs(section: Mapping[str, Any], typed: Typed) -> Iterator[tuple[str, str]]:
    if not section.get("repeated"):
        yield from _pairs_of(section["fields"], typed, PREFIX)
        return
    entries = typed.get(section["name"]) or []
    yield ENTRIES + section["name"], str(len(entries))
    for number, entry in enumerate(entries):
        yield from _pairs_of(section["fields"], entry, f"{PREFIX}{section['name']}.{number}.")


def _pairs_of(fields: Iterable[Mapping[str, Any]], typed: Typed, prefix: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        value = typed.get(field["name"], "")
        ticked = ["", *value] if isinstance(value, list) else [value]
        yield from ((prefix + field["name"], one) for one in ticked)


def _said(talk: Speech, section: Mapping[str, Any], now: Mapping[str, Any], place: str) -> str:
    """An answer of the other device as one reads it; empty where there is none."""
    if place == section.get("name"):
        groups = answers.groups(talk, [section], now)
        return "; ".join(f"{group.title}: {', '.join(pair.text for pair in group.pairs)}" for group in groups)
    name, number, inner = [*place.split("."), "", ""][:3]
    given = now if not number else dict(enumerate(now.get(name) or ())).get(int(number), {})
    field = next((field for field in section["fields"] if field["name"] == (inner or name)), None)
    value = given.get(inner or name)
    return "" if field is None or value in (None, "", []) else answers.spoken(talk, field, value)
