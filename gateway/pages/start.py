"""Pages for everyone: the network, a municipality, a service."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages import answers, directory
from gateway.pages.rendering import render, see_other
from services.chassis import ids
from services.contracts.actors import ANYONE, CITIZEN

MOST_QUERY = 100


class Start:
    """The portal network: find a municipality, see what can be done online."""

    allow = ANYONE

    async def on_get(self, req: Request, resp: Response) -> None:
        """`?q=` looks for a place by name or postal code."""
        catalogue = visit.of(req).house.catalogue
        everyone = (await catalogue.municipalities())["municipalities"]
        q = (req.get_param("q") or "").strip()[:MOST_QUERY]
        found = matching(everyone, q)
        if len(found) == 1 and q:
            see_other(resp, f"/{found[0]['slug']}/")
            return
        services = with_offers(await catalogue.services(), everyone)
        await render(req, resp, "start.html", q=q, found=found, municipalities=everyone, services=services)


def matching(municipalities: Sequence[Mapping[str, Any]], q: str) -> list[Mapping[str, Any]]:
    """Municipalities with this postal code, or with this in their name or in that of a place of theirs."""
    if not q:
        return []
    if q.isdigit():
        return [m for m in municipalities if m["kind"] != "county" and any(code.startswith(q) for code in m["postal_codes"])]
    wanted = folded(q)
    return [m for m in municipalities if any(wanted in folded(name) for name in (m["name"], *_places(m)))]


def _places(municipality: Mapping[str, Any]) -> Sequence[str]:
    return municipality["places"] if municipality["kind"] != "county" else ()


def folded(text: str) -> str:
    """For comparing names: soegel, Sögel and SOGEL are one."""
    plain = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    letters = unicodedata.normalize("NFD", plain)
    return "".join(c for c in letters if not unicodedata.combining(c))


def with_offers(services: Sequence[Mapping[str, Any]], municipalities: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Services with the municipalities that offer them."""
    return [{**s, "offers": [m for m in municipalities if m["ars"] in s["offered_by"]]} for s in services]


class Municipality:
    """A municipality or the county: services and offices. The county also leads to what the municipalities offer."""

    allow = ANYONE

    async def on_get(self, req: Request, resp: Response, municipality: str) -> None:
        """Raises not_found for an unknown slug."""
        catalogue = visit.of(req).house.catalogue
        found = await catalogue.municipality(municipality)
        services = await catalogue.services(found["ars"])
        elsewhere: list[dict[str, Any]] = []
        if found["kind"] == "county":
            everyone = (await catalogue.municipalities())["municipalities"]
            others = [m for m in everyone if m["ars"] != found["ars"]]
            elsewhere = [s for s in with_offers(await catalogue.services(), others) if s["offers"]]
        await render(req, resp, "municipality.html", municipality=found, services=services, elsewhere=elsewhere)


class Service:
    """A service at a municipality: what it is, costs and needs; citizens begin it here."""

    allow = {"GET": ANYONE, "POST": CITIZEN}

    async def on_get(self, req: Request, resp: Response, municipality: str, service: str) -> None:
        """Raises not_found where it is not offered."""
        it = visit.of(req)
        place = await it.house.catalogue.municipality(municipality)
        found = await it.house.catalogue.service(service, place["ars"])
        office = await directory.office(it, found["office_id"])
        await render(req, resp, "service.html", municipality=place, service=found, office=office, key=ids.new_id())

    async def on_post(self, req: Request, resp: Response, municipality: str, service: str) -> None:
        """Begin the form, with what the account knows already."""
        it = visit.of(req)
        place = await it.house.catalogue.municipality(municipality)
        found = await it.house.catalogue.service(service, place["ars"])
        draft = await it.ask(
            "applications",
            "start_draft",
            idempotency_key=it.form.get("key") or ids.new_id(),
            service=service,
            ars=place["ars"],
            answers=answers.prefilled(found["sections"], it.person or {}),
        )
        see_other(resp, f"/drafts/{draft['draft_id']}")
