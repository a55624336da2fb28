"""Members of staff: shown to who administers them, renamed, suspended and reinstated."""

from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from services.accounts.administration import members
from services.accounts.administration.roles import check_last_administrator
from services.accounts.administration.scope import is_operator, municipality
from services.accounts.model import SignedInSession, StaffMember, StaffRole
from services.chassis import audit, clock
from services.contracts.actors import Actor
from services.contracts.errors import NotFound


def list_staff(session: Session, actor: Actor, *, ars: str | None, account_ids: list[str] | None = None) -> dict[str, Any]:
    """Who works for a municipality or has a role there; for none, operators. Raises not_found beyond the own."""
    if account_ids is not None:
        known = session.scalars(members.with_roles().where(StaffMember.account_id.in_(account_ids)))
        return {"staff": [members.view(member, actor) for member in known if members.is_visible(actor, member)]}
    if ars is None and not is_operator(actor):
        raise NotFound("accounts.no_municipality", "There is no such municipality in this network.")
    if ars is not None:
        municipality(session, actor, ars)
    there = StaffMember.ars.is_(None) if ars is None else StaffMember.ars == ars
    guests = StaffRole.office_id == "*" if ars is None else StaffRole.office_id.startswith(f"{ars}/", autoescape=True)
    question = members.with_roles().where(or_(there, StaffMember.account_id.in_(select(StaffRole.account_id).where(guests))))
    found = sorted(session.scalars(question), key=lambda m: (m.account.family_name.casefold(), m.account.given_names.casefold()))
    return {"staff": [members.view(member, actor) for member in found]}


def get_staff(session: Session, actor: Actor, *, account_id: str) -> dict[str, Any]:
    """One of them. Raises not_found for anybody the actor does not administer."""
    return members.view(members.visible(session, actor, account_id), actor)


def change_staff(
    session: Session, actor: Actor, *, account_id: str, version: int, given_names: str, family_name: str
) -> dict[str, Any]:
    """Another name, as after a marriage. The audit log says that it changed, and no names."""
    member = members.own(session, actor, account_id, version)
    member.account.given_names, member.account.family_name = given_names, family_name
    member.version += 1
    audit.record(session, actor, "staff.renamed", subject_id=account_id, office_id=members.home(member))
    return members.view(member, actor)


def suspend_staff(session: Session, actor: Actor, *, account_id: str, version: int, reason: str) -> dict[str, Any]:
    """They are signed out everywhere at once and cannot sign in. Raises forbidden for oneself and the last administrator."""
    members.check_not_oneself(actor, account_id)
    member = members.own(session, actor, account_id, version)
    check_last_administrator(session, actor, member, members.roles_of(member))
    if member.suspended_at is None:
        member.suspended_at = clock.now()
        member.version += 1
        session.execute(delete(SignedInSession).where(SignedInSession.account_id == account_id))
        audit.record(session, actor, "staff.suspended", subject_id=account_id, office_id=members.home(member), reason=reason)
    return members.view(member, actor)


def reinstate_staff(session: Session, actor: Actor, *, account_id: str, version: int) -> dict[str, Any]:
    """They may sign in again, with the roles they had."""
    members.check_not_oneself(actor, account_id)
    member = members.own(session, actor, account_id, version)
    if member.suspended_at is not None:
        member.suspended_at = None
        member.version += 1
        audit.record(session, actor, "staff.reinstated", subject_id=account_id, office_id=members.home(member))
    return members.view(member, actor)
