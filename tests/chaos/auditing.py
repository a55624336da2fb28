"""Counts in the databases of a portal what became of the submissions it accepted."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ENDED = frozenset({"completed", "rejected"})
GIVEN_BACK = frozenset({"released", "refunded"})
KEPT = frozenset({"secured", "collected"})


@dataclass
class Findings:
    """What is missing and what is there twice, a sentence each."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)


class Books:
    """The databases of the services, opened for reading."""

    def __init__(self, var: Path) -> None:
        self._var = var

    def rows(self, service: str, query: str) -> list[Any]:
        """Rows of one service's database."""
        connection = sqlite3.connect(f"file:{self._var / service}.sqlite?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def progress(self) -> tuple[Any, ...]:
        """Changes as long as anything moves."""
        return (
            *self.rows("applications", "SELECT state, count(*) FROM cases GROUP BY state ORDER BY state"),
            *self.rows("payments", "SELECT state, count(*) FROM shares GROUP BY state ORDER BY state"),
            *self.rows("messaging", "SELECT count(*) FROM notices"),
            *self.rows("documents", "SELECT count(*) FROM documents"),
        )

    def unpublished(self, service: str) -> int:
        """Events that wait in an outbox."""
        return int(self.rows(service, "SELECT count(*) FROM outbox WHERE published_at IS NULL")[0][0])

    def is_done(self) -> bool:
        """Whether every case has reached its end, every refund is paid and every outbox is empty."""
        open_cases = self.rows(
            "applications", "SELECT count(*) FROM cases WHERE state NOT IN ('completed', 'rejected', 'withdrawn')"
        )[0][0]
        owed = self.rows("payments", "SELECT count(*) FROM refunds WHERE state IN ('waiting', 'ready')")[0][0]
        return not open_cases and not owed and not any(self.unpublished(s) for s in ("applications", "payments", "documents"))


def audit(var: Path, accepted: Iterable[str]) -> Findings:
    """Compare what was promised with what is there."""
    books, found = Books(var), Findings()
    promised = set(accepted)
    _orders(books, promised, found)
    cases = books.rows("applications", "SELECT id, order_id, state, fee_cents, ending FROM cases")
    _cases(books, cases, found)
    _payments(books, cases, found)
    _documents(books, cases, var, found)
    _notices(books, cases, found)
    return found


def sums(var: Path) -> dict[str, int]:
    """Cents in the orders, the payments and their shares."""
    books = Books(var)
    return {
        "orders_cents": int(books.rows("applications", "SELECT coalesce(sum(total_cents), 0) FROM orders")[0][0]),
        "payments_cents": int(books.rows("payments", "SELECT coalesce(sum(total_cents), 0) FROM payments")[0][0]),
        "shares_cents": int(books.rows("payments", "SELECT coalesce(sum(amount_cents), 0) FROM shares")[0][0]),
    }


def _orders(books: Books, promised: set[str], found: Findings) -> None:
    there = {row[0] for row in books.rows("applications", "SELECT id FROM orders")}
    found.lost += [f"order {o} was accepted and is not there" for o in promised - there]
    found.duplicated += [f"order {o} answers no accepted submission" for o in there - promised]


def _cases(books: Books, cases: list[Any], found: Findings) -> None:
    found.lost += [f"case {c[0]} stands still in {c[2]}" for c in cases if c[2] not in ENDED]
    per_order = Counter(c[1] for c in cases)
    orders = [row[0] for row in books.rows("applications", "SELECT id FROM orders")]
    found.lost += [f"order {o} has no case" for o in orders if not per_order[o]]
    found.duplicated += [f"order {o} has {n} cases" for o, n in per_order.items() if n > 1]
    steps = Counter(books.rows("applications", "SELECT case_id, state FROM steps"))
    found.duplicated += [f"case {c} became {s} {n} times" for (c, s), n in steps.items() if n > 1]


def _payments(books: Books, cases: list[Any], found: Findings) -> None:
    shares = dict(books.rows("payments", "SELECT case_id, state FROM shares"))
    for case_id, _, state, fee, _ in cases:
        share = shares.pop(case_id, None)
        if not fee:
            if share is not None:
                found.duplicated.append(f"the free case {case_id} has a payment")
        elif share not in (GIVEN_BACK if state == "rejected" else KEPT) and state in ENDED:
            found.lost.append(f"the payment of the {state} case {case_id} is {share}")
    found.duplicated += [f"a payment for the unknown case {c}" for c in shares]
    bookings = Counter(books.rows("payments", "SELECT case_id, kind FROM bookings"))
    found.duplicated += [f"case {c} was booked as {k} {n} times" for (c, k), n in bookings.items() if n > 1]


def _documents(books: Books, cases: list[Any], var: Path, found: Findings) -> None:
    files = {path.name.split(".")[0] for path in (var / "documents").rglob("*") if path.is_file()}
    documents = books.rows("documents", "SELECT case_id, sha256 FROM documents")
    have = Counter(row[0] for row in documents)
    owed = {c[0] for c in cases if c[2] == "completed" and c[4] == "document"}
    found.lost += [f"case {c} has no document" for c in owed if not have[c]]
    found.lost += [f"the file of case {c} is gone" for c, sha in documents if sha not in files]
    found.duplicated += [f"case {c} has {n} documents" for c, n in have.items() if n > 1]


def _notices(books: Books, cases: list[Any], found: Findings) -> None:
    about = Counter(
        books.rows("messaging", "SELECT coalesce(case_id, order_id), kind FROM notices WHERE kind != 'account_registered'")
    )
    found.duplicated += [f"{n} notices {k} about {c}" for (c, k), n in about.items() if n > 1]
    for case_id, order_id, state, fee, _ in cases:
        if state not in ENDED:
            continue
        owed = {(order_id, "order_placed"), (case_id, "application_submitted"), (case_id, f"application_{state}")}
        if fee:
            owed.add((order_id, "payment_secured"))
        if fee and state == "rejected":
            owed.add((case_id, "payment_refunded"))
        found.lost += [f"no notice {kind} about {thing}" for thing, kind in owed if not about[thing, kind]]
