"""When a place of a schema is asked: from the rules about it, and from the questions of ours in front of the groups around it."""

from collections.abc import Iterator

from services.applications.fim.naming import slug
from services.applications.fim.places import Condition, Place


def joint(conditions: list[Condition]) -> Condition:
    """All of the conditions as one; an empty one always holds."""
    unique: list[Condition] = []
    for one in conditions:
        if one and one not in unique:
            unique.append(one)
    keys = [key for one in unique for key in one]
    if len(set(keys)) == len(keys):
        return {key: value for one in unique for key, value in one.items()}
    return {"all": unique}


def negated(condition: Condition) -> Condition:
    """The opposite of a condition."""
    return condition["not"] if list(condition) == ["not"] else {"not": condition}


def names(condition: Condition) -> Iterator[str]:
    """The questions a condition looks at."""
    for key, value in condition.items():
        if key == "not":
            yield from names(value)
        elif key in {"all", "any"}:
            for part in value:
                yield from names(part)
        else:
            yield key


def shown(place: Place) -> Condition:
    """When a place is asked, beside what holds for the step it is repeated in; empty for always."""
    return joint(_shown(place))


def around(place: Place) -> Condition:
    """When the groups around a place are asked."""
    return joint(_around(place))


def value_of(place: Place) -> str:
    """The answer that means this member of a choice."""
    members = place.choice.members if place.choice else []
    wanted = slug(place.element.name, "_")
    twins = [one for one in members if slug(one.element.name, "_") == wanted]
    return wanted if len(twins) <= 1 else f"{wanted}_{twins.index(place) + 1}"


def _shown(place: Place) -> list[Condition]:
    """A question of ours in front has the conditions of what is around it, so they need not be repeated."""
    if place.choice:
        return [*place.conditions, {place.choice.name: value_of(place)}]
    return [*place.conditions, *_around(place)]


def _around(place: Place) -> list[Condition]:
    parent = place.parent
    if parent is None:
        return []
    if parent.question:
        return [{parent.question: True}]
    return [] if parent.entry is parent else _shown(parent)
