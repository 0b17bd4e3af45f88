"""Whether a question leans on the one before it, or speaks of another card after all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from zhiqibot.topics.policies.places import Places
from zhiqibot.topics.policies.question import Aspect
from zhiqibot.topics.policies.ranking import ALL_OF_IT, Candidate, Ranking, knows_tier
from zhiqibot.topics.policies.reading import Reading, Rewording, read, without_tiers

MIN_SUBJECT = 2
"""Characters; a question with less than that names no subject (“能领吗”)."""
OF_ITS_OWN = 0.75
"""From this strength on a short follow-up has a subject of its own, which another card carries."""
SURELY = 0.75
"""Or it is so likely that a card answers which speaks of all of it (“路费呢” after 职业介绍补贴)."""
_WHAT_OF = re.compile(r"(?:那么?|还有)?(?P<what>[^,，。?？]{2,6})呢[?？。]*")
_NO_NOUN = re.compile(r"[了没不在要是能有去来给把都也这那它年月日号天人家里外上下前后个的\d]")
"""Words of a clause (“留下了呢”), a time, a place, a number of people: no thing of its own."""

_POINT_ALONE = re.compile(
    r"^分(?:几|哪)\S{0,2}[?？]?$|^(?:几|哪几)[级档类种][?？]?$|^(?:要|用|得|还)?(?:花|掏|交|收)?(?:钱|费)[不吗么][?？]*$"
)
"""“分几级” is a point of what was spoken of, and no question of its own."""


@dataclass(frozen=True)
class Leaning:
    """Reads questions in their context."""

    places: Places
    words: Rewording
    ranking: Ranking

    def alone(self, text: str) -> Reading:
        """Read one question without a context."""
        return read(text, None, self.places, self.words)

    def follow_up(self, text: str, context: str) -> Reading:
        """Read one question as a follow-up, whatever it looks like."""
        return read(text, context, self.places, self.words, lean=True)

    def read(self, text: str, context: str | None) -> Reading:
        """Read a question in its context, or alone where it speaks of another card after all."""
        reading = read(text, context, self.places, self.words)
        if not reading.leans or reading.more or is_point(text):
            return reading
        alone = replace(self.alone(text), places=reading.places)
        if self._other_tier(alone, context or ""):
            return alone
        if self._other_card(reading, alone, context or ""):
            bare = alone.question.aspect is Aspect.GENERAL
            return replace(alone, beside=without_tiers(reading.subject)) if bare else alone
        return alone if self._of_nothing_here(reading, alone) else reading

    def _other_tier(self, alone: Reading, context: str) -> bool:
        """A tier that the card before does not have (展示板 after 硕士) begins a new question."""
        if not alone.tiers:
            return False
        before = self.ranking.find(self.alone(context), ()).carrying[:1]
        now = self.ranking.candidates(alone, ())[:1]
        own = without_tiers(alone.subject)
        if before and now and own and self._only_before(own, before[0].id, now[0].id):
            return False  # “我是本科生能住吗” after the flats: of them the other card does not speak
        return not _has_tier(before, alone) and _has_tier(now, alone)

    def _only_before(self, own: str, before: str, now: str) -> bool:
        return self.ranking.carries(before, own) and not self.ranking.carries(now, own)

    def _other_card(self, leaning: Reading, alone: Reading, context: str) -> bool:
        """So does a subject that another card carries, and the card before does not (见习补贴 after 职业介绍补贴)."""
        if len(leaning.own) < MIN_SUBJECT or alone.tiers:
            return False
        found = self.ranking.find(alone, ())
        now = found.carrying[:1]
        if not now or not now[0].fact:
            return False
        sure = found.chance >= SURELY and now[0].strength.carried >= ALL_OF_IT
        if now[0].strength.value < OF_ITS_OWN and not sure:
            return False
        before = self.ranking.candidates(self.alone(context), ())[:1]
        changed = bool(before) and now[0].id != before[0].id
        return changed and not self.ranking.carries(before[0].id, leaning.own)

    def _of_nothing_here(self, leaning: Reading, alone: Reading) -> bool:
        """“那通勤车呢” after 水费: what no card found speaks of is not answered from the card before."""
        named = _WHAT_OF.fullmatch(alone.question.text)
        if named is None or alone.tiers or alone.places.regions or len(leaning.own) < MIN_SUBJECT:
            return False
        if _NO_NOUN.search(named["what"]):
            return False
        found = self.ranking.find(leaning, ()).candidates[:1]
        return not any(self.ranking.carries(one.id, named["what"]) for one in found)


def is_point(text: str) -> bool:
    """Tell whether a text asks for a point of what was spoken of in words that name nothing (“分几级”)."""
    return bool(_POINT_ALONE.match(text.strip()))


def _has_tier(found: Sequence[Candidate], reading: Reading) -> bool:
    return any(one.fact and knows_tier(one.fact, reading.tiers) for one in found)
