"""An address as one question of a form: which fields are its parts, and how they are read together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from marshmallow import fields

from services.contracts import values
from services.contracts.registry import Reply

PARTS = ("country", "street", "house_number", "postal_code", "town", "foreign_address")
LINES = (("street", "house_number"), ("postal_code", "town"), ("foreign_address",), ("country",))
"""The lines of an address, by part."""

Entry = Mapping[str, Any]


class PartOf(Reply):
    """The address that a field is a part of: what all parts are asked as together."""

    name = fields.String(required=True)
    label = fields.Nested(values.Bilingual, required=True)
    help = fields.Nested(values.Bilingual, allow_none=True, load_default=None)
    part = values.choice(*PARTS, required=True)


def runs(fields_: Iterable[Entry]) -> Iterator[tuple[Entry | None, Sequence[Entry]]]:
    """Fields in order: those of an address together with what they are part of, any other by itself with None."""
    for place, run in groupby(fields_, key=lambda field: (field.get("part_of") or {}).get("name")):
        found = list(run)
        if place is None:
            yield from ((None, [field]) for field in found)
        else:
            yield found[0]["part_of"], found


def told(run: Sequence[Entry], say: Callable[[Entry], str]) -> str:
    """What a run of fields says, by what each of them does: an address in its lines."""
    if not run[0].get("part_of"):
        return say(run[0])
    return "\n".join(lines({field["part_of"]["part"]: say(field) for field in run}))


def lines(spoken: Mapping[str, str]) -> list[str]:
    """The lines of an address from what its parts say, in their order; what is empty is left out."""
    words = (" ".join(filter(None, (spoken.get(part) for part in line))) for line in LINES)
    return [line for several in words for line in several.splitlines() if line.strip()]
