"""Where a broker is, and whether it answers there."""

import socket
import time
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from deploy.trouble import Trouble

PORTS = {"amqp": 5672, "amqps": 5671}
PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Address:
    """A broker's scheme, host and port, and the user and virtual host somebody gave with it."""

    scheme: str = "amqp"
    host: str = "localhost"
    port: int = 5672
    user: str = "guest"
    password: str = "guest"  # noqa: S105 - RabbitMQ's own well-known user, allowed from this machine only
    vhost: str = "/"

    @classmethod
    def parse(cls, uri: str) -> "Address":
        """Raises with a sentence if it is not an AMQP address."""
        parts = urlsplit(uri)
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in PORTS or not parts.hostname or port == -1:
            raise Trouble("AMQP_URI is not an address like amqp://user:password@host:5672/vhost: correct it or unset it.")
        return cls(
            parts.scheme,
            parts.hostname,
            port or PORTS[parts.scheme],
            unquote(parts.username or "guest"),
            unquote(parts.password or "guest"),
            unquote(parts.path[1:]) or "/",
        )

    @property
    def place(self) -> str:
        """For people: no user, no password."""
        return f"{self.host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """On this machine."""
        return self.host in LOOPBACK

    def uri(self, user: str, password: str, vhost: str) -> str:
        """The address a process of the house gets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{host}:{self.port}/{quote(vhost, safe='')}"

    @property
    def as_given(self) -> str:
        """The address with the user and virtual host that came with it."""
        return self.uri(self.user, self.password, self.vhost)

    def answers(self, seconds: float = 3.0) -> bool:
        """Whether a broker speaks AMQP there, not merely whether a port is open; for amqps an open port has to do."""
        try:
            with socket.create_connection((self.host, self.port), timeout=seconds) as connection:
                if self.scheme == "amqps":
                    return True
                connection.sendall(PROTOCOL_HEADER)
                return connection.recv(1) == b"\x01"
        except OSError:
            return False

    def await_answer(self, seconds: float) -> bool:
        """Waits until a broker answers."""
        end = time.monotonic() + seconds
        while not self.answers():
            if time.monotonic() > end:
                return False
            time.sleep(0.2)
        return True
