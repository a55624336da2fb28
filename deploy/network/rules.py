"""What the schema of one file cannot see: references within a member, between members and to the catalogue."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.network.mistakes import Mistake
from deploy.network.yaml_files import File, Place
from services.applications import catalogue

COUNTY_DIGITS = 5


def within(file: File, member: dict[str, Any]) -> Iterator[Mistake]:
    """What is wrong with one member, looked at alone and beside the catalogue."""
    if Path(file.path).stem != member["slug"]:
        yield file.mistake(("slug",), f"must be the name of the file, {Path(file.path).stem}")
    if (member["kind"] == "county") != (len(member["ars"]) == COUNTY_DIGITS):
        yield file.mistake(("ars",), "has five digits for a county and more for every other kind")
    offices = [office["slug"] for office in member["offices"]]
    yield from (file.mistake(("offices", i, "slug"), "is used twice") for i in _repeats(offices))
    yield from (
        file.mistake(("offers", i, "service"), "is offered twice") for i in _repeats([o["service"] for o in member["offers"]])
    )
    numbers = _catalogue()
    for position, offer in enumerate(member["offers"]):
        place: Place = ("offers", position)
        if offer["office"] not in offices:
            yield file.mistake((*place, "office"), f"names {offer['office']}, which is not among the offices of this file")
        if offer["service"] not in numbers:
            yield file.mistake((*place, "service"), f"names {offer['service']}, which is not in the catalogue")
            continue
        yield from _fee(file, (*place, "fee"), offer["fee"], numbers[offer["service"]])


def _fee(file: File, place: Place, fee: dict[str, Any], numbers: set[str]) -> Iterator[Mistake]:
    if (fee["each_further_cents"] is None) != (fee["pieces_field"] is None):
        yield file.mistake(place, "needs each_further_cents and pieces_field together or neither")
    elif fee["pieces_field"] is not None and fee["pieces_field"] not in numbers:
        yield file.mistake((*place, "pieces_field"), f"names {fee['pieces_field']}, which is not a number in the form")


def between(members: list[tuple[File, dict[str, Any]]]) -> Iterator[Mistake]:
    """What two members both claim and only one can have."""
    for key in ("ars", "slug"):
        found = [member[key] for _, member in members]
        for i in _repeats(found):
            first = members[found.index(found[i])][0].path
            yield members[i][0].mistake((key,), f"is that of {first} too")


def _repeats(values_: list[str]) -> list[int]:
    return [i for i, value in enumerate(values_) if value in values_[:i]]


def _catalogue() -> dict[str, set[str]]:
    """The services of the catalogue, each with the names of its form's fields that hold a number."""
    return {
        slug: {field["name"] for field in service.fields() if field["type"] == "integer"}
        for slug, service in catalogue.services().items()
    }
