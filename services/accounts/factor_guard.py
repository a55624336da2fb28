"""What it takes to change how an account is guarded, and how often somebody may guess."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from services.accounts import factor_duty, passwords, throttling
from services.accounts.model import Account
from services.accounts.model.attempts import Limit
from services.contracts.actors import Actor
from services.contracts.errors import Forbidden, Invalid
from services.contracts.levels import reaches

Transaction = Callable[[], AbstractContextManager[Session]]
Offload = Callable[..., Any]

GUESSES = Limit(free=5, longest_wait=timedelta(minutes=15), forgotten=timedelta(days=1))
"""Three of a million codes are right at any time: even a year of guessing has a chance of one in ten. Only who has got past the
password can make the holder wait, and a passkey is no guess and waits for nothing."""
KIND = "second factor"


def needed(session: Session, actor: Actor) -> str:
    """What a change asks for in this session: `nothing`, the `password` again, or first of all the `second_factor`.

    A password alone never takes away or joins the second factor of an account that has one.
    """
    if reaches(actor.session_level, "substantial"):
        return "nothing"
    return "second_factor" if factor_duty.has_factor(session, actor.person_id) else "password"


def permit(transaction: Transaction, offload: Offload, actor: Actor, *, password: str | None) -> None:
    """Let a change begin. Raises forbidden where the second factor must come first, invalid for a missing or wrong password."""
    with transaction() as session:
        need = needed(session, actor)
        if need == "nothing":
            return
        if need == "second_factor":
            raise Forbidden("accounts.step_up_needed", "Please confirm with your second factor first.")
        if not password:
            raise Invalid("invalid", "Please type your password again.", fields={"password": ["required"]})
        take_guess(session, actor.person_id)
        password_hash = session.get_one(Account, actor.person_id).password_hash
    if not offload(passwords.is_right, password, password_hash):
        raise Invalid("accounts.wrong_password", "The password is not right.", fields={"password": ["wrong_password"]})
    with transaction() as session:
        forgive(session, actor.person_id)


def take_guess(session: Session, account_id: str) -> None:
    """Count a guess before it is looked at. Raises rate_limited while the account must wait."""
    throttling.take(session, KIND, account_id, GUESSES)


def forgive(session: Session, account_id: str) -> None:
    """Forget the guesses, as the last one was right."""
    throttling.forget(session, KIND, account_id)
