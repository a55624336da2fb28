"""Contract of what people do with their own data: take it along, have it erased, read the receipt."""

from marshmallow import fields, validate

from services.contracts import values
from services.contracts.operations import KEPT
from services.contracts.registry import Fact, Method, Nothing, Reply, Request

ERASURE_STATES = ("running", "complete")
REASONS = ("asked", "disuse")


class Proof(Request):
    """The password again, so that a browser left open gives nothing away."""

    password = fields.String(required=True, validate=[validate.Length(max=1000, error="too_long"), values.encodable])


class ErasureOutlook(Reply):
    """What stands against an erasure now: cases that are not decided, organisations that would be left without an owner."""

    open_cases = fields.Integer(required=True)
    sole_owner_of = fields.List(fields.String(), required=True)
    needs_second_factor = fields.Boolean(required=True)


class ErasureStarted(Reply):
    """The account is gone; `receipt_token` opens the receipt for 30 days."""

    erasure_id = values.Id(required=True)
    receipt_token = fields.String(required=True)


class ReceiptToken(Request):
    """The token in the link to a receipt."""

    token = values.Text(most=200, required=True)


class KeptThing(Reply):
    """What stays of a category, and until when."""

    category = values.choice(*KEPT, required=True)
    count = fields.Integer(required=True)
    until = fields.AwareDateTime(required=True)


class ServiceErased(Reply):
    """What one service has done; `done_at` is null as long as it has not answered."""

    service = fields.String(required=True)
    done_at = fields.AwareDateTime(allow_none=True, required=True)
    erased = fields.Integer(required=True)
    kept = fields.List(fields.Nested(KeptThing), required=True)


class ErasureReceipt(Reply):
    """An erasure without a word of whom it was about."""

    erasure_id = values.Id(required=True)
    state = values.choice(*ERASURE_STATES, required=True)
    reason = values.choice(*REASONS, required=True)
    requested_at = fields.AwareDateTime(required=True)
    completed_at = fields.AwareDateTime(allow_none=True, required=True)
    services = fields.List(fields.Nested(ServiceErased), required=True)


class Erasures(Reply):
    """Erasures that are not complete yet, the oldest first."""

    erasures = fields.List(fields.Nested(ErasureReceipt), required=True)


class ErasureRequested(Fact):
    """An account is gone; everybody erases what they hold of it."""

    account_id = values.Id(required=True)


METHODS = {
    "confirm_password": Method(
        Proof, Nothing, errors=("accounts.step_up_needed", "accounts.wrong_password", "accounts.too_many_attempts")
    ),
    "get_erasure_outlook": Method(Nothing, ErasureOutlook),
    "request_erasure": Method(
        Proof,
        ErasureStarted,
        errors=(
            "accounts.step_up_needed",
            "accounts.wrong_password",
            "accounts.too_many_attempts",
            "accounts.open_cases",
            "accounts.sole_owner",
            "accounts.acting_for_another",
        ),
    ),
    "get_erasure_receipt": Method(ReceiptToken, ErasureReceipt, errors=("accounts.link_invalid",)),
    "list_unfinished_erasures": Method(Nothing, Erasures),
}
EVENTS: dict[str, type[Fact]] = {"account.erasure_requested": ErasureRequested}
