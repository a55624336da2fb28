"""Members of an organisation: invited by e-mail, given another role, removed, gone by themselves, handing over."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from services.accounts import inviting, mails
from services.accounts.addresses import email_key
from services.accounts.model import Account, Invitation, Membership, Organisation
from services.accounts.model.organisation import INVITATION_LASTS, MANAGED, MANAGER, OWNER
from services.accounts.organisations import (
    end_membership,
    invitation_view,
    is_holder,
    not_yours,
    of_member,
    own_membership,
    view,
)
from services.chassis import audit, clock, ids, outbox
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, NotFound

MOST_WAITING = 50
INVITATION_COLUMNS = Invitation.__table__.columns.keys()


def invite_member(session: Session, actor: Actor, *, organisation_id: str, email: str, role: str) -> dict[str, Any]:
    """Invite the holder of an address; a mail goes there whether or not it has an account.

    Raises forbidden for a role the person cannot give, conflict if the address belongs to a member or is invited already,
    rate_limited after many in a short time.
    """
    organisation = of_member(session, actor, organisation_id, lock=True)
    if not own_membership(organisation, actor).may_manage(role):
        raise not_yours()
    key, now = email_key(email), clock.now()
    if any(member.account.email_key == key for member in organisation.members):
        raise Conflict("accounts.member_already", "This person is a member already.", {"email": ["member_already"]})
    waiting = (Invitation.organisation_id == organisation.id, Invitation.state == "open", Invitation.expires_at > now)
    if session.scalar(select(Invitation.id).where(*waiting, Invitation.email_key == key)) is not None:
        raise Conflict("accounts.invited_already", "This address is invited already.", {"email": ["invited_already"]})
    if (session.scalar(select(func.count()).select_from(Invitation).where(*waiting)) or 0) >= MOST_WAITING:
        raise Conflict("accounts.too_many_invitations", "Too many invitations wait for an answer.")
    inviting.count(session, actor.person_id)
    invitation = Invitation(
        id=ids.new_id(), organisation=organisation, email=email, email_key=key, role=role, invited_by=actor.person_id,
        invited_at=now, expires_at=now + INVITATION_LASTS, state="open",
    )  # fmt: skip
    session.add(invitation)
    session.flush()
    invited = session.scalar(select(Account).where(Account.email_key == key))
    about = {"organisation_id": organisation.id, "invitation_id": invitation.id, "role": role}
    audit.record(session, actor, "membership.offered", subject_id=invited.id if invited else None, about=about)
    language = invited.language if invited else organisation.language
    if inviting.may_send(session, key):
        mails.request(
            session,
            kind="organisation_invitation",
            to=email,
            language=language,
            link=f"/organisations/invitations/{invitation.id}",
        )
    if invited is not None and invited.kind == "citizen":
        facts = {"invitation_id": invitation.id, "organisation_id": organisation.id, "account_id": invited.id}
        outbox.publish(session, "membership.offered", subject=invitation.id, data=facts)
    return invitation_view(invitation)


def get_member_invitation(session: Session, actor: Actor, *, invitation_id: str) -> dict[str, Any]:
    """An invitation to the person's own address. Raises not_found for any other."""
    return invitation_view(_for(session, actor, invitation_id))


def answer_member_invitation(session: Session, actor: Actor, *, invitation_id: str, accepts: bool) -> dict[str, Any]:
    """Become a member, or say no. Raises conflict if it is answered, withdrawn or expired."""
    invitation = _for(session, actor, invitation_id, lock=True)
    now, person_id = clock.now(), actor.person_id
    invitation.become("accept" if accepts else "decline", now)
    organisation = invitation.organisation
    about = {"organisation_id": organisation.id, "invitation_id": invitation.id, "role": invitation.role}
    audit.record(
        session, actor, "membership.began" if accepts else "membership.declined", subject_id=organisation.id, about=about
    )
    if accepts and organisation.membership_of(person_id) is None:
        member = Membership(id=ids.new_id(), account_id=person_id, role=invitation.role, since=now)
        organisation.members.append(member)
        session.flush()
        outbox.publish(session, "membership.began", subject=member.id, data=_facts(member))
    return invitation_view(invitation)


def withdraw_member_invitation(session: Session, actor: Actor, *, invitation_id: str) -> dict[str, Any]:
    """Take an invitation back. Raises not_found for those who do not manage the organisation's members."""
    invitation = _locked(session, invitation_id)
    member = invitation.organisation.membership_of(actor.person_id)
    if member is None or not member.may_manage(invitation.role):
        raise _no_invitation()
    invitation.become("withdraw", clock.now())
    about = {"organisation_id": invitation.organisation_id, "invitation_id": invitation.id}
    audit.record(session, actor, "membership.withdrawn", subject_id=invitation.organisation_id, about=about)
    return {}


def change_member(session: Session, actor: Actor, *, organisation_id: str, account_id: str, role: str) -> dict[str, Any]:
    """Give a member another role. Raises forbidden beyond one's own, conflict for the last owner."""
    organisation = of_member(session, actor, organisation_id, lock=True)
    own, member = own_membership(organisation, actor), _member(organisation, account_id)
    if not own.may_manage(member.role) or not own.may_manage(role):
        raise not_yours()
    _check_owner_left(organisation, member, role)
    _set_role(session, actor, member, role)
    _withdraw_invitations(session, actor, member, besides=MANAGED[role])
    return view(session, organisation, actor)


def remove_member(session: Session, actor: Actor, *, organisation_id: str, account_id: str) -> dict[str, Any]:
    """Remove another member. Raises forbidden beyond one's own role; oneself leaves instead."""
    organisation = of_member(session, actor, organisation_id, lock=True)
    own, member = own_membership(organisation, actor), _member(organisation, account_id)
    if not own.may_manage(member.role) or member is own:
        raise not_yours()
    _withdraw_invitations(session, actor, member)
    end_membership(session, actor, member)
    return view(session, organisation, actor)


def leave_organisation(session: Session, actor: Actor, *, organisation_id: str) -> dict[str, Any]:
    """Leave. Raises conflict for the last owner, who hands over or dissolves."""
    organisation = of_member(session, actor, organisation_id, lock=True)
    own = own_membership(organisation, actor)
    _check_owner_left(organisation, own, None)
    end_membership(session, actor, own)
    return {}


def hand_over_organisation(session: Session, actor: Actor, *, organisation_id: str, account_id: str) -> dict[str, Any]:
    """Make another member the owner in one's own place; who hands over stays as a manager."""
    organisation = of_member(session, actor, organisation_id, lock=True)
    own, member = own_membership(organisation, actor), _member(organisation, account_id)
    if own.role != OWNER or member is own:
        raise not_yours()
    _set_role(session, actor, member, OWNER)
    _set_role(session, actor, own, MANAGER)
    return view(session, organisation, actor)


def _set_role(session: Session, actor: Actor, member: Membership, role: str) -> None:
    if member.role == role:
        return
    about = {"organisation_id": member.organisation_id, "old": member.role, "new": role}
    audit.record(session, actor, "membership.changed", subject_id=member.account_id, about=about)
    member.role = role
    outbox.publish(session, "membership.changed", subject=member.id, data=_facts(member))


def _withdraw_invitations(session: Session, actor: Actor, member: Membership, besides: frozenset[str] = frozenset()) -> None:
    """What a member has offered in a role that was taken from them counts no more: it may be their own way back."""
    mine = (Invitation.organisation_id == member.organisation_id, Invitation.invited_by == member.account_id)
    for invitation in session.scalars(select(Invitation).where(*mine, Invitation.state == "open").with_for_update()):
        if invitation.role in besides:
            continue
        invitation.state = "withdrawn"
        about = {"organisation_id": invitation.organisation_id, "invitation_id": invitation.id}
        audit.record(session, actor, "membership.withdrawn", subject_id=invitation.organisation_id, about=about)


def _facts(member: Membership) -> dict[str, str]:
    return {"organisation_id": member.organisation.id, "account_id": member.account_id}


def _check_owner_left(organisation: Organisation, member: Membership, role: str | None) -> None:
    if member.role == OWNER and role != OWNER and len(organisation.owners) == 1:
        raise Conflict("accounts.last_owner", "An organisation needs an owner: hand over first, or dissolve it.")


def _member(organisation: Organisation, account_id: str) -> Membership:
    member = organisation.membership_of(account_id)
    if member is None:
        raise NotFound("accounts.no_member", "There is no such member.")
    return member


def _for(session: Session, actor: Actor, invitation_id: str, *, lock: bool = False) -> Invitation:
    """The invitation, if it is for the person's own address."""
    invitation = _locked(session, invitation_id) if lock else _found(session, invitation_id)
    person = session.get_one(Account, actor.person_id)
    if invitation.organisation.dissolved_at is not None or not is_holder(person, invitation.email_key):
        raise _no_invitation()
    return invitation


def _found(session: Session, invitation_id: str) -> Invitation:
    question = select(Invitation).where(Invitation.id == invitation_id).options(joinedload(Invitation.organisation))
    invitation = session.scalar(question)
    if invitation is None:
        raise _no_invitation()
    return invitation


def _locked(session: Session, invitation_id: str) -> Invitation:
    """With the lock of its organisation, so that members and invitations change one at a time."""
    invitation = _found(session, invitation_id)
    session.refresh(invitation.organisation, with_for_update=True)
    # Only its columns: the organisation was joined to it, and PostgreSQL locks no row that an outer join may leave empty.
    session.refresh(invitation, INVITATION_COLUMNS, with_for_update=True)
    return invitation


def _no_invitation() -> NotFound:
    return NotFound("accounts.no_invitation", "There is no such invitation.")
