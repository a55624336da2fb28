"""What unit tests of a service need of the chassis: a session on a throw-away SQLite database, and a look into its outbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from services.chassis import audit, erased, tables
from services.chassis.key_ring import KeyRing, MasterKey
from services.chassis.settings import Settings


def settings_of(service: str) -> Settings:
    """Settings of a process that is not there, with an openly insecure key."""
    return Settings(
        service=service,
        amqp_uri="",
        database_url="sqlite://",
        var_dir=Path(),
        portal_url="https://portal.example.org",
        secret_key="insecure-key-for-tests-and-nothing-else",  # noqa: S106 - openly insecure, and of unit tests only
    )


def key_ring() -> KeyRing:
    """A key ring that nobody keeps."""
    return KeyRing([MasterKey.new()])


@contextmanager
def session(service: str, metadata: MetaData) -> Iterator[Session]:
    """A session on an in-memory database with the service's tables and the chassis's; rolled back at the end."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    metadata.create_all(engine)
    tables.METADATA.create_all(engine)
    with engine.begin() as connection:
        audit.create(connection)
        erased.create(connection)
    try:
        with Session(engine, expire_on_commit=False) as open_session:
            open_session.info.update(service=service, settings=settings_of(service), keys=key_ring())
            yield open_session
    finally:
        engine.dispose()


def published(open_session: Session) -> list[tuple[str, dict[str, Any]]]:
    """The events in the outbox, oldest first, as (name, data)."""
    open_session.flush()
    rows = open_session.execute(select(tables.OUTBOX.c.name, tables.OUTBOX.c.envelope).order_by(tables.OUTBOX.c.sequence))
    return [(row.name, orjson.loads(row.envelope)["data"]) for row in rows]
