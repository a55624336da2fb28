"""For editors whose working copy has been overtaken: what was published meanwhile, to be taken over or not, change by change."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.editing import merging, places, source
from gateway.pages.editing.copies import Copy, check_version, copy_crumbs, copy_of, text_only, version_of
from gateway.pages.editing.gone import CopyPage
from gateway.pages.editing.history import edition, value
from gateway.pages.editing.merging import Difference
from gateway.pages.form_page import told
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.visit import Visit
from services.contracts.errors import Conflict, Failure

OVERTAKEN = "applications.newer_published"
TAKE = "take"


@dataclass(frozen=True)
class Meanwhile:
    """The version that counts now, and what could be taken over from it; None where the texts cannot be compared by parts."""

    version: Mapping[str, Any]
    values: Mapping[str, Any]
    before: Mapping[str, Any]
    differences: list[Difference] | None


class Newer(CopyPage):
    """What somebody else changed, beside what stands in the working copy. Nothing is taken over that is not ticked."""

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """What only the other one changed is ticked at first; what both changed is not."""
        it, talk = visit.of(req), reading(req)
        copy = await copy_of(it, **params)
        found = await _meanwhile(it, copy)
        typed = form if form is not None and form.get("current") == str(copy.told["current"]) else None
        await render(
            req,
            resp,
            "editing_newer.html",
            copy=copy,
            found=found,
            rows=_rows(talk, found, typed) if found else [],
            crumbs=copy_crumbs(req, copy),
            **told(talk, failure, {}),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `take` (what is ticked) or `keep` (all of the working copy); from then on it follows the newer version."""
        it = visit.of(req)
        copy = await copy_of(it, **params)
        check_version(copy, form)
        found, text = await _meanwhile(it, copy), copy.text
        if found is None or form.get("current") != str(found.version["number"]):
            raise Conflict(OVERTAKEN, "A newer version was published meanwhile.")
        if form.get("do") == TAKE and found.differences:
            wanted = [one for number, one in enumerate(found.differences) if form.get(f"{TAKE}.{number}") == "yes"]
            try:
                text = await asyncio.to_thread(merging.merged, text, found.before, found.values, lambda one: one in wanted)
            except source.UnreadableError:
                raise text_only() from None
        which: dict[str, Any] = {**params, "version": version_of(form), "based_on": found.version["number"]}
        await it.ask("applications", "save_working_copy", source=text, **which)
        see_other(resp, f"{copy.base}?done=copy_follows")

    def typed(self, talk: Speech, form: Form) -> list[tuple[str, str]]:
        """Nothing is typed here."""
        return []


async def _meanwhile(it: Visit, copy: Copy) -> Meanwhile | None:
    """None where nothing was published since the working copy was begun."""
    based_on, current = copy.told["based_on"], copy.told["current"]
    if not is_overtaken(copy):
        return None
    before, version = await asyncio.gather(
        *(edition(it, copy.ars, copy.service, str(number)) for number in (based_on or current, current))
    )
    try:
        old, new = source.read(before["source"]), source.read(version["source"])
    except source.UnreadableError:
        return Meanwhile(version, {}, {}, None)
    if copy.values is None or not based_on:
        return Meanwhile(version, new, old, None)
    return Meanwhile(version, new, old, merging.differences(old, new, copy.values))


def is_overtaken(copy: Copy) -> bool:
    """Whether another version counts now than the one that the working copy follows."""
    current = copy.told.get("current")
    return current is not None and current != copy.told["based_on"]


def _rows(talk: Speech, found: Meanwhile, typed: Form | None) -> list[dict[str, Any]]:
    """The differences as the template draws them."""
    return [
        {
            "name": f"{TAKE}.{number}",
            "where": " › ".join(
                places.spoken(talk, found.values if one.theirs else found.before, ".".join(one.place).split("."))
            ),
            "is_contested": one.is_contested,
            "is_ticked": typed.get(f"{TAKE}.{number}") == "yes" if typed else not one.is_contested,
            "facts": _facts(talk, one),
        }
        for number, one in enumerate(found.differences or [])
    ]


def _facts(talk: Speech, one: Difference) -> list[tuple[str, str]]:
    _ = talk.gettext
    shown = [(_("Before"), one.before), (_("Published"), one.theirs)]
    if one.is_contested:
        shown.append((_("Working copy"), one.mine))
    return [(label, value(talk, said) or "–") for label, said in shown]
