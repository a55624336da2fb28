"""Payments with their shares and mandates, the files handed to the bank, refunds, and the book of everything that was booked."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.chassis.columns import UtcDateTime
from services.contracts.errors import Conflict, Invalid


class Entity(DeclarativeBase):
    """Everything `payments` keeps."""

    type_annotation_map = {datetime: UtcDateTime, str: String(200)}


SHARE_TABLE: Mapping[tuple[str, str], str] = {
    ("due", "secure"): "secured",
    ("secured", "collect"): "collected",
    ("secured", "release"): "released",
    ("collected", "refund"): "refunded",
}
"""A share given back before it was collected is released, one given back after it is refunded; there is no way to both."""

PAYMENT_TABLE: Mapping[tuple[str, str], str] = {
    ("open", "secure"): "secured",
    ("secured", "collect"): "collected",
}

MANDATE_TABLE: Mapping[tuple[str, str], str] = {
    ("signed", "claim"): "claimed",
    ("claimed", "accept"): "used",
    ("claimed", "refuse"): "signed",
    ("signed", "lapse"): "lapsed",
}
"""From `claimed` on, the debit may be at the bank: nothing under the mandate may be released until the bank has answered."""

COLLECTION_TABLE: Mapping[tuple[str, str], str] = {
    ("prepared", "accept"): "accepted",
    ("prepared", "refuse"): "refused",
}

REFUND_TABLE: Mapping[tuple[str, str], str] = {
    ("waiting", "ready"): "ready",
    ("waiting", "cancel"): "cancelled",
    ("ready", "transfer"): "done",
}
"""`waiting`: the debit is on its way, and nobody knows yet whether there is anything to pay back. `cancelled`: there was not."""


class Stateful:
    """Something with a state and a table of the ways between its states; any other way is a conflict."""

    state: Mapped[str]
    _table: ClassVar[Mapping[tuple[str, str], str]]

    def apply(self, event: str) -> None:
        """Go where the table says. Raises conflict where it says nothing."""
        target = self._table.get((self.state, event))
        if target is None:
            name = type(self).__name__.lower()
            raise Conflict("payments.wrong_state", f"A {name} that is {self.state} cannot {event}.")
        self.state = target


class Treasury(Entity):
    """The treasury of a municipality: where its money goes."""

    __tablename__ = "treasuries"

    ars: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str]
    iban: Mapped[str] = mapped_column(String(34))
    creditor_id: Mapped[str] = mapped_column(String(35))


class Payment(Stateful, Entity):
    """What one order costs."""

    __tablename__ = "payments"
    _table = PAYMENT_TABLE

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    order_id: Mapped[str] = mapped_column(String(36), unique=True)
    account_id: Mapped[str] = mapped_column(String(36), index=True)
    grant_id: Mapped[str | None] = mapped_column(String(36))
    total_cents: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime]
    secured_at: Mapped[datetime | None]
    collected_at: Mapped[datetime | None]
    shares: Mapped[list["Share"]] = relationship(lazy="selectin", order_by="Share.id")
    mandates: Mapped[list["Mandate"]] = relationship(lazy="selectin", order_by="Mandate.id")

    @classmethod
    def open(
        cls, payment_id: str, order_id: str, account_id: str, total_cents: int, shares: "list[Share]", at: datetime
    ) -> "Payment":
        """A payment whose shares are due. Raises invalid if they do not add up to the total."""
        if not shares or any(s.amount_cents <= 0 for s in shares) or sum(s.amount_cents for s in shares) != total_cents:
            raise Invalid("payments.sum_wrong", "The shares of a payment must be positive and add up to its total.")
        return cls(
            id=payment_id,
            order_id=order_id,
            account_id=account_id,
            total_cents=total_cents,
            state="open",
            opened_at=at,
            shares=shares,
            mandates=[],
        )

    def secure(self, mandates: "list[Mandate]", at: datetime) -> None:
        """The payer has signed: one mandate for each treasury that has a share."""
        self.apply("secure")
        self.secured_at = at
        self.mandates = mandates
        by_ars = {m.ars: m for m in mandates}
        for share in self.shares:
            share.apply("secure")
            share.mandate_id = by_ars[share.ars].id

    def settle(self, at: datetime) -> bool:
        """Whether the payment is collected by now: something was, and nothing waits any more. True only the first time."""
        states = {s.state for s in self.shares}
        if self.state != "secured" or "secured" in states or not states & {"collected", "refunded"}:
            return False
        self.apply("collect")
        self.collected_at = at
        return True

    @property
    def collected_cents(self) -> int:
        """What was taken from the payer's account, also where it was given back afterwards."""
        return sum(s.amount_cents for s in self.shares if s.state in {"collected", "refunded"})

    def share_of(self, case_id: str) -> "Share":
        """The share of a case of this payment."""
        return next(s for s in self.shares if s.case_id == case_id)

    def mandate_of(self, share: "Share") -> "Mandate":
        """The mandate under which a secured share is collected."""
        return next(m for m in self.mandates if m.id == share.mandate_id)

    def waiting_under(self, mandate: "Mandate") -> "list[Share]":
        """The shares that are to be collected under a mandate and were not yet."""
        return [s for s in self.shares if s.mandate_id == mandate.id and s.state == "secured"]


class Share(Stateful, Entity):
    """The part of a payment that belongs to one case and one treasury."""

    __tablename__ = "shares"
    _table = SHARE_TABLE

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"), index=True)
    case_id: Mapped[str] = mapped_column(String(36), unique=True)
    ars: Mapped[str] = mapped_column(String(12))
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(20))
    mandate_id: Mapped[str | None] = mapped_column(ForeignKey("mandates.id"))


class Mandate(Stateful, Entity):
    """A payer's permission for one direct debit by one treasury.

    One signature in the portal gives each treasury of the order its own mandate under the same reference; a mandate is known by
    creditor id and reference together (EPC016-06). It is for one debit (`OOFF`): all shares of the treasury go in one sum.
    """

    __tablename__ = "mandates"
    __table_args__ = (
        UniqueConstraint("creditor_id", "reference"),
        UniqueConstraint("payment_id", "ars"),
        Index("mandates_to_collect", "state", "collect_from"),
    )
    _table = MANDATE_TABLE

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"))
    ars: Mapped[str] = mapped_column(ForeignKey("treasuries.ars"))
    creditor_id: Mapped[str] = mapped_column(String(35))
    reference: Mapped[str] = mapped_column(String(35))
    holder: Mapped[str] = mapped_column(String(70))
    iban: Mapped[str] = mapped_column(String(34))
    signed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20))
    collect_from: Mapped[datetime]
    collection_id: Mapped[str | None] = mapped_column(ForeignKey("collections.id"), index=True)


class Collection(Stateful, Entity):
    """One file of direct debits for one treasury. Its id is the message id: sent again, it is the same file to the bank.

    It keeps what the treasury was called and which account it had, for the file and for paying back from the same account.
    """

    __tablename__ = "collections"
    __table_args__ = (Index("collections_to_send", "state", "leased_until"),)
    _table = COLLECTION_TABLE

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    ars: Mapped[str] = mapped_column(ForeignKey("treasuries.ars"))
    creditor_id: Mapped[str] = mapped_column(String(35))
    creditor_name: Mapped[str]
    creditor_iban: Mapped[str] = mapped_column(String(34))
    collect_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    leased_until: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    refusal: Mapped[str | None] = mapped_column(Text)


class Refund(Stateful, Entity):
    """A share on its way back to the payer. Its id is the end-to-end id of the credit transfer."""

    __tablename__ = "refunds"
    __table_args__ = (Index("refunds_to_transfer", "state", "leased_until"),)
    _table = REFUND_TABLE

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"), index=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("shares.case_id"), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    requested_at: Mapped[datetime]
    leased_until: Mapped[datetime]
    transferred_at: Mapped[datetime | None]


class Booking(Entity):
    """One line of the book: what was secured, collected, released or refunded for which treasury. Lines are only ever added."""

    __tablename__ = "bookings"

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"))
    case_id: Mapped[str] = mapped_column(String(36))
    ars: Mapped[str] = mapped_column(String(12))
    cents: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (UniqueConstraint("case_id", "kind"), Index("bookings_by_treasury", "ars", "kind"))

    @classmethod
    def of(cls, kind: str, share: Share, at: datetime) -> "Booking":
        """A line for a whole share; each share has at most one line of a kind."""
        return cls(kind=kind, at=at, payment_id=share.payment_id, case_id=share.case_id, ars=share.ars, cents=share.amount_cents)
