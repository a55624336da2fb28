"""Finds the municipality somebody means: by name, by part of it, by a place in it, by postal code, typed as people type."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

Municipality = Mapping[str, Any]

TITLES = ("samtgemeinde", "gemeinde", "stadt", "landkreis")
BRACKETS = re.compile(r"\(.*?\)")
FIVE = 5
"""Digits of a postal code."""
LIKENESS = 0.75
"""How like a name something must be to be offered instead: `Sogl` is 0.8 of `Sögel`, `Bremen` 0.67 of `Freren`."""
MOST_LIKE = 3


def matching(municipalities: Sequence[Municipality], q: str) -> list[Municipality]:
    """Those that are meant: every word or number of `q` must be found. Where a whole name was typed, only those of that name."""
    words = _words(q)
    if not words:
        return []
    found = [m for m in municipalities if all(_fits(m, word) for word in words)]
    wanted = _bare(words)
    exact = [m for m in found if any(wanted == _bare(_words(name)) for name in _names(m))]
    return exact or found


def named(municipalities: Sequence[Municipality], q: str) -> list[Municipality]:
    """Those of which the whole name or postal code was typed and nothing else: for a place in the box for services."""
    words = _words(q)
    if len(words) == 1 and words[0].isdigit():
        return matching(municipalities, q) if len(words[0]) == FIVE else []
    wanted = _bare(words)
    return [m for m in municipalities if wanted and any(wanted in _whole(name) for name in _names(m))]


def like(municipalities: Sequence[Municipality], q: str) -> list[Municipality]:
    """Those with a name like what was typed, the likest first: for one that is not found because of a letter."""
    by_name: dict[str, Municipality] = {}
    for municipality in municipalities:
        for name in _names(municipality):
            by_name.setdefault("".join(_bare(_words(name))), municipality)
    close = get_close_matches("".join(_bare(_words(q))), by_name, MOST_LIKE, LIKENESS)
    found: list[Municipality] = []
    for name in close:
        if by_name[name] not in found:
            found.append(by_name[name])
    return found


def found_by(municipality: Municipality, q: str) -> str:
    """The place within the municipality that was typed; empty where the municipality itself was."""
    words = _words(q)
    if all(any(word in spelt for spelt in _spellings(municipality["name"])) for word in words if not word.isdigit()):
        return ""
    return next((p for p in _places(municipality) if all(_is_in(p, word) for word in words if not word.isdigit())), "")


def _whole(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A name with and without what stands in brackets: Lingen (Ems) is Lingen."""
    return _bare(_words(name)), _bare(_words(BRACKETS.sub("", name)))


def _fits(municipality: Municipality, word: str) -> bool:
    if word.isdigit():
        # The county shares the code of its seat, and nobody lives in the county alone.
        return municipality["kind"] != "county" and any(code.startswith(word[:FIVE]) for code in municipality["postal_codes"])
    return any(_is_in(name, word) for name in _names(municipality))


def _names(municipality: Municipality) -> Iterator[str]:
    yield municipality["name"]
    yield from _places(municipality)


def _places(municipality: Municipality) -> Sequence[str]:
    return municipality["places"] if municipality["kind"] != "county" else ()


def _is_in(name: str, word: str) -> bool:
    return any(spelt_word in spelt for spelt_word in _spellings(word) for spelt in _spellings(name))


def _spellings(text: str) -> tuple[str, str]:
    """With umlauts as ae, oe, ue, and as their bare letters: people without the keys type either."""
    lower = text.casefold()
    return _plain(lower.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")), _plain(lower)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text)
    return "".join(c for c in letters if not unicodedata.combining(c))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())


def _bare(words: Sequence[str]) -> tuple[str, ...]:
    """Words without the title that every municipality has, in one spelling, so that Sogel is not Soegel but Sögel is."""
    return tuple(_spellings(word)[0] for word in words if word not in TITLES)
