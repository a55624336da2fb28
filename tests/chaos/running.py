"""One chaos run: a portal of its own, citizens, clerks, a killer, and the count at the end."""

import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.stack import Stack
from tests.chaos.auditing import Books, audit, sums
from tests.chaos.killing import Killer
from tests.chaos.people import PATIENCE_SECONDS, Citizen, Tally, clerks_of_places

CITIZENS = 8
SPARED = frozenset({"sandbox"})
"""The outside world is not ours to keep alive."""

QUIET_SECONDS = 25
"""So long must nothing have moved before an unfinished run is counted; longer than two steps of the retry ladder."""

PATIENCE_OF_CONTROLS = 30
"""In a control a submission may be lost for good; whoever waits for it finds out sooner."""

REPORTED_EXAMPLES = 5


@dataclass(frozen=True)
class Plan:
    """How much, and with which fault on purpose (none in the real run)."""

    submissions: int
    kills: int
    control: str = ""
    seed: int = 1
    longest_seconds: float = 3600


def run(plan: Plan, say: Callable[[str], None]) -> dict[str, Any]:
    """Everything of one run; gives the figures that are printed."""
    with tempfile.TemporaryDirectory(prefix="amtsgang-chaos-") as folder:
        began = time.monotonic()
        with Stack(Path(folder), environment={"FAULT": plan.control, "LOG_FORMAT": "json"}) as stack:
            url = stack.url.rstrip("/")
            tally, stop = Tally(plan.submissions), threading.Event()
            clerks = clerks_of_places(url, stop, tally)
            patience = PATIENCE_OF_CONTROLS if plan.control else PATIENCE_SECONDS
            citizens = [Citizen(url, tally, patience) for _ in range(CITIZENS)]
            killer = Killer(lambda: _victims(stack), plan.kills, tally, plan.seed)
            until = began + plan.longest_seconds
            for thread in (*clerks, *citizens, killer):
                thread.start()
            _watch(citizens, tally, plan, say, until)
            submitted = time.monotonic() - began
            killer.stop()
            _settle(Path(folder), say, until)
            stop.set()
            for thread in clerks:
                thread.join(30)
            found = audit(Path(folder), tally.orders.values())
            lines = _counts(Path(folder))
        figures = {
            "submissions": len(tally.orders),
            "kills": killer.killed.total(),
            "redelivered": lines["redelivered"],
            "deduplicated": lines["duplicate"] + tally.repeats,
            "lost": len(found.lost) + plan.submissions - len(tally.orders),
            "duplicated": len(found.duplicated),
            **sums(Path(folder)),
            "accepted_cents": tally.cents,
            "killed": dict(killer.killed),
            "submissions_per_second": round(len(tally.orders) / submitted, 1),
            "seconds": round(time.monotonic() - began, 1),
            "seed": plan.seed,
        }
        for sentence in (*tally.troubles, *found.lost[:REPORTED_EXAMPLES], *found.duplicated[:REPORTED_EXAMPLES]):
            say(f"  {sentence}")
        return {"control": plan.control, **figures} if plan.control else figures


def is_clean(figures: dict[str, Any]) -> bool:
    """Whether nothing was lost or done twice and every sum agrees."""
    cents = {figures[k] for k in ("orders_cents", "payments_cents", "shares_cents", "accepted_cents")}
    return not figures["lost"] and not figures["duplicated"] and len(cents) == 1


def _victims(stack: Stack) -> dict[str, int]:
    return {p.name: p.pid for p in stack.processes if p.pid and p.kind not in SPARED}


def _watch(citizens: list[Citizen], tally: Tally, plan: Plan, say: Callable[[str], None], until: float) -> None:
    told = 0
    while any(c.is_alive() for c in citizens) and time.monotonic() < until:
        time.sleep(0.2)
        if len(tally.orders) * 10 // plan.submissions > told:
            told = len(tally.orders) * 10 // plan.submissions
            say(f"  {len(tally.orders)} of {plan.submissions} submissions accepted")


def _settle(folder: Path, say: Callable[[str], None], until: float) -> None:
    """Wait until every case has ended, or nothing moves any more."""
    books = Books(folder)
    before, since = books.progress(), time.monotonic()
    while time.monotonic() < until:
        time.sleep(0.5)
        now = books.progress()
        if now != before:
            before, since = now, time.monotonic()
        still = time.monotonic() - since
        if still > (2 if books.is_done() else QUIET_SECONDS):
            say("  every case has ended" if books.is_done() else f"  nothing has moved for {QUIET_SECONDS} s")
            return


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
