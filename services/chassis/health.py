"""Health, readiness and metrics of one process, on 127.0.0.1: `/health`, `/ready`, `/metrics`."""

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Check = Callable[[], bool]

REFRESH_SECONDS = 5.0
"""How old figures that cost a question to the broker may be when they are shown."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, checks: Mapping[str, Check], refresh: Callable[[], None]) -> None:
        self.checks = checks
        self.refresh = refresh
        self.refreshed = 0.0
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Answer one of the three addresses."""
        if self.path == "/health":
            self._json(200, {"status": "alive"})
        elif self.path == "/ready":
            state = {name: _holds(check) for name, check in self.server.checks.items()}
            self._json(200 if all(state.values()) else 503, {"ready": all(state.values()), "checks": state})
        elif self.path == "/metrics":
            self._refresh()
            self._answer(200, CONTENT_TYPE_LATEST, generate_latest())
        else:
            self._json(404, {"status": "There are /health, /ready and /metrics."})

    def _refresh(self) -> None:
        if monotonic() - self.server.refreshed > REFRESH_SECONDS:
            self.server.refreshed = monotonic()
            with suppress(Exception):  # the other figures are worth showing without the broker
                self.server.refresh()

    def _json(self, status: int, body: Mapping[str, object]) -> None:
        self._answer(status, "application/json", json.dumps(body).encode())

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing: probes would fill the log."""


def _holds(check: Check) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001 - whatever keeps a check from answering, the process is not ready
        return False


def serve(port: int, checks: Mapping[str, Check], refresh: Callable[[], None] = lambda: None) -> ThreadingHTTPServer:
    """Answer in the background, green under eventlet; port 0 takes a free one, see `server_port` of the result.

    `refresh` brings figures up to date before `/metrics` shows them, at most every 5 s.
    """
    server = _Server(port, checks, refresh)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
