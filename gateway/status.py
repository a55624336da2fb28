"""How the services are, all asked at once on behalf of an operator."""

import asyncio
from typing import Any

from gateway.visit import Visit
from services.contracts.errors import Failure, Forbidden
from services.contracts.registry import SERVICES

SECONDS_TO_ANSWER = 2.0

Answer = dict[str, Any] | Failure
"""What a service says of itself, or why it says nothing."""


async def of_services(visit: Visit) -> dict[str, Answer]:
    """The status of every service by its name. Raises forbidden for anyone but operators."""
    if not visit.actor.has_role("operator", "*"):
        raise Forbidden("gateway.operators_only", "Only operators may see this.")
    found = await asyncio.gather(*(_ask(visit, service) for service in SERVICES))
    return dict(zip(SERVICES, found, strict=True))


async def _ask(visit: Visit, service: str) -> Answer:
    try:
        return await visit.ask(service, "get_status", deadline=SECONDS_TO_ANSWER)
    except Failure as failure:
        return failure
