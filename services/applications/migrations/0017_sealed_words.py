"""What is written beside the answers is sealed with the key of its case: notes, corrections, reasons, names of who was acted for.

A batch has a key of its own. What is there is sealed here, with the key ring.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from services.chassis.key_ring import KEY_BYTES, KeyRing
from services.chassis.own_key import bound_to, seal, unseal
from services.chassis.settings import key_ring_from_environment

revision = "0017"
down_revision = "0016"

BATCH = 1000
Row = dict[str, Any]

KINDS: dict[tuple[str, str], tuple[sa.types.TypeEngine[Any], bool]] = {
    ("cases", "reason"): (sa.Text(), True),
    ("cases", "behalf"): (sa.JSON(none_as_null=True), True),
    ("corrections", "message"): (sa.Text(), False),
    ("notes", "text"): (sa.Text(), False),
    ("batches", "reason"): (sa.Text(), True),
}
"""What is sealed, as it was, and whether it may be missing."""
KEYS = {"cases": ("id",), "corrections": ("case_id", "number"), "notes": ("id",), "batches": ("id",)}
PURPOSES: dict[str, Callable[[str, Row], str]] = {
    "cases": lambda name, _row: name,
    "corrections": lambda _name, row: f"correction {row['number']}",
    "notes": lambda _name, row: f"note {row['id']}",
    "batches": lambda name, _row: name,
}


def upgrade() -> None:
    """Seal, and take the readable columns away."""
    op.add_column("batches", sa.Column("key_id", sa.String(40), nullable=False, server_default=""))
    op.add_column("batches", sa.Column("wrapped_key", sa.LargeBinary(), nullable=False, server_default=""))
    for (table, name), (_, may_be_missing) in KINDS.items():
        default = None if may_be_missing else ""
        op.add_column(table, sa.Column(f"sealed_{name}", sa.LargeBinary(), nullable=may_be_missing, server_default=default))
    _give_keys()
    for table, name in KINDS:
        _change(table, name, f"sealed_{name}", _sealed)
    op.create_index("ix_batches_key_id", "batches", ["key_id"])
    for table, name in KINDS:
        op.drop_column(table, name)


def downgrade() -> None:
    """Back to 0016: readable."""
    for (table, name), (kind, may_be_missing) in KINDS.items():
        default = None if may_be_missing else ""
        op.add_column(table, sa.Column(name, kind, nullable=may_be_missing, server_default=default))
        _change(table, f"sealed_{name}", name, _opened)
        op.drop_column(table, f"sealed_{name}")
    op.drop_index("ix_batches_key_id", "batches")
    op.drop_column("batches", "wrapped_key")
    op.drop_column("batches", "key_id")


def _sealed(key: bytes, value: Any, purpose: str) -> bytes:
    return seal(key, json.dumps(value, ensure_ascii=False).encode(), purpose)


def _opened(key: bytes, sealed: bytes, purpose: str) -> Any:
    return json.loads(unseal(key, sealed, purpose))


def _give_keys() -> None:
    """Every batch that is there gets a key."""
    batches = _table("batches")
    ring: KeyRing | None = None
    for (batch_id,) in op.get_bind().execute(sa.select(batches.c.id)).all():
        ring = ring or key_ring_from_environment()
        key_id, wrapped = ring.wrap(secrets.token_bytes(KEY_BYTES), bound_to("batches", batch_id))
        keyed = sa.update(batches).where(batches.c.id == batch_id).values(key_id=key_id, wrapped_key=wrapped)
        op.get_bind().execute(keyed)


def _change(name: str, before: str, after: str, changed: Callable[[bytes, Any, str], Any]) -> None:
    """Batch after batch; without rows there need be no key ring."""
    table, plain = _table(name), before.removeprefix("sealed_")
    ring: KeyRing | None = None
    for rows in _batches(name, before):
        ring = ring or key_ring_from_environment()
        fresh = []
        for row in rows:
            key = ring.unwrap(row["key_id"], row["wrapped_key"], bound_to(row["owner"], row["owner_id"]))
            value = changed(key, row[before], PURPOSES[name](plain, row))
            fresh.append({**{f"at_{column}": row[column] for column in KEYS[name]}, "value": value})
        at = [table.c[column] == sa.bindparam(f"at_{column}") for column in KEYS[name]]
        op.get_bind().execute(sa.update(table).where(*at).values({after: sa.bindparam("value")}), fresh)


def _table(name: str) -> sa.TableClause:
    """A table with both forms of what is sealed in it; a query names only what is there."""
    kinds = {column: kind for (table, column), (kind, _) in KINDS.items() if table == name}
    return sa.table(
        name,
        *(sa.column(column, sa.Integer() if column == "number" else sa.String()) for column in {*KEYS[name], "case_id"}),
        sa.column("key_id", sa.String()),
        sa.column("wrapped_key", sa.LargeBinary()),
        *(sa.column(column, kind) for column, kind in kinds.items()),
        *(sa.column(f"sealed_{column}", sa.LargeBinary()) for column in kinds),
    )


def _batches(name: str, column: str) -> Iterator[list[Row]]:
    """Rows with something in the column and with the key of their owner, by their own keys."""
    table = _table(name)
    is_owner = name in ("cases", "batches")
    owner = table if is_owner else _table("cases")
    own = [table.c[key] for key in KEYS[name]]
    labels = (sa.literal(owner.name).label("owner"), owner.c.id.label("owner_id"))
    question = sa.select(*own, table.c[column], owner.c.key_id, owner.c.wrapped_key, *labels).where(table.c[column].is_not(None))
    if not is_owner:
        question = question.join_from(table, owner, table.c.case_id == owner.c.id)
    last: list[Any] | None = None
    while True:
        following = question if last is None else question.where(sa.tuple_(*own) > sa.tuple_(*map(sa.literal, last)))
        rows = [dict(row) for row in op.get_bind().execute(following.order_by(*own).limit(BATCH)).mappings()]
        if not rows:
            return
        yield rows
        last = [rows[-1][key] for key in KEYS[name]]
