"""From the cart to the paid order."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import paying, visit
from gateway.body import Form
from gateway.pages import answers, form_steps, words
from gateway.pages.directory import Directory, directory
from gateway.pages.drafts import renewal_of
from gateway.pages.form_page import FormPage, key_of, told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.visit import Visit
from services.chassis import ids
from services.contracts.actors import CITIZEN
from services.contracts.errors import Conflict, Failure, Invalid, NotFound, Timeout, Unavailable
from services.contracts.values import euros

SECONDS_FOR_PAYMENT = 1.5


class Cart:
    """What is ready to be ordered."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response) -> None:
        """Items with their fees, and the sum."""
        it = visit.of(req)
        names, cart = await asyncio.gather(directory(it, reading(req)), it.ask("applications", "get_cart"))
        items = [{**names.named(item), "renewal": renewal_of(item), "is_gone": is_gone(item)} for item in cart["items"]]
        is_blocked = any(item["is_gone"] for item in items)
        await render(req, resp, "cart.html", items=items, total=cart["total"], is_blocked=is_blocked)


def is_gone(item: Mapping[str, Any]) -> bool:
    """Whether what stands in the cart is no longer offered."""
    return "service" in item["errors"]


class TakeOut:
    """Takes an application out of the cart; it stays a form in progress."""

    allow: ClassVar[Any] = CITIZEN

    async def on_post(self, req: Request, resp: Response) -> None:
        """Raises not_found for another's draft."""
        it = visit.of(req)
        await it.ask("applications", "remove_from_cart", draft_id=it.form.get("draft_id"))
        see_other(resp, "/cart?done=taken_out")


class Checkout(FormPage):
    """Everything once more before it becomes binding. A double click is one order: both carry the same key."""

    allow: ClassVar[Any] = CITIZEN
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """All answers, fees and the sum. After a change of the cart or the sum the key is new: it is another order."""
        it, talk = visit.of(req), reading(req)
        names, cart = await asyncio.gather(directory(it, talk), it.ask("applications", "get_cart"))
        if any(map(is_gone, cart["items"])) or (not cart["items"] and failure is None):
            see_other(resp, "/cart")
            return
        services = await asyncio.gather(*(form_steps.service_of(it, item) for item in cart["items"]))
        items = [
            {
                **names.named(item),
                "renewal": renewal_of(item),
                "groups": answers.groups(talk, form_, answers.asked(form_, item["answers"])),
            }
            for item, form_ in zip(cart["items"], (service["sections"] for service in services), strict=True)
        ]
        key = ids.new_id() if isinstance(failure, Conflict) else key_of(form)
        template = "checkout.html" if items else "cart.html"
        shown = {"items": items, "total": cart["total"], "version": cart["version"], "key": key}
        await render(req, resp, template, **shown, **told(talk, failure, {}))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Order what this page showed and nothing else; what costs something is paid next."""
        expected = form.get("expected_total_cents")
        if not (expected.isascii() and expected.isdigit() and len(expected) < 12):  # noqa: PLR2004 - cents of any real cart
            raise Invalid("invalid", "The sum is missing.")
        order = await visit.of(req).ask(
            "applications",
            "place_order",
            idempotency_key=form.get("key") or ids.new_id(),
            expected_total_cents=int(expected),
            cart_version=form.get("cart_version"),
        )
        if order["state"] == "awaiting_payment":
            see_other(resp, f"/orders/{order['order_id']}/payment?done=ordered")
        else:
            see_other(resp, f"/orders/{order['order_id']}?done=ordered")


class Payment(FormPage):
    """The SEPA mandate for an order."""

    allow: ClassVar[Any] = CITIZEN

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """An order that is free or paid leads back to itself. The sum travels with the form, in case the services are away."""
        it, talk, order_id = visit.of(req), reading(req), params["order_id"]
        typed: dict[str, Any] = values(form, "holder", "iban", "agrees", "total")
        if form is None:
            order, payment = await asyncio.gather(
                it.ask("applications", "get_order", order_id=order_id), payment_of(it, order_id)
            )
            if order["state"] != "awaiting_payment" or is_paid(payment):
                see_other(resp, f"/orders/{order_id}")
                return
            person = it.person or {}
            typed["holder"] = f"{person.get('given_names', '')} {person.get('family_name', '')}".strip()
            typed["total"] = str(order["total"]["cents"])
        total = typed["total"]
        typed["total_money"] = euros(int(total)) if total.isascii() and total.isdigit() and len(total) < 12 else None  # noqa: PLR2004
        typed["total"] = total if typed["total_money"] else ""
        labels = {
            "mandate.holder": ("holder", talk.gettext("Account holder")),
            "mandate.iban": ("iban", "IBAN"),
            "mandate.agrees": ("agrees", talk.gettext("I give this mandate")),
        }
        await render(req, resp, "payment.html", form=typed, order_id=order_id, key=key_of(form), **told(talk, failure, labels))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Give the mandate. Paying twice is no error: it is paid."""
        order_id = params["order_id"]
        mandate = {"holder": form.get("holder"), "iban": form.get("iban"), "agrees": form.get("agrees") == "yes"}
        try:
            await paying.start_payment(
                visit.of(req), order_id=order_id, mandate=mandate, idempotency_key=form.get("key") or ids.new_id()
            )
        except Conflict as failure:
            if failure.slug != "payments.already_paid":
                raise
        see_other(resp, f"/orders/{order_id}?done=paid")


class Order:
    """An order after the checkout: its applications and its payment."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response, order_id: str) -> None:
        """Raises not_found for another's order."""
        it, talk = visit.of(req), reading(req)
        order = await it.ask("applications", "get_order", order_id=order_id)
        names, payment = await asyncio.gather(directory(it, talk), payment_of(it, order_id))
        await render(
            req,
            resp,
            "order.html",
            order=order,
            applications=[names.named(c) for c in order["cases"]],
            is_paid=is_paid(payment),
            payment_facts=payment_facts(talk, names, order, payment),
        )


async def payment_of(it: Visit, order_id: str) -> dict[str, Any] | None:
    """The payment of an order; None where there is none, none yet, or payments cannot be asked."""
    try:
        return await it.ask("payments", "get_payment", deadline=SECONDS_FOR_PAYMENT, order_id=order_id)
    except (NotFound, Unavailable, Timeout):
        return None


def is_paid(payment: Mapping[str, Any] | None) -> bool:
    """Whether nothing more is to be done by the citizen."""
    return payment is not None and payment["state"] != "open"


def payment_facts(
    talk: Speech, names: Directory, order: Mapping[str, Any], payment: Mapping[str, Any] | None
) -> list[tuple[str, str]]:
    """What is known of the money, line by line."""
    _ = talk.gettext
    facts = [(_("Sum"), talk.money(order["total"]) if order["total"]["cents"] else _("free of charge"))]
    if payment is None:
        return facts
    state = words.PAYMENT_STATES[payment["state"]]
    facts.append((_("State"), _(state)))
    if payment["masked_iban"]:
        facts.append((_("Account"), payment["masked_iban"]))
    if payment["mandate_reference"]:
        facts.append((_("Mandate reference"), payment["mandate_reference"]))
    services = {case["case_id"]: names.service(case["service"]) for case in order["cases"]}
    for share in payment["shares"]:
        name = f"{services.get(share['case_id'], '')}, {names.place(share['ars'])}"
        state = words.SHARE_STATES[share["state"]]
        facts.append((name, f"{talk.money(share['amount'])}, {_(state)}"))
    return facts
