"""Many cases of one office, and how much work the database has with them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert

from services.applications import queue
from services.applications.model import Case
from tests.unit.applications.portal import BIRTH, DOG, SOEGEL

TAX = f"{SOEGEL}/steueramt"


def row(number, at, **more):
    """A case as it stands in the database, ordered at that moment."""
    return {
        "id": str(UUID(int=(int(at.timestamp() * 1000) << 80) + number)), "order_id": "order", "account_id": "account",
        "service": DOG, "ars": SOEGEL, "office_id": TAX, "ending": "document", "edition_id": "edition",
        "sealed_answers": b"", "wrapped_key": b"", "key_id": "",
        "fee_cents": 0, "state": "submitted", "changed_at": at, "version": 1, **more,
    }  # fmt: skip


def fill(session, *numbers, states=queue.QUEUED, assignee_id=None):
    """Cases of the tax office in all of these states, a third of them somebody's, most with a last day."""
    begin = datetime(2019, 1, 1, tzinfo=UTC)
    rows = [
        row(
            n,
            begin + timedelta(minutes=n),
            state=states[n % len(states)],
            due_on=None if n % 7 == 0 else begin.date() + timedelta(days=n % 1000),
            assignee_id=assignee_id if n // len(states) % 3 == 0 else None,
            service=(DOG, BIRTH)[n // 10 % 2],
        )
        for n in range(*numbers)
    ]
    session.execute(insert(Case), rows)


def steps(session, question):
    """How many hundreds of steps the database takes: the same on every machine."""
    taken = []
    raw = session.connection().connection.driver_connection
    raw.set_progress_handler(lambda: taken.append(1), 100)
    question()
    raw.set_progress_handler(None, 0)
    return len(taken)
