"""Operations on second factors: set up, removed, answered at a sign-in, and a session lifted to the level a service asks for."""

from http import HTTPStatus
from typing import Any

from gateway.api.operation import Operation
from gateway.visit import Visit
from services.contracts.accounts.eid import EidTicket
from services.contracts.accounts.factors import AnswerSecondFactor, Lift, NewPasskey, NewTotp, SignInWithPasskey
from services.contracts.actors import ANYONE, SIGNED_IN

SECURITY = "/accounts/current/security"


async def answer_second_factor(visit: Visit, key: str | None, **answer: Any) -> dict[str, Any]:
    """The session, once the second factor is right."""
    return await visit.ask("accounts", "answer_second_factor", client=visit.client, **answer)


async def sign_in_with_passkey(visit: Visit, key: str | None, **answer: Any) -> dict[str, Any]:
    """A session, by a passkey alone."""
    return await visit.ask("accounts", "sign_in_with_passkey", client=visit.client, **answer)


async def confirm_totp(visit: Visit, key: str | None, **new: Any) -> dict[str, Any]:
    """The app counts, and the session of this very request is lifted."""
    return await visit.ask("accounts", "confirm_totp", token=visit.token, **new)


async def add_passkey(visit: Visit, key: str | None, **new: Any) -> dict[str, Any]:
    """The passkey counts, and the session of this very request is lifted."""
    return await visit.ask("accounts", "add_passkey", token=visit.token, **new)


async def finish_eid(visit: Visit, key: str | None, **ticket: Any) -> dict[str, Any]:
    """What follows from an answer, for the client of this very request."""
    return await visit.ask("accounts", "finish_eid", token=visit.token, client=visit.client, **ticket)


async def step_up(visit: Visit, key: str | None, **answer: Any) -> dict[str, Any]:
    """Lift the session of this very request."""
    return await visit.ask("accounts", "step_up", token=visit.token, **answer)


OPERATIONS = (
    Operation(
        "POST", "/sessions/second-factor", "accounts", "answer_second_factor",
        "Answer `second_factor` of a sign-in with a code, and receive a bearer token", ANYONE, HTTPStatus.CREATED,
        handler=answer_second_factor, request_schema=AnswerSecondFactor, location="/sessions/current",
    ),
    Operation(
        "POST", "/sessions/current/step-up", "accounts", "begin_step_up", "Ask how this session can be lifted", SIGNED_IN,
    ),
    Operation(
        "PUT", "/sessions/current/level", "accounts", "step_up", "Lift this session to `substantial` with a second factor",
        SIGNED_IN, handler=step_up, request_schema=Lift,
    ),
    Operation(
        "POST", "/sessions/second-factor/question", "accounts", "get_second_factor", "What a sign-in asks for, once more", ANYONE,
    ),
    Operation(
        "POST", "/sessions/passkey/question", "accounts", "begin_passkey_sign_in", "Ask for a passkey to sign in with", ANYONE,
    ),
    Operation(
        "POST", "/sessions/passkey", "accounts", "sign_in_with_passkey", "Sign in with a passkey alone", ANYONE,
        HTTPStatus.CREATED, handler=sign_in_with_passkey, request_schema=SignInWithPasskey, location="/sessions/current",
    ),
    Operation(
        "POST", f"{SECURITY}/apps", "accounts", "begin_totp", "Begin an authenticator app (TOTP)", SIGNED_IN, HTTPStatus.CREATED,
        location=f"{SECURITY}/apps/{{factor_id}}",
    ),
    Operation(
        "PUT", f"{SECURITY}/apps/{{factor_id}}", "accounts", "confirm_totp", "Confirm it with its first code", SIGNED_IN,
        handler=confirm_totp, request_schema=NewTotp,
    ),
    Operation(
        "POST", f"{SECURITY}/passkeys/question", "accounts", "begin_passkey", "Ask the browser to make a passkey", SIGNED_IN,
    ),
    Operation(
        "POST", f"{SECURITY}/passkeys", "accounts", "add_passkey", "Add the passkey that the browser made", SIGNED_IN,
        HTTPStatus.CREATED, handler=add_passkey, request_schema=NewPasskey, location=SECURITY,
    ),
    Operation(
        "POST", f"{SECURITY}/factors/{{factor_id}}/removal", "accounts", "remove_factor", "Remove a second factor", SIGNED_IN,
        HTTPStatus.NO_CONTENT,
    ),
    Operation(
        "POST", f"{SECURITY}/recovery-codes", "accounts", "renew_recovery_codes", "New recovery codes in place of the old",
        SIGNED_IN,
    ),
    Operation(
        "POST", "/eid/requests", "accounts", "begin_eid", "Begin at the provider of electronic identities", ANYONE,
    ),
    Operation("POST", "/eid/answers", "accounts", "take_eid_answer", "Bring the answer of the provider", ANYONE),
    Operation(
        "POST", "/eid/tickets", "accounts", "finish_eid", "Sign in, link or lift the session with a genuine answer", ANYONE,
        handler=finish_eid, request_schema=EidTicket,
    ),
    Operation("GET", "/eid/metadata", "accounts", "get_eid_metadata", "SAML metadata of this portal", ANYONE),
    Operation(
        "POST", f"{SECURITY}/eid/removal", "accounts", "unlink_eid", "Unlink the electronic identity", SIGNED_IN,
        HTTPStatus.NO_CONTENT,
    ),
    Operation("GET", SECURITY, "accounts", "get_security", "How one's own account is guarded", SIGNED_IN),
)  # fmt: skip
