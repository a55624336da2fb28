"""Unit tests have fakes and no sockets: what needs a server is an integration test."""

import socket
from collections.abc import Iterator
from typing import NoReturn

import pytest


@pytest.fixture(autouse=True, scope="module")
def _no_sockets() -> Iterator[None]:
    def refuse(_self: socket.socket, address: object) -> NoReturn:
        raise AssertionError(f"a unit test wants to reach {address}")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket.socket, "connect", refuse)
        patched.setattr(socket.socket, "connect_ex", refuse)
        yield
