"""Contract of administration: offices, staff and their roles, as administrators and operators look after them."""

from typing import Any

from marshmallow import fields, validate

from services.contracts import values
from services.contracts.accounts.network import MunicipalitySummary, Office
from services.contracts.accounts.passwords import new_password
from services.contracts.accounts.sessions import RoleReply
from services.contracts.actors import ROLES
from services.contracts.registry import Fact, Method, Nothing, Reply, Request

STAFF_STATES = ("invited", "active", "suspended")
SUSPENSION_REASONS = ("left", "absent", "security", "other")
MOST_ROLES = 200


class AdministeredMunicipalities(Reply):
    """The municipalities one administers, county first, then by name."""

    municipalities = fields.List(fields.Nested(MunicipalitySummary), required=True)


class MunicipalityArs(Request):
    """Which municipality."""

    ars = values.ars(required=True)


class AdministeredOffice(Office):
    """An office as administrators see it. A change names the `version` it was made from; another one is a conflict."""

    needs_two_officers = fields.Boolean(required=True)
    is_withdrawn = fields.Boolean(required=True)
    changed_in_portal_at = fields.AwareDateTime(
        allow_none=True, required=True, metadata={"description": "Since then loading the network folder leaves the office alone."}
    )
    version = fields.Integer(required=True)


class AdministeredOffices(Reply):
    """Every office of a municipality, those that were withdrawn too."""

    municipality = fields.Nested(MunicipalitySummary, required=True)
    offices = fields.List(fields.Nested(AdministeredOffice), required=True)


class OfficeId(Request):
    """Which office."""

    office_id = values.office_id(required=True)


class OfficeVersion(OfficeId):
    """Which office, as it was when it was looked at."""

    version = values.version(required=True)


class TextInBoth(Request):
    """A short text in both languages."""

    de = values.Text(most=120, required=True)
    en = values.Text(most=120, required=True)


class HoursLine(Request):
    """One line of opening hours: days, and the hours on them."""

    days = values.Text(most=60, required=True)
    hours = values.Text(most=60, required=True)


class OfficeContent(Request):
    """What an administrator can say of an office."""

    name = fields.Nested(TextInBoth, required=True)
    address = values.Text(most=300, required=True)
    email = values.email(required=True)
    phone = values.Text(most=60, required=True)
    opening_hours = fields.List(
        fields.Nested(HoursLine), required=True, validate=validate.Length(max=20, error="too_many"), metadata={"maxItems": 20}
    )
    needs_two_officers = values.Flag(required=True)


class OpenOffice(OfficeContent):
    """A new office, or one that was withdrawn and opens again under its old key. `slug` is its key within the municipality."""

    ars = values.ars(required=True)
    slug = fields.String(
        required=True,
        validate=(
            validate.Length(max=40, error="too_long"),
            validate.Regexp(r"[a-z0-9]+(-[a-z0-9]+)*\Z", error="slug"),
        ),
    )


class ChangeOffice(OfficeContent):
    """An office whole, as it shall be from now on."""

    office_id = values.office_id(required=True)
    version = values.version(required=True)


class StaffMember(Reply):
    """Somebody of the staff. `ars` is the municipality they work for; null for operators."""

    account_id = values.Id(required=True)
    email = fields.String(required=True)
    given_names = fields.String(required=True)
    family_name = fields.String(required=True)
    language = values.language(required=True)
    ars = values.ars(allow_none=True, required=True)
    state = values.choice(*STAFF_STATES, required=True)
    roles = fields.List(fields.Nested(RoleReply), required=True)
    version = fields.Integer(required=True)


class StaffMembers(Reply):
    """Staff, by name."""

    staff = fields.List(fields.Nested(StaffMember), required=True)


class ListStaff(Request):
    """The staff of a municipality; without one, those who work for none: operators. Or whoever one sees of these accounts."""

    ars = values.ars(allow_none=True, load_default=None)
    account_ids = fields.List(
        values.Id(),
        allow_none=True,
        load_default=None,
        validate=validate.Length(max=500, error="too_many"),
        metadata={"maxItems": 500},
    )


class RoleInput(Request):
    """A role and where it is valid: an office, `<ars>/*` for all of a municipality, `*` for the network."""

    role = values.choice(*ROLES, required=True)
    office_id = fields.String(
        required=True, validate=validate.Regexp(r"(\*|(\d{5}|\d{9}|\d{12})/(\*|[a-z0-9-]{1,60}))\Z", error="office_id")
    )


def roles_input() -> fields.List[dict[str, Any]]:
    """Roles to be held."""
    return fields.List(
        fields.Nested(RoleInput),
        required=True,
        validate=validate.Length(max=MOST_ROLES, error="too_many"),
        metadata={"maxItems": MOST_ROLES},
    )


class InviteStaff(Request):
    """Somebody new. They get a mail with a link to set their password; the link is valid for seven days."""

    ars = values.ars(allow_none=True, load_default=None)
    email = values.email(required=True)
    given_names = values.Name(required=True)
    family_name = values.Name(required=True)
    language = values.language(load_default="de")
    roles = roles_input()


class StaffId(Request):
    """Who of the staff."""

    account_id = values.Id(required=True)


class StaffVersion(StaffId):
    """Who of the staff, as they were when they were looked at."""

    version = values.version(required=True)


class ChangeStaff(StaffVersion):
    """Another name."""

    given_names = values.Name(required=True)
    family_name = values.Name(required=True)


class AssignRoles(StaffVersion):
    """All roles they shall have in what the caller administers; those elsewhere stay as they are."""

    roles = roles_input()


class SuspendStaff(StaffVersion):
    """They may not sign in any more, from this moment on."""

    reason = values.choice(*SUSPENSION_REASONS, required=True)


class InvitationToken(Request):
    """The token in the link of an invitation."""

    token = values.Text(most=200, required=True)


class Invitation(Reply):
    """For whom an invitation is."""

    email = fields.String(required=True)
    given_names = fields.String(required=True)
    family_name = fields.String(required=True)


class AcceptInvitation(InvitationToken):
    """The password that whoever was invited chose."""

    password = new_password(required=True)


NO_MUNICIPALITY, NO_OFFICE, NO_STAFF = "accounts.no_municipality", "accounts.no_office", "accounts.no_staff"
CHANGED = "accounts.changed_meanwhile"
ROLES_REFUSED = ("accounts.own_account", "accounts.operators_only", "accounts.last_administrator", "invalid")

METHODS = {
    "list_administered_municipalities": Method(Nothing, AdministeredMunicipalities),
    "list_administered_offices": Method(MunicipalityArs, AdministeredOffices, errors=(NO_MUNICIPALITY,)),
    "get_administered_office": Method(OfficeId, AdministeredOffice, errors=(NO_OFFICE,)),
    "open_office": Method(OpenOffice, AdministeredOffice, idempotent=True, errors=(NO_MUNICIPALITY, "accounts.office_exists")),
    "change_office": Method(ChangeOffice, AdministeredOffice, errors=(NO_OFFICE, CHANGED)),
    "withdraw_office": Method(OfficeVersion, AdministeredOffice, errors=(NO_OFFICE, CHANGED, "accounts.office_in_use")),
    "list_staff": Method(ListStaff, StaffMembers, errors=(NO_MUNICIPALITY,)),
    "get_staff": Method(StaffId, StaffMember, errors=(NO_STAFF,)),
    "invite_staff": Method(
        InviteStaff, StaffMember, idempotent=True, errors=(NO_MUNICIPALITY, "accounts.email_taken", *ROLES_REFUSED)
    ),
    "renew_invitation": Method(
        StaffVersion, StaffMember, errors=(NO_STAFF, CHANGED, "accounts.invitation_accepted", "accounts.operators_only")
    ),
    "change_staff": Method(ChangeStaff, StaffMember, errors=(NO_STAFF, CHANGED, "accounts.operators_only")),
    "assign_roles": Method(AssignRoles, StaffMember, errors=(NO_STAFF, CHANGED, *ROLES_REFUSED)),
    "suspend_staff": Method(SuspendStaff, StaffMember, errors=(NO_STAFF, CHANGED, *ROLES_REFUSED[:3])),
    "reinstate_staff": Method(StaffVersion, StaffMember, errors=(NO_STAFF, CHANGED, *ROLES_REFUSED[:2])),
    "get_invitation": Method(InvitationToken, Invitation, errors=("accounts.link_invalid",)),
    "accept_invitation": Method(AcceptInvitation, Nothing, errors=("accounts.link_invalid", "accounts.weak_password")),
}
EVENTS: dict[str, type[Fact]] = {}
