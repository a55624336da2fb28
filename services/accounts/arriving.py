"""Arriving: what happens at every sign-in that was good, by whatever proof."""

from typing import Any

from sqlalchemy.orm import Session

from services.accounts import devices, sessions
from services.accounts.model import Account
from services.chassis import audit
from services.contracts.actors import Actor


def arrive(session: Session, account: Account, client: dict[str, Any] | None = None, level: str = "low") -> dict[str, Any]:
    """A new session at the level that was proved, of a device that is known from now on."""
    device, device_token = devices.remember(session, account, client or {})
    opened = sessions.open_session(session, account, level, browser=device.browser, device_id=device.id)
    holder = Actor(kind=account.kind, account_id=account.id)
    audit.record(session, holder, "session.opened", subject_id=account.id, about={"device_id": device.id, "level": level})
    return {**opened, "device_token": device_token}
