"""Fills in what a member leaves to the network or to itself: legal texts, fees, addresses and opening hours of its offices."""

import string
from collections.abc import Iterator
from typing import Any

from deploy.network.yaml_files import File, Place
from services.applications import catalogue
from services.chassis import clock

TEXTS = ("imprint", "privacy", "accessibility")
LANGUAGES = ("de", "en")
NAMES = ("name", "address", "website", "email", "phone", "privacy_email", "accessibility_email", "head")
"""What may stand in braces in a legal text."""

Flaw = tuple[File, Place, str]
"""What is wrong, in which file and where."""


def flaws_of_texts(file: File, texts: dict[str, Any]) -> Iterator[Flaw]:
    """Braces in the texts of a file that no member could fill."""
    prefix: Place = ("texts",) if "texts" in (file.content or {}) else ()
    for kind in TEXTS:
        for language in LANGUAGES:
            if text := (texts.get(kind) or {}).get(language):
                yield from ((file, (*prefix, kind, language), wrong) for wrong in _wrong_braces(text))


def _wrong_braces(text: str) -> Iterator[str]:
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        yield "has a brace without its partner; write {{ for a brace"
        return
    yield from (f"knows no {{{name}}}, only {', '.join(f'{{{n}}}' for n in NAMES)}" for name in names if name not in NAMES)


def missing(file: File, member: dict[str, Any], network: dict[str, Any]) -> Iterator[Flaw]:
    """What neither the member nor the network says."""
    for kind in TEXTS:
        if not (member[kind] or network["texts"].get(kind)):
            yield file, (kind,), "is missing, and network.yaml has none in texts"
    if not _head(member, network) and any("{head}" in text for text in _texts(member, network)):
        yield file, ("head",), f"is missing, and network.yaml has none for a {member['kind']} in heads"
    for i, office in enumerate(member["offices"]):
        if office["opening_hours"] is None and member["opening_hours"] is None:
            yield file, ("offices", i, "opening_hours"), "is missing, and the member has none of its own"
    for i, offer in enumerate(member["offers"]):
        if not _fee(offer, network):
            yield file, ("offers", i, "fee"), "is missing, and network.yaml has none in fees, nor the file of the service"


def _texts(member: dict[str, Any], network: dict[str, Any]) -> Iterator[str]:
    for kind in TEXTS:
        yield from (member[kind] or network["texts"].get(kind) or {}).values()


def _head(member: dict[str, Any], network: dict[str, Any]) -> dict[str, str] | None:
    head: dict[str, str] | None = member["head"] or network["heads"].get(member["kind"])
    return head


def filled(member: dict[str, Any], network: dict[str, Any]) -> dict[str, Any]:
    """The member as the services take it: nothing left to look up elsewhere."""
    contact = member["contact"]
    return {
        **member,
        **{kind: _text(member, network, kind) for kind in TEXTS},
        "email": contact["email"],
        "phone": contact["phone"],
        "places": [*(m["name"] for m in member["members"]), *member["places"]],
        "offices": [
            {
                **office,
                "address": office["address"] or member["address"],
                "opening_hours": member["opening_hours"] if office["opening_hours"] is None else office["opening_hours"],
            }
            for office in member["offices"]
        ],
        "offers": [
            {
                **offer,
                "fee": _fee(offer, network),
                "rates": [_rates(member, entry) for entry in network["rates"] if offer["service"] in entry["services"]],
            }
            for offer in member["offers"]
        ],
    }


def _fee(offer: dict[str, Any], network: dict[str, Any]) -> dict[str, Any]:
    """That of the offer, or of the network, or that which the service names; empty where nobody says."""
    own = offer["fee"] or network["fees"].get(offer["service"])
    service = catalogue.services().get(offer["service"])
    named = service and service.fee_on(clock.in_germany(clock.now()).date())
    return own or ({**named, "is_example": False} if named else {})


def _rates(member: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """The rates of a member or of its member municipalities, and those of them whose rates nobody has told yet."""
    places = member["members"] or [member]
    told = {rate["ars"]: rate for rate in entry["places"]}
    return {
        "title": entry["title"],
        "columns": entry["columns"],
        "places": [
            {"name": place["name"], **{key: rate[key] for key in ("cents", "as_of", "source")}}
            for place in places
            if (rate := told.get(place["ars"]))
        ],
        "unknown_places": [place["name"] for place in places if place["ars"] not in told],
    }


def _text(member: dict[str, Any], network: dict[str, Any], kind: str) -> dict[str, str]:
    text, contact = member[kind] or network["texts"][kind], member["contact"]
    head = _head(member, network) or {}
    return {
        language: text[language].format(
            name=member["name"],
            address=member["address"],
            website=member["website"] or "",
            email=contact["email"],
            phone=contact["phone"],
            privacy_email=contact["privacy"],
            accessibility_email=contact["accessibility"],
            head=head.get(language, ""),
        )
        for language in LANGUAGES
    }
