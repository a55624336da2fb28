"""The password again, and the second factor before it where there is one: before data leaves, and before it is erased."""

from services.accounts import factor_guard, passwords
from services.accounts.factor_guard import Offload, Transaction
from services.accounts.model import Account
from services.contracts.actors import Actor
from services.contracts.errors import Forbidden, Invalid


def prove(transaction: Transaction, offload: Offload, actor: Actor, *, password: str) -> None:
    """Raises forbidden where the second factor must come first, invalid for a wrong password, rate_limited after too many."""
    with transaction() as session:
        if factor_guard.needed(session, actor) == "second_factor":
            raise Forbidden("accounts.step_up_needed", "Please confirm with your second factor first.")
        factor_guard.take_guess(session, actor.person_id)
        password_hash = session.get_one(Account, actor.person_id).password_hash
    if not offload(passwords.is_right, password, password_hash):
        raise Invalid("accounts.wrong_password", "The password is not right.", fields={"password": ["wrong_password"]})
    with transaction() as session:
        factor_guard.forgive(session, actor.person_id)
