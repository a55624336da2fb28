"""How an RPC looks on the wire: nameko's format with our headers and our error beside nameko's."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from services.contracts.actors import Actor
from services.contracts.errors import Failure, Internal, Invalid

RPC_EXCHANGE = "nameko-rpc"
CONTENT_TYPE = "application/json"
CONTENT_ENCODING = "utf-8"

ACTOR = "amtsgang.actor"
DEADLINE = "amtsgang.deadline"
DEPTH = "amtsgang.depth"
IDEMPOTENCY_KEY = "amtsgang.idempotency-key"
TRACEPARENT = "traceparent"
CORRELATION_ID = "amtsgang.correlation-id"

DEFAULT_DEADLINE = 5.0
"""Seconds a caller waits unless it says otherwise, and a person before the page says that it failed."""

DEEPEST = 1
"""The deepest call: 0 comes from the gateway or an event handler, 1 from a service that answers such a call."""


def routing_key(service: str, method: str) -> str:
    """Where a request goes on the RPC exchange."""
    return f"{service}.{method}"


def reply_queue(client: str, key: str) -> str:
    """The queue on which a client waits for its answers; `key` is the routing key it is bound with."""
    return f"rpc.reply-{client}-{key}"


@dataclass(frozen=True, slots=True)
class RequestHeaders:
    """What travels beside a request."""

    actor: Actor = field(default_factory=Actor)
    deadline: float = 0.0
    depth: int = 0
    idempotency_key: str | None = None

    def as_table(self, trace: dict[str, str]) -> dict[str, Any]:
        """The AMQP headers, together with those of the trace."""
        table: dict[str, Any] = {
            ACTOR: orjson.dumps(self.actor.as_dict()).decode(),
            DEADLINE: f"{self.deadline:.3f}",  # as text: client libraries send a float with 32 bits, which is two minutes here
            DEPTH: self.depth,
            **trace,
        }
        if self.idempotency_key is not None:
            table[IDEMPOTENCY_KEY] = self.idempotency_key
        return table

    @classmethod
    def from_table(cls, table: dict[str, Any], received: float) -> "RequestHeaders":
        """The headers of a request received at that time; a foreign client may leave them out. Raises invalid if broken."""
        try:
            actor, deadline = table.get(ACTOR), table.get(DEADLINE)
            return cls(
                Actor.from_dict(orjson.loads(actor)) if actor else Actor(),
                received + DEFAULT_DEADLINE if deadline is None else float(deadline),
                int(table.get(DEPTH, 0)),
                table.get(IDEMPOTENCY_KEY),
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Invalid("rpc.bad_headers", "The headers of this request cannot be read.") from None


def encode_request(arguments: dict[str, Any]) -> bytes:
    """The body of a request; arguments are always named."""
    return orjson.dumps({"args": (), "kwargs": arguments})


def decode_request(body: bytes) -> dict[str, Any]:
    """The named arguments; raises invalid for anything else, also for arguments without a name."""
    try:
        raw = orjson.loads(body)
        args, kwargs = raw["args"], raw["kwargs"]
    except (ValueError, TypeError, KeyError):
        raise Invalid("rpc.bad_request", "This request cannot be read.") from None
    if args or not isinstance(kwargs, dict):
        raise Invalid("rpc.bad_request", "Arguments must have names.")
    return kwargs


def encode_reply(result: dict[str, Any]) -> bytes:
    """The body of a good answer."""
    return orjson.dumps({"result": result, "error": None})


def encode_failure(failure: Failure, exc_path: str | None = None) -> bytes:
    """The body of a failed answer: nameko's error, so that its own clients understand, and ours beside it."""
    name = type(failure).__name__
    return orjson.dumps(
        {
            "result": None,
            "error": {
                "exc_type": name,
                "exc_path": exc_path or f"{type(failure).__module__}.{name}",
                "exc_args": [failure.slug, failure.text],
                "value": f"{failure.slug}: {failure.text}",
                **failure.as_dict(),
            },
        }
    )


def decode_reply(body: bytes) -> dict[str, Any]:
    """The result; raises the failure that came back."""
    try:
        raw = orjson.loads(body)
        result, error = raw["result"], raw["error"]
    except (ValueError, TypeError, KeyError):
        raise Internal("rpc.bad_reply", "The answer of a service cannot be read.") from None
    if error is not None:
        raise Failure.from_dict(error)
    return result if isinstance(result, dict) else {}
