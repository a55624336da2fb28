"""One readable log of all processes: each line with its process's name, on the terminal and in `var/log/amtsgang.log`."""

import logging
import sys
import threading
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

LOOK_SECONDS = 0.1
MERGED = "amtsgang.log"
LARGEST_BYTES = 10_000_000
WIDTH = 14


class _Source:
    """One process's own log file, read on from where it ended; supervisord renames it when it has grown too large."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None
        self._rest = b""
        if path.exists():
            self._file = path.open("rb")
            self._file.seek(0, 2)

    def lines(self) -> list[str]:
        """Whole lines that have come since."""
        data = self._read()
        if self._is_renamed():
            self.close()
            data += self._read()
        *whole, self._rest = (self._rest + data).split(b"\n")
        return [line.decode("utf-8", "replace") for line in whole]

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _read(self) -> bytes:
        if self._file is None:
            try:
                self._file = self.path.open("rb")
            except FileNotFoundError:
                return b""
        return self._file.read()

    def _is_renamed(self) -> bool:
        if self._file is None:
            return False
        try:
            return self.path.stat().st_ino != Path(f"/proc/self/fd/{self._file.fileno()}").stat().st_ino
        except FileNotFoundError:
            return False


class MergedLog:
    """A context manager that follows the processes' own log files until the end of the block."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._sources = {name: _Source(folder / f"{name}.log") for name in names}
        self._log = logging.Logger("portal")  # noqa: LOG001 - no part of this process's own logging
        self._handlers: list[logging.Handler] = [
            RotatingFileHandler(folder / MERGED, maxBytes=LARGEST_BYTES, backupCount=3, encoding="utf-8"),
            _Terminal(sys.stdout),
        ]
        for handler in self._handlers:
            self._log.addHandler(handler)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="log", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
        for handler in self._handlers:
            handler.close()

    def _follow(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self._pass_on()
        self._pass_on()
        for source in self._sources.values():
            source.close()

    def _pass_on(self) -> None:
        for name, source in self._sources.items():
            for line in source.lines():
                self._log.info("%s | %s", name.ljust(WIDTH), line)


class _Terminal(logging.StreamHandler):  # type: ignore[type-arg]
    """A terminal may go away before the portal does."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        """Nobody is there to be told."""
