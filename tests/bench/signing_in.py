"""Measures signing in: how many a core does in a second, and what a storm of it does to everybody else."""

import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import psutil
import requests

from deploy import broker
from deploy.samples import SAMPLE_PASSWORD
from deploy.stack import Stack
from tests.bench.figures import Figure
from tests.people import with_account

SIGN_INS = 200
STORMING = 12
ROUNDS = 6
REQUESTS = 40
"""Of each page in each round; rounds with and without the storm take turns, so that both meet the same machine."""


def figures() -> list[Figure]:
    """On a portal of its own."""
    with (
        broker.temporary_vhost() as uris,
        tempfile.TemporaryDirectory(prefix="amtsgang-bench-") as folder,
        Stack(Path(folder), uris=uris) as stack,
    ):
        email = with_account(stack.var)
        return [_per_core_second(stack, email), *_under_a_storm(stack, email)]


def _per_core_second(stack: Stack, email: str) -> Figure:
    """CPU time of the process that hashes, threads and all."""
    pid = next(running.pid for running in stack.processes if running.name == "accounts")
    process = psutil.Process(pid)
    api = requests.Session()

    def spent() -> float:
        times = process.cpu_times()
        return float(times.user + times.system)

    _sign_in(api, stack.url, email)
    before = spent()
    for _ in range(SIGN_INS):
        _sign_in(api, stack.url, email)
    return Figure("sign-ins per core-second of accounts", SIGN_INS / (spent() - before), "per second", least=40)


def _under_a_storm(stack: Stack, email: str) -> list[Figure]:
    browser = requests.Session()
    token = _sign_in(browser, stack.url, email)["token"]
    own = {"Authorization": f"Bearer {token}"}
    pages: dict[str, Callable[[], Any]] = {
        "start page": lambda: browser.get(stack.url, timeout=30).raise_for_status(),
        "who is signed in": lambda: browser.get(
            f"{stack.url}api/v1/sessions/current", headers=own, timeout=30
        ).raise_for_status(),
        "own drafts": lambda: browser.get(f"{stack.url}api/v1/drafts", headers=own, timeout=30).raise_for_status(),
    }
    alone: dict[str, list[float]] = {name: [] for name in pages}
    stormy: dict[str, list[float]] = {name: [] for name in pages}
    tried = 0
    for _ in range(ROUNDS):
        for name, page in pages.items():
            alone[name] += _times(page)
        with _Storm(stack.url) as storm:
            for name, page in pages.items():
                stormy[name] += _times(page)
        tried += storm.heard
    found = [Figure("attempts in the storm that were heard", tried, "")]
    for name in pages:
        calm, storm_ = _p95(alone[name]), _p95(stormy[name])
        found += [
            Figure(f"{name}, p95 alone", calm * 1000, "ms"),
            Figure(f"{name}, p95 under a storm of sign-ins", storm_ * 1000, "ms"),
            Figure(f"{name}, storm to alone", storm_ / calm, "times", most=2),
        ]
    return found


class _Storm:
    """Many who try passwords at once, each attempt for another address, until the block ends.

    In a process of its own and with less priority: what it costs to ask is not what is measured.
    """

    def __init__(self, url: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._over, self._heard = context.Event(), context.Value("i", 0)
        self._process = context.Process(target=_rage, args=(url, self._over, self._heard), daemon=True)

    @property
    def heard(self) -> int:
        """Attempts that got as far as their password."""
        return int(self._heard.value)

    def __enter__(self) -> Self:
        self._process.start()
        while not self.heard:
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._process.join()


def _rage(url: str, over: Any, heard: Any) -> None:
    os.nice(10)

    def guess() -> None:
        api = requests.Session()
        while not over.is_set():
            body = {"email": f"{uuid4().hex}@example.org", "password": "Sommer2026"}
            if api.post(f"{url}api/v1/sessions", json=body, timeout=30).status_code == requests.codes.unauthorized:
                with heard.get_lock():
                    heard.value += 1

    threads = [threading.Thread(target=guess) for _ in range(STORMING)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _sign_in(api: requests.Session, url: str, email: str) -> dict[str, Any]:
    answer = api.post(f"{url}api/v1/sessions", json={"email": email, "password": SAMPLE_PASSWORD}, timeout=30)
    answer.raise_for_status()
    opened: dict[str, Any] = answer.json()
    return opened


def _times(work: Callable[[], Any]) -> list[float]:
    found = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return found


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
