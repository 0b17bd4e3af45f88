"""Finding phrases by how they sound: 早参会 is 早餐会, 德闰机械 is 德润机械."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from zhiqibot.nlu.phrases import Found, PhraseIndex

Meaning = TypeVar("Meaning")

_LOOK_ALIKE = str.maketrans({"曰": "日", "叁": "参", "歺": "餐", "末": "未"})
"""Characters typed for another by their shape, put right before sounds are compared."""


class SoundIndex(Generic[Meaning]):
    """Phrases of at least `shortest` characters, found where a text sounds like them.

    Character i of the sounds stands for character i of the text, so spans count in the text. A hit keeps at least
    half of the phrase's characters: words that merely rhyme with it are others."""

    def __init__(
        self, phrases: Mapping[str, Meaning] | Iterable[tuple[str, Meaning]], sounds: Mapping[int, str], shortest: int
    ) -> None:
        pairs = phrases.items() if isinstance(phrases, Mapping) else phrases
        self._sounds = sounds
        self._index: PhraseIndex[tuple[str, Meaning]] = PhraseIndex(
            (self._sounded(phrase), (phrase, meaning)) for phrase, meaning in pairs if len(phrase) >= shortest
        )

    def longest(self, text: str) -> Iterator[Found[Meaning]]:
        """Yield what sounds like a phrase, leftmost first, the longest at each place, without overlap."""
        for found in self._index.longest(self._sounded(text)):
            phrase, meaning = found.meaning
            kept = sum(a == b for a, b in zip(phrase, text[found.start : found.end], strict=True))
            if 2 * kept >= len(phrase):
                yield Found(found.start, found.end, meaning)

    def _sounded(self, text: str) -> str:
        return text.translate(_LOOK_ALIKE).translate(self._sounds)
