"""One RPC as the method that answers it sees it."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from services.contracts.actors import Actor


@dataclass(frozen=True, slots=True)
class Call:
    """A request, decoded by its contract. `deadline` is Unix seconds; after it nobody waits for the answer."""

    data: dict[str, Any]
    actor: Actor
    deadline: float
    service: str
    method: str
    idempotency_key: str | None = None
    depth: int = 0


current_call: ContextVar[Call | None] = ContextVar("current_call", default=None)
"""The call that this green thread answers; none in an event handler."""
