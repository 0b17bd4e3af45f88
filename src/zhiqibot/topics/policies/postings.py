"""Inverted lists in numpy: which entries hold a term, and with what weight."""

import math
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
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
class Counts:
    """How often each entry holds each term, as three parallel arrays in order of terms; what postings are made of."""

    terms: Mapping[str, int]
    """Term -> its number."""
    starts: Longs
    """Per term, where its stretch begins; one more at the end."""
    places: Ints
    """The entries that hold the term."""
    counts: Floats
    lengths: Floats
    """Per entry, the sum of its counts."""

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(self.lengths)

    def holders(self) -> Floats:
        """Return, per term, how many entries hold it."""
        return np.diff(self.starts).astype(np.float32)


@dataclass(frozen=True)
class Postings:
    """Scores entries by the terms they hold; built once, read by any thread."""

    counts: Counts
    starts: Sequence[int]
    """As in `counts`; plain numbers are sliced with several times faster than numpy's."""
    weights: Floats
    """Per count, what the entry gains by holding the term."""
    idf: Mapping[str, float] = field(repr=False)
    unseen: float
    """The idf of a term that no entry has."""

    def weight(self, term: str) -> float:
        """How much a term tells entries apart; most for one that no entry has."""
        return self.idf.get(term, self.unseen)

    def scores(self, terms: Iterable[str]) -> Floats:
        """Return the sum of weights of `terms` per entry."""
        counts = self.counts
        places: list[Ints] = []
        weights: list[Floats] = []
        for term in terms:
            number = counts.terms.get(term)
            if number is not None:
                stretch = slice(self.starts[number], self.starts[number + 1])
                places.append(counts.places[stretch])
                weights.append(self.weights[stretch])
        if not places:
            return np.zeros(counts.size, dtype=np.float32)
        return np.bincount(np.concatenate(places), np.concatenate(weights), counts.size).astype(np.float32)


def bm25(entries: Iterable[Mapping[str, float]]) -> Postings:
    """Build BM25 postings; each entry maps its terms to a weighted count."""
    return weighed(count(entries))


def weighed(counts: Counts) -> Postings:
    """Weigh counts by BM25."""
    size, holders = counts.size, counts.holders()
    mean = (float(counts.lengths.mean()) if size else 0.0) or 1.0
    norms = (K1 * (1 - B + B * counts.lengths / mean)).astype(np.float32)
    weights = counts.counts * np.float32(K1 + 1) / (counts.counts + norms[counts.places])
    idf = np.log(1 + (size - holders + 0.5) / (holders + 0.5)).astype(np.float32)
    weights *= idf[_numbers(counts)]
    known = dict(zip(counts.terms, idf.tolist(), strict=True))
    return Postings(counts, counts.starts.tolist(), weights.astype(np.float32), known, math.log(1 + (size + 0.5) / 0.5))


def presence(entries: Iterable[Mapping[str, float]], idf: Mapping[str, float]) -> Postings:
    """Build postings in which a term an entry holds weighs its idf, however often it occurs."""
    counts = count(entries)
    known = np.array([idf.get(term, 0.0) for term in counts.terms], dtype=np.float32)
    return Postings(counts, counts.starts.tolist(), known[_numbers(counts)], idf, 0.0)


def count(entries: Iterable[Mapping[str, float]]) -> Counts:
    """Gather the terms of all entries; reads them once, one after the other."""
    terms: dict[str, int] = {}
    numbers, places, values, lengths = array("i"), array("i"), array("f"), array("f")
    for place, entry in enumerate(entries):
        numbers.extend([terms.setdefault(term, len(terms)) for term in entry])
        places.extend([place] * len(entry))
        values.extend(entry.values())
        lengths.append(sum(entry.values()))
    return _ordered(terms, _ints(numbers), _ints(places), _floats(values), _floats(lengths))


def joined(one: Counts, other: Counts) -> Counts:
    """Return the entries of both, those of `one` first; nothing is read anew."""
    terms = dict(one.terms)
    renumbered = np.array([terms.setdefault(term, len(terms)) for term in other.terms], dtype=np.int32)
    return _ordered(
        terms,
        np.concatenate([_numbers(one), renumbered[_numbers(other)]]),
        np.concatenate([one.places, other.places + np.int32(one.size)]),
        np.concatenate([one.counts, other.counts]),
        np.concatenate([one.lengths, other.lengths]),
    )


def kept(counts: Counts, wanted: Sequence[bool]) -> Counts:
    """Return only the entries wanted, in their order."""
    mask = np.array(wanted, dtype=bool)
    held = mask[counts.places]
    places = (np.cumsum(mask) - 1).astype(np.int32)[counts.places[held]]
    return _ordered(counts.terms, _numbers(counts)[held], places, counts.counts[held], counts.lengths[mask])


def _numbers(counts: Counts) -> Ints:
    """Return the term of every count."""
    return np.repeat(np.arange(len(counts.terms), dtype=np.int32), np.diff(counts.starts))


def _ordered(terms: Mapping[str, int], numbers: Ints, places: Ints, values: Floats, lengths: Floats) -> Counts:
    order = np.argsort(numbers, kind="stable")
    holders = np.bincount(numbers, minlength=len(terms))
    starts = np.concatenate([[0], np.cumsum(holders)]).astype(np.int64)
    return Counts(terms, starts, places[order], values[order], lengths)


def _ints(values: "array[int]") -> Ints:
    return np.frombuffer(values, dtype=np.int32) if len(values) else np.zeros(0, dtype=np.int32)


def _floats(values: "array[float]") -> Floats:
    return np.frombuffer(values, dtype=np.float32) if len(values) else np.zeros(0, dtype=np.float32)
