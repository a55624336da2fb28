"""Pages that lead through the federal catalogue and search it: for the whole network, and for one member of it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages import finding, responsible
from gateway.pages.rendering import render, see_other
from gateway.visit import Visit
from services.contracts.actors import ANYONE

MOST_QUERY = 200
MOST_FOUND = 20


async def place_of(it: Visit, slug: str | None) -> Mapping[str, Any] | None:
    """The member whose page this is; None on those of the network. Raises not_found."""
    return await it.house.catalogue.municipality(slug) if slug else None


def about(place: Mapping[str, Any] | None) -> dict[str, Any]:
    """What all of these pages show of the place they are for."""
    root = f"/{place['slug']}" if place else ""
    return {"place": place, "root": root, "legal": root}


class Search:
    """What was found for what somebody typed. `place` leads to the page of that member."""

    allow = ANYONE

    async def on_get(self, req: Request, resp: Response, municipality: str | None = None) -> None:
        """`?q=` is the question; without one there is only the box to type it. A place that was typed there is gone to.

        Raises not_found for an unknown member.
        """
        it = visit.of(req)
        q = " ".join((req.get_param("q") or "").split())[:MOST_QUERY]
        wish = req.get_param("place", default=municipality or "")
        if wish != (municipality or ""):
            await place_of(it, wish or None)
            see_other(resp, f"{f'/{wish}' if wish else ''}/search?{urlencode({'q': q})}")
            return
        place = await place_of(it, municipality)
        members = (await it.house.catalogue.municipalities())["municipalities"]
        places = finding.named(members, q)
        if len(places) == 1:
            see_other(resp, f"/{places[0]['slug']}/")
            return
        results: Mapping[str, Any] = {"found": [], "total": 0}
        if q and q.isprintable():
            ars = place["ars"] if place else None
            results = await it.ask("applications", "search_services", q=q, ars=ars, limit=MOST_FOUND)
        by_ars = {member["ars"]: member for member in members}
        shown = [self._shown(found, place, by_ars) for found in results["found"]]
        await render(req, resp, "search.html", **about(place), q=q, found=shown, total=results["total"], members=members)

    @staticmethod
    def _shown(found: Mapping[str, Any], place: Mapping[str, Any] | None, members: Mapping[str, Any]) -> dict[str, Any]:
        """A result with the members that offer it: at a place that member, or else its county."""
        online = found["online"]
        offers = [members[ars] for ars in online["offered_by"] if ars in members] if online else []
        here = [m for m in offers if place and (m["ars"] == place["ars"] or place["ars"].startswith(m["ars"]))]
        here.sort(key=lambda member: member["ars"] != place["ars"] if place else False)
        return {**found, "offers": offers, "here": here[0] if here else None}


class Subjects:
    """The whole catalogue: subjects with their life situations."""

    allow = ANYONE

    async def on_get(self, req: Request, resp: Response, municipality: str | None = None) -> None:
        """Raises not_found for an unknown member."""
        it = visit.of(req)
        place = await place_of(it, municipality)
        await render(req, resp, "catalogue.html", **about(place), subjects=(await it.house.catalogue.situations())["subjects"])


class Situation:
    """The services of one life situation."""

    allow = ANYONE

    async def on_get(self, req: Request, resp: Response, situation: str, municipality: str | None = None) -> None:
        """Raises not_found for an unknown member or situation."""
        it = visit.of(req)
        place = await place_of(it, municipality)
        found = await it.house.catalogue.situation(situation)
        online = {service["service"]: service for service in await it.house.catalogue.services()}
        listings = [
            {**listing, "is_online": any(_offered(online.get(slug), place) for slug in listing["online"])}
            for listing in found["listings"]
        ]
        await render(req, resp, "situation.html", **about(place), situation={**found, "listings": listings})


class Listing:
    """One service of the catalogue: what can be done online, else who is responsible and how to reach them."""

    allow = ANYONE

    async def on_get(self, req: Request, resp: Response, situation: str, listing: str, municipality: str | None = None) -> None:
        """Raises not_found for an unknown member, situation or service."""
        it = visit.of(req)
        place = await place_of(it, municipality)
        found = await it.house.catalogue.listing(listing)
        if found["situation"]["situation"] != situation:
            raise visit.nothing_here()
        members = (await it.house.catalogue.municipalities())["municipalities"]
        online = [
            {**service, "offers": [m for m in members if m["ars"] in _offered(service, place)]}
            for service in found["online"]
            if _offered(service, place)
        ]
        await render(
            req,
            resp,
            "listing.html",
            **about(place),
            listing=found,
            online=online,
            contact=await responsible.contact(it, found, place),
            towns=[m for m in members if m["kind"] != "county"],
        )


def _offered(service: Mapping[str, Any] | None, place: Mapping[str, Any] | None) -> list[str]:
    """Who offers a service: anywhere, or at a place that member and its county."""
    offers = service["offered_by"] if service else []
    return [ars for ars in offers if place is None or place["ars"].startswith(ars)]
