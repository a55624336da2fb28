"""Mailing: e-mails wait in the database, are claimed one by one, sent, and tried again while the mail server is away."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.chassis import clock, ids
from services.contracts.errors import MESSAGE_FATE, Failure, Fate
from services.messaging import wording
from services.messaging.model import MOMENT, Mail, Notice
from services.messaging.providers.mail import Post

MOST_PER_RUN = 100

UnitOfWork = Callable[[], AbstractContextManager[Session]]

log = structlog.get_logger()


@dataclass(frozen=True)
class Claim:
    """A mail that is ours to send. `attempt` tells whether it still is: after the lease somebody else may have taken it."""

    mail_id: str
    account_id: str | None
    request_id: str | None
    attempt: int


@dataclass(frozen=True)
class Written:
    """A mail as it goes to the mail server."""

    to: str
    subject: str
    text: str
    language: str


def queue_mail(session: Session, *, account_id: str) -> str:
    """See to it that the citizen gets a mail soon, and give its number; one that waits already tells of this too."""
    if (waiting := _queued(session, account_id)) is not None:
        return waiting.id
    now = clock.now()
    mail = Mail(id=ids.new_id(), account_id=account_id, state="queued", attempts=0, queued_at=now, due_at=now + MOMENT)
    try:
        with session.begin_nested():
            session.add(mail)
    except IntegrityError:
        # Another event of the same moment was first.
        log.debug("mail.joined")
        return queue_mail(session, account_id=account_id)
    return mail.id


def queue_requested(session: Session, *, mail_id: str) -> None:
    """Have a mail sent at once that accounts asked for; it is never merged with another."""
    now = clock.now()
    session.add(Mail(id=ids.new_id(), request_id=mail_id, state="queued", attempts=0, queued_at=now, due_at=now))


def send_due(
    reading: UnitOfWork, transaction: UnitOfWork, ask: Callable[..., dict[str, Any]], post: Post, portal_url: str
) -> int:
    """Send what is due, and give how many were sent. Ends early when the mail server or the accounts are away."""
    sent = 0
    with reading() as session:
        is_due = session.scalar(_due().limit(1)) is not None
    while is_due and sent < MOST_PER_RUN:
        with transaction() as session:
            claim = claim_mail(session)
        if claim is None:
            break
        try:
            mail = write(claim, ask, portal_url)
            post.send(claim.mail_id, mail.to, mail.subject, mail.text, mail.language)
        except Failure as failure:
            with transaction() as session:
                settle_failed(session, claim, failure)
            if MESSAGE_FATE[failure.kind] is Fate.RETRY:
                break
        else:
            with transaction() as session:
                settle_sent(session, claim)
            sent += 1
    return sent


def write(claim: Claim, ask: Callable[..., dict[str, Any]], portal_url: str) -> Written:
    """The mail in words, from what accounts knows now. Raises not_found where there is nothing to be sent any more."""
    if claim.request_id is None:
        contact = ask("accounts", "get_contact", account_id=claim.account_id)
        return Written(contact["email"], *wording.mail(contact["language"], portal_url), contact["language"])
    asked = ask("accounts", "get_mail", mail_id=claim.request_id)
    words = wording.requested(asked["kind"], asked["language"], asked["link"], portal_url, asked["data"])
    return Written(asked["to"], *words, asked["language"])


def claim_mail(session: Session) -> Claim | None:
    """Take the mail that is due for the longest time, so that nobody else sends it; none if nothing is due."""
    mail = session.scalar(_due().limit(1).with_for_update(skip_locked=True))
    if mail is None:
        return None
    mail.claim(clock.now())
    return Claim(mail.id, mail.account_id, mail.request_id, mail.attempts)


def settle_sent(session: Session, claim: Claim) -> None:
    """The mail server took it."""
    if (mail := _still_ours(session, claim)) is not None:
        mail.deliver(clock.now())
        log.info("mail.sent", mail_id=mail.id, attempt=mail.attempts)


def settle_failed(session: Session, claim: Claim, failure: Failure) -> None:
    """It was not sent: later again, unless trying again is pointless or another mail to the same citizen waits already."""
    mail = _still_ours(session, claim)
    if mail is None:
        return
    log.warning("mail.failed", mail_id=mail.id, attempt=mail.attempts, kind=failure.kind.value, slug=failure.slug)
    if MESSAGE_FATE[failure.kind] is not Fate.RETRY:
        mail.give_up(failure.slug)
    elif mail.account_id is not None and (waiting := _queued(session, mail.account_id)) is not None:
        mail.become("merge")
        told = update(Notice).where(Notice.account_id == mail.account_id, Notice.mail_id == mail.id)
        session.execute(told.values(mail_id=waiting.id))
    else:
        mail.postpone(clock.now(), failure.slug)


def _due() -> Any:
    return select(Mail).where(Mail.state.in_(("queued", "sending")), Mail.due_at <= clock.now()).order_by(Mail.due_at)


def _queued(session: Session, account_id: str) -> Mail | None:
    return session.scalar(select(Mail).where(Mail.account_id == account_id, Mail.state == "queued"))


def _still_ours(session: Session, claim: Claim) -> Mail | None:
    mine = (Mail.id == claim.mail_id, Mail.state == "sending", Mail.attempts == claim.attempt)
    return session.scalar(select(Mail).where(*mine).with_for_update())
