"""Search in plain texts (clauses, any documents): BM25 over words and characters, the best looked at once more by meaning."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from zhiqibot.content.policies import fold
from zhiqibot.nlu.semantic import Embedder
from zhiqibot.topics.policies.postings import Counts, Cut, Floats, Postings, count, joined, kept, terms_of, weighed

TITLE_WEIGHT = 2.0
LOOKED_AT_AGAIN = 30
"""So many of the best are weighed by meaning too: embedding one text takes 20–35 ms, once."""
MEANING_SHARE = 0.5
EMBEDDED_CHARS = 200  # one millisecond a character
Progress = Callable[[int], None]
"""Told how many documents have been read so far."""


@dataclass(frozen=True)
class Document:
    """Something that can be found."""

    id: str
    text: str
    title: str = ""


@dataclass(frozen=True)
class Found:
    """A hit; `score` orders the hits of one search and lies between 0 and 1 for the best."""

    id: str
    score: float


@dataclass(frozen=True)
class TextIndex:
    """An index over documents; never changed, a changed one is made from it without reading the old texts again."""

    cut: Cut
    ids: tuple[str, ...]
    postings: Postings

    @classmethod
    def of(cls, documents: Iterable[Document], cut: Cut, progress: Progress | None = None) -> "TextIndex":
        """Read documents into an index."""
        ids, counts = _read(documents, cut, progress)
        return cls(cut, ids, weighed(counts))

    def adding(self, documents: Iterable[Document]) -> "TextIndex":
        """Return the index with more documents; those with a known id replace it."""
        ids, counts = _read(documents, self.cut, None)
        base = self.leaving_out(ids)
        return TextIndex(self.cut, (*base.ids, *ids), weighed(joined(base.postings.counts, counts)))

    def leaving_out(self, ids: Iterable[str]) -> "TextIndex":
        """Return the index without some documents."""
        gone = set(ids)
        wanted = [one not in gone for one in self.ids]
        if all(wanted):
            return self
        left = tuple(one for one, stays in zip(self.ids, wanted, strict=True) if stays)
        return TextIndex(self.cut, left, weighed(kept(self.postings.counts, wanted)))

    def search(self, text: str, top: int) -> list[Found]:
        """Return the best documents by their words, best first; text of any kind is allowed."""
        terms = list(dict.fromkeys(terms_of(fold(text), self.cut)))
        scores = self.postings.scores(terms)
        if not scores.size or not float(scores.max()):
            return []
        best = _best(scores, top)
        ceiling = float(scores[best[0]])
        return [Found(self.ids[place], float(scores[place]) / ceiling) for place in best if scores[place] > 0]


class MeaningRanker:
    """Looks at the best hits once more: half words, half meaning. Remembers every document's vector."""

    def __init__(self, embedder: Embedder, texts: Mapping[str, str]) -> None:
        self._embedder, self._texts = embedder, texts
        self._vectors: dict[str, Floats] = {}

    def rank(self, question: str, hits: Sequence[Found]) -> list[Found]:
        """Return the hits in their new order; those beyond LOOKED_AT_AGAIN follow as they were."""
        again, rest = list(hits[:LOOKED_AT_AGAIN]), list(hits[LOOKED_AT_AGAIN:])
        if len(again) < 2:
            return list(hits)
        asked = self._embedder.embed([question])[0]
        alike = np.array([float(self._vector(hit.id) @ asked) for hit in again], dtype=np.float32)
        alike = (alike - alike.min()) / max(float(alike.max() - alike.min()), 1e-6)
        mixed = [
            Found(hit.id, (1 - MEANING_SHARE) * hit.score + MEANING_SHARE * float(meant))
            for hit, meant in zip(again, alike, strict=True)
        ]
        floor = min(hit.score for hit in mixed)
        ordered = sorted(mixed, key=lambda hit: -hit.score)
        ceiling = max((hit.score for hit in rest), default=0.0) or 1.0
        return [*ordered, *(Found(hit.id, floor * hit.score / ceiling) for hit in rest)]

    def _vector(self, document: str) -> Floats:
        if document not in self._vectors:
            self._vectors[document] = self._embedder.embed_documents([self._texts[document][:EMBEDDED_CHARS]])[0]
        return self._vectors[document]


def _read(documents: Iterable[Document], cut: Cut, progress: Progress | None) -> tuple[tuple[str, ...], Counts]:
    ids: list[str] = []

    def bags() -> Iterator[dict[str, float]]:
        for document in documents:
            ids.append(document.id)
            if progress:
                progress(len(ids))
            yield bag_of(document, cut)

    counts = count(bags())
    return tuple(ids), counts


def bag_of(document: Document, cut: Cut) -> dict[str, float]:
    """Return the terms of a document with their weighted counts."""
    bag: dict[str, float] = {}
    for weight, text in ((TITLE_WEIGHT, document.title), (1.0, document.text)):
        for term in terms_of(fold(text), cut) if text else ():
            bag[term] = bag.get(term, 0.0) + weight
    return bag


def _best(scores: Floats, top: int) -> list[int]:
    """Return the places of the highest scores, highest first; ties in order of place."""
    wanted = min(top, len(scores))
    pool = np.argpartition(-scores, wanted - 1)[:wanted] if wanted < len(scores) else np.arange(len(scores))
    return [int(place) for place in pool[np.lexsort((pool, -scores[pool]))]]
