"""The client as accounts is told of it: its network address, its browser in a few words, and the accounts that know it."""

from ipaddress import ip_address, ip_network
from typing import Any

from falcon.asgi import Request, Response

from gateway import visit
from services.contracts.accounts.client import MOST_DEVICES

COOKIE = "amtsgang_device"
SECONDS_KNOWN = 400 * 24 * 60 * 60
"""As long as browsers keep a cookie at most."""
LONGEST_TOKEN = 64
BROWSERS = (
    ("Edg/", "Edge"), ("EdgA/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
"""Marks in the header User-Agent, the more telling first: nearly every browser calls itself Chrome and Safari too."""


def of_browser(req: Request) -> dict[str, Any]:
    """What accounts is told of a browser."""
    return {"address": address(req), "browser": browser(req.get_header("User-Agent") or ""), "devices": devices(req)}


def of_program(req: Request) -> dict[str, Any]:
    """What accounts is told of a client of the API."""
    return {"address": address(req)}


def remember(req: Request, resp: Response, device_token: str | None) -> None:
    """Keep what lets an account know this browser again, beside what other accounts have given it."""
    if not device_token:
        return
    kept = [device_token, *devices(req)][:MOST_DEVICES]
    is_https = visit.of(req).house.is_https
    resp.set_cookie(COOKIE, ".".join(kept), max_age=SECONDS_KNOWN, path="/", http_only=True, secure=is_https, same_site="Strict")


def devices(req: Request) -> list[str]:
    """The tokens in the cookie."""
    tokens = [token for token in req.cookies.get(COOKIE, "").split(".") if token.isascii() and 0 < len(token) <= LONGEST_TOKEN]
    return tokens[:MOST_DEVICES]


def address(req: Request) -> str | None:
    """The client's own address: the last in X-Forwarded-For that no proxy of ours has, asked for only where a proxy of ours asks.

    Nobody else's word counts: whoever connects directly could write anything there.
    """
    trusted = [ip_network(network) for network in visit.of(req).house.settings.trusted_proxies]
    found = req.remote_addr
    forwarded = [part.strip() for part in (req.get_header("X-Forwarded-For") or "").split(",") if part.strip()]
    while _is_in(found, trusted) and forwarded:
        found = forwarded.pop()
    return found if _is_address(found) else None


def browser(user_agent: str) -> str:
    """`Firefox, Linux`; "Browser" where nothing is known."""
    name = next((name for mark, name in BROWSERS if mark in user_agent), "Browser")
    system = next((system for mark, system in SYSTEMS if mark in user_agent), "")
    return f"{name}, {system}" if system else name


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_in(text: str, networks: list[Any]) -> bool:
    return _is_address(text) and any(ip_address(text) in network for network in networks)
