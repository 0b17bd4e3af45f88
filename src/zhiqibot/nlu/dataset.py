"""The product's classifier on any labelled set, for comparison on public data. Needs scikit-learn."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from zhiqibot.content.intents import Lexicon, SlotLists
from zhiqibot.nlu.corpus import make_reader, make_space
from zhiqibot.nlu.pinyin import make_codes
from zhiqibot.nlu.semantic import INTENT_SHARE, Embedder, centred
from zhiqibot.nlu.semantic_training import VectorStore, fit_vectors
from zhiqibot.nlu.training import INTENT_C, fit_measured, sharpness_of

Example = tuple[str, str]
"""A text and its label."""


def predict(examples: Sequence[Example], texts: Sequence[str], embedder: Embedder | None = None) -> list[str]:
    """Train on labelled examples and return the likeliest label of each text; no word list of ours is used.

    With an embedder, the semantic layer has its share in every text, not only in those the linear model is unsure of."""
    labels = sorted({label for _, label in examples})
    numbers = {label: number for number, label in enumerate(labels)}
    wanted = np.array([numbers[label] for _, label in examples])
    chances = _linear(examples, wanted, len(labels), texts)
    if embedder:
        meant = _semantic(examples, wanted, len(labels), texts, VectorStore(embedder))
        chances = (1 - INTENT_SHARE) * chances + INTENT_SHARE * meant
    return [labels[best] for best in chances.argmax(axis=1)]


def _linear(examples: Sequence[Example], wanted: Any, labels: int, texts: Sequence[str]) -> Any:
    """Return log chances (texts by labels) of the linear model."""
    reader = make_reader(Lexicon(), SlotLists(), make_codes())
    learned = [reader.bags(text) for text, _ in examples]
    space = make_space(learned)
    matrix = space.matrix(learned)
    fitted = fit_measured(matrix, wanted, labels, INTENT_C)
    margins = space.matrix([reader.bags(text) for text in texts]) @ fitted.weights + fitted.bias
    return _log_chances(margins * sharpness_of(fitted.margins, wanted[fitted.measured]))


def _semantic(examples: Sequence[Example], wanted: Any, labels: int, texts: Sequence[str], store: VectorStore) -> Any:
    """Return log chances (texts by labels) of the semantic layer."""
    vectors = store.vectors([*(text for text, _ in examples), *texts])
    learned, asked = vectors[: len(examples)], vectors[len(examples) :]
    centre = learned.mean(axis=0)
    weights, bias = fit_vectors(centred(learned, centre), list(wanted), labels)
    return _log_chances(centred(asked, centre) @ weights + bias)


def _log_chances(margins: Any) -> Any:
    moved = margins - margins.max(axis=1, keepdims=True)
    return np.maximum(moved - np.log(np.exp(moved).sum(axis=1, keepdims=True)), -20.0)
