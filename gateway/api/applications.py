"""Operations on applications: submitted at once, without drafts and cart, and followed afterwards."""

from http import HTTPStatus
from time import monotonic
from typing import Any

from marshmallow import fields

from gateway import paying
from gateway.api.documents import render_content
from gateway.api.operation import Operation
from gateway.visit import Visit
from services.contracts import applications, payments
from services.contracts.actors import CITIZEN
from services.contracts.registry import Reply, method
from services.contracts.wire import DEFAULT_DEADLINE


class Submission(applications.SubmitApplications):
    """Applications to be ordered at once, and the mandate that pays for them. Without a mandate the order is paid later."""

    mandate = fields.Nested(payments.Mandate, allow_none=True, load_default=None)


class Submitted(Reply):
    """The order, and its payment if a mandate was given and something is to be paid."""

    order_id = applications.Order().fields["order_id"]
    order = fields.Nested(applications.Order, required=True)
    payment = fields.Nested(payments.Payment, allow_none=True, required=True)


async def submit_applications(
    visit: Visit, key: str | None, *, applications: list[dict[str, Any]], mandate: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Order and pay within one deadline. Each half is idempotent under the same key: sent again, nothing happens twice."""
    until = monotonic() + DEFAULT_DEADLINE
    order = await visit.ask("applications", "submit_applications", idempotency_key=key, applications=applications)
    payment = None
    if mandate is not None and order["total"]["cents"]:
        payment = await paying.start_payment(
            visit, order_id=order["order_id"], mandate=mandate, idempotency_key=str(key), within=max(0.5, until - monotonic())
        )
        order = {**order, "state": "paid"}
    return {"order_id": order["order_id"], "order": order, "payment": payment}


OPERATIONS = (
    Operation(
        "POST", "/applications", "applications", "submit_applications", "Submit applications and pay for them at once",
        CITIZEN, HTTPStatus.CREATED, location="/orders/{order_id}",
        handler=submit_applications, request_schema=Submission, reply_schema=Submitted,
        errors=method("payments", "start_payment").errors,
    ),
    Operation("GET", "/applications", "applications", "list_applications", "One's own applications, newest first", CITIZEN),
    Operation("GET", "/applications/{case_id}", "applications", "get_application", "An application and its history", CITIZEN),
    Operation(
        "GET", "/applications/{case_id}/copy", "applications", "get_application_copy", "What was sent, as PDF",
        CITIZEN, render=render_content, media_type="application/pdf",
    ),
    Operation(
        "POST", "/applications/{case_id}/correction", "applications", "correct_application",
        "Answer what the office asks to be corrected", CITIZEN,
    ),
    Operation(
        "POST", "/applications/{case_id}/withdrawal", "applications", "withdraw_application",
        "Take back an application before it is decided", CITIZEN,
    ),
)  # fmt: skip
