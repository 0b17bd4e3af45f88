"""Which kind of event is meant."""

import re
from collections.abc import Mapping
from typing import Final

from zhiqibot.content.intents import Named
from zhiqibot.nlu.phrases import Found, PhraseIndex
from zhiqibot.nlu.pinyin import SoundTable
from zhiqibot.nlu.slots.part import Part
from zhiqibot.nlu.slots.sounds import SoundIndex

_SHORTEST_BY_SOUND: Final = 3  # two syllables sound like too much else
_NEAR: Final = r"[^,。;!?\d]"
_ROUNDABOUT: Final = re.compile(
    rf"(?P<breakfast_talk>(?:早餐|早饭){_NEAR}{{0,4}}会(?!不|计|议室)|(?:早上|清早|早起)吃饭{_NEAR}{{0,3}}会)"
    rf"|(?P<evening_tea>晚茶{_NEAR}{{0,3}}会(?!不|计|议室)|(?:晚上|夜里|黑了|晚间){_NEAR}{{0,3}}(?:喝茶|茶){_NEAR}{{0,3}}会)"
    rf"|(?P<matchmaking>(?:政?银企|产销|用工|招聘|产学研|校企|供需|融资|上下游|银担企|人才){_NEAR}{{0,3}}(?:对接|洽谈|撮合|会(?!不|计)))"
    rf"|(?P<face_to_face>(?:政企|亲清){_NEAR}{{0,2}}面对面|(?:跟|和|与){_NEAR}{{0,3}}(?:县长|书记|领导|局长)们?面对面)"
)

_MANNER: Final = re.compile(r"面对面(?=[谈聊说讲交沟签])")  # how to talk, not the event


class EventKinds:
    """Knows events by their names and the words people use, misheard and roundabout ones included."""

    def __init__(self, kinds: Mapping[str, Named], sounds: SoundTable | None = None) -> None:
        words = [(word.lower(), kind) for kind, named in kinds.items() for word in (named.title, *named.words)]
        self._kinds = frozenset(kinds)
        self._words = PhraseIndex(words)
        self._sounds = SoundIndex(words, sounds, _SHORTEST_BY_SOUND) if sounds is not None else None

    def event_kind(self, part: Part) -> str | None:
        """Return the kind whose name in the message is the longest; of equally long ones the first."""
        found = list(self._words.longest(part.text))
        if not any(hit.end - hit.start >= _SHORTEST_BY_SOUND for hit in found):
            found += self._roundabout(part.text)
            found += self._sounds.longest(part.text) if self._sounds else ()
        found = [hit for hit in found if not _MANNER.match(part.text, hit.start)]
        return max(found, key=lambda hit: hit.end - hit.start).meaning if found else None

    def _roundabout(self, text: str) -> list[Found[str]]:
        """那个产学研的会, 晚上喝茶的会; kinds that the content does not have are left out."""
        hits = [(match.span(), match.lastgroup or "") for match in _ROUNDABOUT.finditer(text)]
        return [Found(*span, kind) for span, kind in hits if kind in self._kinds]
