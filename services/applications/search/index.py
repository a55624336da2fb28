"""An index in memory: which documents a question fits, by phrases that somebody could have typed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log

from services.applications.search.compounds import Compounds
from services.applications.search.similar import Similar
from services.applications.search.words import PARTICLES, Stem, split

PART = 0.65
"""How much a part of a compound counts beside the whole word."""
SAME = 0.75
"""How much a word that means the same counts beside the word itself."""
BEGUN = 0.75
"""How much a word counts of which only the beginning was typed."""
PER_EDIT = 0.15
"""What every wrong letter costs."""
WEAK = 0.25
"""How much a word counts that stands in questions of every kind."""
PRECISION = 0.4
"""The share of a phrase's score that hangs on how much of the phrase was asked for."""
BAG = 0.25
"""The share of a document's score that hangs on all of its phrases together."""
LEAST_COVERED = 0.25
"""The share of a question that a document must answer."""
LEAST_OF_BEST = 0.4
MOST_WORDS = 12
LONGEST = 40
"""Words and letters that are looked at; nobody types more, and a question must not cost more than that."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something a document is called; `weight` says how surely, `entry` which of its entries by number, if any."""

    text: str
    weight: float = 1.0
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What can be found."""

    key: str
    phrases: Sequence[Phrase]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found, and the entries of it that fit, best first."""

    key: str
    score: float
    entries: Sequence[int]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the index knows of words: how to stem them, which mean the same, which say little and which nothing."""

    stem: Stem
    groups: Sequence[Sequence[str]] = ()
    weak: frozenset[str] = frozenset()
    stop: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Asked:
    """One word of a question: the terms by which it is found, each with how well it does, and what it weighs."""

    terms: dict[str, float] = field(default_factory=dict)
    weight: float = 0.0

    def add(self, term: str, fit: float) -> None:
        if fit > self.terms.get(term, 0.0):
            self.terms[term] = fit


class Index:
    """Built once, asked often; it never changes."""

    def __init__(self, documents: Iterable[Document], lexicon: Lexicon) -> None:
        self._lexicon, self._stem = lexicon, lexicon.stem
        self._documents = list(documents)
        self._document_of: list[int] = []
        self._phrases: list[Phrase] = []
        words_of = [[(p, self._words(p.text)) for p in document.phrases] for document in self._documents]
        vocabulary = {word for phrases in words_of for _, words in phrases for word in words}
        self._similar = Similar(vocabulary)
        self._known = {self._stem(word) for word in vocabulary}
        self._compounds = Compounds(vocabulary, self._stem)
        self._same = self._synonyms(lexicon.groups)
        self._postings, self._rarity = self._post(words_of)
        self._mass = [sum(self._rarity[self._stem(w)] for w in words) for phrases in words_of for _, words in phrases]

    def rank(self, question: str) -> list[Hit]:
        """What fits, best first."""
        asked = self._asked(question)
        whole = sum(word.weight for word in asked)
        if not whole:
            return []
        covered: dict[int, float] = defaultdict(float)
        together: dict[int, float] = defaultdict(float)
        for word in asked:
            best: dict[int, float] = {}
            for term, fit in word.terms.items():
                for phrase, weight in self._postings.get(term, ()):
                    if fit * weight > best.get(phrase, 0.0):
                        best[phrase] = fit * weight
            found: dict[int, float] = {}
            for phrase, fit in best.items():
                covered[phrase] += fit * word.weight
                document = self._document_of[phrase]
                value = fit * self._phrases[phrase].weight
                if value > found.get(document, 0.0):
                    found[document] = value
            for document, fit in found.items():
                together[document] += fit * word.weight
        return self._hits(whole, covered, together)

    def _hits(self, whole: float, covered: Mapping[int, float], together: Mapping[int, float]) -> list[Hit]:
        best: dict[int, float] = defaultdict(float)
        entries: dict[int, dict[int, float]] = defaultdict(dict)
        for number, mass in covered.items():
            phrase, document = self._phrases[number], self._document_of[number]
            asked_for = min(1.0, mass / self._mass[number])
            plain = mass / whole * (1 - PRECISION + PRECISION * asked_for)
            best[document] = max(best[document], plain * phrase.weight)
            if phrase.entry is not None:
                entries[document][phrase.entry] = max(entries[document].get(phrase.entry, 0.0), plain)
        hits = []
        for document, score in best.items():
            share = together[document] / whole
            if share >= LEAST_COVERED:
                ordered = sorted(entries[document], key=lambda entry: (-entries[document][entry], entry))
                hits.append(Hit(self._documents[document].key, (1 - BAG) * score + BAG * share, ordered))
        hits.sort(key=lambda hit: (-hit.score, hit.key))
        return [hit for hit in hits if hit.score >= LEAST_OF_BEST * hits[0].score]

    def _asked(self, question: str) -> list[_Asked]:
        words = [word[:LONGEST] for word in split(question) if word not in self._lexicon.stop or word in PARTICLES][:MOST_WORDS]
        verbs = [(particle + word, word) for particle in words if particle in PARTICLES for word in words]
        joined = [first + second for first, second in pairwise(words)]
        found: list[_Asked] = []
        for word in words:
            if word in self._lexicon.stop:
                continue
            wholes = [verb for verb, base in verbs if base == word]
            wholes += [compound for compound in joined if compound.startswith(word) or compound.endswith(word)]
            terms = {term: 1.0 for term in map(self._stem, wholes) if term in self._known}
            for asked in self._meant(word):
                for term, fit in terms.items():
                    asked.add(term, fit)
                _, asked.weight = max(((fit, self._rarity[term]) for term, fit in asked.terms.items()), default=(0, self._rarest))
                asked.weight *= WEAK if word in self._lexicon.weak else 1.0
                found.append(asked)
        return found

    def _meant(self, word: str) -> list[_Asked]:
        """The word itself with what means the same; of a compound nobody knows, each of its parts."""
        term = self._stem(word)
        parts = self._compounds.parts(word)
        if term not in self._known and parts and not self._similar.begun(word):
            return [self._with_synonyms(_Asked({part: 1.0})) for part in parts if part in self._known]
        asked = _Asked({term: 1.0} if term in self._known else {})
        for same in self._same.get(term, ()):
            asked.add(same, SAME)
        for part in parts:
            asked.add(part, PART)
        if term not in self._known:
            self._mend(word, asked)
        return [self._with_synonyms(asked)]

    def _with_synonyms(self, asked: _Asked) -> _Asked:
        for term, fit in list(asked.terms.items()):
            for same in self._same.get(term, ()):
                asked.add(same, fit * SAME)
        return asked

    def _mend(self, word: str, asked: _Asked) -> None:
        """A word nobody knows: only begun, mistyped, or a compound of which a part is mistyped."""
        begun = self._similar.begun(word)
        for whole in begun:
            asked.add(self._stem(whole), BEGUN)
        for near, edits in [] if begun else self._similar.nearest(word):
            asked.add(self._stem(near), 1 - PER_EDIT * edits)
        if not asked.terms:
            self._mend_compound(word, asked)

    def _mend_compound(self, word: str, asked: _Asked) -> None:
        known = [*self._compounds.begins(word), *self._compounds.ends(word)]
        for part, rest in known:
            for near, edits in self._similar.nearest(rest)[:1]:
                asked.add(part, PART)
                asked.add(self._stem(near), PART * (1 - PER_EDIT * edits))
                return
        for part, _ in known[:1]:
            asked.add(part, PART)

    def _words(self, text: str) -> list[str]:
        return [word for word in split(text) if word not in self._lexicon.stop]

    def _synonyms(self, groups: Sequence[Sequence[str]]) -> dict[str, set[str]]:
        same: dict[str, set[str]] = defaultdict(set)
        for group in groups:
            stems = {self._stem(word) for text in group for word in split(text)}
            for stem in stems:
                same[stem] |= (stems - {stem}) & self._known
        return dict(same)

    def _post(
        self, words_of: Sequence[Sequence[tuple[Phrase, list[str]]]]
    ) -> tuple[dict[str, list[tuple[int, float]]], dict[str, float]]:
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        documents: dict[str, set[int]] = defaultdict(set)
        for number, phrases in enumerate(words_of):
            for phrase, words in phrases:
                terms: dict[str, float] = {}
                for word in words:
                    for part in self._compounds.parts(word):
                        terms.setdefault(part, PART)
                for word in words:
                    terms[self._stem(word)] = 1.0
                for term, weight in terms.items():
                    postings[term].append((len(self._phrases), weight))
                    documents[term].add(number)
                self._phrases.append(phrase)
                self._document_of.append(number)
        self._rarest = log(1 + len(words_of))
        return dict(postings), {term: log(1 + len(words_of) / len(of)) for term, of in documents.items()}
