"""Sessions: opened by a sign-in, found by their token, lifted by proofs, ended by age, an hour of silence or a sign-out."""

import hashlib
import secrets
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from services.accounts import factor_duty, standing
from services.accounts.model import Account, SignedInSession
from services.accounts.trust import LIMITS, Proofs
from services.chassis import clock, ids
from services.contracts.actors import Actor
from services.contracts.errors import Unauthenticated

TOKEN_BYTES = 32


def open_session(
    session: Session, account: Account, level: str = "low", *, browser: str = "", device_id: str | None = None
) -> dict[str, Any]:
    """A new session that begins at the level that was proved; its token is told here and never again."""
    standing.require_good(session, account)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = clock.now()
    proofs = Proofs(now, now) if level == "low" else Proofs(now, now).proved(level, now)
    opened = SignedInSession(
        id=ids.new_id(),
        account_id=account.id,
        token_hash=token_hash(token),
        created_at=now,
        expires_at=now + LIMITS["low"].lasts,
        browser=browser,
        device_id=device_id,
    )
    opened.keep(proofs)
    account.note_use(now)
    session.add(opened)
    return {"token": token, "expires_at": opened.expires_at, "person": account.as_person(), **_acting(session, account, level)}


def resolve_session(session: Session, *, token: str) -> tuple[dict[str, Any], bool]:
    """Who is behind a token, and whether `touch_session` is due. Raises unauthenticated if there is no valid session."""
    found = session.scalar(
        select(SignedInSession)
        .where(SignedInSession.token_hash == token_hash(token))
        .options(joinedload(SignedInSession.account).options(selectinload(Account.roles)))
    )
    now = clock.now()
    level = found.proofs.level(now) if found else None
    if found is None or level is None or not standing.is_good(session, found.account):
        raise no_session()
    about = {"session_id": found.id, "person": found.account.as_person(), "party_name": None}
    return {**about, **_acting(session, found.account, level)}, found.proofs.is_note_due(now)


def _acting(session: Session, account: Account, level: str) -> dict[str, Any]:
    """The actor of a session. Staff that owes a second factor has no role until there is one."""
    actor = account.as_actor(level)
    owes = factor_duty.is_owed(session, account)
    return {"actor": {**actor, "roles": []} if owes else actor, "needs_second_factor": owes}


def touch_session(session: Session, *, session_id: str) -> None:
    """Note that the session is in use, and forget the levels that have lapsed. Of several at once the first is enough."""
    found = session.get(SignedInSession, session_id)
    if found is None:
        return
    kept = found.proofs.used(clock.now())
    session.execute(
        update(SignedInSession)
        .where(SignedInSession.id == session_id, SignedInSession.last_seen_at == found.last_seen_at)
        .values(last_seen_at=kept.last_used_at, substantial_at=kept.substantial_at, high_at=kept.high_at)
    )


def own_session(session: Session, actor: Actor, token: str) -> SignedInSession:
    """The session of this token, to be lifted; raises unauthenticated unless it is the actor's and still valid."""
    question = select(SignedInSession).where(SignedInSession.token_hash == token_hash(token)).with_for_update()
    found = session.scalar(question)
    if found is None or found.account_id != actor.person_id or found.proofs.level(clock.now()) is None:
        raise no_session()
    return found


def lift(found: SignedInSession, level: str) -> str:
    """The session's level after a new proof."""
    now = clock.now()
    found.keep(found.proofs.proved(level, now))
    return found.proofs.level(now) or "low"


def sign_out(session: Session, *, token: str) -> dict[str, Any]:
    """End the session of this token; one that is over already is no error."""
    session.execute(delete(SignedInSession).where(SignedInSession.token_hash == token_hash(token)))
    return {}


def discard_ended(session: Session) -> None:
    """Delete the sessions that are over."""
    now = clock.now()
    ended = or_(SignedInSession.expires_at <= now, SignedInSession.last_seen_at <= now - LIMITS["low"].idles)
    session.execute(delete(SignedInSession).where(ended))


def no_session() -> Unauthenticated:
    """The answer to a token that opens nothing."""
    return Unauthenticated("accounts.no_session", "Your session has ended. Please sign in again.")


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
