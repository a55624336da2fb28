"""One chaos run: a portal of its own, citizens, clerks, a killer, and the count at the end."""

import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.broker import temporary_vhost
from deploy.stack import Stack
from services.contracts.wire import DEFAULT_DEADLINE
from tests.chaos.auditing import Books, Findings, audit, sums
from tests.chaos.killing import Killer
from tests.chaos.people import PATIENCE_SECONDS, Citizen, Tally, clerks_of_places
from tests.chaos.settling import settle
from tests.people import with_account

CITIZENS = 8
SPARED = frozenset({"sandbox"})
"""The outside world is not ours to keep alive."""

ROUND_OF_CONTROLS = 40
"""Submissions; a control ends with the first round that shows loss or duplicates."""

REPORTED_EXAMPLES = 5


@dataclass(frozen=True)
class Patience:
    """Seconds: for a request that is put off again and again, without any movement when no event waits, and when some do."""

    request: float = PATIENCE_SECONDS
    quiet: float = 25
    longest_quiet: float = float("inf")


OF_CONTROLS = Patience(request=3 * DEFAULT_DEADLINE, quiet=2 * DEFAULT_DEADLINE, longest_quiet=25)
"""There what is waited for may be lost for good, and only that loss is to be seen."""


@dataclass(frozen=True)
class Plan:
    """How much, and with which fault on purpose (none in the real run)."""

    submissions: int
    kills: int
    control: str = ""
    seed: int = 1
    longest_seconds: float = 3600

    @property
    def rounds(self) -> list[tuple[int, int]]:
        """Submissions and kills by the end of each round."""
        size = ROUND_OF_CONTROLS if self.control else self.submissions
        ends = [*range(size, self.submissions, size), self.submissions]
        return [(end, round(self.kills * end / self.submissions)) for end in ends]


@dataclass
class Run:
    """A portal under way, with its people."""

    plan: Plan
    stack: Stack
    admin_uri: str
    say: Callable[[str], None]
    until: float
    tally: Tally = field(default_factory=lambda: Tally(0))
    killed: Counter[str] = field(default_factory=Counter)
    submitting: float = 0.0
    found: Findings = field(default_factory=Findings)

    @property
    def patience(self) -> Patience:
        """Shorter where something is broken on purpose."""
        return OF_CONTROLS if self.plan.control else Patience()

    def play(self) -> None:
        """Round by round, with clerks at work all the time."""
        stop = threading.Event()
        clerks = clerks_of_places(self.stack.url.rstrip("/"), stop, self.tally)
        for clerk in clerks:
            clerk.start()
        for submissions, kills in self.plan.rounds:
            self._round(submissions, kills)
            if self.plan.control and (self.found.lost or self.found.duplicated):
                break
        stop.set()
        for clerk in clerks:
            clerk.join(30)
        self._audit()

    def _round(self, submissions: int, kills: int) -> None:
        began = time.monotonic()
        self.tally.wanted = submissions
        killer = Killer(self._victims, kills - self.killed.total(), self.tally, self.plan.seed + submissions)
        citizens = [
            Citizen(self.stack.url.rstrip("/"), with_account(self.stack.var), self.tally, self.patience.request)
            for _ in range(CITIZENS)
        ]
        for thread in (*citizens, killer):
            thread.start()
        self._watch(citizens)
        killer.stop()
        killer.join()
        self.killed += killer.killed
        self.submitting += time.monotonic() - began
        quiet, longest_quiet = self.patience.quiet, self.patience.longest_quiet
        books = Books(self.stack.var)
        ended = settle(books, self.admin_uri, self._is_whole, until=self.until, quiet=quiet, longest_quiet=longest_quiet)
        self.say(f"{ended}")
        self._audit()

    def _audit(self) -> None:
        self.found = audit(self.stack.var, self.tally.orders.values())

    def _is_whole(self) -> bool:
        return not audit(self.stack.var, self.tally.orders.values()).lost

    def _victims(self) -> dict[str, int]:
        return {p.name: p.pid for p in self.stack.processes if p.pid and p.kind not in SPARED}

    def _watch(self, citizens: list[Citizen]) -> None:
        told = len(self.tally.orders) * 10 // self.plan.submissions
        while any(c.is_alive() for c in citizens) and time.monotonic() < self.until:
            time.sleep(0.2)
            if len(self.tally.orders) * 10 // self.plan.submissions > told:
                told = len(self.tally.orders) * 10 // self.plan.submissions
                self.say(f"{len(self.tally.orders)} of {self.plan.submissions} submissions accepted")


def run(plan: Plan, say: Callable[[str], None]) -> dict[str, Any]:
    """Everything of one run; gives the figures that are printed."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="amtsgang-chaos-") as folder, temporary_vhost() as uris:
        var = Path(folder)
        with Stack(var, uris=uris, environment={"FAULT": plan.control, "LOG_FORMAT": "json"}) as stack:
            it = Run(plan, stack, uris["admin"], say, began + plan.longest_seconds)
            it.play()
        lines = _counts(var)
        figures = {
            "submissions": len(it.tally.orders),
            "kills": it.killed.total(),
            "redelivered": lines["redelivered"],
            "deduplicated": lines["duplicate"] + it.tally.repeats,
            "lost": len(it.found.lost) + it.tally.wanted - len(it.tally.orders),
            "duplicated": len(it.found.duplicated),
            **sums(var),
            "accepted_cents": it.tally.cents,
            "killed": dict(it.killed),
            "submissions_per_second": round(len(it.tally.orders) / it.submitting, 1),
            "seconds": round(time.monotonic() - began, 1),
            "seed": plan.seed,
        }
    for sentence in (*it.tally.troubles, *it.found.lost[:REPORTED_EXAMPLES], *it.found.duplicated[:REPORTED_EXAMPLES]):
        say(sentence)
    return {"control": plan.control, **figures} if plan.control else figures


def is_clean(figures: dict[str, Any]) -> bool:
    """Whether nothing was lost or done twice and every sum agrees."""
    cents = {figures[k] for k in ("orders_cents", "payments_cents", "shares_cents", "accepted_cents")}
    return not figures["lost"] and not figures["duplicated"] and len(cents) == 1


def _counts(folder: Path) -> Counter[str]:
    """What the services wrote of each event they took."""
    counted: Counter[str] = Counter()
    for line in _handled(folder):
        counted[line["outcome"]] += 1
        counted["redelivered"] += bool(line.get("redelivered"))
    return counted


def _handled(folder: Path) -> Iterator[dict[str, Any]]:
    for path in (folder / "log").glob("*.log*"):
        if path.name.startswith("amtsgang"):
            continue
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if '"event.handled"' in line and line.startswith("{"):
                    try:
                        yield json.loads(line)
                    except ValueError:  # a line cut by a kill
                        continue
