"""Takes compound words apart, by the words that a catalogue itself knows."""

from collections.abc import Iterable
from functools import lru_cache

from services.applications.search.words import REMEMBERED, Stem

SHORTEST = 8
"""Letters of a compound."""
SHORTEST_PART = 4
SHORT_PARTS = frozenset(
    {"amt", "ehe", "tod", "kfz", "pkw", "lkw", "bau", "uni", "gas", "rad", "tee", "see", "pass", "zoll", "gift"}
)
LINKS = ("", "s", "es", "n", "en", "er", "e", "ens")
"""What may stand between the parts: Geburt-s-urkunde, Hund-e-steuer."""
NO_PARTS = frozenset(
    {"ausser", "unter", "uber", "gegen", "nach", "ohne", "sowie", "oder", "eine", "einer", "eines", "ander", "heit", "keit"}
    | {"lich", "isch", "ungen", "schaft", "ende", "enden", "sche", "stand", "ling", "ring", "ding", "rung", "lung"}
)
MOST_PARTS = 4

Parts = tuple[str, ...]


class Compounds:
    """Splits a word into the fewest known words."""

    def __init__(self, known: Iterable[str], stem: Stem) -> None:
        self._stem = stem
        self._known = {word for word in known if _is_part(word)}
        self._stems = {stem(word) for word in self._known}
        self.parts = lru_cache(maxsize=REMEMBERED)(self._parts)
        """The stems of the parts of a word, at least two; none where it is no compound."""

    def _parts(self, word: str) -> Parts:
        found = self._apart(word, MOST_PARTS) if len(word) >= SHORTEST else ()
        return found if len(found) > 1 else ()

    def is_known(self, word: str) -> bool:
        """Whether this could be a part."""
        return _is_part(word) and (word in self._known or self._stem(word) in self._stems)

    def begins(self, word: str) -> list[tuple[str, str]]:
        """Each known word that this one begins with, as its stem, and what is left of it."""
        found = []
        for end in range(len(word) - SHORTEST_PART + 1, 2, -1):
            first = self._first(word[:end])
            if first:
                found.append((first, word[end:]))
        return found

    def ends(self, word: str) -> list[tuple[str, str]]:
        """Each known word that this one ends with, the longest first, as its stem, and what stands before it."""
        starts = range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
        return [(self._stem(word[start:]), word[:start]) for start in starts if self.is_known(word[start:])]

    def _apart(self, word: str, most: int) -> Parts:
        if most < MOST_PARTS and self.is_known(word):
            return (self._stem(word),)
        if most == 1:
            return ()
        best: Parts = ()
        for first, rest in self.begins(word):
            further = self._apart(rest, most - 1)
            if further and (not best or len(further) + 1 < len(best)):
                best = (first, *further)
                most = len(best)
        return best

    def _first(self, text: str) -> str:
        """The stem of a known word in front of another, with whatever links it to that."""
        for link in LINKS:
            if text.endswith(link):
                bare = text[: len(text) - len(link)]
                if _is_part(bare) and bare in self._known:
                    return self._stem(bare)
        return ""


def _is_part(word: str) -> bool:
    return (len(word) >= SHORTEST_PART or word in SHORT_PARTS) and word not in NO_PARTS and not word.isdigit()
