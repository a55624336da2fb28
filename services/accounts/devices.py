"""Devices: a browser that has signed in to an account before is known by a token in its cookie, and is not slowed by others."""

import secrets
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from services.accounts import throttling
from services.accounts.model import Account, Device, SignedInSession
from services.accounts.sessions import token_hash
from services.chassis import clock, ids, outbox
from services.contracts.accounts.client import MOST_DEVICES

TOKEN_BYTES = 24
API = "API"
MOST_KNOWN = 50


def find(session: Session, email_key: str, tokens: list[str]) -> Device | None:
    """The device of one of these tokens, if the account of this address knows it."""
    if not tokens:
        return None
    hashes = [token_hash(token) for token in tokens[:MOST_DEVICES]]
    question = select(Device).join(Account, Account.id == Device.account_id)
    return session.scalar(question.where(Account.email_key == email_key, Device.token_hash.in_(hashes)).limit(1))


def remember(session: Session, account: Account, client: dict[str, Any]) -> tuple[Device, str | None]:
    """The device of a good sign-in, and the token to give to a browser that is new to the account.

    The holder is told of every new one but the first. Programs keep no cookie: they are known by their network address.
    """
    browser = client.get("browser") or ""
    secret: str | None = None
    if browser:
        device = find(session, account.email_key, client.get("devices") or [])
    else:
        mark = throttling.key_of(session, "api client", f"{account.id}\n{throttling.network_of(client.get('address')) or ''}")
        device = session.scalar(select(Device).where(Device.token_hash == mark))
    now = clock.now()
    if device is not None:
        device.last_seen_at, device.browser = now, browser or API
        return device, None
    known = session.scalar(select(func.count()).select_from(Device).where(Device.account_id == account.id)) or 0
    if browser:
        secret = secrets.token_urlsafe(TOKEN_BYTES)
        mark = token_hash(secret)
    device = Device(
        id=ids.new_id(), account_id=account.id, token_hash=mark, browser=browser or API, first_seen_at=now, last_seen_at=now
    )
    session.add(device)
    if known:
        outbox.publish(session, "device.added", subject=account.id, data={"account_id": account.id})
    if known >= MOST_KNOWN:
        _forget_oldest(session, account.id)
    return device, secret


def forget_all(session: Session, account_id: str) -> None:
    """After a reset no device is known: whoever made it necessary may have been at one of them."""
    session.execute(delete(Device).where(Device.account_id == account_id))
    session.execute(update(SignedInSession).where(SignedInSession.account_id == account_id).values(device_id=None))


def _forget_oldest(session: Session, account_id: str) -> None:
    newest = select(Device.id).where(Device.account_id == account_id).order_by(Device.last_seen_at.desc()).limit(MOST_KNOWN)
    kept = session.scalars(newest).all()
    session.execute(delete(Device).where(Device.account_id == account_id, Device.id.not_in(kept)))
