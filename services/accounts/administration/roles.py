"""Roles of staff: given and taken by who administers the place, never by oneself, and never the last administrator's."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.administration import members
from services.accounts.administration.members import Roles
from services.accounts.administration.scope import administers, is_operator, require_version, whole
from services.accounts.model import Municipality, Office, StaffMember, StaffRole
from services.chassis import audit
from services.contracts.actors import Actor, Role
from services.contracts.errors import Forbidden, Invalid

MADE_BY_OPERATORS = ("administrator", "operator")


def assign_roles(session: Session, actor: Actor, *, account_id: str, version: int, roles: list[dict[str, str]]) -> dict[str, Any]:
    """Give these roles and no others, as far as the actor administers; the rest stays.

    Raises forbidden for one's own roles, for making administrators without being an operator, and for the last administrator.
    """
    member = members.visible(session, actor, account_id, lock=True)
    members.check_not_oneself(actor, account_id)
    require_version(member.version, version)
    held = members.roles_of(member)
    mine = frozenset(role for role in held if administers(actor, members.ars_of(role)))
    wanted = checked(session, actor, roles, held=mine)
    given, taken = wanted - mine, mine - wanted
    check_last_administrator(session, actor, member, taken)
    if given or taken:
        by_key = {(r.role, r.office_id): r for r in member.account.roles}
        kept = sorted((held - taken) | given, key=members.order)
        member.account.roles = [by_key.get((r.role, r.office_id)) or StaffRole(role=r.role, office_id=r.office_id) for r in kept]
        member.version += 1
        _record_roles(session, actor, account_id, given, taken)
    return members.view(member, actor)


def checked(session: Session, actor: Actor, roles: list[dict[str, str]], *, held: Roles) -> Roles:
    """The roles as they were asked for. Raises invalid for a role where it cannot be, forbidden for what only operators give."""
    wanted = frozenset(Role(**role) for role in roles)
    for role in sorted(wanted - held, key=members.order):
        if role.role in MADE_BY_OPERATORS and not is_operator(actor):
            raise Forbidden("accounts.operators_only", "Only operators make administrators and operators.")
        if not administers(actor, members.ars_of(role)) or not _is_place(session, role):
            raise Invalid("invalid", "This role cannot be given there.", fields={"roles": ["role_place"]})
    return wanted


def _is_place(session: Session, role: Role) -> bool:
    """An operator is one everywhere, an administrator in a municipality; the others in an open office, or in all of them."""
    if role.role == "operator" or role.office_id == "*":
        return role.role == "operator" and role.office_id == "*"
    if role.office_id.endswith("/*"):
        member = session.get(Municipality, members.ars_of(role))
        return member is not None and not member.is_withdrawn
    office = None if role.role == "administrator" else session.get(Office, role.office_id)
    return office is not None and not office.is_withdrawn


def check_last_administrator(session: Session, actor: Actor, member: StaffMember, taken: Roles) -> None:
    """Raises forbidden if nobody would be left to administer a municipality; operators may."""
    if is_operator(actor):
        return
    for role in taken:
        if role.role == "administrator" and not _has_another_administrator(session, member.account_id, role.office_id):
            raise Forbidden("accounts.last_administrator", "The last administrator of a municipality is an operator's to remove.")


def _has_another_administrator(session: Session, account_id: str, office_id: str) -> bool:
    question = (
        select(StaffRole.account_id)
        .join(StaffMember, StaffMember.account_id == StaffRole.account_id)
        .where(
            StaffRole.role == "administrator",
            StaffRole.office_id == office_id,
            StaffRole.account_id != account_id,
            StaffMember.suspended_at.is_(None),
            StaffMember.accepted_at.is_not(None),
        )
    )
    return session.scalar(question.limit(1)) is not None


def _record_roles(session: Session, actor: Actor, account_id: str, given: Roles, taken: Roles) -> None:
    """One entry for each municipality, so that its administrators find it."""
    by_place: dict[str | None, tuple[set[Role], set[Role]]] = defaultdict(lambda: (set(), set()))
    for number, roles in enumerate((given, taken)):
        for role in roles:
            by_place[members.ars_of(role)][number].add(role)
    for ars, (more, less) in sorted(by_place.items(), key=lambda item: item[0] or ""):
        about = {"given": members.told(more), "taken": members.told(less)}
        office_id = whole(ars) if ars else None
        audit.record(session, actor, "staff.roles_changed", subject_id=account_id, office_id=office_id, about=about)
