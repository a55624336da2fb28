"""Contract of acting for another: for whom somebody may, for whom a session does, and what others may know of it."""

from marshmallow import fields

from services.contracts import values
from services.contracts.registry import Fact, Method, Nothing, Reply, Request

KINDS = ("organisation", "person")


class ActFor(Request):
    """Act from now on, in the session of this token, under a membership or mandate; for oneself without one."""

    token = values.Text(most=200, required=True)
    grant_id = values.Id(allow_none=True, required=True)


class Party(Reply):
    """An organisation or person somebody may act for. `services` are the slugs it is for, `*` for all."""

    grant_id = values.Id(required=True)
    kind = values.choice(*KINDS, required=True)
    party_id = values.Id(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, metadata={"description": "Of a member; `helper` under a mandate."})
    services = fields.List(fields.String(), required=True)
    valid_until = fields.Date(allow_none=True, required=True)


class Parties(Reply):
    """For whom one may act, organisations first, by name."""

    parties = fields.List(fields.Nested(Party), required=True)


class ActsFor(Reply):
    """For whom the session acts now; null for oneself."""

    party = fields.Nested(Party, allow_none=True, required=True)


class Prefill(Reply):
    """What a form may be filled in with for the party one acts for, by the names of the profile."""

    values = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class Grant(Request):
    """A membership or mandate, and who wants to act under it."""

    grant_id = values.Id(required=True)
    account_id = values.Id(required=True)


class ConfirmedBehalf(Reply):
    """A grant that holds right now, with the names that an order keeps. For services only."""

    kind = values.choice(*KINDS, required=True)
    party_id = values.Id(required=True)
    party_name = fields.String(required=True)
    register_entry = fields.String(required=True, metadata={"description": "Court and number; empty where there is none."})
    person_name = fields.String(required=True)
    role = fields.String(required=True)
    services = fields.List(fields.String(), required=True)


METHODS = {
    "list_parties": Method(Nothing, Parties),
    "act_for": Method(ActFor, ActsFor, errors=("accounts.no_party", "accounts.no_session")),
    "get_prefill": Method(Nothing, Prefill),
    "confirm_behalf": Method(Grant, ConfirmedBehalf, errors=("accounts.no_party",)),
}
EVENTS: dict[str, type[Fact]] = {}
