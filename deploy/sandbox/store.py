"""What the sandbox remembers, in one SQLite file, so that a restart loses nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    message_id TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    kind TEXT NOT NULL,
    received_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS bookings (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    end_to_end_id TEXT NOT NULL,
    message_id TEXT NOT NULL REFERENCES files (message_id),
    cents INTEGER NOT NULL,
    debtor TEXT NOT NULL,
    debtor_iban TEXT NOT NULL,
    creditor TEXT NOT NULL,
    creditor_iban TEXT NOT NULL,
    mandate_reference TEXT,
    text TEXT NOT NULL,
    value_date TEXT NOT NULL,
    booked_at TEXT NOT NULL,
    UNIQUE (kind, end_to_end_id)
);
CREATE TABLE IF NOT EXISTS mails (
    number INTEGER PRIMARY KEY,
    received_at TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    content BLOB NOT NULL
);
"""


class Store:
    """The sandbox's database. It is asked from one thread, the event loop's."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=5)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One unit of work."""
        with self.connection:  # commits, or rolls back on an error
            self.connection.execute("BEGIN IMMEDIATE")
            yield self.connection

    def rows(self, query: str, *values: object) -> list[dict[str, object]]:
        """The answer to a question."""
        return [dict(row) for row in self.connection.execute(query, values)]

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
