"""Noticing: every event that concerns a citizen becomes a notice, and the few that matter to a person call for a mail."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.chassis import erased, ids
from services.messaging import mailing
from services.messaging.model import Notice

# Ordering and paying are followed at once by the submission, approving by the document or the letter: no mails of their own.
ALWAYS_MAILED = frozenset(
    {
        "account_registered",
        "device_added",
        "application_submitted",
        "application_rejected",
        "application_correction_asked",
        "application_withdrawn",
        "document_issued",
        "payment_refunded",
        "draft_expiring",
        "mandate_granted",
        "mandate_revoked",
        "membership_ended",
        "identity_verified",
        "identity_renewed",
        "identity_revoked",
        "identity_expired",
        "identity_expiry_announced",
    }
)


def calls_for_mail(kind: str, data: dict[str, Any]) -> bool:
    """Whether a person wants to know this at once. A case that ends with a document is told by the document."""
    return kind in ALWAYS_MAILED or (kind == "application_completed" and data["ending"] == "post")


def note(session: Session, *, kind: str, at: str, data: dict[str, Any]) -> Notice | None:
    """Put a notice of an event into the mailbox of the account it concerns; none for an account that was erased.

    The inbox sees to it that this happens once.
    """
    if erased.is_erased(session, data["account_id"]):
        return None
    amount = data.get("amount") or data.get("total")
    mail_id = mailing.queue_mail(session, account_id=data["account_id"]) if calls_for_mail(kind, data) else None
    notice = Notice(
        id=ids.new_id(),
        account_id=data["account_id"],
        grant_id=data.get("grant_id"),
        kind=kind,
        at=datetime.fromisoformat(at),
        order_id=data.get("order_id"),
        case_id=data.get("case_id"),
        document_id=data.get("document_id"),
        service=data.get("service"),
        ars=data.get("ars"),
        amount_cents=amount["cents"] if amount else None,
        mail_id=mail_id,
    )
    session.add(notice)
    return notice
