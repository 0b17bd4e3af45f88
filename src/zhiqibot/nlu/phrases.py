"""Finding many fixed phrases in a text at once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Meaning = TypeVar("Meaning")


@dataclass(frozen=True)
class Found(Generic[Meaning]):
    """One phrase in a text: where it stands and what it means."""

    start: int
    end: int
    meaning: Meaning


class PhraseIndex(Generic[Meaning]):
    """Phrases by their first two characters; a look-up per position instead of a regex with a thousand branches."""

    def __init__(self, phrases: Mapping[str, Meaning] | Iterable[tuple[str, Meaning]]) -> None:
        pairs = phrases.items() if isinstance(phrases, Mapping) else phrases
        self._by_head: dict[str, list[tuple[str, Meaning]]] = {}
        for phrase, meaning in pairs:
            if phrase:
                self._by_head.setdefault(phrase[:2], []).append((phrase, meaning))
        for bucket in self._by_head.values():
            bucket.sort(key=lambda pair: -len(pair[0]))
        self._single = {head: bucket for head, bucket in self._by_head.items() if len(head) == 1}

    def __len__(self) -> int:
        return sum(len(bucket) for bucket in self._by_head.values())

    def all(self, text: str) -> Iterator[Found[Meaning]]:
        """Yield every phrase at every position, overlapping ones too."""
        heads, single = self._by_head, self._single
        last = len(text) - 1  # its own head is one character long
        for start in [place for place in range(last + 1) if text[place : place + 2] in heads or text[place] in single]:
            for phrase, meaning in heads.get(text[start : start + 2], ()):
                if text.startswith(phrase, start):
                    yield Found(start, start + len(phrase), meaning)
            if start < last:
                for _, meaning in single.get(text[start], ()):
                    yield Found(start, start + 1, meaning)

    def longest(self, text: str) -> Iterator[Found[Meaning]]:
        """Yield phrases that do not overlap: leftmost first, the longest at each place."""
        end = 0
        best: Found[Meaning] | None = None
        for found in self.all(text):
            if found.start < end:
                continue
            if best and found.start != best.start:
                yield best
                end, best = best.end, None
                if found.start < end:
                    continue
            if best is None or found.end > best.end:
                best = found
        if best and best.start >= end:
            yield best

    def meanings(self, text: str) -> set[Meaning]:
        """Return what all phrases of the text mean."""
        return {found.meaning for found in self.all(text)}
