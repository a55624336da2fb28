"""Everybody who may come: a stranger, a citizen, each role of staff, and a service."""

from typing import Any

from services.contracts.actors import ROLES, Actor, Role

STRANGER, CITIZEN, SERVICE = "stranger", "citizen", "service"
PEOPLE = (STRANGER, CITIZEN, *(role.replace("_", " ") for role in ROLES))
"""Who can come through the gateway, by the names of the written table."""
EVERYBODY = (*PEOPLE, SERVICE)

SOEGEL, LINGEN = "034545407", "034540032"
ID = "0198c5a1-0000-7c3d-9a55-{:012x}"


def account_id(name: str) -> str:
    """The account of this person; a stranger and a service have none."""
    return ID.format(EVERYBODY.index(name))


def scope(role: str, ars: str = SOEGEL, office: str = "standesamt") -> str:
    """Where somebody usually has a role: an operator everywhere, some in a municipality, the others in an office."""
    return {"operator": "*", "administrator": f"{ars}/*", "editor": f"{ars}/*"}.get(role, f"{ars}/{office}")


def actor(name: str, ars: str = SOEGEL, office: str = "standesamt") -> Actor:
    """The person as the services meet them, trusted as far as can be, so that only who they are decides."""
    if name in (STRANGER, SERVICE):
        return Actor("anyone" if name == STRANGER else "service")
    trust: dict[str, Any] = {"level": "high", "session_level": "high"}
    if name == CITIZEN:
        return Actor("citizen", account_id(name), **trust)
    role = name.replace(" ", "_")
    return Actor("staff", account_id(name), roles=(Role(role, scope(role, ars, office)),), **trust)
