"""Whom a page names for a service that is not offered online: as a rule responsible, or the first to ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.visit import Visit

FIRST_CONTACTS = ("buergerbuero", "buergerservice")
"""Offices that everybody can turn to; where there is none, the general contact counts."""


@dataclass(frozen=True)
class Contact:
    """A member with one of its offices, if it has one that fits: responsible itself where `at` is municipality or county.

    Where it is elsewhere or unknown, this is only whom to ask; `name` is who is responsible elsewhere. Without a place there is
    no member for what each municipality does itself.
    """

    at: str
    member: Mapping[str, Any] | None
    office: Mapping[str, Any] | None
    name: Mapping[str, str] | None


async def contact(it: Visit, listing: Mapping[str, Any], place: Mapping[str, Any] | None) -> Contact:
    """Who is responsible for a listing for somebody at a place; without a place, as far as it can be said for all of them."""
    told = listing["responsible"]
    at: str = told["at"]
    county = await _county(it, place)
    town = place if place is not None and place["kind"] != "county" else None
    # A town that belongs to no county does itself what elsewhere the county does.
    member = county or town if at == "county" else town
    if at in ("county", "municipality"):
        return Contact(at, member, _office(member, told["offices"]) or _office(member, FIRST_CONTACTS), None)
    helper = town or county
    return Contact(at, helper, _office(helper, FIRST_CONTACTS), told["name"])


async def _county(it: Visit, place: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    members = (await it.house.catalogue.municipalities())["municipalities"]
    found = next((m for m in members if m["kind"] == "county" and (place is None or place["ars"].startswith(m["ars"]))), None)
    return await it.house.catalogue.municipality(found["slug"]) if found else None


def _office(member: Mapping[str, Any] | None, slugs: Sequence[str]) -> Mapping[str, Any] | None:
    offices = {office["office_id"].partition("/")[2]: office for office in member["offices"]} if member else {}
    return next((offices[slug] for slug in slugs if slug in offices), None)
