"""What a case knows of its payment: when it was secured, collected and given back, as events of payments told."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.applications.model import Case, Order
from services.contracts.errors import Unavailable


def note_collected(session: Session, at: datetime, *, order_id: str, **_: Any) -> None:
    """The treasuries have the money of an order. Safe to repeat. Raises unavailable if the order is not here (yet)."""
    order = session.get(Order, order_id, with_for_update=True)
    if order is None:
        raise Unavailable("applications.order_not_known_yet", "The order is not known yet.")
    order.collected_at = order.collected_at or at


def note_given_back(session: Session, at: datetime, *, case_id: str, manner: str, **_: Any) -> None:
    """What was paid for a case goes back. Safe to repeat. Raises unavailable if the case is not here (yet)."""
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise Unavailable("applications.case_not_known_yet", "The application is not known yet.")
    if case.given_back_at is None:
        case.given_back_at, case.given_back_by = at, manner


def facts(case: Case) -> dict[str, Any] | None:
    """What is known of the payment of a case; None where it costs nothing. It is secured when the case comes to its office."""
    if not case.fee_cents:
        return None
    return {
        "secured_at": case.submitted_at,
        "collected_at": None if case.given_back_by == "released" else case.order.collected_at,
        "given_back_at": case.given_back_at,
        "given_back_by": case.given_back_by,
    }
