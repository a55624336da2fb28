"""Services have numbered versions that are kept whole, drafts keep theirs, offers have words of their own."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0012"
down_revision = "0011"

WORDING: dict[str, Any] = {
    "name": sa.JSON(),
    "legal_basis": sa.JSON(),
    "template": sa.String(80),
    "sections": sa.JSON(),
    "attachments": sa.JSON(),
    "deadline": sa.JSON(),
    "four_eyes": sa.Boolean(),
}
EARLIER = "{}"
LONG_AGO = "1970-01-01 00:00:00"
UNKNOWN: dict[str, Any] = {"leika_key": "00000000000000", "level": "low", "kept_years": 10}
"""What an edition before this migration did not keep, and what no case that has one needs any more but for its years."""
UNSAID: dict[str, Any] = {"attachments": [], "deadline": None, "four_eyes": False}
UNSAID_OF_SECTIONS = dict.fromkeys(("name", "help", "when", "repeated"))
UNSAID_OF_FIELDS: dict[str, Any] = {
    **dict.fromkeys(("help", "least", "most", "autocomplete", "when", "earliest", "latest")),
    **dict.fromkeys(("pattern", "pattern_message", "example", "prefill")),
    "choices": [],
    "is_past": False,
}
"""What a definition leaves out because it has its default."""


def upgrade() -> None:
    """Editions that are there become versions, numbered by when they were first applied for; open drafts follow the newest."""
    op.add_column("editions", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("editions", sa.Column("digest", sa.String(64), nullable=False, server_default=""))
    op.add_column("editions", sa.Column("definition", sa.JSON(), nullable=False, server_default=EARLIER))
    op.add_column("editions", sa.Column("source", sa.Text(), nullable=True))
    op.add_column("editions", sa.Column("ars", sa.String(12), nullable=True))
    op.add_column("editions", sa.Column("published_at", UtcDateTime(), nullable=False, server_default=LONG_AGO))
    op.add_column("editions", sa.Column("published_by", sa.String(36), nullable=True))
    op.add_column("editions", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    _number()
    for name in WORDING:
        op.drop_column("editions", name)
    op.create_index("editions_of_service", "editions", ["service", "number"], unique=True)
    op.add_column("drafts", sa.Column("edition_id", sa.String(64), nullable=True))
    op.add_column("drafts", sa.Column("cart_fee_cents", sa.Integer(), nullable=True))
    op.add_column("offers", sa.Column("text", sa.JSON(), nullable=True))
    op.create_table(
        "working_copies",
        sa.Column("service", sa.String(80), primary_key=True),
        sa.Column("ars", sa.String(12), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Back to 0011: an edition keeps what it kept then."""
    op.drop_table("working_copies")
    op.drop_column("offers", "text")
    op.drop_column("drafts", "cart_fee_cents")
    op.drop_column("drafts", "edition_id")
    op.drop_index("editions_of_service", "editions")
    for name, kind in WORDING.items():
        default = sa.false() if name == "four_eyes" else "null" if name == "deadline" else "" if name == "template" else "[]"
        op.add_column("editions", sa.Column(name, kind, nullable=name == "deadline", server_default=default))
    table = sa.table(
        "editions", sa.column("id"), sa.column("definition", sa.JSON), *(sa.column(n, k) for n, k in WORDING.items())
    )
    for row in op.get_bind().execute(sa.select(table.c.id, table.c.definition)).all():
        kept = {name: row.definition.get(name, UNSAID.get(name)) for name in WORDING}
        kept["sections"] = [_said(section) for section in kept["sections"]]
        op.get_bind().execute(sa.update(table).where(table.c.id == row.id).values(**kept))
    for name in ("number", "digest", "definition", "source", "ars", "published_at", "published_by", "note"):
        op.drop_column("editions", name)


def _said(section: dict[str, Any]) -> dict[str, Any]:
    fields = [{**UNSAID_OF_FIELDS, **field} for field in section["fields_"]]
    return {**UNSAID_OF_SECTIONS, **section, "fields_": fields}


def _number() -> None:
    connection = op.get_bind()
    new: tuple[Any, ...] = (
        sa.column("number"),
        sa.column("digest"),
        sa.column("definition", sa.JSON),
        sa.column("published_at", UtcDateTime()),
    )
    editions = sa.table(
        "editions", sa.column("id"), sa.column("service"), *new, *(sa.column(name, kind) for name, kind in WORDING.items())
    )
    cases = sa.table("cases", sa.column("id"), sa.column("edition_id"), sa.column("changed_at", UtcDateTime()))
    first = dict(connection.execute(sa.select(cases.c.edition_id, sa.func.min(cases.c.id)).group_by(cases.c.edition_id)).all())
    counted: dict[str, int] = {}
    rows = connection.execute(sa.select(editions)).mappings().all()
    for row in sorted(rows, key=lambda row: (first.get(row["id"], ""), row["id"])):
        counted[row["service"]] = counted.get(row["service"], 0) + 1
        wording = {name: row[name] for name in WORDING}
        told = {"service": row["service"], "summary": row["name"], "description": row["name"], **UNKNOWN, **wording}
        definition = {**told, "ending": "document" if row["template"] else "post"}
        kept = {
            "number": counted[row["service"]],
            "digest": hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest(),
            "definition": definition,
            "published_at": datetime.now(UTC),
        }
        connection.execute(sa.update(editions).where(editions.c.id == row["id"]).values(**kept))
