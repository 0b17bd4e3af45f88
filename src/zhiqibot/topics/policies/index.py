"""Finding cards: BM25 over words and characters, then a second look at the best by the questions they answer."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from rapidfuzz import fuzz

from zhiqibot.content.policies import Fact, Faq, PolicyCorpus, fold
from zhiqibot.topics.policies.postings import Cut, Floats, Ints, Postings, bm25, presence, terms_of, units_of

RERANKED = 12
SORTED = 2_000  # entries; more are not put in order one and all
LOOSE = 0.4
"""Credit for a word whose characters an entry holds only one by one (专变 in 专用变压器)."""
_RUNS = re.compile(r"[a-z0-9+.%]+|[^a-z0-9+.%]+")
WEIGHTS = {"asked": 3.0, "lead": 2.0, "body": 1.0}


Subject = Sequence[tuple[float, list[str], list[str]]]
"""The words of a subject: weight, character pairs, characters."""


@dataclass(frozen=True)
class Entry:
    """One thing that can be found: a card or a cross-document question."""

    id: str
    kind: Literal["card", "faq"]
    title: str
    keywords: str
    lead: str
    body: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """A found entry; all three figures lie between 0 and about 1."""

    entry: Entry
    score: float
    """The blend the hits are ordered by."""
    coverage: float
    """Share of the question's weight that the entry holds."""
    likeness: float
    """Of the most alike of the entry's own questions."""


def entry_of(item: Fact | Faq) -> Entry:
    """Turn a card or a cross-document question into what the index holds."""
    if isinstance(item, Faq):
        return Entry(item.id, "faq", "", "", "", item.answer, item.questions)
    card = item.card
    amounts = " ".join(f"{one.what}{one.tier or ''}" for one in card.amounts)
    figures = " ".join(one.name for one in card.figures)
    body = " ".join([card.summary, amounts, figures, *card.conditions, *card.units, card.how_to_apply or ""])
    return Entry(card.id, "card", card.title, " ".join(card.keywords), card.lead, body, card.questions)


@dataclass(frozen=True)
class _Asked:
    """A question held against all entries and all their questions."""

    text: str
    folded: str
    terms: Sequence[str]
    mass: float
    lexical: Floats
    """Per entry."""
    likeness: Floats
    """Per known question."""
    best: Floats
    """Per entry, of its most alike question."""


@dataclass
class PolicyIndex:
    """Searches the corpus; built once, then only read."""

    entries: Sequence[Entry]
    cut: Cut
    unanswered: Sequence[str] = ()
    """Questions no entry answers."""
    _entries: Postings = field(init=False)
    _questions: Postings = field(init=False)
    _owners: "np.ndarray[tuple[int], np.dtype[np.int32]]" = field(init=False)
    _spans: list[tuple[int, int]] = field(init=False)
    """Per entry, where its questions lie among all questions."""
    _masses: Floats = field(init=False)
    _asked: list[str] = field(init=False)
    _places: dict[str, int] = field(init=False)
    _last: "_Asked | None" = field(init=False, default=None)
    _unanswered: Postings = field(init=False)
    _unanswered_masses: Floats = field(init=False)
    _bags: dict[str, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._bags = {}
        self._entries = bm25(self._bags_kept())
        asked = [(place, fold(q)) for place, entry in enumerate(self.entries) for q in (*entry.questions, entry.title)]
        asked = [(place, q) for place, q in asked if q]
        self._questions, self._masses = self._as_postings([q for _, q in asked])
        self._owners = np.array([place for place, _ in asked], dtype=np.int32)
        edges = np.searchsorted(self._owners, np.arange(len(self.entries) + 1))
        self._spans = [(int(first), int(last)) for first, last in pairwise(edges)]
        self._asked = [q for _, q in asked]
        self._places = {entry.id: place for place, entry in enumerate(self.entries)}
        self._unanswered, self._unanswered_masses = self._as_postings([fold(q) for q in self.unanswered])

    def _bags_kept(self) -> Iterator[dict[str, float]]:
        """Yield the bag of every entry and keep its terms; every text brings its own copies of them, one is kept."""
        shared: dict[str, str] = {}
        for entry in self.entries:
            bag = {shared.setdefault(term, term): weight for term, weight in self._bag(entry).items()}
            self._bags[entry.id] = frozenset(bag)
            yield bag

    def _as_postings(self, questions: Sequence[str]) -> tuple[Postings, Floats]:
        """Return questions as postings, and the weight of each; their terms are let go one question after the other."""
        masses: list[float] = []

        def bags() -> Iterator[dict[str, float]]:
            for question in questions:
                bag = dict.fromkeys(terms_of(question, self.cut), 1.0)
                masses.append(self._mass(bag))
                yield bag

        return presence(bags(), self._entries.idf), np.array(masses, dtype=np.float32)

    @classmethod
    def of(cls, corpus: PolicyCorpus, cut: Cut) -> "PolicyIndex":
        """Index every card and every cross-document question of a corpus."""
        items: list[Fact | Faq] = [*corpus.facts.values(), *corpus.faqs.values()]
        return cls([entry_of(item) for item in items], cut, corpus.unanswered)

    def search(self, text: str, limit: int = RERANKED) -> list[Hit]:
        """Return the best entries for a question, best first; text of any kind is allowed."""
        asked = self._asked_for(text)
        if asked is None:
            return []
        rough = asked.lexical / (asked.mass * 2.2) + asked.best
        top = highest(rough, min(limit, RERANKED))
        return sorted((self._look(int(place), asked) for place in top), key=lambda hit: -hit.score)

    def look(self, entry_id: str, text: str) -> Hit:
        """Return one entry as a hit for a question, whatever its place in the order."""
        place = self._places[entry_id]
        asked = self._asked_for(text)
        return self._look(place, asked) if asked else Hit(self.entries[place], 0.0, 0.0, 0.0)

    def unanswered_likeness(self, text: str) -> float:
        """Return how alike a question is to the most alike of those that no entry answers, from 0 to 1."""
        asked = self._asked_for(text)
        if asked is None or not self.unanswered:
            return 0.0
        overlap = self._unanswered.scores(asked.terms)
        return float((2 * overlap / (self._unanswered_masses + asked.mass)).max())

    def _asked_for(self, text: str) -> "_Asked | None":
        """Return a question held against all entries; the last one is kept, as it is looked at several times."""
        last = self._last
        if last is None or last.text != text:
            self._last = last = self._hold(text)
        return last if last.mass else None

    def _hold(self, text: str) -> "_Asked":
        folded = fold(text)
        terms = list(dict.fromkeys(terms_of(folded, self.cut)))
        mass = self._mass(terms)
        likeness = 2 * self._questions.scores(terms) / (self._masses + max(mass, 1e-6))
        best = np.zeros(len(self.entries), dtype=np.float32)
        np.maximum.at(best, self._owners, likeness)
        return _Asked(text, folded, terms, mass, self._entries.scores(terms), likeness, best)

    def weight(self, term: str) -> float:
        """How much a term tells entries apart."""
        return self._entries.weight(term)

    def weighed(self, subject: str) -> Subject:
        """Cut a subject into words and weigh them, ready to be looked for in many entries."""
        words = []
        for word in dict.fromkeys(_pieces(subject, self.cut)):
            units = units_of(word)
            if units:
                pairs = [one + other for one, other in pairwise(units)]
                weight = max((self._entries.weight(pair) for pair in pairs), default=0.5 * self._entries.weight(word))
                words.append((weight, pairs, units))
        return words

    def bag(self, entry_id: str) -> frozenset[str]:
        """Return the terms of one entry."""
        return self._bags[entry_id]

    def carried(self, entry_id: str, subject: Subject) -> float:
        """Return the share of a subject's weight that one entry speaks of, from 0 to 1; 0 for an empty subject."""
        return self.share(subject, self._bags[entry_id])

    def carried_by(self, entry_ids: Iterable[str], subject: Subject) -> float:
        """Return the share of a subject that several entries speak of together."""
        return self.share(subject, frozenset[str]().union(*(self._bags[one] for one in entry_ids)))

    def share(self, subject: Subject, bag: frozenset[str]) -> float:
        """The same for any bag of terms."""
        total = sum(weight for weight, _, _ in subject)
        held = 0.0
        for weight, pairs, units in subject:
            held += weight * _held(pairs, units, bag)
        return held / total if total else 0.0

    def _look(self, place: int, asked: "_Asked") -> Hit:
        """Look at one entry more closely: the wording of its most alike question."""
        first, last = self._spans[place]
        wording = 0.0
        if last > first:
            nearest = self._asked[first + int(asked.likeness[first:last].argmax())]
            wording = fuzz.ratio(asked.folded, nearest) / 100
        alike = 0.7 * float(asked.best[place]) + 0.3 * wording
        covered = min(1.0, float(asked.lexical[place]) / (asked.mass * 2.2))
        return Hit(self.entries[place], 0.55 * alike + 0.45 * covered * 1.6, covered, alike)

    def _mass(self, terms: Iterable[str]) -> float:
        return sum(self._entries.weight(term) for term in terms)

    def _bag(self, entry: Entry) -> dict[str, float]:
        bag: dict[str, float] = defaultdict(float)
        asked = " ".join((entry.title, entry.keywords, *entry.questions))
        for weight, text in ((WEIGHTS["asked"], asked), (WEIGHTS["lead"], entry.lead), (WEIGHTS["body"], entry.body)):
            for term in terms_of(fold(text), self.cut):
                bag[term] += weight
        return bag


def _pieces(text: str, cut: Cut) -> list[str]:
    """Cut a text into words; a run of Latin letters and digits (1+1+x, 10kv) is one word."""
    pieces: list[str] = []
    for run in _RUNS.findall(text):
        pieces += [run] if run.isascii() else cut(run)
    return pieces


def _held(pairs: Sequence[str], units: Sequence[str], bag: frozenset[str]) -> float:
    """Return how much of one word an entry holds: all its pairs, or a little for characters alone."""
    if not pairs:
        return 1.0 if units[0] in bag else 0.0
    in_pairs = len(bag.intersection(pairs)) / len(pairs)
    return 1.0 if in_pairs >= 1 else max(in_pairs, LOOSE * len(bag.intersection(units)) / len(units))


def highest(values: Floats, limit: int) -> Ints:
    """Return the places of the highest values, highest first; of very many, only those few are put in order."""
    if len(values) <= SORTED:
        return np.argsort(-values)[:limit].astype(np.int32)
    among = np.argpartition(-values, limit)[:limit]
    return among[np.argsort(-values[among])].astype(np.int32)
