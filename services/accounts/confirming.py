"""Confirming: a registration becomes an account by the link in the mail, once, with the password that was chosen for it."""

import hashlib
import hmac
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.accounts import arriving, links, mails, opening, passwords, throttling
from services.accounts.model import Link, Registration
from services.accounts.model.attempts import Limit
from services.chassis import clock
from services.contracts.errors import Invalid, NotFound

Transaction = Callable[[], AbstractContextManager[Session]]
Offload = Callable[..., Any]

PURPOSE = "confirm_address"
LINK_LASTS = timedelta(hours=24)
MAILS_PER_ADDRESS = Limit(free=3, longest_wait=timedelta(hours=1), forgotten=timedelta(days=1))
"""Nobody's mailbox is filled by strangers who type its address."""
GUESSES = Limit(free=10, longest_wait=timedelta(seconds=60), forgotten=timedelta(minutes=15))


def ask(session: Session, registration: Registration) -> None:
    """Send the link that confirms a registration; what the mail says is decided when it is sent."""
    about = {"registration_id": registration.id}
    link = links.issue(session, PURPOSE, "/register/confirmation", lasts=LINK_LASTS, about=about)
    mails.request(session, kind="confirm_address", to=registration.email, language=registration.language, link=link)


def send_again(session: Session, registration_id: str) -> None:
    """The link once more, for somebody who knows the password; not too often."""
    registration = session.get(Registration, registration_id)
    if registration is not None and throttling.try_take(session, "mail", registration.email_key, MAILS_PER_ADDRESS):
        ask(session, registration)


def newest(session: Session, email_key: str) -> Registration | None:
    """The last registration of an address that still waits."""
    waiting = select(Registration).where(Registration.email_key == email_key, Registration.expires_at > clock.now())
    return session.scalar(waiting.order_by(Registration.registered_at.desc(), Registration.id.desc()).limit(1))


def show_confirmation(session: Session, *, token: str, browser_secret: str | None) -> dict[str, Any]:
    """Whose address it is, and whether this browser must name the password. Raises not_found if the link is over."""
    registration = _registration(session, links.look_at(session, PURPOSE, token))
    return {"email": registration.email, "needs_password": not _is_same_browser(registration, browser_secret)}


def confirm_account(
    transaction: Transaction,
    offload: Offload,
    *,
    token: str,
    password: str | None,
    browser_secret: str | None,
    client: dict[str, Any],
) -> dict[str, Any]:
    """The account, with a session of it: who confirms has the mailbox and knows the password, or sits at the same browser.

    Without that second proof a stranger could register somebody's address with a password of their own and wait for the click.
    Raises not_found if the link is over, invalid for a wrong password, conflict if the address has got an account meanwhile.
    """
    with transaction() as session:
        registration = _registration(session, links.look_at(session, PURPOSE, token))
        is_proved = _is_same_browser(registration, browser_secret)
        password_hash = registration.password_hash
        if not is_proved:
            if not password:
                raise Invalid("invalid", "Please type the password that you have chosen.", {"password": ["required"]})
            throttling.take(session, "confirmation", registration.id, GUESSES)
    if not is_proved and not offload(passwords.is_right, password, password_hash):
        raise Invalid("accounts.wrong_password", "The password is not right.", {"password": ["wrong_password"]})
    with transaction() as session:
        registration = _registration(session, links.redeem(session, PURPOSE, token))
        account = opening.open_account(
            session,
            email=registration.email,
            password_hash=registration.password_hash,
            given_names=registration.given_names,
            family_name=registration.family_name,
            language=registration.language,
        )
        next_path = registration.next_path
        session.execute(delete(Registration).where(Registration.email_key == account.email_key))
        return {**arriving.arrive(session, account, client), "next_path": next_path}


def secret_hash(browser_secret: str) -> str:
    """What is kept of a browser's secret."""
    return hashlib.sha256(browser_secret.encode("utf-8", "replace")).hexdigest()


def discard_old(session: Session) -> None:
    """Forget the registrations that nobody has confirmed; their addresses were free all the time."""
    session.execute(delete(Registration).where(Registration.expires_at < clock.now()))


def _registration(session: Session, link: Link) -> Registration:
    found = session.get(Registration, str(link.about["registration_id"]))
    if found is None or found.expires_at <= clock.now():
        raise NotFound("accounts.link_invalid", "This link is no longer valid. Please ask for a new one.")
    return found


def _is_same_browser(registration: Registration, browser_secret: str | None) -> bool:
    if browser_secret is None or registration.browser_hash is None:
        return False
    return hmac.compare_digest(secret_hash(browser_secret), registration.browser_hash)
