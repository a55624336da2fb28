"""Leads through the federal catalogue: from subject and life situation to a service, and to who offers it online."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.applications import offering
from services.applications.directory import reading
from services.applications.directory.reading import Situation
from services.contracts.actors import Actor
from services.contracts.errors import NotFound


def list_situations(_session: Session, _actor: Actor) -> dict[str, Any]:
    """Every subject with its life situations."""
    counted: dict[str, int] = defaultdict(int)
    for listed in reading.listed().values():
        counted[listed.situation.slug] += 1
    return {
        "subjects": [
            {
                "subject": subject.slug,
                "name": subject.name,
                "situations": [{**situation_name(s), "listings": counted[s.slug]} for s in subject.situations],
            }
            for subject in reading.subjects()
        ]
    }


def get_situation(session: Session, actor: Actor, *, situation: str) -> dict[str, Any]:
    """The services of a life situation, by name. Raises not_found."""
    known = {s.slug: s for subject in reading.subjects() for s in subject.situations}
    if situation not in known:
        raise _not_listed()
    online = online_by_listing(session, actor)
    listings = [listed for listed in reading.listed().values() if listed.situation.slug == situation]
    return {
        **situation_name(known[situation]),
        **_subject_of(known[situation]),
        "listings": [
            {"listing": listed.id, "name": listed.name, "online": [service["service"] for service in online[listed.id]]}
            for listed in sorted(listings, key=lambda listed: listed.name.casefold())
        ],
    }


def get_listing(session: Session, actor: Actor, *, listing: str) -> dict[str, Any]:
    """A service with its entries, who is responsible, and what of it is offered online. Raises not_found."""
    if listing not in reading.listed():
        raise _not_listed()
    listed = reading.listed()[listing]
    who = listed.responsible
    return {
        "listing": listed.id,
        "name": listed.name,
        "situation": situation_name(listed.situation),
        **_subject_of(listed.situation),
        "responsible": {"at": who.at, "offices": list(who.offices), "name": who.name},
        "entries": [
            {"leika_key": entry.leika_key, "name": entry.name, "type": entry.type, "legal_basis": entry.legal_basis}
            for entry in listed.entries
        ],
        "online": online_by_listing(session, actor)[listing],
    }


def online_by_listing(session: Session, actor: Actor) -> Mapping[str | None, list[dict[str, Any]]]:
    """What is offered online anywhere, by the service of the federal catalogue it belongs to; by None what belongs to none."""
    found: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for service in offering.list_services(session, actor, ars=None)["services"]:
        if service["offered_by"]:
            listed = reading.by_leika_key().get(service["leika_key"])
            found[listed.id if listed else None].append(service)
    return found


def situation_name(situation: Situation) -> dict[str, Any]:
    """A life situation by name."""
    return {"situation": situation.slug, "name": situation.name}


def _subject_of(situation: Situation) -> dict[str, Any]:
    subject = next(subject for subject in reading.subjects() if subject.slug == situation.subject)
    return {"subject": subject.slug, "subject_name": subject.name}


def _not_listed() -> NotFound:
    return NotFound("applications.not_listed", "The catalogue of services knows nothing of this kind.")
