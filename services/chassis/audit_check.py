"""`python -m services.chassis.audit_check [service…] [service:sequence:hash…]`: verify that no byte of an audit log was changed.

Every entry is read as it is stored, byte for byte, so that nothing hides behind a value that reads the same. A log that was
written anew from beginning to end is whole in itself: only a head noted elsewhere (each service logs one a day) tells it apart.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from services.chassis.audit import BEGINNING, HEAD, LOG, digest_of
from services.chassis.database import make_engine
from services.chassis.settings import SettingsError, database_url
from services.contracts.registry import SERVICES

BATCH = 2000
NAMES = tuple(column.name for column in LOG.columns)
NUMBERS = frozenset({"sequence"})
NULLABLE = frozenset(column.name for column in LOG.columns if column.nullable)

Entry = dict[str, Any]


@dataclass
class Finding:
    """What was found in the log of one service: how many entries, the end of the chain, and every trouble as a sentence."""

    service: str
    entries: int = 0
    sequence: int = 0
    hash: str = BEGINNING
    troubles: list[str] = field(default_factory=list)

    @property
    def head(self) -> str:
        """The end of the chain in the form in which it is noted and compared."""
        return f"{self.service}:{self.sequence}:{self.hash}"


def check(service: str, engine: Engine, noted: Mapping[int, str] | None = None) -> Finding:
    """Verify the log in one database, as it stands at one moment; `noted` are hashes known from elsewhere by sequence."""
    finding = Finding(service)
    unseen = dict(noted or {})
    is_postgresql = engine.dialect.name == "postgresql"
    frozen = engine.execution_options(isolation_level="REPEATABLE READ") if is_postgresql else engine
    before: Entry | None = None
    try:
        with frozen.begin() as connection:
            heads = connection.execute(select(HEAD)).mappings().all()
            for entry in _stored(connection):
                _compare(finding, entry, before, unseen)
                before = entry
    except DBAPIError as error:
        finding.troubles.append(f"the log cannot be read: {type(error.orig).__name__}")
        return finding
    if before is not None:
        finding.sequence, finding.hash = before["sequence"], before["hash"]
    _compare_head(finding, heads)
    finding.troubles += [f"entry {sequence}, whose hash was noted, is missing" for sequence in sorted(unseen)]
    return finding


def _compare(finding: Finding, entry: Entry, before: Entry | None, unseen: dict[int, str]) -> None:
    """Note what is wrong with one entry and with the way from the one before to it."""
    finding.entries += 1
    number, troubles = entry["sequence"], finding.troubles
    last, expected = (before["sequence"], before["hash"]) if before else (0, BEGINNING)
    if number != last + 1:
        gone = f"entry {last + 1}" if number == last + 2 else f"entries {last + 1} to {number - 1}"
        troubles.append(f"{gone} missing before entry {number}" if number > last + 1 else f"entry {number} does not belong here")
    if wrong := _unusual(entry):
        troubles.append(f"{_named(entry)}: {wrong} is not stored the way it was written")
    elif _digest(entry) != entry["hash"]:
        is_link = number == last + 1 and _digest({**entry, "previous": expected}) == entry["hash"]
        troubles.append(f"{_named(entry)}: {'its link (previous)' if is_link else 'it'} was changed, its hash is another")
    elif number == last + 1 and entry["previous"] != expected:
        troubles.append(f"{_named(entry)}: it does not follow entry {last} as that one reads now")
    if number in unseen and unseen.pop(number) != entry["hash"]:
        troubles.append(f"{_named(entry)}: its hash is not the one that was noted")


def _compare_head(finding: Finding, heads: Sequence[Mapping[Any, Any]]) -> None:
    if len(heads) != 1 or heads[0]["id"] != 1:
        finding.troubles.append(f"the head must be one row with the id 1; there are {len(heads)} rows")
        return
    sequence, digest = heads[0]["sequence"], heads[0]["hash"]
    if isinstance(sequence, int) and sequence > finding.sequence:
        finding.troubles.append(f"entries {finding.sequence + 1} to {sequence} are missing at the end")
    elif sequence != finding.sequence:
        finding.troubles.append(f"the head ends at entry {sequence}, the log at entry {finding.sequence}")
    elif digest != finding.hash:
        finding.troubles.append(f"the head holds another hash than entry {finding.sequence}")


def _stored(connection: Connection) -> Iterator[Entry]:
    """The entries in order: on SQLite as they lie in the file, where texts and times could be written in more than one way."""
    if connection.dialect.name != "sqlite":
        rows = connection.execution_options(yield_per=BATCH).execute(select(LOG).order_by(LOG.c.sequence))
        yield from (dict(zip(NAMES, row, strict=True)) for row in rows)
        return
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    usual, driver.text_factory = driver.text_factory, _decoded
    try:
        columns = ", ".join(f'"{name}"' for name in NAMES)
        cursor.execute(f"SELECT {columns} FROM audit_log ORDER BY sequence")  # noqa: S608 - our own names
        while rows := cursor.fetchmany(BATCH):
            yield from (dict(zip(NAMES, row, strict=True)) for row in rows)
    finally:
        driver.text_factory = usual
        cursor.close()


def _decoded(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")


def _unusual(entry: Entry) -> str:
    """The first column that does not hold what `record` writes, to the type and the byte; empty if all do."""
    for name, value in entry.items():
        if value is None:
            if name not in NULLABLE:
                return name
        elif name in NUMBERS:
            if type(value) is not int:
                return name
        elif name == "at":
            if not isinstance(value, datetime) and not _is_written_time(value):
                return name
        elif not isinstance(value, str) or not value.isascii():
            try:
                value.encode()
            except (AttributeError, UnicodeEncodeError):
                return name
    return ""


def _is_written_time(value: Any) -> bool:
    try:
        return bool(f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M:%S.%f}" == value)
    except (TypeError, ValueError):
        return False


def _digest(entry: Entry) -> str:
    at = entry["at"]
    return digest_of({**entry, "at": at if isinstance(at, datetime) else datetime.fromisoformat(f"{at}+00:00")})


def _named(entry: Entry) -> str:
    action = entry["action"]
    told = f"entry {entry['sequence']}"
    return f"{told} ({action})" if isinstance(action, str) and action.isascii() and action.isprintable() else told


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Check the named services, or all; a line for each and for each trouble. 1 if there was any, 2 for a wrong argument."""
    noted: dict[str, dict[int, str]] = {}
    services = []
    for argument in arguments:
        service, _, head = argument.partition(":")
        sequence, _, digest = head.partition(":")
        if service not in SERVICES or (head and not (sequence.isdecimal() and len(digest) == len(BEGINNING))):
            print(f"{argument} is neither a service ({', '.join(SERVICES)}) nor a head (service:sequence:hash).", file=sys.stderr)
            return 2
        if head:
            noted.setdefault(service, {})[int(sequence)] = digest
        else:
            services.append(service)
    has_trouble = False
    for service in services or noted or SERVICES:
        engine = make_engine(database_url(service, environment))
        try:
            finding = check(service, engine, noted.get(service))
        finally:
            engine.dispose()
        has_trouble |= bool(finding.troubles)
        state = f"{len(finding.troubles)} troubles" if finding.troubles else "whole"
        print(f"{service}: {finding.entries} entries, {state}, head {finding.head}")
        for trouble in finding.troubles:
            print(f"  {service}: {trouble}")
    return 1 if has_trouble else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:], os.environ))
    except SettingsError as error:
        sys.exit(str(error))
