"""Answers of drafts and cases are sealed with a key of their own; those that are there are sealed here, with the key ring."""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from services.chassis.key_ring import KEY_BYTES, KeyRing
from services.chassis.own_key import bound_to, seal, unseal
from services.chassis.settings import key_ring_from_environment

revision = "0006"
down_revision = "0005"

TABLES = ("drafts", "cases")
BATCH = 1000
NEW = ("key_id", "wrapped_key", "sealed_answers")
Row = dict[str, Any]


def upgrade() -> None:
    """Seal, and take the readable column away."""
    for table in TABLES:
        op.add_column(table, sa.Column("key_id", sa.String(40), nullable=False, server_default=""))
        op.add_column(table, sa.Column("wrapped_key", sa.LargeBinary(), nullable=False, server_default=""))
        op.add_column(table, sa.Column("sealed_answers", sa.LargeBinary(), nullable=False, server_default=""))
        _change(table, _sealed)
        op.create_index(f"ix_{table}_key_id", table, ["key_id"])
        op.drop_column(table, "answers")


def downgrade() -> None:
    """Back to 0005: readable."""
    for table in TABLES:
        op.add_column(table, sa.Column("answers", sa.JSON(), nullable=False, server_default="{}"))
        _change(table, _opened)
        op.drop_index(f"ix_{table}_key_id", table)
        for column in NEW:
            op.drop_column(table, column)


def _sealed(table: str, row: Row, ring: KeyRing) -> Row:
    key = secrets.token_bytes(KEY_BYTES)
    key_id, wrapped = ring.wrap(key, bound_to(table, row["id"]))
    answers = json.dumps(row["answers"]).encode()
    return {"key_id": key_id, "wrapped_key": wrapped, "sealed_answers": seal(key, answers, "answers")}


def _opened(table: str, row: Row, ring: KeyRing) -> Row:
    key = ring.unwrap(row["key_id"], row["wrapped_key"], bound_to(table, row["id"]))
    return {"answers": json.loads(unseal(key, row["sealed_answers"], "answers"))}


def _change(name: str, changed: Callable[[str, Row, KeyRing], Row]) -> None:
    """Batch after batch; without rows there need be no key ring."""
    columns = [sa.column("id"), sa.column("answers", sa.JSON), *(sa.column(new, _kind(new)) for new in NEW)]
    table = sa.table(name, *columns)
    ring: KeyRing | None = None
    for rows in _batches(table):
        ring = ring or key_ring_from_environment()
        fresh = [{"row": row["id"], **changed(name, row, ring)} for row in rows]
        columns_changed: Row = {column: sa.bindparam(column) for column in fresh[0] if column != "row"}
        op.get_bind().execute(sa.update(table).where(table.c.id == sa.bindparam("row")).values(columns_changed), fresh)


def _kind(column: str) -> Any:
    return sa.String if column == "key_id" else sa.LargeBinary


def _batches(table: sa.TableClause) -> Iterator[list[Row]]:
    last = ""
    while rows := _after(table, last):
        yield rows
        last = rows[-1]["id"]


def _after(table: sa.TableClause, last: str) -> list[Row]:
    question = sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(BATCH)
    return [dict(row) for row in op.get_bind().execute(question).mappings()]
