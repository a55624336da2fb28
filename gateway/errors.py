"""The one place where a failure becomes an answer: problem+json (RFC 9457) for the API, a page for everybody else."""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

import falcon
import orjson
import structlog
from falcon.asgi import App, Request, Response

from gateway import refusals, visit
from gateway.house import House
from gateway.refusals import Refusal
from gateway.session import is_api
from services.chassis import tracing
from services.chassis.logs import trace_only
from services.contracts.errors import Failure, Kind, unexpected

log = structlog.get_logger()

TITLES: dict[Kind, str] = {
    Kind.INVALID: "The request does not fit",
    Kind.UNAUTHENTICATED: "Sign-in needed",
    Kind.FORBIDDEN: "Not allowed",
    Kind.NOT_FOUND: "Not found",
    Kind.CONFLICT: "Conflict",
    Kind.RATE_LIMITED: "Too many requests",
    Kind.UNAVAILABLE: "Try again in a moment",
    Kind.TIMEOUT: "Try again in a moment",
    Kind.INTERNAL: "Our mistake",
}
RETRY_AFTER: dict[Kind, int] = {Kind.UNAVAILABLE: 5, Kind.TIMEOUT: 5, Kind.RATE_LIMITED: 60}
"""Seconds after which the same request may succeed."""
ADDRESS = "/%?#[]@!$&'()*+,;=:~"
"""What stands in an address as it is (RFC 3986), the percent sign of what is encoded already among it."""
TAKES_FORMS_ONLY = re.compile(
    r"/(sign-out|sign-in/passkey(/options)?|eid/(acs|begin)|language|cart/remove|drafts/[^/]+/discard|staff/counter/people/[^/]+/revoke)/?"
)
"""Paths of this portal that cannot be opened: they only take what a page sends."""


def problem(failure: Failure, house: House) -> dict[str, Any]:
    """The problem details of a failure."""
    told: dict[str, Any] = {
        "type": f"{house.settings.portal_url}/problems/{quote(failure.slug, safe='')}",
        "title": failure.status.phrase if isinstance(failure, Refusal) else TITLES[failure.kind],
        "status": int(refusals.status_of(failure)),
        "detail": failure.text,
        "slug": failure.slug,
        "correlation_id": tracing.correlation_id(),
    }
    if failure.fields:
        told["fields"] = failure.fields
    return told


class Errors:
    """The error handlers of the gateway."""

    def __init__(self, house: House) -> None:
        self.house = house

    def install(self, app: App[Request, Response]) -> None:
        """Nothing leaves the gateway unhandled."""
        app.add_error_handler(Exception, self.on_unexpected)
        app.add_error_handler(falcon.HTTPError, self.on_http_error)
        app.add_error_handler(Failure, self.on_failure)

    async def on_failure(self, req: Request, resp: Response, failure: Failure, params: dict[str, Any]) -> None:
        """A failure that a service or the gateway foresaw."""
        resp.text = resp.data = resp.media = None
        resp.status = refusals.status_of(failure).value
        resp.set_header("Cache-Control", "no-store")
        if failure.kind in RETRY_AFTER:
            resp.set_header("Retry-After", str(RETRY_AFTER[failure.kind]))
        if is_api(req):
            if failure.kind is Kind.UNAUTHENTICATED:
                resp.set_header("WWW-Authenticate", "Bearer")
            resp.content_type = "application/problem+json"
            resp.data = orjson.dumps(problem(failure, self.house))
        elif failure.kind is Kind.UNAUTHENTICATED and req.method in ("GET", "HEAD"):
            resp.status = falcon.HTTP_303
            resp.set_header("Location", sign_in_address(req))
        else:
            await self._page(req, resp, failure)

    async def _page(self, req: Request, resp: Response, failure: Failure) -> None:
        from gateway.pages.errors import render_failure  # noqa: PLC0415 - pages are made of what stands here

        try:
            await render_failure(req, resp, failure)
        except Exception as error:  # noqa: BLE001 - the last handler: whatever is wrong with the page, there is an answer
            self._log(req, error)
            resp.content_type, resp.text = "text/plain; charset=utf-8", failure.text

    def _log(self, req: Request, error: Exception) -> None:
        name = type(error).__name__
        log.error("request.unexpected", route=req.uri_template, method=req.method, error=name, exc_info=trace_only(error))

    async def on_http_error(self, req: Request, resp: Response, error: falcon.HTTPError, params: dict[str, Any]) -> None:
        """What Falcon itself refuses: no such address, no such method."""
        status = HTTPStatus(int(error.status[:3]) if isinstance(error.status, str) else int(error.status))
        failure: Failure
        if status is HTTPStatus.NOT_FOUND:
            failure = visit.nothing_here()
        elif status is HTTPStatus.METHOD_NOT_ALLOWED:
            failure = refusals.MethodNotAllowed("gateway.method_not_allowed", "This address does not take that method.")
            resp.set_header("Allow", ", ".join(with_head(str(dict(error.headers or {}).get("Allow", "")))))
        elif status < HTTPStatus.INTERNAL_SERVER_ERROR:
            failure = refusals.BadRequest("gateway.bad_request", "The request could not be read.")
        else:
            failure = unexpected()
        await self.on_failure(req, resp, failure, params)

    async def on_unexpected(self, req: Request, resp: Response, error: Exception, params: dict[str, Any]) -> None:
        """What nobody foresaw is logged whole and told without its text."""
        self._log(req, error)
        await self.on_failure(req, resp, unexpected(), params)


def with_head(allow: str) -> list[str]:
    """The methods of an address: where GET works, HEAD does."""
    methods = {m.strip() for m in allow.split(",") if m.strip()} | {"OPTIONS"}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


def sign_in_address(req: Request) -> str:
    """Where to sign in, and where to go on after it: always a path of this portal, never another host."""
    entrance = "/staff/sign-in" if req.path == "/staff" or req.path.startswith("/staff/") else "/sign-in"
    return f"{entrance}?next={quote(here(req), safe='')}"


def here(req: Request) -> str:
    """The address of this request as a browser would send it: percent-encoded."""
    query = f"?{quote(req.query_string, safe=ADDRESS)}" if req.query_string else ""
    return quote(req.path, safe="/:@!$&'()*+,;=~") + query


def own_path(wish: str, default: str = "/") -> str:
    """The wish where it is a path of this portal that can be opened, else the default: no redirect ever leaves the house."""
    return wish if _is_own(wish) and not TAKES_FORMS_ONLY.fullmatch(_path(wish)) else default


def _is_own(wish: str) -> bool:
    if not wish.startswith("/") or not wish.isprintable():
        return False
    try:
        path = unquote(_path(wish), errors="strict")
    except UnicodeDecodeError:
        return False
    is_plain = "//" not in path and not {".", ".."} & set(path.split("/"))
    return is_plain and path.isprintable() and "\\" not in wish + path


def _path(wish: str) -> str:
    return re.split(r"[?#]", wish, maxsplit=1)[0]
