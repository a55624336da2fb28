"""`python -m services.chassis.rotating [begin|rotate|list|retire]`: a new master key, and the keys of all rows wrapped with it.

It runs beside the portal, may be killed at any moment and goes on where it was when it is called again.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from sqlalchemy import Table, bindparam, func, select, update

from services.chassis import clock, key_ring
from services.chassis.database import Transactions, make_engine
from services.chassis.key_ring import KeyRingError, KeyRingFile, MasterKey
from services.chassis.own_key import OwnKey, bound_to
from services.chassis.settings import KEEPERS, SettingsError, database_url, key_ring_from_environment
from services.contracts.errors import Unavailable

BATCH = 500
"""Rows in one transaction: a few milliseconds, so that the portal waits for none of them."""

PAUSE_SECONDS = 0.02
SETTLES = timedelta(minutes=1)
"""A transaction that began before a new key was there may still wrap with the one before."""


class RotationError(Exception):
    """It cannot be done now; the text says why."""


def keyed_tables(service: str) -> list[Table]:
    """The tables of a service whose rows have keys of their own."""
    entity = import_module(f"services.{service}.model").Entity
    return sorted(
        (mapper.local_table for mapper in entity.registry.mappers if issubclass(mapper.class_, OwnKey)), key=lambda t: str(t.name)
    )


def used(database: Transactions) -> dict[str, int]:
    """How many rows each master key has wrapped, by its id."""
    counts: dict[str, int] = {}
    with database.reading() as session:
        for table in keyed_tables(database.service):
            for key_id, count in session.execute(select(table.c.key_id, func.count()).group_by(table.c.key_id)):
                counts[key_id] = counts.get(key_id, 0) + count
    return counts


def rewrap(database: Transactions, ring: key_ring.KeyRing, *, pause: float = PAUSE_SECONDS) -> int:
    """Wrap with the newest key what others have wrapped, in short transactions; gives how many rows."""
    older = [key.id for key in ring.keys[:-1]]
    done = 0
    for table in keyed_tables(database.service):
        while count := _rewrap_some(database, ring, table, older):
            done += count
            time.sleep(pause)
    return done


def _rewrap_some(database: Transactions, ring: key_ring.KeyRing, table: Table, older: list[str]) -> int:
    some = select(table.c.id, table.c.key_id, table.c.wrapped_key).where(table.c.key_id.in_(older)).order_by(table.c.id)
    with database.transaction() as session:
        rows = session.execute(some.limit(BATCH).with_for_update()).all()
        fresh = []
        for row in rows:
            place = bound_to(str(table.name), row.id)
            key_id, wrapped = ring.wrap(ring.unwrap(row.key_id, row.wrapped_key, place), place)
            fresh.append({"row": row.id, "new_id": key_id, "new_key": wrapped})
        if fresh:
            change = update(table).where(table.c.id == bindparam("row"))
            session.connection().execute(change.values(key_id=bindparam("new_id"), wrapped_key=bindparam("new_key")), fresh)
    return len(rows)


def check(service: str, url: str) -> None:
    """Refuse a key ring that is not the one of this database. Raises KeyRingError, and SettingsError where there is none."""
    database = Transactions(service, make_engine(url))
    try:
        if counts := used(database):
            ring = key_ring_from_environment()
            known = {key.id for key in ring.keys}
            for key_id, count in counts.items():
                if key_id not in known:
                    raise KeyRingError(f"{count} rows of {service} need key {key_id}, and {ring.path} has it not: put it back")
    finally:
        database.engine.dispose()


def begin(path: Path) -> None:
    """Make the first key. Raises RotationError where there is a file already."""
    if path.exists():
        raise RotationError(f"{path} is there already.")
    key_ring.write(path, [MasterKey.new()])
    print(f"{path}: {key_ring.read(path)[0].id}")


def rotate(path: Path, databases: list[Transactions]) -> None:
    """Add a key unless the last rotation is unfinished, and wrap everything with the newest."""
    ring = KeyRingFile(path)
    newest = ring.keys[-1].id
    before = _used(databases)
    if not before or set(before) == {newest}:
        key_ring.write(path, [*ring.keys, MasterKey.new()])
        print(f"{path}: new key {ring.keys[-1].id}")
    else:
        print(f"{path}: going on with key {newest}, not all rows had it")
    for database in databases:
        print(f"{database.service}: {rewrap(database, ring)} keys wrapped anew")
    print('The older keys are in the ring still. When you need no backup from before today: make rotate-keys ARGS="retire"')


def retire(path: Path, databases: list[Transactions]) -> None:
    """Take the older keys out of the ring. Raises RotationError while a row needs one of them."""
    ring = KeyRingFile(path)
    newest = ring.keys[-1]
    if needed := {key_id: count for key_id, count in _used(databases).items() if key_id != newest.id}:
        told = ", ".join(f"{count} rows need {key_id}" for key_id, count in needed.items())
        raise RotationError(f"nothing was retired, {told}: run make rotate-keys first.")
    if clock.now() - newest.made_at < SETTLES:
        raise RotationError("nothing was retired, the newest key is not a minute old: run this again in a minute.")
    gone = [key.id for key in ring.keys[:-1]]
    key_ring.write(path, [newest])
    print(f"{path}: {newest.id} stays" + (f", gone: {', '.join(gone)}" if gone else ", there was no other"))


def show(path: Path, databases: list[Transactions]) -> None:
    """Print each key, since when it is there, and how many rows it has wrapped."""
    counts = _used(databases)
    for key in KeyRingFile(path).keys:
        print(f"{key.id}  since {key.made_at:%Y-%m-%d %H:%M} UTC  {counts.pop(key.id, 0)} rows")
    for key_id, count in counts.items():
        print(f"{key_id}  MISSING in the ring  {count} rows cannot be read")


def _used(databases: list[Transactions]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for database in databases:
        for key_id, count in used(database).items():
            counts[key_id] = counts.get(key_id, 0) + count
    return counts


@contextmanager
def _opened() -> Iterator[list[Transactions]]:
    databases = [Transactions(service, make_engine(database_url(service, os.environ))) for service in KEEPERS]
    try:
        yield databases
    finally:
        for database in databases:
            database.engine.dispose()


COMMANDS = {"rotate": rotate, "retire": retire, "list": show}


def main(arguments: list[str]) -> int:
    """Run one command; `rotate` where none is named."""
    name = arguments[0] if arguments else "rotate"
    if len(arguments) > 1 or name not in {"begin", *COMMANDS}:
        print(f"usage: python -m services.chassis.rotating [begin|{'|'.join(COMMANDS)}]", file=sys.stderr)
        return 2
    if name == "begin":
        begin(Path(os.environ["KEY_RING"]))
        return 0
    path = key_ring_from_environment().path
    with key_ring.alone(path), _opened() as databases:
        COMMANDS[name](path, databases)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (SettingsError, KeyRingError, RotationError, Unavailable) as error:
        sys.exit(f"amtsgang: {error}")
