"""Codes and names that an officer asks for and that are not found: counted per officer, so that guessing leads nowhere."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

from sqlalchemy.orm import Session

from services.accounts import throttling
from services.accounts.model.attempts import SharedLimit
from services.contracts.errors import Failure

Transaction = Callable[[], AbstractContextManager[Session]]

KIND = "counter"
LIMIT = SharedLimit(free=6, recovers=timedelta(minutes=3))
"""Six slips of the pen at once, twenty an hour: of 31^9 codes that finds none."""
GUESSES = frozenset({"accounts.visit_code_invalid", "accounts.nobody_found"})
"""Failures that may have been a guess."""


@contextmanager
def counted(transaction: Transaction, officer: str) -> Iterator[None]:
    """An attempt, counted before it is made, and taken back unless it ends in a failure that may have been a guess.

    Raises rate_limited while the officer must wait.
    """
    with transaction() as session:
        throttling.take(session, KIND, officer, LIMIT)
    try:
        yield
    except Failure as failure:
        if failure.slug not in GUESSES:
            _give_back(transaction, officer)
        raise
    _give_back(transaction, officer)


def _give_back(transaction: Transaction, officer: str) -> None:
    with transaction() as session:
        throttling.give_back(session, KIND, officer, LIMIT)
