"""Acting for another: for whom a person may act, for whom a session does, and whether that still holds at this very moment."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from services.accounts import profiles, sessions
from services.accounts.model import Account, ActingSession, Mandate, Membership, Organisation
from services.chassis import audit, clock
from services.contracts.actors import Actor
from services.contracts.errors import NotFound


@dataclass(frozen=True)
class Grant:
    """A membership or a mandate that holds now."""

    row: Membership | Mandate
    """Where it stands."""

    @property
    def kind(self) -> str:
        """Whom it lets act for."""
        return "organisation" if isinstance(self.row, Membership) else "person"

    @property
    def party(self) -> Organisation | Account:
        """Who is acted for."""
        if isinstance(self.row, Membership):
            return self.row.organisation
        if self.row.grantor is None:
            raise no_party()
        return self.row.grantor

    @property
    def name(self) -> str:
        """What the party is called."""
        party = self.party
        return party.name if isinstance(party, Organisation) else f"{party.given_names} {party.family_name}"

    @property
    def services(self) -> list[str]:
        """For which services of the catalogue."""
        return ["*"] if isinstance(self.row, Membership) else self.row.services

    @property
    def role(self) -> str:
        """What the person is for the party."""
        return self.row.role if isinstance(self.row, Membership) else "helper"

    def as_behalf(self) -> dict[str, Any]:
        """As it travels with the actor."""
        return {
            "kind": self.kind,
            "party_id": self.party.id,
            "grant_id": self.row.id,
            "services": self.services,
            "role": self.role,
        }

    def as_party(self) -> dict[str, Any]:
        """As the contract shows it to the person."""
        valid_until = self.row.valid_until if isinstance(self.row, Mandate) else None
        return {**self.as_behalf(), "name": self.name, "valid_until": valid_until}


def list_parties(session: Session, actor: Actor) -> dict[str, Any]:
    """For whom the person may act: organisations first, by name."""
    memberships = session.scalars(_memberships(actor.person_id)).all()
    mandates = session.scalars(_mandates(actor.person_id)).all()
    now = clock.now()
    grants = [Grant(m) for m in memberships] + [Grant(m) for m in mandates if m.is_active(now)]
    return {"parties": [g.as_party() for g in sorted(grants, key=lambda g: (g.kind, g.name.casefold(), g.row.id))]}


def act_for(session: Session, actor: Actor, *, token: str, grant_id: str | None) -> dict[str, Any]:
    """Let the session act under a grant from now on, or for oneself. Raises not_found for a grant that is not the person's."""
    found = sessions.own_session(session, actor, token)
    grant = None if grant_id is None else grant_of(session, actor.person_id, grant_id)
    before = session.get(ActingSession, found.id)
    if before is not None and before.grant_id == grant_id:
        return {"party": grant and grant.as_party()}
    session.execute(delete(ActingSession).where(ActingSession.session_id == found.id))
    session.expire_all()
    if before is not None:
        about = {"kind": before.kind, "grant_id": before.grant_id}
        audit.record(session, actor, "acting.ended", subject_id=actor.person_id, about=about)
    if grant is None:
        return {"party": None}
    session.add(ActingSession(session_id=found.id, kind=grant.kind, grant_id=grant.row.id, since=clock.now()))
    about = {"kind": grant.kind, "grant_id": grant.row.id}
    audit.record(session, actor, "acting.began", subject_id=grant.party.id, about=about)
    return {"party": grant.as_party()}


def in_session(session: Session, resolved: dict[str, Any]) -> dict[str, Any]:
    """A resolved session with its party: `behalf` of the actor, the party's name, and whether a party was lost.

    The grant is looked up anew each time: whoever lost it acts for nobody but themselves from the next request on, and does
    nothing by mistake in their own name as long as `has_lost_party`.
    """
    acting = session.get(ActingSession, resolved["session_id"])
    if acting is None:
        return resolved
    actor = resolved["actor"]
    try:
        grant = grant_of(session, actor["account_id"], acting.grant_id)
    except NotFound:
        return {**resolved, "has_lost_party": True}
    return {**resolved, "actor": {**actor, "behalf": grant.as_behalf()}, "party_name": grant.name}


def confirm_behalf(session: Session, *, account_id: str, grant_id: str) -> dict[str, Any]:
    """Whether a grant of the person holds right now, with the names that an order keeps. Raises not_found if it does not."""
    grant = grant_of(session, account_id, grant_id)
    person = session.get_one(Account, account_id)
    party = grant.party
    return {
        "kind": grant.kind,
        "party_id": party.id,
        "party_name": grant.name,
        "register_entry": party.register_entry() if isinstance(party, Organisation) else "",
        "person_name": f"{person.given_names} {person.family_name}",
        "role": grant.role,
        "services": grant.services,
    }


def get_prefill(session: Session, actor: Actor) -> dict[str, Any]:
    """What forms may be filled in with for the party, by the names of the profile.

    Of an organisation its e-mail address: forms ask for persons otherwise. Of a person their profile, where they allowed it.
    """
    if actor.behalf is None:
        return {"values": {}}
    grant = grant_of(session, actor.person_id, actor.behalf.grant_id)
    party = grant.party
    if isinstance(party, Organisation):
        return {"values": {"email": party.email}}
    if isinstance(grant.row, Mandate) and not grant.row.allows_prefill:
        return {"values": {}}
    return {"values": {known["name"]: known["value"] for known in profiles.profile_of(session, party)["known"]}}


def grant_of(session: Session, person_id: str, grant_id: str) -> Grant:
    """The grant of a person, if it holds now. Raises not_found for one that ended, never was, or is somebody else's."""
    membership = session.scalar(_memberships(person_id).where(Membership.id == grant_id))
    if membership is not None:
        return Grant(membership)
    mandate = session.scalar(_mandates(person_id).where(Mandate.id == grant_id))
    if mandate is None or not mandate.is_active(clock.now()):
        raise no_party()
    return Grant(mandate)


def no_party() -> NotFound:
    """The answer for a party the person may not act for, or not any more."""
    return NotFound("accounts.no_party", "There is nobody like that for whom you may act.")


def _memberships(person_id: str) -> Any:
    question = select(Membership).join(Membership.organisation)
    return question.where(Membership.account_id == person_id, Organisation.dissolved_at.is_(None)).options(
        joinedload(Membership.organisation)
    )


def _mandates(person_id: str) -> Any:
    mine = (Mandate.helper_id == person_id, Mandate.state == "active", Mandate.grantor_id.is_not(None))
    return select(Mandate).where(*mine).options(joinedload(Mandate.grantor))
