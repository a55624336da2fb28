"""Signing in with e-mail and password: the same answer and the same time for an unknown address as for a wrong password."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts import confirming, devices, passwords, second_step, standing, throttling
from services.accounts.addresses import email_key
from services.accounts.model import Account
from services.accounts.model.attempts import Limit, SharedLimit
from services.contracts.errors import Unauthenticated

Transaction = Callable[[], AbstractContextManager[Session]]
Offload = Callable[..., Any]

PER_ACCOUNT = Limit(free=10, longest_wait=timedelta(seconds=60), forgotten=timedelta(minutes=15))
PER_DEVICE = Limit(free=10, longest_wait=timedelta(seconds=60), forgotten=timedelta(minutes=15))
"""A device that the account knows is counted by itself: failures of strangers do not keep the holder out."""
PER_NETWORK = SharedLimit(free=30, recovers=timedelta(seconds=30))
"""One password tried on many accounts comes from few networks. A good sign-in does not count."""


@dataclass(frozen=True)
class Attempt:
    """An attempt that was counted before its password is looked at, so that many at once gain nothing."""

    account_id: str | None
    password_hash: str
    registration_id: str | None = None
    registration_hash: str = ""
    counted: dict[str, str] = field(default_factory=dict)
    """What it was counted under: kind and value."""


def sign_in(
    transaction: Transaction, offload: Offload, *, email: str, password: str, client: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A new session with its token. The password is checked between two transactions, as it takes a while.

    Raises unauthenticated if address and password do not fit, rate_limited after too many such attempts.
    """
    with transaction() as session:
        attempt = begin(session, email=email, client=client or {})
    is_right = offload(passwords.is_right, password, attempt.password_hash)
    if is_right and attempt.account_id is not None:
        with transaction() as session:
            return succeed(session, attempt, client or {})
    # Looked at whether or not there is an account, so that who registers somebody's address learns nothing from signing in.
    if attempt.registration_id is not None and offload(passwords.is_right, password, attempt.registration_hash):
        with transaction() as session:
            confirming.send_again(session, attempt.registration_id)
        raise Unauthenticated("accounts.not_confirmed", "Please confirm your e-mail address first. We have sent the mail again.")
    raise wrong_credentials()


def begin(session: Session, *, email: str, client: dict[str, Any] | None = None) -> Attempt:
    """Count an attempt and say what the password is to be compared with. Raises rate_limited while it must wait."""
    client = client or {}
    key = email_key(email)
    account = session.execute(select(Account.id, Account.password_hash).where(Account.email_key == key)).one_or_none()
    registration = confirming.newest(session, key)
    device = devices.find(session, key, client.get("devices") or [])
    network = throttling.network_of(client.get("address"))
    counted: dict[str, str] = {}
    if device is not None:
        throttling.take(session, "device", device.id, PER_DEVICE)
        counted["device"] = device.id
    else:
        throttling.take(session, "account", key, PER_ACCOUNT)
        counted["account"] = key
        if network is not None:
            throttling.take(session, "network", network, PER_NETWORK)
            counted["network"] = network
    return Attempt(
        account.id if account is not None else None,
        account.password_hash if account is not None else passwords.NOBODYS_HASH,
        registration.id if registration is not None else None,
        registration.password_hash if registration is not None else "",
        counted,
    )


def succeed(session: Session, attempt: Attempt, client: dict[str, Any]) -> dict[str, Any]:
    """Forget the failures before it; open a session, or ask for the second factor where there is one.

    Raises unauthenticated if the password was changed, or the account erased, while this one was looked at.
    """
    account = session.get(Account, attempt.account_id, with_for_update=True)
    if account is None or account.password_hash != attempt.password_hash:
        raise wrong_credentials()
    standing.require_good(session, account)
    for kind, value in attempt.counted.items():
        if kind == "network":
            throttling.give_back(session, kind, value, PER_NETWORK)
        else:
            throttling.forget(session, kind, value)
    return second_step.open_or_ask(session, account, client)


def wrong_credentials() -> Unauthenticated:
    """The answer to an address and a password that do not fit, whichever of them is wrong."""
    return Unauthenticated("accounts.wrong_credentials", "E-mail address and password do not fit together.")
