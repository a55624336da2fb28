"""Start and stop processes of the two services."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.echo.service import IN_HAND
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("50", "50", "100", "500", "1000")
"""A retry ladder for tests, in milliseconds."""


@dataclass
class Running:
    """One process and its log."""

    process: subprocess.Popen[bytes]
    log: Path

    def wait_until_connected(self, times: int = 1, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until it has reached the broker so many times."""
        self._wait_for("broker.connected", times, seconds)

    def _wait_for(self, said: str, times: int, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self.log.read_text().count(said) < times:
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            assert time.monotonic() < until, self.log.read_text()[-4000:]
            time.sleep(0.02)

    def wait_until_at_work(self, pieces: int = 1, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until it has begun so many pieces of work that take a while."""
        self._wait_for(IN_HAND, pieces, seconds)

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = PATIENCE_SECONDS) -> int:
        """Send a signal and wait for the end; gives the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(seconds)


@contextmanager
def started(command: Sequence[str], log: Path, told: Mapping[str, str], *, is_awaited: bool = True) -> Iterator[Running]:
    """A process of a service with this environment, connected to the broker; ended at the end of the block."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=told)
    begun = Running(process, log)
    try:
        if is_awaited:
            begun.wait_until_connected()
        yield begun
    finally:
        try:
            begun.stop()
        except subprocess.TimeoutExpired:
            begun.stop(signal.SIGKILL)


@contextmanager
def running(
    service: str,
    amqp_uri: str,
    folder: Path,
    *,
    rungs: tuple[str, ...] = QUICK,
    fault: str = "",
    healed: bool = False,
    is_awaited: bool = True,
) -> Iterator[Running]:
    """A process of the service, connected to the broker; ended at the end of the block. `healed`: no subject is poison to it."""
    command = [sys.executable, "-m", "tests.echo", service, amqp_uri, str(folder), *rungs]
    told = {**os.environ, "FAULT": fault, "HEALED": "yes" if healed else ""}
    with started(command, folder / f"{service}-{time.monotonic_ns()}.log", told, is_awaited=is_awaited) as process:
        yield process
