"""New accounts: citizens register themselves, staff is enrolled by the operator."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.accounts.addresses import email_key
from services.accounts.model import Account, StaffRole
from services.chassis import clock, ids, outbox
from services.contracts.actors import Actor, Role
from services.contracts.errors import Conflict


def register_account(
    session: Session, actor: Actor, *, email: str, password_hash: str, given_names: str, family_name: str, language: str
) -> dict[str, Any]:
    """A citizen's own account. Raises conflict if the address has one already."""
    account = _account("citizen", email, password_hash, given_names, family_name, language)
    _add(session, account)
    outbox.publish(session, "account.registered", subject=account.id, data={"account_id": account.id})
    return {"account_id": account.id}


def enrol_staff(
    session: Session,
    *,
    email: str,
    password_hash: str,
    given_names: str,
    family_name: str,
    language: str,
    roles: tuple[Role, ...],
) -> dict[str, Any]:
    """An account of a clerk or operator with its roles. Raises conflict if the address has one already."""
    account = _account("staff", email, password_hash, given_names, family_name, language)
    account.roles = [StaffRole(role=r.role, office_id=r.office_id) for r in roles]
    _add(session, account)
    return {"account_id": account.id}


def assign_roles(session: Session, *, account_id: str, roles: tuple[Role, ...]) -> None:
    """Give a member of staff these roles and no others."""
    account = session.get_one(Account, account_id)
    held = {(r.role, r.office_id): r for r in account.roles}
    account.roles = [held.get((r.role, r.office_id)) or StaffRole(role=r.role, office_id=r.office_id) for r in roles]


def _account(kind: str, email: str, password_hash: str, given_names: str, family_name: str, language: str) -> Account:
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


def _add(session: Session, account: Account) -> None:
    taken = Conflict("accounts.email_taken", "There is an account with this e-mail address already.", {"email": ["email_taken"]})
    if session.scalar(select(Account.id).where(Account.email_key == account.email_key)) is not None:
        raise taken
    session.add(account)
    try:
        session.flush()
    except IntegrityError:  # somebody registered the same address between the question and now
        raise taken from None
