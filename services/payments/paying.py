"""Paying: the citizen signs a mandate, and the payment is secured."""

import secrets
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, ids, outbox
from services.chassis.ownership import is_own, own
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Invalid, NotFound, Unavailable
from services.contracts.values import euros
from services.payments.account import checked_iban, in_bank_letters, mask
from services.payments.locking import lock_payment
from services.payments.model import Booking, Mandate, Payment, Treasury
from services.payments.settling import fact

READABLE = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def start_payment(session: Session, actor: Actor, *, order_id: str, mandate: dict[str, Any]) -> dict[str, Any]:
    """Sign a SEPA mandate for each treasury of the order. The payment is secured by it.

    Raises unavailable as long as the order is not known here, not_found for somebody else's, conflict if it is paid already,
    forbidden for one who may only look at the things of an organisation.
    """
    actor.check_applying()
    payment_id = session.scalar(select(Payment.id).where(Payment.order_id == order_id))
    if payment_id is None:
        raise Unavailable("payments.order_not_known_yet", "This order is still being prepared. Please try again in a moment.")
    payment = lock_payment(session, payment_id)
    if not is_own(payment, actor):
        raise _no_payment()
    if payment.state != "open":
        raise Conflict("payments.already_paid", "This order is paid already.")
    holder, iban = _checked(mandate)
    now = clock.now()
    payment.secure(_signed_mandates(session, payment, holder, iban), now)
    session.add_all(Booking.of("secured", share, now) for share in payment.shares)
    outbox.publish(session, "payment.secured", subject=payment.id, data=fact(payment, payment.total_cents))
    return as_reply(payment)


def get_payment(session: Session, actor: Actor, *, order_id: str) -> dict[str, Any]:
    """The payment of one's own order."""
    payment = session.scalar(select(Payment).where(Payment.order_id == order_id, own(Payment, actor)))
    if payment is None:
        raise _no_payment()
    return as_reply(payment)


def as_reply(payment: Payment) -> dict[str, Any]:
    """The payment as its contract shows it."""
    mandate = payment.mandates[0] if payment.mandates else None
    return {
        "payment_id": payment.id,
        "order_id": payment.order_id,
        "state": payment.state,
        "total": euros(payment.total_cents),
        "shares": [
            {"case_id": s.case_id, "ars": s.ars, "amount": euros(s.amount_cents), "state": s.state} for s in payment.shares
        ],
        "mandate_reference": mandate.reference if mandate else None,
        "masked_iban": mask(mandate.iban) if mandate else None,
    }


def _no_payment() -> NotFound:
    return NotFound("payments.no_payment", "There is no payment for this order.")


def _checked(mandate: dict[str, Any]) -> tuple[str, str]:
    wrong: dict[str, list[str]] = {}
    if not any(c.isalpha() for c in in_bank_letters(mandate["holder"])):
        wrong["mandate.holder"] = ["name_letters" if mandate["holder"] else "required"]
    iban = ""
    try:
        iban = checked_iban(mandate["iban"])
    except ValueError:
        wrong["mandate.iban"] = ["iban" if mandate["iban"] else "required"]
    if not mandate["agrees"]:
        wrong["mandate.agrees"] = ["mandate_agreement"]
    if wrong:
        raise Invalid("invalid", "Some fields need another look.", fields=wrong)
    return mandate["holder"], iban


def _signed_mandates(session: Session, payment: Payment, holder: str, iban: str) -> list[Mandate]:
    wanted = sorted({share.ars for share in payment.shares})
    treasuries = {t.ars: t for t in session.scalars(select(Treasury).where(Treasury.ars.in_(wanted)))}
    if missing := [ars for ars in wanted if ars not in treasuries]:
        raise Unavailable("payments.no_treasury", f"The treasury of {', '.join(missing)} cannot take payments right now.")
    now, reference = clock.now(), _reference()
    return [
        Mandate(
            id=ids.new_id(),
            ars=ars,
            creditor_id=treasuries[ars].creditor_id,
            reference=reference,
            holder=holder,
            iban=iban,
            signed_at=now,
            state="signed",
            collect_from=now,
        )
        for ars in wanted
    ]


def _reference() -> str:
    # 12 characters of 31: no two alike in a lifetime of the portal, and short enough to read out on the telephone.
    letters = "".join(secrets.choice(READABLE) for _ in range(12))
    return f"AG-{letters[:4]}-{letters[4:8]}-{letters[8:]}"
