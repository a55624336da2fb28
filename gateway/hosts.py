"""Under which host names the portal answers, and what it shows under each: the one place that believes a Host header.

PORTAL_URL names the portal's own host; a member of the network may have one more, for its start page, its services and its
legal texts. Whatever belongs to a person lives under PORTAL_URL only, since a session's cookie belongs to one host. Absolute
addresses are always made from PORTAL_URL. X-Forwarded-Host and the like are read by nobody.
"""

import ipaddress
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import falcon
from falcon.asgi import Request, Response

from gateway import visit
from gateway.errors import here
from gateway.house import House
from gateway.refusals import BadRequest, Refusal
from gateway.session import SAFE

HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?)\.?(:\d{1,5})?")
NEARBY = (".localhost", ".local", ".lan", ".internal", ".home.arpa")
"""Endings of names that only a private network resolves (RFC 6761, 6762, 8375)."""
SAME_FOR_ALL = re.compile(r"/static/.*|/favicon\.ico")
LEGAL = frozenset({"/imprint", "/privacy", "/accessibility"})
LANGUAGE = "/language"


class Misdirected(Refusal):
    """A host that does not answer for what was asked (RFC 9110, 15.5.20)."""

    status = HTTPStatus.MISDIRECTED_REQUEST


class Hosts:
    """Middleware after the session's beginning: finds out whose host this is before any address is looked at."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.own = urlsplit(house.settings.portal_url).hostname or ""

    async def process_request(self, req: Request, resp: Response) -> None:
        """Raises misdirected for a host that nobody gave to this portal."""
        host = named(req)
        if host == self.own or (not self.house.is_https and is_nearby(host)) or SAME_FOR_ALL.fullmatch(req.path):
            return
        it = visit.of(req)
        it.is_elsewhere = True
        it.site = next(
            (m for m in (await self.house.catalogue.municipalities())["municipalities"] if m.get("host") == host), None
        )
        if it.site is None:
            raise Misdirected("gateway.wrong_host", "The portal does not answer under this host name.")
        self._on_site(req, resp, it.site)

    def _on_site(self, req: Request, resp: Response, member: Mapping[str, Any]) -> None:
        path, own = req.path.rstrip("/") or "/", f"/{member['slug']}"
        if req.method not in SAFE:
            if path != LANGUAGE:
                raise Misdirected("gateway.wrong_host", "Send this to the portal's own address.")
        elif path == "/":
            req.path = own
        elif path in LEGAL:
            req.path = own + path
        elif path != own and not path.startswith(f"{own}/"):
            resp.status = falcon.HTTP_303
            resp.set_header("Location", self.house.settings.portal_url + here(req))
            resp.complete = True


def named(req: Request) -> str:
    """The host of the request: in lower case, without port and final dot; empty if HTTP/1.0 names none. Raises bad_request."""
    given = [value for name, value in req.scope["headers"] if bytes(name).lower() == b"host"]
    if len(given) > 1:
        raise BadRequest("gateway.host", "There is more than one Host header.")
    text = bytes(given[0]).decode("latin-1").strip().lower() if given else ""
    found = HOST.fullmatch(text)
    if text and not found:
        raise BadRequest("gateway.host", "The Host header holds no host name.")
    return found[1].strip("[]") if found else ""


def is_nearby(host: str) -> bool:
    """Whether a host can be reached from this machine or its own network only; a name somebody else may own never is."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(NEARBY)
    return address.is_loopback or address.is_private or address.is_link_local
