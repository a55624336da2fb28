"""An AMQP connection for one reading and many writing green threads: reads in large pieces, writes what is pending at once."""

from contextlib import suppress
from socket import SHUT_RDWR
from struct import unpack_from
from typing import Any

import amqp
import eventlet
from amqp.exceptions import UnexpectedFrame
from amqp.transport import SSLTransport, TCPTransport

from services.chassis.address import address

__all__ = ["HEARTBEAT", "Wire", "address", "connect"]

HEARTBEAT = 10
"""Seconds; a connection that was silent for twice as long is dead."""

CONNECT_TIMEOUT = 10.0
"""Seconds for the broker to take a connection."""

_PIECE = 65_536
_FRAME_HEADER = 7
_FRAME_END = 0xCE


class _Pieces:
    """Reads frames out of large pieces (the library asks the kernel three times for each frame) and joins writes into one."""

    sock: Any

    def _setup_transport(self) -> None:
        super()._setup_transport()  # type: ignore[misc]
        self._pending: list[bytes] = []
        self._is_flushing = False
        self._read_buffer = b""
        self._position = 0

    def read_frame(self) -> tuple[int, int, bytes]:
        """The next whole frame; part of one stays in the buffer, so that a timeout loses nothing."""
        while True:
            buffer, start = self._read_buffer, self._position
            if len(buffer) - start >= _FRAME_HEADER:
                kind, channel, size = unpack_from(">BHI", buffer, start)
                end = start + _FRAME_HEADER + size
                if len(buffer) > end:
                    if buffer[end] != _FRAME_END:
                        raise UnexpectedFrame(f"frame ends with {buffer[end]:#04x}")
                    self._position = end + 1
                    return kind, channel, buffer[start + _FRAME_HEADER : end]
            piece = self.sock.recv(_PIECE)
            if not piece:
                raise ConnectionResetError("the broker closed the connection")
            self._read_buffer, self._position = buffer[start:] + piece, 0

    def write(self, piece: bytes | memoryview) -> None:
        """Send soon: everything that green threads write in this turn of the hub goes out in one piece."""
        self._pending.append(bytes(piece))
        if not self._is_flushing:
            self._is_flushing = True
            eventlet.spawn_n(self._flush)

    def _flush(self) -> None:
        try:
            while self._pending:
                piece = b"".join(self._pending)
                self._pending.clear()
                self.sock.sendall(piece)
        except (OSError, AttributeError):
            self.hang_up()
        finally:
            self._is_flushing = False

    def hang_up(self) -> None:
        """Break the connection; whoever reads from it finds out."""
        sock = self.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(SHUT_RDWR)


class _TCP(_Pieces, TCPTransport):  # type: ignore[misc]
    """Plain."""


class _TLS(_Pieces, SSLTransport):  # type: ignore[misc]
    """Encrypted."""


class Wire(amqp.Connection):  # type: ignore[misc]
    """amqp's connection over our transport.

    It does not ask for `connection.blocked`: with it the library reads from the socket before every publish, and there must be
    only one reader.
    """

    negotiate_capabilities = {"consumer_cancel_notify": True, "authentication_failure_close": True}

    def Transport(  # noqa: N802 - amqp's name
        self,
        host: str,
        connect_timeout: float,
        ssl: dict[str, Any] | bool = False,
        read_timeout: float | None = None,
        write_timeout: float | None = None,
        socket_settings: Any = None,
    ) -> Any:
        """The transport that amqp is to use."""
        return (_TLS if ssl else _TCP)(
            host,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            write_timeout=write_timeout,
            socket_settings=socket_settings,
            **({"ssl": ssl} if ssl else {}),
        )

    def read(self) -> None:
        """Read frames and hand them out until the connection is closed; raises OSError or an AMQP error when it breaks."""
        read_frame, hand_out = self.transport.read_frame, self.on_inbound_frame
        while self.connected:
            hand_out(read_frame())

    def hang_up(self) -> None:
        """Break the connection without a word."""
        if self._transport is not None:
            self._transport.hang_up()


def connect(amqp_uri: str, name: str) -> Wire:
    """An open connection, called `name` in the broker's list; for a process under eventlet."""
    wire = Wire(
        **address(amqp_uri),
        heartbeat=HEARTBEAT,
        connect_timeout=CONNECT_TIMEOUT,
        client_properties={"connection_name": name, "product": "Amtsgang"},
    )
    wire.connect()
    return wire
