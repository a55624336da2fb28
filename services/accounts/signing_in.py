"""Signing in with e-mail and password: the same answer and the same time for an unknown address as for a wrong password."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts import passwords, sessions, throttling
from services.accounts.addresses import email_key
from services.accounts.model import Account
from services.accounts.model.attempts import Limit
from services.contracts.errors import Unauthenticated

Transaction = Callable[[], AbstractContextManager[Session]]
Offload = Callable[..., Any]

PER_ACCOUNT = Limit(free=10, longest_wait=timedelta(seconds=60), forgotten=timedelta(minutes=15))


@dataclass(frozen=True)
class Attempt:
    """An attempt that was counted before its password is looked at, so that many at once gain nothing."""

    account_id: str | None
    password_hash: str


def sign_in(transaction: Transaction, offload: Offload, *, email: str, password: str) -> dict[str, Any]:
    """A new session with its token. The password is checked between two transactions, as it takes a while.

    Raises unauthenticated if address and password do not fit, rate_limited after too many such attempts.
    """
    with transaction() as session:
        attempt = begin(session, email=email)
    is_right = offload(passwords.is_right, password, attempt.password_hash)
    if not is_right or attempt.account_id is None:
        raise Unauthenticated("accounts.wrong_credentials", "E-mail address and password do not fit together.")
    with transaction() as session:
        return succeed(session, account_id=attempt.account_id)


def begin(session: Session, *, email: str) -> Attempt:
    """Count an attempt and say what the password is to be compared with. Raises rate_limited while the address must wait."""
    throttling.take(session, "account", email_key(email), PER_ACCOUNT)
    account = session.scalar(select(Account).where(Account.email_key == email_key(email)))
    if account is None:
        return Attempt(None, passwords.NOBODYS_HASH)
    return Attempt(account.id, account.password_hash)


def succeed(session: Session, *, account_id: str) -> dict[str, Any]:
    """Forget the failures of this address and open a session."""
    account = session.get_one(Account, account_id)
    throttling.forget(session, "account", account.email_key)
    return sessions.open_session(session, account)
