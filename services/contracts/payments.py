"""Contract of `payments`: what an order costs, how it is paid, and what is given back."""

from marshmallow import fields

from services.contracts import values
from services.contracts.operations import RecordsErased
from services.contracts.registry import Fact, Method, Reply, Request

PAYMENT_STATES = ("open", "secured", "collected")
MANNERS = ("released", "refunded")
SHARE_STATES = ("due", "secured", "collected", "released", "refunded")


class Mandate(Request):
    """A SEPA direct debit mandate as the payer gives it. What is empty, wrong or not agreed to, `payments` tells at once."""

    holder = values.Text(most=70, least=0, required=True)
    iban = values.Text(most=42, least=0, required=True)
    agrees = values.Flag(required=True)


class StartPayment(Request):
    """Pay an order by direct debit."""

    order_id = values.Id(required=True)
    mandate = fields.Nested(Mandate, required=True)


class OrderId(Request):
    """Which order."""

    order_id = values.Id(required=True)


class ShareReply(Reply):
    """The part of a payment that belongs to one case and one treasury."""

    case_id = values.Id(required=True)
    ars = values.ars(required=True)
    amount = fields.Nested(values.Money, required=True)
    state = values.choice(*SHARE_STATES, required=True)


class Payment(Reply):
    """The payment of an order. The IBAN is masked to its first two and last four characters."""

    payment_id = values.Id(required=True)
    order_id = values.Id(required=True)
    state = values.choice(*PAYMENT_STATES, required=True)
    total = fields.Nested(values.Money, required=True)
    shares = fields.List(fields.Nested(ShareReply), required=True)
    mandate_reference = fields.String(allow_none=True, required=True)
    masked_iban = fields.String(allow_none=True, required=True)


class PaymentFact(Fact):
    """Something happened to a payment as a whole."""

    payment_id = values.Id(required=True)
    order_id = values.Id(required=True)
    account_id = values.Id(required=True)
    amount = fields.Nested(values.Money, required=True)
    grant_id = values.Id(allow_none=True, metadata={"description": "The membership or mandate it was ordered under."})


class PaymentRefunded(PaymentFact):
    """The share of one case goes back to the payer: `released` before it was collected, `refunded` after."""

    case_id = values.Id(required=True)
    manner = values.choice(*MANNERS, required=True)


METHODS = {
    "start_payment": Method(
        StartPayment,
        Payment,
        idempotent=True,
        errors=("payments.order_not_known_yet", "payments.no_payment", "payments.already_paid", "invalid", "actors.only_reading"),
    ),
    "get_payment": Method(OrderId, Payment, errors=("payments.no_payment",)),
}
EVENTS: dict[str, type[Fact]] = {
    "payment.secured": PaymentFact,
    "payment.collected": PaymentFact,
    "payment.refunded": PaymentRefunded,
    "payments.erased": RecordsErased,
}
