"""Sends SIGKILL to random processes of the portal, evenly over the submissions."""

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable

from tests.chaos.people import Tally


class Killer(threading.Thread):
    """Kills one process each time another share of the submissions still wanted was accepted, until all kills are done."""

    def __init__(self, victims: Callable[[], dict[str, int]], kills: int, tally: Tally, seed: int) -> None:
        super().__init__(name="killer", daemon=True)
        self.killed: Counter[str] = Counter()
        self._victims = victims
        self._kills = kills
        self._tally = tally
        self._before = len(tally.orders)
        self._random = random.Random(seed)  # noqa: S311 - the same run again by its seed
        self._stop_killing = threading.Event()

    def run(self) -> None:
        """Kill in step with the submissions."""
        while self.killed.total() < self._kills and not self._stop_killing.wait(0.02):
            due = (self.killed.total() + 0.5) * (self._tally.wanted - self._before) / self._kills
            if len(self._tally.orders) - self._before >= due:
                self._kill_one()

    def stop(self) -> None:
        """No more kills."""
        self._stop_killing.set()

    def _kill_one(self) -> None:
        victims = self._victims()
        if not victims:
            return
        name = self._random.choice(sorted(victims))
        try:
            os.kill(victims[name], signal.SIGKILL)
        except ProcessLookupError:
            return
        self.killed[name] += 1
