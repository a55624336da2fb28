"""What a word is to the search: its letters without umlauts, its stem, and the words that a text is made of."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import Stemmer

Stem = Callable[[str], str]

SPELT_OUT = re.compile(r"(?<![aeiouq])([aou])e")
"""`ae`, `oe` and `ue` as umlauts; in `neue`, `Bauer` and `Quelle` they are none."""
WORD = re.compile(r"[a-z0-9]+(?:[-/][a-z0-9]+)*")
PARTS = re.compile(r"[-/]")
PREFIXES = "an|ab|um|aus|ein|auf|zu|nach|vor|mit|weg|her|hin|rein|raus|los|fest|zurück|unter|über"
PARTICIPLE = re.compile(rf"({PREFIXES})ge(\w{{3,}}?)(e?t|en)")
INFINITIVE = re.compile(rf"({PREFIXES})zu(\w{{3,}}en)")
PARTICLES = frozenset(PREFIXES.split("|"))
"""What is split from a verb in a sentence: ich melde meinen Hund an."""
SHORTEST_TO_STEM = 3
REMEMBERED = 20_000
"""Words whose stem is kept: more than the catalogue has, and no more than that whatever is asked."""


def fold(text: str) -> str:
    """Lower case in plain letters, so that Führerschein, Fuehrerschein and Fuhrerschein are one."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return SPELT_OUT.sub(r"\1", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def split(text: str) -> list[str]:
    """The folded words of a text; one with hyphens as a whole and in its parts."""
    found = []
    for word in WORD.findall(fold(text)):
        parts = PARTS.split(word)
        if len(parts) > 1:
            found.append("".join(parts))
        found += parts
    return found


def german() -> Stem:
    """Snowball's stem of a folded word; participles and infinitives with `zu` as the verb they are of."""
    snowball = Stemmer.Stemmer("german")

    @lru_cache(maxsize=REMEMBERED)
    def stem(word: str) -> str:
        if len(word) <= SHORTEST_TO_STEM:
            return word
        return str(snowball.stemWord(INFINITIVE.sub(r"\1\2", PARTICIPLE.sub(r"\1\2en", word))))

    return stem
