"""Authenticator apps: time-based one-time passwords (RFC 6238; SHA-1, 30 seconds, six digits, as every app understands)."""

import hmac

import pyotp
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.accounts.model import CONFIRM_WITHIN, TOTP, Account, SecondFactor
from services.chassis import clock, ids
from services.chassis.sealing import Seal
from services.contracts.errors import Conflict, Invalid, NotFound

STEP_SECONDS = 30
SLACK = (0, -1, 1)
"""Steps a clock may be off."""
ISSUER = "Amtsgang"


def begin(session: Session, account: Account) -> dict[str, str]:
    """A new app that does not count until its first code was confirmed; one that was begun before is forgotten."""
    session.execute(
        delete(SecondFactor).where(
            SecondFactor.account_id == account.id, SecondFactor.kind == TOTP, SecondFactor.confirmed_at.is_(None)
        )
    )
    secret = pyotp.random_base32()
    factor = SecondFactor(id=ids.new_id(), account_id=account.id, kind=TOTP, name="", added_at=clock.now(), transports=[])
    factor.sealed_secret = _seal(session).close(secret, bound_to=factor.id)
    session.add(factor)
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=ISSUER)
    return {"factor_id": factor.id, "secret": secret, "uri": uri}


def confirm(session: Session, account_id: str, *, factor_id: str, code: str, name: str) -> SecondFactor:
    """Let a new app count. Raises not_found if none waits, conflict if it counts already, invalid for a wrong code."""
    question = select(SecondFactor).where(SecondFactor.id == factor_id, SecondFactor.account_id == account_id)
    factor = session.scalar(question.with_for_update())
    now = clock.now()
    if factor is None or factor.kind != TOTP or (factor.confirmed_at is None and now >= factor.added_at + CONFIRM_WITHIN):
        raise NotFound("accounts.no_factor", "There is no such second factor.")
    if factor.confirmed_at is not None:
        raise Conflict("accounts.factor_there", "This second factor is set up already.")
    if not takes(session, factor, code):
        raise wrong_code()
    factor.confirmed_at, factor.name = now, name
    return factor


def takes(session: Session, factor: SecondFactor, code: str) -> bool:
    """Whether the code is one of now and newer than any that was taken before; it is used up by that."""
    if not (len(code) == 6 and code.isascii() and code.isdigit()):  # noqa: PLR2004 - six digits
        return False
    now = clock.now()
    step = int(now.timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(_seal(session).open(factor.sealed_secret or "", bound_to=factor.id))
    for candidate in (step + slack for slack in SLACK):
        is_new = factor.last_step is None or candidate > factor.last_step
        if hmac.compare_digest(app.generate_otp(candidate), code) and is_new:
            factor.last_step, factor.last_used_at = candidate, now
            return True
    return False


def wrong_code() -> Invalid:
    """The answer to a code that is not right, or no longer."""
    return Invalid("accounts.wrong_code", "The code is not right.", fields={"code": ["wrong_code"]})


def _seal(session: Session) -> Seal:
    return Seal(session.info["settings"].secret_key, "authenticator apps")
