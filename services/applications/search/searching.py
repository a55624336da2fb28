"""Answers what somebody typed: services offered online and those of the federal catalogue, best first."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy.orm import Session

from services.applications import editions
from services.applications.directory import Listed, browsing, by_leika_key, listed
from services.applications.search import vocabulary
from services.applications.search.index import LEAST_OF_BEST, Document, Hit, Index, Lexicon, Phrase
from services.contracts.actors import Actor

EVERYDAY, ENTRY, SITUATION, SUMMARY = 1.05, 0.85, 0.5, 0.4
"""How surely a service is meant by its everyday names, by the name of an entry, by its life situation, and by its summary."""
ASKED_FOR = 0.45
"""From here on, it is the very service of the portal that was asked for."""
AHEAD = 0.05
"""How far a service that opens a form stands before what only says who is responsible."""
OWN_WORDS = 0.2
BEHIND = 0.97
NOWHERE = 1_000
MOST_ENTRIES = 5
LEIKA_KEY = re.compile(r"\d{14}")
COUNTY_DIGITS = 5

Named = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A service of the portal as the search knows it: slug, names and keywords, summaries."""


def search_services(session: Session, actor: Actor, *, q: str, ars: str | None, limit: int) -> dict[str, Any]:
    """What fits, best first; at a place what is offered there stands before what is not."""
    hits: dict[str | None, Hit] = {hit.key: hit for hit in _listings_for(q)}
    available = dict(_available(browsing.online_by_listing(session, actor), ars))
    own = {hit.key: hit.score for hit in online_index(_named(session, available)).rank(q)}
    ranked: list[tuple[float, str, dict[str, Any]]] = []
    first: set[str | None] = set()
    last: dict[str | None, float] = {}
    for slug in sorted(available, key=lambda slug: (-own.get(slug, 0.0), _place_of_entry(*available[slug], hits), slug)):
        service, listing = available[slug]
        group = hits[listing].score if listing in hits else 0.0
        score = _score(own.get(slug, 0.0), group, is_first=listing not in first)
        first.add(listing)
        if own.get(slug, 0.0) >= ASKED_FOR:
            last[listing] = score
        if score:
            ranked.append((score, slug, {**_about(listing), "online": service, "entries": []}))
    # Whoever asked for services of the portal sees these before the one of the catalogue that they belong to.
    ranked += [(min(hit.score, last.get(hit.key, hit.score) * BEHIND), str(hit.key), _listing(hit)) for hit in hits.values()]
    ranked.sort(key=lambda each: (-each[0], each[1]))
    best = ranked[0][0] if ranked else 0.0
    ranked = [each for each in ranked if each[0] >= LEAST_OF_BEST * best]
    return {"found": [found for _, _, found in ranked[:limit]], "total": len(ranked)}


@cache
def listings_index() -> Index:
    """The index of the federal catalogue, built when it is first asked for: a third of a second."""
    return build(vocabulary.lexicon(), vocabulary.everyday())


def build(lexicon: Lexicon, everyday: Mapping[str, Sequence[str]]) -> Index:
    """An index of the federal catalogue with these words."""
    return Index((Document(each.id, list(_phrases(each, everyday.get(each.id, ())))) for each in listed().values()), lexicon)


@lru_cache(maxsize=64)
def online_index(services: tuple[Named, ...]) -> Index:
    """The index of these services of the portal; there is one for every set of offers that a place can have."""
    documents = []
    for slug, names, summaries in services:
        phrases = [Phrase(name, 1.0) for name in names] + [Phrase(summary, SUMMARY) for summary in summaries]
        documents.append(Document(slug, phrases))
    return Index(documents, vocabulary.lexicon())


def _listings_for(q: str) -> list[Hit]:
    if LEIKA_KEY.fullmatch(q.strip()) and q.strip() in by_leika_key():
        service = by_leika_key()[q.strip()]
        return [Hit(service.id, 1.0, [number for number, entry in enumerate(service.entries) if entry.leika_key == q.strip()])]
    return listings_index().rank(q)


def _phrases(service: Listed, everyday: Sequence[str]) -> Iterator[Phrase]:
    yield Phrase(service.name)
    for name in everyday:
        yield Phrase(name, EVERYDAY)
    for number, entry in enumerate(service.entries):
        yield Phrase(entry.name, ENTRY, number)
    yield Phrase(service.situation.name["de"], SITUATION)


def _available(
    online: Mapping[str | None, list[dict[str, Any]]], ars: str | None
) -> Iterator[tuple[str, tuple[dict[str, Any], str | None]]]:
    """What is offered at a place or by its county, or anywhere, with the service of the catalogue it belongs to."""
    here = {ars, (ars or "")[:COUNTY_DIGITS]}
    for listing, services in online.items():
        for service in services:
            if ars is None or here & set(service["offered_by"]):
                yield service["service"], (service, listing)


def _named(session: Session, available: Iterable[str]) -> tuple[Named, ...]:
    known = editions.current(session)
    services = [known[slug].service for slug in available]
    return tuple((each.service, (*each.name.values(), *each.keywords), tuple(each.summary.values())) for each in services)


def _place_of_entry(service: Mapping[str, Any], listing: str | None, hits: Mapping[str | None, Hit]) -> int:
    """How well the entry fits that this service of the portal is in the catalogue."""
    if listing not in hits:
        return NOWHERE
    keys = [listed()[str(listing)].entries[number].leika_key for number in hits[listing].entries]
    return keys.index(service["leika_key"]) if service["leika_key"] in keys else NOWHERE


def _score(own: float, listing: float, *, is_first: bool) -> float:
    """Ahead of its listing stands what was asked for, and one that opens a form at all; the others come right behind it."""
    if own >= ASKED_FOR:
        return max(own, listing) + AHEAD + OWN_WORDS * own
    if is_first and listing:
        return max(own, listing) + AHEAD
    return max(own, listing * BEHIND)


def _about(listing: str | None) -> dict[str, Any]:
    if listing is None:
        return {"listing": None, "listing_name": None, "situation": None}
    service = listed()[listing]
    return {"listing": listing, "listing_name": service.name, "situation": browsing.situation_name(service.situation)}


def _listing(hit: Hit) -> dict[str, Any]:
    entries = listed()[hit.key].entries
    fitting = [{"leika_key": entries[n].leika_key, "name": entries[n].name} for n in hit.entries[:MOST_ENTRIES]]
    return {**_about(hit.key), "online": None, "entries": fitting}
