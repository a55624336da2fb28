"""A file that a schema asks for, as a place for files of the service: attachments come after all questions of a form."""

from collections.abc import Set as AbstractSet
from typing import Any

from services.applications.fim import conditions
from services.applications.fim.elements import Field
from services.applications.fim.notes import Notes
from services.applications.fim.places import Condition, Place
from services.applications.fim.questions import Question, both
from services.contracts.attachments import KINDS, MOST_BYTES, MOST_FILES

KIND_OF = {media_type: kind for kind, media_type in KINDS.items()} | {"image/jpg": "jpeg"}


def attachment(place: Place, element: Field, known: AbstractSet[str], comment: str, notes: Notes) -> Question:
    """The place for files; `known` are the questions that its condition may look at."""
    entry: dict[str, Any] = {"name": place.name, "label": both(element.label)}
    if element.help:
        entry["help"] = both(element.help)
    when = _when(place, known)
    entry["required"] = place.is_required and when is not None and _is_told(place)
    if place.is_required and not entry["required"]:
        notes.miss(element.told, "must be there only with its group or entry, which no attachment knows; it may be left out.")
    if when:
        entry["when"] = when
    entry["most"] = _most(place, element, notes)
    if kinds := _kinds(element, notes):
        entry["kinds"] = kinds
    return Question(entry, [comment])


def _when(place: Place, known: AbstractSet[str]) -> Condition | None:
    """When a file is asked for, empty for always; None where that cannot be told once for the whole form."""
    when = conditions.shown(place)
    return when if place.entry in {None, place} and known >= set(conditions.names(when)) else None


def _is_told(place: Place) -> bool:
    """Whether each group around is always filled in, or a question in front tells whether it is."""
    around = place.parent
    while around is not None and around.parent is not None and not around.question and not around.choice:
        if not around.is_required:
            return False
        around = around.parent
    return True


def _most(place: Place, element: Field, notes: Notes) -> int:
    """How many files may be brought; within a repeated group those of all entries together."""
    is_several = place.entry not in {None, place}
    most = MOST_FILES if is_several else min(element.count.most or MOST_FILES, MOST_FILES)
    if is_several:
        notes.miss(element.told, f"is asked for in each entry; the form has one place for up to {most} files of all of them.")
    elif element.count.least > 1 or most != (element.count.most or most):
        notes.miss(element.told, f"{element.count} files are asked for; the form takes up to {most} and looks for one.")
    return most


def _kinds(element: Field, notes: Notes) -> list[str]:
    """The kinds of files that the schema names and that can be told by their content; none: those of the house."""
    kinds = list(dict.fromkeys(KIND_OF[one] for one in element.media_types if one in KIND_OF))
    if unknown := [one for one in element.media_types if one not in KIND_OF]:
        instead = ", ".join(kinds) or "the usual kinds"
        notes.miss(element.told, f"files of the kind {', '.join(unknown)} cannot be attached; {instead} can.")
    if element.most_bytes and element.most_bytes != str(MOST_BYTES):
        notes.change(element.told, f"a file may have {MOST_BYTES} bytes, in the schema {element.most_bytes}.")
    return kinds
