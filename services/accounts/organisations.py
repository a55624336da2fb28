"""Organisations: founded by a citizen, described in their own words, dissolved by an owner. Nobody asks a register."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.accounts.addresses import email_key
from services.accounts.model import Account, Invitation, Membership, Organisation
from services.accounts.model.organisation import MANAGED, OWNER
from services.chassis import audit, clock, ids, outbox
from services.contracts.accounts.organisations import ROLES
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Forbidden, NotFound
from services.contracts.legal_forms import register_number

MOST_FOUNDED = 20


def found_organisation(session: Session, actor: Actor, **data: Any) -> dict[str, Any]:
    """A new organisation with the person as its owner. Raises conflict if they have founded too many already."""
    person = session.get_one(Account, actor.person_id)
    count = session.scalar(select(func.count()).where(Organisation.founded_by == person.id, Organisation.dissolved_at.is_(None)))
    if count is not None and count >= MOST_FOUNDED:
        raise Conflict("accounts.too_many_organisations", f"One person can found at most {MOST_FOUNDED} organisations.")
    now = clock.now()
    organisation = Organisation(
        id=ids.new_id(), founded_by=person.id, founded_at=now, language=person.language, **_described(data)
    )
    organisation.members.append(Membership(id=ids.new_id(), account_id=person.id, role=OWNER, since=now, account=person))
    session.add(organisation)
    audit.record(session, actor, "organisation.founded", subject_id=person.id, about={"organisation_id": organisation.id})
    outbox.publish(session, "organisation.founded", subject=organisation.id, data={"organisation_id": organisation.id})
    return view(session, organisation, actor)


def change_organisation(session: Session, actor: Actor, *, organisation_id: str, **data: Any) -> dict[str, Any]:
    """Other words about an organisation. Raises forbidden for members who do not manage it."""
    organisation = of_member(session, actor, organisation_id, lock=True)
    if not MANAGED[own_membership(organisation, actor).role]:
        raise not_yours()
    described = _described(data)
    changed = sorted(name for name, value in described.items() if getattr(organisation, name) != value)
    for name, value in described.items():
        setattr(organisation, name, value)
    about = {"organisation_id": organisation.id, "changed": changed}
    audit.record(session, actor, "organisation.changed", subject_id=organisation.id, about=about)
    return view(session, organisation, actor)


def list_organisations(session: Session, actor: Actor) -> dict[str, Any]:
    """Where the person belongs, by name, and the invitations that wait for them."""
    mine = select(Membership).where(Membership.account_id == actor.person_id).options(joinedload(Membership.organisation))
    found = sorted(session.scalars(mine), key=lambda member: member.organisation.name.casefold())
    person = session.get_one(Account, actor.person_id)
    waiting = select(Invitation).where(Invitation.email_key == person.email_key, Invitation.state == "open")
    return {
        "organisations": [{**member.organisation.as_dict(), "role": member.role, "grant_id": member.id} for member in found],
        "invitations": invitations_shown(session.scalars(waiting.options(joinedload(Invitation.organisation))).all()),
    }


def get_organisation(session: Session, actor: Actor, *, organisation_id: str) -> dict[str, Any]:
    """An organisation one belongs to. Raises not_found for any other."""
    return view(session, of_member(session, actor, organisation_id), actor)


def dissolve_organisation(session: Session, actor: Actor, *, organisation_id: str, open_cases: int) -> dict[str, Any]:
    """End an organisation with all its memberships and invitations. Raises conflict while offices still work on cases of it.

    What it has ordered stays where the law keeps it; nobody can act for it any more.
    """
    organisation = of_member(session, actor, organisation_id, lock=True)
    if own_membership(organisation, actor).role != OWNER:
        raise not_yours()
    if open_cases:
        raise Conflict("accounts.organisation_has_cases", "Offices still work on applications of this organisation.")
    now = clock.now()
    organisation.dissolved_at = now
    waiting = select(Invitation).where(Invitation.organisation_id == organisation.id, Invitation.state == "open")
    for invitation in session.scalars(waiting):
        invitation.state = "withdrawn"
    for member in list(organisation.members):
        end_membership(session, actor, member)
    audit.record(session, actor, "organisation.dissolved", subject_id=organisation.id, about={"organisation_id": organisation.id})
    outbox.publish(session, "organisation.dissolved", subject=organisation.id, data={"organisation_id": organisation.id})
    return {}


def of_member(session: Session, actor: Actor, organisation_id: str, *, lock: bool = False) -> Organisation:
    """The organisation, if the person belongs to it. Raises not_found otherwise. `lock` lets members change one at a time."""
    question = select(Organisation).where(Organisation.id == organisation_id, Organisation.dissolved_at.is_(None))
    if lock:
        question = question.with_for_update(of=Organisation).execution_options(populate_existing=True)
    organisation = session.scalar(question.options(selectinload(Organisation.members).joinedload(Membership.account)))
    if organisation is None or organisation.membership_of(actor.person_id) is None:
        raise no_organisation()
    return organisation


def own_membership(organisation: Organisation, actor: Actor) -> Membership:
    """What the person is in it. Raises not_found for others."""
    member = organisation.membership_of(actor.person_id)
    if member is None:
        raise no_organisation()
    return member


def end_membership(session: Session, actor: Actor, member: Membership) -> None:
    """Somebody is no member any more: acting for the organisation ends with it, at once."""
    about = {"organisation_id": member.organisation_id, "role": member.role}
    audit.record(session, actor, "membership.ended", subject_id=member.account_id, about=about)
    facts = {"organisation_id": member.organisation_id, "account_id": member.account_id}
    outbox.publish(session, "membership.ended", subject=member.id, data=facts)
    member.organisation.members.remove(member)
    session.delete(member)


def view(session: Session, organisation: Organisation, actor: Actor) -> dict[str, Any]:
    """An organisation as the contract shows it to one of its members."""
    own = own_membership(organisation, actor)
    waiting: Sequence[Invitation] = ()
    if MANAGED[own.role]:
        session.flush()
        question = select(Invitation).where(Invitation.organisation_id == organisation.id, Invitation.state == "open")
        waiting = session.scalars(question.order_by(Invitation.id)).all()
    return {
        **organisation.as_dict(),
        "role": own.role,
        "grant_id": own.id,
        "members": [_member(member, own) for member in sorted(organisation.members, key=_rank)],
        "invitations": invitations_shown(waiting),
        "gives_roles": [role for role in ROLES if own.may_manage(role)],
    }


def invitations_shown(found: Sequence[Invitation]) -> list[dict[str, Any]]:
    """Those that can still be answered, as the contract shows them."""
    now = clock.now()
    return [invitation_view(invitation) for invitation in found if invitation.is_open(now)]


def invitation_view(invitation: Invitation) -> dict[str, Any]:
    """An invitation as the contract shows it."""
    is_late = invitation.state == "open" and not invitation.is_open(clock.now())
    return {
        "invitation_id": invitation.id,
        "organisation_id": invitation.organisation_id,
        "organisation_name": invitation.organisation.name,
        "email": invitation.email,
        "role": invitation.role,
        "state": "expired" if is_late else invitation.state,
        "invited_at": invitation.invited_at,
        "expires_at": invitation.expires_at,
    }


def is_holder(person: Account, address_key: str) -> bool:
    """Whether an e-mail address is that of the person's account."""
    return email_key(person.email) == address_key


def no_organisation() -> NotFound:
    """The answer for an organisation that is not there, or not for this person."""
    return NotFound("accounts.no_organisation", "There is no such organisation.")


def not_yours() -> Forbidden:
    """The answer to a member whose role does not go that far."""
    return Forbidden("accounts.role_not_yours", "Your role in this organisation does not allow this.")


def _described(data: dict[str, Any]) -> dict[str, Any]:
    number = data["register_number"]
    # The field asks for the place; many write the court's whole name all the same.
    court = (data["register_court"] or "").removeprefix("Amtsgericht ").strip()
    return {
        **data,
        "register_court": court or None,
        "register_number": register_number(data["legal_form"], number) if number else None,
    }


def _rank(member: Membership) -> tuple[int, str]:
    return ROLES.index(member.role), member.id


def _member(member: Membership, own: Membership) -> dict[str, Any]:
    return {
        "account_id": member.account_id,
        "given_names": member.account.given_names,
        "family_name": member.account.family_name,
        "email": member.account.email,
        "role": member.role,
        "since": member.since,
        "is_manageable": own.may_manage(member.role) and member is not own,
    }
