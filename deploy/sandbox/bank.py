"""The bank: takes payment files, books each once, and shows what it has booked."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from deploy.sandbox.iso20022 import FileRefused, PaymentFile, read
from deploy.sandbox.store import Store

INSERT_BOOKING = """
INSERT INTO bookings (kind, end_to_end_id, message_id, cents, debtor, debtor_iban, creditor, creditor_iban,
                      mandate_reference, text, value_date, booked_at)
VALUES (:kind, :end_to_end_id, :message_id, :cents, :debtor, :debtor_iban, :creditor, :creditor_iban,
        :mandate_reference, :text, :value_date, :booked_at)
"""


class OtherFile(Exception):
    """Another file came under this message id before; nothing was done."""


def take(store: Store, kind: str, content: bytes) -> dict[str, Any]:
    """Book a file; the same file again is answered the same and booked once.

    Raises FileRefused if nothing of it can be booked, OtherFile if the message id is not new but the content is.
    """
    file = read(kind, content)
    digest = hashlib.sha256(content).hexdigest()
    with store.transaction() as connection:
        known = connection.execute("SELECT sha256, kind FROM files WHERE message_id = ?", (file.message_id,)).fetchone()
        if known is None:
            _book(connection, file, digest)
        elif (known["sha256"], known["kind"]) != (digest, kind):
            raise OtherFile(file.message_id)
    return {
        "status": "accepted",
        "message_id": file.message_id,
        "transactions": len(file.transactions),
        "repeated": known is not None,
    }


def _book(connection: Any, file: PaymentFile, digest: str) -> None:
    now = datetime.now(UTC).isoformat()
    connection.execute("INSERT INTO files VALUES (?, ?, ?, ?)", (file.message_id, digest, file.kind, now))
    for transaction in file.transactions:
        taken = connection.execute(
            "SELECT message_id FROM bookings WHERE kind = ? AND end_to_end_id = ?", (file.kind, transaction.end_to_end_id)
        ).fetchone()
        if taken is not None:
            raise FileRefused(f"end-to-end id {transaction.end_to_end_id} was booked already with message {taken['message_id']}")
        booking = {**vars(transaction), "kind": file.kind, "message_id": file.message_id, "booked_at": now}
        connection.execute(INSERT_BOOKING, booking)


def bookings(store: Store, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
    """Bookings in the order they were made, from behind number `after`."""
    return store.rows("SELECT * FROM bookings WHERE number > ? ORDER BY number LIMIT ?", after, limit)


def newest_bookings(store: Store, limit: int = 200) -> list[dict[str, Any]]:
    """The newest bookings, newest first."""
    return store.rows("SELECT * FROM bookings ORDER BY number DESC LIMIT ?", limit)


def sums(store: Store) -> list[dict[str, Any]]:
    """Count and sum of cents per kind and treasury's account."""
    return store.rows(
        """
        SELECT kind, CASE kind WHEN 'direct_debit' THEN creditor_iban ELSE debtor_iban END AS treasury_iban,
               COUNT(*) AS count, SUM(cents) AS cents
        FROM bookings GROUP BY 1, 2 ORDER BY 2, 1
        """
    )
