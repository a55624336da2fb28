"""The gateway as gunicorn runs it, without a broker: it comes up, says so, keeps its limits, and dies as a whole."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy import ports
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).parents[2]


class Gateway:
    def __init__(self, port: int, http_port: int, process: subprocess.Popen[str], log: Path) -> None:
        self.port, self.http_port, self.process, self.log = port, http_port, process, log
        self.url, self.probes = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{http_port}"

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in children.split()]

    def raw(self, sent: bytes, wait: float = PATIENCE_SECONDS) -> bytes:
        """What comes back for bytes that no well-behaved client would send."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            connection.sendall(sent)
            received = b""
            with contextlib.suppress(TimeoutError, ConnectionResetError):
                while chunk := connection.recv(65536):
                    received += chunk
            return received


def until(holds: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(requests.ConnectionError):
            if found := holds():
                return found
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@contextlib.contextmanager
def gateway(folder: Path, **environment: str) -> Iterator[Gateway]:
    port, http_port, nobody = (ports.any_free() for _ in range(3))
    told = {
        **os.environ, "AMQP_URI": f"amqp://guest:guest@127.0.0.1:{nobody}/", "VAR_DIR": str(folder),
        "PORTAL_URL": f"http://127.0.0.1:{port}", "SECRET_KEY": "only-for-tests-only-for-tests-only",
        "PORT": str(port), "HTTP_PORT": str(http_port), "LOG_FORMAT": "json", **environment,
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "-c", "gateway/server.py", "gateway.app:create_from_environment()"]
    log = folder / "gateway.log"
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(command, cwd=ROOT, env=told, stdout=written, stderr=written, text=True)
    running = Gateway(port, http_port, process, log)
    try:
        until(lambda: process.poll() is not None or requests.get(f"{running.probes}/health", timeout=PATIENCE_SECONDS).ok)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with gateway(tmp_path_factory.mktemp("gateway")) as one:
        yield one


def test_without_a_broker_it_is_alive_and_not_ready(running: Gateway):
    assert requests.get(f"{running.probes}/health", timeout=PATIENCE_SECONDS).status_code == 200
    answer = requests.get(f"{running.probes}/ready", timeout=PATIENCE_SECONDS)
    assert (answer.status_code, answer.json()["checks"]) == (503, {"broker": False})


def test_without_a_broker_the_api_says_when_to_come_again(running: Gateway):
    answer = requests.post(
        f"{running.url}/api/v1/sessions", json={"email": "a@example.org", "password": "password"}, timeout=PATIENCE_SECONDS
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0


def test_probes_are_not_on_the_public_port(running: Gateway):
    assert "amtsgang_" not in requests.get(f"{running.url}/metrics", timeout=PATIENCE_SECONDS).text
    assert requests.get(f"{running.probes}/api/v1/openapi.json", timeout=PATIENCE_SECONDS).status_code == 404


def test_requests_are_counted_by_route_and_status(running: Gateway):
    requests.get(f"{running.url}/api/v1/drafts/0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b99", timeout=PATIENCE_SECONDS)
    numbers = requests.get(f"{running.probes}/metrics", timeout=PATIENCE_SECONDS).text
    assert 'amtsgang_http_requests_total{method="GET",route="/api/v1/drafts/{draft_id}",status="401"}' in numbers


def test_the_log_names_routes_and_nothing_personal(running: Gateway):
    headers = {"X-Correlation-Id": "look-for-this-one", "Authorization": "Bearer secret-token"}
    requests.get(f"{running.url}/api/v1/verifications/SECRET-CODE?e=erika@example.org", headers=headers, timeout=PATIENCE_SECONDS)
    until(lambda: "look-for-this-one" in running.log.read_text(encoding="utf-8"))
    log = running.log.read_text(encoding="utf-8")
    assert "/api/v1/verifications/{code}" in log
    assert [word for word in ("SECRET-CODE", "erika", "secret-token", "Bearer") if word in log] == []


def test_ten_megabytes_are_refused_before_they_are_read(running: Gateway):
    [worker] = running.workers()
    before = resident(worker)
    answer = requests.post(
        f"{running.url}/api/v1/sessions",
        data=b"x" * 10_000_000,
        headers={"Content-Type": "application/json"},
        timeout=PATIENCE_SECONDS,
    )
    assert (answer.status_code, answer.json()["slug"]) == (413, "gateway.body_too_large")
    assert resident(worker) - before < 5_000_000


def test_ten_megabytes_of_unknown_length_are_refused(running: Gateway):
    [worker] = running.workers()
    before = resident(worker)
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE_SECONDS)
    chunks = (b"x" * 65536 for _ in range(160))
    with contextlib.suppress(ConnectionError):
        connection.request("POST", "/api/v1/sessions", chunks, {"Content-Type": "application/json"}, encode_chunked=True)
    with contextlib.closing(connection), connection.getresponse() as answer:
        assert answer.status == 413
    assert resident(worker) - before < 5_000_000


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 40_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(5000)) + b"\r\n",
        b"GET / HTTP/1.1\r\nX-Never-Ends: " + b"x" * 40_000,
        b"not http at all\r\n\r\n",
    ],
)
def test_a_head_that_is_too_long_or_none_is_refused(running: Gateway, head: bytes):
    assert running.raw(head).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("address", [b"/%ff", b"/?q=%ff%fe", b"/api/v1/municipalities/%C3", b"/a%00b"])
def test_an_address_that_is_not_utf8_is_refused(running: Gateway, address: bytes):
    answer = running.raw(b"GET " + address + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")


def test_head_has_no_body(running: Gateway):
    answer = running.raw(b"HEAD /api/v1/openapi.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"\r\n\r\n")


def test_the_make_of_the_server_is_not_told(running: Gateway):
    assert "Server" not in requests.get(f"{running.url}/api/v1/openapi.json", timeout=PATIENCE_SECONDS).headers


def test_several_workers_add_up_their_numbers_and_die_with_their_master(tmp_path: Path):
    with gateway(tmp_path, WEB_CONCURRENCY="2") as two:
        until(lambda: len(two.workers()) == 2)
        workers = two.workers()
        for _ in range(20):
            requests.get(f"{two.url}/api/v1/openapi.json", timeout=PATIENCE_SECONDS)
        numbers = requests.get(f"{two.probes}/metrics", timeout=PATIENCE_SECONDS).text
        line = 'amtsgang_http_requests_total{method="GET",route="/api/v1/openapi.json",status="200"} 20.0'
        assert line in numbers
        os.kill(two.process.pid, signal.SIGKILL)
        two.process.wait(timeout=PATIENCE_SECONDS)
        until(lambda: not any(is_alive(worker) for worker in workers))


def test_a_killed_worker_is_replaced(tmp_path: Path):
    with gateway(tmp_path) as one:
        [worker] = until(one.workers)
        os.kill(worker, signal.SIGKILL)
        until(lambda: one.workers() not in ([], [worker]) and requests.get(f"{one.probes}/health", timeout=PATIENCE_SECONDS).ok)


def test_it_stops_when_it_is_told_to(tmp_path: Path):
    with gateway(tmp_path) as one:
        one.process.terminate()
        assert one.process.wait(timeout=PATIENCE_SECONDS) == 0


def test_what_is_missing_is_said_in_one_sentence(tmp_path: Path):
    with gateway(tmp_path, AMQP_URI="", SECRET_KEY="short", PORT="many") as broken:
        assert broken.process.wait(timeout=PATIENCE_SECONDS) != 0
        said = broken.log.read_text(encoding="utf-8")
        assert "AMQP_URI is missing" in said
        assert "SECRET_KEY must have at least 32 characters" in said
        assert "PORT must be a whole number from 1 to 65535" in said
        assert "Traceback" not in said


def resident(pid: int) -> int:
    """Bytes of memory a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGESIZE")


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return status.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    return False
