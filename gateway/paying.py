"""Starts the payment of an order that may be so new that payments has not heard of it yet."""

import asyncio
from time import monotonic
from typing import Any

from gateway.visit import Visit
from services.contracts.errors import NotFound, Unavailable
from services.contracts.wire import DEFAULT_DEADLINE

FIRST_WAIT = 0.03
LONGEST_WAIT = 0.5
"""Seconds between two tries; each wait is twice the one before."""
WAIT_BEFORE_ASKING = 0.2
"""From this wait on it is worth asking whether there is such an order at all."""


async def start_payment(
    visit: Visit, *, order_id: str, mandate: dict[str, Any], idempotency_key: str, within: float = DEFAULT_DEADLINE
) -> dict[str, Any]:
    """The payment, secured by the mandate. Waits `within` seconds for payments to hear of the order, then raises unavailable.

    Raises not_found where there is no such order of this citizen's, or nothing to pay.
    """
    until, wait, is_known = monotonic() + within, FIRST_WAIT, False
    while True:
        try:
            return await visit.ask(
                "payments",
                "start_payment",
                deadline=max(0.1, until - monotonic()),
                idempotency_key=idempotency_key,
                order_id=order_id,
                mandate=mandate,
            )
        except Unavailable as failure:
            if failure.slug != "payments.order_not_known_yet" or monotonic() + wait >= until:
                raise
        await asyncio.sleep(wait)
        if wait >= WAIT_BEFORE_ASKING and not is_known:
            await _check_order(visit, order_id)
            is_known = True
        wait = min(wait * 2, LONGEST_WAIT)


async def _check_order(visit: Visit, order_id: str) -> None:
    """Raises not_found where waiting is in vain: there is no such order, or nothing to pay for it."""
    order = await visit.ask("applications", "get_order", order_id=order_id)
    if not order["total"]["cents"]:
        raise NotFound("payments.no_payment", "There is nothing to pay for this order.")
