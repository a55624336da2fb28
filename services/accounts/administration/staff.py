"""Members of staff: shown to who administers them, invited, renamed, suspended and reinstated; their roles."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.accounts import links, mails, passwords, registering
from services.accounts.administration.scope import administers, is_operator, municipality, require_version, whole
from services.accounts.model import Account, Municipality, Office, SignedInSession, StaffMember, StaffRole
from services.chassis import audit, clock
from services.contracts.actors import Actor, Role
from services.contracts.errors import Conflict, Forbidden, Invalid, NotFound

INVITATION = "staff_invitation"
INVITATION_LASTS = timedelta(days=7)
MADE_BY_OPERATORS = ("administrator", "operator")

Roles = frozenset[Role]


def list_staff(session: Session, actor: Actor, *, ars: str | None, account_ids: list[str] | None = None) -> dict[str, Any]:
    """Who works for a municipality or has a role there; for none, operators. Raises not_found beyond the own."""
    if account_ids is not None:
        known = session.scalars(_whole().where(StaffMember.account_id.in_(account_ids)))
        return {"staff": [_view(member, actor) for member in known if _is_visible(actor, member)]}
    if ars is None and not is_operator(actor):
        raise NotFound("accounts.no_municipality", "There is no such municipality in this network.")
    if ars is not None:
        municipality(session, actor, ars)
    there = StaffMember.ars.is_(None) if ars is None else StaffMember.ars == ars
    guests = StaffRole.office_id == "*" if ars is None else StaffRole.office_id.startswith(f"{ars}/", autoescape=True)
    question = _whole().where(or_(there, StaffMember.account_id.in_(select(StaffRole.account_id).where(guests))))
    found = sorted(session.scalars(question), key=lambda m: (m.account.family_name.casefold(), m.account.given_names.casefold()))
    return {"staff": [_view(member, actor) for member in found]}


def get_staff(session: Session, actor: Actor, *, account_id: str) -> dict[str, Any]:
    """One of them. Raises not_found for anybody the actor does not administer."""
    return _view(_visible(session, actor, account_id), actor)


def invite_staff(
    session: Session,
    actor: Actor,
    *,
    ars: str | None,
    email: str,
    given_names: str,
    family_name: str,
    language: str,
    roles: list[dict[str, str]],
) -> dict[str, Any]:
    """Somebody new, who sets their password through a link. Raises conflict if the address has an account, whosever it is."""
    if ars is not None:
        municipality(session, actor, ars)
    elif not is_operator(actor):
        raise Forbidden("accounts.operators_only", "Only operators may do this.")
    wanted = _checked(session, actor, roles, held=frozenset())
    enrolled = registering.enrol_staff(
        session,
        email=email,
        password_hash=passwords.NOBODYS_HASH,
        given_names=given_names,
        family_name=family_name,
        language=language,
        roles=tuple(sorted(wanted, key=_order)),
        ars=ars,
        is_invited=True,
    )
    member = session.get_one(StaffMember, enrolled["account_id"])
    _send_invitation(session, member)
    about = {"roles": _told(wanted)}
    audit.record(session, actor, "staff.invited", subject_id=member.account_id, office_id=_home(member), about=about)
    return _view(member, actor)


def renew_invitation(session: Session, actor: Actor, *, account_id: str, version: int) -> dict[str, Any]:
    """Send another link; the one before is void. Raises conflict if the invitation was accepted."""
    member = _own(session, actor, account_id, version)
    if member.state != "invited":
        raise Conflict("accounts.invitation_accepted", "This invitation was accepted already.")
    links.revoke(session, INVITATION, account_id=account_id)
    _send_invitation(session, member)
    member.version += 1
    audit.record(session, actor, "staff.invited_again", subject_id=account_id, office_id=_home(member))
    return _view(member, actor)


def change_staff(
    session: Session, actor: Actor, *, account_id: str, version: int, given_names: str, family_name: str
) -> dict[str, Any]:
    """Another name, as after a marriage. The audit log says that it changed, and no names."""
    member = _own(session, actor, account_id, version)
    member.account.given_names, member.account.family_name = given_names, family_name
    member.version += 1
    audit.record(session, actor, "staff.renamed", subject_id=account_id, office_id=_home(member))
    return _view(member, actor)


def assign_roles(session: Session, actor: Actor, *, account_id: str, version: int, roles: list[dict[str, str]]) -> dict[str, Any]:
    """Give these roles and no others, as far as the actor administers; the rest stays.

    Raises forbidden for one's own roles, for making administrators without being an operator, and for the last administrator.
    """
    member = _visible(session, actor, account_id, lock=True)
    _not_oneself(actor, account_id)
    require_version(member.version, version)
    held = _roles(member)
    mine = frozenset(role for role in held if administers(actor, _ars(role)))
    wanted = _checked(session, actor, roles, held=mine)
    given, taken = wanted - mine, mine - wanted
    _check_last_administrator(session, actor, member, taken)
    if given or taken:
        by_key = {(r.role, r.office_id): r for r in member.account.roles}
        kept = sorted((held - taken) | given, key=_order)
        member.account.roles = [by_key.get((r.role, r.office_id)) or StaffRole(role=r.role, office_id=r.office_id) for r in kept]
        member.version += 1
        _record_roles(session, actor, account_id, given, taken)
    return _view(member, actor)


def suspend_staff(session: Session, actor: Actor, *, account_id: str, version: int, reason: str) -> dict[str, Any]:
    """They are signed out everywhere at once and cannot sign in. Raises forbidden for oneself and the last administrator."""
    _not_oneself(actor, account_id)
    member = _own(session, actor, account_id, version)
    _check_last_administrator(session, actor, member, _roles(member))
    if member.suspended_at is None:
        member.suspended_at = clock.now()
        member.version += 1
        session.execute(delete(SignedInSession).where(SignedInSession.account_id == account_id))
        audit.record(session, actor, "staff.suspended", subject_id=account_id, office_id=_home(member), reason=reason)
    return _view(member, actor)


def reinstate_staff(session: Session, actor: Actor, *, account_id: str, version: int) -> dict[str, Any]:
    """They may sign in again, with the roles they had."""
    _not_oneself(actor, account_id)
    member = _own(session, actor, account_id, version)
    if member.suspended_at is not None:
        member.suspended_at = None
        member.version += 1
        audit.record(session, actor, "staff.reinstated", subject_id=account_id, office_id=_home(member))
    return _view(member, actor)


def get_invitation(session: Session, *, token: str) -> dict[str, Any]:
    """For whom an invitation is. Raises not_found if its link is used, void or too old."""
    account = session.get_one(Account, links.look_at(session, INVITATION, token).account_id)
    return {"email": account.email, "given_names": account.given_names, "family_name": account.family_name}


def accept_invitation(session: Session, *, token: str, password_hash: str) -> dict[str, Any]:
    """The password is set, the link used up. Raises not_found like `get_invitation`."""
    link = links.redeem(session, INVITATION, token)
    member = session.get_one(StaffMember, link.account_id, with_for_update=True)
    member.account.password_hash = password_hash
    member.accepted_at = clock.now()
    member.version += 1
    themselves = Actor("staff", member.account_id)
    audit.record(session, themselves, "staff.invitation_accepted", subject_id=member.account_id, office_id=_home(member))
    return {}


def _send_invitation(session: Session, member: StaffMember) -> None:
    account = member.account
    link = links.issue(session, INVITATION, "/staff/invitation/{token}", lasts=INVITATION_LASTS, account_id=account.id)
    mails.request(session, kind=INVITATION, to=account.email, language=account.language, link=link, account_id=account.id)


def _whole() -> Any:
    return select(StaffMember).options(joinedload(StaffMember.account).options(selectinload(Account.roles)))


def _visible(session: Session, actor: Actor, account_id: str, *, lock: bool = False) -> StaffMember:
    """Whoever works in what the actor administers, or has a role there."""
    question = _whole().where(StaffMember.account_id == account_id)
    member: StaffMember | None = session.scalar(question.with_for_update(of=StaffMember) if lock else question)
    if member is None or not _is_visible(actor, member):
        raise NotFound("accounts.no_staff", "There is no such member of staff.")
    return member


def _is_visible(actor: Actor, member: StaffMember) -> bool:
    return administers(actor, member.ars) or any(administers(actor, _ars(role)) for role in _roles(member) if _ars(role))


def _own(session: Session, actor: Actor, account_id: str, version: int) -> StaffMember:
    """Whoever works for what the actor administers, to be changed."""
    member = _visible(session, actor, account_id, lock=True)
    if not administers(actor, member.ars):
        raise NotFound("accounts.no_staff", "There is no such member of staff.")
    require_version(member.version, version)
    return member


def _not_oneself(actor: Actor, account_id: str) -> None:
    if account_id == actor.person_id:
        raise Forbidden("accounts.own_account", "Nobody changes their own roles or suspends themselves.")


def _checked(session: Session, actor: Actor, roles: list[dict[str, str]], *, held: Roles) -> Roles:
    """The roles as they were asked for. Raises invalid for a role where it cannot be, forbidden for what only operators give."""
    wanted = frozenset(Role(**role) for role in roles)
    for role in sorted(wanted - held, key=_order):
        if role.role in MADE_BY_OPERATORS and not is_operator(actor):
            raise Forbidden("accounts.operators_only", "Only operators make administrators and operators.")
        if not administers(actor, _ars(role)) or not _is_place(session, role):
            raise Invalid("invalid", "This role cannot be given there.", fields={"roles": ["role_place"]})
    return wanted


def _is_place(session: Session, role: Role) -> bool:
    """An operator is one everywhere, an administrator in a municipality; the others in an open office, or in all of them."""
    if role.role == "operator" or role.office_id == "*":
        return role.role == "operator" and role.office_id == "*"
    if role.office_id.endswith("/*"):
        member = session.get(Municipality, _ars(role))
        return member is not None and not member.is_withdrawn
    office = None if role.role == "administrator" else session.get(Office, role.office_id)
    return office is not None and not office.is_withdrawn


def _check_last_administrator(session: Session, actor: Actor, member: StaffMember, taken: Roles) -> None:
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
            by_place[_ars(role)][number].add(role)
    for ars, (more, less) in sorted(by_place.items(), key=lambda item: item[0] or ""):
        about = {"given": _told(more), "taken": _told(less)}
        office_id = whole(ars) if ars else None
        audit.record(session, actor, "staff.roles_changed", subject_id=account_id, office_id=office_id, about=about)


def _told(roles: Iterable[Role]) -> list[str]:
    return sorted(f"{role.role} {role.office_id}" for role in roles)


def _order(role: Role) -> tuple[str, str]:
    return role.role, role.office_id


def _ars(role: Role) -> str | None:
    """The municipality in which a role is valid; none for the whole network."""
    return None if role.office_id == "*" else role.office_id.partition("/")[0]


def _home(member: StaffMember) -> str | None:
    return whole(member.ars) if member.ars else None


def _roles(member: StaffMember) -> Roles:
    return frozenset(Role(role.role, role.office_id) for role in member.account.roles)


def _view(member: StaffMember, actor: Actor) -> dict[str, Any]:
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
            for role in sorted(_roles(member), key=_order)
            if administers(actor, _ars(role))
        ],
        "version": member.version,
    }
