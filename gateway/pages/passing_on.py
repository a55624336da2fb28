"""Who gets which answers of a business notice, as the clerk reads it beside the case."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.pages.answers import label_of
from gateway.pages.language import Speech


@dataclass(frozen=True)
class Recipient:
    """An authority, the numbers of the fields it gets, and the questions that were answered and do not concern it."""

    name: str
    legal_basis: str
    only_if: str
    numbers: str
    withheld: list[str]


def recipients(talk: Speech, case: Mapping[str, Any]) -> list[Recipient]:
    """The recipients of a case that is a business notice; none for any other."""
    asked = list(_answered(case["sections"], case["answers"]))
    return [
        Recipient(
            name=talk.local(entry["recipient"]),
            legal_basis=", ".join(entry["legal_basis"]),
            only_if=talk.local(entry.get("only_if")),
            numbers=ranges(entry["numbers"]),
            withheld=list(dict.fromkeys(label_of(talk, field) for field in asked if field["name"] not in entry["fields"])),
        )
        for entry in case.get("transmissions") or ()
    ]


def ranges(numbers: Sequence[int]) -> str:
    """`1–3, 5` for 1, 2, 3 and 5."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in found)


def _answered(sections: Iterable[Mapping[str, Any]], answers: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for section in sections:
        given = (answers.get(section["name"]) or []) if section.get("repeated") else [answers]
        yield from (field for field in section["fields"] if any(one.get(field["name"]) not in (None, "", []) for one in given))
