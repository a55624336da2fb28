"""People and organisations for the tests of acting for another."""

from datetime import UTC, date, datetime
from typing import Any

from services.accounts import acting, mandates, memberships, organisations, sessions
from services.accounts.model import Account
from services.chassis import ids
from services.contracts.actors import Actor

NOW = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
DOG = "dog-registration"
DATA: dict[str, Any] = {
    "name": "Muster GmbH",
    "legal_form": "gmbh",
    "register_court": "Osnabrück",
    "register_number": "hrb 123456".upper(),
    "street": "Musterstraße",
    "house_number": "1a",
    "postal_code": "49751",
    "town": "Sögel",
    "email": "post@example.org",
}


def person(session, name: str, kind: str = "citizen") -> Actor:
    """Somebody with an account, as they act for themselves."""
    email = f"{name}@example.org"
    account = Account(
        id=ids.new_id(), kind=kind, email=email, email_key=email, password_hash="-", given_names=name.title(),
        family_name="Muster", language="de", registered_at=NOW,
    )  # fmt: skip
    session.add(account)
    session.flush()
    return Actor(kind, account.id)


def organisation(session, owner: Actor) -> str:
    """The id of a new organisation."""
    return str(organisations.found_organisation(session, owner, **DATA)["organisation_id"])


def join(session, organisation_id: str, inviter: Actor, invited: Actor, role: str) -> None:
    """Invited and accepted."""
    email = session.get_one(Account, invited.person_id).email
    invitation = memberships.invite_member(session, inviter, organisation_id=organisation_id, email=email, role=role)
    memberships.answer_member_invitation(session, invited, invitation_id=invitation["invitation_id"], accepts=True)


def mandate(session, grantor: Actor, helper: Actor, services=(DOG,), until=date(2027, 8, 31), *, prefill=False) -> str:
    """The id of a mandate in force, asked for by the helper."""
    email = session.get_one(Account, grantor.person_id).email
    asked = mandates.ask_for_mandate(
        session, helper, side="helper", email=email, services=list(services), valid_until=until, allows_prefill=False
    )
    mandates.accept_mandate(session, grantor, mandate_id=asked["mandate_id"], allows_prefill=prefill)
    return str(asked["mandate_id"])


def signed_in(session, who: Actor) -> str:
    """The token of a new session."""
    account = session.get_one(Account, who.person_id)
    return str(sessions.open_session(session, account)["token"])


def resolved(session, token: str) -> dict[str, Any]:
    """What the gateway learns of the session."""
    found, _ = sessions.resolve_session(session, token=token)
    return acting.in_session(session, found)


def acting_as(session, token: str) -> Actor:
    """The actor of the session."""
    return Actor.from_dict(resolved(session, token)["actor"])
