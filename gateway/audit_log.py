"""The audit logs of all services read as one, newest first, a page at a time."""

import asyncio
from collections.abc import Mapping
from typing import Any

from gateway.visit import Visit
from services.contracts.registry import SERVICES

CURSOR = rf"(({'|'.join(SERVICES)}):[0-9]{{1,15}})(,({'|'.join(SERVICES)}):[0-9]{{1,15}}){{0,4}}"
"""Where each service goes on, by the sequence its last entry had; a service with 0 has nothing more."""

Places = Mapping[str, int]


async def page(it: Visit, question: Mapping[str, Any], before: Places, limit: int) -> tuple[list[dict[str, Any]], str]:
    """The newest entries of all services together, each with its `service`, and the cursor of the next page; empty if none."""
    services = [service for service in SERVICES if before.get(service) != 0]
    answers = await asyncio.gather(
        *(it.ask(s, "list_audit_entries", **question, before=before.get(s), limit=limit) for s in services)
    )
    found = [
        {**entry, "service": service} for service, answer in zip(services, answers, strict=True) for entry in answer["entries"]
    ]
    found.sort(key=lambda entry: (entry["at"], entry["service"], entry["sequence"]), reverse=True)
    shown, left = found[:limit], found[limit:]
    if not left and not any(answer["more"] for answer in answers):
        return shown, ""
    reached = dict(before)
    for entry in shown:
        reached[entry["service"]] = entry["sequence"]
    more = {s for s, answer in zip(services, answers, strict=True) if answer["more"]} | {entry["service"] for entry in left}
    return shown, ",".join(f"{s}:{reached.get(s, '') if s in more else 0}" for s in SERVICES if s not in more or s in reached)


def places(cursor: str) -> dict[str, int]:
    """The places a cursor names; what cannot be read names none."""
    pairs = [part.partition(":") for part in cursor.split(",") if part]
    return {
        service: int(number)
        for service, _, number in pairs
        if service in SERVICES and number.isascii() and number.isdigit() and len(number) < 16  # noqa: PLR2004 - below 2^53
    }
