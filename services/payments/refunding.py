"""Refunding: a rejected case costs nothing, so its share is released before it was collected and paid back after."""

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, ids
from services.chassis.database import Transactions
from services.contracts.errors import Conflict, Unavailable
from services.payments.bank_file import credit_transfer
from services.payments.banking_day import next_banking_day
from services.payments.collecting import LEASE, REFUSED_WAIT, bank_id, creditor_of
from services.payments.locking import lock_payment
from services.payments.model import Collection, Payment, Refund, Share
from services.payments.providers.bank import Bank, Refused
from services.payments.settling import refund, release

RUN_LIMIT = 50

log = structlog.get_logger()


def give_back(session: Session, *, case_id: str) -> None:
    """Give back the share of a rejected case, by the way that is still open. A free case has no share, and nothing happens.

    Raises conflict if it was given back before.
    """
    payment_id = session.scalar(select(Share.payment_id).where(Share.case_id == case_id))
    if payment_id is None:
        return
    payment = lock_payment(session, payment_id)
    share = payment.share_of(case_id)
    if session.scalar(select(Refund.id).where(Refund.case_id == case_id)) or share.state in {"released", "refunded"}:
        raise Conflict("payments.already_refunded", "This case was refunded already.")
    now = clock.now()
    if share.state == "secured" and payment.mandate_of(share).state == "signed":
        release(session, payment, share, now)
        return
    # A claimed mandate may be at the bank: what becomes of the refund is decided when the bank's answer is written down.
    states = {"secured": "waiting", "collected": "ready"}
    if share.state not in states:
        raise Conflict("payments.not_secured", "A share that nobody has paid cannot be given back.")
    session.add(
        Refund(
            id=ids.new_id(),
            payment_id=payment.id,
            case_id=case_id,
            state=states[share.state],
            requested_at=now,
            leased_until=now,
        )
    )


def transfer_due(transactions: Transactions, bank: Bank) -> int:
    """Pay back what is ready, at most `RUN_LIMIT`; gives the number. What the bank cannot take now is left to a later run."""
    done = 0
    while done < RUN_LIMIT and (refund_id := _claim(transactions)) is not None:
        try:
            transfer(transactions, bank, refund_id)
        except Unavailable as failure:
            log.warning("bank.unavailable", refund_id=refund_id, slug=failure.slug)
            break
        done += 1
    return done


def transfer(transactions: Transactions, bank: Bank, refund_id: str) -> None:
    """Hand one transfer to the bank and write it down. Raises unavailable if the bank gave no answer.

    A transfer that the bank refuses stays ready and is tried again after an hour: the citizen is owed the money in any case.
    """
    with transactions.reading() as session:
        content = file_of(session, refund_id)
    try:
        bank.transfer(content)
    except Refused:
        log.error("refund.refused", refund_id=refund_id)
        with transactions.transaction() as session:
            session.get_one(Refund, refund_id).leased_until = clock.now() + REFUSED_WAIT
    else:
        with transactions.transaction() as session:
            write_transferred(session, refund_id)


def file_of(session: Session, refund_id: str) -> bytes:
    """The transfer of a refund, from the account that collected the share; the same bytes each time."""
    asked = session.get_one(Refund, refund_id)
    payment = session.get_one(Payment, asked.payment_id)
    share = payment.share_of(asked.case_id)
    mandate = payment.mandate_of(share)
    collection = session.get_one(Collection, mandate.collection_id)
    return credit_transfer(
        bank_id(asked.id),
        asked.requested_at,
        creditor_of(collection),
        next_banking_day(clock.in_germany(asked.requested_at).date()),
        holder=mandate.holder,
        iban=mandate.iban,
        cents=share.amount_cents,
        text=f"Erstattung, Auftrag {payment.order_id}",
    )


def write_transferred(session: Session, refund_id: str) -> None:
    """The bank has the transfer: the share is refunded. Does so once."""
    payment = lock_payment(session, session.get_one(Refund, refund_id).payment_id)
    asked = session.get_one(Refund, refund_id, populate_existing=True)
    if asked.state == "done":
        return
    now = clock.now()
    asked.apply("transfer")
    asked.transferred_at = now
    refund(session, payment, payment.share_of(asked.case_id), now)


def _claim(transactions: Transactions) -> str | None:
    due = (Refund.state == "ready") & (Refund.leased_until <= clock.now())
    with transactions.reading() as session:
        if session.scalar(select(Refund.id).where(due).limit(1)) is None:
            return None
    with transactions.transaction() as session:
        found = session.scalar(select(Refund).where(due).order_by(Refund.leased_until).limit(1).with_for_update(skip_locked=True))
        if found is None:
            return None
        found.leased_until = clock.now() + LEASE
        return found.id
