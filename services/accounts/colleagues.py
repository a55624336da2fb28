"""Colleagues: clerks and second approvers, as those who share an office with them see them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.administration import members
from services.accounts.model import StaffMember, StaffRole
from services.contracts.actors import Actor, Role
from services.contracts.errors import NotFound

ROLES = ("clerk", "approver")


def list_colleagues(session: Session, actor: Actor, *, office_id: str | None) -> dict[str, Any]:
    """Who works on the cases of an office, or of all offices of the actor. Raises not_found for an office beyond the own.

    Another service may ask about every office.
    """
    mine = _scopes(actor)
    if office_id is not None:
        if actor.kind != "service" and not any(actor.has_role(role, office_id) for role in ROLES):
            raise NotFound("accounts.no_office", "There is no such office.")
        mine = {office_id}
    working = select(StaffRole.account_id).where(StaffRole.role.in_(ROLES))
    found = session.scalars(members.with_roles().where(StaffMember.account_id.in_(working), StaffMember.suspended_at.is_(None)))
    shown = [(member, _shared(member, mine)) for member in found]
    told = [_view(member, roles) for member, roles in shown if roles]
    return {"colleagues": sorted(told, key=lambda one: (one["family_name"].casefold(), one["given_names"].casefold()))}


def _scopes(actor: Actor) -> set[str]:
    return set().union(*(actor.offices(role) for role in ROLES))


def _shared(member: StaffMember, scopes: set[str]) -> list[Role]:
    roles = [Role(role.role, role.office_id) for role in member.account.roles if role.role in ROLES]
    return [role for role in roles if any(_meet(role.office_id, scope) for scope in scopes)]


def _meet(one: str, other: str) -> bool:
    """Whether two scopes have an office in common."""
    return Role("", one).covers(other) or Role("", other).covers(one)


def _view(member: StaffMember, roles: list[Role]) -> dict[str, Any]:
    account = member.account
    return {
        "account_id": account.id,
        "given_names": account.given_names,
        "family_name": account.family_name,
        "roles": [{"role": role.role, "office_id": role.office_id} for role in roles],
    }
