"""What payments holds of a person, table by table; see `services.chassis.holdings`."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, select

from services.chassis.holdings import Holding, table_of
from services.payments.model import Booking, Mandate, Payment, Refund, Share

TEN_YEARS = "ten years from the end of the year (AO § 147, KomHKVO), then without the payer; unpaid: until the account is erased"


def _of_payment(entity: Any) -> Callable[[str], ColumnElement[bool]]:
    def whose(account_id: str) -> ColumnElement[bool]:
        mine = select(Payment.id).where(Payment.account_id == account_id)
        return entity.payment_id.in_(mine)  # type: ignore[no-any-return]

    return whose


HOLDINGS = (
    Holding(table_of(Payment), lambda account_id: Payment.account_id == account_id, "what an order costs", TEN_YEARS),
    Holding(table_of(Share), _of_payment(Share), "what a case costs, and whose money it is", TEN_YEARS),
    Holding(
        table_of(Mandate),
        _of_payment(Mandate),
        "the payer's permission for a debit",
        "name and account 14 months after signing (BGB § 676b), the reference as the payment",
    ),
    Holding(table_of(Refund), _of_payment(Refund), "money on its way back", TEN_YEARS),
    Holding(table_of(Booking), _of_payment(Booking), "the book", TEN_YEARS),
)

LEFT_OUT = {
    "collections": "files for the bank, made anew from mandates when sent; they name treasuries only",
    "treasuries": "no person",
}
