"""Proof that a form was served to the one who sends it: a token bound to the session, or to the visitor before one."""

import hashlib
import hmac
import secrets
import time
from urllib.parse import urlsplit

from falcon.asgi import Request

from gateway import visit
from gateway.body import Form
from gateway.visit import Visit
from services.contracts.errors import Conflict, Forbidden

COOKIE = "amtsgang_visitor"
FIELD = "csrf_token"
SECONDS_VALID = 12 * 60 * 60
"""As long as a session lasts at most."""


def remember(req: Request) -> None:
    """Take the visitor's secret from the cookie, if it is one of ours."""
    value = req.cookies.get(COOKIE, "")
    if len(value) == 43 and value.isascii():  # noqa: PLR2004 - token_urlsafe(32)
        visit.of(req).visitor = value


def token(req: Request) -> str:
    """A token for the forms of this answer; a visitor without session gets a secret of their own for it."""
    it = visit.of(req)
    if not _session(it) and it.visitor is None:
        it.visitor, it.is_visitor_new = secrets.token_urlsafe(32), True
    expires = f"{int(time.time()) + SECONDS_VALID:x}"
    nonce = secrets.token_urlsafe(9)
    party = _party(it)
    return f"{expires}.{nonce}.{_mac(it, expires, nonce, party)}.{party}"


def check(req: Request, form: Form) -> None:
    """Raises forbidden unless the form comes from a page of ours that was served in this very session.

    Raises conflict if the session acts for somebody else by now than on that page: nothing is done for the wrong one.
    """
    _check_origin(req)
    it = visit.of(req)
    expires, _, rest = form.get(FIELD).partition(".")
    nonce, _, rest = rest.partition(".")
    mac, _, party = rest.partition(".")
    wanted = _mac(it, expires, nonce, party)
    if not (_session(it) or it.visitor) or not mac or not hmac.compare_digest(mac.encode(), wanted.encode()):
        raise _stale()
    if int(expires, 16) < time.time():
        raise _stale()
    if party != _party(it) and not (it.has_lost_party or it.is_session_unknown):
        raise Conflict("gateway.party_changed", "You act for somebody else now than when this page was opened. Nothing was done.")


def _check_origin(req: Request) -> None:
    site = req.get_header("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden("gateway.csrf_origin", "This form was sent from another website.")
    origin = req.get_header("Origin")
    if origin is None:
        return
    ours = {urlsplit(visit.of(req).house.settings.portal_url).netloc, req.get_header("Host") or ""}
    if urlsplit(origin).netloc not in ours - {""}:
        raise Forbidden("gateway.csrf_origin", "This form was sent from another website.")


def _stale() -> Forbidden:
    return Forbidden("gateway.csrf", "This form is out of date. Please send it again.")


def _session(it: Visit) -> str | None:
    """The token of a session that is known to be good, or that accounts could not be asked about."""
    return it.token if it.token and (it.is_signed_in or it.is_session_unknown) else None


def _party(it: Visit) -> str:
    """Under which grant the session acts; empty for oneself."""
    return it.actor.behalf.grant_id if it.actor.behalf else ""


def _mac(it: Visit, expires: str, nonce: str, party: str) -> str:
    session = _session(it)
    bound_to = f"session:{session}" if session else f"visitor:{it.visitor}"
    text = f"csrf\n{bound_to}\n{expires}\n{nonce}\n{party}"
    return hmac.new(it.house.settings.secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
