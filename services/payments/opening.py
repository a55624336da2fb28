"""Opening: an order that costs something gets its payment."""

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.chassis import clock, ids
from services.contracts.errors import Conflict
from services.payments.model import Payment, Share


def open_payment(
    session: Session,
    *,
    order_id: str,
    account_id: str,
    total: dict[str, Any],
    shares: list[dict[str, Any]],
    grant_id: str | None = None,
    **_: Any,
) -> None:
    """Open the payment of an order, one share per case that costs something; a free order has none.

    Raises invalid if the shares do not add up, conflict if the order has a payment already.
    """
    if not shares and not total["cents"]:
        return
    if session.scalar(select(exists().where(Payment.order_id == order_id))):
        raise Conflict("payments.opened_already", "This order has a payment already.")
    due = [
        Share(id=ids.new_id(), case_id=s["case_id"], ars=s["ars"], amount_cents=s["amount"]["cents"], state="due") for s in shares
    ]
    payment = Payment.open(ids.new_id(), order_id, account_id, total["cents"], due, clock.now())
    payment.grant_id = grant_id
    session.add(payment)
