"""Members of staff as whoever administers them finds and sees them: those of the own municipality, with the roles valid there."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.accounts.administration.scope import administers, is_operator, require_version, whole
from services.accounts.model import Account, StaffMember
from services.contracts.actors import Actor, Role
from services.contracts.errors import Forbidden, NotFound

Roles = frozenset[Role]


def with_roles() -> Any:
    """All members of staff with account and roles: a question to be narrowed."""
    return select(StaffMember).options(joinedload(StaffMember.account).options(selectinload(Account.roles)))


def visible(session: Session, actor: Actor, account_id: str, *, lock: bool = False) -> StaffMember:
    """Whoever works in what the actor administers, or has a role there. Raises not_found."""
    question = with_roles().where(StaffMember.account_id == account_id)
    member: StaffMember | None = session.scalar(question.with_for_update(of=StaffMember) if lock else question)
    if member is None or not is_visible(actor, member):
        raise NotFound("accounts.no_staff", "There is no such member of staff.")
    return member


def is_visible(actor: Actor, member: StaffMember) -> bool:
    """Whether they work in what the actor administers, or have a role there."""
    return administers(actor, member.ars) or any(administers(actor, ars_of(role)) for role in roles_of(member) if ars_of(role))


def own(session: Session, actor: Actor, account_id: str, version: int) -> StaffMember:
    """Whoever works for what the actor administers, to be changed. Raises not_found, and conflict for an old version.

    Raises forbidden for operators, wherever they work, unless the actor is one.
    """
    member = visible(session, actor, account_id, lock=True)
    if not administers(actor, member.ars):
        raise NotFound("accounts.no_staff", "There is no such member of staff.")
    if not is_operator(actor) and any(role.role == "operator" for role in roles_of(member)):
        raise Forbidden("accounts.operators_only", "Only operators may do this.")
    require_version(member.version, version)
    return member


def check_not_oneself(actor: Actor, account_id: str) -> None:
    """Raises forbidden where the actor is the one to be changed."""
    if account_id == actor.person_id:
        raise Forbidden("accounts.own_account", "Nobody changes their own roles or suspends themselves.")


def view(member: StaffMember, actor: Actor) -> dict[str, Any]:
    """The member as the actor may see them: roles elsewhere are not told."""
    account = member.account
    return {
        "account_id": account.id,
        "email": account.email,
        "given_names": account.given_names,
        "family_name": account.family_name,
        "language": account.language,
        "ars": member.ars,
        "state": member.state,
        "roles": [
            {"role": role.role, "office_id": role.office_id}
            for role in sorted(roles_of(member), key=order)
            if administers(actor, ars_of(role))
        ],
        "version": member.version,
    }


def roles_of(member: StaffMember) -> Roles:
    """What somebody is, and where."""
    return frozenset(Role(role.role, role.office_id) for role in member.account.roles)


def home(member: StaffMember) -> str | None:
    """The scope in which acts on a member stand in the audit log; none for operators."""
    return whole(member.ars) if member.ars else None


def ars_of(role: Role) -> str | None:
    """The municipality in which a role is valid; none for the whole network."""
    return None if role.office_id == "*" else role.office_id.partition("/")[0]


def order(role: Role) -> tuple[str, str]:
    """What roles are sorted by."""
    return role.role, role.office_id


def told(roles: Iterable[Role]) -> list[str]:
    """Roles as the audit log has them."""
    return sorted(f"{role.role} {role.office_id}" for role in roles)
