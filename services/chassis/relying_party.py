"""Under which name browsers bind passkeys to this portal, if its address lets them."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

LOCAL = "localhost"
"""The one host for which browsers allow passkeys without TLS."""


@dataclass(frozen=True)
class RelyingParty:
    """The portal as passkeys are bound to it: its host name, and the origin of its pages."""

    id: str
    origin: str


def relying_party(portal_url: str) -> RelyingParty | None:
    """None where passkeys cannot work: under an IP address (WebAuthn § 5.1.3), or without TLS anywhere but on localhost.

    A portal on the loopback address of this machine is reached as localhost as well, and there they work.
    """
    address = urlsplit(portal_url)
    host = address.hostname or ""
    ip = _ip(host)
    if address.scheme == "http" and ip is not None and ip.is_loopback:
        port = f":{address.port}" if address.port else ""
        return RelyingParty(LOCAL, f"http://{LOCAL}{port}")
    if not host or ip is not None or (address.scheme != "https" and host != LOCAL and not host.endswith(f".{LOCAL}")):
        return None
    return RelyingParty(host, f"{address.scheme}://{address.netloc}")


def is_reached(portal_url: str, host: str) -> bool:
    """Whether passkeys work for somebody who has opened the portal under this host name."""
    party = relying_party(portal_url)
    return party is not None and urlsplit(f"//{host}").hostname == party.id


def _ip(host: str) -> "ipaddress.IPv4Address | ipaddress.IPv6Address | None":
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
