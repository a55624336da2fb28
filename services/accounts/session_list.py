"""The list of one's own sessions, and signing out elsewhere."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.accounts import sessions
from services.accounts.model import SignedInSession
from services.chassis import audit, clock
from services.contracts.actors import Actor
from services.contracts.errors import NotFound


def list_sessions(session: Session, actor: Actor, *, token: str) -> dict[str, Any]:
    """Every session that is open now, this one first, then by last use."""
    now = clock.now()
    mine = session.scalars(select(SignedInSession).where(SignedInSession.account_id == actor.person_id)).all()
    here = sessions.token_hash(token)
    found = [
        {
            "session_id": each.id,
            "browser": each.browser,
            "opened_at": each.created_at,
            "last_seen_at": each.last_seen_at,
            "level": level,
            "is_current": each.token_hash == here,
        }
        for each in sorted(mine, key=lambda each: each.last_seen_at, reverse=True)
        if (level := each.proofs.level(now)) is not None
    ]
    return {"sessions": sorted(found, key=lambda each: not each["is_current"])}


def end_session(session: Session, actor: Actor, *, session_id: str) -> dict[str, Any]:
    """Sign out there. Raises not_found for somebody else's session, and for one that is over."""
    mine = (SignedInSession.id == session_id, SignedInSession.account_id == actor.person_id)
    if session.scalar(delete(SignedInSession).where(*mine).returning(SignedInSession.id)) is None:
        raise NotFound("accounts.no_session", "There is no such session.")
    audit.record(session, actor, "session.ended", subject_id=actor.person_id, about={"session_id": session_id})
    return {}


def end_other_sessions(session: Session, actor: Actor, *, token: str) -> dict[str, Any]:
    """Sign out everywhere but here."""
    here = sessions.own_session(session, actor, token)
    others = (SignedInSession.account_id == actor.person_id, SignedInSession.id != here.id)
    ended = session.scalars(delete(SignedInSession).where(*others).returning(SignedInSession.id)).all()
    audit.record(session, actor, "session.others_ended", subject_id=actor.person_id, about={"count": len(ended)})
    return {}
