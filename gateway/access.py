"""Each request counted, timed and logged once, without anything personal: the route and not the path."""

from time import perf_counter
from typing import Any
from urllib.parse import unquote_to_bytes

import structlog
from falcon.asgi import Request, Response

from gateway.refusals import BadRequest
from services.chassis import metrics, tracing

log = structlog.get_logger()


class Access:
    """Middleware, the outermost: what it sees is what the client sees."""

    async def process_request(self, req: Request, resp: Response) -> None:
        """HEAD is answered as GET: the server leaves the body out."""
        req.context.began = perf_counter()
        req.context.method = req.method
        if req.method == "HEAD":
            req.method = "GET"

    async def process_response(self, req: Request, resp: Response, resource: Any, req_succeeded: bool) -> None:
        """The correlation id goes back to the client, so that both sides can name the request."""
        resp.set_header("X-Correlation-Id", tracing.correlation_id())
        method, began = getattr(req.context, "method", req.method), getattr(req.context, "began", None)
        route, status = req.uri_template or "unknown", str(resp.status)[:3]
        if began is None:
            return
        seconds = perf_counter() - began
        metrics.http_requests.labels(route, method, status).inc()
        metrics.http_seconds.labels(route, method).observe(seconds)
        log.info("request.answered", route=route, method=method, status=int(status), ms=round(seconds * 1000, 1))


class Address:
    """Middleware after the session, so that its refusal is a page like any other: an address is UTF-8 without NUL."""

    async def process_request(self, req: Request, resp: Response) -> None:
        """No resource and no service ever sees another."""
        raw = req.scope.get("raw_path") or b""
        try:
            path = unquote_to_bytes(raw.partition(b"?")[0]).decode()
            query = unquote_to_bytes(req.scope.get("query_string", b"")).decode()
        except UnicodeDecodeError:
            raise _unreadable() from None
        if "\x00" in req.path + path + query:
            raise _unreadable()


def _unreadable() -> BadRequest:
    return BadRequest("gateway.address", "The address is not UTF-8, or holds a NUL.")
