"""How long an imported document counts, what came after it, and the questions about that: “这个文件还有效吗”."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zhiqibot.content.policies import Card, Document, Fact, fold

_VALIDITY = re.compile(
    r"(?:还|现在|目前|是否|现行|仍|一直)\S{0,3}(?:有效|管用|能用|好使|算数|执行|作数)|有效(?:吗|没|不|期(?!限?内)|么)|(?:过期|到期|失效|作废|废止)(?:了|没|吗|不|么|$|[?？])"
    r"|(?:什么时候|啥时候|哪天|何时|多会儿)\S{0,2}(?:过期|到期|失效|作废|废止)|(?:执行|施行|实施|管)到(?:什么时候|啥时候|哪|几|何时)"
)
_OF_ASKING = re.compile(
    r"请问|[《》“”?？!！。，,]|这[个份]|那[个份]|文件|政策|现在|目前|还在?|是否|是不是|有没有|现行|仍然?|有效期?|管用|算数|作数|执行|施行|实施"
    r"|过期|到期|失效|作废|废止|什么时候|啥时候|哪[天年]|何时|几[号年月]|到|了|没有?|吗|么|呢|不|的|能用|在用|用|管"
)
_NOT_NAME = re.compile(r"[\s《》“”〔〕\[\]（）()【】]+")
MAX_LEANING = 20
"""Characters of a question that asks after the document spoken of, without naming it."""
NAMED = 0.8
"""Share of what is left of a question that a title must hold to be the one meant."""
SHORTEST_NAME = 4


@dataclass(frozen=True)
class Standing:
    """One document: from when to when it counts, and what took its place."""

    document: Document
    topics: tuple[str, ...] = ("other",)
    valid_from: date | None = None
    valid_until: date | None = None
    ended_on: date | None = None
    """The day on which the office took it out of force; None while it stands."""
    successor: Document | None = None
    """Replaced it by the office's decision."""

    @property
    def last_day(self) -> date | None:
        """The day it ended or ends; None where it says nothing."""
        return min((day for day in (self.valid_until, self.ended_on) if day), default=None)

    def over(self, today: date) -> bool:
        """Tell whether it counts no more: past its last day, replaced or repealed."""
        return self.ended_on is not None or (self.valid_until is not None and self.valid_until < today)

    def said(self, today: date) -> str:
        """Say in one sentence whether it counts."""
        if self.over(today):
            return f"{cited(self.document)}{self._end(today)}，现在不能再按它申报。"
        if self.valid_from and self.valid_from > today:
            until = f"，有效期到{self.valid_until}" if self.valid_until else ""
            return f"{cited(self.document)}自{self.valid_from}起施行{until}，现在还没有开始执行。"
        if self.valid_until:
            return f"{cited(self.document)}现行有效，有效期到{self.valid_until}。"
        return f"{cited(self.document)}现行有效，文件没有写明有效期到哪一天。"

    def _end(self, today: date) -> str:
        if self.valid_until and self.valid_until < today and self.valid_until == self.last_day:
            return f"已于{self.valid_until}到期"
        return f"已于{self.last_day}被新文件代替" if self.successor else f"已于{self.last_day}废止"

    def as_fact(self) -> Fact:
        """Return the document as a card, so that it can be cited as a whole."""
        card = Card.model_construct(
            id=self.document.id, kind="mechanism", title=self.document.title, clause=None, region=None,
            topics=self.topics, lead=self.document.title, summary=self.document.title,
            valid_from=self.valid_from, valid_until=self.last_day, questions=(),
        )  # fmt: skip
        return Fact(self.document, card)


def cited(document: Document) -> str:
    """Write a document as people name it: 《…》（文号）."""
    title = document.title.strip("《》")
    return f"《{title}》" + (f"（{document.number}）" if document.number else "")


def asks_validity(text: str) -> bool:
    """Tell whether a question is about a document being in force."""
    return bool(_VALIDITY.search(text))


def points_back(text: str) -> bool:
    """Tell whether it asks so after what was spoken of, naming nothing."""
    return len(text) <= MAX_LEANING and len(_OF_ASKING.sub("", text)) < SHORTEST_NAME


def named_in(text: str, standings: Iterable[Standing]) -> Standing | None:
    """Return the document whose number or title a question names; of several, the one that counts longest."""
    said = _NOT_NAME.sub("", fold(text))
    left = _NOT_NAME.sub("", _OF_ASKING.sub("", fold(text)))
    found = [(share, one) for one in standings if (share := _share(said, left, one.document)) >= NAMED]
    if not found:
        return None
    best = max(share for share, _ in found)
    alike = [one for share, one in found if share == best]
    return max(alike, key=lambda one: (one.ended_on is None, one.last_day or date.max))


def _share(said: str, left: str, document: Document) -> float:
    """Return 2 for the number or the whole title, else the share of what is left of the question that the title holds."""
    title, number = (_NOT_NAME.sub("", fold(one or "")) for one in (document.title, document.number))
    if (number and number in said) or title in said:
        return 2.0
    if len(left) < SHORTEST_NAME:
        return 0.0
    pairs = [left[place : place + 2] for place in range(len(left) - 1)]
    return sum(pair in title for pair in pairs) / len(pairs)
