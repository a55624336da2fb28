"""How quick the search is over the whole catalogue: the written questions as they are, mistyped, and in unknown compounds."""

import time
from collections.abc import Callable
from statistics import quantiles
from typing import Any

from services.applications import network, search
from services.applications.model import Entity
from services.applications.search import searching, vocabulary, words
from services.chassis import testing
from services.contracts.actors import Actor
from tests.bench.figures import Figure, percentiles
from tests.unit.applications import portal, questions

ROUNDS = 5
MOST_P95 = 20.0
MOST_SECONDS = 1.0
STRANGE = "anliegensache"
"""Makes a word to one that no catalogue knows, so that it has to be taken apart or mended."""


def figures() -> list[Figure]:
    """Build the index, then ask: the way of a question through the service, from its database to its answer, without the bus."""
    cpu = time.process_time()
    searching.build(vocabulary.read_lexicon(words.german()), vocabulary.everyday())
    built = time.process_time() - cpu
    with testing.session("applications", Entity.metadata) as session:
        network.load(session, portal.network())

        def ask(q: str) -> Any:
            return search.search_services(session, Actor(), q=q, ars=portal.SOEGEL, limit=10)

        ask("Hund")
        plain = list(questions.read("questions.yaml"))
        hard = [_mistyped(q) for q in plain] + [f"{q.split()[0]}{STRANGE}" for q in plain]
        easy, difficult = _times(ask, plain * ROUNDS), _times(ask, hard * ROUNDS)
        found = len(plain) - len(_missed(ask))
    return [
        Figure("search: building the index (processor)", built, "s", most=MOST_SECONDS),
        *percentiles("search", easy + difficult, MOST_P95),
        Figure("search: mistyped against plain, p95 in one run", _p95(difficult) / _p95(easy), "x"),
        Figure("search: found in the first three of 100", found, "of 100", least=95),
    ]


def _times(ask: Callable[[str], Any], asked: list[str]) -> list[float]:
    found = []
    for q in asked:
        begun = time.perf_counter()
        ask(q)
        found.append(time.perf_counter() - begun)
    return found


def _missed(ask: Callable[[str], Any]) -> list[str]:
    return questions.missed(questions.read("questions.yaml"), lambda q: [each["listing"] for each in ask(q)["found"]])


def _mistyped(q: str) -> str:
    """Two letters in the middle change places."""
    middle = len(q) // 2
    return q[: middle - 1] + q[middle] + q[middle - 1] + q[middle + 1 :]


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[18]
