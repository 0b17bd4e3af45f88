"""The product's classifier on any labelled set, for comparison on public data. Needs scikit-learn."""

from collections.abc import Sequence

import numpy as np

from zhiqibot.content.intents import Lexicon, SlotLists
from zhiqibot.nlu.corpus import make_reader, make_space
from zhiqibot.nlu.pinyin import make_codes
from zhiqibot.nlu.training import INTENT_C, fit


def predict(examples: Sequence[tuple[str, str]], texts: Sequence[str]) -> list[str]:
    """Train on (text, label) pairs and return the likeliest label of each text; no word list of ours is used."""
    reader = make_reader(Lexicon(), SlotLists(), make_codes())
    learned = [reader.bags(text) for text, _ in examples]
    space = make_space(learned)
    labels = sorted({label for _, label in examples})
    numbers = {label: number for number, label in enumerate(labels)}
    wanted = np.array([numbers[label] for _, label in examples])
    weights, bias = fit(space.matrix(learned), wanted, len(labels), INTENT_C)
    margins = space.matrix([reader.bags(text) for text in texts]) @ weights + bias
    return [labels[best] for best in margins.argmax(axis=1)]
