"""The elements of a schema in their places: the same group may stand in several, and each place has names of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from services.applications.fim.elements import Field, Group, Schema
from services.applications.fim.naming import Names

Condition = dict[str, Any]
SHORT_ID = 9
"""XDatenfelder 2 names elements with 8 digits, version 3 puts three zeros within: G60000086 is G60000000086."""


@dataclass(eq=False, slots=True)
class Choice:
    """A question of ours: which of several elements is filled in."""

    name: str
    members: list["Place"]
    is_required: bool
    told: str


@dataclass(eq=False, slots=True)
class Place:
    """An element in its place.

    `name` is that of the field, or of the step of a repeated group; `question` asks whether the group is filled in at all;
    `conditions` are from rules.
    """

    element: Field | Group
    parent: "Place | None"
    order: int
    children: list["Place"] = field(default_factory=list)
    name: str = ""
    question: str = ""
    choice: Choice | None = None
    conditions: list[Condition] = field(default_factory=list)
    is_required: bool = False

    @property
    def told(self) -> str:
        """The place in a sentence."""
        return self.element.told

    @property
    def entry(self) -> "Place | None":
        """The repeated group, or the repeated field, this stands in or is: the outermost, as the form knows only one level."""
        outer = self.parent.entry if self.parent else None
        return outer or (self if self.element.count.repeats and self.parent else None)

    def everything(self) -> Iterator["Place"]:
        """A place and all within, in the order of the schema."""
        yield self
        for one in self.children:
            yield from one.everything()

    def path(self) -> list[str]:
        """The ids from the outside to here."""
        return [*(self.parent.path() if self.parent else []), self.element.id]


def lay(schema: Schema) -> Place:
    """The places of a schema; the root is the schema itself."""
    return _place(schema, None, iter(range(10**9)))


def _place(element: Field | Group, parent: Place | None, numbers: Iterator[int]) -> Place:
    place = Place(element, parent, next(numbers), is_required=element.count.least > 0)
    if isinstance(element, Group):
        place.children = [_place(one, place, numbers) for one in element.children]
    return place


def name_all(top: Place, asked: set[Place], names: Names) -> None:
    """Give every field that is asked and every group that is repeated its name, in the order of the schema."""
    for place in top.everything():
        named = place in asked or (place.element.count.repeats and any(one in asked for one in place.everything()))
        if place.parent is not None and named:
            place.name = names.give(*surroundings(place))


def surroundings(place: Place) -> list[str]:
    """What a place is called, and what is around it, from the inside."""
    found = [place.element.name]
    while place.parent is not None and place.parent.parent is not None:
        place = place.parent
        found.append(place.element.name)
    return found


def find(path: str, owner: Place, top: Place) -> Place | None:
    """The one place a rule of `owner` means by an id or a dotted path of ids; None where it is none, or not certain which."""
    ids = [_long(one) for one in path.split(".")]
    for around in _outwards(owner):
        found = [place for place in around.everything() if _ends(place, ids)]
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


def _outwards(place: Place) -> Iterator[Place]:
    current: Place | None = place
    while current is not None:
        yield current
        current = current.parent


def _ends(place: Place, ids: list[str]) -> bool:
    """Whether the ids lead to this place: its own is the last, the others stand around it in this order."""
    if _long(place.element.id) != ids[-1]:
        return False
    around = reversed([_long(one) for one in place.path()[:-1]])
    return all(any(one == wanted for one in around) for wanted in reversed(ids[:-1]))


def _long(id_: str) -> str:
    return f"{id_[:3]}000{id_[3:]}" if len(id_) == SHORT_ID else id_
