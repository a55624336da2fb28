"""For administrators and operators: where administration begins, and the page of one municipality."""

from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages.rendering import reading, render, see_other
from gateway.pages.staff_areas import ADMINISTRATORS
from gateway.visit import Visit, nothing_here

ROOT = "/staff/administration"
NETWORK = "network"
"""Stands in an address where otherwise the key of a municipality does, for those who work for none: operators."""


class Start:
    """The municipalities one administers; whoever has just one goes on to it."""

    allow: ClassVar[Any] = ADMINISTRATORS

    async def on_get(self, req: Request, resp: Response) -> None:
        """An operator sees them all, and the staff of the network."""
        it = visit.of(req)
        found = (await it.ask("accounts", "list_administered_municipalities"))["municipalities"]
        if len(found) == 1 and not is_operator(it):
            see_other(resp, f"{ROOT}/{found[0]['ars']}")
            return
        await render(req, resp, "administration.html", municipalities=found, is_operator=is_operator(it))


class Municipality:
    """The offices of a municipality, and the way to its staff, offers and audit log."""

    allow: ClassVar[Any] = ADMINISTRATORS

    async def on_get(self, req: Request, resp: Response, ars: str) -> None:
        """Raises not_found where one administers nothing."""
        it = visit.of(req)
        found = await offices_of(it, ars)
        offices = [{**office, "slug": slug_of(office)} for office in found["offices"]]
        await render(
            req,
            resp,
            "administration_municipality.html",
            municipality=found["municipality"],
            offices=[office for office in offices if not office["is_withdrawn"]],
            withdrawn=[office for office in offices if office["is_withdrawn"]],
            is_operator=is_operator(it),
        )


async def offices_of(it: Visit, ars: str) -> dict[str, Any]:
    """A municipality with its offices, asked for afresh. Raises not_found also for what cannot be a key."""
    if not ars.isdigit() or not ars.isascii() or len(ars) not in (5, 9, 12):
        raise nothing_here()
    return await it.ask("accounts", "list_administered_offices", ars=ars)


def slug_of(office: dict[str, Any]) -> str:
    """The key of an office within its municipality."""
    return str(office["office_id"]).partition("/")[2]


def is_operator(it: Visit) -> bool:
    """Whether the whole network is theirs to look after."""
    return it.actor.has_role("operator", "*")


def crumbs(req: Request, municipality: dict[str, Any] | None, *further: tuple[str, str]) -> list[tuple[str, str]]:
    """The way back: administration, the municipality, and what lies between."""
    _ = reading(req).gettext
    home = [(_("Administration"), ROOT)]
    return [*home, *([(municipality["name"], f"{ROOT}/{municipality['ars']}")] if municipality else []), *further]
