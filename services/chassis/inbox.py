"""Rule 2 of the bus: a handler's effect and the mark that it happened commit together; the second delivery does nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.database import Transactions
from services.chassis.tables import INBOX


class Outcome(StrEnum):
    """What a delivery came to."""

    DONE = "done"
    DUPLICATE = "duplicate"


class _AlreadyHandled(Exception):
    pass


class Event:
    """An event on its way through a handler. `data` is checked against the contract."""

    def __init__(self, database: Transactions, handler: str, envelope: dict[str, Any], data: dict[str, Any]) -> None:
        self.id: str = envelope["id"]
        self.type: str = envelope["type"]
        self.subject: str = envelope["subject"]
        self.time: str = envelope["time"]
        self.data = data
        self.is_committed = False
        self._database = database
        self._handler = handler

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """The handler's one unit of work, which begins with the inbox row."""
        with self._database.transaction() as session:
            settings = self._database.settings
            if settings is None or settings.fault != "no_inbox":
                self._mark(session)
            yield session
        self.is_committed = True

    def _mark(self, session: Session) -> None:
        row = insert(INBOX).values(event_id=self.id, handler=self._handler, handled_at=clock.now())
        try:
            session.connection().execute(row)
        except IntegrityError:
            raise _AlreadyHandled from None


def handle(
    database: Transactions, handler: str, envelope: dict[str, Any], data: dict[str, Any], call_handler: Callable[[Event], Any]
) -> Outcome:
    """Let a handler take an event, once. Whatever it raises goes to the caller, and then nothing was committed.

    A second delivery does its work before the transaction again and finds out at the inbox row; should that work fail, because
    what it asks for has moved on, it is a second delivery all the same.
    """
    event = Event(database, handler, envelope, data)
    try:
        call_handler(event)
    except _AlreadyHandled:
        return Outcome.DUPLICATE
    except Exception:
        if _is_handled(database, handler, event.id):
            return Outcome.DUPLICATE
        raise
    if not event.is_committed:
        raise RuntimeError(f"{handler} ended without its transaction")
    return Outcome.DONE


def _is_handled(database: Transactions, handler: str, event_id: str) -> bool:
    with database.reading() as session:
        mark = select(INBOX.c.event_id).where(INBOX.c.event_id == event_id, INBOX.c.handler == handler)
        return session.execute(mark).first() is not None
