"""The desk: finds the card that carries a question and answers from it, or refuses and names whom to ask."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from zhiqibot.content.policies import Fact, PolicyCorpus
from zhiqibot.core.clock import local
from zhiqibot.topics.policies import refusals
from zhiqibot.topics.policies.answering import Answering, Told
from zhiqibot.topics.policies.backing import Backing, UnsupportedNumber
from zhiqibot.topics.policies.classifier import EntryClassifier
from zhiqibot.topics.policies.clause_wording import ClauseWording, names_something
from zhiqibot.topics.policies.comparing import compared, each_asked, spelled_out
from zhiqibot.topics.policies.composing import Composer
from zhiqibot.topics.policies.figures import numbers_of
from zhiqibot.topics.policies.index import PolicyIndex
from zhiqibot.topics.policies.leaning import MIN_SUBJECT, Leaning, is_point
from zhiqibot.topics.policies.meaning import MeaningIndex
from zhiqibot.topics.policies.model import PolicyAnswer, cite
from zhiqibot.topics.policies.of_documents import DocumentQuestions, Seen
from zhiqibot.topics.policies.own_case import own_numbers
from zhiqibot.topics.policies.places import HomeRegion, Places
from zhiqibot.topics.policies.postings import Cut
from zhiqibot.topics.policies.question import Aspect
from zhiqibot.topics.policies.quoting import Clauses
from zhiqibot.topics.policies.ranking import ALL_OF_IT, Ranking, knows_tier
from zhiqibot.topics.policies.reading import Reading, Rewording, parts_of, without_tiers
from zhiqibot.topics.policies.several import OWN_SUBJECT, apart, clauses_of, partly, together
from zhiqibot.topics.policies.spelling import spelling_of

OF_OURS = 0.34
"""Below this share of the subject our own cards hardly speak of it: an imported clause may give the sum asked for."""
MAX_POINT = 6
"""Characters of a bare point asked of the card before."""
MAX_CLAUSES = 3
_ANY_BENEFIT = frozenset({"补贴", "补助", "奖励", "奖补", "优惠", "补贴奖励", "补贴优惠"})
"""“有没有啥补贴” names none of them."""
MAX_CHARS = 600
"""Longer messages are read up to here."""


class Approved(Protocol):
    """Answers of named interpreters that the office approved; see learning/answers.py."""

    def find(self, reading: Reading, *, refused: bool) -> PolicyAnswer | None:
        """Return the answer to a question; `refused`: nothing else answers it."""

    def numbers(self, card_id: str) -> frozenset[str]:
        """Return the numbers such an answer may be quoted with."""


@dataclass
class PolicyDesk:
    """Answers policy questions; built once, pure and safe to share between threads."""

    corpus: PolicyCorpus
    words: Cut
    home: HomeRegion = field(default_factory=HomeRegion)
    strict: bool = False
    """Raise on a number without a source instead of dropping the line (for tests)."""
    approved: Approved | None = None
    clauses: Clauses | None = None
    """Imported documents, asked where no card of ours answers."""
    meaning: MeaningIndex | None = None
    """The semantic layer, where there is one."""
    classifier: EntryClassifier | None = None
    """Tells entries from each other; without it words alone decide."""
    sounds: Mapping[int, str] | None = None
    """How characters sound, so that homophones are put right."""
    _leaning: Leaning = field(init=False)
    _answering: Answering = field(init=False)
    _ranking: Ranking = field(init=False)
    _composer: Composer = field(init=False)
    _backing: Backing = field(init=False)
    _formal: ClauseWording = field(init=False)
    _of_documents: DocumentQuestions = field(init=False)

    def __post_init__(self) -> None:
        numbers = {card_id: numbers_of(fact) for card_id, fact in self.corpus.facts.items()}
        self._backing = Backing(numbers, self.strict)
        spelling = spelling_of(self.corpus, self.sounds, self.words) if self.sounds is not None else None
        index = PolicyIndex.of(self.corpus, self.words)
        self._ranking = Ranking(self.corpus, index, self.home, self.meaning, self.classifier)
        places = Places(self.home, self.corpus.regions)
        self._leaning = Leaning(places, Rewording(self.corpus.synonyms, spelling), self._ranking)
        self._formal = ClauseWording(self.corpus.clause_words, self.words)
        self._composer = Composer(self.corpus, self.home)
        self._of_documents = DocumentQuestions(self.corpus, self._composer, self.home.county)
        self._answering = Answering(self.corpus, self.home, self._ranking, self._composer)

    def answer(
        self, text: str, now: datetime, *, context: str | None = None, topics: Sequence[str] = (), earlier: str = ""
    ) -> PolicyAnswer:
        """Answer a message of one or more questions. Never raises.

        `context` is the question before it, `earlier` what the person told of their own case before (“3个硕士”)."""
        self._know_places()
        told = Told(local(now).date(), topics, earlier)
        answers: list[PolicyAnswer] = []
        for part in parts_of(text[:MAX_CHARS]) or [""]:
            one = self._answer_part(part, told, context)
            answers.append(one)
            context = one.question if one.card_ids else context
        return answers[0] if len(answers) == 1 else together(answers)

    def beside(self, approved: Approved) -> "PolicyDesk":
        """Return this desk with the approved answers of one database; the index is shared."""
        desk = copy(self)
        desk.approved = approved
        return desk

    @property
    def index(self) -> PolicyIndex:
        """The index of the cards."""
        return self._ranking.index

    def read(self, text: str) -> Reading:
        """Read one question without a context."""
        return self._leaning.alone(text)

    def fact(self, card_id: str) -> Fact | None:
        """Return a card by id, or a clause of an imported document in the form of one."""
        return self.corpus.facts.get(card_id) or (self.clauses.fact(card_id) if self.clauses else None)

    def benefits_of(self, text: str, share: float = ALL_OF_IT) -> list[Fact]:
        """Return our county's benefits that carry (this share of) what a text names, the likeliest first (“大学生补贴”)."""
        reading = self.read(text)
        found = [one.fact for one in self._ranking.find(self.read(f"{text}怎么申请"), ()).candidates if one.fact]
        ours = [one for one in found if self.home.level(one.region) == "county" and one.card.kind == "benefit"]
        subject = reading.subject if share >= ALL_OF_IT else without_tiers(reading.subject) or reading.subject
        return [one for one in ours if self._ranking.carried(one.card.id, subject) >= share]

    def _answer_part(self, part: str, told: Told, context: str | None) -> PolicyAnswer:
        """Answer one sentence: its clauses one by one where each is a question that finds its own answer."""
        part = spelled_out(part, self.home.county)
        side_by_side = self._compared(part, told)
        if side_by_side:
            return side_by_side
        clauses = each_asked(part) or clauses_of(part, self._leaning.places)[:MAX_CLAUSES]
        each = [self._answer_one(one, told, context) for one in clauses]
        if each and apart(each):
            return together(each)
        whole = self._answer_one(part, told, context)
        if not whole.answered and each and partly([self._own_chance(one, told.topics) for one in clauses], each):
            return together([_with_open_part(one, said, context) for one, said in zip(each, clauses, strict=True)])
        return _with_open_part(whole, part, context)

    def _compared(self, part: str, told: Told) -> PolicyAnswer | None:
        """Put the two things that a question compares side by side, where each has a card of its own."""
        pair = compared(part)
        whole = self.read(part)
        if pair is None or len(whole.places.regions) > 1 or self._rows_of_one(whole):
            return None
        found = [self._answer_one(f"{one}是怎么规定的", told, None) for one in pair]
        facts = [self.fact(one.card_ids[0]) for one in found if one.answered and one.card_ids]
        ours = [one for one in facts if one and self.home.level(one.region) == "county"]
        if len(ours) < len(pair) or len({one.card.id for one in ours}) < len(pair):
            return None
        return self._checked(self._composer.side_by_side(whole, ours), "", told)

    def _rows_of_one(self, reading: Reading) -> bool:
        """Tell whether two rows of one table are compared (主板 and 新三板): its answer has them both."""
        best = self._ranking.find(reading, ()).carrying[:1]
        return bool(reading.tiers and best and best[0].fact and knows_tier(best[0].fact, reading.tiers))

    def _own_chance(self, clause: str, topics: Sequence[str]) -> float:
        """Return how likely a card carries a clause by itself; a few words (“有没有封顶”) have no subject of their own."""
        reading = self.read(clause)
        return self._ranking.find(reading, topics).chance if len(reading.subject) >= OWN_SUBJECT else 0.0

    def _answer_one(self, text: str, told: Told, context: str | None) -> PolicyAnswer:
        reading = self._leaning.read(text, context)
        known = self._of_documents.answer(text, reading, context, self._seen())
        names_nothing = reading.subject in _ANY_BENEFIT and not reading.leans
        if not known and (len(reading.subject) < MIN_SUBJECT or names_nothing) and not reading.tiers:
            return refusals.vague(reading)
        approved = self.approved.find(reading, refused=False) if self.approved else None
        if approved:
            return self._checked(approved, text, told)
        answer = known or self._answer_or_refuse(reading, text, told, context)
        answer = self._by_clause(reading, answer, told.today, context) or answer
        approved = self.approved.find(reading, refused=True) if self.approved and not answer.answered else None
        return self._checked(approved or answer, text, told)

    def _seen(self) -> Seen:
        return Seen(self._spoken_of, self._leaning.places, self.clauses.documents if self.clauses else ())

    def _spoken_of(self, question: str) -> Fact | None:
        """Return the card that a question before was about."""
        found = self._ranking.candidates(self.read(question), ())[:1]
        return found[0].fact if found else None

    def _checked(self, answer: PolicyAnswer, text: str, told: Told) -> PolicyAnswer:
        """Keep only lines whose every number stands in the cited cards or is worked out from them."""
        approved = self.approved.numbers if self.approved else lambda _: frozenset[str]()
        return self._backing.checked(answer, own_numbers(told.earlier, text), self.fact, approved)

    def _by_clause(
        self, reading: Reading, answer: PolicyAnswer, today: date, context: str | None
    ) -> PolicyAnswer | None:
        """Ask the imported documents, where the cards refuse or answer for another place."""
        ours = [one for one in map(self.fact, answer.card_ids) if one and self.home.level(one.region) == "county"]
        spoken_of = any(self._ranking.carried(one.card.id, reading.subject) >= OF_OURS for one in ours)
        beside = answer.answered and reading.question.aspect is Aspect.AMOUNT and not spoken_of
        by_us = bool(ours) and not beside
        if self.clauses is None:
            return None
        asked = self._formal.asked_with(reading, self._leaning)
        if context and not names_something(asked.telling):  # “不是最高30万吗”
            asked = self._formal.asked_with(self._leaning.follow_up(reading.question.text, context), self._leaning)
        return self.clauses.instead_of(answer, by_us, asked, today, self.corpus.documents.values())

    def _know_places(self) -> None:
        """Know the places of imported documents, too: a question may name them."""
        regions = self.clauses.regions if self.clauses else frozenset()
        known = self._leaning.places.known
        if not regions <= known:
            self._leaning = replace(self._leaning, places=Places(self.home, known | regions))

    def _answer_or_refuse(self, reading: Reading, text: str, told: Told, context: str | None) -> PolicyAnswer:
        answer = self._of(reading, told)
        if answer.answered or not context:
            return answer
        if reading.leans:
            alone = self._standing_alone(text, told) if len(reading.own) >= MIN_SUBJECT else None
            return alone if alone and alone.answered else answer
        if answer.card_ids:
            return answer
        return self._in_context(reading, self._leaning.follow_up(text, context), told) or answer

    def _of(self, reading: Reading, told: Told) -> PolicyAnswer:
        return self._answering.answer(reading, told, self._leaning.places.known)

    def _standing_alone(self, text: str, told: Told) -> PolicyAnswer | None:
        """A follow-up that the card before does not answer may be a question of its own (“多久能把钱打过来”)."""
        if is_point(text):
            return None
        alone = self.read(text)
        own = len(alone.subject) > MIN_SUBJECT and not alone.tiers and not alone.question.asks_period
        return self._of(alone, told) if own else None

    def _in_context(self, alone: Reading, leaning: Reading, told: Told) -> PolicyAnswer | None:
        """A question that means nothing by itself may ask for a point of the card spoken of (“年龄有啥要求”)."""
        if not alone.subject or len(alone.subject) > MAX_POINT or alone.places.regions:
            return None
        answer = self._of(leaning, told)
        fact = self.fact(answer.card_ids[0]) if answer.card_ids else None
        return answer if fact and alone.subject[:2] in fact.stated else None


def _with_open_part(answer: PolicyAnswer, said: str, context: str | None) -> PolicyAnswer:
    """Note a question that was refused; one that names no subject (no hints) is asked back, not left open."""
    if answer.answered or not answer.hints:
        return answer
    leant_on = f"{context}；" if answer.follow_up and context else ""
    return replace(answer, open_parts=(f"{leant_on}{said}",))


__all__ = ["HomeRegion", "PolicyAnswer", "PolicyDesk", "UnsupportedNumber", "cite"]
