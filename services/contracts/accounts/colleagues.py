"""Contract of colleagues: who works on the cases of the same offices."""

from marshmallow import fields

from services.contracts import values
from services.contracts.registry import Fact, Method, Reply, Request


class ListColleagues(Request):
    """Those of one office; without it, those of all offices in which the caller works on cases."""

    office_id = values.office_id(allow_none=True, load_default=None)


class CaseRole(Reply):
    """Where somebody works on cases: an office, or `<ars>/*` for all of a municipality."""

    role = values.choice("clerk", "approver", required=True)
    office_id = fields.String(required=True)


class Colleague(Reply):
    """A clerk or second approver, with the roles that concern these offices."""

    account_id = values.Id(required=True)
    given_names = fields.String(required=True)
    family_name = fields.String(required=True)
    roles = fields.List(fields.Nested(CaseRole), required=True)


class Colleagues(Reply):
    """Clerks and second approvers, by name; whoever is suspended is left out."""

    colleagues = fields.List(fields.Nested(Colleague), required=True)


METHODS = {"list_colleagues": Method(ListColleagues, Colleagues, errors=("accounts.no_office",))}
EVENTS: dict[str, type[Fact]] = {}
