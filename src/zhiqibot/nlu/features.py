"""What the linear model sees of a message: four bags of strings.

Characters (1–3 grams with marks at both ends), words, sounds (1–3 grams of merged pinyin) and signs (concepts of the
lexicon, cues and pairs of them). Each bag is weighted and normed on its own, so none drowns the others.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from zhiqibot.nlu.cues import cues_of
from zhiqibot.nlu.phrases import PhraseIndex
from zhiqibot.nlu.words import Cut

BAGS = ("chars", "words", "sounds", "signs")
_FIRST, _LAST = "\x02", "\x03"
_DIGITS = re.compile(r"\d+")
_LONG_NUMBER = 4
_TELLING = frozenset({"question", "own", "own_wish", "asks_rule", "done", "hurry", "ticket", "ticket_tail"})
"""Cues that change what a concept means: 停电 told and 停电 asked about are two things."""
_NOT_SAID = re.compile(r"[\s,。!?;:\"'()\[\]~…·、.\-—]+")


class Bags(NamedTuple):
    """The features of one message, each bag without repeats."""

    chars: set[str]
    words: set[str]
    sounds: set[str]
    signs: set[str]


class Featurizer:
    """Turns messages in normal form into bags; safe to share between threads."""

    def __init__(self, cut: Cut, sounds: Mapping[int, str], concepts: Mapping[str, Sequence[str]]) -> None:
        self._cut = self.cut = cut
        self.sounds = sounds
        """How characters sound, for `str.translate`."""
        self._concepts = PhraseIndex((phrase, name) for name, phrases in concepts.items() for phrase in phrases)

    def bags(self, text: str) -> Bags:
        """Return the features of a message in normal form."""
        folded = text if text.isdigit() else _DIGITS.sub(_digits_as_length, text)
        said = _NOT_SAID.sub(" ", folded).strip()
        framed = f"{_FIRST}{said}{_LAST}"
        sounds = framed.translate(self.sounds)
        cut = [word for word in self._cut(said) if word.strip()]
        words = set(cut)
        words.update(f"{one} {two}" for one, two in pairwise(cut))
        hits: dict[str, int] = {}
        for found in self._concepts.all(text):
            hits[found.meaning] = hits.get(found.meaning, 0) + 1
        concepts = list(hits)
        cues = cues_of(text)
        signs = {f"#{name}" for name in concepts}
        signs.update([f"#{name}*2" for name, count in hits.items() if count > 1])
        signs.update(cues)
        signs.update([f"{cue}&{name}" for cue in cues if cue in _TELLING for name in concepts])
        return Bags(grams(framed), words, grams(sounds), signs)


def grams(text: str) -> set[str]:
    """Return the 1–3 grams of a text."""
    found = set(text)
    found.update([text[i : i + 2] for i in range(len(text) - 1)])
    found.update([text[i : i + 3] for i in range(len(text) - 2)])
    return found


def _digits_as_length(match: re.Match[str]) -> str:
    """Numbers differ from message to message; what matters is whether they are small, or long like a number plate."""
    digits = match[0]
    return digits if len(digits) == 1 else "0" * min(len(digits), _LONG_NUMBER)
