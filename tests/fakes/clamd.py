"""A clamd that knows one virus: the INSTREAM of ClamAV's protocol, over TCP or a Unix socket, as `man clamd` describes it."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The test file of the European Institute for Computer Antivirus Research: harmless, and every scanner finds it."""

STREAM_MAX_LENGTH = 25 * 1024 * 1024


@contextmanager
def clamd(path: Path | None = None, answer: bytes | None = None) -> Iterator[str]:
    """Its address while it runs; at a Unix socket if a path is given. `answer` is said to everything instead of the truth."""
    listening = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    listening.bind(str(path) if path else ("127.0.0.1", 0))
    listening.listen()
    serving = threading.Thread(target=_serve, args=(listening, answer), daemon=True)
    serving.start()
    try:
        yield f"unix://{path}" if path else f"tcp://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        serving.join()


def _serve(listening: socket.socket, answer: bytes | None) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as incoming:
            command = incoming.readline() if incoming.peek(1)[:1] == b"n" else b""
            if command == b"nVERSION\n":
                connection.sendall(b"ClamAV 1.0.7/27432/Mon Sep  1 09:00:00 2026\n")
            elif command == b"nINSTREAM\n":
                connection.sendall((answer if answer is not None else _verdict(_stream(incoming))) + b"\n")
            else:
                connection.sendall(b"UNKNOWN COMMAND\n")


def _stream(incoming: object) -> bytes | None:
    """What was sent, in pieces with their length before them, until one of no length; None if it was too much."""
    found = b""
    while True:
        (length,) = struct.unpack("!L", incoming.read(4))  # type: ignore[attr-defined]
        if not length:
            return found
        found += incoming.read(length)  # type: ignore[attr-defined]
        if len(found) > STREAM_MAX_LENGTH:
            return None


def _verdict(content: bytes | None) -> bytes:
    if content is None:
        return b"INSTREAM size limit exceeded. ERROR"
    return b"stream: Eicar-Signature FOUND" if EICAR in content else b"stream: OK"
