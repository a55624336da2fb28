"""Contract of verification in person: codes, checks at the counter, letters that activate an account, and the office's report."""

from marshmallow import fields, validate

from services.contracts import values
from services.contracts.accounts.passwords import new_password
from services.contracts.accounts.profile import IDENTITY, Line, PartialDate, schema_of
from services.contracts.registry import Fact, Method, Nothing, Reply, Request

DOCUMENT_KINDS = ("identity_card", "passport", "residence_permit", "eu_identity_card", "foreign_passport", "temporary_document")
"""Personalausweis, Reisepass, Aufenthaltstitel, card of another EU state, passport of another state, a provisional one."""
CHECK_STATES = ("recorded", "verified", "declined", "lapsed", "revoked", "expired", "replaced")
WAYS = ("code", "account", "factors")
"""How somebody came to a check: with a code, for an account made at the counter, or to have lost second factors removed."""
REVOCATION_REASONS = ("wrong_person", "document_invalid", "wrong_values", "asked_by_person", "account_misused")
DECLINE_REASONS = ("not_matching", "document_doubtful", "incomplete", "withdrawn")
LOOKUP_REASONS = ("letter", "revocation", "lost_factors", "question")

IdentityValues = schema_of(*IDENTITY)


class IdentitySeen(IdentityValues):  # type: ignore[misc, valid-type]
    """Identity values as a document shows them."""

    given_names = values.Name(required=True)
    family_name = values.Name(required=True)
    birth_date = PartialDate(required=True, validate=validate.Length(min=1, error="required"), metadata={"type": "string"})


class DocumentSeen(Request):
    """What was seen of a document of identity. No number, no copy."""

    kind = values.choice(*DOCUMENT_KINDS, required=True)
    issuing_authority = Line(most=100, required=True)
    valid_until = fields.Date(required=True)


class OfficeId(Request):
    """Which office."""

    office_id = values.office_id(required=True)


class VisitCode(Reply):
    """A code to be shown at the counter, told once. `address` is what its QR code holds."""

    code = fields.String(required=True)
    address = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


class OwnCheck(Reply):
    """A check of one's own identity. `reason` says why it ended, where somebody ended it."""

    check_id = values.Id(required=True)
    office_id = values.office_id(required=True)
    state = values.choice(*CHECK_STATES, required=True)
    document_kind = values.choice(*DOCUMENT_KINDS, required=True)
    recorded_at = fields.AwareDateTime(required=True)
    confirmed_at = fields.AwareDateTime(allow_none=True, required=True)
    valid_until = fields.AwareDateTime(allow_none=True, required=True)
    ended_at = fields.AwareDateTime(allow_none=True, required=True)
    reason = values.choice(*REVOCATION_REASONS, *DECLINE_REASONS, allow_none=True, required=True)


class OwnVerification(Reply):
    """How far one's identity is verified, the checks so far (newest first), and until when a code waits to be shown."""

    level = values.choice(*values.LEVELS, required=True)
    valid_until = fields.AwareDateTime(allow_none=True, required=True)
    code_expires_at = fields.AwareDateTime(allow_none=True, required=True)
    checks = fields.List(fields.Nested(OwnCheck), required=True)


class LookAtVisitCode(OfficeId):
    """A code as it was typed or scanned, at the counter of an office."""

    code = values.Text(most=40, required=True)


class Visitor(Reply):
    """Who stands at the counter, as the account says it."""

    account_id = values.Id(required=True)
    seen = fields.Nested(IdentityValues, required=True, data_key="values")
    level = values.choice(*values.LEVELS, required=True)
    valid_until = fields.AwareDateTime(allow_none=True, required=True)
    needs_two_officers = fields.Boolean(required=True)


class Compared(OfficeId):
    """The officer states with `is_compared` that face and values were compared with the document."""

    document = fields.Nested(DocumentSeen, required=True)
    is_compared = values.Flag(required=True, validate=validate.Equal(True, error="must_compare"))


class RecordCheck(Compared):
    """The values as the document shows them; what differs from the account's was corrected with the citizen beside."""

    code = values.Text(most=40, required=True)
    seen = fields.Nested(IdentitySeen, required=True, data_key="values")


class OpenCounterAccount(Compared):
    """An account for somebody who has none; its activation letter is printed afterwards."""

    seen = fields.Nested(IdentitySeen, required=True, data_key="values")
    email = values.email(allow_none=True, load_default=None)
    language = values.language(load_default="de")


class RemoveLostFactors(Compared):
    """For a person who lost every second factor; the values of their account are compared, not changed."""

    account_id = values.Id(required=True)


class CheckRecorded(Reply):
    """A check: `verified`, or `recorded` until a second officer has confirmed it."""

    check_id = values.Id(required=True)
    account_id = values.Id(required=True)
    state = values.choice(*CHECK_STATES, required=True)
    valid_until = fields.AwareDateTime(allow_none=True, required=True)


class PendingCheck(Reply):
    """A check that waits for a second officer, without anything personal."""

    check_id = values.Id(required=True)
    office_id = values.office_id(required=True)
    way = values.choice(*WAYS, required=True)
    document_kind = values.choice(*DOCUMENT_KINDS, required=True)
    recorded_at = fields.AwareDateTime(required=True)
    is_own = fields.Boolean(required=True, metadata={"description": "Recorded by the one who asks, who cannot confirm it."})


class PendingChecks(Reply):
    """Oldest first."""

    checks = fields.List(fields.Nested(PendingCheck), required=True)


class CheckId(Request):
    """Which check."""

    check_id = values.Id(required=True)


class CheckToConfirm(PendingCheck):
    """A check whole, as the second officer looks at it."""

    account_id = values.Id(required=True)
    seen = fields.Nested(IdentityValues, required=True, data_key="values")
    corrected = fields.List(values.choice(*IDENTITY), required=True)
    issuing_authority = fields.String(required=True)
    document_valid_until = fields.Date(required=True)


class DeclineCheck(CheckId):
    """The second officer does not confirm."""

    reason = values.choice(*DECLINE_REASONS, required=True)


class FindPerson(OfficeId):
    """Look up an account by its e-mail address, or by family name and date of birth; always for a reason."""

    reason = values.choice(*LOOKUP_REASONS, required=True)
    email = values.Text(most=254, least=0, load_default="")
    family_name = values.Name(least=0, load_default="")
    birth_date = PartialDate(load_default="", metadata={"type": "string"})


class FoundPerson(Reply):
    """An account as the counter sees it. `awaits_activation`: its holder has not used the activation letter yet."""

    account_id = values.Id(required=True)
    seen = fields.Nested(IdentityValues, required=True, data_key="values")
    level = values.choice(*values.LEVELS, required=True)
    valid_until = fields.AwareDateTime(allow_none=True, required=True)
    is_verified_in_person = fields.Boolean(required=True)
    awaits_activation = fields.Boolean(required=True)


class FoundPeople(Reply):
    """Who fits, at most ten."""

    people = fields.List(fields.Nested(FoundPerson), required=True)


class RevokeIdentity(OfficeId):
    """Take the verified level away."""

    account_id = values.Id(required=True)
    reason = values.choice(*REVOCATION_REASONS, required=True)


class PrintActivationLetter(OfficeId):
    """A new activation letter; every earlier one is void."""

    account_id = values.Id(required=True)


class ActivationLetter(Reply):
    """The letter as PDF."""

    filename = fields.String(required=True)
    content_base64 = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


class ActivationCode(Request):
    """The code of an activation letter."""

    code = values.Text(most=60, required=True)


class Activation(Reply):
    """What a letter is worth. `email` is the address that was told at the counter, if one was."""

    office_id = values.office_id(required=True)
    expires_at = fields.AwareDateTime(required=True)
    email = fields.String(allow_none=True, required=True)


class ActivateAccount(ActivationCode):
    """The address and the password of the new account; it can be used once the address is confirmed."""

    email = values.email(required=True)
    password = new_password(required=True)
    language = values.language(load_default="de")


class ActivationToken(Request):
    """The token of the link that confirms the address."""

    token = values.Text(most=200, required=True)


class ReportPeriod(Request):
    """Checks of an office, or with `<ars>/*` of all offices of a municipality, from the first day to the last, both included."""

    office_id = fields.String(
        required=True, validate=validate.Regexp(r"(\d{5}|\d{9}|\d{12})/([a-z0-9-]+|\*)\Z", error="office_id")
    )
    since = fields.Date(required=True)
    until = fields.Date(required=True)


class ReportRow(Reply):
    """What one officer did in one office. `name` is empty once the officer's account is gone."""

    office_id = values.office_id(required=True)
    officer_id = values.Id(required=True)
    name = fields.String(required=True)
    recorded = fields.Integer(required=True)
    verified = fields.Integer(required=True)
    renewed = fields.Integer(required=True)
    declined = fields.Integer(required=True)
    revoked = fields.Integer(required=True)
    letters = fields.Integer(required=True)


class KindCount(Reply):
    """How many of the verified showed this kind of document."""

    kind = values.choice(*DOCUMENT_KINDS, required=True)
    count = fields.Integer(required=True)


class VerificationReport(Reply):
    """The work of a period. `verified` counts first checks, `renewed` those of people who were verified already."""

    rows = fields.List(fields.Nested(ReportRow), required=True)
    kinds = fields.List(fields.Nested(KindCount), required=True)
    expired = fields.Integer(required=True)


class IdentityFact(Fact):
    """Something happened to the verified identity of an account."""

    account_id = values.Id(required=True)
    check_id = values.Id(required=True)
    office_id = values.office_id(required=True)


class IdentityRevokedFact(IdentityFact):
    """The verified level is gone, for this reason."""

    reason = values.choice(*REVOCATION_REASONS, required=True)


COUNTER = ("accounts.not_this_office", "accounts.no_office")
CODE = ("accounts.visit_code_invalid", "accounts.too_many_codes", "accounts.own_identity")
DOCUMENT = ("accounts.document_expired",)

METHODS = {
    "create_visit_code": Method(Nothing, VisitCode, errors=("accounts.too_many_codes",)),
    "get_verification": Method(Nothing, OwnVerification),
    "look_at_visit_code": Method(LookAtVisitCode, Visitor, errors=(*COUNTER, *CODE)),
    "record_check": Method(RecordCheck, CheckRecorded, idempotent=True, errors=(*COUNTER, *CODE, *DOCUMENT)),
    "open_counter_account": Method(
        OpenCounterAccount, CheckRecorded, idempotent=True, errors=(*COUNTER, *DOCUMENT, "accounts.own_identity")
    ),
    "remove_lost_factors": Method(
        RemoveLostFactors,
        CheckRecorded,
        idempotent=True,
        errors=(*COUNTER, *DOCUMENT, "accounts.own_identity", "accounts.no_account", "accounts.not_verified_in_person"),
    ),
    "list_pending_checks": Method(OfficeId, PendingChecks, errors=COUNTER),
    "get_pending_check": Method(CheckId, CheckToConfirm, errors=("accounts.no_check", "accounts.check_wrong_state")),
    "confirm_check": Method(
        CheckId,
        CheckRecorded,
        errors=("accounts.no_check", "accounts.second_officer_needed", "accounts.own_identity", "accounts.check_wrong_state"),
    ),
    "decline_check": Method(DeclineCheck, CheckRecorded, errors=("accounts.no_check", "accounts.check_wrong_state")),
    "find_person": Method(FindPerson, FoundPeople, errors=(*COUNTER, "accounts.too_many_codes")),
    "revoke_identity": Method(
        RevokeIdentity,
        Nothing,
        errors=(*COUNTER, "accounts.no_account", "accounts.own_identity", "accounts.not_verified_in_person"),
    ),
    "print_activation_letter": Method(
        PrintActivationLetter, ActivationLetter, errors=(*COUNTER, "accounts.no_account", "accounts.not_awaiting_activation")
    ),
    "look_at_activation": Method(ActivationCode, Activation, errors=("accounts.activation_invalid",)),
    "activate_account": Method(ActivateAccount, Nothing, errors=("accounts.activation_invalid", "accounts.too_many_codes")),
    "confirm_activation": Method(ActivationToken, Nothing, errors=("accounts.link_invalid", "accounts.email_taken")),
    "get_verification_report": Method(ReportPeriod, VerificationReport, errors=COUNTER),
}
EVENTS = {
    "identity.verified": IdentityFact,
    "identity.renewed": IdentityFact,
    "identity.revoked": IdentityRevokedFact,
    "identity.expired": IdentityFact,
    "identity.expiry_announced": IdentityFact,
}
