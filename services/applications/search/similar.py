"""Finds the known words that somebody meant who mistyped one, or has not typed it to its end."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

ONE_WRONG, TWO_WRONG, THREE_WRONG = 4, 7, 13
"""From how many letters on, so many of them may be wrong."""
MOST_NEAR = 4
MOST_BEGUN = 8


class Similar:
    """The words of a catalogue, in order and by length."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words)
        self._by_length = sorted(self._words, key=len)

    def nearest(self, word: str) -> list[tuple[str, float]]:
        """Those that are the fewest letters away, with how many: wrong, left out, too many, or two that changed places."""
        edits = sum(len(word) >= letters for letters in (ONE_WRONG, TWO_WRONG, THREE_WRONG))
        if not edits:
            return []
        # Others are too short or too long to be so near.
        first = bisect_left(self._by_length, len(word) - edits, key=len)
        last = bisect_right(self._by_length, len(word) + edits, key=len)
        near = process.extract(word, self._by_length[first:last], scorer=OSA.distance, score_cutoff=edits, limit=MOST_NEAR)
        return [(found, float(distance)) for found, distance, _ in near if distance == near[0][1]]

    def begun(self, word: str) -> list[str]:
        """Those that begin like this."""
        if len(word) < ONE_WRONG:
            return []
        first = bisect_left(self._words, word)
        return [found for found in self._words[first : first + MOST_BEGUN] if found.startswith(word)]
