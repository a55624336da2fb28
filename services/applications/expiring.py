"""Drafts that nobody touches: told of five days before, deleted after 30 days."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.applications.model import Draft
from services.chassis import clock, outbox

BATCH = 500
WARNED_BEFORE = timedelta(days=5)


def announce_expiring_drafts(session: Session) -> int:
    """Tell of some of the drafts that have five days left; gives their number, less than BATCH when no more are left."""
    now = clock.now()
    due = (Draft.expires_at > now, Draft.expires_at <= now + WARNED_BEFORE, Draft.warned_at.is_(None))
    soonest = select(Draft).where(*due).order_by(Draft.expires_at).limit(BATCH)
    found = session.scalars(soonest.with_for_update(skip_locked=True)).all()
    for draft in found:
        draft.warned_at = now
        told = {"draft_id": draft.id, "account_id": draft.account_id, "service": draft.service, "ars": draft.ars}
        outbox.publish(session, "draft.expiring", subject=draft.id, data=told)
    return len(found)


def delete_expired_drafts(session: Session) -> int:
    """Delete some of the expired drafts, the oldest first; gives their number, less than BATCH when no more are left."""
    oldest = select(Draft.id).where(Draft.expires_at <= clock.now()).order_by(Draft.expires_at).limit(BATCH)
    found = session.scalars(oldest.with_for_update(skip_locked=True)).all()
    session.execute(delete(Draft).where(Draft.id.in_(found)))
    return len(found)
