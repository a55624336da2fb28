"""Where the broker is, as the amqp library wants to be told."""

from typing import Any
from urllib.parse import unquote, urlsplit


def address(amqp_uri: str) -> dict[str, Any]:
    """What amqp wants to know of an AMQP URI."""
    parts = urlsplit(amqp_uri)
    is_encrypted = parts.scheme == "amqps"
    return {
        "host": f"{parts.hostname or 'localhost'}:{parts.port or (5671 if is_encrypted else 5672)}",
        "userid": unquote(parts.username or "guest"),
        "password": unquote(parts.password or "guest"),
        "virtual_host": unquote(parts.path[1:]) or "/",
        "ssl": {"server_hostname": parts.hostname} if is_encrypted else False,
    }
