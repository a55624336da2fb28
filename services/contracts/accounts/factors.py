"""Contract of second factors: authenticator apps, passkeys, recovery codes, the second step of signing in, and step-up."""

from marshmallow import fields, validate

from services.contracts import values
from services.contracts.accounts.client import client
from services.contracts.accounts.sessions import SecondFactorAsked, SessionOpened
from services.contracts.registry import Fact, Method, Nothing, Reply, Request

FACTOR_KINDS = ("totp", "passkey")
CHANGES = (
    "factor_added", "factor_removed", "recovery_codes_renewed", "recovery_code_used", "factors_reset", "eid_linked",
    "eid_unlinked", "password_changed", "email_changed",
)  # fmt: skip
"""What can change in how an account is guarded; the holder is told of each."""

CREDENTIAL = {"description": "What the browser's WebAuthn answered, as JSON (PublicKeyCredential.toJSON)."}
PASSWORD = {"format": "password", "description": "Needed where there is no second factor yet and the session is at `low`."}


def password(**kwargs: object) -> fields.String:
    """The password once more, before something changes that guards the account."""
    checks = (validate.Length(max=200, error="too_long"), values.encodable)
    return fields.String(allow_none=True, load_default=None, validate=checks, metadata=PASSWORD, **kwargs)  # type: ignore[arg-type]


def code(**kwargs: object) -> values.Text:
    """Six digits of an authenticator app, or a recovery code; spaces and hyphens do not matter."""
    return values.Text(most=40, **kwargs)  # type: ignore[arg-type]


def credential(**kwargs: object) -> values.Text:
    """An answer of WebAuthn as JSON."""
    return values.Text(most=20_000, metadata=CREDENTIAL, **kwargs)  # type: ignore[arg-type]


class Factor(Reply):
    """A second factor in a list."""

    factor_id = values.Id(required=True)
    kind = values.choice(*FACTOR_KINDS, required=True)
    name = fields.String(required=True)
    added_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(allow_none=True, required=True)


class LinkedEid(Reply):
    """The electronic identity an account is linked with."""

    provider = fields.String(required=True)
    level = values.choice(*values.LEVELS, required=True)
    linked_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True)


class Security(Reply):
    """How an account is guarded, and what can be changed in this session."""

    factors = fields.List(fields.Nested(Factor), required=True)
    recovery_codes_left = fields.Integer(required=True)
    needs = values.choice(
        "nothing", "password", "second_factor", required=True, metadata={"description": "What a change asks for in this session."}
    )
    has_passkeys = fields.Boolean(
        required=True, metadata={"description": "Whether passkeys work under the portal's address: under an IP they cannot."}
    )
    is_factor_required = fields.Boolean(required=True, metadata={"description": "Staff of this network must have one."})
    loses_identity = fields.Boolean(
        required=True, metadata={"description": "A first factor now, after a reset of the password, ends the verified identity."}
    )
    has_eid = fields.Boolean(required=True, metadata={"description": "Whether this portal is connected to a provider of eID."})
    eid = fields.Nested(LinkedEid, allow_none=True, required=True)


class Password(Request):
    """A change begins."""

    password = password()


class TotpBegun(Reply):
    """A new authenticator app, to be confirmed with its first code within 15 minutes."""

    factor_id = values.Id(required=True)
    secret = fields.String(required=True, metadata={"description": "Base32, to be typed where no picture can be taken."})
    uri = fields.String(required=True, metadata={"description": "The same as otpauth:// address, for the QR code."})


class NewTotp(Request):
    """The first code of a new authenticator app."""

    factor_id = values.Id(required=True)
    code = code(required=True)
    name = values.Text(most=60, required=True)


class ConfirmTotp(NewTotp):
    """The same in the session of this token, which it lifts."""

    token = values.Text(most=200, required=True)


class FactorAdded(Reply):
    """A new factor. With the first one come ten recovery codes, told here and never again."""

    factor_id = values.Id(required=True)
    recovery_codes = fields.List(fields.String(), required=True)


class PasskeyBegun(Reply):
    """What the browser needs to make a passkey."""

    challenge_id = values.Id(required=True)
    options = fields.String(required=True, metadata={"description": "PublicKeyCredentialCreationOptions as JSON."})


class NewPasskey(Request):
    """The passkey that the browser made."""

    challenge_id = values.Id(required=True)
    credential = credential(required=True)
    name = values.Text(most=60, required=True)


class AddPasskey(NewPasskey):
    """The same in the session of this token, which it lifts."""

    token = values.Text(most=200, required=True)


class RemoveFactor(Request):
    """Which factor is no more."""

    factor_id = values.Id(required=True)
    password = password()


class RecoveryCodes(Reply):
    """Ten new recovery codes; all older ones are void."""

    recovery_codes = fields.List(fields.String(), required=True)


class SecondFactorChallenge(Request):
    """The secret of a sign-in whose password was right."""

    challenge = values.Text(most=200, required=True)


class AnswerSecondFactor(SecondFactorChallenge):
    """The second step of signing in: a code, or what a passkey answered."""

    code = code(allow_none=True, load_default=None)
    credential = credential(allow_none=True, load_default=None)


class FinishSignIn(AnswerSecondFactor):
    """The same with what the gateway knows of the client."""

    client = client()


class PasskeyAsked(Reply):
    """What the browser needs to answer with a passkey."""

    challenge_id = values.Id(required=True)
    options = fields.String(required=True, metadata={"description": "PublicKeyCredentialRequestOptions as JSON."})


class SignInWithPasskey(Request):
    """What a passkey answered, with nothing typed before."""

    challenge_id = values.Id(required=True)
    credential = credential(required=True)


class SignInWithPasskeyFrom(SignInWithPasskey):
    """The same with what the gateway knows of the client."""

    client = client()


class StepUpAsked(Reply):
    """How this session can be lifted: kinds of factors there are, and what a passkey is to answer."""

    kinds = fields.List(values.choice(*FACTOR_KINDS), required=True)
    challenge_id = values.Id(allow_none=True, required=True)
    options = fields.String(allow_none=True, required=True)


class Lift(Request):
    """The second factor once more: a code, or what a passkey answered to the challenge."""

    code = code(allow_none=True, load_default=None)
    challenge_id = values.Id(allow_none=True, load_default=None)
    credential = credential(allow_none=True, load_default=None)


class StepUp(Lift):
    """The same for the session of this token."""

    token = values.Text(most=200, required=True)


class SessionLevel(Reply):
    """The level of the session now."""

    session_level = values.choice(*values.LEVELS, required=True)


class SecurityChangedFact(Fact):
    """How an account is guarded has changed."""

    account_id = values.Id(required=True)
    change = values.choice(*CHANGES, required=True)


GUARDED = ("accounts.step_up_needed", "accounts.wrong_password", "accounts.too_many_attempts")
WRONG = ("accounts.wrong_code", "accounts.passkey_refused", "accounts.too_many_attempts")

METHODS = {
    "get_security": Method(Nothing, Security),
    "begin_totp": Method(Password, TotpBegun, errors=(*GUARDED, "accounts.too_many_factors")),
    "confirm_totp": Method(
        ConfirmTotp,
        FactorAdded,
        errors=("accounts.wrong_code", "accounts.no_factor", "accounts.no_session", "accounts.step_up_needed"),
    ),
    "begin_passkey": Method(
        Password, PasskeyBegun, errors=(*GUARDED, "accounts.too_many_factors", "accounts.passkeys_unavailable")
    ),
    "add_passkey": Method(
        AddPasskey,
        FactorAdded,
        errors=("accounts.passkey_refused", "accounts.no_challenge", "accounts.no_session", "accounts.step_up_needed"),
    ),
    "remove_factor": Method(RemoveFactor, Nothing, errors=(*GUARDED, "accounts.no_factor")),
    "renew_recovery_codes": Method(Password, RecoveryCodes, errors=(*GUARDED, "accounts.no_factor")),
    "get_second_factor": Method(SecondFactorChallenge, SecondFactorAsked, errors=("accounts.no_challenge",)),
    "answer_second_factor": Method(FinishSignIn, SessionOpened, errors=(*WRONG, "accounts.no_challenge")),
    "begin_passkey_sign_in": Method(Nothing, PasskeyAsked, errors=("accounts.passkeys_unavailable",)),
    "sign_in_with_passkey": Method(
        SignInWithPasskeyFrom, SessionOpened, errors=("accounts.passkey_refused", "accounts.no_challenge")
    ),
    "begin_step_up": Method(Nothing, StepUpAsked),
    "step_up": Method(StepUp, SessionLevel, errors=(*WRONG, "accounts.no_challenge", "accounts.no_session")),
}
EVENTS: dict[str, type[Fact]] = {"account.security_changed": SecurityChangedFact}
