"""Opening: the account of a citizen whose address is known to be theirs."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.accounts.addresses import email_key
from services.accounts.model import Account
from services.chassis import clock, ids, outbox
from services.contracts.errors import Conflict


def open_account(
    session: Session, *, email: str, password_hash: str, given_names: str, family_name: str, language: str
) -> Account:
    """A citizen's account. Raises conflict if the address has one already."""
    account = new_account("citizen", email, password_hash, given_names, family_name, language)
    add(session, account)
    outbox.publish(session, "account.registered", subject=account.id, data={"account_id": account.id})
    return account


def new_account(kind: str, email: str, password_hash: str, given_names: str, family_name: str, language: str) -> Account:
    """An account of a citizen or a member of staff, not yet added."""
    return Account(
        id=ids.new_id(),
        kind=kind,
        email=email,
        email_key=email_key(email),
        password_hash=password_hash,
        given_names=given_names,
        family_name=family_name,
        language=language,
        registered_at=clock.now(),
    )


def add(session: Session, account: Account) -> None:
    """Keep a new account. Raises conflict if its address has one already."""
    taken = Conflict("accounts.email_taken", "There is an account with this e-mail address already.", {"email": ["email_taken"]})
    if session.scalar(select(Account.id).where(Account.email_key == account.email_key)) is not None:
        raise taken
    session.add(account)
    try:
        session.flush()
    except IntegrityError:  # somebody got the same address between the question and now
        raise taken from None
