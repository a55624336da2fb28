"""Notices when `make` above us was interrupted alone or is gone: it passes on SIGTERM, but neither SIGINT nor its own death."""

import os
import signal
from pathlib import Path


class Make:
    """The `make` that started this process, if one did."""

    def __init__(self) -> None:
        self._pid = os.getppid()
        self._is_make = self._name() in ("make", "gmake")
        self._caught_at_start = self._catches_interrupts()

    @property
    def has_ended(self) -> bool:
        """Whether it is gone, or waits for us to end so that it can: then it has given up its own handler."""
        if not self._is_make:
            return False
        return os.getppid() != self._pid or (self._caught_at_start and not self._catches_interrupts())

    def _name(self) -> str:
        try:
            return Path(f"/proc/{self._pid}/comm").read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def _catches_interrupts(self) -> bool:
        """SigCgt in /proc is a bit mask of the signals a process has handlers for."""
        try:
            status = Path(f"/proc/{self._pid}/status").read_text(encoding="utf-8")
        except OSError:
            return False
        caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
        return bool(int(caught, 16) >> (signal.SIGINT - 1) & 1)
