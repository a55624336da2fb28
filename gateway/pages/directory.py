"""Names of services and places for lists of drafts, cases and notices, which carry only their keys."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.pages.language import Speech
from gateway.visit import Visit
from services.contracts.errors import NotFound, Timeout, Unavailable


def told_apart(called: Mapping[str, str]) -> dict[str, str]:
    """What things are called, by their key; with the key where two are called alike."""
    counted = Counter(called.values())
    return {key: f"{name} ({key})" if counted[name] > 1 else name for key, name in called.items()}


@dataclass(frozen=True)
class Directory:
    """Everything of the catalogue and the network by its key."""

    talk: Speech
    services: Mapping[str, Mapping[str, Any]]
    municipalities: Mapping[str, Mapping[str, Any]]

    def service(self, slug: str | None) -> str:
        """Name of a service; its key where it has left the catalogue."""
        found = self.services.get(slug or "")
        return self.talk.local(found["name"]) if found else slug or ""

    def place(self, ars: str | None) -> str:
        """Name of a municipality; its ARS where it has left the network."""
        found = self.municipalities.get(ars or "")
        return str(found["name"]) if found else ars or ""

    def named(self, thing: Mapping[str, Any]) -> dict[str, Any]:
        """A draft, case or notice with the names of its service and place."""
        return {**thing, "name": self.service(thing["service"]), "place": self.place(thing["ars"])}


async def directory(it: Visit, talk: Speech) -> Directory:
    """The names of this moment."""
    services, network = await asyncio.gather(it.house.catalogue.services(), it.house.catalogue.municipalities())
    return Directory(talk, {s["service"]: s for s in services}, {m["ars"]: m for m in network["municipalities"]})


async def office_names(it: Visit, talk: Speech, case: Mapping[str, Any]) -> dict[str, str]:
    """The names of the offices that a case came to, for its history."""
    ids = {entry["office_id"] for entry in case["history"] if entry.get("office_id")}
    found = {office_id: await office(it, office_id) for office_id in sorted(ids)}
    return {office_id: talk.local(one["name"]) if one else office_id for office_id, one in found.items()}


async def waiting_time(it: Visit, service: str, ars: str) -> Mapping[str, Any] | None:
    """How long a service has taken lately; None where too little is known, or nothing now."""
    try:
        found = await it.house.catalogue.waiting_time(service, ars)
    except (NotFound, Timeout, Unavailable):
        return None
    return found if found["median_days"] is not None else None


async def office(it: Visit, office_id: str) -> Mapping[str, Any] | None:
    """An office with its address; None where it has left the network."""
    ars, _, _ = office_id.partition("/")
    try:
        municipality = await it.house.catalogue.municipality(ars)
    except NotFound:
        return None
    return next((o for o in municipality["offices"] if o["office_id"] == office_id), None)
