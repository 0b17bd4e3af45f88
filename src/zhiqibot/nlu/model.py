"""The trained model as arrays: scoring without scikit-learn, stored without pickle.

Three heads share one vocabulary: which intent, which topic, and whether the message is our business at all.
One file `<key>.npz` holds it, with its checksum.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from zhiqibot.content.intents import IntentContent
from zhiqibot.nlu.arrays import ArraysUnusable, load_arrays, save_arrays
from zhiqibot.nlu.features import Bags

FORMAT = 2
KEPT = 5
"""Models left in the cache: of this content, of the one before it, of other deployments on this machine."""
_DECISIVE = ("normal", "phrases", "words", "pinyin", "cues", "../core/numbers", "features", "corpus", "training")
Floats = np.ndarray[Any, np.dtype[np.float32]]
Codes = np.ndarray[Any, np.dtype[np.uint16]]


class ModelUnusable(Exception):
    """The stored model is missing, damaged, or of another format: train again."""


@dataclass(frozen=True)
class Scores:
    """What the three heads say of one message."""

    intents: Floats
    """Calibrated log-odds-like scores, one per intent."""
    topics: Floats
    inside: float
    """Probability that the message is our business."""


@dataclass(frozen=True)
class Model:
    """`weights` has a row per feature and a column per intent, then per topic, then one for the scope gate."""

    intents: tuple[str, ...]
    topics: tuple[str, ...]
    vocabulary: tuple[dict[str, int], ...]
    """One dictionary per bag: feature -> row."""
    idf: Floats
    weights: Floats
    bias: Floats
    sound_codes: Codes
    sharpness: tuple[float, float, float]
    """Calibration: what the margins of intents, topics and gate are multiplied with."""
    gate_shift: float
    bag_weights: tuple[float, ...]

    def score(self, bags: Bags) -> Scores:
        """Score one message."""
        margins = self._margins(bags)
        split = len(self.intents)
        gate = self.sharpness[2] * (float(margins[-1]) - self.gate_shift)
        return Scores(
            margins[:split] * np.float32(self.sharpness[0]),
            margins[split:-1] * np.float32(self.sharpness[1]),
            1.0 / (1.0 + math.exp(-max(min(gate, 50.0), -50.0))),
        )

    def _margins(self, bags: Bags) -> Floats:
        rows: list[int] = []
        sizes: list[int] = []
        for known, bag in zip(self.vocabulary, bags, strict=True):
            before = len(rows)
            rows += [row for row in map(known.get, bag) if row is not None]
            sizes.append(len(rows) - before)
        if not rows:
            return self.bias
        index = np.array(rows, dtype=np.int32)
        values = self.idf.take(index)
        values *= self._loudness(values, sizes)
        margins: Floats = values @ self.weights.take(index, axis=0) + self.bias
        return margins

    def _loudness(self, values: Floats, sizes: Sequence[int]) -> Floats:
        """Return what each value is multiplied with so that its bag is as long as the bag's weight says."""
        shares = [share for size, share in zip(sizes, self.bag_weights, strict=True) if size]
        filled = [size for size in sizes if size]
        starts = [0, *accumulate(filled[:-1])]
        lengths = np.sqrt(np.add.reduceat(values * values, starts))
        loudness: Floats = (shares / lengths).astype(np.float32).repeat(filled)
        return loudness

    def save(self, folder: Path, key: str) -> None:
        """Store the model under `key`; a reader sees all of it or nothing."""
        arrays = {"idf": self.idf, "weights": self.weights, "bias": self.bias, "sound_codes": self.sound_codes}
        facts = {
            "format": FORMAT, "key": key, "intents": self.intents, "topics": self.topics,
            "vocabulary": [list(known) for known in self.vocabulary], "sharpness": self.sharpness,
            "gate_shift": self.gate_shift, "bag_weights": self.bag_weights,
        }  # fmt: skip
        save_arrays(folder / f"{key}.npz", arrays, facts)


def model_key(content: IntentContent) -> str:
    """Name the model of this content and this code: another key, another model."""
    return f"nlu-{FORMAT}-{_code_digest()}-{content.digest}"


@cache
def _code_digest() -> str:
    """Hash the code that decides what a model holds: when it changes, models trained before are of no use."""
    folder = Path(__file__).parent
    return hashlib.sha256(b"".join((folder / f"{name}.py").read_bytes() for name in _DECISIVE)).hexdigest()[:8]


def load_model(folder: Path, key: str) -> Model:
    """Read the model stored under `key`; raise ModelUnusable when anything about it is not as it was written."""
    try:
        arrays, facts = load_arrays(folder / f"{key}.npz")
        if facts["format"] != FORMAT or facts["key"] != key:
            raise ModelUnusable("another format or key")
        return _assembled(facts, arrays)
    except (ArraysUnusable, ValueError, KeyError, TypeError) as error:
        raise ModelUnusable(str(error)) from error


def forget_older(folder: Path) -> None:
    """Keep the newest models of a folder: each new sentence makes another one, of 20 MB."""
    models = sorted(folder.glob("nlu-*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in models[KEPT:]:
        path.unlink(missing_ok=True)


def _assembled(facts: dict[str, Any], arrays: dict[str, Any]) -> Model:
    vocabulary = numbered(facts["vocabulary"])
    size = sum(map(len, vocabulary))
    columns = len(facts["intents"]) + len(facts["topics"]) + 1
    if arrays["weights"].shape != (size, columns) or arrays["idf"].shape != (size,):
        raise ModelUnusable("arrays and vocabulary do not fit")
    return Model(
        intents=tuple(facts["intents"]),
        topics=tuple(facts["topics"]),
        vocabulary=vocabulary,
        idf=arrays["idf"],
        weights=arrays["weights"],
        bias=arrays["bias"],
        sound_codes=arrays["sound_codes"],
        sharpness=tuple(facts["sharpness"]),
        gate_shift=float(facts["gate_shift"]),
        bag_weights=tuple(facts["bag_weights"]),
    )


def numbered(bags: Iterable[Iterable[str]]) -> tuple[dict[str, int], ...]:
    """Return a dictionary per bag, feature -> row, rows running on from bag to bag."""
    numbers: list[dict[str, int]] = []
    start = 0
    for bag in bags:
        known = {feature: start + place for place, feature in enumerate(bag)}
        numbers.append(known)
        start += len(known)
    return tuple(numbers)
