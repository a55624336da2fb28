"""Accounts made at the counter: the printed letter that leads to one, and how its holder takes it over, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from services.accounts import checking, counter, links, mails, one_time_codes
from services.accounts.addresses import email_key
from services.accounts.model import Account, ActivationLetter, Municipality, ProfileValue
from services.accounts.model.verification import ACCOUNT_WAITS, LETTER_LASTS
from services.chassis import audit, clock, ids, outbox
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, NotFound, RateLimited

PURPOSE = "activation"
LINK_LASTS = timedelta(hours=24)
PATIENCE = timedelta(seconds=30)
"""Between two mails that one letter asks for."""


@dataclass(frozen=True)
class Prepared:
    """A letter before it is printed: its code is not valid yet."""

    account_id: str
    office_id: str
    code: str
    printed_at: datetime
    expires_at: datetime
    document: dict[str, Any]

    def wire(self) -> dict[str, Any]:
        """What `documents` prints, in the form that crosses the wire."""
        times = {"printed_at": self.printed_at.isoformat(), "expires_at": self.expires_at.isoformat()}
        return {**self.document, **times}


def prepare_letter(session: Session, actor: Actor, *, office_id: str, account_id: str) -> Prepared:
    """What a new letter will say. Raises conflict for an account that is in its holder's hands, or was not made here."""
    office = counter.at(session, actor, office_id)
    account = checking.citizen(session, account_id)
    check = checking.current(session, account_id)
    is_waiting = account.email_key.startswith(checking.NOT_ACTIVATED)
    if not is_waiting or check is None or check.office_id != office_id:
        raise Conflict("accounts.not_awaiting_activation", "There is no account of this office that waits for its letter.")
    code, now = one_time_codes.new_code(one_time_codes.ACTIVATION), clock.now()
    portal = session.info["settings"].portal_url
    municipality = session.get_one(Municipality, office.ars)
    document = {
        "municipality": municipality.name,
        "office": office.name["de"],
        "office_address": office.address,
        "phone": office.phone,
        "email": office.email,
        "recipient": f"{account.given_names} {account.family_name}",
        "code": code,
        "page": f"{portal}/activate",
        "address": f"{portal}/activate?code={code}",
    }
    return Prepared(account_id, office_id, code, now, now + LETTER_LASTS, document)


def keep_letter(session: Session, actor: Actor, letter: Prepared) -> None:
    """From now on this letter counts, and none before it."""
    prepare_letter(session, actor, office_id=letter.office_id, account_id=letter.account_id)
    mine = ActivationLetter.account_id == letter.account_id
    earlier = session.scalar(select(func.count()).select_from(ActivationLetter).where(mine))
    session.execute(
        update(ActivationLetter)
        .where(mine, ActivationLetter.used_at.is_(None), ActivationLetter.voided_at.is_(None))
        .values(voided_at=clock.now(), email=None, password_hash=None)
    )
    links.revoke(session, PURPOSE, account_id=letter.account_id)
    kept = ActivationLetter(
        id=ids.new_id(),
        account_id=letter.account_id,
        office_id=letter.office_id,
        code_hash=one_time_codes.keyed_hash(session, PURPOSE, letter.code),
        printed_by=actor.person_id,
        printed_at=letter.printed_at,
        expires_at=letter.expires_at,
    )
    session.add(kept)
    about = {"letter_id": kept.id, "earlier_letters": earlier or 0}
    audit.record(
        session, actor, "activation_letter.printed", subject_id=letter.account_id, office_id=letter.office_id, about=about
    )


def look_at_activation(session: Session, *, code: str) -> dict[str, Any]:
    """What a letter is worth. Raises not_found; with 74 random bits, trying codes leads nowhere."""
    letter = _open_letter(session, code)
    told = session.get(ProfileValue, (letter.account_id, "email"))
    return {"office_id": letter.office_id, "expires_at": letter.expires_at, "email": told.value if told else None}


def activate_account(session: Session, *, code: str, email: str, password_hash: str, language: str) -> dict[str, Any]:
    """Keep address and password until the address is confirmed by the link in a mail.

    The answer is the same for an address that has an account: only its mailbox learns of it, from a mail that says so instead.
    The letter stays good until the link is used, so that a mistyped address costs nothing.
    """
    letter = _open_letter(session, code, lock=True)
    now = clock.now()
    if letter.asked_at is not None and now < letter.asked_at + PATIENCE:
        raise RateLimited("accounts.too_many_codes", "A mail is on its way already. Please wait half a minute.")
    letter.email, letter.password_hash, letter.language, letter.asked_at = email, password_hash, language, now
    links.revoke(session, PURPOSE, account_id=letter.account_id)
    link = links.issue(
        session,
        PURPOSE,
        "/activate/confirm",
        lasts=min(LINK_LASTS, letter.expires_at - now),
        account_id=letter.account_id,
        about={"letter_id": letter.id},
    )
    mails.request(session, kind=PURPOSE, to=email, language=language, link=link, account_id=letter.account_id)
    return {}


def confirm_activation(session: Session, *, token: str) -> dict[str, Any]:
    """The address is its holder's: the account is theirs, and the letter is used up. Raises conflict if the address is taken."""
    link = links.redeem(session, PURPOSE, token)
    letter = session.get_one(ActivationLetter, link.about["letter_id"], with_for_update=True)
    now = clock.now()
    if not letter.is_open(now) or letter.email is None or letter.password_hash is None:
        raise NotFound("accounts.link_invalid", "This link is no longer valid. Please use your letter again.")
    account = session.get_one(Account, letter.account_id)
    key = email_key(letter.email)
    if session.scalar(select(Account.id).where(Account.email_key == key)) is not None:
        raise Conflict("accounts.email_taken", "There is an account with this e-mail address already.")
    account.email, account.email_key = letter.email, key
    account.password_hash, account.language, account.password_changed_at = letter.password_hash, letter.language or "de", now
    letter.used_at, letter.email, letter.password_hash = now, None, None
    session.execute(delete(ProfileValue).where(ProfileValue.account_id == account.id, ProfileValue.name == "email"))
    outbox.publish(session, "account.registered", subject=account.id, data={"account_id": account.id})
    holder = Actor(kind="citizen", account_id=account.id)
    audit.record(session, holder, "account.activated", subject_id=account.id, about={"letter_id": letter.id})
    return {}


def forget_unused(session: Session) -> None:
    """Delete accounts that were made at the counter and that nobody has taken over a good while after their last letter."""
    now = clock.now()
    last = select(func.max(ActivationLetter.expires_at)).where(ActivationLetter.account_id == Account.id).scalar_subquery()
    unused = select(Account).where(
        Account.email_key.startswith(checking.NOT_ACTIVATED),
        Account.registered_at < now - LETTER_LASTS - ACCOUNT_WAITS,
        func.coalesce(last, Account.registered_at) < now - ACCOUNT_WAITS,
    )
    for account in session.scalars(unused.limit(100).with_for_update(skip_locked=True)).all():
        audit.record(session, Actor(kind="service"), "account.forgotten", subject_id=account.id, reason="never_activated")
        session.delete(account)


def _open_letter(session: Session, typed: str, *, lock: bool = False) -> ActivationLetter:
    invalid = NotFound("accounts.activation_invalid", "This code is not valid, or no longer. Your office prints a new letter.")
    signs = one_time_codes.read(typed, one_time_codes.ACTIVATION)
    if signs is None:
        raise invalid
    question = select(ActivationLetter).where(ActivationLetter.code_hash == one_time_codes.keyed_hash(session, PURPOSE, signs))
    letter = session.scalar(question.with_for_update().execution_options(populate_existing=True) if lock else question)
    if letter is None or not letter.is_open(clock.now()):
        raise invalid
    return letter
