"""From the sentences of the content to what training needs: bags, vocabulary, a sparse matrix."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zhiqibot.content.intents import IntentContent, Lexicon, SlotLists
from zhiqibot.nlu.features import BAGS, Bags, Featurizer
from zhiqibot.nlu.model import Codes, Floats, numbered
from zhiqibot.nlu.normal import Normaliser
from zhiqibot.nlu.pinyin import SoundTable
from zhiqibot.nlu.words import make_cutter

BAG_WEIGHTS = (1.0, 0.6, 0.7, 0.4)
"""How loud each bag is; found by cross-validation, as are the next lines."""
IDF_POWER = 0.25  # rare features matter more, but in sentences this short only a little
SEEN_AT_LEAST = {"chars": 2, "words": 2, "sounds": 3, "signs": 2}
MANY = 5_000
"""From so many sentences on a feature must be seen once more: a third less to look up and to load, as accurate."""
SEEN_AMONG_MANY = SEEN_AT_LEAST | {"chars": 3, "words": 3}


@dataclass(frozen=True)
class Reader:
    """Turns a message as written into bags: the same steps in training and in the server."""

    normaliser: Normaliser
    featurizer: Featurizer

    def bags(self, message: str) -> Bags:
        return self.featurizer.bags(self.normaliser.read(message).text)


def make_reader(lexicon: Lexicon, lists: SlotLists, codes: Codes) -> Reader:
    """Return the reader for a lexicon; loads the dictionary of the word cutter (about 0.1 s)."""
    kinds = (*lexicon.topics.values(), *lexicon.event_kinds.values())
    own_words = {*lexicon.words, *(word for kind in kinds for word in kind.words if len(word) > 2)}
    cutter = make_cutter(sorted(own_words))
    return Reader(Normaliser(lexicon.homophones), Featurizer(cutter, SoundTable(codes), _signs(lexicon, lists)))


def _signs(lexicon: Lexicon, lists: SlotLists) -> dict[str, tuple[str, ...]]:
    """Concepts, topics, kinds of events and alarms: groups of phrases that count as one feature each."""
    signs = dict(lexicon.concepts)
    signs.update({f"@{topic}": named.words for topic, named in lexicon.topics.items()})
    signs.update({f"${kind}": named.words for kind, named in lexicon.event_kinds.items()})
    signs.update({f"!{kind}": words for kind, words in lists.emergency.items()}, urgent=lists.urgent)
    return signs


@dataclass(frozen=True)
class Corpus:
    """The sentences of the content, each read once; the others name them by their place in `messages`."""

    messages: Sequence[Bags]
    labelled: Sequence[tuple[int, str]]
    topical: Sequence[tuple[int, str]]
    outside: Sequence[int]

    def vocabulary_sources(self) -> list[Bags]:
        """Return the messages whose features count: what is asked of us and what is not, without bare lists of words."""
        return [self.messages[place] for place in (*(place for place, _ in self.labelled), *self.outside)]


def read_corpus(content: IntentContent, reader: Reader) -> Corpus:
    """Read all sentences of the content."""
    labelled, topical, outside = content.labelled(), content.topical(), content.outside()
    texts = dict.fromkeys((*(text for text, _ in (*labelled, *topical)), *outside))
    places = {text: place for place, text in enumerate(texts)}
    return Corpus(
        [reader.bags(text) for text in texts],
        [(places[text], label) for text, label in labelled],
        [(places[text], topic) for text, topic in topical],
        [places[text] for text in outside],
    )


@dataclass(frozen=True)
class Space:
    """A vocabulary with weights: turns bags into rows of a sparse matrix, exactly as `Model` weighs them."""

    vocabulary: tuple[dict[str, int], ...]
    idf: Floats

    def matrix(self, messages: Sequence[Bags]) -> Any:
        """Return a scipy CSR matrix with a row per message."""
        from scipy.sparse import csr_matrix

        columns: list[int] = []
        values: list[Any] = []
        ends = [0]
        for bags in messages:
            for known, bag, share in zip(self.vocabulary, bags, BAG_WEIGHTS, strict=True):
                rows = [row for row in map(known.get, bag) if row is not None]
                if rows:
                    piece = self.idf[rows]
                    columns += rows
                    values.append(piece * (share / math.sqrt(float(piece @ piece))))
            ends.append(len(columns))
        data = np.concatenate(values) if values else np.zeros(0, dtype=np.float32)
        return csr_matrix((data, columns, ends), shape=(len(messages), len(self.idf)), dtype=np.float32)


def make_space(messages: Sequence[Bags]) -> Space:
    """Return the vocabulary of the messages, rare sounds and signs left out."""
    least = SEEN_AMONG_MANY if len(messages) >= MANY else SEEN_AT_LEAST
    chosen: list[list[str]] = []
    idf: list[float] = []
    for place, name in enumerate(BAGS):
        counts = Counter(feature for bags in messages for feature in bags[place])
        kept = sorted(feature for feature, count in counts.items() if count >= least[name])
        chosen.append(kept)
        idf += [(math.log((1 + len(messages)) / (1 + counts[feature])) + 1.0) ** IDF_POWER for feature in kept]
    return Space(numbered(chosen), np.array(idf, dtype=np.float32))
