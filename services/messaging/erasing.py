"""The mailbox of an account that is erased goes whole: what a notice told of is kept where it happened, if it is kept."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.chassis import audit, erased, outbox
from services.contracts.actors import Actor
from services.messaging.model import Mail, Notice

SERVICE = Actor(kind="service")


def erase(session: Session, *, account_id: str) -> None:
    """Erase notices and mails, and tell accounts. Safe to repeat."""
    erased.mark(session, account_id)
    count = _erase(session, account_id)
    outbox.publish(session, "mailbox.erased", subject=account_id, data={"account_id": account_id, "erased": count, "kept": []})
    audit.record(session, SERVICE, "records.erased", subject_id=account_id, about={"erased": count, "kept": 0})


def look_again(session: Session) -> int:
    """Erase what came in for an account while it was erased; gives how much."""
    return sum(_erase(session, account_id) for account_id in erased.recently(session))


def _erase(session: Session, account_id: str) -> int:
    notices = session.scalars(delete(Notice).where(Notice.account_id == account_id).returning(Notice.id)).all()
    mails = session.scalars(delete(Mail).where(Mail.account_id == account_id).returning(Mail.id)).all()
    return len(notices) + len(mails)
