"""Who asks: the session of a page (cookie) or of an API client (bearer token), and whether they may open this address."""

from datetime import UTC, datetime
from typing import Any

import falcon
from falcon.asgi import Request, Response

from gateway import body, client, csrf, visit
from gateway.house import House
from gateway.visit import Visit
from services.contracts.actors import ANYONE, Actor
from services.contracts.errors import Conflict, Forbidden, Timeout, Unauthenticated, Unavailable
from services.contracts.wire import DEFAULT_DEADLINE

COOKIE = "amtsgang_session"
SECURITY = "/account/security"
"""Where staff sets up the second factor that the network asks of it."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PUBLIC_DEADLINE = 1.0
"""Seconds a public page waits to learn who reads it, before it opens without knowing."""


def is_api(req: Request) -> bool:
    """Whether the request is for the JSON API."""
    return bool(req.path == "/api" or req.path.startswith("/api/"))


def allowed(resource: object, method: str) -> frozenset[str]:
    """Kinds of actors that may use this resource: its `allow`, for all methods or by method. Without it nobody may."""
    allow: Any = getattr(resource, "allow", frozenset())
    if isinstance(allow, dict):
        allow = allow.get(method, frozenset())
    return frozenset(allow)


class Session:
    """Middleware: reads the form, finds the person, checks the CSRF token and the permission, in this order.

    The form comes first so that whatever fails afterwards can show it again: nothing typed is ever lost. A resource that
    `is_same_for_everybody` (files of the design, the catalogue) asks for nobody; one that `takes_foreign_forms` is sent to from
    another website by design, and therefore changes nothing of whoever's browser brings it. One that `reads_its_form` reads it as
    it arrives, files and all, and checks the token itself; one that `takes_files` does so where there may be files in it.
    """

    def __init__(self, house: House) -> None:
        self.house = house

    async def process_request(self, req: Request, resp: Response) -> None:
        """Every request has a visit, also one that finds no address."""
        req.context.visit = Visit(self.house)
        csrf.remember(req)

    async def process_resource(self, req: Request, resp: Response, resource: object, params: dict[str, Any]) -> None:
        """Nothing of a resource runs before all of this has passed."""
        if is_api(req) and not str(req.uri_template).startswith("/api/"):
            # A page that takes any word in its address does not take this one.
            raise visit.nothing_here()
        if req.method == "OPTIONS" or not hasattr(resource, f"on_{req.method.lower()}"):
            return
        if getattr(resource, "is_same_for_everybody", False) and req.method in SAFE:
            return
        it = visit.of(req)
        it.resource, it.params = resource, params
        it.client = client.of_program(req) if is_api(req) else client.of_browser(req)
        it.token = bearer(req) if is_api(req) else req.cookies.get(COOKIE) if it.site is None else None
        is_form = req.method not in SAFE and not is_api(req) and not _reads_itself(resource, req)
        if is_form:
            it.form = await body.read_form(req, getattr(resource, "body_limit", body.LIMIT))
        allow = allowed(resource, req.method)
        await self._resolve(req, it, is_public=allow >= ANYONE and req.method in SAFE)
        if is_form and not getattr(resource, "takes_foreign_forms", False):
            csrf.check(req, it.form)
        if it.needs_second_factor and not is_api(req) and req.path.startswith("/staff"):
            raise falcon.HTTPSeeOther(SECURITY)
        _permit(it, allow, names_a_thing=bool(params))
        if it.has_lost_party and req.method not in SAFE and not getattr(resource, "works_without_party", False):
            # Whoever lost the mandate a moment ago must not find that they have ordered in their own name.
            raise Conflict("gateway.party_lost", "You can no longer act for this party. Choose for whom you act.")

    async def _resolve(self, req: Request, it: Visit, *, is_public: bool) -> None:
        if not it.token:
            return
        try:
            found = await it.ask(
                "accounts", "resolve_session", deadline=PUBLIC_DEADLINE if is_public else DEFAULT_DEADLINE, token=it.token
            )
        except Unauthenticated:
            if is_api(req):
                raise
            it.token = None
        except (Unavailable, Timeout):
            it.is_session_unknown = True
            if not is_public:
                raise
        else:
            it.session_id, it.person, it.party_name = found["session_id"], found["person"], found["party_name"]
            it.actor = Actor.from_dict(found["actor"])
            it.has_lost_party = found.get("has_lost_party", False)
            it.needs_second_factor = found.get("needs_second_factor", False)

    async def process_response(self, req: Request, resp: Response, resource: object, req_succeeded: bool) -> None:
        """A visitor who got a form keeps the secret that the form is bound to."""
        it = visit.of(req) if hasattr(req.context, "visit") else None
        if it is not None and it.is_visitor_new and it.visitor:
            resp.set_cookie(csrf.COOKIE, it.visitor, path="/", http_only=True, secure=it.house.is_https, same_site="Lax")


def _reads_itself(resource: object, req: Request) -> bool:
    takes_files = getattr(resource, "takes_files", False) and body.media_type(req) == falcon.MEDIA_MULTIPART
    return takes_files or getattr(resource, "reads_its_form", False)


def _permit(it: Visit, allow: frozenset[str], *, names_a_thing: bool) -> None:
    if it.actor.may(allow):
        return
    if not it.is_signed_in:
        raise Unauthenticated("gateway.not_signed_in", "Please sign in first.")
    if names_a_thing:
        # An address that names a thing never tells whether the thing exists.
        raise visit.nothing_here()
    raise Forbidden("gateway.not_allowed", "Your account may not open this.")


def bearer(req: Request) -> str | None:
    """The token of `Authorization: Bearer …`; anything else in that header is refused."""
    header = req.get_header("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > 200 or not token.isascii():  # noqa: PLR2004 - as in the contract
        raise Unauthenticated("gateway.bearer_token", "Send the session token as 'Authorization: Bearer <token>'.")
    return token


def start(req: Request, resp: Response, opened: dict[str, Any]) -> None:
    """Give the browser the session that `accounts.sign_in` opened; forms of the time before no longer count."""
    expires = datetime.fromisoformat(opened["expires_at"])
    seconds = max(0, int((expires - datetime.now(UTC)).total_seconds()))
    is_https = visit.of(req).house.is_https
    resp.set_cookie(COOKIE, opened["token"], max_age=seconds, path="/", http_only=True, secure=is_https, same_site="Lax")
    resp.unset_cookie(csrf.COOKIE, path="/", same_site="Lax")
    visit.of(req).is_visitor_new = False
    client.remember(req, resp, opened.get("device_token"))


def end(req: Request, resp: Response) -> None:
    """Take the session out of the browser, after `accounts.sign_out` has ended it."""
    resp.unset_cookie(COOKIE, path="/", same_site="Lax")
