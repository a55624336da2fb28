"""The gunicorn worker of the gateway: uvicorn on uvloop, with limits on what comes before the body."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn_worker import UvicornWorker  # type: ignore[import-untyped]

MOST_HEAD_BYTES = 32_768
"""Request line and headers together."""
SECONDS_FOR_HEAD = 15.0


class BoundedProtocol(HttpToolsProtocol):
    """HTTP whose head is bounded in size and time; uvicorn's own bounds only its slower parser."""

    _head_bytes = 0
    _heads = 0
    _is_in_head = True
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first head has to come soon; an idle connection between two requests is uvicorn's to end."""
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(SECONDS_FOR_HEAD, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for any more."""
        self._end_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes until the head is complete; a piece that ends a body is none of it."""
        was_in_head, heads = self._is_in_head, self._heads
        super().data_received(data)
        if was_in_head and self._is_in_head and self._heads == heads:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("Request header too large.")

    def on_message_begin(self) -> None:
        """A new request begins with its head."""
        super().on_message_begin()
        self._is_in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._heads += 1
        self._is_in_head = False
        self._end_timer()
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > MOST_HEAD_BYTES:
            raise ValueError("request header too large")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What follows is the head of the next request, if anything does."""
        super().on_message_complete()
        self._is_in_head, self._head_bytes = True, 0

    def _head_is_late(self) -> None:
        if self._is_in_head and not self.transport.is_closing():
            self.transport.close()

    def _end_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class PortalWorker(UvicornWorker):  # type: ignore[misc]
    """One worker process: no WebSockets, no headers that tell the make of the server, no trust in forwarded headers."""

    CONFIG_KWARGS: dict[str, Any] = {
        "loop": "uvloop",
        "http": BoundedProtocol,
        "ws": "none",
        "proxy_headers": False,
        "server_header": False,
    }
