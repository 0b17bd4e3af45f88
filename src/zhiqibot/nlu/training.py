"""Training: from the YAML sentences to a model of arrays. The only module that needs scikit-learn and pypinyin.

Run as `python -m zhiqibot.nlu.training INTENTS_FOLDER CACHE_FOLDER [OWN_FOLDER]`, so that neither ever loads in the server.
"""

import math
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zhiqibot.content.intent_loading import load_intents
from zhiqibot.content.intents import NO_TOPIC, OUT_OF_SCOPE, TOPICS, IntentContent
from zhiqibot.core.errors import ContentError
from zhiqibot.nlu.corpus import BAG_WEIGHTS, make_reader, make_space, read_corpus
from zhiqibot.nlu.model import Model, forget_older, model_key
from zhiqibot.nlu.pinyin import make_codes

FOLDS = 4
ENOUGH_MEASURED = 4000
"""Sentences on which margins are measured: more folds than that takes make the measures no better, only slower."""
INTENT_C, TOPIC_C, GATE_C = 1.0, 2.0, 1.0
TOLERANCE = 1e-2
"""How near the solver comes to its optimum; ten times nearer takes half as long again and decides nothing else."""
KEEP_INSIDE = 0.98
"""Share of our own sentences the scope gate must let through, measured on sentences it was not trained on."""
SEED = 20261123


def train(content: IntentContent) -> Model:
    """Train the three heads and calibrate them on held-out folds."""
    codes = make_codes()
    corpus = read_corpus(content, make_reader(content.lexicon, content.lists, codes))
    space = make_space(corpus.vocabulary_sources())
    intents = tuple(key for key in content.intents if key != OUT_OF_SCOPE)
    matrix = space.matrix(corpus.messages)
    labelled = matrix[[place for place, _ in corpus.labelled]]
    intent_head = _Head(labelled, [label for _, label in corpus.labelled], intents, INTENT_C)
    topical = matrix[[place for place, _ in corpus.topical]]
    topic_head = _Head(topical, [topic for _, topic in corpus.topical], (*TOPICS, NO_TOPIC), TOPIC_C)
    gate, gate_bias, shift, slope = _gate(labelled, matrix[corpus.outside])
    return Model(
        intents=intents,
        topics=(*TOPICS, NO_TOPIC),
        vocabulary=space.vocabulary,
        idf=space.idf,
        weights=np.ascontiguousarray(np.hstack([intent_head.weights, topic_head.weights, gate]), dtype=np.float32),
        bias=np.concatenate([intent_head.bias, topic_head.bias, gate_bias]).astype(np.float32),
        sound_codes=codes,
        sharpness=(intent_head.sharpness, topic_head.sharpness, slope),
        gate_shift=shift,
        bag_weights=BAG_WEIGHTS,
    )


class _Head:
    """One classifier: weights (features by labels), bias and sharpness; labels without sentences are never chosen."""

    def __init__(self, matrix: Any, named: Sequence[str], labels: Sequence[str], c: float) -> None:
        numbers = {label: number for number, label in enumerate(labels)}
        wanted = np.array([numbers[label] for label in named], dtype=np.intp)
        fitted = fit_measured(matrix, wanted, len(labels), c)
        self.weights, self.bias = fitted.weights, fitted.bias
        self.sharpness = sharpness_of(fitted.margins, wanted[fitted.measured])


def fit(matrix: Any, wanted: Any, labels: int, c: float) -> tuple[Any, Any]:
    """Fit one linear machine a label against the rest; return weights (features by labels) and bias."""
    from sklearn.svm import LinearSVC

    weights = np.zeros((matrix.shape[1], labels), dtype=np.float32)
    bias = np.full(labels, -9.0, dtype=np.float32)
    present = np.unique(wanted)
    if len(present) < 2:
        bias[present] = 1.0
        return weights, bias
    machine = LinearSVC(C=c, tol=TOLERANCE, random_state=SEED).fit(matrix, wanted)
    if len(present) == 2:
        weights[:, present[1]], bias[present[1]] = machine.coef_[0], machine.intercept_[0]
        weights[:, present[0]], bias[present[0]] = -machine.coef_[0], -machine.intercept_[0]
    else:
        weights[:, present], bias[present] = machine.coef_.T, machine.intercept_
    return weights, bias


@dataclass(frozen=True)
class Fitted:
    """A machine fitted on all sentences, and what machines that had not seen them say of some."""

    weights: Any
    bias: Any
    margins: Any
    """(measured sentences by labels)"""
    measured: Any
    """Numbers of the sentences measured."""


def fit_measured(matrix: Any, wanted: Any, labels: int, c: float) -> Fitted:
    """Fit on all sentences and, beside it, without one fold after another to measure the margins of that fold."""
    fold_of = np.random.default_rng(SEED).permutation(matrix.shape[0]) % FOLDS
    folds = range(min(FOLDS, math.ceil(ENOUGH_MEASURED * FOLDS / max(1, matrix.shape[0]))))

    def measure(fold: int) -> Any:
        held = fold_of == fold
        if held.all() or not held.any():
            return np.zeros((int(held.sum()), labels), dtype=np.float32)
        weights, bias = fit(matrix[~held], wanted[~held], labels, c)
        return matrix[held] @ weights + bias

    with ThreadPoolExecutor() as threads:  # the solver runs outside Python's lock
        whole = threads.submit(fit, matrix, wanted, labels, c)
        margins = list(threads.map(measure, folds))
    measured = np.concatenate([np.flatnonzero(fold_of == fold) for fold in folds])
    return Fitted(*whole.result(), np.concatenate(margins).astype(np.float32), measured)


def sharpness_of(margins: Any, wanted: Any) -> float:
    """Return the factor that makes softmax(margins × factor) as honest as possible."""
    best, best_loss = 1.0, math.inf
    if not len(wanted):
        return best
    for factor in np.geomspace(0.5, 20.0, 40):
        scaled = margins * factor
        scaled -= scaled.max(axis=1, keepdims=True)
        chances = scaled[np.arange(len(wanted)), wanted] - np.log(np.exp(scaled).sum(axis=1))
        loss = -float(chances.mean())
        if loss < best_loss:
            best, best_loss = float(factor), loss
    return best


def _gate(inside: Any, outside: Any) -> tuple[Any, Any, float, float]:
    """Return weights, bias, the margin that keeps KEEP_INSIDE of our sentences, and the slope of the probability."""
    from scipy.sparse import vstack

    matrix = vstack([inside, outside], format="csr")
    ours = np.array([1] * inside.shape[0] + [0] * outside.shape[0])
    if not outside.shape[0]:
        return np.zeros((matrix.shape[1], 1)), np.array([1.0]), 0.0, 4.0
    fitted = fit_measured(matrix, ours, 2, GATE_C)
    margins, inside = fitted.margins[:, 1], ours[fitted.measured]
    shift = float(np.quantile(margins[inside == 1], 1 - KEEP_INSIDE))
    slope = sharpness_of(np.stack([shift - margins, margins - shift], axis=1) / 2, inside)
    return fitted.weights[:, 1:], fitted.bias[1:], shift, slope


def main(arguments: Sequence[str]) -> int:
    """Train for a folder of intents and store the model; 0 on success, 1 with the mistakes on stderr."""
    folder, cache = Path(arguments[0]), Path(arguments[1])
    started = time.monotonic()
    try:
        content = load_intents(folder, Path(arguments[2]) if len(arguments) > 2 else None)
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    train(content).save(cache, model_key(content))
    forget_older(cache)
    print(f"语言模型训练完成，用时 {time.monotonic() - started:.1f} 秒。", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
