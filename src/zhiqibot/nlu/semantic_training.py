"""Training of the semantic layer: from the YAML sentences to a head over sentence vectors. Needs scikit-learn.

Run as `python -m zhiqibot.nlu.semantic_training INTENTS_FOLDER CACHE_FOLDER [TARGET_FILE [OWN_FOLDER]]`. Embedding takes 20–35 ms a
sentence, so vectors are kept in the cache folder by the text's hash: after an edit only new sentences are embedded.
"""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zhiqibot.content.intent_loading import load_intents
from zhiqibot.content.intents import NO_TOPIC, OUT_OF_SCOPE, TOPICS, IntentContent
from zhiqibot.core.errors import ContentError
from zhiqibot.nlu.arrays import ArraysUnusable, load_arrays, save_arrays
from zhiqibot.nlu.model import Floats
from zhiqibot.nlu.normal import Normaliser
from zhiqibot.nlu.semantic import Embedder, SemanticHead, centred, load_embedder, said, semantic_path

SHARPNESS_C = 10.0
KEEP_INSIDE = 0.975
FOLDS = 5
SEED = 20261123
NEVER = -20.0
BATCH = 32
SAVED_EVERY = 1_000  # sentences; an interrupted run goes on where it stopped
_HASH_BYTES = 16


class VectorStore:
    """Sentence vectors by the hash of their text, kept in one file per embedding model; without a folder, in memory."""

    def __init__(self, embedder: Embedder, folder: Path | None = None) -> None:
        self._embedder = embedder
        self._path = folder / f"vectors-{embedder.name}.npz" if folder else None
        self._known: dict[bytes, Any] = {}
        if self._path is None:
            return
        try:
            arrays, _ = load_arrays(self._path)
        except ArraysUnusable:
            return
        self._known = {row.tobytes(): vector for row, vector in zip(arrays["hashes"], arrays["vectors"], strict=True)}

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Return one vector per text, embedding those never seen; tells how far it is on stderr."""
        keys = [hashlib.sha256(said(text).encode("utf-8")).digest()[:_HASH_BYTES] for text in texts]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        pending = sorted(fresh.items(), key=lambda pair: len(pair[1]))  # alike lengths make even batches
        for start in range(0, len(pending), BATCH):
            batch = pending[start : start + BATCH]
            vectors = self._embedder.embed([text for _, text in batch]).astype(np.float16)
            self._known.update(zip((key for key, _ in batch), vectors, strict=True))
            done = start + len(batch)
            if done // SAVED_EVERY > start // SAVED_EVERY or done == len(pending):
                self._save()
                print(f"句意向量：{done}/{len(pending)}", file=sys.stderr, flush=True)
        return np.stack([self._known[key] for key in keys]).astype(np.float32)

    def _save(self) -> None:
        if self._path is None:
            return
        hashes = np.frombuffer(b"".join(self._known), dtype=np.uint8).reshape(-1, _HASH_BYTES)
        save_arrays(self._path, {"hashes": hashes, "vectors": np.stack(list(self._known.values()))}, {})


def train_head(content: IntentContent, store: VectorStore, embedder: Embedder) -> SemanticHead:
    """Return a head trained on all sentences of the content."""
    normaliser = Normaliser(content.lexicon.homophones)
    intents = tuple(key for key in content.intents if key != OUT_OF_SCOPE)
    topics = (*TOPICS, NO_TOPIC)
    labelled = [(text, intents.index(label)) for text, label in content.labelled() if label in intents]
    topical = [(text, topics.index(topic)) for text, topic in content.topical()]
    outside = list(content.outside())
    texts = [text for text, _ in labelled] + [text for text, _ in topical] + outside
    vectors = store.vectors([normaliser.read(text).text for text in texts])
    ours, about, others = np.split(vectors, [len(labelled), len(labelled) + len(topical)])
    centre = ours.mean(axis=0)
    parts = [
        fit_vectors(centred(ours, centre), [place for _, place in labelled], len(intents)),
        fit_vectors(centred(about, centre), [place for _, place in topical], len(topics)),
        _gate(centred(ours, centre), centred(others, centre)),
    ]
    weights = np.hstack([weights for weights, _ in parts]).astype(np.float32)
    bias = np.concatenate([bias for _, bias in parts]).astype(np.float32)
    return SemanticHead(intents, topics, embedder.name, centre, weights, bias)


def fit_vectors(vectors: Any, wanted: Sequence[int], labels: int) -> tuple[Any, Any]:
    """Fit a multinomial regression; return weights (dimensions by labels) and bias; a label never seen is never chosen."""
    from sklearn.linear_model import LogisticRegression

    weights, bias = np.zeros((vectors.shape[1], labels)), np.full(labels, NEVER)
    present = sorted(set(wanted))
    if len(present) < 2:
        bias[present] = 0.0
        return weights, bias
    machine = LogisticRegression(C=SHARPNESS_C, max_iter=300).fit(vectors, wanted)
    if len(machine.classes_) == 2:
        weights[:, machine.classes_[1]], bias[machine.classes_[1]] = machine.coef_[0], machine.intercept_[0]
        bias[machine.classes_[0]] = 0.0
    else:
        weights[:, machine.classes_], bias[machine.classes_] = machine.coef_.T, machine.intercept_
    return weights, bias


def _gate(ours: Any, others: Any) -> tuple[Any, Any]:
    """Fit the scope gate, moved so that it keeps KEEP_INSIDE of our sentences, measured on folds not fitted on."""
    if not len(others):
        return np.zeros((ours.shape[1], 1)), np.array([-NEVER])
    vectors = np.vstack([ours, others])
    inside = np.array([1] * len(ours) + [0] * len(others))
    fold_of = np.random.default_rng(SEED).permutation(len(inside)) % FOLDS
    margins = np.zeros(len(inside))
    for fold in range(FOLDS):
        held = fold_of == fold
        weights, bias = fit_vectors(vectors[~held], list(inside[~held]), 2)
        margins[held] = vectors[held] @ weights[:, 1] + bias[1]
    shift = float(np.quantile(margins[inside == 1], 1 - KEEP_INSIDE))
    weights, bias = fit_vectors(vectors, list(inside), 2)
    return weights[:, 1:], bias[1:] - shift


def main(arguments: Sequence[str]) -> int:
    """Train for a folder of intents and store the head; 0 on success, 1 with the reason on stderr."""
    folder, cache = Path(arguments[0]), Path(arguments[1])
    embedder = load_embedder()
    if embedder is None:
        print("没有安装语义层（pip install 'zhiqibot[semantic]'），本机只用线性模型。", file=sys.stderr)
        return 1
    try:
        content = load_intents(folder, Path(arguments[3]) if len(arguments) > 3 else None)
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    head = train_head(content, VectorStore(embedder, cache), embedder)
    head.save(Path(arguments[2]) if len(arguments) > 2 else semantic_path(cache, content.digest), content.digest)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
