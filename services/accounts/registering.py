"""New accounts: citizens register themselves and confirm their address, staff is enrolled by those who may."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from services.accounts import confirming, opening, throttling
from services.accounts.addresses import email_key
from services.accounts.model import Account, Registration, StaffMember, StaffRole
from services.accounts.model.attempts import SharedLimit
from services.chassis import clock, ids
from services.contracts.actors import Actor, Role

PER_NETWORK = SharedLimit(free=20, recovers=timedelta(minutes=1))
LASTS = timedelta(days=7)
"""How long a registration waits for its confirmation."""


def register_account(
    session: Session,
    _actor: Actor,
    *,
    email: str,
    password_hash: str,
    given_names: str,
    family_name: str,
    language: str,
    client: dict[str, Any],
    browser_secret: str | None,
    next_path: str,
) -> dict[str, Any]:
    """Somebody says an address is theirs: a mail goes there. Whether it has an account shows in that mail only.

    So a known address takes the same work as an unknown one. Raises rate_limited after many registrations from one network; a
    mailbox gets a few mails only, which the answer does not tell.
    """
    network = throttling.network_of(client.get("address"))
    if network is not None:
        throttling.take(session, "registrations", network, PER_NETWORK)
    now = clock.now()
    registration = Registration(
        id=ids.new_id(),
        email=email,
        email_key=email_key(email),
        password_hash=password_hash,
        given_names=given_names,
        family_name=family_name,
        language=language,
        browser_hash=None if browser_secret is None else confirming.secret_hash(browser_secret),
        next_path=next_path,
        registered_at=now,
        expires_at=now + LASTS,
    )
    if throttling.try_take(session, "mail", registration.email_key, confirming.MAILS_PER_ADDRESS):
        session.add(registration)
        session.flush()
        confirming.ask(session, registration)
    return {}


def enrol_staff(
    session: Session,
    *,
    email: str,
    password_hash: str,
    given_names: str,
    family_name: str,
    language: str,
    roles: tuple[Role, ...],
    ars: str | None = None,
    is_invited: bool = False,
) -> dict[str, Any]:
    """An account of a member of staff with its roles. Raises conflict if the address has one already.

    `ars` is the municipality they work for; without it, that of their roles.
    """
    account = opening.new_account("staff", email, password_hash, given_names, family_name, language)
    account.roles = [StaffRole(role=r.role, office_id=r.office_id) for r in roles]
    opening.add(session, account)
    places = sorted(role.office_id.partition("/")[0] for role in roles if "/" in role.office_id)
    now = clock.now()
    session.add(
        StaffMember(
            account_id=account.id,
            ars=ars or next(iter(places), None),
            invited_at=now if is_invited else None,
            accepted_at=None if is_invited else now,
        )
    )
    session.flush()
    return {"account_id": account.id}


def assign_roles(session: Session, *, account_id: str, roles: tuple[Role, ...]) -> None:
    """Give a member of staff these roles and no others."""
    account = session.get_one(Account, account_id)
    held = {(r.role, r.office_id): r for r in account.roles}
    account.roles = [held.get((r.role, r.office_id)) or StaffRole(role=r.role, office_id=r.office_id) for r in roles]
