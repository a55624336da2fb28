"""The mailbox: notices in the reader's words."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages import words
from gateway.pages.applications import PAGE, paging
from gateway.pages.directory import Directory, directory
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render
from services.contracts.actors import CITIZEN


class Mailbox:
    """All notices, newest first."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response) -> None:
        """`?before=` leads through the pages."""
        it, talk = visit.of(req), reading(req)
        names, found = await asyncio.gather(
            directory(it, talk), it.ask("messaging", "list_notices", before=req.get_param("before") or None, limit=PAGE)
        )
        pages = paging(req, "/mailbox", [n["notice_id"] for n in found["notices"]], more=found["more"])
        notices = [spoken(talk, names, n) for n in found["notices"]]
        await render(req, resp, "mailbox.html", notices=notices, unread=found["unread"], **pages)


class Notice:
    """One notice; opening it marks it as read."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response, notice_id: str) -> None:
        """Raises not_found for another's notice."""
        it, talk = visit.of(req), reading(req)
        names, notice = await asyncio.gather(directory(it, talk), it.ask("messaging", "read_notice", notice_id=notice_id))
        await render(req, resp, "notice.html", notice=spoken(talk, names, notice))


def spoken(talk: Speech, names: Directory, notice: Mapping[str, Any]) -> dict[str, Any]:
    """A notice in words, with what it speaks of and where to go from it."""
    _ = talk.gettext
    said = words.NOTICES[notice["kind"]]
    name = names.service(notice["service"]) if notice["service"] else ""
    pairs = [(_("Service"), name)] if name else []
    if notice["ars"]:
        pairs.append((_("Municipality"), names.place(notice["ars"])))
    if notice["amount"]:
        pairs.append((_("Amount"), talk.money(notice["amount"])))
    links = [
        (_("To the document"), f"/documents/{notice['document_id']}") if notice["document_id"] else None,
        (_("To the application"), f"/applications/{notice['case_id']}") if notice["case_id"] else None,
        (_("To the order"), f"/orders/{notice['order_id']}") if notice["order_id"] else None,
        (_("To my identity"), "/account/identity") if notice["kind"].startswith("identity_") else None,
        (_("To the mandates"), "/mandates") if notice["kind"].startswith("mandate_") else None,
        (_("To the organisations"), "/organisations") if notice["kind"].startswith("membership_") else None,
    ]
    return {
        **notice,
        "title": _(said.title),
        "text": _(said.text),
        "name": name,
        "pairs": pairs,
        "links": [link for link in links if link] or [(_("My area"), "/home")],
    }
