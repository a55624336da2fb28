"""Runs the contestants in turn and compares them."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import amqp

from deploy.broker import temporary_vhost
from services.chassis.address import address
from tests.bench.figures import Figure

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Contestant:
    """A module with `serve` and `call`, and what it is told beside the broker's address."""

    name: str
    module: str
    variant: tuple[str, ...] = ()
    queue: str = ""

    def command(self, verb: str, uri: str, *more: str) -> list[str]:
        """The command line of its server or client."""
        variant = self.variant if verb == "serve" or self.module == "raw" else ()
        return [sys.executable, "-m", f"tests.bench.rpc.{self.module}", verb, uri, *variant, *more]


AIM_TO_RAW, AIM_TO_NAMEKO = 0.4, 1.5
"""What ours must reach at least, as a ratio of the round trips per second."""

OURS, RAW, NAMEKO = "ours", "raw amqp", "bare nameko"

CONTESTANTS = (
    Contestant("raw amqp, classic queue", "raw", ("classic",), "bench-raw-classic"),
    Contestant(RAW, "raw", ("quorum",), "bench-raw-quorum"),
    Contestant(OURS, "ours", ("quorum",), "rpc-echo"),
    Contestant(NAMEKO, "bare_nameko", queue="rpc-bare"),
    Contestant("FastStream", "with_faststream", queue="bench-faststream"),
)


def measure(
    amqp_uri: str, seconds: float = 3.0, rounds: int = 5, contestants: tuple[Contestant, ...] = CONTESTANTS
) -> dict[str, Any]:
    """Rates per second by contestant (median of the rounds, which take turns) and the two ratios that have aims.

    `amqp_uri` is an administrator's address of a virtual host that nobody else uses.
    """
    measured: dict[str, list[dict[str, float]]] = {c.name: [] for c in contestants}
    with ExitStack() as stack:
        for contestant in contestants:
            stack.enter_context(_serving(contestant, amqp_uri))
        for _ in range(rounds):
            for contestant in contestants:
                command = contestant.command("call", amqp_uri, str(seconds))
                done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds + 60, check=True)
                measured[contestant.name].append(json.loads(done.stdout.splitlines()[-1]))
    return _compared(measured)


def figures() -> list[Figure]:
    """The rates of all contestants, and the two ratios that have aims."""
    with temporary_vhost(declared=False) as uris:
        found = measure(uris["admin"])
    rates = found["round_trips_per_second"].items()
    return [
        *(Figure(f"RPC, {name}", rate, "per second") for name, rate in rates),
        Figure("RPC, ours to raw amqp", found["ours_to_raw"], "ratio", least=AIM_TO_RAW),
        Figure("RPC, ours to bare nameko", found["ours_to_nameko"], "ratio", least=AIM_TO_NAMEKO),
    ]


def _compared(measured: dict[str, list[dict[str, float]]]) -> dict[str, Any]:
    """Medians; a ratio is the median of the ratios of neighbours in time, so that other work on the machine falls on both."""
    return {
        "round_trips_per_second": {name: round(_median(runs, "rate")) for name, runs in measured.items()},
        "rounds": {name: [round(r["rate"]) for r in runs] for name, runs in measured.items()},
        "client_cpu_us_per_call": {name: round(_median(runs, "client_cpu_us")) for name, runs in measured.items()},
        "ours_to_raw": _ratio(measured[OURS], measured[RAW]),
        "ours_to_nameko": _ratio(measured[OURS], measured[NAMEKO]),
        "load": round(os.getloadavg()[0], 1),
    }


def _median(runs: list[dict[str, float]], figure: str) -> float:
    return statistics.median(run[figure] for run in runs)


def _ratio(mine: list[dict[str, float]], theirs: list[dict[str, float]]) -> float:
    return round(statistics.median(m["rate"] / t["rate"] for m, t in zip(mine, theirs, strict=True)), 2)


@contextmanager
def _serving(contestant: Contestant, uri: str) -> Iterator[None]:
    """Its server, until the end of the block."""
    process = subprocess.Popen(
        contestant.command("serve", uri),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "FAULT": ""},
    )
    try:
        _wait_for_consumer(uri, contestant.queue, process)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait_for_consumer(uri: str, queue: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        with amqp.Connection(**address(uri)) as connection:
            try:
                if connection.channel().queue_declare(queue, passive=True).consumer_count:
                    return
            except amqp.NotFound:
                pass
        time.sleep(0.2)
    raise RuntimeError(f"no server for {queue} at {urlsplit(uri).hostname}")
