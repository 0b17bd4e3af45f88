"""Which policy a complaint names: “新三板挂牌奖励落不了地” is about that one, whatever was spoken of before."""

import re
from dataclasses import dataclass
from datetime import datetime

from zhiqibot.content.policies import Fact, fold
from zhiqibot.topics.policies.desk import PolicyDesk

SHORTEST = 2
"""Characters that must be left of a name without the words that every policy has."""
SHORTEST_TITLE = 4
"""Characters of a title or keyword that is taken for a name wherever it stands."""
ALIKE = 0.6
"""Share of what was said that title and keywords of the policy found must hold."""
_CLAUSE = re.compile(r"[，,。；;！!？?\s]+")
_POINTING = re.compile(
    r"你们?|我们?|咱们?|俺们?|说的?|写的?|那个|这个|那项|这项|那条|这条|那|这|所谓的?|什么|的?政策|文件|规定|条款|根本|就是|都是|全是|还是|完全|压根|都|就|也|的|了|吧|呢|啊"
    r"|(?:回答|答|说|讲)得?(?:不对|不准|不是|没用)?|答错了?|没?答到(?:点子?上?|重点)|答非所问"
)
_OF_EVERY = re.compile(r"补贴|补助|奖励|奖补|资助|资金|支持|办法|措施|政策|企业|申请|办理|兑现")


@dataclass(frozen=True)
class Naming:
    """Finds the policy a sentence names."""

    desk: PolicyDesk

    def find(self, text: str, complaint: re.Pattern[str], now: datetime) -> Fact | None:
        """Return the policy named in the clause that complains, else one named before it; None for none.

        What follows is the reason: “这政策落不了地，办事窗口没听说过” names no policy about 办事窗口."""
        found = complaint.search(text)
        return self._in_clause(text, complaint, now) or self._by_title(text[: found.start()] if found else "")

    def _in_clause(self, text: str, complaint: re.Pattern[str], now: datetime) -> Fact | None:
        """A name in people's own words, as long as the policy it leads to has those words."""
        clause = next((one for one in _CLAUSE.split(text) if complaint.search(one)), "")
        said = _POINTING.sub("", complaint.sub("", clause))
        if len(_OF_EVERY.sub("", said)) < SHORTEST:
            return None
        answer = self.desk.answer(said, now)
        fact = self.desk.fact(answer.card_ids[0]) if answer.answered and answer.card_ids else None
        return fact if fact and _share(said, fact) >= ALIKE else None

    def _by_title(self, text: str) -> Fact | None:
        said = fold(text)
        named = [
            (len(name), fact)
            for fact in self.desk.corpus.facts.values()
            for name in (fact.card.title, *fact.card.keywords)
            if len(name) >= SHORTEST_TITLE and _OF_EVERY.sub("", name) and fold(name) in said
        ]
        home = self.desk.home.level
        ours = [one for one in named if home(one[1].region) == "county"] or named
        return max(ours, key=lambda one: one[0])[1] if ours else None


def _share(said: str, fact: Fact) -> float:
    """Return the share of the pairs of characters said that title and keywords have."""
    name = fold("".join((fact.card.title, *fact.card.keywords)))
    folded = fold(said)
    pairs = [folded[place : place + 2] for place in range(len(folded) - 1)]
    return sum(pair in name for pair in pairs) / len(pairs) if pairs else 0.0
