"""Contract of organisations: what they say of themselves, their members, and invitations to become one."""

from marshmallow import ValidationError, fields, validate, validates_schema

from services.contracts import values
from services.contracts.legal_forms import LEGAL_FORMS, register_number
from services.contracts.registry import Fact, Method, Nothing, Reply, Request

ROLES = ("owner", "manager", "member", "reader")
"""Of a member: who represents it, who manages its members, who may apply, who may only look."""
INVITATION_STATES = ("open", "accepted", "declined", "withdrawn", "expired")


class RegisterEntry(Request):
    """The two fields of an entry in a register, which go together."""

    legal_form = values.choice(*LEGAL_FORMS, required=True)
    register_court = values.OfficialText(most=100, least=0, allow_none=True, load_default=None)
    register_number = values.Text(most=20, least=0, allow_none=True, load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def check_register(self, data: dict[str, str | None], **_: object) -> None:
        """A legal form that must be registered needs court and number of its register; one without a register has neither."""
        court, number = data.get("register_court"), data.get("register_number")
        wrong: dict[str, list[str]] = {}
        if not LEGAL_FORMS[str(data["legal_form"])].register:
            wrong = {name: ["no_register"] for name, typed in (("register_court", court), ("register_number", number)) if typed}
        else:
            if not court:
                wrong["register_court"] = ["required"]
            if not number:
                wrong["register_number"] = ["required"]
            else:
                try:
                    register_number(str(data["legal_form"]), number)
                except ValueError as error:
                    wrong["register_number"] = [f"register_number_{error.args[0].lower()}"]
        if wrong:
            raise ValidationError(wrong)


class OrganisationData(RegisterEntry):
    """What an organisation says of itself. Nobody has compared it with a register."""

    name = values.OfficialText(most=200, required=True)
    street = values.OfficialText(most=100, required=True)
    house_number = values.OfficialText(most=20, required=True)
    postal_code = fields.String(required=True, validate=validate.Regexp(r"\d{5}\Z", error="postal_code"))
    town = values.OfficialText(most=100, required=True)
    email = values.email(required=True)


class OrganisationId(Request):
    """Which organisation."""

    organisation_id = values.Id(required=True)


class ChangeOrganisation(OrganisationData):
    """An organisation with what it says of itself from now on."""

    organisation_id = values.Id(required=True)


class Member(Reply):
    """A person in an organisation."""

    account_id = values.Id(required=True)
    given_names = fields.String(required=True)
    family_name = fields.String(required=True)
    email = fields.String(required=True)
    role = values.choice(*ROLES, required=True)
    since = fields.AwareDateTime(required=True)
    is_manageable = fields.Boolean(required=True, metadata={"description": "Whether the reader may change or remove them."})


class MemberInvitation(Reply):
    """An invitation by e-mail; it can be accepted by the account with this address."""

    invitation_id = values.Id(required=True)
    organisation_id = values.Id(required=True)
    organisation_name = fields.String(required=True)
    email = fields.String(required=True)
    role = values.choice(*ROLES, required=True)
    state = values.choice(*INVITATION_STATES, required=True)
    invited_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)


class OrganisationSummary(Reply):
    """An organisation in the list of somebody who belongs to it."""

    organisation_id = values.Id(required=True)
    name = fields.String(required=True)
    legal_form = values.choice(*LEGAL_FORMS, required=True)
    role = values.choice(*ROLES, required=True)
    grant_id = values.Id(required=True, metadata={"description": "With it the session is set to act for the organisation."})


class Organisations(Reply):
    """Where one belongs, and where one is invited to."""

    organisations = fields.List(fields.Nested(OrganisationSummary), required=True)
    invitations = fields.List(fields.Nested(MemberInvitation), required=True)


class Organisation(OrganisationSummary):
    """An organisation whole, as a member sees it. Invitations are shown to those who manage members."""

    register_court = fields.String(allow_none=True, required=True)
    register_number = fields.String(allow_none=True, required=True)
    street = fields.String(required=True)
    house_number = fields.String(required=True)
    postal_code = fields.String(required=True)
    town = fields.String(required=True)
    email = fields.String(required=True)
    source = values.choice("self_declared", required=True)
    founded_at = fields.AwareDateTime(required=True)
    members = fields.List(fields.Nested(Member), required=True)
    invitations = fields.List(fields.Nested(MemberInvitation), required=True)
    gives_roles = fields.List(fields.String(), required=True, metadata={"description": "Roles the reader may give to others."})


class InviteMember(Request):
    """Invite somebody by e-mail. The answer is the same whether or not the address has an account."""

    organisation_id = values.Id(required=True)
    email = values.email(required=True)
    role = values.choice(*ROLES, required=True)


class MemberInvitationId(Request):
    """Which invitation."""

    invitation_id = values.Id(required=True)


class AnswerMemberInvitation(Request):
    """Accept or decline."""

    invitation_id = values.Id(required=True)
    accepts = values.Flag(required=True)


class MemberId(Request):
    """Which member of which organisation."""

    organisation_id = values.Id(required=True)
    account_id = values.Id(required=True)


class ChangeMember(MemberId):
    """What a member is from now on."""

    role = values.choice(*ROLES, required=True)


class MembershipFact(Fact):
    """Somebody has joined an organisation, is something else in it, or has left it."""

    organisation_id = values.Id(required=True)
    account_id = values.Id(required=True)


class InvitationFact(Fact):
    """The holder of an account is invited."""

    invitation_id = values.Id(required=True)
    organisation_id = values.Id(required=True)
    account_id = values.Id(required=True)


class OrganisationFact(Fact):
    """An organisation has come into being, or is no more."""

    organisation_id = values.Id(required=True)


NO_ORGANISATION = ("accounts.no_organisation",)
NO_INVITATION = ("accounts.no_invitation",)
MEMBERS = (*NO_ORGANISATION, "accounts.no_member", "accounts.role_not_yours", "accounts.last_owner")

METHODS = {
    "found_organisation": Method(
        OrganisationData, Organisation, idempotent=True, errors=("accounts.too_many_organisations", "invalid")
    ),
    "change_organisation": Method(
        ChangeOrganisation, Organisation, errors=(*NO_ORGANISATION, "accounts.role_not_yours", "invalid")
    ),
    "list_organisations": Method(Nothing, Organisations),
    "get_organisation": Method(OrganisationId, Organisation, errors=NO_ORGANISATION),
    "dissolve_organisation": Method(
        OrganisationId, Nothing, errors=(*NO_ORGANISATION, "accounts.role_not_yours", "accounts.organisation_has_cases")
    ),
    "invite_member": Method(
        InviteMember,
        MemberInvitation,
        idempotent=True,
        errors=(
            *NO_ORGANISATION,
            "accounts.too_many_attempts",
            "accounts.role_not_yours",
            "accounts.member_already",
            "accounts.invited_already",
            "accounts.too_many_invitations",
        ),
    ),
    "withdraw_member_invitation": Method(MemberInvitationId, Nothing, errors=(*NO_INVITATION, "accounts.invitation_over")),
    "get_member_invitation": Method(MemberInvitationId, MemberInvitation, errors=NO_INVITATION),
    "answer_member_invitation": Method(
        AnswerMemberInvitation, MemberInvitation, errors=(*NO_INVITATION, "accounts.invitation_over")
    ),
    "change_member": Method(ChangeMember, Organisation, errors=MEMBERS),
    "remove_member": Method(MemberId, Organisation, errors=MEMBERS),
    "leave_organisation": Method(OrganisationId, Nothing, errors=(*NO_ORGANISATION, "accounts.last_owner")),
    "hand_over_organisation": Method(MemberId, Organisation, errors=MEMBERS),
}
EVENTS: dict[str, type[Fact]] = {
    "organisation.founded": OrganisationFact,
    "organisation.dissolved": OrganisationFact,
    "membership.offered": InvitationFact,
    "membership.began": MembershipFact,
    "membership.changed": MembershipFact,
    "membership.ended": MembershipFact,
}
