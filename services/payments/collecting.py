"""Collecting: what is secured goes to the bank in files, one treasury each, and is booked when the bank has taken it.

A run claims, then sends, then writes down; no transaction is open while it sends. A crash in between leaves a prepared file with
a lease: whoever comes after the lease sends the very same file again under the same message id, and the bank books it once.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from services.chassis import clock, ids
from services.chassis.database import Transactions
from services.contracts.errors import Unavailable
from services.payments.bank_file import Creditor, Debit, direct_debits
from services.payments.banking_day import next_banking_day
from services.payments.locking import lock_payments
from services.payments.model import Booking, Collection, Mandate, Payment, Refund, Treasury
from services.payments.providers.bank import Bank, Refused
from services.payments.settling import release, settle

LEASE = timedelta(seconds=20)
"""Longer than a bank may take to answer: before it ends nobody else sends the same file."""
REFUSED_WAIT = timedelta(hours=1)
FILE_LIMIT = 200
RUN_LIMIT = 20

log = structlog.get_logger()


def collect_due(transactions: Transactions, bank: Bank, collect_after: timedelta) -> int:
    """Send every file that is due, at most `RUN_LIMIT`; gives their number. Where the bank is not there, a later run goes on."""
    sent = 0
    for collection_id in _claims(transactions, collect_after):
        try:
            send(transactions, bank, collection_id)
        except Unavailable as failure:
            log.warning("bank.unavailable", collection_id=collection_id, slug=failure.slug)
            break
        sent += 1
    return sent


def _claims(transactions: Transactions, collect_after: timedelta) -> Iterator[str]:
    for _ in range(RUN_LIMIT):
        with transactions.reading() as session:
            if not is_anything_due(session, collect_after):
                return
        with transactions.transaction() as session:
            collection_id = claim_left_over(session) or claim_new(session, collect_after)
        if collection_id is None:
            return
        yield collection_id


def is_anything_due(session: Session, collect_after: timedelta) -> bool:
    """Whether a run has anything to do; asked first, because asking needs no lock."""
    now = clock.now()
    left_over = select(Collection.id).where(Collection.state == "prepared", Collection.leased_until <= now).limit(1)
    new = select(Mandate.id).where(_due(now - collect_after)).limit(1)
    return session.scalar(left_over) is not None or session.scalar(new) is not None


def claim_left_over(session: Session) -> str | None:
    """Take over a file whose sender did not come back; gives its id."""
    now = clock.now()
    collection = session.scalar(
        select(Collection)
        .where(Collection.state == "prepared", Collection.leased_until <= now)
        .order_by(Collection.leased_until)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if collection is None:
        return None
    collection.leased_until = now + LEASE
    return collection.id


def claim_new(session: Session, collect_after: timedelta) -> str | None:
    """Put the mandates that are due for one treasury into a new file; gives its id. From here on none of them can be released."""
    now = clock.now()
    first = session.execute(
        select(Mandate.ars, Mandate.creditor_id).where(_due(now - collect_after)).order_by(Mandate.collect_from).limit(1)
    ).first()
    if first is None:
        return None
    due = and_(_due(now - collect_after), Mandate.ars == first.ars, Mandate.creditor_id == first.creditor_id)
    locked = session.scalars(
        select(Payment.id)
        .join(Mandate, Mandate.payment_id == Payment.id)
        .where(due)
        .order_by(Mandate.collect_from)
        .limit(FILE_LIMIT)
        .with_for_update(of=Payment, skip_locked=True)
    ).all()
    mandates = session.scalars(select(Mandate).where(due, Mandate.payment_id.in_(locked))).all()
    if not mandates:
        return None
    treasury = session.get_one(Treasury, first.ars)
    collection = Collection(
        id=ids.new_id(),
        ars=first.ars,
        creditor_id=first.creditor_id,
        creditor_name=treasury.name,
        creditor_iban=treasury.iban,
        collect_on=next_banking_day(clock.in_germany(now).date()),
        state="prepared",
        created_at=now,
        leased_until=now + LEASE,
    )
    session.add(collection)
    session.flush()
    for mandate in mandates:
        mandate.apply("claim")
        mandate.collection_id = collection.id
    return collection.id


def send(transactions: Transactions, bank: Bank, collection_id: str) -> None:
    """Hand a prepared file to the bank and write down its answer. Raises unavailable if there was none."""
    with transactions.reading() as session:
        payments = list(session.scalars(_payments_in(collection_id)))
        # After the payments: if it is still prepared now, nobody has written down an answer that would have changed them.
        collection = session.get_one(Collection, collection_id)
    if collection.state != "prepared":
        return
    content = file_of(collection, payments)
    try:
        bank.debit(content)
    except Refused as refusal:
        log.error("collection.refused", collection_id=collection_id)
        with transactions.transaction() as session:
            write_refused(session, collection_id, refusal.reason)
    else:
        with transactions.transaction() as session:
            write_accepted(session, collection_id)


def file_of(collection: Collection, payments: Iterable[Payment]) -> bytes:
    """The file of a prepared collection; the same bytes each time, for nothing under a claimed mandate changes."""
    debits = [
        Debit(
            end_to_end_id=bank_id(mandate.id),
            holder=mandate.holder,
            iban=mandate.iban,
            cents=sum(share.amount_cents for share in payment.waiting_under(mandate)),
            mandate_reference=mandate.reference,
            signed_on=clock.in_germany(mandate.signed_at).date(),
            text=f"Gebühren, Auftrag {payment.order_id}",
        )
        for payment, mandate in _claimed(payments, collection.id)
    ]
    return direct_debits(bank_id(collection.id), collection.created_at, creditor_of(collection), collection.collect_on, debits)


def creditor_of(collection: Collection) -> Creditor:
    """The treasury as it was when the file was made."""
    return Creditor(collection.creditor_name, collection.creditor_iban, collection.creditor_id)


def write_accepted(session: Session, collection_id: str) -> None:
    """The bank has the file: its shares are collected. What was rejected meanwhile is now due for its refund. Does so once."""
    collection, payments = _locked(session, collection_id)
    if collection.state != "prepared":
        return
    now = clock.now()
    collection.apply("accept")
    collection.answered_at = now
    waiting = _waiting_refunds(session, payments)
    for payment, mandate in _claimed(payments, collection_id):
        for share in payment.waiting_under(mandate):
            share.apply("collect")
            session.add(Booking.of("collected", share, now))
            if share.case_id in waiting:
                waiting[share.case_id].apply("ready")
        mandate.apply("accept")
        settle(session, payment, now)


def write_refused(session: Session, collection_id: str, reason: str) -> None:
    """The bank booked nothing: the mandates are tried again later, and what was rejected meanwhile is released. Does so once."""
    collection, payments = _locked(session, collection_id)
    if collection.state != "prepared":
        return
    now = clock.now()
    collection.apply("refuse")
    collection.answered_at, collection.refusal = now, reason
    waiting = _waiting_refunds(session, payments)
    for payment, mandate in _claimed(payments, collection_id):
        mandate.apply("refuse")
        mandate.collection_id, mandate.collect_from = None, now + REFUSED_WAIT
        for share in payment.waiting_under(mandate):
            if share.case_id in waiting:
                waiting[share.case_id].apply("cancel")
                release(session, payment, share, now)


def bank_id(entity_id: str) -> str:
    """An id as a bank takes it: at most 35 characters."""
    return entity_id.replace("-", "")


def _due(collect_until: datetime) -> ColumnElement[bool]:
    return and_(Mandate.state == "signed", Mandate.collect_from <= collect_until)


def _payments_in(collection_id: str) -> Select[Payment]:
    return (
        select(Payment)
        .join(Mandate, Mandate.payment_id == Payment.id)
        .where(Mandate.collection_id == collection_id)
        .order_by(Payment.id)
    )


def _claimed(payments: Iterable[Payment], collection_id: str) -> Iterator[tuple[Payment, Mandate]]:
    for payment in payments:
        yield from ((payment, mandate) for mandate in payment.mandates if mandate.collection_id == collection_id)


def _locked(session: Session, collection_id: str) -> tuple[Collection, list[Payment]]:
    concerned = select(Mandate.payment_id).where(Mandate.collection_id == collection_id)
    payments = lock_payments(session, session.scalars(concerned))
    return session.get_one(Collection, collection_id, with_for_update=True, populate_existing=True), payments


def _waiting_refunds(session: Session, payments: Iterable[Payment]) -> dict[str, Refund]:
    waiting = select(Refund).where(Refund.payment_id.in_([p.id for p in payments]), Refund.state == "waiting")
    return {refund.case_id: refund for refund in session.scalars(waiting)}
