"""The citizen's own start page: what is unread, unpaid, in progress and under way."""

import asyncio

from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages.directory import directory
from gateway.pages.rendering import reading, render
from gateway.visit import Visit
from services.contracts.actors import CITIZEN
from services.contracts.errors import Timeout, Unavailable

LATEST = 5
SECONDS_FOR_NOTICES = 1.0
"""The page opens without the number of notices rather than late."""


class Home:
    """The citizen's start page."""

    allow = CITIZEN

    async def on_get(self, req: Request, resp: Response) -> None:
        """Asks for everything at once."""
        it = visit.of(req)
        names, unread, drafts, cart, orders, cases = await asyncio.gather(
            directory(it, reading(req)),
            _unread(it),
            it.ask("applications", "list_drafts"),
            it.ask("applications", "get_cart"),
            it.ask("applications", "list_orders"),
            it.ask("applications", "list_applications", limit=LATEST),
        )
        await render(
            req,
            resp,
            "home.html",
            unread=unread,
            cart=cart,
            drafts=[names.named(d) for d in drafts["drafts"] if not d["is_in_cart"]],
            unpaid=[o for o in orders["orders"] if o["state"] == "awaiting_payment"],
            applications=[names.named(c) for c in cases["cases"]],
        )


async def _unread(it: Visit) -> int | None:
    """The number of unread notices; none where it is not known in time."""
    try:
        return int((await it.ask("messaging", "list_notices", deadline=SECONDS_FOR_NOTICES, limit=1))["unread"])
    except (Unavailable, Timeout):
        return None
