"""Deletes drafts that nobody has touched for 30 days."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.applications.model import Draft
from services.chassis import clock

BATCH = 500


def delete_expired_drafts(session: Session) -> int:
    """Delete some of the expired drafts, the oldest first; gives their number, less than BATCH when no more are left."""
    oldest = select(Draft.id).where(Draft.expires_at <= clock.now()).order_by(Draft.expires_at).limit(BATCH)
    found = session.scalars(oldest.with_for_update(skip_locked=True)).all()
    session.execute(delete(Draft).where(Draft.id.in_(found)))
    return len(found)
