"""Recovery codes: ten that each stand in once for a second factor that is lost."""

import secrets

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from services.accounts.model import RecoveryCode
from services.chassis import clock
from services.chassis.sealing import Seal

HOW_MANY = 10
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that look alike."""
LENGTH = 10
"""Of 31 letters: 49 bits, far more than throttled guessing reaches."""


def renew(session: Session, account_id: str) -> list[str]:
    """New codes in place of all older ones; told here and never again."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(HOW_MANY)]
    session.add_all(RecoveryCode(code_hash=_hash(session, account_id, code), account_id=account_id) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def spend(session: Session, account_id: str, code: str) -> bool:
    """Whether this is an unused code of the account; it is used up by that."""
    mine = (RecoveryCode.code_hash == _hash(session, account_id, code), RecoveryCode.account_id == account_id)
    spent = session.execute(update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=clock.now()))
    return bool(spent.rowcount)  # type: ignore[attr-defined]


def left(session: Session, account_id: str) -> int:
    """How many are unused."""
    question = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.scalar(question) or 0


def remove(session: Session, account_id: str) -> None:
    """None are needed where there is no second factor."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def _hash(session: Session, account_id: str, code: str) -> str:
    return Seal(session.info["settings"].secret_key, "recovery codes").fingerprint(f"{account_id} {code}")
