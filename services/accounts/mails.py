"""Mails that hold a link, or go to an address that is no account's: kept here, told by id, fetched just before sending."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.accounts import links
from services.accounts.addresses import email_key
from services.accounts.model import Account, Link, RequestedMail
from services.chassis import clock, ids, outbox
from services.contracts.accounts.mails import MAIL_KINDS
from services.contracts.errors import NotFound

LASTS = timedelta(days=3)
"""How long a mail without a one-time link is worth sending."""


def request(
    session: Session,
    *,
    kind: str,
    to: str,
    language: str,
    link: Link | str = "",
    account_id: str | None = None,
    data: dict[str, str] | None = None,
) -> str:
    """Have a mail sent within seconds; gives its id. `kind` is a word of the contract, `data` fills messaging's words for it.

    `link` is a one-time link of `services.accounts.links`, with which the mail expires, or the path of a page for everyone.
    """
    if kind not in MAIL_KINDS:
        raise ValueError(f"no kind of mail: {kind}")
    now = clock.now()
    mail = RequestedMail(
        id=ids.new_id(),
        kind=kind,
        to=to,
        language=language,
        path="" if isinstance(link, Link) else link,
        link=link if isinstance(link, Link) else None,
        account_id=account_id,
        data=data or {},
        requested_at=now,
        expires_at=link.expires_at if isinstance(link, Link) else now + LASTS,
    )
    session.add(mail)
    outbox.publish(session, "mail.requested", subject=mail.id, data={"mail_id": mail.id})
    return mail.id


def get_mail(session: Session, *, mail_id: str) -> dict[str, Any]:
    """What the mail is made of. Raises not_found when its time is over, or the link in it was used or voided."""
    mail = session.get(RequestedMail, mail_id)
    now = clock.now()
    if mail is None or now >= mail.expires_at or (mail.link is not None and not mail.link.is_valid(now)):
        raise NotFound("accounts.no_mail", "There is no such mail to be sent any more.")
    kind, path = _as_things_are(session, mail)
    return {
        "mail_id": mail.id,
        "kind": kind,
        "to": mail.to,
        "language": mail.language,
        "link": session.info["settings"].portal_url + path if path else "",
        "data": mail.data,
        "expires_at": mail.expires_at,
    }


def _as_things_are(session: Session, mail: RequestedMail) -> tuple[str, str]:
    """Kind and path. Whether an address has an account is looked at here, where nobody who asked can see or time it."""
    if mail.kind in ("confirm_address", "new_address", "activation") and _has_account(session, mail.to):
        return "address_taken", "/sign-in"
    if mail.kind == "reset_password" and not _has_account(session, mail.to):
        raise NotFound("accounts.no_mail", "There is no such mail to be sent any more.")
    return mail.kind, links.path_of(session, mail.link) if mail.link is not None else mail.path


def _has_account(session: Session, email: str) -> bool:
    return session.scalar(select(Account.id).where(Account.email_key == email_key(email))) is not None


def discard_old(session: Session) -> None:
    """Forget the mails whose time is over, and their addresses with them."""
    session.execute(delete(RequestedMail).where(RequestedMail.expires_at < clock.now()))
    links.discard_old(session)
