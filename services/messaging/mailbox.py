"""The mailbox: a citizen's own notices, newest first; and what of it concerns a case, for the case's office."""

from typing import Any

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from services.chassis.ownership import is_own, own
from services.contracts.actors import Actor
from services.contracts.errors import NotFound
from services.messaging.model import Mail, Notice

MAILS = {"queued": "waiting", "sending": "waiting", "sent": "sent", "given_up": "failed"}
"""What an office reads of the mail that tells of a notice, by its state."""


def list_notices(session: Session, actor: Actor, *, before: str | None, limit: int) -> dict[str, Any]:
    """A page of one's own notices by the time of what happened, and how many are unread in all. Raises not_found for `before`."""
    mine = own(Notice, actor)
    question = select(Notice).where(mine).order_by(Notice.at.desc(), Notice.id.desc()).limit(limit + 1)
    if before is not None:
        last = _own(session, actor, before)
        question = question.where(tuple_(Notice.at, Notice.id) < (last.at, last.id))
    found = session.scalars(question).all()
    unread = session.scalar(select(func.count()).select_from(Notice).where(mine, Notice.is_read.is_(False)))
    return {"notices": [notice.as_dict() for notice in found[:limit]], "unread": unread, "more": len(found) > limit}


def read_notice(session: Session, actor: Actor, *, notice_id: str) -> dict[str, Any]:
    """One notice, which is read from now on. Raises not_found for somebody else's.

    A helper who reads it under a mandate leaves it unread for the person it belongs to.
    """
    notice = _own(session, actor, notice_id)
    if actor.behalf is None or actor.behalf.kind != "person":
        notice.is_read = True
    return notice.as_dict()


def list_case_notices(session: Session, *, case_id: str, order_id: str) -> dict[str, Any]:
    """What the applicant was told of a case and of its order, newest first, and what became of the mails that told of it.

    What was told of another case of the same order is left out; so is whether anything was read.
    """
    of_case = or_(Notice.case_id == case_id, and_(Notice.order_id == order_id, Notice.case_id.is_(None)))
    question = select(Notice, Mail).outerjoin(Mail, Mail.id == Notice.mail_id).where(of_case)
    found = session.execute(question.order_by(Notice.at.desc(), Notice.id.desc()))
    return {"notices": [{"kind": notice.kind, "at": notice.at, "mail": _mail(notice, mail)} for notice, mail in found]}


def _mail(notice: Notice, mail: Mail | None) -> dict[str, Any] | None:
    if notice.mail_id is None:
        return None
    if mail is None:
        return {"state": "unknown", "sent_at": None}
    return {"state": MAILS[mail.state], "sent_at": mail.sent_at}


def _own(session: Session, actor: Actor, notice_id: str) -> Notice:
    notice = session.get(Notice, notice_id)
    if notice is None or not is_own(notice, actor):
        raise NotFound("messaging.no_notice", "There is no such notice.")
    return notice
