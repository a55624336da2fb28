"""Throttling: attempts are counted before they are heard, and after some free ones each further one must wait longer."""

import hashlib
import hmac

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.accounts.model import Attempts
from services.accounts.model.attempts import Limit
from services.chassis import clock
from services.contracts.errors import RateLimited


def take(session: Session, kind: str, value: str, limit: Limit) -> None:
    """Count an attempt of this kind for this value (an address, a network, an id). Raises rate_limited while it must wait.

    The count is committed with the transaction: whoever takes several limits looks at all of them before doing what is limited.
    """
    attempts = _attempts(session, key_of(session, kind, value), limit)
    now = clock.now()
    if now < attempts.may_try_at(limit):
        raise RateLimited("accounts.too_many_attempts", "Too many attempts. Please try again in a minute.")
    attempts.add(now, limit)


def forget(session: Session, kind: str, value: str) -> None:
    """Begin the counting anew, as the attempt was a good one."""
    session.execute(delete(Attempts).where(Attempts.key == key_of(session, kind, value)))


def give_back(session: Session, kind: str, value: str) -> None:
    """Take one attempt off the count: it was a good one, and those of others stay."""
    mine = (Attempts.key == key_of(session, kind, value), Attempts.count > 0)
    session.execute(update(Attempts).where(*mine).values(count=Attempts.count - 1))


def discard_old(session: Session) -> None:
    """Drop the counts that no longer matter."""
    session.execute(delete(Attempts).where(Attempts.forgotten_at < clock.now()))


def key_of(session: Session, kind: str, value: str) -> str:
    """What the count is kept under: an HMAC of kind and value under SECRET_KEY."""
    secret = session.info["settings"].secret_key.encode()
    return hmac.new(secret, f"attempts\n{kind}\n{value}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _attempts(session: Session, key: str, limit: Limit) -> Attempts:
    question = select(Attempts).where(Attempts.key == key).with_for_update()
    attempts = session.scalar(question)
    if attempts is not None:
        return attempts
    now = clock.now()
    fresh = Attempts(key=key, count=0, last_at=now, forgotten_at=now + limit.forgotten)
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:  # the first two attempts came at the same moment
        return session.scalars(question).one()
    return fresh
