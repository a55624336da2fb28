"""One-time links: issued with what they stand for, told as a token that is stored nowhere, redeemed once.

A token is the link's id and an HMAC of it under SECRET_KEY, so that a copy of the database opens nothing.
"""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.accounts.model import Link
from services.chassis import clock, ids
from services.contracts.errors import NotFound

KEPT = timedelta(days=1)
"""How long a link that is over is remembered."""


def issue(
    session: Session,
    purpose: str,
    path: str,
    *,
    lasts: timedelta,
    account_id: str | None = None,
    about: dict[str, Any] | None = None,
) -> Link:
    """A new link to the page `path`, whose address will be `path?token=…` (or holds the token where `path` says `{token}`)."""
    now = clock.now()
    link = Link(
        id=ids.new_id(),
        purpose=purpose,
        path=path,
        account_id=account_id,
        about=about or {},
        created_at=now,
        expires_at=now + lasts,
    )
    session.add(link)
    session.flush()
    return link


def redeem(session: Session, purpose: str, token: str) -> Link:
    """The link of a token, which is used up now. Raises not_found if it is unknown, of another purpose, used or too old."""
    link = look_at(session, purpose, token, lock=True)
    link.used_at = clock.now()
    return link


def look_at(session: Session, purpose: str, token: str, *, lock: bool = False) -> Link:
    """The link of a token without using it up. Raises not_found like `redeem`."""
    invalid = NotFound("accounts.link_invalid", "This link is no longer valid. Please ask for a new one.")
    code, _, signature = token.partition(".")
    try:
        link_id = str(UUID(hex=code))
    except ValueError:
        raise invalid from None
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(session, purpose, link_id).encode()):
        raise invalid
    question = select(Link).where(Link.id == link_id, Link.purpose == purpose)
    link = session.scalar(question.with_for_update().execution_options(populate_existing=True) if lock else question)
    if link is None or not link.is_valid(clock.now()):
        raise invalid
    return link


def revoke(session: Session, purpose: str, *, account_id: str) -> None:
    """Void every link of this purpose that the account still has."""
    mine = (Link.purpose == purpose, Link.account_id == account_id, Link.used_at.is_(None))
    session.execute(update(Link).where(*mine).values(used_at=clock.now()))


def token_of(session: Session, link: Link) -> str:
    """The token that redeems a link."""
    return f"{UUID(link.id).hex}.{_signature(session, link.purpose, link.id)}"


def path_of(session: Session, link: Link) -> str:
    """The path of a link with its token."""
    token = token_of(session, link)
    if "{token}" in link.path:
        return link.path.replace("{token}", token)
    return f"{link.path}{'&' if '?' in link.path else '?'}token={token}"


def discard_old(session: Session) -> None:
    """Forget the links that are over."""
    session.execute(delete(Link).where(Link.expires_at < clock.now() - KEPT))


def _signature(session: Session, purpose: str, link_id: str) -> str:
    key = session.info["settings"].secret_key.encode()
    digest = hmac.new(key, f"link\n{purpose}\n{link_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
