"""The sandbox as a process of its own, on free ports."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from deploy import ports
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Sandbox:
    bank_url: str
    smtp_url: str
    http_url: str

    def bookings(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = requests.get(
            f"{self.bank_url}/bookings", params={"limit": 10_000}, timeout=PATIENCE_SECONDS
        ).json()["bookings"]
        return listed

    def mails(self, to: str) -> list[dict[str, Any]]:
        address = self.bank_url.removesuffix("/bank") + "/mail/messages"
        listed: list[dict[str, Any]] = requests.get(address, params={"to": to}, timeout=PATIENCE_SECONDS).json()["messages"]
        return listed


def addresses() -> Sandbox:
    """Where a sandbox could listen."""
    bank, smtp, http = (ports.any_free() for _ in range(3))
    return Sandbox(f"http://127.0.0.1:{bank}/bank", f"smtp://127.0.0.1:{smtp}", f"http://127.0.0.1:{http}")


@contextmanager
def running_sandbox(folder: Path, at: Sandbox | None = None) -> Iterator[Sandbox]:
    """A sandbox that is ready; it ends with the block, by SIGTERM and without an error."""
    sandbox = at or addresses()
    told = {
        **os.environ,
        "BANK_URL": sandbox.bank_url,
        "SMTP_URL": sandbox.smtp_url,
        "HTTP_PORT": sandbox.http_url.rpartition(":")[2],
        "VAR_DIR": str(folder),
    }
    process = subprocess.Popen([sys.executable, "-m", "deploy.sandbox"], cwd=ROOT, env=told)
    try:
        _wait_until_ready(sandbox, process)
        yield sandbox
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(sandbox: Sandbox, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "the sandbox ended"
        try:
            if requests.get(f"{sandbox.http_url}/ready", timeout=PATIENCE_SECONDS).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError("the sandbox did not get ready")
