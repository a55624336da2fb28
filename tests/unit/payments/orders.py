"""Sample orders and what happens to them, for the tests of payments. Sample persons are plainly samples."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.database import Transactions
from services.chassis.ids import new_id
from services.chassis.testing import published
from services.contracts.actors import Actor
from services.contracts.values import euros
from services.payments import network, opening, paying, refunding
from services.payments.model import Payment, Share

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)  # a Friday
SOEGEL, LINGEN = "034545407", "034540032"
NETWORK: dict[str, Any] = {
    "members": [
        {
            "ars": SOEGEL,
            "treasury": {
                "name": "Samtgemeinde Sögel",
                "iban": "DE38 9999 9999 0034 5454 07",
                "creditor_id": "DE34ZZZ09034545407",
            },
        },
        {
            "ars": LINGEN,
            "treasury": {"name": "Stadt Lingen (Ems)", "iban": "DE51999999990034540032", "creditor_id": "DE47ZZZ09034540032"},
        },
    ]
}
IBAN = "DE02120300000000202051"
MANDATE = {"holder": "Erika Musterfrau", "iban": IBAN, "agrees": True}


@dataclass
class Order:
    """An order of cases, each with its ARS and fee in cents."""

    cases: list[tuple[str, int]]
    order_id: str = field(default_factory=new_id)
    account_id: str = field(default_factory=new_id)
    case_ids: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.case_ids = [new_id() for _ in self.cases]

    @property
    def citizen(self) -> Actor:
        return Actor("citizen", self.account_id)

    def placed(self) -> dict[str, Any]:
        """The data of `order.placed`."""
        return {
            "order_id": self.order_id,
            "account_id": self.account_id,
            "total": euros(sum(cents for _, cents in self.cases)),
            "shares": [
                {"case_id": case_id, "ars": ars, "amount": euros(cents)}
                for case_id, (ars, cents) in zip(self.case_ids, self.cases, strict=True)
                if cents
            ],
        }


def load_treasuries(session: Session) -> None:
    network.load(session, NETWORK)


def place(session: Session, *cases: tuple[str, int]) -> Order:
    order = Order(list(cases or [(SOEGEL, 3000)]))
    opening.open_payment(session, **order.placed())
    return order


def pay(session: Session, order: Order, **mandate: Any) -> dict[str, Any]:
    return paying.start_payment(session, order.citizen, order_id=order.order_id, mandate={**MANDATE, **mandate})


def placed_and_paid(transactions: Transactions, *cases: tuple[str, int]) -> Order:
    with transactions.transaction() as session:
        order = place(session, *cases)
        pay(session, order)
    return order


def reject(transactions: Transactions, order: Order, number: int = 0) -> None:
    with transactions.transaction() as session:
        refunding.give_back(session, case_id=order.case_ids[number])


def states(transactions: Transactions, order: Order) -> list[str]:
    """The state of the payment, then of its shares in the order of the cases."""
    with transactions.reading() as session:
        payment = session.scalars(select(Payment).where(Payment.order_id == order.order_id)).one()
        shares = {s.case_id: s.state for s in session.scalars(select(Share).where(Share.payment_id == payment.id))}
        return [payment.state, *(shares[c] for c in order.case_ids)]


def events(transactions: Transactions) -> list[tuple[str, dict[str, Any]]]:
    with transactions.reading() as session:
        return published(session)
