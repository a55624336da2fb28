"""The way through a form: along which steps the answers lead, which one is on the page, and what it carries of the others."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.body import Form
from gateway.pages import form_views
from gateway.pages.answers import Sections, key_of
from gateway.pages.language import N_, Speech
from gateway.visit import Visit
from services.contracts import conditions
from services.contracts.conditions import Step

REVIEW = "review"
"""The last stop: everything to read once more."""

LONGEST_VERSION = 7
"""Digits."""

CHECK = N_("Check your answers")


async def service_of(it: Visit, thing: Mapping[str, Any] | Form) -> Mapping[str, Any]:
    """The service of a draft, or of a page that carries what it shows, in its version."""
    version = str(thing.get("version") or "")
    is_number = version.isascii() and version.isdigit() and len(version) < LONGEST_VERSION
    return await it.house.catalogue.service(str(thing.get("service")), str(thing.get("ars")), int(version) if is_number else None)


@dataclass(frozen=True)
class Stop:
    """A step as the way shows it."""

    key: str
    title: str
    is_done: bool
    is_here: bool


@dataclass(frozen=True)
class Way:
    """The stops in order, and where the citizen stands. `number` counts from 1."""

    stops: list[Stop]
    number: int

    @property
    def here(self) -> str:
        """The key of the stop on the page."""
        return self.stops[self.number - 1].key

    @property
    def before(self) -> str:
        """The key of the stop before; empty at the first."""
        return self.stops[self.number - 2].key if self.number > 1 else ""

    @property
    def after(self) -> str:
        """The key of the stop that follows; the last one is followed by itself."""
        return self.stops[min(self.number, len(self.stops) - 1)].key


@dataclass(frozen=True)
class Context:
    """What a step's page carries of the other steps, to be drawn again without asking: answers that count, and which are done."""

    answers: dict[str, Any]
    done: list[str]

    def written(self) -> str:
        """As it stands in the page."""
        return json.dumps({"answers": self.answers, "done": self.done}, ensure_ascii=False, default=str)


def way(talk: Speech, steps: list[Step], done: list[str], wish: str) -> Way:
    """The way with the wished stop on the page, the review where there is no such stop."""
    keys = [*(key_of(step.position, step.section) for step in steps), REVIEW]
    by_place = {str(step.position + 1): key for step, key in zip(steps, keys, strict=False)}
    wish = by_place.get(wish, wish)
    here = wish if wish in keys else REVIEW
    titles = [*(talk.local(step.section["title"]) for step in steps), talk.gettext(CHECK)]
    stops = [Stop(key, title, key in done, key == here) for key, title in zip(keys, titles, strict=True)]
    return Way(stops, keys.index(here) + 1)


def done(steps: list[Step], errors: Mapping[str, list[str]]) -> list[str]:
    """The keys of the steps in which something is answered and nothing is missing or wrong."""
    return [
        key_of(step.position, step.section)
        for step in steps
        if not form_views.places(step) & errors.keys() and any(_is_answered(asked) for asked in step.entries)
    ]


def first_open(steps: list[Step], errors: Mapping[str, list[str]]) -> str:
    """Where a form is taken up again: the key of the first step in which something is missing or wrong, else of the review."""
    return next((key_of(step.position, step.section) for step in steps if form_views.places(step) & errors.keys()), REVIEW)


def _is_answered(asked: conditions.Asked) -> bool:
    return any(asked.answers.get(field["name"]) not in (None, "", []) for field in asked.fields)


def context(sections: Sections, here: str, answers: Mapping[str, Any], is_done: list[str]) -> Context:
    """What of the answers the conditions of this step, and of those behind it, hang on, as far as it is not asked for here."""
    own = {
        field["name"] for number, section in enumerate(sections) if key_of(number, section) == here for field in section["fields"]
    }
    repeated = [section for section in sections if section.get("repeated")]
    counted: dict[str, Any] = {section["name"]: [{}] * len(conditions.entries(section, answers)) for section in repeated}
    wanted = {name for section in sections for name in _names(section)} - own
    found = {name: counted.get(name, answers.get(name)) for name in wanted if name in counted or name in answers}
    return Context(found, is_done)


def _names(section: Mapping[str, Any]) -> set[str]:
    """The questions and repeated sections that what this section asks hangs on."""
    return conditions.looked_at(section).union(*map(conditions.looked_at, section["fields"]))


def carried(form: Form) -> Context:
    """What a page carried; nothing where somebody has meddled with it."""
    try:
        told = json.loads(form.get("context"))
        answers, is_done = told["answers"], told["done"]
    except (ValueError, TypeError, KeyError):
        return Context({}, [])
    if not isinstance(answers, dict) or not isinstance(is_done, list):
        return Context({}, [])
    return Context(answers, [key for key in is_done if isinstance(key, str)])


def for_the_browser(step: Step, kept: Context) -> str:
    """What scripts need to know, with the answers of other steps that count in this one."""
    scope = step.entries[0].scope if step.entries else {}
    return form_views.for_the_browser([step.section], {name: value for name, value in scope.items() if name in kept.answers})
