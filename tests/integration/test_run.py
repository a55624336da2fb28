"""`make run` as a person knows it: it starts, says so, stops, starts again quickly, and says in one sentence why it cannot."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import broker, ports, register
from deploy.readiness import answers_ready
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[2]
READY = "Amtsgang is ready: "


class Portal:
    """`python -m deploy.run` in a folder and on ports of its own."""

    def __init__(self, var: Path, **told: str) -> None:
        self.var = var
        self.port = ports.any_free()
        self.said = var.parent / "said"
        self.environment = {**os.environ, "VAR_DIR": str(var), "PORT": str(self.port), **told}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, command: tuple[str, ...] = (sys.executable, "-m", "deploy.run")) -> None:
        """Returns when it says that it is ready. It hears Ctrl-C also where a shell has begun these tests in the background."""
        began, hearing = time.monotonic(), ("env", "--default-signal=INT", *command)
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(
                hearing, cwd=ROOT, env=self.environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )
        while READY not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() - began < PATIENCE_SECONDS, self.text
            time.sleep(0.05)

    @property
    def text(self) -> str:
        return self.said.read_text(errors="replace")

    def refusal(self) -> str:
        """What a start says that fails."""
        done = subprocess.run(
            [sys.executable, "-m", "deploy.run"], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode != 0
        lines = done.stderr.strip().splitlines()
        assert len(lines) == 1
        return lines[0]

    def pids(self) -> list[int]:
        """Of everything that was told this folder."""
        mine = f"VAR_DIR={self.var}".encode()
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    told = (folder / "environ").read_bytes().split(b"\0")
                except OSError:
                    continue
                if mine in told:
                    found.append(int(folder.name))
        return found

    def await_end(self) -> int:
        assert self.process is not None
        return self.process.wait(PATIENCE_SECONDS)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.await_end()


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    found = Portal(tmp_path_factory.mktemp("run") / "var", AMQP_VHOST=f"amtsgang-test-{os.getpid()}")
    yield found
    found.stop()
    broker.tear_down(found.var)


@pytest.mark.slow
def test_a_killed_process_comes_back_and_make_alone_stops_everything(portal: Portal) -> None:
    portal.start(("make", "run"))
    assert portal.process is not None
    assert f"{READY}http://127.0.0.1:{portal.port}/" in portal.text
    assert "already running" in portal.refusal()
    _kill_and_await(portal, "payments")
    portal.process.send_signal(signal.SIGINT)
    portal.await_end()
    assert portal.pids() == []


def _kill_and_await(portal: Portal, service: str) -> None:
    known = register.read(portal.var)
    assert known is not None
    port = next(process["http_port"] for process in known["processes"] if process["name"] == service)
    name = f"services.chassis.process\0{service}".encode()
    [pid] = [pid for pid in portal.pids() if name in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + PATIENCE_SECONDS
    while answers_ready(port):
        assert time.monotonic() < end
    while not answers_ready(port):
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_second_start_repeats_no_preparation_and_interrupting_it_is_no_failure(portal: Portal) -> None:
    if not portal.var.exists():
        portal.start()
        portal.stop()
    prepared = _prepared(portal.var)
    portal.start()
    assert _prepared(portal.var) == prepared
    assert portal.process is not None
    os.killpg(portal.process.pid, signal.SIGINT)
    assert portal.await_end() == 0
    assert portal.pids() == []
    assert register.read(portal.var) is None


def _prepared(var: Path) -> dict[str, int]:
    """When each step of preparing was done the last time."""
    return {step: (var / "run" / step).stat().st_mtime_ns for step in ("prepared", "declared")}


def test_nothing_outlives_a_portal_that_was_killed(portal: Portal) -> None:
    portal.start()
    assert portal.process is not None
    portal.process.kill()
    portal.await_end()
    end = time.monotonic() + PATIENCE_SECONDS
    while portal.pids():
        assert time.monotonic() < end, portal.pids()
        time.sleep(0.1)


def test_a_taken_port_is_told_with_one_that_is_free(tmp_path: Path) -> None:
    portal = Portal(tmp_path / "var")
    with socket.create_server((ports.HOST, portal.port)):
        assert f"Port {portal.port} is taken" in portal.refusal()
        assert "make run PORT=" in portal.refusal()


def test_an_unreachable_broker_is_told(tmp_path: Path) -> None:
    nowhere = f"127.0.0.1:{ports.any_free()}"
    assert f"No broker answers at {nowhere} (AMQP_URI)" in Portal(tmp_path / "var", AMQP_URI=f"amqp://{nowhere}").refusal()


def test_an_unknown_name_in_scale_is_told(tmp_path: Path) -> None:
    assert 'SCALE names "dokuments"' in Portal(tmp_path / "var", SCALE="dokuments=2").refusal()
