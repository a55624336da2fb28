"""A bus without a broker: it answers with the contracts' golden samples, and holds both sides to the contract."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.contracts import operations, registry
from services.contracts.actors import Actor
from services.contracts.errors import Failure, Unauthenticated
from services.contracts.wire import decode_request, encode_request

SAMPLES = Path(__file__).parent.parent / "contract" / "samples"

Answer = dict[str, Any] | Failure | Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Call:
    """One call as it crossed the wire."""

    service: str
    method: str
    actor: Actor
    data: dict[str, Any]
    deadline: float
    idempotency_key: str | None
    trace: dict[str, str] | None


@dataclass
class FakeBus:
    """Answers as told by `answer`, else with the golden sample of the method."""

    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def answer(self, service: str, method: str, answer: Answer) -> None:
        """From now on this is the answer: a reply, a failure, or a function of the actor and the data."""
        registry.method(service, method)
        self.answers[service, method] = answer

    def sign_in(self, token: str, **actor: Any) -> None:
        """This token, and no other, is a session of this actor; tokens signed in before stay good."""
        known: dict[str, dict[str, Any]] = getattr(self, "_sessions", {})
        person = {"email": "citizen@example.org", "given_names": "Erika", "family_name": "Musterfrau", "language": "de"}
        person["identity_level"] = "low"
        session_id = f"01890000-0000-7000-8000-{len(known):012x}"
        trust = {"level": "low", "session_level": "low", "behalf": None}
        known[token] = {"session_id": session_id, "actor": {"roles": [], **trust, **actor}, "person": person, "party_name": None}
        self._sessions = known

        def resolve(_: Actor, token: str) -> dict[str, Any]:
            if token not in known:
                raise Unauthenticated("accounts.no_session", "Your session has ended. Please sign in again.")
            return known[token]

        self.answer("accounts", "resolve_session", resolve)

    def sign_out(self, token: str) -> None:
        """The token is good no longer."""
        self._sessions.pop(token)

    def made(self, service: str, method: str) -> list[Call]:
        """Calls of one method, in order."""
        return [c for c in self.calls if (c.service, c.method) == (service, method)]

    async def call(
        self,
        service: str,
        method: str,
        /,
        actor: Actor,
        *,
        deadline: float = 5.0,
        idempotency_key: str | None = None,
        trace: dict[str, str] | None = None,
        **data: Any,
    ) -> dict[str, Any]:
        """Answer one call as the real bus would."""
        contract = registry.method(service, method)
        data = decode_request(encode_request(data))
        self.calls.append(Call(service, method, actor, data, deadline, idempotency_key, trace))
        registry.load(contract.request, data)
        assert not contract.idempotent or idempotency_key, f"{service}.{method} needs an idempotency key"
        answer = self.answers[service, method] if (service, method) in self.answers else sample(service, method)
        reply = answer(actor, **data) if callable(answer) else answer
        if isinstance(reply, Failure):
            raise reply
        wrong = registry.check(contract.reply, reply)
        assert not wrong, f"{service}.{method} was told to answer what its contract does not allow: {wrong}"
        return reply


def sample(service: str, method: str, kind: str = "reply") -> dict[str, Any]:
    """A golden sample of the contract."""
    folder = "operations" if method in operations.METHODS else service
    loaded: dict[str, Any] = json.loads((SAMPLES / folder / f"{method}.{kind}.json").read_text(encoding="utf-8"))
    return loaded
