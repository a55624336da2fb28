"""Invitations of staff: a link by mail with which somebody new sets their password, once."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from services.accounts import links, mails, passwords, registering
from services.accounts.administration import members
from services.accounts.administration.roles import checked
from services.accounts.administration.scope import is_operator, municipality
from services.accounts.model import Account, StaffMember
from services.chassis import audit, clock
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Forbidden

INVITATION = "staff_invitation"
INVITATION_LASTS = timedelta(days=7)


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
    wanted = checked(session, actor, roles, held=frozenset())
    enrolled = registering.enrol_staff(
        session,
        email=email,
        password_hash=passwords.NOBODYS_HASH,
        given_names=given_names,
        family_name=family_name,
        language=language,
        roles=tuple(sorted(wanted, key=members.order)),
        ars=ars,
        is_invited=True,
    )
    member = session.get_one(StaffMember, enrolled["account_id"])
    _send_invitation(session, member)
    about = {"roles": members.told(wanted)}
    audit.record(session, actor, "staff.invited", subject_id=member.account_id, office_id=members.home(member), about=about)
    return members.view(member, actor)


def renew_invitation(session: Session, actor: Actor, *, account_id: str, version: int) -> dict[str, Any]:
    """Send another link; the one before is void. Raises conflict if the invitation was accepted."""
    member = members.own(session, actor, account_id, version)
    if member.state != "invited":
        raise Conflict("accounts.invitation_accepted", "This invitation was accepted already.")
    links.revoke(session, INVITATION, account_id=account_id)
    _send_invitation(session, member)
    member.version += 1
    audit.record(session, actor, "staff.invited_again", subject_id=account_id, office_id=members.home(member))
    return members.view(member, actor)


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
    audit.record(session, themselves, "staff.invitation_accepted", subject_id=member.account_id, office_id=members.home(member))
    return {}


def _send_invitation(session: Session, member: StaffMember) -> None:
    account = member.account
    link = links.issue(session, INVITATION, "/staff/invitation/{token}", lasts=INVITATION_LASTS, account_id=account.id)
    mails.request(session, kind=INVITATION, to=account.email, language=account.language, link=link, account_id=account.id)
