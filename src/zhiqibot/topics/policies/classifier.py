"""Which entry a question is for, all entries weighed against each other: a linear classifier over character n-grams.

The index tells how much an entry speaks of a question. The classifier, trained on all known questions together, knows
which words tell a card from its neighbours, and how people ask for what no document answers.
"""

import hashlib
import math
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhiqibot.content.policies import PolicyCorpus, fold
from zhiqibot.nlu.arrays import ArraysUnusable, load_arrays, save_arrays
from zhiqibot.nlu.features import grams
from zhiqibot.nlu.loading import train_in_child
from zhiqibot.topics.policies.entries import questions_of
from zhiqibot.topics.policies.postings import Floats

FORMAT = 1
KEPT = 3
"""Trained classifiers left in the cache folder."""
TRAINING_TIMEOUT_S = 600.0
_TRAINER = "zhiqibot.topics.policies.classifier_training"
_FIRST, _LAST = "\x02", "\x03"
_NOT_SAID = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class EntryClassifier:
    """Trained arrays; safe to share between threads."""

    entries: tuple[str, ...]
    """Ids; NO_ANSWER among them where questions without an answer are known."""
    vocabulary: Mapping[str, int]
    idf: Floats
    weights: NDArray[np.float16]
    """A row per feature, a column per entry; halves, because they are most of what a desk holds in memory."""
    bias: Floats

    def margins(self, question: str) -> dict[str, float]:
        """Return per entry how far a question lies on its side: about 1 for one it was trained on, -1 for another's."""
        rows = [row for row in map(self.vocabulary.get, features_of(question)) if row is not None]
        if not rows:
            return dict(zip(self.entries, self.bias.tolist(), strict=True))
        values = self.idf[rows]
        found = (values / math.sqrt(float(values @ values))) @ self.weights[rows].astype(np.float32) + self.bias
        return dict(zip(self.entries, found.tolist(), strict=True))

    def save(self, path: Path) -> None:
        """Store the classifier at `path`."""
        arrays = {"idf": self.idf, "weights": self.weights, "bias": self.bias}
        save_arrays(path, arrays, {"format": FORMAT, "entries": self.entries, "vocabulary": list(self.vocabulary)})


def features_of(question: str) -> set[str]:
    """Return the 1–3 grams of a question's characters, marks at both ends."""
    return grams(f"{_FIRST}{_NOT_SAID.sub(' ', fold(question)).strip()}{_LAST}")


def load_classifier(corpus: PolicyCorpus, folder: Path, cache: Path) -> EntryClassifier | None:
    """Return the classifier of this corpus, which stands in `folder`; trains it first (seconds), unless `cache` has it.

    None for a corpus too small to tell entries apart. Raises TrainingFailed."""
    if len(corpus.facts) + len(corpus.faqs) < 2:
        return None
    path = classifier_path(corpus, cache)
    try:
        return read_classifier(path)
    except ArraysUnusable:  # missing, damaged, or of an older corpus
        print("政策问答需要训练（政策有更新或首次启动），约十秒……", file=sys.stderr, flush=True)
        train_in_child(_TRAINER, folder, cache, TRAINING_TIMEOUT_S)
    try:
        return read_classifier(path)
    except ArraysUnusable:  # the files were changed while it trained: the next reload trains again
        return None


def classifier_path(corpus: PolicyCorpus, cache: Path) -> Path:
    """Return where the classifier of this corpus is kept."""
    digest = hashlib.sha256()
    for text in trained_on(corpus):
        digest.update("\x1f".join(text).encode("utf-8", "surrogatepass") + b"\x1e")
    return cache / f"policy-entries-{FORMAT}-{digest.hexdigest()[:16]}.npz"


def trained_on(corpus: PolicyCorpus) -> list[tuple[str, str]]:
    """Return (entry id, text) of everything the classifier learns from: the known questions, and each card's lead."""
    asked = [(entry, text) for entry, texts in questions_of(corpus) for text in texts]
    return asked + [(key, fact.card.lead) for key, fact in corpus.facts.items()]


def read_classifier(path: Path) -> EntryClassifier:
    """Return a stored classifier; raises ArraysUnusable."""
    arrays, facts = load_arrays(path)
    try:
        if facts["format"] != FORMAT:
            raise ArraysUnusable("another format")
        vocabulary: Sequence[str] = facts["vocabulary"]
        found = EntryClassifier(
            tuple(facts["entries"]),
            {feature: row for row, feature in enumerate(vocabulary)},
            arrays["idf"].astype(np.float32),
            arrays["weights"].astype(np.float16),
            arrays["bias"].astype(np.float32),
        )
        if found.weights.shape != (len(vocabulary), len(found.entries)):
            raise ArraysUnusable("arrays and labels do not fit")
        return found
    except (KeyError, TypeError, ValueError) as error:
        raise ArraysUnusable(str(error)) from error
