"""Pages for everyone: the network, a municipality, a service."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages import directory, finding, prefilling, what_is_asked
from gateway.pages.rendering import reading, render, see_other
from services.chassis import ids
from services.contracts.actors import ANYONE, CITIZEN
from services.contracts.errors import Invalid

MOST_QUERY = 100


class Start:
    """The portal network: find a municipality, see what can be done online."""

    allow = ANYONE

    async def on_get(self, req: Request, resp: Response) -> None:
        """`?q=` looks for a place by name or postal code; where one municipality is meant, goes on there."""
        catalogue = visit.of(req).house.catalogue
        everyone = (await catalogue.municipalities())["municipalities"]
        q = (req.get_param("q") or "").strip()[:MOST_QUERY]
        found = finding.matching(everyone, q)
        if len(found) == 1:
            see_other(resp, f"/{found[0]['slug']}/")
            return
        services = with_offers(await catalogue.services(), everyone)
        await render(
            req,
            resp,
            "start.html",
            q=q,
            found=[{**m, "found_by": finding.found_by(m, q)} for m in found],
            like=[] if found else finding.like(everyone, q),
            municipalities=everyone,
            services=services,
        )


def with_offers(services: Sequence[Mapping[str, Any]], municipalities: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Services with the municipalities that offer them."""
    return [{**s, "offers": [m for m in municipalities if m["ars"] in s["offered_by"]]} for s in services]


class Municipality:
    """A municipality or the county: its services, offices and places. Towns lead to the county and it leads to them."""

    allow = ANYONE

    async def on_get(self, req: Request, resp: Response, municipality: str) -> None:
        """Raises not_found for an unknown slug."""
        catalogue = visit.of(req).house.catalogue
        found = await catalogue.municipality(municipality)
        everyone = (await catalogue.municipalities())["municipalities"]
        others = [m for m in everyone if m["ars"] != found["ars"]]
        is_county = found["kind"] == "county"
        county = None if is_county else next((m for m in others if m["kind"] == "county"), None)
        await render(
            req,
            resp,
            "municipality.html",
            municipality=found,
            legal=f"/{found['slug']}",
            services=await catalogue.services(found["ars"]),
            elsewhere=[s for s in with_offers(await catalogue.services(), others) if s["offers"]] if is_county else [],
            towns=others if is_county else [],
            county=county,
            services_of_county=await catalogue.services(county["ars"]) if county else [],
        )


class Service:
    """A service at a municipality: what it is, costs and needs; citizens begin it here."""

    allow = {"GET": ANYONE, "POST": CITIZEN}

    async def on_get(self, req: Request, resp: Response, municipality: str, service: str) -> None:
        """Raises not_found where it is not offered."""
        it = visit.of(req)
        place = await it.house.catalogue.municipality(municipality)
        found = await it.house.catalogue.service(service, place["ars"])
        office = await directory.office(it, found["office_id"])
        await render(
            req,
            resp,
            "service.html",
            municipality=place,
            legal=f"/{place['slug']}",
            service=found,
            steps=what_is_asked.steps(reading(req), found["sections"]),
            documents=what_is_asked.documents(reading(req), found),
            office=office,
            may_take=prefilling.asks(found["sections"]),
            waiting=await directory.waiting_time(it, service, place["ars"]),
            key=ids.new_id(),
        )

    async def on_post(self, req: Request, resp: Response, municipality: str, service: str) -> None:
        """Begin the form; with what the account knows of the one it is for, if they want that."""
        it = visit.of(req)
        place = await it.house.catalogue.municipality(municipality)
        found = await it.house.catalogue.service(service, place["ars"])
        begin = partial(it.ask, "applications", "start_draft", service=service, ars=place["ars"])
        filled, taken = await prefilling.begun(it, reading(req), found["sections"]) if it.form.get("take") else ({}, [])
        try:
            draft = await begin(idempotency_key=it.form.get("key") or ids.new_id(), answers=filled, taken=taken)
        except Invalid:
            # A new version was published a moment ago, and asks for other things.
            draft = await begin(idempotency_key=ids.new_id(), answers={}, taken=[])
        see_other(resp, f"/drafts/{draft['draft_id']}?step=1")
