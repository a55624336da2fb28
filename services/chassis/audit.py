"""The audit log of a service: who did or saw what, written in the transaction of the act itself and chained by hashes.

Every entry holds the SHA-256 of the one before it, so that no byte of an old entry can change, and none can vanish from the
middle, without the chain telling where. Ids and slugs only: what must be readable for years holds no personal data.
"""

import hashlib
from typing import Any

import orjson
from sqlalchemy import Column, Connection, Index, Integer, MetaData, String, Table, Text, insert, select, update
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.columns import UtcDateTime
from services.contracts.actors import Actor

METADATA = MetaData()
BEGINNING = "0" * 64

LOG = Table(
    "audit_log",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("action", String(80), nullable=False),
    Column("actor_kind", String(10), nullable=False),
    Column("actor_id", String(36)),
    Column("subject_id", String(36)),
    Column("office_id", String(80)),
    Column("reason", String(300), nullable=False),
    Column("about", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
Index("audit_log_of_subject", LOG.c.subject_id, LOG.c.sequence)
Index("audit_log_of_actor", LOG.c.actor_id, LOG.c.sequence)
Index("audit_log_of_office", LOG.c.office_id, LOG.c.sequence)

HEAD = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""One row with the end of the chain: who appends holds its lock, and a chain cut off at its end no longer fits it."""

_LOCKED = select(HEAD.c.sequence, HEAD.c.hash).with_for_update()
_APPEND = insert(LOG)
_MOVE = update(HEAD)


def record(
    session: Session,
    actor: Actor,
    action: str,
    *,
    subject_id: str | None = None,
    office_id: str | None = None,
    reason: str = "",
    about: dict[str, Any] | None = None,
) -> None:
    """Append an entry: `action` (`case.viewed`, `office.changed`) by the actor, in the transaction of the act.

    `subject_id` is the account or organisation whose data it concerns, `reason` a slug or reference (`case 0198…`), `about` ids
    and slugs of what was done, with old and new value where something was changed. No personal data. Comes last in its
    transaction where it can: on PostgreSQL whoever records next waits for the commit.
    """
    head = session.execute(_LOCKED).one()
    entry = {
        "sequence": head.sequence + 1,
        "at": clock.now(),
        "action": action,
        "actor_kind": actor.kind,
        "actor_id": actor.account_id,
        "subject_id": subject_id,
        "office_id": office_id,
        "reason": reason,
        "about": orjson.dumps(about or {}, option=orjson.OPT_SORT_KEYS).decode(),
        "previous": head.hash,
    }
    digest = digest_of(entry)
    session.execute(_APPEND, {**entry, "hash": digest})
    session.execute(_MOVE, {"sequence": entry["sequence"], "hash": digest})


def head(session: Session) -> tuple[int, str]:
    """The end of the chain: the number of the last entry and its hash."""
    found = session.execute(select(HEAD.c.sequence, HEAD.c.hash)).one()
    return found.sequence, found.hash


def digest_of(entry: dict[str, Any]) -> str:
    """SHA-256 of an entry without its own hash, as lower-case hex."""
    signed = [entry[column.name] for column in LOG.columns if column.name != "hash"]
    return hashlib.sha256(orjson.dumps(signed, option=orjson.OPT_UTC_Z)).hexdigest()


def create(connection: Connection) -> None:
    """Create the tables of an empty log; called by a migration of each service."""
    METADATA.create_all(connection)
    connection.execute(insert(HEAD).values(id=1, sequence=0, hash=BEGINNING))


def drop(connection: Connection) -> None:
    """Undo `create`."""
    METADATA.drop_all(connection)
