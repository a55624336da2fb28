"""What a citizen applied for: the list, and one application with its course and its documents."""

import asyncio
from typing import Any, ClassVar
from urllib.parse import urlencode

from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages import answering, answers, attachments
from gateway.pages.directory import directory, office, office_names, waiting_time
from gateway.pages.documents import send_pdf
from gateway.pages.rendering import reading, render
from gateway.visit import Visit
from services.contracts.actors import CITIZEN
from services.contracts.errors import Timeout, Unavailable

PAGE = 25
WAITING = ("submitted", "in_review", "awaiting_second")
SECONDS_FOR_DOCUMENTS = 1.5


def paging(req: Request, path: str, ids_on_page: list[str], *, more: bool, **kept: str | None) -> dict[str, Any]:
    """The links to the next page and back to the first."""
    same = {name: value for name, value in kept.items() if value}
    later = urlencode({**same, "before": ids_on_page[-1]}) if more and ids_on_page else ""
    return {
        "next_page": f"{path}?{later}" if later else "",
        "is_later_page": bool(req.get_param("before")),
        "first_page": f"{path}?{urlencode(same)}" if same else path,
    }


class Applications:
    """All of one's own, newest first."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response) -> None:
        """`?before=` leads through the pages."""
        it = visit.of(req)
        names, found = await asyncio.gather(
            directory(it, reading(req)),
            it.ask("applications", "list_applications", before=req.get_param("before") or None, limit=PAGE),
        )
        pages = paging(req, "/applications", [c["case_id"] for c in found["cases"]], more=found["more"])
        await render(req, resp, "applications.html", applications=[names.named(c) for c in found["cases"]], **pages)


class Application:
    """One application: where it stands, what happened, what was answered, what came of it."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response, case_id: str) -> None:
        """Raises not_found for another's application."""
        it, talk = visit.of(req), reading(req)
        case = await it.ask("applications", "get_application", case_id=case_id)
        names, responsible, documents, files = await asyncio.gather(
            directory(it, talk),
            office(it, case["office_id"]),
            _documents(it, case),
            attachments.of_case(it, talk, "list_application_files", case_id),
        )
        _ = talk.gettext
        facts = [
            (_("Fee"), talk.money(case["fee"]) if case["fee"]["cents"] else _("free of charge")),
            (_("Number"), case_id),
        ]
        await render(
            req,
            resp,
            "application.html",
            case=case,
            name=names.service(case["service"]),
            place=names.place(case["ars"]),
            office=responsible,
            documents=documents,
            files=files,
            groups=answers.groups(talk, case["sections"], case["answers"]),
            facts=facts,
            asked=answering.open_correction(case),
            waiting=await waiting_time(it, case["service"], case["ars"]) if case["state"] in WAITING else None,
            may_withdraw=answering.may_withdraw(it, case),
            office_name=await office_names(it, talk, case),
        )


class Copy:
    """What was sent, as PDF."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response, case_id: str) -> None:
        """Raises not_found for another's application."""
        send_pdf(resp, await visit.of(req).ask("applications", "get_application_copy", case_id=case_id))


async def _documents(it: Visit, case: dict[str, Any]) -> list[dict[str, Any]]:
    if case["ending"] != "document" or case["state"] not in ("approved", "completed"):
        return []
    try:
        found = await it.ask("documents", "list_documents", deadline=SECONDS_FOR_DOCUMENTS, case_id=case["case_id"])
    except (Unavailable, Timeout):
        return []
    return list(found["documents"])
