"""Throttling: attempts are counted before they are heard, and after some free ones each further one must wait longer."""

import hashlib
import hmac
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.accounts.model import Attempts
from services.accounts.model.attempts import Limit, SharedLimit
from services.chassis import clock
from services.contracts.errors import RateLimited


def take(session: Session, kind: str, value: str, limit: Limit | SharedLimit) -> None:
    """Count an attempt of this kind for this value (an address, a network, an id). Raises rate_limited while it must wait.

    The count is committed with the transaction: whoever takes several limits looks at all of them before doing what is limited.
    """
    attempts = _attempts(session, key_of(session, kind, value))
    now = clock.now()
    if now < attempts.may_try_at(limit):
        raise RateLimited("accounts.too_many_attempts", "Too many attempts. Please try again in a minute.")
    attempts.add(now, limit)


def try_take(session: Session, kind: str, value: str, limit: Limit | SharedLimit) -> bool:
    """Like `take`, but says False where it must wait: for what must not be told to a stranger."""
    try:
        take(session, kind, value, limit)
    except RateLimited:
        return False
    return True


def network_of(address: str | None) -> str | None:
    """What counts as one client: an IPv4 address, or the /64 that an IPv6 client commands. None for what is not a foreign host.

    A client on this very machine is a proxy that nobody told us to trust, or a test; counting it would slow everybody at once.
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return None if found.is_loopback else str(IPv6Network((int(found) >> 64 << 64, 64)))
        found = found.ipv4_mapped
    return None if found.is_loopback else str(found)


def forget(session: Session, kind: str, value: str) -> None:
    """Begin the counting anew, as the attempt was a good one."""
    session.execute(delete(Attempts).where(Attempts.key == key_of(session, kind, value)))


def give_back(session: Session, kind: str, value: str, limit: SharedLimit) -> None:
    """Take one attempt off the count: it was a good one, and those of others stay."""
    attempts = session.get(Attempts, key_of(session, kind, value), with_for_update=True, populate_existing=True)
    if attempts is not None and attempts.count > 0:
        attempts.give_back(limit)


def discard_old(session: Session) -> None:
    """Drop the counts that no longer matter."""
    session.execute(delete(Attempts).where(Attempts.forgotten_at < clock.now()))


def key_of(session: Session, kind: str, value: str) -> str:
    """What the count is kept under: an HMAC of kind and value under SECRET_KEY."""
    secret = session.info["settings"].secret_key.encode()
    return hmac.new(secret, f"attempts\n{kind}\n{value}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _attempts(session: Session, key: str) -> Attempts:
    """The row of this key. Most attempts are the first, as a good one forgets those before it."""
    question = select(Attempts).where(Attempts.key == key).with_for_update()
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    while True:
        now = clock.now()
        fresh = dialect.insert(Attempts).values(key=key, count=0, last_at=now, forgotten_at=now)
        attempts = session.execute(fresh.on_conflict_do_nothing().returning(Attempts)).scalar()
        # Of the first two at the same moment the second finds the row of the first, unless that one was forgiven by then.
        attempts = attempts or session.scalar(question)
        if attempts is not None:
            return attempts
