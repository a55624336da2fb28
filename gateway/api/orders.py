"""Operations on orders and their payment."""

from http import HTTPStatus
from typing import Any

from gateway import paying
from gateway.api.operation import Operation
from gateway.visit import Visit
from services.contracts.actors import CITIZEN

ORDER = "/orders/{order_id}"
PAYMENT = f"{ORDER}/payment"


async def start_payment(visit: Visit, key: str | None, *, order_id: str, mandate: dict[str, Any]) -> dict[str, Any]:
    """Pay an order, also one that was placed a moment ago."""
    return await paying.start_payment(visit, order_id=order_id, mandate=mandate, idempotency_key=str(key))


OPERATIONS = (
    Operation(
        "POST", "/orders", "applications", "place_order", "Order everything in the cart", CITIZEN, HTTPStatus.CREATED,
        location=ORDER,
    ),
    Operation("GET", "/orders", "applications", "list_orders", "One's own orders, newest first", CITIZEN),
    Operation("GET", ORDER, "applications", "get_order", "An order with its cases", CITIZEN),
    Operation(
        "POST", PAYMENT, "payments", "start_payment", "Pay an order by SEPA direct debit", CITIZEN, HTTPStatus.CREATED,
        location=PAYMENT, handler=start_payment,
    ),
    Operation("GET", PAYMENT, "payments", "get_payment", "The payment of an order", CITIZEN),
)  # fmt: skip
