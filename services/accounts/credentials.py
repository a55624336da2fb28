"""Password and address of an account: changed by its holder, reset by mail; whoever held the old ones is told."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.accounts import devices, factor_guard, hashing, links, mails, sessions, throttling
from services.accounts.addresses import email_key
from services.accounts.confirming import MAILS_PER_ADDRESS
from services.accounts.model import Account, Challenge, Registration, SignedInSession
from services.accounts.model.attempts import SharedLimit
from services.chassis import audit, clock, outbox
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Invalid, NotFound

Transaction = Callable[[], AbstractContextManager[Session]]
Offload = Callable[..., Any]

RESET, NEW_ADDRESS, OLD_ADDRESS = "reset_password", "new_address", "old_address"
RESET_LASTS = timedelta(minutes=30)
NEW_ADDRESS_LASTS = timedelta(hours=24)
OBJECTION_LASTS = timedelta(days=7)
RESETS_PER_NETWORK = SharedLimit(free=20, recovers=timedelta(minutes=1))
SESSIONS_PAGE = "/account/sessions"


def change_password(
    transaction: Transaction, offload: Offload, actor: Actor, *, token: str, password: str | None, new_password: str
) -> dict[str, Any]:
    """Another password; all other sessions end. The old one is asked for where the session has no second factor behind it."""
    factor_guard.permit(transaction, offload, actor, password=password)
    with transaction() as session:
        own_words = _own_words(session.get_one(Account, actor.person_id))
    password_hash = hashing.hashed(offload, new_password, own_words, secrets.token_hex())
    with transaction() as session:
        here = sessions.own_session(session, actor, token)
        account = session.get_one(Account, actor.person_id, with_for_update=True)
        account.password_hash, account.password_changed_at = password_hash, clock.now()
        session.execute(delete(SignedInSession).where(SignedInSession.account_id == account.id, SignedInSession.id != here.id))
        _void_what_waits(session, account)
        _told_of_password(session, account)
        audit.record(session, actor, "account.password_changed", subject_id=account.id)
    return {}


def request_password_reset(session: Session, *, email: str, language: str, client: dict[str, Any]) -> dict[str, Any]:
    """A link by mail, if the address has an account; the answer and the work are the same if it has none.

    Raises rate_limited after many from one network; a mailbox gets a few mails only, which the answer does not tell.
    """
    network = throttling.network_of(client.get("address"))
    if network is not None:
        throttling.take(session, "resets", network, RESETS_PER_NETWORK)
    key = email_key(email)
    account = session.scalar(select(Account).where(Account.email_key == key))
    # Counted by itself, so that nobody keeps the holder from a reset by registering the address again and again.
    if throttling.try_take(session, "reset mail", key, MAILS_PER_ADDRESS):
        # As the holder spells it: another spelling that means the same to us may be somebody else's mailbox.
        _send_reset(session, account.email if account else email, language, account.id if account else None)
    return {}


def reset_password(transaction: Transaction, offload: Offload, *, token: str, new_password: str) -> dict[str, Any]:
    """A new password by the link of the mail. All sessions end, no device is known any more, the second factor stays in force.

    Raises not_found if the link is over.
    """
    with transaction() as session:
        account_id = links.look_at(session, RESET, token).account_id
        if account_id is None:
            raise _over()
        own_words = _own_words(session.get_one(Account, account_id))
    password_hash = hashing.hashed(offload, new_password, own_words, secrets.token_hex())
    with transaction() as session:
        links.redeem(session, RESET, token)
        account = session.get_one(Account, account_id, with_for_update=True)
        now = clock.now()
        account.password_hash, account.password_changed_at, account.password_reset_at = password_hash, now, now
        _void_what_waits(session, account)
        _end_everything(session, account)
        throttling.forget(session, "account", account.email_key)
        _told_of_password(session, account)
        audit.record(session, _holder(account), "account.password_reset", subject_id=account.id)
    return {}


def change_email(transaction: Transaction, offload: Offload, actor: Actor, *, email: str, password: str | None) -> dict[str, Any]:
    """Ask for another address; it counts from its confirmation. The answer is the same if it belongs to somebody already."""
    factor_guard.permit(transaction, offload, actor, password=password)
    with transaction() as session:
        account = session.get_one(Account, actor.person_id)
        if email_key(email) == account.email_key:
            raise Invalid("accounts.same_email", "This is the address you have already.", {"email": ["same_email"]})
        links.revoke(session, NEW_ADDRESS, account_id=account.id)
        if throttling.try_take(session, "mail", email_key(email), MAILS_PER_ADDRESS):
            link = links.issue(
                session, NEW_ADDRESS, "/account/email/confirmation", lasts=NEW_ADDRESS_LASTS, account_id=account.id,
                about={"email": email},
            )  # fmt: skip
            mails.request(session, kind="new_address", to=email, language=account.language, link=link, account_id=account.id)
        audit.record(session, actor, "account.email_change_asked", subject_id=account.id)
    return {}


def confirm_email(session: Session, *, token: str) -> dict[str, Any]:
    """The new address counts; the old one is told and may object. Raises not_found, or conflict if it was taken meanwhile."""
    link = links.redeem(session, NEW_ADDRESS, token)
    account = session.get_one(Account, link.account_id, with_for_update=True)
    before = account.email
    _readdress(session, account, str(link.about["email"]))
    objection = links.issue(
        session, OLD_ADDRESS, "/account/email/objection", lasts=OBJECTION_LASTS, account_id=account.id, about={"email": before}
    )
    mails.request(session, kind="address_changed", to=before, language=account.language, link=objection)
    links.revoke(session, RESET, account_id=account.id)
    outbox.publish(
        session, "account.security_changed", subject=account.id, data={"account_id": account.id, "change": "email_changed"}
    )
    audit.record(session, _holder(account), "account.email_changed", subject_id=account.id)
    return {}


def undo_email_change(session: Session, *, token: str) -> dict[str, Any]:
    """The old address counts again, everybody is signed out, and a new password is to be set by a mail to it."""
    link = links.redeem(session, OLD_ADDRESS, token)
    account = session.get_one(Account, link.account_id, with_for_update=True)
    _readdress(session, account, str(link.about["email"]))
    _void_what_waits(session, account)
    links.revoke(session, OLD_ADDRESS, account_id=account.id)
    _end_everything(session, account)
    _send_reset(session, account.email, account.language, account.id)
    audit.record(session, _holder(account), "account.email_change_undone", subject_id=account.id)
    return {}


def _readdress(session: Session, account: Account, email: str) -> None:
    key = email_key(email)
    if session.scalar(select(Account.id).where(Account.email_key == key, Account.id != account.id)) is not None:
        raise Conflict("accounts.email_taken", "There is an account with this e-mail address already.")
    account.email, account.email_key = email, key
    # Whoever has a link to register with it would only learn that it is taken.
    session.execute(delete(Registration).where(Registration.email_key == key))


def _send_reset(session: Session, email: str, language: str, account_id: str | None) -> None:
    link = links.issue(session, RESET, "/password/reset", lasts=RESET_LASTS, account_id=account_id)
    mails.request(session, kind="reset_password", to=email, language=language, link=link, account_id=account_id)


def _told_of_password(session: Session, account: Account) -> None:
    mails.request(
        session, kind="password_changed", to=account.email, language=account.language, link=SESSIONS_PAGE, account_id=account.id
    )
    outbox.publish(
        session, "account.security_changed", subject=account.id, data={"account_id": account.id, "change": "password_changed"}
    )


def _void_what_waits(session: Session, account: Account) -> None:
    """What was asked for under the password before must not bring back who knew it; the way back to an old address stays."""
    for purpose in (RESET, NEW_ADDRESS):
        links.revoke(session, purpose, account_id=account.id)
    session.execute(delete(Challenge).where(Challenge.account_id == account.id))


def _end_everything(session: Session, account: Account) -> None:
    session.execute(delete(SignedInSession).where(SignedInSession.account_id == account.id))
    devices.forget_all(session, account.id)


def _own_words(account: Account) -> tuple[str, ...]:
    return account.email, account.given_names, account.family_name


def _holder(account: Account) -> Actor:
    return Actor(kind=account.kind, account_id=account.id)


def _over() -> NotFound:
    return NotFound("accounts.link_invalid", "This link is no longer valid. Please ask for a new one.")
