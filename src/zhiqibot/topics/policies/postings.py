"""Inverted lists in numpy: which entries hold a term, and with what weight."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Cut = Callable[[str], list[str]]

K1 = 1.2
B = 0.6


def terms_of(text: str, cut: Cut) -> list[str]:
    """Return what a folded text is found by: its words, and its characters alone and in pairs.

    A Latin word or a number is one character: “10千伏” must not be found by every 1."""
    chars = units_of(text)
    pairs = [one + other for one, other in pairwise(chars)]
    words = [word for word in cut(text) if len(word) > 2 and word.strip() and not word.isascii()]
    return [*chars, *pairs, *words]


def units_of(text: str) -> list[str]:
    """Split a text into Han characters and whole Latin words or numbers; marks and blanks are left out."""
    units: list[str] = []
    run = ""
    for char in text:
        if char.isascii() and (char.isalnum() or (run and char in "+.%")):
            run += char
            continue
        if run:
            units.append(run)
            run = ""
        if char.isalnum():
            units.append(char)
    return [*units, run] if run else units


@dataclass(frozen=True)
class Postings:
    """`lists` holds, per term, the entries that have it and its weight there; built once, read by any thread."""

    lists: Mapping[str, tuple[Ints, Floats]]
    idf: Mapping[str, float]
    size: int
    unseen: float
    """The idf of a term that no entry has."""

    def weight(self, term: str) -> float:
        """How much a term tells entries apart; most for one that no entry has."""
        return self.idf.get(term, self.unseen)

    def scores(self, terms: Iterable[str]) -> Floats:
        """Return the sum of weights of `terms` per entry."""
        found = [one for one in map(self.lists.get, terms) if one is not None]
        if not found:
            return np.zeros(self.size, dtype=np.float32)
        places = np.concatenate([one[0] for one in found])
        weights = np.concatenate([one[1] for one in found])
        return np.bincount(places, weights, self.size).astype(np.float32)


def bm25(entries: Sequence[Mapping[str, float]]) -> Postings:
    """Build BM25 postings; each entry maps its terms to a weighted count."""
    lengths = np.array([sum(entry.values()) for entry in entries] or [1.0])
    mean = float(lengths.mean()) or 1.0
    idf = _idf(entries)

    def weigh(term: str, count: float, place: int) -> float:
        norm = K1 * (1 - B + B * float(lengths[place]) / mean)
        return idf[term] * count * (K1 + 1) / (count + norm)

    return _build(entries, idf, weigh)


def presence(entries: Sequence[Mapping[str, float]], idf: Mapping[str, float]) -> Postings:
    """Build postings in which a term an entry holds weighs its idf, however often it occurs."""
    return _build(entries, idf, lambda term, _count, _place: idf.get(term, 0.0))


def _idf(entries: Sequence[Mapping[str, float]]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for entry in entries:
        for term in entry:
            counts[term] = counts.get(term, 0) + 1
    return {term: math.log(1 + (len(entries) - n + 0.5) / (n + 0.5)) for term, n in counts.items()}


def _build(
    entries: Sequence[Mapping[str, float]], idf: Mapping[str, float], weigh: Callable[[str, float, int], float]
) -> Postings:
    gathered: dict[str, tuple[list[int], list[float]]] = {}
    for place, entry in enumerate(entries):
        for term, count in entry.items():
            places, weights = gathered.setdefault(term, ([], []))
            places.append(place)
            weights.append(weigh(term, count, place))
    lists = {
        term: (np.array(places, dtype=np.int32), np.array(weights, dtype=np.float32))
        for term, (places, weights) in gathered.items()
    }
    return Postings(lists, idf, len(entries), math.log(1 + (len(entries) + 0.5) / 0.5))
