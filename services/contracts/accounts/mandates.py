"""Contract of mandates: one person lets another act for them, for some services, until a day, until one of them ends it."""

from typing import Any

from marshmallow import fields, validate

from services.contracts import values
from services.contracts.registry import Fact, Method, Nothing, Reply, Request

SIDES = ("grantor", "helper")
STATES = ("asked", "active", "declined", "withdrawn", "revoked", "expired")
STEPS = ("accept", "decline", "withdraw", "revoke")


def scope(**kwargs: Any) -> "fields.List[str]":
    """Slugs of services, or `*` alone for all there are and will be."""
    slug_or_all = fields.String(validate=validate.Regexp(r"(\*|[a-z0-9]+(-[a-z0-9]+)*)\Z", error="slug"))
    return fields.List(slug_or_all, validate=validate.Length(min=1, max=100, error="required"), **kwargs)


class AskForMandate(Request):
    """Propose a mandate to whoever has this address: as helper to act for them, as grantor to let them act.

    The answer is the same whether or not the address has an account. `valid_until` is the last day, at most two years from now.
    `allows_prefill` counts from a grantor only; asked by a helper, the grantor says it when accepting.
    """

    side = values.choice(*SIDES, required=True, metadata={"description": "What the one who asks will be."})
    email = values.email(required=True)
    services = scope(required=True)
    valid_until = fields.Date(required=True)
    allows_prefill = values.Flag(load_default=False)


class MandateId(Request):
    """Which mandate."""

    mandate_id = values.Id(required=True)


class AcceptMandate(MandateId):
    """Accept a mandate; who gives it says whether their own data may be filled in for them."""

    allows_prefill = values.Flag(load_default=False)


class ActingMandate(Reply):
    """A mandate as one of its two sides sees it.

    The name of the other side is null as long as only the address is known to the reader. `steps` are what the reader may do.
    """

    mandate_id = values.Id(required=True)
    side = values.choice(*SIDES, required=True)
    asked_by = values.choice(*SIDES, required=True)
    state = values.choice(*STATES, required=True)
    other_name = fields.String(allow_none=True, required=True)
    other_email = fields.String(required=True)
    services = scope(required=True)
    allows_prefill = fields.Boolean(required=True)
    asked_at = fields.AwareDateTime(required=True)
    answer_until = fields.AwareDateTime(required=True)
    valid_until = fields.Date(required=True)
    began_at = fields.AwareDateTime(allow_none=True, required=True)
    ended_at = fields.AwareDateTime(allow_none=True, required=True)
    steps = fields.List(values.choice(*STEPS), required=True)


class ActingMandates(Reply):
    """All of one's mandates, newest first."""

    mandates = fields.List(fields.Nested(ActingMandate), required=True)


class MandateAskedFact(Fact):
    """The holder of an account is asked to give or to take a mandate."""

    mandate_id = values.Id(required=True)
    account_id = values.Id(required=True)


class MandateFact(Fact):
    """A mandate has begun or ended; told once to each side, as `account_id`."""

    mandate_id = values.Id(required=True)
    account_id = values.Id(required=True)
    grantor_id = values.Id(required=True)
    helper_id = values.Id(required=True)


NO_MANDATE = ("accounts.no_mandate",)
ANSWERS = (*NO_MANDATE, "accounts.mandate_over", "accounts.not_while_acting")

METHODS = {
    "ask_for_mandate": Method(
        AskForMandate,
        ActingMandate,
        idempotent=True,
        errors=("accounts.too_many_mandates", "accounts.too_many_attempts", "accounts.not_while_acting", "invalid"),
    ),
    "list_mandates": Method(Nothing, ActingMandates),
    "get_mandate": Method(MandateId, ActingMandate, errors=NO_MANDATE),
    "accept_mandate": Method(AcceptMandate, ActingMandate, errors=ANSWERS),
    "decline_mandate": Method(MandateId, ActingMandate, errors=ANSWERS),
    "withdraw_mandate": Method(MandateId, ActingMandate, errors=(*NO_MANDATE, "accounts.mandate_over")),
    "revoke_mandate": Method(MandateId, ActingMandate, errors=(*NO_MANDATE, "accounts.mandate_over")),
}
EVENTS: dict[str, type[Fact]] = {
    "mandate.asked": MandateAskedFact,
    "mandate.granted": MandateFact,
    "mandate.declined": MandateAskedFact,
    "mandate.revoked": MandateFact,
}
