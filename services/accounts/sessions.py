"""Sessions: opened by a sign-in, found by their token, over after 12 hours, after an hour of silence or by signing out."""

import hashlib
import secrets
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from services.accounts.model import SESSION_IDLES, SESSION_LASTS, Account, SignedInSession
from services.chassis import clock, ids
from services.contracts.errors import Unauthenticated

TOKEN_BYTES = 32


def open_session(session: Session, account: Account) -> dict[str, Any]:
    """A new session; its token is told here and never again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = clock.now()
    opened = SignedInSession(
        id=ids.new_id(),
        account_id=account.id,
        token_hash=_token_hash(token),
        created_at=now,
        last_seen_at=now,
        expires_at=now + SESSION_LASTS,
    )
    session.add(opened)
    return {"token": token, "expires_at": opened.expires_at, "actor": account.as_actor(), "person": account.as_person()}


def resolve_session(session: Session, *, token: str) -> tuple[dict[str, Any], bool]:
    """Who is behind a token, and whether `touch_session` is due. Raises unauthenticated if there is no valid session."""
    found = session.scalar(
        select(SignedInSession)
        .where(SignedInSession.token_hash == _token_hash(token))
        .options(joinedload(SignedInSession.account).options(selectinload(Account.roles)))
    )
    now = clock.now()
    if found is None or not found.is_valid(now):
        raise Unauthenticated("accounts.no_session", "Your session has ended. Please sign in again.")
    reply = {"session_id": found.id, "actor": found.account.as_actor(), "person": found.account.as_person(), "party_name": None}
    return reply, found.is_touch_due(now)


def touch_session(session: Session, *, session_id: str) -> None:
    """Note that the session is in use."""
    session.execute(update(SignedInSession).where(SignedInSession.id == session_id).values(last_seen_at=clock.now()))


def sign_out(session: Session, *, token: str) -> dict[str, Any]:
    """End the session of this token; one that is over already is no error."""
    session.execute(delete(SignedInSession).where(SignedInSession.token_hash == _token_hash(token)))
    return {}


def discard_ended(session: Session) -> None:
    """Delete the sessions that are over."""
    now = clock.now()
    ended = or_(SignedInSession.expires_at <= now, SignedInSession.last_seen_at <= now - SESSION_IDLES)
    session.execute(delete(SignedInSession).where(ended))


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
