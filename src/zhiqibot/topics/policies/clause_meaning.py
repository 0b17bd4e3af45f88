"""Which clauses mean what is asked, however it is worded: vectors of their sentences, made apart from any message."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from zhiqibot.content.policies import fold
from zhiqibot.nlu.arrays import ArraysUnusable, load_arrays, save_arrays
from zhiqibot.nlu.semantic import Embedder, centred
from zhiqibot.topics.policies.postings import Floats, Ints

logger = logging.getLogger(__name__)

LONGEST = 120  # characters of a sentence with its heading
BATCH = 16
LARGEST = 30_000
"""Sentences; a larger library is searched by its words alone, so that a question stays quick."""
_HASH_BYTES = 16


@dataclass(frozen=True)
class ClauseMeaning:
    """How alike a question is to the clauses of one index."""

    embedder: Embedder
    asked_centre: Floats
    """The mean of questions: unrelated ones still have 0.8 in common without it."""
    matrix: Floats
    """Per sentence, its unit vector around the mean of all."""
    owners: Ints
    """Per sentence, its clause."""
    size: int

    def likeness(self, question: str) -> Floats:
        """Return, per clause, the cosine of its most alike sentence."""
        asked = centred(self.embedder.embed([fold(question)]), self.asked_centre)[0]
        best = np.full(self.size, -1.0, dtype=np.float32)
        np.maximum.at(best, self.owners, self.matrix @ asked)
        return best


@dataclass
class SentenceVectors:
    """Vectors of sentences by the hash of their text, kept in one file per embedding model; without a folder, in memory."""

    embedder: Embedder
    asked_centre: Floats
    folder: Path | None = None
    _known: dict[bytes, Floats] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        try:
            arrays, _ = load_arrays(self._path) if self._path else ({}, {})
        except ArraysUnusable:
            return
        for row, vector in zip(arrays.get("hashes", ()), arrays.get("vectors", ()), strict=True):
            self._known[row.tobytes()] = vector

    def meaning_of(self, sentences: Sequence[tuple[int, str]], size: int) -> ClauseMeaning | None:
        """Return the meaning of the sentences of `size` clauses, each with its clause; takes 40 ms for a new one."""
        if not 0 < len(sentences) <= LARGEST:
            return None
        keys = [_key(text) for _, text in sentences]
        fresh = {key: text for key, (_, text) in zip(keys, sentences, strict=True) if key not in self._known}
        pending = sorted(fresh.items(), key=lambda pair: len(pair[1]))  # alike lengths make even batches
        for start in range(0, len(pending), BATCH):
            batch = pending[start : start + BATCH]
            vectors = self.embedder.embed_documents([text[:LONGEST] for _, text in batch]).astype(np.float16)
            self._known.update(zip((key for key, _ in batch), vectors, strict=True))
        self._known = {key: self._known[key] for key in keys}  # what stands nowhere any more is let go
        if pending:
            self._save()
        matrix = np.stack([self._known[key] for key in keys]).astype(np.float32)
        owners = np.array([place for place, _ in sentences], dtype=np.int32)
        return ClauseMeaning(self.embedder, self.asked_centre, centred(matrix, matrix.mean(axis=0)), owners, size)

    @property
    def _path(self) -> Path | None:
        return self.folder / f"clauses-{self.embedder.name}.npz" if self.folder else None

    def _save(self) -> None:
        if self._path:
            hashes = np.frombuffer(b"".join(self._known), dtype=np.uint8).reshape(-1, _HASH_BYTES)
            try:
                save_arrays(self._path, {"hashes": hashes, "vectors": np.stack(list(self._known.values()))}, {})
            except OSError as error:  # a full disk costs the next start some minutes, and this one nothing
                logger.warning("meaning of clauses not kept: %s", type(error).__name__)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8")).digest()[:_HASH_BYTES]
