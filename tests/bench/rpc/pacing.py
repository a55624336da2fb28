"""The clock of a client: warm up, then count what finishes within a time."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.bench.rpc import IN_FLIGHT


@dataclass
class Pace:
    """Counts calls and knows when it is enough; the first `warm_up` calls do not count."""

    seconds: float
    warm_up: int = 300
    done: int = 0
    began: float = 0.0
    ended: float = 0.0
    cpu: float = 0.0

    @property
    def goes_on(self) -> bool:
        """Whether another call should be made."""
        return not self.began or time.monotonic() < self.began + self.seconds

    def count(self) -> None:
        """One call has been answered."""
        self.done += 1
        if self.done == self.warm_up:
            self.began, self.cpu = time.monotonic(), time.process_time()
        self.ended = time.monotonic()

    def report(self) -> None:
        """Print what was measured as one JSON line."""
        counted = self.done - self.warm_up
        rate = counted / (self.ended - self.began)
        print(json.dumps({"rate": rate, "calls": counted, "client_cpu_us": (time.process_time() - self.cpu) / counted * 1e6}))


async def drive(pace: Pace, call: Callable[[], Awaitable[object]]) -> None:
    """Keep 16 calls in flight until it is enough."""

    async def one() -> None:
        while pace.goes_on:
            await call()
            pace.count()

    await asyncio.gather(*(one() for _ in range(IN_FLIGHT)))
