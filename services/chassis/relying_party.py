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
    """None where passkeys cannot work: under an IP address (WebAuthn § 5.1.3), or without TLS anywhere but on localhost."""
    address = urlsplit(portal_url)
    host = address.hostname or ""
    if not host or _is_ip(host) or (address.scheme != "https" and host != LOCAL and not host.endswith(f".{LOCAL}")):
        return None
    return RelyingParty(host, f"{address.scheme}://{address.netloc}")


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
