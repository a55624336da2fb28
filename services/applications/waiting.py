"""How long an office has taken lately, as citizens and statistics read it: from receipt to decision, in whole days begun."""

from bisect import bisect_left
from collections import Counter
from datetime import datetime, timedelta
from itertools import accumulate
from math import ceil
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.applications import offering
from services.applications.model import Case
from services.chassis import clock
from services.contracts.actors import Actor

LATELY = timedelta(days=180)
LEAST = 10
"""Cases below which nothing is said: one slow case would be a tenth of all."""
MOST = 1000
"""The newest cases tell enough."""
DAY = timedelta(days=1)


def get_waiting_time(session: Session, _actor: Actor, *, service: str, ars: str) -> dict[str, Any]:
    """Of the office that has the service now. Raises not_found where it is not offered."""
    office_id = offering.one(session, service, ars).offer.office_id
    return {"service": service, "ars": ars, **times(session, office_id, service, clock.now() - LATELY)}


def times(session: Session, office_id: str, service: str, since: datetime) -> dict[str, int | None]:
    """Median and 90th percentile of what was decided since then; null for fewer than ten cases.

    The time in which the citizen was asked for a correction counts: they wait then, too.
    """
    mine = (Case.office_id == office_id, Case.service == service, Case.decided_at >= since)
    question = select(Case.submitted_at, Case.decided_at).where(*mine).order_by(Case.decided_at.desc()).limit(MOST)
    return told(
        Counter(_days(row.submitted_at, row.decided_at) for row in session.execute(question) if row.submitted_at is not None)
    )


def told(cases: Counter[int]) -> dict[str, int | None]:
    """Median and 90th percentile of so many cases by the days they took; null for fewer than ten cases."""
    if cases.total() < LEAST:
        return {"median_days": None, "p90_days": None}
    return {"median_days": percentile(cases, 50), "p90_days": percentile(cases, 90)}


def percentile(cases: Counter[int], percent: int) -> int:
    """The least of the values that so many of a hundred do not exceed (nearest rank): a value that really occurred."""
    values = sorted(cases)
    return values[bisect_left(list(accumulate(cases[value] for value in values)), ceil(cases.total() * percent / 100))]


def _days(submitted_at: datetime, decided_at: datetime) -> int:
    return max(1, ceil((decided_at - submitted_at) / DAY))
