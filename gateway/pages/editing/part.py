"""For editors: the form of one part of a working copy: what the service is, a step, a question, a place for files, a fee."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.answers import YES
from gateway.pages.editing import conditions, inputs, mistakes, parts, places, renaming, source
from gateway.pages.editing.copies import (
    CHANGED,
    Copy,
    check_version,
    copy_crumbs,
    copy_of,
    is_number,
    save,
    text_only,
    version_of,
)
from gateway.pages.editing.gone import CopyPage
from gateway.pages.editing.inputs import Ask
from gateway.pages.editing.positions import Place
from gateway.pages.editing.working import rearrange, removal
from gateway.pages.language import N_, Speech
from gateway.pages.rendering import reading, render, see_other, told
from gateway.visit import nothing_here
from services.contracts.errors import Failure, Invalid

NEW = "new"
WHEN = "when"


@dataclass(frozen=True)
class Sort:
    """A sort of part: what is asked of it, what a new one is called, and the key of the list that holds them."""

    name: str
    groups: Mapping[str, tuple[Ask, ...]]
    title: str
    held_in: str = ""
    first: str = "label.de"
    """The input without which there is no new one."""


ABOUT = Sort("about", parts.ABOUT, N_("Texts and rules"))
STEP = Sort("step", parts.STEP, N_("New step"), "sections", "title.de")
FIELD = Sort("field", parts.FIELD, N_("New question"), "fields")
ATTACHMENT = Sort("attachment", parts.ATTACHMENT, N_("New place for files"), "attachments")
FEE = Sort("fee", parts.FEE, N_("New fee"), "fees", "valid_from")


@dataclass(frozen=True)
class Spot:
    """Which part of a working copy a page is about. `number` is None for one that is not there yet.

    `position` is where somebody has taken it out meanwhile, counted from 0.
    """

    parent: Place
    number: int | None
    entry: Mapping[str, Any]
    position: int | None = None

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.parent if self.number is None else (*self.parent, self.number)


class Part(CopyPage):
    """Shows a part with what is wrong in it, and writes what was changed into the text; all the rest of it stays as it is."""

    def __init__(self, sort: Sort) -> None:
        self.sort = sort

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Where the text can only be changed as a whole, leads on to it."""
        it, talk = visit.of(req), reading(req)
        copy = await copy_of(it, params["ars"], params["service"])
        if copy.values is None:
            see_other(resp, f"{copy.base}/text")
            return
        spot = self._spot(copy, params, form)
        is_stale = failure is not None and failure.slug == CHANGED
        if is_stale and form:
            spot = self._again(copy, spot, form)
        there = conditions.known(copy.values, spot.place if spot.number is not None else (*spot.parent, 10**6))
        wrong = {} if spot.number is None and self.sort.held_in else mistakes.within(copy.told["mistakes"], spot.place)
        wrong |= dict(failure.fields) if failure else {}
        names = [name for ask in parts.asks(self.sort.groups) for name in ask.names] + ["when.0.field", WHEN]
        texts = mistakes.by_input(talk, wrong, names)
        groups = [self._group(talk, title, asks, form, spot, texts) for title, asks in self.sort.groups.items()]
        await render(
            req,
            resp,
            "editing_part.html",
            copy=copy,
            sort=self.sort.name,
            title=self._title(talk, spot),
            groups=groups,
            when=_when(talk, form, spot.entry, there) if WHEN in parts.ORDER[self.sort.name] else None,
            present=_present(talk, groups, self.sort, spot.entry) if is_stale else [],
            positions=_positions(talk, copy, spot, form) if self.sort.held_in and spot.number is None else None,
            fields=_fields(talk, copy, spot) if self.sort is STEP and spot.number is not None else None,
            removal=removal(talk, copy, req.get_param("remove") or ""),
            action=f"{copy.base}/{_page(self.sort, spot)}",
            was=_known_as(spot.entry),
            version=copy.told["version"] if form is None or is_stale else version_of(form),
            crumbs=copy_crumbs(req, copy, *_between(talk, copy, spot)),
            errors=_summary(talk, copy, spot, groups, texts),
            trouble=told(talk, failure) if failure and not failure.fields else None,
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `save`, or `up`, `down` or `remove` with the place of a question."""
        it = visit.of(req)
        copy = await copy_of(it, params["ars"], params["service"])
        if copy.values is None:
            raise text_only()
        spot = self._spot(copy, params, form)
        if form.get("do") != "save":
            done = await rearrange(it, copy, form)
            see_other(resp, f"{copy.base}/{_page(self.sort, spot)}?done={done}#fields")
            return
        check_version(copy, form)
        if spot.number is not None and form.get("was") and not spot.entry:
            raise nothing_here()
        try:
            text, spot, done = await asyncio.to_thread(self._written, copy, spot, form)
        except source.UnreadableError:
            raise text_only() from None
        except renaming.InUseError as used:
            where = " › ".join(places.spoken(reading(req), copy.values, [*map(str, used.place)]))
            raise Invalid("invalid", "It is used.", fields={"name": [f"name_is_used:{where}"]}) from None
        if text != copy.text:
            await save(it, copy, form, text)
        see_other(resp, f"{copy.base}/{_page(self.sort, spot)}?done={done}")

    def _written(self, copy: Copy, spot: Spot, form: Form) -> tuple[str, Spot, str]:
        """The text with what was typed, where the part stands in it, and what was done, as pages say it."""
        values = copy.values or {}
        new = self._changes(values, spot, form)
        if spot.number is None and self.sort.held_in:
            if self.sort.first.partition(".")[0] not in new:
                raise Invalid("invalid", "A new part is called something.", fields={self.sort.first: ["required"]})
            entry = {key: new[key] for key in parts.ORDER[self.sort.name] if new.get(key) is not None}
            position = _position(form, len(_listed(copy, spot)))
            return source.add(copy.text, spot.parent, entry, position), Spot(spot.parent, position, entry), "copy_saved"
        if not new:
            return copy.text, spot, "copy_saved"
        text = source.put(copy.text, spot.place, new, parts.ORDER[self.sort.name])
        if self.sort not in (STEP, FIELD) or "name" not in new or not spot.entry.get("name"):
            return text, spot, "copy_saved"
        renamed = renaming.renamed(text, values, spot.place, new["name"])
        return renamed, spot, "copy_saved" if renamed == text else "copy_renamed"

    def typed(self, talk: Speech, form: Form) -> list[tuple[str, str]]:
        """Every input with its label, a condition as a text."""
        found = []
        for each in parts.asks(self.sort.groups):
            for one in inputs.drawn(talk, each, inputs.typed(each, form, {}), {}):
                chosen = next((option["label"] for option in one.options if option["value"] == one.value), "")
                found.append((one.label, talk.gettext(YES) if one.widget == "tick" and one.value else chosen or one.value))
        rows = [f"{row.field} {row.test} {row.value}" for row in conditions.typed_rows(form) if row.field]
        return [*found, (talk.gettext(parts.OTHERS[WHEN]), form.get(WHEN) or "\n".join(rows))]

    def _spot(self, copy: Copy, params: Mapping[str, str], form: Form | None) -> Spot:
        """Which part the address names; raises not_found where there is none, and nobody has typed anything into it."""
        values = copy.values or {}
        if self.sort is ABOUT:
            return Spot((), None, values)
        parent: Place = (self.sort.held_in,)
        is_typed = form is not None and bool(form.get("was"))
        if self.sort is FIELD:
            sections = values.get("sections") or []
            number = _number(params["step"], sections, is_typed=is_typed)
            if number is None or not sections:
                raise nothing_here()
            parent = ("sections", min(number, len(sections) - 1), "fields")
        listed = source.at(values, parent[:-1]).get(parent[-1]) or []
        text = params[self.sort.name]
        number = _number(text, listed, is_typed=is_typed)
        return Spot(parent, number, {"required": True} if number is None and self.sort is FIELD else _entry(listed, number))

    def _again(self, copy: Copy, spot: Spot, form: Form) -> Spot:
        """The same part after somebody else has changed the text; a new one, if they have taken it out."""
        was = form.get("was")
        if spot.number is None or not was or _known_as(spot.entry) == was:
            return spot
        values = copy.values or {}
        if self.sort is FIELD:
            found = next(((place, field) for place, field in source.places(values) if field.get("name") == was), None)
            return Spot(found[0][:-1], int(found[0][-1]), found[1]) if found else Spot(spot.parent, None, {}, spot.number)
        listed = values.get(self.sort.held_in) or []
        number = next((n for n, entry in enumerate(listed) if _known_as(entry) == was), None)
        return Spot(spot.parent, number, _entry(listed, number), spot.number)

    def _changes(self, values: Mapping[str, Any], spot: Spot, form: Form) -> dict[str, Any]:
        is_new = spot.number is None and bool(self.sort.held_in)
        before = {} if is_new else spot.entry
        new = inputs.changes(tuple(parts.asks(self.sort.groups)), form, before)
        if is_new:
            new |= {ask.key: form.get(ask.key) == "yes" for ask in parts.asks(self.sort.groups) if ask.kind == "flag"}
        if WHEN in parts.ORDER[self.sort.name] and (WHEN in form or "when.0.field" in form):
            there = conditions.known(values, (*spot.parent, 10**6) if is_new else spot.place)
            shown, text = conditions.as_shown(before.get(WHEN), there)
            if (form.get(WHEN) != text) if WHEN in form else conditions.typed_rows(form) != shown:
                new[WHEN] = conditions.meant(form, there)
        return new

    def _group(
        self, talk: Speech, title: str, asks: tuple[Ask, ...], form: Form | None, spot: Spot, errors: Mapping[str, str]
    ) -> dict[str, Any]:
        """Inputs under a heading. What a step or a question seldom needs is folded, unless something stands in it."""
        drawn = [
            each
            for ask in asks
            for each in inputs.drawn(
                talk, ask, inputs.typed(ask, form, spot.entry) if form else inputs.shown(ask, spot.entry), errors
            )
        ]
        is_used = any(each.value or each.error for each in drawn)
        return {
            "title": talk.gettext(title),
            "inputs": drawn,
            "is_folding": bool(title) and self.sort is not ABOUT,
            "is_open": is_used,
        }

    def _title(self, talk: Speech, spot: Spot) -> str:
        if spot.number is None:
            return talk.gettext(self.sort.title)
        return places.title(talk, spot.entry)


def _number(text: str, listed: list[Any], *, is_typed: bool) -> int | None:
    """The number of an entry, counted from 0; None for a new one. One of which something was typed was there."""
    if text == NEW:
        return None
    if not (is_number(text) and int(text) > 0 and (is_typed or int(text) <= len(listed))):
        raise nothing_here()
    return int(text) - 1


def _entry(listed: list[dict[str, Any]], number: int | None) -> Mapping[str, Any]:
    return {} if number is None or number >= len(listed) else listed[number]


def _known_as(entry: Mapping[str, Any]) -> str:
    """By what a part is found again after somebody else has changed the text: its short name, or the day of a fee."""
    return str(entry.get("name") or entry.get("valid_from") or "")


def _listed(copy: Copy, spot: Spot) -> list[dict[str, Any]]:
    """What stands beside a part; raises not_found where the step of a question is gone."""
    try:
        return source.at(copy.values, spot.parent[:-1]).get(spot.parent[-1]) or []
    except LookupError:
        raise nothing_here() from None


def _position(form: Form, count: int) -> int:
    """Where a new part is to stand among so many, counted from 0; at the end where nothing else is asked for."""
    text = form.get("position")
    return min(int(text), count) if is_number(text) else count


def _positions(talk: Speech, copy: Copy, spot: Spot, form: Form | None) -> dict[str, Any]:
    """Where a new part can stand; one that was taken out meanwhile is to stand where it did."""
    listed, _ = _listed(copy, spot), talk.gettext
    chosen = _position(form or Form([]), len(listed)) if spot.position is None else min(spot.position, len(listed))
    after = _("After “%(title)s”")
    labels = [_("At the beginning"), *(after % {"title": places.title(talk, one)} for one in listed[:-1])][: len(listed)]
    return {"chosen": str(chosen), "options": [{"value": str(n), "label": label} for n, label in enumerate(labels)]}


def _page(sort: Sort, spot: Spot) -> str:
    """The address of a part below the working copy."""
    if sort is ABOUT:
        return "about"
    last = NEW if spot.number is None else str(spot.number + 1)
    if sort is FIELD:
        return f"steps/{int(spot.parent[1]) + 1}/fields/{last}"
    return f"{'steps' if sort is STEP else sort.held_in}/{last}"


def _when(talk: Speech, form: Form | None, entry: Mapping[str, Any], there: conditions.Known) -> dict[str, Any]:
    """The condition as the template draws it."""
    shown, text = conditions.as_shown(entry.get(WHEN), there)
    if form and WHEN in form:
        shown, text = None, form.get(WHEN)
    elif form and "when.0.field" in form:
        shown = conditions.typed_rows(form)
    return {
        "text": text,
        "is_text": shown is None,
        "rows": [
            {"field": row.field, "test": row.test, "value": row.value, "options": conditions.options(talk, there, row.field)}
            for row in shown or ()
        ],
        "tests": [{"value": value, "label": talk.gettext(label)} for value, label in conditions.TESTS.items()],
        "is_possible": bool(there) or bool(entry.get(WHEN)),
        "is_used": shown is None or any(row.field for row in shown),
    }


def _present(talk: Speech, groups: list[dict[str, Any]], sort: Sort, entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What stands there now, where something else was typed."""
    now = {name: text for ask in parts.asks(sort.groups) for name, text in inputs.shown(ask, entry).items()}
    typed = [each for group in groups for each in group["inputs"]]
    return [(each.label, now[each.name] or talk.gettext(N_("nothing"))) for each in typed if now[each.name] != each.value]


def _fields(talk: Speech, copy: Copy, spot: Spot) -> list[dict[str, Any]]:
    """The questions of a step."""
    found = []
    for number, field in enumerate(spot.entry.get("fields") or []):
        place = ".".join(map(str, (*spot.place, "fields", number)))
        wrong = any(f"{mistake['place']}.".startswith(f"{place}.") for mistake in copy.told["mistakes"])
        kind = talk.gettext(parts.TYPES.get(str(field.get("type")), "")) or str(field.get("type") or "")
        found.append(
            {
                "title": places.title(talk, field),
                "kind": kind,
                "place": place,
                "is_required": field.get("required") is True,
                "is_conditional": bool(field.get(WHEN)),
                "is_wrong": wrong,
            }
        )
    return found


def _between(talk: Speech, copy: Copy, spot: Spot) -> list[tuple[str, str]]:
    """The step a question belongs to."""
    if len(spot.parent) < 3:  # noqa: PLR2004 - sections, number, fields
        return []
    step = source.at(copy.values, spot.parent[:2])
    return [(places.title(talk, step), f"{copy.base}/steps/{int(spot.parent[1]) + 1}")]


def _summary(
    talk: Speech, copy: Copy, spot: Spot, groups: list[dict[str, Any]], errors: Mapping[str, str]
) -> list[dict[str, str]]:
    """What is wrong in this part, in the order of the form; what is on no input of it leads to where it can be put right."""
    known = {each.name: (each.id, each.label) for group in groups for each in group["inputs"]}
    known |= {name: ("i-when", talk.gettext(parts.OTHERS[WHEN])) for name in (WHEN, "when.0.field")}
    found = []
    for name in [*(name for name in known if name in errors), *(name for name in errors if name not in known)]:
        text = errors[name]
        if name in known:
            found.append({"name": name, "id": known[name][0], "label": known[name][1], "text": text})
        elif spot.parent or name.partition(".")[0] not in ("sections", "attachments"):
            way = [*map(str, spot.place), *filter(None, name.split("."))]
            label = " › ".join(places.spoken(talk, copy.values or {}, way)[len(spot.parent) // 2 :]) or name
            found.append({"name": name, "id": "", "href": f"{copy.base}/{mistakes.page_of(way)}", "label": label, "text": text})
    return found
