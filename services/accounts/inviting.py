"""Invitations and requests that a person sends to an address of their choice: not too many by one, not too many mails to one."""

from datetime import timedelta

from sqlalchemy.orm import Session

from services.accounts import throttling
from services.accounts.confirming import MAILS_PER_ADDRESS
from services.accounts.model.attempts import SharedLimit

PER_PERSON = SharedLimit(free=60, recovers=timedelta(minutes=5))
"""As many as an organisation may have waiting, and a few more: what was withdrawn has been sent all the same."""


def count(session: Session, person_id: str) -> None:
    """Count one more that this person asks for. Raises rate_limited after many."""
    throttling.take(session, "invitations by", person_id, PER_PERSON)


def may_send(session: Session, email_key: str) -> bool:
    """Whether a mail goes to this address too; the one who asks is not told."""
    return throttling.try_take(session, "invitations to", email_key, MAILS_PER_ADDRESS)
