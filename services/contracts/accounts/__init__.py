"""Contract of `accounts`: who you are, sessions, and the portal network with its offices. One module per activity."""

from types import ModuleType

from services.contracts.accounts import (
    acting,
    administration,
    colleagues,
    credentials,
    eid,
    factors,
    mails,
    mandates,
    network,
    organisations,
    privacy,
    profile,
    registering,
    sessions,
    verification,
)
from services.contracts.registry import Fact, Method

PARTS: tuple[ModuleType, ...] = (
    registering,
    sessions,
    credentials,
    profile,
    verification,
    factors,
    eid,
    mails,
    organisations,
    mandates,
    acting,
    privacy,
    network,
    administration,
    colleagues,
)

METHODS: dict[str, Method] = {name: method for part in PARTS for name, method in part.METHODS.items()}
EVENTS: dict[str, type[Fact]] = {name: fact for part in PARTS for name, fact in part.EVENTS.items()}
