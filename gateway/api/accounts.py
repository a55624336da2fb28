"""Operations on accounts and sessions."""

from http import HTTPStatus
from typing import Any

from gateway.api.operation import Operation
from gateway.visit import Visit
from services.contracts.actors import ANYONE, SIGNED_IN
from services.contracts.registry import Nothing


async def resolve_session(visit: Visit, key: str | None) -> dict[str, Any]:
    """The session this very request came with; it was resolved on the way in."""
    actor = visit.actor.as_dict()
    return {"session_id": visit.session_id, "actor": actor, "person": visit.person, "party_name": visit.party_name}


async def sign_out(visit: Visit, key: str | None) -> dict[str, Any]:
    """End the session of this request."""
    return await visit.ask("accounts", "sign_out", token=visit.token)


OPERATIONS = (
    Operation(
        "POST", "/accounts", "accounts", "register_account", "Register a citizen account", ANYONE, HTTPStatus.CREATED
    ),
    Operation(
        "POST", "/sessions", "accounts", "sign_in", "Sign in and receive a bearer token", ANYONE, HTTPStatus.CREATED,
        location="/sessions/current",
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
