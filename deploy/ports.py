"""Ports on 127.0.0.1: whether one is free, and free ones near a wished one."""

import random
import socket
from collections.abc import Iterator

from deploy.trouble import Trouble

HOST = "127.0.0.1"
HIGHEST = 65_535
LOWEST_OF_OURS, HIGHEST_OF_OURS = 10_000, 32_000
"""Linux lends ports from 32768 upward (ip_local_port_range)."""


def is_free(port: int) -> bool:
    """Whether a server could listen there now; a connection that has just been closed does not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def public(text: str) -> int:
    """The portal's own port; raises with a sentence if it is no port or taken."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST):
        raise Trouble(f'PORT is "{text}": choose a whole number from 1 to {HIGHEST}, like `make run PORT=8001`.')
    port = int(text)
    if not is_free(port):
        other = next(free_from(port + 1))
        raise Trouble(f"Port {port} is taken or not allowed here: choose another one, like `make run PORT={other}`.")
    return port


def free_from(first: int) -> Iterator[int]:
    """Free ports upward from a wished one, each once; beyond the highest, wherever the system has one."""
    for port in range(first, HIGHEST + 1):
        if is_free(port):
            yield port
    while True:
        yield any_free()


def any_free() -> int:
    """A free port below those that the system lends to clients: whoever waits for a server there could be lent that very port."""
    while True:
        port = random.randint(LOWEST_OF_OURS, HIGHEST_OF_OURS)  # noqa: S311 - no secret
        if is_free(port):
            return port
