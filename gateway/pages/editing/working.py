"""For editors: a working copy with its steps and places for files, the order of them, and its whole text."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.editing import mistakes, places, source
from gateway.pages.editing.copies import (
    CHANGED,
    Copy,
    check_version,
    copy_crumbs,
    copy_of,
    crumbs,
    home,
    is_number,
    names,
    save,
    text_only,
    version_of,
)
from gateway.pages.editing.counting import by_name
from gateway.pages.editing.gone import CopyPage
from gateway.pages.editing.history import give
from gateway.pages.editing.listing import read_file
from gateway.pages.editing.positions import Place
from gateway.pages.form_page import FormPage, key_of, told
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.pages.staff_areas import EDITORS
from gateway.visit import Visit
from services.contracts.errors import Failure, Invalid


class WorkingCopy(FormPage):
    """What is in the making: what is wrong with it, its steps, and the ways on from here."""

    allow: ClassVar[Any] = EDITORS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """`?remove=` asks once more before a step or a place for files is taken out."""
        it, talk = visit.of(req), reading(req)
        copy = await copy_of(it, **params)
        values = copy.values or {}
        called = await names(it)
        await render(
            req,
            resp,
            "editing_copy.html",
            copy=copy,
            municipality=called.get(copy.told["ars"], copy.told["ars"]),
            mistakes=mistakes.told(talk, await by_name(it, talk, copy, copy.told["mistakes"]), copy.values, copy.base),
            steps=[
                {
                    "title": places.title(talk, step),
                    "place": f"sections.{number}",
                    "count": len(step.get("fields") or []),
                    "is_conditional": bool(step.get("when")),
                    "is_repeated": bool(step.get("repeated")),
                }
                for number, step in enumerate(values.get("sections") or [])
            ],
            attachments=[
                {"title": places.title(talk, place), "place": f"attachments.{number}"}
                for number, place in enumerate(values.get("attachments") or [])
            ],
            fees=[
                {"title": places.title(talk, fee), "place": f"fees.{number}", "amount": _amount(talk, fee)}
                for number, fee in enumerate(values.get("fees") or [])
            ],
            removal=removal(talk, copy, req.get_param("remove") or ""),
            key=key_of(form),
            crumbs=crumbs(req, copy.ars, (talk.local(copy.name), home(copy.ars, copy.service))),
            **told(talk, failure, {}),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `discard`, or `up`, `down` or `remove` with a place."""
        it = visit.of(req)
        if form.get("do") == "discard":
            which: dict[str, Any] = {**params, "version": version_of(form)}
            await it.ask("applications", "discard_working_copy", **which)
            see_other(resp, f"{home(**params)}?done=copy_discarded")
            return
        copy = await copy_of(it, **params)
        done = await rearrange(it, copy, form)
        see_other(resp, f"{copy.base}?done={done}")


def _amount(talk: Speech, fee: Mapping[str, Any]) -> str:
    """What it costs, where it says an amount."""
    cents = fee.get("base_cents")
    is_amount = isinstance(cents, int) and not isinstance(cents, bool)
    return talk.money({"cents": cents, "currency": "EUR"}) if is_amount else ""


async def rearrange(it: Visit, copy: Copy, form: Form) -> str:
    """Move a step, a question or a place for files, or take it out, and save; what was done, as pages say it."""
    check_version(copy, form)
    verb, _, place = form.get("do").partition(" ")
    way = _way(copy, place)
    if way is None or verb not in ("up", "down", "remove"):
        raise Invalid("invalid", "There is no such step.")
    try:
        if verb == "remove":
            text = await asyncio.to_thread(source.remove, copy.text, way)
        else:
            text = await asyncio.to_thread(source.move, copy.text, way, -1 if verb == "up" else 1)
    except source.UnreadableError:
        raise text_only() from None
    await save(it, copy, form, text)
    return "copy_removed" if verb == "remove" else "copy_moved"


def removal(talk: Speech, copy: Copy, place: str) -> dict[str, str] | None:
    """What is about to be taken out, to ask once more."""
    way = _way(copy, place)
    if way is None or copy.values is None:
        return None
    return {"place": place, "title": places.title(talk, source.at(copy.values, way))}


def _way(copy: Copy, place: str) -> Place | None:
    """A place in an address; None where nothing is there that could be moved."""
    way: Place = tuple(int(part) if is_number(part) else part for part in place.split("."))
    if copy.values is None or way[0] not in places.GROUPS or not isinstance(way[-1], int):
        return None
    try:
        found = source.at(copy.values, way)
    except (LookupError, TypeError):
        return None
    return way if isinstance(found, dict) else None


class Text(CopyPage):
    """The whole text, as a file of YAML."""

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """What was typed, and the text as it is saved with its mistakes."""
        it, talk = visit.of(req), reading(req)
        copy = await copy_of(it, **params)
        is_stale = failure is not None and failure.slug == CHANGED
        listed = mistakes.told(talk, await by_name(it, talk, copy, copy.told["mistakes"]), None, copy.base)
        wrong: dict[int, list[str]] = {}
        for mistake in listed:
            wrong.setdefault(mistake.line, []).append(mistake.text)
        _ = talk.gettext
        labels = {"source": ("source", _("Text")), "file": ("file", _("Service file"))}
        await render(
            req,
            resp,
            "editing_text.html",
            copy=copy,
            source=form.get("source") if form and "source" in form else copy.text,
            lines=[(line, wrong.get(number, [])) for number, line in enumerate(copy.text.rstrip("\n").split("\n"), 1)],
            mistakes=listed,
            is_stale=is_stale,
            version=copy.told["version"] if form is None or is_stale else version_of(form),
            crumbs=copy_crumbs(req, copy),
            **told(talk, failure, labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """A file that was chosen replaces what stands in the box."""
        it = visit.of(req)
        copy = await copy_of(it, **params)
        text = read_file(form) if "file" in form.files else form.get("source").replace("\r\n", "\n")
        await save(it, copy, form, text if text.endswith("\n") or not text else f"{text}\n")
        see_other(resp, f"{copy.base}/text?done=copy_saved")

    def typed(self, talk: Speech, form: Form) -> list[tuple[str, str]]:
        """What stood in the box; a file is where it was taken from."""
        return [(talk.gettext("Text"), form.get("source"))]


class TextFile:
    """The whole text, to be kept."""

    allow: ClassVar[Any] = EDITORS

    async def on_get(self, req: Request, resp: Response, ars: str, service: str) -> None:
        """As it is saved, with its mistakes."""
        copy = await copy_of(visit.of(req), ars, service)
        give(resp, f"{service}.yaml", copy.text)
