"""One portal for each var folder at a time."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.supervision import STOP_SECONDS
from deploy.trouble import Trouble


@contextmanager
def occupied(var: Path) -> Iterator[None]:
    """Raises with a sentence if a portal runs from this folder; waits for one that is just stopping."""
    path = var / "run" / "portal.lock"
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(
                f"A portal is already running from {var}: stop it first, or choose another folder with VAR_DIR=."
            ) from None
        _await_end(var / "run" / "supervisord.pid")
        yield


def refuse_second(var: Path) -> None:
    """The same check before anything else is looked at, so that a second start does not complain about its port."""
    with occupied(var):
        pass


def _await_end(pidfile: Path) -> None:
    """Whoever held the lock before may have been killed; its supervisor then stops by itself."""
    end = time.monotonic() + 2 * STOP_SECONDS
    while _is_supervisor(pidfile):
        if time.monotonic() > end:
            pid = pidfile.read_text(encoding="utf-8").strip()
            raise Trouble(f"The portal that ran from {pidfile.parents[1]} before does not stop: end process {pid}.")
        time.sleep(0.2)


def _is_supervisor(pidfile: Path) -> bool:
    try:
        pid = int(pidfile.read_text(encoding="utf-8"))
        os.kill(pid, 0)
        return str(pidfile.parent) in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
