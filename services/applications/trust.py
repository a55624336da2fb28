"""Trust levels: who orders a service, or corrects what they sent, has a session and an identity that both reach its level."""

from collections.abc import Iterable

from services.applications.catalogue import Service
from services.contracts.actors import Actor
from services.contracts.errors import Forbidden
from services.contracts.levels import LEVELS, reaches


def require(actor: Actor, services: Iterable[Service]) -> None:
    """Raises forbidden where one of the services asks for more than the actor has; `fields.level` says how much."""
    needed = max((service.level for service in services), key=LEVELS.index, default=LEVELS[0])
    if not reaches(actor.level, needed):
        raise Forbidden("applications.level_needed", "This service asks for a higher trust level.", {"level": [needed]})
