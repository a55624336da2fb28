"""Operations on the second factor: the second step of a sign-in, and a session lifted to the level a service asks for."""

from http import HTTPStatus
from typing import Any

from gateway.api.operation import Operation
from gateway.visit import Visit
from services.contracts.accounts.factors import AnswerSecondFactor, Lift
from services.contracts.actors import ANYONE, SIGNED_IN


async def answer_second_factor(visit: Visit, key: str | None, **answer: Any) -> dict[str, Any]:
    """The session, once the second factor is right."""
    return await visit.ask("accounts", "answer_second_factor", client=visit.client, **answer)


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
    Operation("GET", "/accounts/current/security", "accounts", "get_security", "How one's own account is guarded", SIGNED_IN),
)  # fmt: skip
