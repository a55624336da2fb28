"""One's own verified identity: how far it reaches, the checks so far, and the code to be shown at the counter."""

from typing import Any, ClassVar

import segno
from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages import identity_words, words
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, status_for, told
from gateway.visit import Visit
from services.contracts.actors import CITIZEN
from services.contracts.errors import Failure, RateLimited


class Identity:
    """The state, and the way to the counter."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response) -> None:
        """Only one's own, whoever one acts for."""
        await _show(req, resp)


class VisitCode:
    """Makes a code and shows it once, on a page that can be printed."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response) -> None:
        """A code is never shown again; whoever comes back begins anew."""
        await _show(req, resp)

    async def on_post(self, req: Request, resp: Response) -> None:
        """The code replaces an older one."""
        try:
            code = await visit.of(req).ask("accounts", "create_visit_code")
        except RateLimited as failure:
            status_for(resp, failure)
            await _show(req, resp, failure)
            return
        picture = segno.make(code["address"], error="m", micro=False).svg_data_uri(scale=6, border=4, dark="#000", light="#fff")
        resp.set_header("Cache-Control", "no-store")
        await render(req, resp, "visit_code.html", code=code, picture=picture)


async def _show(req: Request, resp: Response, failure: Failure | None = None) -> None:
    it, talk = visit.of(req), reading(req)
    found = await it.ask("accounts", "get_verification")
    await render(
        req,
        resp,
        "identity.html",
        verification=found,
        level_name=identity_words.said(talk, words.LEVELS, found["level"]),
        checks=[await _check(it, talk, check) for check in found["checks"]],
        trouble=told(talk, failure) if failure else None,
    )


async def _check(it: Visit, talk: Speech, check: dict[str, Any]) -> dict[str, Any]:
    label, tone = identity_words.CHECK_STATES[check["state"]]
    reasons = identity_words.REVOCATION_REASONS | identity_words.DECLINE_REASONS
    return {
        **check,
        "office": await identity_words.office_name(it, talk, check["office_id"]),
        "document": identity_words.said(talk, identity_words.DOCUMENT_KINDS, check["document_kind"]),
        "badge": {"label": talk.gettext(label), "tone": tone, "symbol": tone},
        "because": identity_words.said(talk, reasons, check["reason"]) if check["reason"] else "",
    }
