"""What goes when an account is erased: the content of its documents. What proves a printed one genuine stays.

Whoever was shown the paper must be able to check it for as long as it is used; the entry says what was issued, by whom and when,
and nothing of its holder. It goes ten years after the end of the year of issue.
"""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.chassis import audit, erased, outbox, retention
from services.contracts.actors import Actor
from services.documents.model import Document, Reservation

YEARS = 10
BATCH = 200
SERVICE = Actor(kind="service")


def contents_of(session: Session, *, account_id: str) -> Sequence[str]:
    """The SHA-256 of every document of the account."""
    return session.scalars(select(Document.sha256).where(Document.account_id == account_id)).all()


def erase(session: Session, *, account_id: str) -> None:
    """Note that the contents are gone, and tell accounts. Safe to repeat."""
    is_new = erased.mark(session, account_id)
    mine = Document.account_id == account_id
    count, last = session.execute(select(func.count(), func.max(Document.issued_at)).where(mine)).one()
    kept = [{"category": "document_checks", "count": count, "until": retention.until(last, YEARS)}] if count else []
    told = {"account_id": account_id, "erased": count if is_new else 0, "kept": kept}
    outbox.publish(session, "documents.erased", subject=account_id, data=told)
    audit.record(session, SERVICE, "records.erased", subject_id=account_id, about={"erased": told["erased"], "kept": count})


def late_contents(session: Session) -> Sequence[str]:
    """The SHA-256 of the documents of accounts erased lately: one may have been issued while its account was erased."""
    return session.scalars(select(Document.sha256).where(Document.account_id.in_(erased.recently(session)))).all()


def over(session: Session) -> Sequence[tuple[str, str]]:
    """Case and SHA-256 of some of the documents whose ten years are over, less than BATCH when no more are left."""
    question = select(Document.case_id, Document.sha256).where(Document.issued_at < retention.over_before(YEARS))
    return [(row.case_id, row.sha256) for row in session.execute(question.order_by(Document.id).limit(BATCH))]


def end_retention(session: Session, *, cases: Sequence[str]) -> None:
    """Forget these documents."""
    session.execute(delete(Document).where(Document.case_id.in_(cases)))
    session.execute(delete(Reservation).where(Reservation.case_id.in_(cases)))
    audit.record(session, SERVICE, "retention.ended", about={"documents": len(cases)})
