"""Approved answers as the desk serves them: read from the database when it has new ones, no restart needed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.content.policies import Faq
from zhiqibot.core.numbers import numbers_in
from zhiqibot.storage.counter import Counter
from zhiqibot.topics.policies.evidence import faq_states
from zhiqibot.topics.policies.learning.collecting import Collecting
from zhiqibot.topics.policies.learning.likeness import Asked, Likeness
from zhiqibot.topics.policies.learning.model import PolicyCluster, PolicyGap, State
from zhiqibot.topics.policies.learning.service import ANSWERS
from zhiqibot.topics.policies.learning.sources import Source, Sources, shown
from zhiqibot.topics.policies.model import Next, PolicyAnswer
from zhiqibot.topics.policies.reading import Reading

SAME = 0.85
"""From this likeness on it is the very question that was answered: the answer comes before any card."""
CLOSE = 0.72
"""From this likeness on it is given where the desk would otherwise refuse, if it states what is asked."""
CARRIED = 0.8
"""Share of the core of a question that the answered one must hold: 高新技术企业所得税税率 is more than 企业所得税税率."""
LEAD = "这个问题，政策解读员答复过："
ID = "x-learned-{}"
_ID = re.compile(r"^x-learned-(\d+)$")


@dataclass(frozen=True)
class Known:
    """One approved answer with every question it answers."""

    number: int
    questions: tuple[str, ...]
    answer: str
    topic: str
    source: Source
    signature: str
    closed_at: datetime

    @property
    def id(self) -> str:
        """Its id among the cards an answer names."""
        return ID.format(self.number)

    @property
    def faq(self) -> Faq:
        """The same as an entry of policy_faq/faq/."""
        cites = tuple(fact.card.id for fact in self.source.facts) if self.source.exact else ("none",)
        return Faq.model_construct(
            id=self.id, topics=(self.topic,), questions=self.questions, answer=self.answer, cites=cites
        )

    @property
    def text(self) -> str:
        """The answer and where it stands, as shown."""
        return f"{self.answer}\n{shown(self.source, self.signature)}"


def learned(card_id: str) -> int | None:
    """Return the number of the approved answer a card id stands for, or None for a card."""
    found = _ID.match(card_id)
    return int(found[1]) if found else None


def approved_answers(session: Session, collecting: Collecting, sources: Sources) -> list[Known]:
    """Read every approved answer, oldest first; reports that a policy is not carried out are no questions."""
    query = (
        select(PolicyCluster)
        .where(PolicyCluster.state == State.ANSWERED, PolicyCluster.card_id.is_(None))
        .order_by(PolicyCluster.number)
    )
    clusters = session.scalars(query).all()
    gaps: dict[str, list[PolicyGap]] = {}
    asked = select(PolicyGap).where(PolicyGap.cluster_id.in_(query.with_only_columns(PolicyCluster.id).order_by(None)))
    for gap in session.scalars(asked.order_by(PolicyGap.id)):
        gaps.setdefault(gap.cluster_id, []).append(gap)
    return [_known(cluster, gaps.get(cluster.id, []), collecting, sources) for cluster in clusters]


def _known(cluster: PolicyCluster, gaps: Iterable[PolicyGap], collecting: Collecting, sources: Sources) -> Known:
    questions = [collecting.example_of(cluster), *(collecting.question_of(gap) for gap in gaps)]
    return Known(
        number=cluster.number or 0,
        questions=tuple(dict.fromkeys(questions)),
        answer=cluster.answer,
        topic=cluster.topic,
        source=sources.read(cluster.source),
        signature=cluster.signature,
        closed_at=cluster.closed_at or cluster.opened_at,
    )


@dataclass
class ApprovedAnswers:
    """The answers of one database; `refresh` is called where there is a session, everything else reads memory."""

    collecting: Collecting
    sources: Sources
    _version: int = 0
    _known: tuple[tuple[Known, tuple[Asked, ...]], ...] = field(default=())

    @property
    def likeness(self) -> Likeness:
        return self.collecting.likeness

    def refresh(self, session: Session) -> None:
        """Read the answers anew if one has been approved since, in this process or another; else one look at a row."""
        version = session.execute(select(Counter.value).where(Counter.name == ANSWERS)).scalar_one_or_none() or 0
        if version == self._version:
            return
        known = approved_answers(session, self.collecting, self.sources)
        prepared = ((one, tuple(self.likeness.asked(question) for question in one.questions)) for one in known)
        self._known, self._version = tuple(prepared), version

    def find(self, reading: Reading, *, refused: bool) -> PolicyAnswer | None:
        """Return the approved answer to a question: to the very same at any time, to a close one where none else is."""
        if not self._known or reading.leans:
            return None
        asked = self.likeness.asked(reading.question.text)
        best, known = max(
            ((self._fits(asked, one), entry) for entry, questions in self._known for one in questions),
            key=lambda pair: (pair[0], pair[1].number),
        )
        if best >= SAME:
            return _answer(known, reading)
        if refused and best >= CLOSE and faq_states(reading.question, known.faq):
            return _answer(known, reading)
        return None

    def numbers(self, card_id: str) -> frozenset[str]:
        """Return every number an approved answer may be quoted with: the interpreter's own and those of its source."""
        number = learned(card_id)
        known = next((one for one, _ in self._known if one.number == number), None)
        return frozenset(numbers_in(known.text)) if known else frozenset()

    def _fits(self, asked: Asked, answered: Asked) -> float:
        return self.likeness.between(asked, answered) if self.likeness.carried(asked, answered) >= CARRIED else 0.0


def _answer(known: Known, reading: Reading) -> PolicyAnswer:
    return PolicyAnswer(
        answered=True,
        text=f"{LEAD}\n{known.text}",  # never the words of those who asked before: they may tell of their enterprise
        citations=(known.source.citation,) if known.source.citation else (),
        card_ids=(known.id,),
        hints=(Next.ASK_UNIT,),
        topic=known.topic,
        question=reading.full,
    )
