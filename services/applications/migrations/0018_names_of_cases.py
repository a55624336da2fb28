"""Names of applicants leave marks at the office of their case, by which they are found; cases that are there get theirs here."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from services.applications import naming
from services.chassis.key_ring import KEY_BYTES, KeyRing
from services.chassis.own_key import bound_to, unseal
from services.chassis.settings import key_ring_from_environment

revision = "0018"
down_revision = "0017"

BATCH = 1000
Row = dict[str, Any]


def upgrade() -> None:
    """With the key ring, where there are cases: their answers are opened, and each office gets a key."""
    op.create_table(
        "name_keys",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("key_id", sa.String(40), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_name_keys_key_id", "name_keys", ["key_id"])
    op.create_table(
        "case_names",
        sa.Column("office_id", sa.String(80), primary_key=True),
        sa.Column("token", sa.LargeBinary(8), primary_key=True),
        sa.Column("case_id", sa.String(36), sa.ForeignKey("cases.id"), primary_key=True),
    )
    _mark()
    op.create_index("names_of_case", "case_names", ["case_id"])


def downgrade() -> None:
    """Back to 0017: nobody is found by name."""
    op.drop_table("case_names")
    op.drop_table("name_keys")


def _mark() -> None:
    columns = ("office_id", "token", "case_id")
    marks = sa.table("case_names", *(sa.column(name, sa.LargeBinary() if name == "token" else sa.String()) for name in columns))
    ring: KeyRing | None = None
    offices: dict[str, bytes] = {}
    for rows in _batches():
        ring = ring or key_ring_from_environment()
        fresh = []
        for row in rows:
            office_id = row["office_id"]
            offices[office_id] = offices.get(office_id) or _new_key(ring, office_id)
            tokens = {naming.mark(offices[office_id], word) for word in naming.words_of(_names(ring, row))}
            fresh += [{"office_id": office_id, "token": token, "case_id": row["id"]} for token in tokens]
        if fresh:
            op.get_bind().execute(sa.insert(marks), fresh)


def _new_key(ring: KeyRing, office_id: str) -> bytes:
    key = secrets.token_bytes(KEY_BYTES)
    key_id, wrapped = ring.wrap(key, bound_to("name_keys", office_id))
    keys = sa.table("name_keys", sa.column("id"), sa.column("key_id"), sa.column("wrapped_key", sa.LargeBinary()))
    op.get_bind().execute(sa.insert(keys).values(id=office_id, key_id=key_id, wrapped_key=wrapped))
    return key


def _names(ring: KeyRing, row: Row) -> Iterator[str]:
    key = ring.unwrap(row["key_id"], row["wrapped_key"], bound_to("cases", row["id"]))
    behalf = row["sealed_behalf"] and json.loads(unseal(key, row["sealed_behalf"], "behalf"))
    return naming.names(row["definition"]["sections"], json.loads(unseal(key, row["sealed_answers"], "answers")), behalf)


def _batches() -> Iterator[list[Row]]:
    sealed = ("wrapped_key", "sealed_answers", "sealed_behalf")
    read = ("id", "office_id", "edition_id", "key_id")
    cases = sa.table(
        "cases", *(sa.column(name, sa.String()) for name in read), *(sa.column(name, sa.LargeBinary()) for name in sealed)
    )
    editions = sa.table("editions", sa.column("id", sa.String()), sa.column("definition", sa.JSON()))
    question = sa.select(cases, editions.c.definition).join_from(cases, editions, cases.c.edition_id == editions.c.id)
    last = ""
    while True:
        following = question.where(cases.c.id > last).order_by(cases.c.id).limit(BATCH)
        rows = [dict(row) for row in op.get_bind().execute(following).mappings()]
        if not rows:
            return
        yield rows
        last = rows[-1]["id"]
