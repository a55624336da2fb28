"""For whom one acts: the choice, which holds for the session until it is changed."""

from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.errors import own_path
from gateway.pages.directory import directory
from gateway.pages.organisations import role_name
from gateway.pages.rendering import reading, render, see_other
from services.contracts.actors import CITIZEN


class Acting:
    """Everybody one may act for, and oneself."""

    allow: ClassVar[Any] = CITIZEN
    works_without_party: ClassVar[bool] = True

    async def on_get(self, req: Request, resp: Response) -> None:
        """With what each of them allows."""
        it, talk = visit.of(req), reading(req)
        found = await it.ask("accounts", "list_parties")
        names = await directory(it, talk)
        behalf = it.actor.behalf
        parties = [
            {
                **party,
                "role_name": role_name(talk, party["role"]),
                "scope": ", ".join(names.service(slug) for slug in party["services"] if slug != "*"),
                "is_current": behalf is not None and party["grant_id"] == behalf.grant_id,
            }
            for party in found["parties"]
        ]
        await render(
            req, resp, "acting.html", parties=parties, is_oneself=behalf is None, next=own_path(req.get_param("next") or "", "")
        )

    async def on_post(self, req: Request, resp: Response) -> None:
        """`grant_id` names the membership or mandate; empty for oneself. Raises not_found for one that is not the person's."""
        it = visit.of(req)
        grant_id = it.form.get("grant_id")
        await it.ask("accounts", "act_for", token=it.token, grant_id=grant_id or None)
        see_other(resp, f"/home?done={'acting' if grant_id else 'oneself'}")
