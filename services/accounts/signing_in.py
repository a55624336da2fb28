"""Signing in with e-mail and password: the same answer and the same time for an unknown address as for a wrong password."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.accounts import passwords, sessions
from services.accounts.addresses import email_hash, email_key
from services.accounts.model import ATTEMPTS_FORGOTTEN, Account, SignInAttempts
from services.chassis import clock
from services.contracts.errors import RateLimited, Unauthenticated

Transaction = Callable[[], AbstractContextManager[Session]]
Offload = Callable[..., Any]


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
    attempts = _attempts(session, email_hash(email))
    now = clock.now()
    if now < attempts.may_try_at():
        raise RateLimited("accounts.too_many_attempts", "Too many attempts to sign in. Please try again in a minute.")
    attempts.count(now)
    account = session.scalar(select(Account).where(Account.email_key == email_key(email)))
    if account is None:
        return Attempt(None, passwords.NOBODYS_HASH)
    return Attempt(account.id, account.password_hash)


def succeed(session: Session, *, account_id: str) -> dict[str, Any]:
    """Forget the failures of this address and open a session."""
    account = session.get_one(Account, account_id)
    session.execute(delete(SignInAttempts).where(SignInAttempts.email_hash == email_hash(account.email)))
    return sessions.open_session(session, account)


def forget_attempts(session: Session) -> None:
    """Drop the counts that no longer matter."""
    session.execute(delete(SignInAttempts).where(SignInAttempts.last_at < clock.now() - ATTEMPTS_FORGOTTEN))


def _attempts(session: Session, address: str) -> SignInAttempts:
    question = select(SignInAttempts).where(SignInAttempts.email_hash == address).with_for_update()
    attempts = session.scalar(question)
    if attempts is not None:
        return attempts
    fresh = SignInAttempts(email_hash=address, failures=0, last_at=clock.now())
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:  # the first two attempts came at the same moment
        return session.scalars(question).one()
    return fresh
