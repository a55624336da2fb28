"""Operations on accounts and sessions."""

from http import HTTPStatus
from typing import Any

from gateway.api.operation import Operation
from gateway.visit import Visit
from services.contracts.accounts.credentials import ForgottenPassword, NewPassword
from services.contracts.accounts.registering import Confirmation, Registration
from services.contracts.accounts.sessions import Credentials
from services.contracts.actors import ANYONE, SIGNED_IN
from services.contracts.registry import Nothing


async def resolve_session(visit: Visit, key: str | None) -> dict[str, Any]:
    """The session this very request came with; it was resolved on the way in."""
    actor = visit.actor.as_dict()
    return {
        "session_id": visit.session_id, "actor": actor, "person": visit.person, "party_name": visit.party_name,
        "has_lost_party": visit.has_lost_party,
    }  # fmt: skip


async def register_account(visit: Visit, key: str | None, **registration: Any) -> dict[str, Any]:
    """A registration, with the address of the client."""
    return await visit.ask("accounts", "register_account", idempotency_key=key, client=visit.client, **registration)


async def confirm_account(visit: Visit, key: str | None, **confirmation: Any) -> dict[str, Any]:
    """The new account and a session of it; where a page would go on to is of no use to a program."""
    return await visit.ask("accounts", "confirm_account", client=visit.client, **confirmation)


async def sign_in(visit: Visit, key: str | None, **credentials: Any) -> dict[str, Any]:
    """A session; what lets a browser be known again is of no use to a program."""
    return await visit.ask("accounts", "sign_in", client=visit.client, **credentials)


async def request_password_reset(visit: Visit, key: str | None, **forgotten: Any) -> dict[str, Any]:
    """A link by mail."""
    return await visit.ask("accounts", "request_password_reset", client=visit.client, **forgotten)


async def with_own_token(visit: Visit, name: str, **more: Any) -> dict[str, Any]:
    """An RPC about the session of this very request."""
    return await visit.ask("accounts", name, token=visit.token, **more)


async def list_sessions(visit: Visit, key: str | None) -> dict[str, Any]:
    """One's own open sessions."""
    return await with_own_token(visit, "list_sessions")


async def end_other_sessions(visit: Visit, key: str | None) -> dict[str, Any]:
    """Sign out everywhere else."""
    return await with_own_token(visit, "end_other_sessions")


async def change_password(visit: Visit, key: str | None, **passwords: Any) -> dict[str, Any]:
    """Another password."""
    return await with_own_token(visit, "change_password", **passwords)


async def sign_out(visit: Visit, key: str | None) -> dict[str, Any]:
    """End the session of this request."""
    return await visit.ask("accounts", "sign_out", token=visit.token)


OPERATIONS = (
    Operation(
        "POST", "/accounts", "accounts", "register_account", "Register a citizen account, to be confirmed by mail", ANYONE,
        HTTPStatus.ACCEPTED, handler=register_account, request_schema=Registration,
    ),
    Operation(
        "POST", "/accounts/confirmation", "accounts", "confirm_account", "Confirm the address and sign in", ANYONE,
        HTTPStatus.CREATED, handler=confirm_account, request_schema=Confirmation, location="/sessions/current",
    ),
    Operation(
        "POST", "/accounts/password-reset", "accounts", "request_password_reset", "Ask for a mail to set a new password", ANYONE,
        HTTPStatus.ACCEPTED, handler=request_password_reset, request_schema=ForgottenPassword,
    ),
    Operation(
        "PUT", "/accounts/password-reset", "accounts", "reset_password", "Set a new password with the token of the mail", ANYONE,
        HTTPStatus.NO_CONTENT,
    ),
    Operation(
        "PUT", "/accounts/current/password", "accounts", "change_password", "Change one's own password", SIGNED_IN,
        HTTPStatus.NO_CONTENT, handler=change_password, request_schema=NewPassword,
    ),
    Operation(
        "PUT", "/accounts/current/email", "accounts", "change_email", "Ask for another e-mail address", SIGNED_IN,
        HTTPStatus.ACCEPTED,
    ),
    Operation(
        "PUT", "/accounts/email", "accounts", "confirm_email", "Confirm another address with the token of the mail to it", ANYONE,
        HTTPStatus.NO_CONTENT,
    ),
    Operation(
        "POST", "/accounts/email/objection", "accounts", "undo_email_change",
        "Undo a change of address with the token of the mail to the old one", ANYONE, HTTPStatus.NO_CONTENT,
    ),
    Operation(
        "GET", "/sessions", "accounts", "list_sessions", "One's own open sessions", SIGNED_IN,
        handler=list_sessions, request_schema=Nothing,
    ),
    Operation(
        "DELETE", "/sessions", "accounts", "end_other_sessions", "Sign out everywhere else", SIGNED_IN, HTTPStatus.NO_CONTENT,
        handler=end_other_sessions, request_schema=Nothing,
    ),
    Operation(
        "DELETE", "/sessions/{session_id}", "accounts", "end_session", "Sign out one session", SIGNED_IN, HTTPStatus.NO_CONTENT,
    ),
    Operation(
        "POST", "/sessions", "accounts", "sign_in", "Sign in and receive a bearer token", ANYONE, HTTPStatus.CREATED,
        handler=sign_in, request_schema=Credentials, location="/sessions/current",
    ),
    Operation(
        "GET", "/sessions/current", "accounts", "resolve_session", "Who is signed in", SIGNED_IN,
        handler=resolve_session, request_schema=Nothing,
    ),
    Operation(
        "DELETE", "/sessions/current", "accounts", "sign_out", "Sign out", SIGNED_IN, HTTPStatus.NO_CONTENT,
        handler=sign_out, request_schema=Nothing,
    ),
)  # fmt: skip
