"""Names for services, steps and fields, out of what FIM calls its elements."""

import re

from text_unidecode import unidecode  # type: ignore[import-untyped]

LONGEST = 60
"""Answers are kept under names of at most 60 characters (contract of `applications`)."""
USUAL = 40
TAKEN_BY_CONDITIONS = ("all", "any", "not")
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def slug(text: str, joint: str, most: int = USUAL) -> str:
    """Lower-case words and numbers of a text, cut after a whole word where that is possible; begins with a letter."""
    letters = re.sub(r"[\W_]+", " ", text.translate(GERMAN))
    words = re.findall(r"[a-z0-9]+", unidecode(letters).lower())
    found = joint.join(words)
    if len(found) > most:
        whole = found[: most + 1].rpartition(joint)[0]
        found = whole or found[:most]
    if not found or not found[0].isalpha():
        found = joint.join(filter(None, ("feld", found)))
    return found


class Names:
    """The names of one form, each given once."""

    def __init__(self) -> None:
        self._given: set[str] = set(TAKEN_BY_CONDITIONS)

    def give(self, *wanted: str) -> str:
        """A name for an element: its own, with more and more of what is around it where that is taken, then with a number."""
        own, *around = (slug(one, "_") for one in wanted)
        name = own
        for outer in around:
            if name not in self._given:
                break
            name = f"{slug(outer, '_', LONGEST - 8 - len(own))}_{own}"
        number, plain = 2, name
        while name in self._given:
            name, number = f"{plain[: LONGEST - 5].rstrip('_')}_{number}", number + 1
        self._given.add(name)
        return name
