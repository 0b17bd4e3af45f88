"""Which card's questions mean the same as the question asked: vectors of all known questions, searched by cosine.

The vectors of a release are shipped beside the corpus (`policy_faq/_semantic.npz`), small: 128 dimensions of one byte.
A question written since then has none and is found by its words alone until `zhiqibot train --semantic` has run.
"""

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from zhiqibot.content.policies import PolicyCorpus, fold
from zhiqibot.content.policy_loading import load_policies
from zhiqibot.core.errors import ContentError
from zhiqibot.nlu.arrays import ArraysUnusable, load_arrays, save_arrays
from zhiqibot.nlu.loading import train_in_child
from zhiqibot.nlu.semantic import Embedder, load_embedder
from zhiqibot.nlu.semantic_training import VectorStore
from zhiqibot.topics.policies.entries import questions_of
from zhiqibot.topics.policies.postings import Floats

FORMAT = 1
SHIPPED = "_semantic.npz"
DIMENSIONS = 128
TRAINING_TIMEOUT_S = 3_600.0
_HASH_BYTES = 16
_STEP = 1 / 127


@dataclass(frozen=True)
class QuestionVectors:
    """Vectors of known questions by the hash of their text, and how a new question is brought to the same space."""

    embedder: str
    centre: Floats
    projection: Floats
    """Shape (dimensions of the embedder, DIMENSIONS)."""
    known: Mapping[bytes, "npt.NDArray[np.int8]"]

    def project(self, vectors: Floats) -> Floats:
        """Bring vectors of the embedder to unit vectors of this space, shape (texts, DIMENSIONS)."""
        moved = (vectors - self.centre) @ self.projection
        unit: Floats = (moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)).astype(np.float32)
        return unit

    def save(self, path: Path) -> None:
        """Store the vectors at `path`."""
        arrays = {
            "centre": self.centre.astype(np.float16),
            "projection": self.projection.astype(np.float16),
            "hashes": np.frombuffer(b"".join(self.known), dtype=np.uint8).reshape(-1, _HASH_BYTES),
            "vectors": np.stack(list(self.known.values())),
        }
        save_arrays(path, arrays, {"format": FORMAT, "embedder": self.embedder})


def load_vectors(path: Path) -> QuestionVectors:
    """Return stored vectors; raises ArraysUnusable."""
    arrays, facts = load_arrays(path)
    try:
        if facts["format"] != FORMAT:
            raise ArraysUnusable("another format")
        known = {row.tobytes(): vector for row, vector in zip(arrays["hashes"], arrays["vectors"], strict=True)}
        centre, projection = (arrays[name].astype(np.float32) for name in ("centre", "projection"))
        return QuestionVectors(str(facts["embedder"]), centre, projection, known)
    except (KeyError, TypeError, ValueError) as error:
        raise ArraysUnusable(str(error)) from error


def make_vectors(corpus: PolicyCorpus, store: VectorStore, embedder: Embedder) -> QuestionVectors:
    """Embed every known question of a corpus; the first time takes minutes."""
    texts = sorted({fold(text) for _, texts in questions_of(corpus) for text in texts})
    vectors = store.vectors(texts)
    centre = vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(vectors - centre, full_matrices=False)
    made = QuestionVectors(embedder.name, centre, axes[:DIMENSIONS].T.astype(np.float32), {})
    small = np.round(made.project(vectors) / _STEP).astype(np.int8)
    known = {_key(text): vector for text, vector in zip(texts, small, strict=True)}
    return QuestionVectors(embedder.name, made.centre, made.projection, known)


class MeaningIndex:
    """How alike in meaning a question is to the known questions of each entry."""

    def __init__(self, corpus: PolicyCorpus, vectors: QuestionVectors, embedder: Embedder) -> None:
        rows: list[Any] = []
        owners: list[int] = []
        self._ids: dict[str, int] = {}
        for number, (entry, texts) in enumerate(questions_of(corpus)):
            self._ids[entry] = number
            found = [vectors.known[key] for key in (_key(fold(text)) for text in texts) if key in vectors.known]
            rows += found
            owners += [number] * len(found)
        self._matrix = np.stack(rows).astype(np.float32) * _STEP if rows else np.zeros((0, DIMENSIONS), np.float32)
        self._owners = np.array(owners, dtype=np.intp)
        self._vectors, self.embedder = vectors, embedder

    @property
    def centre(self) -> Floats:
        """The mean of all known questions, before they are made small."""
        return self._vectors.centre

    def likeness(self, question: str) -> dict[str, float]:
        """Return, per entry, the cosine of its most alike question; what no document answers among them."""
        asked = self._vectors.project(self.embedder.embed([fold(question)]))[0]
        best = np.full(len(self._ids), -1.0, dtype=np.float32)
        np.maximum.at(best, self._owners, self._matrix @ asked)
        return dict(zip(self._ids, best.tolist(), strict=True))


def load_meaning(corpus: PolicyCorpus, places: Sequence[Path], embedder: Embedder | None) -> MeaningIndex | None:
    """Return the index from the first usable file; None without an embedding model or without vectors for it."""
    if embedder is None:
        return None
    for place in places:
        try:
            vectors = load_vectors(place)
        except ArraysUnusable:
            continue
        if vectors.embedder == embedder.name:
            return MeaningIndex(corpus, vectors, embedder)
    return None


def vectors_path(cache_folder: Path) -> Path:
    """Return where the vectors made on this machine are kept."""
    return cache_folder / f"policy-questions-{FORMAT}.npz"


def train_vectors(policies: Path, cache_folder: Path) -> None:
    """Make the vectors of this machine's policies, in a process of its own; raises TrainingFailed."""
    train_in_child(__name__, policies, cache_folder, TRAINING_TIMEOUT_S)


def main(arguments: Sequence[str]) -> int:
    """Make the vectors of a policy folder, with a cache folder, into a file; 0 on success, 1 with the reason on stderr."""
    folder, cache = Path(arguments[0]), Path(arguments[1])
    embedder = load_embedder()
    if embedder is None:
        print("没有安装语义层（pip install 'zhiqibot[semantic]'），政策问答只按字词查找。", file=sys.stderr)
        return 1
    try:
        corpus = load_policies(folder)
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    target = Path(arguments[2]) if len(arguments) > 2 else vectors_path(cache)
    make_vectors(corpus, VectorStore(embedder, cache), embedder).save(target)
    return 0


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8")).digest()[:_HASH_BYTES]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
