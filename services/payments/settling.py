"""Settling: what follows for a payment when one of its shares has been collected or given back."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.chassis import outbox
from services.contracts.values import euros
from services.payments.model import Booking, Payment, Share


def fact(payment: Payment, cents: int) -> dict[str, object]:
    """What every event of a payment says."""
    return {
        "payment_id": payment.id,
        "order_id": payment.order_id,
        "account_id": payment.account_id,
        "amount": euros(cents),
        "grant_id": payment.grant_id,
    }


def settle(session: Session, payment: Payment, at: datetime) -> None:
    """Say that the payment is collected, once that is so."""
    if payment.settle(at):
        outbox.publish(session, "payment.collected", subject=payment.id, data=fact(payment, payment.collected_cents))


def release(session: Session, payment: Payment, share: Share, at: datetime) -> None:
    """Give up a share that was not collected. A mandate under which nothing is left lapses."""
    mandate = payment.mandate_of(share)
    share.apply("release")
    session.add(Booking.of("released", share, at))
    if not payment.waiting_under(mandate):
        mandate.apply("lapse")
    _publish_given_back(session, payment, share, "released")
    settle(session, payment, at)


def refund(session: Session, payment: Payment, share: Share, at: datetime) -> None:
    """Write down that a collected share went back to the payer."""
    share.apply("refund")
    session.add(Booking.of("refunded", share, at))
    _publish_given_back(session, payment, share, "refunded")


def _publish_given_back(session: Session, payment: Payment, share: Share, manner: str) -> None:
    data = {**fact(payment, share.amount_cents), "case_id": share.case_id, "manner": manner}
    outbox.publish(session, "payment.refunded", subject=payment.id, data=data)
