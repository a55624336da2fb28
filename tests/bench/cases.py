"""How the desk, citizens' lists and the work in the background fare with a million cases, against ten thousand.

Both databases are files with the migrations and settings of the portal, filled by `county`. Offices stay the same and get a
hundred times the cases. That is harder than a network with a hundred times as many offices: every queue, and every range that an
index is read along, is a hundred times as long. The small and the large one are asked in turns, after warming up, by clerks of
all offices of the three largest towns, about cases picked at random. Of each page as many rows are asked for as the small one has
of it, so that both answers are equally long.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from typing import Any

from sqlalchemy import func, select

from services.applications import administering, batching, casework, deciding, erasing, naming, queue, statistics, waiting
from services.applications.model import Case
from services.chassis import clock, testing
from services.chassis.database import Transactions, make_engine
from services.chassis.key_ring import KeyRing
from services.contracts import desk, registry
from services.contracts.actors import Actor, Role
from tests.bench import county
from tests.bench.figures import Figure

FEW, MANY = 10_000, 1_000_000
MOST = 1.2
PAGE = 25
OFTEN, SELDOM, WARMING = 400, 20, 12
BATCH = 5
TOWNS = ("034540032", "034540035", "034540041")
"""Lingen, Meppen and Papenburg."""
SERVICE = "residence-certificate"
ANYWHERE = Actor("staff", county.clerk_of("034"), roles=(Role("clerk", "*"),))
"""Decides cases of all towns, as the small one has few that are not decided."""


class Portal:
    """A filled database of applications, and samples of what is in it."""

    def __init__(self, db: Transactions) -> None:
        self.db = db
        self.any_of = random.Random(7).choice  # noqa: S311 - picks samples
        with db.reading() as session:
            self.clerks = {ars: county.clerk(session, ars) for ars in TOWNS}
            mine = {
                ars: select(Case.id).where(Case.ars == ars, Case.state.in_(queue.QUEUED)).order_by(Case.id.desc())
                for ars in TOWNS
            }
            self.cases = {ars: session.scalars(mine[ars]).all() for ars in TOWNS}
            self.to_do = {ars: session.scalars(mine[ars].where(Case.state.in_(queue.TO_DO))).all() for ars in TOWNS}
            undecided = select(Case.id).where(Case.state.in_(("submitted", "in_review"))).order_by(func.random())
            self.undecided = list(session.scalars(undecided.limit(1000)))
            accounts = select(Case.account_id).group_by(Case.account_id)
            self.accounts = session.scalars(accounts.having(func.count() == county.CASES_PER_ACCOUNT).limit(1000)).all()

    def pages(self, cases: Sequence[str]) -> str:
        """Where a page begins that is full."""
        return str(self.any_of(cases[: len(cases) // 2]))


Way = Callable[[Portal, str], dict[str, Any]]
Ask = Callable[[Portal, str], Callable[[], Any]]


@dataclass(frozen=True)
class Question:
    """Something a portal does for a town: `ask` makes ready what is measured when it is called."""

    name: str
    ask: Ask
    has_aim: bool = False
    rounds: int = OFTEN


def _some_days(portal: Portal, _ars: str) -> dict[str, Any]:
    first = clock.now().date() - timedelta(days=portal.any_of(range(100, 700)))
    return {"ordered_from": first.isoformat(), "ordered_until": (first + timedelta(days=60)).isoformat()}


WAYS: dict[str, Way] = {
    "queue": lambda _p, _a: {"state": desk.OPEN},
    "queue, later page": lambda p, a: {"state": desk.OPEN, "before": p.pages(p.to_do[a])},
    "queue, all cases": lambda _p, _a: {},
    "queue, all cases, later page": lambda p, a: {"before": p.pages(p.cases[a])},
    "queue, by state": lambda _p, _a: {"state": "submitted"},
    "queue, by service": lambda _p, _a: {"state": desk.OPEN, "service": SERVICE},
    "queue, mine": lambda _p, _a: {"state": desk.OPEN, "assignee": desk.ME},
    "queue, mine of a service": lambda _p, _a: {"service": SERVICE, "assignee": desk.ME},
    "queue, due first": lambda _p, _a: {"state": desk.OPEN, "order": "due"},
    "queue, due first, later page": lambda p, a: {"state": desk.OPEN, "order": "due", "before": p.pages(p.to_do[a])},
    "queue, overdue": lambda _p, _a: {"is_overdue": True},
    "search by number": lambda p, a: {"number": p.any_of(p.cases[a])},
    "search by how a number begins": lambda p, a: {"number": p.any_of(p.cases[a])[:4]},
    "search by day": _some_days,
}
"""How the queue is asked, by what it is called."""


def figures(many: int = MANY) -> list[Figure]:
    """Fill both databases, ask them, and delete them."""
    keys = testing.key_ring()
    with tempfile.TemporaryDirectory(prefix="amtsgang-bench-") as folder:
        small, large = Path(folder) / "few.sqlite", Path(folder) / "many.sqlite"
        county.fill(f"sqlite:///{small}", keys, FEW)
        begun = time.perf_counter()
        county.fill(f"sqlite:///{large}", keys, many)
        told = [
            Figure(f"cases: filling in {many:,}", time.perf_counter() - begun, "s"),
            Figure(f"cases: file of {many:,}", large.stat().st_size / 2**20, "MiB"),
        ]
        with _opened(f"sqlite:///{small}", keys) as few, _opened(f"sqlite:///{large}", keys) as more:
            for question in questions(few, more):
                told += _compared(question, few, more, many)
    return told


def questions(few: Portal, more: Portal) -> list[Question]:
    """What is measured, what changes the databases last."""
    return [
        *(Question(name, _page(way, _lengths(way, few, more)), has_aim=True) for name, way in WAYS.items()),
        Question("search by name", _search_by_name, has_aim=True),
        Question("own applications", _own_applications),
        Question("waiting time of a service", _waiting_time),
        Question("work of an office", _work),
        Question("statistics of a town", _statistics, rounds=SELDOM),
        Question("end of retention, nothing over", _retention, rounds=SELDOM),
        Question("case", _case),
        Question("decision", _decision, has_aim=True),
        Question(f"batch of {BATCH} decisions", _batch, rounds=SELDOM),
    ]


@contextmanager
def _opened(url: str, keys: KeyRing) -> Iterator[Portal]:
    engine = make_engine(url)
    try:
        yield Portal(Transactions("applications", engine, testing.settings_of("applications"), keys))
    finally:
        engine.dispose()


def _compared(question: Question, few: Portal, more: Portal, many: int) -> list[Figure]:
    """Both in turns, each as often the first; of the first rounds nothing is kept."""
    taken: dict[Portal, list[float]] = {few: [], more: []}
    for number, ars in enumerate(islice(cycle(TOWNS), WARMING + question.rounds)):
        for portal in (few, more) if number % 2 else (more, few):
            work = question.ask(portal, ars)
            begun = time.perf_counter()
            work()
            taken[portal].append(time.perf_counter() - begun)
    small, large = (_p95(times[WARMING:]) for times in taken.values())
    most = MOST if question.has_aim else None
    return [
        Figure(f"cases: {question.name}, p95 with {many:,}", large * 1000, "ms"),
        Figure(f"cases: {question.name}, to {FEW:,}", large / small, "times", most=most),
    ]


def _list(portal: Portal, actor: Actor, limit: int, wanted: dict[str, Any]) -> list[Any]:
    with portal.db.reading() as session:
        found: list[Any] = queue.list_cases(session, actor, **registry.load(desk.ListCases, {"limit": limit, **wanted}))["cases"]
        return found


def _lengths(way: Way, *portals: Portal) -> dict[str, int]:
    """How many rows both have, by town; at least one."""
    return {ars: max(1, min(len(_list(p, p.clerks[ars], PAGE, way(p, ars))) for p in portals)) for ars in TOWNS}


def _page(way: Way, lengths: dict[str, int]) -> Ask:
    def ask(portal: Portal, ars: str) -> Callable[[], Any]:
        wanted = way(portal, ars)
        return lambda: _list(portal, portal.clerks[ars], lengths[ars], wanted)

    return ask


def _reading(portal: Portal, function: Callable[..., Any], *given: Any, **more: Any) -> Callable[[], Any]:
    def work() -> Any:
        with portal.db.reading() as session:
            return function(session, *given, **more)

    return work


def _writing(portal: Portal, function: Callable[..., Any], *given: Any, **more: Any) -> Callable[[], Any]:
    def work() -> Any:
        with portal.db.transaction() as session:
            return function(session, *given, **more)

    return work


def _search_by_name(portal: Portal, ars: str) -> Callable[[], Any]:
    """Two rows: the small one has few cases of a name."""
    name = county.name(portal.any_of(range(county.NAMES)))
    return _writing(portal, naming.search_cases, portal.clerks[ars], name=name, limit=2)


def _own_applications(portal: Portal, _ars: str) -> Callable[[], Any]:
    who = Actor("citizen", portal.any_of(portal.accounts))
    return _reading(portal, casework.list_applications, who, state=None, before=None, limit=PAGE)


def _waiting_time(portal: Portal, ars: str) -> Callable[[], Any]:
    return _reading(portal, waiting.get_waiting_time, Actor(), service=SERVICE, ars=ars)


def _work(portal: Portal, ars: str) -> Callable[[], Any]:
    return _reading(portal, administering.count_work_of_office, Actor("service"), office_id=f"{ars}/buergerbuero")


def _statistics(portal: Portal, ars: str) -> Callable[[], Any]:
    return _reading(portal, statistics.get_statistics, portal.clerks[ars], office_id=None, service=None, months=12)


def _retention(portal: Portal, _ars: str) -> Callable[[], Any]:
    return _writing(portal, erasing.end_retention)


def _case(portal: Portal, ars: str) -> Callable[[], Any]:
    return _writing(portal, casework.get_case, portal.clerks[ars], case_id=portal.any_of(portal.cases[ars]))


def _decision(portal: Portal, _ars: str) -> Callable[[], Any]:
    case_id = portal.undecided.pop()
    return _writing(portal, deciding.decide_case, ANYWHERE, case_id=case_id, decision="approve", reason=None)


def _batch(portal: Portal, _ars: str) -> Callable[[], Any]:
    some = [portal.undecided.pop() for _ in range(BATCH)]
    _writing(portal, batching.start_batch, ANYWHERE, case_ids=some, decision="reject", reason="Es fehlt ein Nachweis.")()
    return lambda: batching.work(portal.db.reading, portal.db.transaction)


def _p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[18]
