"""Who has a second factor, and which staff owes one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.model import Account, Network, SecondFactor


def has_factor(session: Session, account_id: str) -> bool:
    """Whether the account is guarded by a second factor that has been confirmed."""
    question = select(SecondFactor.id).where(SecondFactor.account_id == account_id, SecondFactor.confirmed_at.is_not(None))
    return session.scalar(question.limit(1)) is not None


def is_owed(session: Session, account: Account) -> bool:
    """Whether this is staff of a network that requires a second factor of its staff, and there is none yet."""
    if account.kind != "staff" or session.scalar(select(Network.staff_second_factor)) != "required":
        return False
    return not has_factor(session, account.id)
