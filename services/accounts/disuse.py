"""Accounts that nobody uses: a mail two months before, and after two years without a sign-in they are erased."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from services.accounts import erasing, mails
from services.accounts.model import Account
from services.chassis import audit, clock
from services.contracts.actors import Actor

ENDS_AFTER = timedelta(days=730)
WARNED_BEFORE = timedelta(days=61)
BATCH = 100
SERVICE = Actor(kind="service")


def warn(session: Session) -> int:
    """Warn the holders of accounts that have two months left; gives how many, less than BATCH when no more are left."""
    now = clock.now()
    due = and_(_unused_since(now - ENDS_AFTER + WARNED_BEFORE), Account.disuse_warned_at.is_(None))
    found = session.scalars(select(Account).where(due).order_by(Account.id).limit(BATCH).with_for_update(skip_locked=True)).all()
    for account in found:
        account.disuse_warned_at = now
        mails.request(
            session, kind="disuse_warning", to=account.email, language=account.language, link="/sign-in", account_id=account.id
        )
        audit.record(session, SERVICE, "account.disuse_warned", subject_id=account.id)
    return len(found)


def overdue(session: Session, after: str = "") -> list[str]:
    """Some accounts whose two years and two months of warning are over, behind an id. Sole owners of an organisation keep it."""
    now = clock.now()
    due = and_(_unused_since(now - ENDS_AFTER), Account.disuse_warned_at <= now - WARNED_BEFORE, Account.id > after)
    return list(session.scalars(select(Account.id).where(due).order_by(Account.id).limit(BATCH)))


def end(session: Session, *, account_id: str) -> bool:
    """Erase such an account, unless its holder came back meanwhile or an organisation would be left without an owner."""
    now = clock.now()
    still = and_(Account.id == account_id, _unused_since(now - ENDS_AFTER), Account.disuse_warned_at <= now - WARNED_BEFORE)
    if session.scalar(select(Account.id).where(still).with_for_update()) is None or erasing.sole_owner_of(session, account_id):
        return False
    erasing.erase(session, SERVICE, account_id=account_id, reason="disuse")
    return True


def _unused_since(moment: object) -> ColumnElement[bool]:
    never = and_(Account.last_used_at.is_(None), Account.registered_at <= moment)
    return and_(Account.kind == "citizen", or_(Account.last_used_at <= moment, never))
