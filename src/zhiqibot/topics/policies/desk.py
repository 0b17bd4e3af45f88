"""The desk: finds the card that carries a question and answers from it, or refuses and names whom to ask."""

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from zhiqibot.content.policies import Fact, Faq, PolicyCorpus
from zhiqibot.core.clock import local
from zhiqibot.topics.policies import evidence, refusals
from zhiqibot.topics.policies.composing import Composer
from zhiqibot.topics.policies.figures import numbers_of, unsupported
from zhiqibot.topics.policies.index import PolicyIndex
from zhiqibot.topics.policies.meaning import MeaningIndex
from zhiqibot.topics.policies.model import PolicyAnswer, cite
from zhiqibot.topics.policies.places import HomeRegion, Named, Places
from zhiqibot.topics.policies.postings import Cut
from zhiqibot.topics.policies.quoting import Clauses
from zhiqibot.topics.policies.ranking import Candidate, Ranking, knows_tier
from zhiqibot.topics.policies.reading import Reading, Rewording, parts_of, read
from zhiqibot.topics.policies.several import OWN_SUBJECT, apart, clauses_of, partly, together
from zhiqibot.topics.policies.spelling import spelling_of
from zhiqibot.topics.policies.tiers import amount_lines, figure_lines, pick

MIN_SUBJECT = 2
"""Characters; a question with less than that names no subject (“能领吗”)."""
OF_ITS_OWN = 0.75
"""From this strength on a short follow-up has a subject of its own, which another card carries."""
MAX_POINT = 6
"""Characters of a bare point asked of the card before."""
_CLAIM = re.compile(r"补|奖|贴息|资助|经费|扶持|能(?:申请|享受|领|拿|报|贷|扣|抵|减|免)|给(?:多少|钱|不)")
MAX_CLAUSES = 3
MAX_CHARS = 600
"""Longer messages are read up to here."""


class Approved(Protocol):
    """Answers of named interpreters that the office approved; see learning/answers.py."""

    def find(self, reading: Reading, *, refused: bool) -> PolicyAnswer | None:
        """Return the answer to a question; `refused`: nothing else answers it."""

    def numbers(self, card_id: str) -> frozenset[str]:
        """Return the numbers such an answer may be quoted with."""


class UnsupportedNumber(AssertionError):
    """An answer was about to name a number that its cards do not have (raised in strict desks only)."""


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
    sounds: Mapping[int, str] | None = None
    """How characters sound, so that homophones are put right."""
    _places: Places = field(init=False)
    _synonyms: Rewording = field(init=False)
    _ranking: Ranking = field(init=False)
    _composer: Composer = field(init=False)
    _numbers: dict[str, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._numbers = {card_id: numbers_of(fact) for card_id, fact in self.corpus.facts.items()}
        self._places = Places(self.home, self.corpus.regions)
        spelling = spelling_of(self.corpus, self.sounds, self.words) if self.sounds is not None else None
        self._synonyms = Rewording(self.corpus.synonyms, spelling)
        self._ranking = Ranking(self.corpus, PolicyIndex.of(self.corpus, self.words), self.home, self.meaning)
        self._composer = Composer(self.corpus, self.home)

    def answer(
        self, text: str, now: datetime, *, context: str | None = None, topics: Sequence[str] = ()
    ) -> PolicyAnswer:
        """Answer a message of one or more questions; `context` is the question before it. Never raises."""
        self._know_places()
        answers: list[PolicyAnswer] = []
        for part in parts_of(text[:MAX_CHARS]) or [""]:
            one = self._answer_part(part, local(now).date(), context, topics)
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
        return read(text, None, self._places, self._synonyms)

    def fact(self, card_id: str) -> Fact | None:
        """Return a card by id, or a clause of an imported document in the form of one."""
        return self.corpus.facts.get(card_id) or (self.clauses.fact(card_id) if self.clauses else None)

    def _answer_part(self, part: str, today: date, context: str | None, topics: Sequence[str]) -> PolicyAnswer:
        """Answer one sentence: its clauses one by one where each is a question that finds its own answer."""
        clauses = clauses_of(part, self._places)[:MAX_CLAUSES]
        each = [self._checked(self._answer_one(one, today, context, topics)) for one in clauses]
        if each and apart(each):
            return together(each)
        whole = self._checked(self._answer_one(part, today, context, topics))
        if not whole.answered and each and partly([self._own_chance(one, topics) for one in clauses], each):
            return together([_with_open_part(one, said, context) for one, said in zip(each, clauses, strict=True)])
        return _with_open_part(whole, part, context)

    def _own_chance(self, clause: str, topics: Sequence[str]) -> float:
        """Return how likely a card carries a clause by itself; a few words (“有没有封顶”) have no subject of their own."""
        reading = self.read(clause)
        return self._ranking.find(reading, topics).chance if len(reading.subject) >= OWN_SUBJECT else 0.0

    def _answer_one(self, text: str, today: date, context: str | None, topics: Sequence[str]) -> PolicyAnswer:
        reading = self._read(text, context)
        if len(reading.subject) < MIN_SUBJECT and not reading.tiers:
            return refusals.vague(reading)
        told = self.approved.find(reading, refused=False) if self.approved else None
        if told:
            return told
        answer = self._answer_or_refuse(reading, text, today, context, topics)
        answer = self._by_clause(reading, answer, today) or answer
        told = self.approved.find(reading, refused=True) if self.approved and not answer.answered else None
        return told or answer

    def _by_clause(self, reading: Reading, answer: PolicyAnswer, today: date) -> PolicyAnswer | None:
        """Ask the imported documents, where the cards refuse or answer for another place."""
        by_us = any(self.home.level(one.region) == "county" for one in map(self.fact, answer.card_ids) if one)
        return self.clauses.instead_of(answer, by_us, reading, today) if self.clauses else None

    def _know_places(self) -> None:
        """Know the places of imported documents, too: a question may name them."""
        regions = self.clauses.regions if self.clauses else frozenset()
        if not regions <= self._places.known:
            self._places = Places(self.home, self._places.known | regions)

    def _answer_or_refuse(
        self, reading: Reading, text: str, today: date, context: str | None, topics: Sequence[str]
    ) -> PolicyAnswer:
        answer = self._answer_reading(reading, today, topics)
        if answer.answered or not context:
            return answer
        if reading.leans:
            alone = self._standing_alone(text, today, topics)
            return alone if alone and alone.answered else answer
        if answer.card_ids:
            return answer
        return (
            self._in_context(reading, read(text, context, self._places, self._synonyms, lean=True), today, topics)
            or answer
        )

    def _read(self, text: str, context: str | None) -> Reading:
        """Read a question in its context, or alone where it speaks of another card after all."""
        reading = read(text, context, self._places, self._synonyms)
        if not reading.leans or reading.more:
            return reading
        alone = replace(read(text, None, self._places, self._synonyms), places=reading.places)
        return alone if self._other_tier(reading, alone) or self._other_card(reading, alone, context or "") else reading

    def _other_tier(self, leaning: Reading, alone: Reading) -> bool:
        """A tier that the card before does not have (展示板 after 硕士) begins a new question."""
        if not alone.tiers:
            return False
        before, now = (self._ranking.candidates(one, ())[:1] for one in (replace(leaning, tiers=alone.tiers), alone))
        return not _has_tier(before, alone) and _has_tier(now, alone)

    def _other_card(self, leaning: Reading, alone: Reading, context: str) -> bool:
        """So does a subject that another card carries, and the card before does not (见习补贴 after 职业介绍补贴)."""
        if len(leaning.own) < MIN_SUBJECT or alone.tiers:
            return False
        now = self._ranking.find(alone, ()).carrying[:1]
        if not now or not now[0].fact or now[0].strength.value < OF_ITS_OWN:
            return False
        before = self._ranking.candidates(self.read(context), ())[:1]
        changed = bool(before) and now[0].id != before[0].id
        return changed and not self._ranking.carries(before[0].id, leaning.own)

    def _standing_alone(self, text: str, today: date, topics: Sequence[str]) -> PolicyAnswer | None:
        """A follow-up that the card before does not answer may be a question of its own (“多久能把钱打过来”)."""
        alone = self.read(text)
        own = len(alone.subject) > MIN_SUBJECT and not alone.tiers
        return self._answer_reading(alone, today, topics) if own else None

    def _in_context(self, alone: Reading, leaning: Reading, today: date, topics: Sequence[str]) -> PolicyAnswer | None:
        """A question that means nothing by itself may ask for a point of the card spoken of (“年龄有啥要求”)."""
        if not alone.subject or len(alone.subject) > MAX_POINT or alone.places.regions:
            return None
        answer = self._answer_reading(leaning, today, topics)
        fact = self.fact(answer.card_ids[0]) if answer.card_ids else None
        return answer if fact and alone.subject[:2] in fact.stated else None

    def _answer_reading(self, reading: Reading, today: date, topics: Sequence[str]) -> PolicyAnswer:
        unknown = [place for place in reading.places.regions if place not in self._places.known]
        if unknown and not reading.places.own:
            return self._composer.unknown_place(reading, unknown[0])
        found = self._ranking.find(reading, topics)
        carrying = found.carrying
        if reading.more and carrying and carrying[0].fact:
            return self._composer.others(reading, carrying[0].fact)
        best = self._best(reading, carrying)
        if best is None:
            return self._composer.nothing(reading, found.candidates, topics, _elsewhere(carrying, self.home))
        if best.faq:
            return self._from_faq(reading, best.faq, today)
        if len(reading.places.regions) > 1:
            return self._place_by_place(reading, today, topics)
        return self._from_card(reading, best.card, today)

    def _place_by_place(self, reading: Reading, today: date, topics: Sequence[str]) -> PolicyAnswer:
        """Answer for each of several places; at least one has a card that carries the question."""
        alone = [replace(reading, places=Named((one,), one == self.home.county)) for one in reading.places.regions]
        answers = [self._answer_reading(one, today, topics) for one in alone]
        return together([one for one in answers if one.answered] or answers[:1])

    def _best(self, reading: Reading, carrying: Sequence[Candidate]) -> Candidate | None:
        """Return the first that may answer; another place's rule never answers what *we* get."""
        first = carrying[0] if carrying else None
        if first is None or set(reading.places.regions) - {self.home.county}:
            return first
        claims = reading.places.own or bool(_CLAIM.search(reading.question.text))
        if first.faq:
            return first if not reading.places.own or self._speaks_of_us(reading, first.faq) else None
        ours = self.home.level(first.card.region) != "elsewhere" and first.card.document.kind == "policy"
        return None if claims and not ours else first

    def _speaks_of_us(self, reading: Reading, faq: Faq) -> bool:
        """Tell whether an overview says anything of our own county on the subject."""
        ours = [card for card in faq.cites if self.home.level(self.corpus.facts[card].region) == "county"]
        return any(self._ranking.carries(card, reading.subject) for card in ours)

    def _from_card(self, reading: Reading, fact: Fact, today: date) -> PolicyAnswer:
        lines = amount_lines(fact.card) or figure_lines(fact.card)
        picked = pick(lines, reading.tiers)
        if fact.card.expired(today):
            return self._composer.expired(reading, fact)
        if not evidence.states(reading.question, fact, picked):
            return self._composer.not_stated(reading, fact, picked)
        return self._composer.from_card(reading, fact, picked)

    def _from_faq(self, reading: Reading, faq: Faq, today: date) -> PolicyAnswer:
        for cited in faq.cites:  # a table that has the tier asked for says it more exactly than the overview
            fact = self.corpus.facts[cited]
            picked = pick(amount_lines(fact.card), reading.tiers)
            exact = self.home.level(fact.region) == "county" and picked.named and not reading.question.compares
            if exact and (picked.missing or evidence.states(reading.question, fact, picked)):
                return self._from_card(reading, fact, today)
        if not evidence.faq_states(reading.question, faq):
            return self._composer.faq_not_stated(reading, faq)
        return self._composer.from_faq(reading, faq)

    def _checked(self, answer: PolicyAnswer) -> PolicyAnswer:
        """Keep only lines whose every number stands in the cited cards."""
        known = frozenset().union(*(self._numbers_of(card_id) for card_id in answer.card_ids))
        kept = []
        for line in answer.text.split("\n"):
            stray = unsupported(line, known)
            if stray and self.strict:
                raise UnsupportedNumber(f"{stray} in {line!r}")
            if not stray:
                kept.append(line)
        return answer if len(kept) == answer.text.count("\n") + 1 else _with_text(answer, kept)

    def _numbers_of(self, card_id: str) -> frozenset[str]:
        known = self._numbers.get(card_id)
        if known is None and (fact := self.fact(card_id)):
            return numbers_of(fact)
        if known is None and self.approved:
            return self.approved.numbers(card_id)
        return known or frozenset()


def _has_tier(found: Sequence[Candidate], reading: Reading) -> bool:
    return any(one.fact and knows_tier(one.fact, reading.tiers) for one in found)


def _elsewhere(carrying: Sequence[Candidate], home: HomeRegion) -> Fact | None:
    """Return the card of another place that may be shown as a hint."""
    facts = [one.fact for one in carrying[:1] if one.fact] or [one.fact for one in carrying[:3] if one.fact]
    return next((fact for fact in facts if home.level(fact.region) != "county"), None)


def _with_open_part(answer: PolicyAnswer, said: str, context: str | None) -> PolicyAnswer:
    """Note a question that was refused; one that names no subject (no hints) is asked back, not left open."""
    if answer.answered or not answer.hints:
        return answer
    leant_on = f"{context}；" if answer.follow_up and context else ""
    return replace(answer, open_parts=(f"{leant_on}{said}",))


def _with_text(answer: PolicyAnswer, lines: Sequence[str]) -> PolicyAnswer:
    return PolicyAnswer(**{**answer.__dict__, "text": "\n".join(lines)})


__all__ = ["HomeRegion", "PolicyAnswer", "PolicyDesk", "UnsupportedNumber", "cite"]
