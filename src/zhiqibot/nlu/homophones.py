"""Words typed or dictated as others that sound alike: 见习补铁 is 见习补贴, 用水抱装 is 用水报装."""

import math
from collections.abc import Container, Iterable, Mapping
from itertools import accumulate
from operator import add

from zhiqibot.nlu.corpus import IDF_POWER, SEEN_AMONG_MANY
from zhiqibot.nlu.model import Model
from zhiqibot.nlu.phrases import Found
from zhiqibot.nlu.slots.sounds import SoundIndex
from zhiqibot.nlu.words import Cut

SHORTEST, LONGEST = 2, 6  # characters of a word that is put right
LONGEST_MEANT, OFTEN = 4, 6
"""A word of the sentences is taken to be meant if it stands in at least OFTEN of them (one less in a small corpus)."""


class Homophones:
    """Puts right what sounds like a known word where its characters are strangers to each other.

    `words`: what people may have meant. `pairs`: two characters that are known to stand together. `known`: words that
    are never cut apart. `sounds`: how characters sound, for `str.translate`."""

    def __init__(
        self, words: Iterable[str], pairs: Container[str], known: Container[str], sounds: Mapping[int, str], cut: Cut
    ) -> None:
        self._index: SoundIndex[str] = SoundIndex({word: word for word in words if _fits(word)}, sounds, SHORTEST)
        self._pairs, self._known, self._cut = pairs, known, cut

    def mend(self, text: str) -> str:
        """Return a text in normal form, of the same length, with such words put right."""
        strange = [place for place, pair in enumerate(map(add, text, text[1:])) if pair not in self._pairs]
        if not strange:
            return text
        first, last = max(strange[0] - LONGEST, 0), strange[-1] + LONGEST
        return f"{text[:first]}{self._mended(text[first:last])}{text[last:]}"

    def _mended(self, text: str) -> str:
        mended, end = [], 0
        inside: frozenset[int] | None = None
        for found in self._index.longest(text):
            if not self._misspelt(text, found):
                continue
            inside = self._inside(text) if inside is None else inside
            if not inside & {found.start, found.end}:  # never across words: 公布|助企 holds no 补助
                mended += [text[end : found.start], found.meaning]
                end = found.end
        return "".join((*mended, text[end:]))

    def _misspelt(self, text: str, found: "Found[str]") -> bool:
        said = text[found.start : found.end]
        return said != found.meaning and self._is_strange(said)

    def _is_strange(self, text: str) -> bool:
        """Tell whether some two neighbouring characters are strangers to each other."""
        return not all(pair in self._pairs for pair in map(add, text, text[1:]))

    def _inside(self, text: str) -> frozenset[int]:
        """Return the places inside known words."""
        words = self._cut(text)
        starts = accumulate((len(word) for word in words), initial=0)
        known = [(start, word) for start, word in zip(starts, words, strict=False) if word in self._known]
        return frozenset(place for start, word in known for place in range(start + 1, start + len(word)))


def homophones_of(model: Model, sounds: Mapping[int, str], cut: Cut) -> Homophones:
    """Return what puts messages right by the sentences a model was trained on."""
    chars, words, *_ = model.vocabulary
    rarest = max((float(model.idf[row]) for row in words.values()), default=1.0) ** (1 / IDF_POWER)
    frequent = (rarest - math.log((1 + OFTEN) / (1 + SEEN_AMONG_MANY["words"]))) ** IDF_POWER
    meant = (word for word, row in words.items() if model.idf[row] <= frequent and len(word) <= LONGEST_MEANT)
    return Homophones((word for word in meant if " " not in word), chars, words, sounds, cut)


def _fits(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and not word.isascii()
