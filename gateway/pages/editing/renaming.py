"""A question, or a step of several entries, gets another short name: whatever names it in the same service gets it, too."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.pages.editing import source
from gateway.pages.editing.parts import ADDRESS, ORDER
from gateway.pages.editing.positions import Place
from services.contracts import conditions
from services.contracts.addresses import PARTS

Names = Mapping[str, str]
"""New names by the old ones."""
NO_NAMES = (*conditions.JOINED, "today")
OFFSET = r"(?P<offset>[+-][0-9]{1,4}[dmy])?"
BOUNDS = ("earliest", "latest")


class InUseError(Exception):
    """The new name is none, or another's, and something at `place` names the part: what it means could not be told any more."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.place = place


def renamed(text: str, values: Mapping[str, Any], place: Place, name: Any) -> str:
    """The text, in which the part at the place is called `name` already, with that name wherever the old one was meant.

    `values` are those of the text before. Raises InUseError. Where two parts have the old name, nothing is renamed.
    """
    before = source.at(values, place)
    new = _new_names(before, name)
    used = [use for use in _uses(values) if use[0] != place and _with(*use[1:], new) != use[2]]
    if not used or _count(values, str(before.get("name"))) > 1:
        return text
    if not name or name in NO_NAMES or any(_count(values, each) for each in new.values() if each not in new):
        raise InUseError(used[0][0])
    for where, key, told in used:
        text = source.put(text, where, {key: _with(key, told, new)}, ORDER["field"])
    return text


def _new_names(before: Mapping[str, Any], name: Any) -> Names:
    """An address is named by its parts."""
    old, new = str(before.get("name")), str(name or "")
    if before.get("type") != ADDRESS:
        return {old: new}
    return {old.removesuffix(ADDRESS) + part: new.removesuffix(ADDRESS) + part for part in PARTS}


def _uses(values: Mapping[str, Any]) -> Iterator[tuple[Place, str, Any]]:
    """Every value that may name a question: its place, its key, and what it says."""
    for number, section in enumerate(values.get("sections") or []):
        yield ("sections", number), "when", section.get("when")
    for place, field in source.places(values):
        yield from ((place, key, field.get(key)) for key in ("when", *BOUNDS))
    for number, attachment in enumerate(values.get("attachments") or []):
        yield ("attachments", number), "when", attachment.get("when")
    for number, fee in enumerate(values.get("fees") or []):
        yield ("fees", number), "pieces_field", fee.get("pieces_field")


def _with(key: str, told: Any, new: Names) -> Any:
    if key == "when":
        return _condition(told, new)
    return _day(told, new) if key in BOUNDS else _name(told, new)


def _name(told: Any, new: Names) -> Any:
    return new.get(told, told) if isinstance(told, str) else told


def _day(told: Any, new: Names) -> Any:
    """`moved_in+14d` with the new name in front."""
    for old, name in new.items():
        if isinstance(told, str) and (found := re.fullmatch(re.escape(old) + OFFSET, told)):
            return name + (found["offset"] or "")
    return told


def _condition(told: Any, new: Names) -> Any:
    if isinstance(told, list):
        return [_condition(part, new) for part in told]
    if not isinstance(told, Mapping):
        return told
    return {
        _name(name, new): _condition(test, new) if name in conditions.JOINED else _test(test, new) for name, test in told.items()
    }


def _test(test: Any, new: Names) -> Any:
    """What a question is compared with may be the day of another."""
    return {how: _day(bound, new) for how, bound in test.items()} if isinstance(test, Mapping) else test


def _count(values: Mapping[str, Any], name: str) -> int:
    """How many parts of the form are called so, or have an answer of that name."""
    sections = values.get("sections") or []
    fields = [field for _, field in source.places(values)]
    names = [section.get("name") for section in sections]
    for field in fields:
        names += _new_names(field, field.get("name")) if field.get("type") == ADDRESS else []
        names.append(field.get("name"))
    return names.count(name)
