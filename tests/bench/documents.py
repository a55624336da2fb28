"""How many documents one core makes in a second, beside the wall clock of one, and what a long series leaves in memory."""

import io
import resource
import time
from typing import Any

import pypdf

from services.documents import letters, rendering
from tests.bench.figures import Figure
from tests.unit.documents import sample_cases

SERIES = 200
MEBIBYTE = 1024


def figures() -> list[Figure]:
    """Write and render a series of different letters of every kind, as the service does for each approved case."""
    services = sample_cases.services()
    cases = [sample_cases.case(services[number % len(services)], family_name=f"Muster {number}") for number in range(SERIES)]
    _make(cases[0])  # fonts and templates are read once in the life of a process
    before = _resident()
    cpu, wall = time.process_time(), time.perf_counter()
    made = [_make(case) for case in cases]
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return [
        Figure("documents per core-second", SERIES / cpu, "1/s"),
        Figure("pages of documents per core-second", sum(map(_pages, made)) / cpu, "1/s"),
        Figure("one document", wall / SERIES * 1000, "ms"),
        Figure(f"memory left by {SERIES} documents", (_resident() - before) / MEBIBYTE, "MiB"),
    ]


def _make(case: dict[str, Any]) -> bytes:
    address = {"verification_code": sample_cases.CODE, "portal_url": sample_cases.PORTAL}
    return rendering.render(letters.write(case, sample_cases.OFFICE, **address))


def _pages(content: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(content)).pages)


def _resident() -> int:
    """The most this process ever held, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
