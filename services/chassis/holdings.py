"""What a service holds of a person, table by table: what the export gives out, and what the record of processing says.

Each service lists its tables in `holdings.py`: `HOLDINGS` with personal data, `LEFT_OUT` the others, each with the reason. A test
walks the database, so that a table nobody thought of cannot be forgotten.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
from sqlalchemy import ColumnElement, RowMapping, Table, select
from sqlalchemy.orm import Session

from services.chassis.audit_reading import list_entries
from services.contracts.actors import Actor
from services.contracts.errors import Forbidden, Invalid

MOST_BYTES = 500_000
"""Of records in one page, about: a page is one message on the bus."""

AUDIT = "audit_log"
NUMBER = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True)
class Holding:
    """A table with personal data. `whose` says which rows belong to an account, given its id.

    `purpose` says what it is for and `kept` how long it stays, in words for the record of processing (GDPR Art. 30); `hidden`
    are columns that the export leaves out, each with the reason; `opened` are values that it gives out instead of those or of a
    column of the same name, made of a row.
    """

    table: Table
    whose: Callable[[str], ColumnElement[bool]]
    purpose: str
    kept: str
    hidden: Mapping[str, str] = field(default_factory=dict)
    opened: Mapping[str, Callable[[Session, RowMapping], Any]] = field(default_factory=dict)

    def values(self, session: Session, row: RowMapping) -> dict[str, Any]:
        """What the export says of a row."""
        shown = {name: _plain(row[name]) for name in self.shown}
        return {**shown, **{name: _plain(open_(session, row)) for name, open_ in self.opened.items()}}

    @property
    def shown(self) -> list[str]:
        """The columns of the export."""
        return [column.name for column in self.table.columns if column.name not in self.hidden]


def table_of(entity: type[Any]) -> Table:
    """The table of an entity."""
    found: Table = entity.__table__
    return found


def export_page(session: Session, actor: Actor, holdings: Sequence[Holding], *, after: str | None, limit: int) -> dict[str, Any]:
    """Some records of the person who is signed in, table after table, and where to go on; the audit log comes last.

    Raises forbidden while they act for somebody else, invalid for an `after` that no page ended with.
    """
    if actor.behalf is not None:
        raise Forbidden("accounts.acting_for_another", "This is possible for yourself only.")
    name, place = _place(after, holdings)
    if name == AUDIT:
        return _audit_page(session, actor, place, limit)
    at = [holding.table.name for holding in holdings].index(name)
    holding = holdings[at]
    question = select(holding.table).where(holding.whose(actor.person_id))
    ordered = question.order_by(*holding.table.primary_key.columns).offset(place).limit(limit + 1)
    rows = session.execute(ordered).mappings().all()
    records: list[dict[str, Any]] = []
    size = 0
    for row in rows[:limit]:
        records.append({"table": name, "values": holding.values(session, row)})
        size += len(orjson.dumps(records[-1]))
        if size > MOST_BYTES:
            break
    following = holdings[at + 1].table.name if at + 1 < len(holdings) else AUDIT
    is_more = len(rows) > len(records)
    return {"records": records, "next": f"{name}:{place + len(records)}" if is_more else f"{following}:0"}


def _place(after: str | None, holdings: Sequence[Holding]) -> tuple[str, int]:
    if not after:
        return (holdings[0].table.name if holdings else AUDIT), 0
    name, _, place = after.partition(":")
    if name not in {AUDIT, *(holding.table.name for holding in holdings)} or not NUMBER.fullmatch(place):
        raise Invalid("invalid", "Some fields need another look.", fields={"after": ["choice"]})
    return name, int(place)


def _audit_page(session: Session, actor: Actor, before: int, limit: int) -> dict[str, Any]:
    found = list_entries(session, actor, of="myself", before=before or None, limit=limit)
    chain = {"previous", "hash"}
    shown = [{str(name): _plain(value) for name, value in entry.items() if name not in chain} for entry in found["entries"]]
    records = [{"table": AUDIT, "values": entry} for entry in shown]
    return {"records": records, "next": f"{AUDIT}:{found['entries'][-1]['sequence']}" if found["more"] else None}


def _plain(value: Any) -> Any:
    """A value as JSON has it: times and days as ISO 8601, bytes in base64."""
    if isinstance(value, date):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else value
