"""The second factor at work: the second step of signing in, a session lifted to `substantial`, and a passkey alone."""

import re
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts import arriving, authenticator_app, factor_duty, factor_guard, factors, passkeys, recovery_codes, sessions
from services.accounts.model import Account, Challenge
from services.chassis import clock
from services.contracts.actors import Actor
from services.contracts.errors import Invalid

Transaction = Callable[[], AbstractContextManager[Session]]
LEVEL = "substantial"
"""What a second factor proves, and a passkey that has verified its user."""


def open_or_ask(session: Session, account: Account, client: dict[str, Any] | None = None) -> dict[str, Any]:
    """After the right password: a session, or the question for the second factor where there is one."""
    if not factor_duty.has_factor(session, account.id):
        return arriving.arrive(session, account, client)
    secret = secrets.token_urlsafe(sessions.TOKEN_BYTES)
    waiting = passkeys.keep(session, "sign_in", account.id)
    waiting.token_hash = sessions.token_hash(secret)
    asked = _asked(session, waiting, account.id, secret)
    return {"token": None, "expires_at": None, "actor": None, "person": None, "second_factor": asked}


def get_second_factor(session: Session, *, challenge: str) -> dict[str, Any]:
    """The question once more. Raises unauthenticated if it is over."""
    waiting = _waiting(session, challenge)
    return _asked(session, waiting, str(waiting.account_id), challenge)


def answer_second_factor(
    transaction: Transaction, *, challenge: str, code: str | None, credential: str | None, client: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The session, once the second factor is right. A guess is counted before it is looked at."""
    with transaction() as session:
        waiting = _waiting(session, challenge)
        account_id, nonce = str(waiting.account_id), waiting.nonce
        if credential is None:
            factor_guard.take_guess(session, account_id)
        else:
            # Each challenge is answered once by a passkey; the next question has another.
            waiting.nonce = secrets.token_bytes(passkeys.NONCE_BYTES)
    with transaction() as session:
        _prove(session, account_id, nonce=nonce, code=code, credential=credential)
        session.delete(_waiting(session, challenge))
        return arriving.arrive(session, session.get_one(Account, account_id), client, LEVEL)


def begin_passkey_sign_in(session: Session) -> dict[str, Any]:
    """What the browser needs to sign in with any passkey of this portal. Raises conflict where passkeys cannot work."""
    waiting = passkeys.keep(session, "passkey", None)
    asked = passkeys.options(session, waiting.nonce, None)
    if asked is None:
        raise passkeys.unavailable()
    return {"challenge_id": waiting.id, "options": asked}


def sign_in_with_passkey(
    transaction: Transaction, *, challenge_id: str, credential: str, client: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A session at `substantial`: the passkey was there and has verified its user, which are two factors in one."""
    with transaction() as session:
        nonce = passkeys.take(session, "passkey", challenge_id, None)
    with transaction() as session:
        factor = passkeys.answered(session, nonce=nonce, credential=credential, account_id=None)
        return arriving.arrive(session, session.get_one(Account, factor.account_id), client, LEVEL)


def begin_step_up(session: Session, actor: Actor) -> dict[str, Any]:
    """How the session can be lifted; no kinds where there is no second factor yet."""
    kinds = factors.kinds(session, actor.person_id)
    waiting = passkeys.keep(session, "step_up", actor.person_id) if "passkey" in kinds else None
    asked = passkeys.options(session, waiting.nonce, actor.person_id) if waiting else None
    return {"kinds": kinds, "challenge_id": waiting and waiting.id, "options": asked}


def step_up(
    transaction: Transaction, actor: Actor, *, token: str, code: str | None, challenge_id: str | None, credential: str | None
) -> dict[str, Any]:
    """The session of this token is at `substantial`, once the second factor is right."""
    nonce = b""
    with transaction() as session:
        sessions.own_session(session, actor, token)
        if credential is None:
            factor_guard.take_guess(session, actor.person_id)
        else:
            nonce = passkeys.take(session, "step_up", challenge_id, actor.person_id)
    with transaction() as session:
        _prove(session, actor.person_id, nonce=nonce, code=code, credential=credential)
        return {"session_level": sessions.lift(sessions.own_session(session, actor, token), LEVEL)}


def _prove(session: Session, account_id: str, *, nonce: bytes, code: str | None, credential: str | None) -> None:
    """Raises invalid unless one of the account's factors has answered."""
    if credential is not None:
        passkeys.answered(session, nonce=nonce, credential=credential, account_id=account_id)
        return
    if not code:
        raise Invalid("invalid", "The code is missing.", fields={"code": ["required"]})
    plain = re.sub(r"[\s-]", "", code).lower()
    if any(authenticator_app.takes(session, app, plain) for app in factors.apps(session, account_id)):
        factor_guard.forgive(session, account_id)
    elif factor_duty.has_factor(session, account_id) and recovery_codes.spend(session, account_id, plain):
        factor_guard.forgive(session, account_id)
        holder = Actor(kind=session.get_one(Account, account_id).kind, account_id=account_id)
        factors.record(session, holder, account_id, "recovery_code_used", {"left": recovery_codes.left(session, account_id)})
    else:
        raise authenticator_app.wrong_code()


def _waiting(session: Session, secret: str) -> Challenge:
    question = select(Challenge).where(Challenge.token_hash == sessions.token_hash(secret), Challenge.purpose == "sign_in")
    waiting = session.scalar(question.with_for_update())
    if waiting is None or clock.now() >= waiting.expires_at:
        raise passkeys.no_challenge()
    return waiting


def _asked(session: Session, waiting: Challenge, account_id: str, secret: str) -> dict[str, Any]:
    return {
        "challenge": secret,
        "kinds": factors.kinds(session, account_id),
        "options": passkeys.options(session, waiting.nonce, account_id),
        "expires_at": waiting.expires_at,
    }
