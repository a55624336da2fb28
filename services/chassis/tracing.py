"""The trace of an errand: W3C traceparent and correlation id, from the browser through every hop into every log line."""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from services.chassis.ids import new_id
from services.contracts import wire

TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
CORRELATION = re.compile(r"[A-Za-z0-9-]{8,64}")

_traceparent: ContextVar[str] = ContextVar("traceparent", default="")
_correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")


def child(traceparent: str = "") -> str:
    """A new span in the given trace, or the first span of a new one (W3C Trace Context, version 00)."""
    trace = traceparent[3:35] if TRACEPARENT.fullmatch(traceparent) else secrets.token_hex(16)
    return f"00-{trace}-{secrets.token_hex(8)}-01"


def correlation_id() -> str:
    """The id that ties everything of one request together; empty outside of one."""
    return _correlation_id.get()


def traceparent() -> str:
    """The current span; empty outside of a request."""
    return _traceparent.get()


def current() -> dict[str, str]:
    """The headers that carry the trace to the next hop."""
    return {
        wire.TRACEPARENT: _traceparent.get() or child(),
        wire.CORRELATION_ID: _correlation_id.get() or new_id(),
    }


@contextmanager
def adopt(headers: Mapping[str, Any]) -> Iterator[None]:
    """Go on with the trace that these headers carry, or begin one where they carry none or a malformed one."""
    given = str(headers.get(wire.CORRELATION_ID) or "")
    tokens = (
        _traceparent.set(child(str(headers.get(wire.TRACEPARENT) or ""))),
        _correlation_id.set(given if CORRELATION.fullmatch(given) else new_id()),
    )
    try:
        yield
    finally:
        _traceparent.reset(tokens[0])
        _correlation_id.reset(tokens[1])
