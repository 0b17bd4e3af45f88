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
        self._has_single = any(len(head) == 1 for head in self._by_head)

    def __len__(self) -> int:
        return sum(len(bucket) for bucket in self._by_head.values())

    def all(self, text: str) -> Iterator[Found[Meaning]]:
        """Yield every phrase at every position, overlapping ones too."""
        heads = self._by_head
        for start in range(len(text)):
            bucket = heads.get(text[start : start + 2])
            if bucket:
                for phrase, meaning in bucket:
                    if text.startswith(phrase, start):
                        yield Found(start, start + len(phrase), meaning)
            if self._has_single and start + 1 < len(text):
                for _, meaning in heads.get(text[start], ()):
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
