"""The portal's own words for the search: what people call a service, which words mean the same, which say little or nothing."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from services.applications import yaml_files
from services.applications.search import words
from services.applications.search.index import Lexicon
from services.applications.search.words import Stem

FOLDER = Path(__file__).parent


def everyday() -> Mapping[str, Sequence[str]]:
    """What people call each service of the federal catalogue, by its id."""
    return {
        str(listing): [name.strip() for name in names.split(";")]
        for listing, names in yaml_files.read(FOLDER / "everyday.yaml").items()
    }


@cache
def lexicon() -> Lexicon:
    """How the search reads German and some English."""
    return read_lexicon(words.german())


def read_lexicon(stem: Stem) -> Lexicon:
    """The same words with another way to stem them."""
    raw = yaml_files.read(FOLDER / "synonyms.yaml")
    groups = [words.split(group) for group in raw["groups"]]
    return Lexicon(stem, groups, frozenset(words.split(raw["weak"])), frozenset(words.split(raw["stop"])))
