"""Contract of passwords and addresses: changed by the holder of an account, reset by mail; and the list of sessions."""

from marshmallow import fields

from services.contracts import values
from services.contracts.accounts.client import client
from services.contracts.accounts.passwords import new_password, typed_password
from services.contracts.accounts.sessions import Token
from services.contracts.registry import Fact, Method, Nothing, Reply, Request

NEEDED = {"format": "password", "description": "The present one; not needed where a second factor was shown lately."}


class OpenSession(Reply):
    """A session that is open now."""

    session_id = values.Id(required=True)
    browser = fields.String(required=True, metadata={"description": "In a few words; `API` for a program."})
    opened_at = fields.AwareDateTime(required=True)
    last_seen_at = fields.AwareDateTime(required=True)
    level = values.choice(*values.LEVELS, required=True)
    is_current = fields.Boolean(required=True)


class Sessions(Reply):
    """One's own open sessions, the one that asks first."""

    sessions = fields.List(fields.Nested(OpenSession), required=True)


class SessionId(Request):
    """Which session."""

    session_id = values.Id(required=True)


class NewPassword(Request):
    """Another password."""

    password = typed_password(allow_none=True, load_default=None)
    new_password = new_password(required=True)


class ChangePassword(NewPassword):
    """Another password, from the session of this token, which stays open."""

    token = values.Text(most=200, required=True)


class ForgottenPassword(Request):
    """An address whose holder has forgotten the password."""

    email = values.email(required=True)
    language = values.language(load_default="de")


class RequestPasswordReset(ForgottenPassword):
    """The same with what the gateway knows."""

    client = client()


class ResetPassword(Request):
    """The token of the mail and the new password."""

    token = values.Text(most=200, required=True)
    new_password = new_password(required=True)


class ChangeEmail(Request):
    """Another address, which a mail to it asks to confirm."""

    email = values.email(required=True)
    password = typed_password(allow_none=True, load_default=None)


GUARDED = ("accounts.step_up_needed", "accounts.wrong_password", "accounts.too_many_attempts")
LINK = "accounts.link_invalid"

METHODS = {
    "list_sessions": Method(Token, Sessions),
    "end_session": Method(SessionId, Nothing, errors=("accounts.no_session",)),
    "end_other_sessions": Method(Token, Nothing, errors=("accounts.no_session",)),
    "change_password": Method(ChangePassword, Nothing, errors=(*GUARDED, "accounts.weak_password", "accounts.no_session")),
    "request_password_reset": Method(RequestPasswordReset, Nothing, errors=("accounts.too_many_attempts",)),
    "reset_password": Method(ResetPassword, Nothing, errors=(LINK, "accounts.weak_password")),
    "change_email": Method(ChangeEmail, Nothing, errors=(*GUARDED, "accounts.same_email")),
    "confirm_email": Method(Token, Nothing, errors=(LINK, "accounts.email_taken")),
    "undo_email_change": Method(Token, Nothing, errors=(LINK, "accounts.email_taken")),
}
EVENTS: dict[str, type[Fact]] = {}
