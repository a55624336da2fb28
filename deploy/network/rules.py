"""What the schema of one file cannot see: references within a member, between members, to the catalogue and to the gateway."""

from collections.abc import Callable, Container, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from deploy.network import filling
from deploy.network.mistakes import Mistake
from deploy.network.yaml_files import File, Place
from services.applications import catalogue, law

COUNTY_DIGITS = 5
MUNICIPALITY_DIGITS = 9
LIGHTEST, DARKEST = 0.905, 0.0083
"""Relative luminance of the hued backgrounds of KERN's light and dark theme, before which a member's colour stands."""
LEAST_CONTRAST = 3.0
"""WCAG 2.2, 1.4.11."""

Member = tuple[File, dict[str, Any]]


def within(file: File, member: dict[str, Any], network: dict[str, Any]) -> Iterator[Mistake]:
    """What is wrong with one member, looked at alone and beside the catalogue."""
    if Path(file.path).stem != member["slug"]:
        yield file.mistake(("slug",), f"must be the name of the file, {Path(file.path).stem}")
    if member["slug"] in fixed_addresses():
        yield file.mistake(("slug",), f"is an address of the portal itself: /{member['slug']} shows something else")
    yield from _key(file, member)
    yield from _parts(file, member)
    if not min(contrast(member["colour"], LIGHTEST), contrast(member["colour"], DARKEST)) >= LEAST_CONTRAST:
        yield file.mistake(("colour",), "must stand out 3:1 from a light and from a dark page; take one of medium brightness")
    offices = [office["slug"] for office in member["offices"]]
    yield from (file.mistake(("offices", i, "slug"), "is used twice") for i in _repeats(offices))
    yield from (
        file.mistake(("offers", i, "service"), "is offered twice") for i in _repeats([o["service"] for o in member["offers"]])
    )
    known = catalogue.services()
    for position, offer in enumerate(member["offers"]):
        place: Place = ("offers", position)
        if offer["office"] not in offices:
            yield file.mistake((*place, "office"), f"names {offer['office']}, which is not among the offices of this file")
        if offer["service"] not in known:
            yield file.mistake((*place, "service"), f"names {offer['service']}, which is not in the catalogue")
        elif offer["fee"]:
            yield from _fee(file, (*place, "fee"), offer["fee"], offer["service"])
    flaws = [*filling.flaws_of_texts(file, member), *filling.missing(file, member, network)]
    yield from (where.mistake(place, sentence) for where, place, sentence in flaws)


def of_network(file: File, network: dict[str, Any]) -> Iterator[Mistake]:
    """What is wrong with what holds for every member."""
    known = catalogue.services()
    for service, fee in network["fees"].items():
        if service not in known:
            yield file.mistake(("fees", service), "is not in the catalogue")
        else:
            yield from _fee(file, ("fees", service), fee, service)
    yield from _rates(file, network["rates"], known)
    yield from (where.mistake(place, sentence) for where, place, sentence in filling.flaws_of_texts(file, network["texts"]))


def _rates(file: File, rates: list[dict[str, Any]], known: Container[str]) -> Iterator[Mistake]:
    for i, entry in enumerate(rates):
        for j, service in enumerate(entry["services"]):
            if service not in known:
                yield file.mistake(("rates", i, "services", j), f"names {service}, which is not in the catalogue")
        for j, place in enumerate(entry["places"]):
            if len(place["cents"]) != len(entry["columns"]):
                yield file.mistake(("rates", i, "places", j, "cents"), f"must have {len(entry['columns'])} amounts, one a column")
        keys = [place["ars"] for place in entry["places"]]
        yield from (file.mistake(("rates", i, "places", j, "ars"), "is used twice") for j in _repeats(keys))


def rates_of_members(file: File, network: dict[str, Any], members: list[Member]) -> Iterator[Mistake]:
    """Rates of places that do not exist: where a county is a member, all its places are. Others may wait for their members."""
    places = {key for _, member in members for key in (member["ars"], *(part["ars"] for part in member["members"]))}
    counties = {member["ars"] for _, member in members if member["kind"] == "county"}
    for i, entry in enumerate(network["rates"]):
        for j, place in enumerate(entry["places"]):
            if place["ars"] not in places and place["ars"][:COUNTY_DIGITS] in counties:
                yield file.mistake(("rates", i, "places", j, "ars"), f"names {place['ars']}, which is no place of this network")


def _key(file: File, member: dict[str, Any]) -> Iterator[Mistake]:
    """Digits 6 to 9 of an ARS name the association of municipalities; they begin with 5 where there is one."""
    ars, kind = member["ars"], member["kind"]
    if (kind == "county") != (len(ars) == COUNTY_DIGITS):
        yield file.mistake(("ars",), "has five digits for a county and more for every other kind")
    elif len(ars) == MUNICIPALITY_DIGITS and (kind == "joint_municipality") != (ars[COUNTY_DIGITS] == "5"):
        yield file.mistake(("ars",), "has a 5 as its sixth digit for a joint_municipality, and for no other kind")


def _parts(file: File, member: dict[str, Any]) -> Iterator[Mistake]:
    for i, part in enumerate(member["members"]):
        if not part["ars"].startswith(member["ars"]) or len(part["ars"]) <= len(member["ars"]):
            yield file.mistake(("members", i, "ars"), f"must begin with {member['ars']} and go on")
        elif part["ags"] != part["ars"][:COUNTY_DIGITS] + part["ars"][MUNICIPALITY_DIGITS:]:
            yield file.mistake(("members", i, "ags"), f"does not fit the ARS {part['ars']}")
        unknown = [code for code in part["postal_codes"] if code not in member["postal_codes"]]
        yield from (
            file.mistake(("members", i, "postal_codes"), f"has {code}, which postal_codes of this file lacks") for code in unknown
        )
    yield from (file.mistake(("members", i, "ars"), "is used twice") for i in _repeats([p["ars"] for p in member["members"]]))
    if member["members"] and member["kind"] != "joint_municipality":
        yield file.mistake(("members",), "belongs to a joint_municipality only")


def _fee(file: File, place: Place, fee: dict[str, Any], slug: str) -> Iterator[Mistake]:
    service = catalogue.services()[slug]
    for against in law.charged(service, fee["base_cents"], fee["each_further_cents"]):
        yield file.mistake((*place, "base_cents"), f"must be 0: {slug} is free by {against.partition(':')[2]}")
    if (fee["each_further_cents"] is None) != (fee["pieces_field"] is None):
        yield file.mistake(place, "needs each_further_cents and pieces_field together or neither")
    elif fee["pieces_field"] is not None and fee["pieces_field"] not in service.counted():
        yield file.mistake((*place, "pieces_field"), f"names {fee['pieces_field']}, which is not a number in the form")


UNIQUE: tuple[tuple[Place, Callable[[dict[str, Any]], str | None]], ...] = (
    (("ars",), lambda m: m["ars"]),
    (("slug",), lambda m: m["slug"]),
    (("host",), lambda m: m["host"]),
    (("treasury", "iban"), lambda m: m["treasury"]["iban"].replace(" ", "").upper()),
    (("treasury", "creditor_id"), lambda m: m["treasury"]["creditor_id"].replace(" ", "").upper()),
)


def between(members: list[Member]) -> Iterator[Mistake]:
    """What two members both claim and only one can have, and members that do not lie in the county."""
    for place, value_of in UNIQUE:
        found = [value_of(member) for _, member in members]
        for i in _repeats(found):
            first = members[found.index(found[i])][0].path
            yield members[i][0].mistake(place, f"is that of {first} too")
    counties = [(file, member) for file, member in members if member["kind"] == "county"]
    yield from (file.mistake(("kind",), f"is that of {counties[0][0].path} too: a network has one") for file, _ in counties[1:])
    for file, member in members:
        if counties and not member["ars"].startswith(counties[0][1]["ars"]):
            yield file.mistake(("ars",), f"must begin with {counties[0][1]['ars']}, the ARS of the county")


def contrast(colour: str, background: float) -> float:
    """Contrast by WCAG 2.2 of `#rrggbb` before a background of this relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)  # noqa: PLR2004 - sRGB
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    lighter, darker = max(luminance, background), min(luminance, background)
    return (lighter + 0.05) / (darker + 0.05)


@cache
def fixed_addresses() -> frozenset[str]:
    """First parts of the addresses that the gateway itself shows."""
    from gateway import pages
    from gateway.api.operation import ROOT

    paths = [path for path, _ in pages.routes()] + [ROOT, "/problems"]
    return frozenset(first for path in paths if (first := path.split("/")[1]) and "{" not in first)


def _repeats(values_: list[Any]) -> list[int]:
    return [i for i, value in enumerate(values_) if value is not None and value in values_[:i]]
