"""Electronic identities: signing in with one, linking it with an account, lifting a session, unlinking it.

The provider's answer comes from another website, so the cookie of the session does not come with it. It is bound to the request
it answers, which is answered once; the browser that began then fetches what follows, with a ticket and with its own secret.
"""

import hashlib
import hmac
import json
import secrets
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.accounts import arriving, factors, profiles, sessions
from services.accounts.model import EID_ANSWER_WITHIN, Account, EidRequest, ElectronicIdentity
from services.accounts.providers.identity import Identity, IdentityProvider, refused
from services.accounts.providers.saml import SamlProvider
from services.chassis import clock
from services.chassis.sealing import Seal
from services.chassis.settings import Settings
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, NotFound
from services.contracts.levels import reaches

LEAST = "substantial"
"""Whoever is identified below this is as good as not identified; the request asks the provider for no less."""
SOURCE = "eid"
COMPARED = ("family_name", "birth_date")


def provider(settings: Settings) -> IdentityProvider:
    """The provider of this portal. Raises not_found where there is none."""
    if not settings.eid_dir:
        raise NotFound("accounts.no_eid", "This portal is not connected to an electronic identity.")
    return SamlProvider(Path(settings.eid_dir), settings.portal_url)


def begin_eid(session: Session, actor: Actor, source: IdentityProvider, *, purpose: str, browser: str) -> dict[str, Any]:
    """The way to the provider, for this browser. Raises not_found if nothing is linked that could lift a session."""
    if purpose == "step_up" and session.get(ElectronicIdentity, actor.person_id) is None:
        raise not_linked()
    request_id = f"_{secrets.token_hex(20)}"
    session.add(
        EidRequest(
            id=request_id,
            purpose=purpose,
            account_id=None if purpose == "sign_in" else actor.person_id,
            browser_hash=_digest(browser),
            expires_at=clock.now() + EID_ANSWER_WITHIN,
        )
    )
    return {"address": source.address(request_id, level=LEAST)}


def take_eid_answer(session: Session, source: IdentityProvider, *, answer: str) -> dict[str, Any]:
    """Check the provider's answer and keep it for the browser that asked. Raises forbidden; a request is answered once."""
    request_id, identity = source.read(answer)
    request = session.get(EidRequest, request_id, with_for_update=True)
    if request is None or request.ticket_hash is not None or clock.now() >= request.expires_at:
        raise refused()
    if not reaches(identity.level, LEAST):
        raise refused()
    ticket = secrets.token_urlsafe(32)
    request.ticket_hash = sessions.token_hash(ticket)
    request.sealed_identity = _seal(session).close(json.dumps(identity.as_dict()), bound_to=request.id)
    return {"ticket": ticket}


def finish_eid(
    session: Session, actor: Actor, *, ticket: str, browser: str, token: str | None, client: dict[str, Any]
) -> dict[str, Any]:
    """What follows, in the browser that began. Raises forbidden for any other browser or account, and a second time."""
    question = select(EidRequest).where(EidRequest.ticket_hash == sessions.token_hash(ticket))
    request = session.scalar(question.with_for_update())
    if request is None or clock.now() >= request.expires_at or not hmac.compare_digest(request.browser_hash, _digest(browser)):
        raise refused()
    if request.account_id is not None and request.account_id != actor.account_id:
        raise refused()
    identity = Identity(**json.loads(_seal(session).open(request.sealed_identity or "", bound_to=request.id)))
    session.delete(request)
    if request.purpose == "sign_in":
        return _signed_in(session, identity, client)
    lifted = sessions.own_session(session, actor, token or "")
    _link(session, actor, identity)
    return {"purpose": request.purpose, "opened": None, "session_level": sessions.lift(lifted, identity.level)}


def unlink_eid(session: Session, actor: Actor) -> dict[str, Any]:
    """The account goes without; nobody vouches any more for what the identity had verified. Raises not_found."""
    linked = session.get(ElectronicIdentity, actor.person_id, with_for_update=True)
    if linked is None:
        raise not_linked()
    session.delete(linked)
    profiles.drop_verified(session, session.get_one(Account, actor.person_id), source=SOURCE)
    factors.record(session, actor, actor.person_id, "eid_unlinked", {"provider": linked.provider})
    return {}


def discard_unanswered(session: Session) -> None:
    """Drop the requests whose time is over."""
    session.execute(delete(EidRequest).where(EidRequest.expires_at <= clock.now()))


def not_linked() -> NotFound:
    """The answer where an electronic identity belongs to no account, or an account has none."""
    return NotFound("accounts.eid_not_linked", "No account is linked with this electronic identity.")


def _signed_in(session: Session, identity: Identity, client: dict[str, Any]) -> dict[str, Any]:
    linked = session.scalar(select(ElectronicIdentity).where(ElectronicIdentity.subject_hash == _subject(session, identity)))
    if linked is None:
        raise not_linked()
    account = session.get_one(Account, linked.account_id)
    _verify(session, account, linked, identity)
    opened = arriving.arrive(session, account, client, identity.level)
    return {"purpose": "sign_in", "opened": opened, "session_level": identity.level}


def _link(session: Session, actor: Actor, identity: Identity) -> None:
    """Link it where nothing is linked yet. Raises conflict where the account has another, or it belongs to another account."""
    account = session.get_one(Account, actor.person_id)
    subject = _subject(session, identity)
    owner = session.scalar(select(ElectronicIdentity).where(ElectronicIdentity.subject_hash == subject))
    if owner is not None and owner.account_id != account.id:
        raise Conflict("accounts.eid_taken", "This electronic identity is linked with another account.")
    linked = session.get(ElectronicIdentity, account.id)
    if linked is not None and linked.subject_hash != subject:
        raise Conflict("accounts.eid_other", "This account is linked with another electronic identity.")
    _require_same_person(session, account, identity)
    if linked is None:
        linked = ElectronicIdentity(
            account_id=account.id, provider=identity.provider, subject_hash=subject, linked_at=clock.now()
        )
        linked.level, linked.last_used_at = identity.level, clock.now()
        session.add(linked)
        factors.record(session, actor, account.id, "eid_linked", {"provider": identity.provider, "level": identity.level})
    _verify(session, account, linked, identity)


def _require_same_person(session: Session, account: Account, identity: Identity) -> None:
    """An identity that others have verified is not replaced by that of somebody else. Raises conflict."""
    if account.identity_level_at(clock.now()) == "low":
        return
    known = profiles.identity_of(session, account)
    if any(known.get(name, "").casefold() != identity.values.get(name, "").casefold() for name in COMPARED):
        raise Conflict("accounts.eid_mismatch", "This electronic identity is that of another person than the account's.")


def _verify(session: Session, account: Account, linked: ElectronicIdentity, identity: Identity) -> None:
    """What the provider vouches for now becomes the profile's."""
    linked.level, linked.last_used_at = identity.level, clock.now()
    profiles.set_verified(
        session,
        account.id,
        identity.values,
        level=identity.level,
        source=SOURCE,
        by=identity.provider,
        at=clock.now(),
        valid_until=None,
    )


def _subject(session: Session, identity: Identity) -> str:
    return _seal(session).fingerprint(f"{identity.provider} {identity.subject}")


def _seal(session: Session) -> Seal:
    return Seal(session.info["settings"].secret_key, "electronic identities")


def _digest(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest()
