"""What machines ask the gateway: alive, ready, and its numbers. On a port of its own, the same whichever worker answers."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from gateway.bus import Bus

App = Callable[[Any, Any, Any], Awaitable[None]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Probes:
    """An ASGI application in front of the portal: answers on `port` itself and passes everything else on."""

    def __init__(self, portal: App, bus: Bus, port: int) -> None:
        self.portal, self.bus, self.port = portal, bus, port

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """One request, one of the two."""
        server = scope.get("server")
        if scope["type"] == "http" and self.port and server and server[1] == self.port:
            await self._probe(scope, send)
        else:
            await self.portal(scope, receive, send)

    async def _probe(self, scope: Any, send: Send) -> None:
        match scope["path"]:
            case "/health":
                await _answer(send, 200, {"status": "alive"})
            case "/ready":
                is_ready = await self.bus.ready()
                await _answer(send, 200 if is_ready else 503, {"ready": is_ready, "checks": {"broker": is_ready}})
            case "/metrics":
                await _send(send, 200, CONTENT_TYPE_LATEST, numbers())
            case _:
                await _answer(send, 404, {"status": "There are /health, /ready and /metrics."})


def numbers() -> bytes:
    """The metrics of this process, or of all workers together where there are several."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


async def _answer(send: Send, status: int, told: dict[str, Any]) -> None:
    await _send(send, status, "application/json", orjson.dumps(told))


async def _send(send: Send, status: int, content_type: str, body: bytes) -> None:
    headers = [(b"content-type", content_type.encode()), (b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
