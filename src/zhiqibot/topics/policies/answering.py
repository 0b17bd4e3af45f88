"""From one reading of a question to its answer: the card or overview that carries it, or an honest refusal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from zhiqibot.content.policies import Fact, Faq, PolicyCorpus
from zhiqibot.topics.policies import evidence
from zhiqibot.topics.policies.chance import ENOUGH
from zhiqibot.topics.policies.composing import Composer
from zhiqibot.topics.policies.model import PolicyAnswer
from zhiqibot.topics.policies.own_case import case_of, of_case, stayed_share
from zhiqibot.topics.policies.places import HomeRegion, Named
from zhiqibot.topics.policies.question import Aspect
from zhiqibot.topics.policies.ranking import CARRIES, Candidate, Found, Ranking
from zhiqibot.topics.policies.reading import Reading
from zhiqibot.topics.policies.several import together
from zhiqibot.topics.policies.tiers import Line, Picked, amount_lines, figure_lines, pick

_GRANTS = re.compile(r"奖|补[贴助]|贴息|资助")
_CLAIM = re.compile(r"补|奖|贴息|资助|经费|扶持|能(?:申请|享受|领|拿|报|贷|扣|抵|减|免)|给(?:多少|钱|不)")

MUCH_LESS, MUCH_LESS_TO_CLAIM = 0.34, 0.6
"""Of two places, one whose best card speaks of less than this share of what the other's does has no such rule; more is asked
where something to claim is asked for (奖励), which no other county's goal stands for."""

OF_TABLE = 0.15
"""So likely must a card be spoken of whose table lacks the very row named: that row tells much by itself (博士, 北交所)."""


@dataclass(frozen=True)
class Told:
    """What goes with a question: the day, topics that understanding heard, what the person told of their case before."""

    today: date
    topics: Sequence[str] = ()
    earlier: str = ""


@dataclass(frozen=True)
class Answering:
    """Answers readings; pure."""

    corpus: PolicyCorpus
    home: HomeRegion
    ranking: Ranking
    composer: Composer

    def answer(self, reading: Reading, told: Told, known: frozenset[str]) -> PolicyAnswer:
        """Answer one reading; `known`: the places something is held of."""
        reading = self._with_home(reading)
        unknown = [place for place in reading.places.regions if place not in known]
        if unknown and not reading.places.own:
            return self.composer.unknown_place(reading, unknown[0])
        found = self.ranking.find(reading, told.topics)
        carrying = found.carrying
        if reading.more and carrying and carrying[0].fact:
            return self.composer.others(reading, carrying[0].fact)
        best = self._best(reading, carrying)
        if best is None:
            open_point = self._left_open(reading, found, told)
            return open_point or self.composer.nothing(
                reading, found.candidates, told.topics, _elsewhere(carrying, self.home)
            )
        if best.faq:
            return self._from_faq(reading, best.faq, told)
        if len(reading.places.regions) > 1:
            return self._place_by_place(reading, told, known)
        return self.from_card(reading, best.card, told)

    def _left_open(self, reading: Reading, found: Found, told: Told) -> PolicyAnswer | None:
        """Name the point that the card spoken of leaves open; nothing is answered from it."""
        best = self._best(reading, found.candidates)
        if best is None or len(reading.places.regions) > 1:
            return None
        of_table = best.fact is not None and _picked(reading, best.fact, set()).missing
        if found.about < (OF_TABLE if of_table else ENOUGH):
            return None
        if reading.places.regions and not self.ranking.carries(best.id, reading.subject):
            return None  # of the place named there is something, but not on this
        said = self._from_faq(reading, best.faq, told) if best.faq else self.from_card(reading, best.card, told)
        return None if said.answered else said

    def from_card(self, reading: Reading, fact: Fact, told: Told) -> PolicyAnswer:
        """Answer from one card, with what it says to the person's own case."""
        if fact.card.expired(told.today):
            return self.composer.expired(reading, fact)
        case = case_of(told.earlier if reading.leans else "", reading.question.text)
        picked = _picked(reading, fact, stayed_share(case))
        own = of_case(fact, picked, case, reading.question, self.corpus.measures)
        if _only_goals(reading, fact):
            return self.composer.nothing(reading, (), told.topics, None)
        if picked.missing or (own.empty and not evidence.states(reading.question, fact, picked)):
            return self.composer.not_stated(reading, fact, picked)
        return self.composer.from_card(reading, fact, picked, own)

    def _with_home(self, reading: Reading) -> Reading:
        """“跟咱县比” compares with the home county, which is named as “咱县” only."""
        others = [one for one in reading.places.regions if one != self.home.county]
        if not (reading.question.compares and reading.places.own and others and reading.places.own):
            return reading
        return replace(reading, places=Named((*others, self.home.county), own=False))

    def _place_by_place(self, reading: Reading, told: Told, known: frozenset[str]) -> PolicyAnswer:
        """Answer for each of several places; one whose cards do not speak of the subject is said to have nothing."""
        alone = [replace(reading, places=Named((one,), one == self.home.county)) for one in reading.places.regions]
        answers = [self.answer(one, told, known) for one in alone]
        speaks = [
            max((self.ranking.carried(card, reading.subject) for card in one.card_ids), default=0.0) for one in answers
        ]
        share = MUCH_LESS_TO_CLAIM if _CLAIM.search(reading.question.text) else MUCH_LESS
        least = share * max(speaks) if max(speaks) >= CARRIES else 0.0
        told_of = [
            answer if spoken >= least else self.composer.nothing(one, (), told.topics, None)
            for one, answer, spoken in zip(alone, answers, speaks, strict=True)
        ]
        answered = [one for one in told_of if one.answered]
        return together(told_of if reading.question.compares and answered else answered or told_of[:1])

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
        return any(self.ranking.carries(card, reading.subject) for card in ours)

    def _from_faq(self, reading: Reading, faq: Faq, told: Told) -> PolicyAnswer:
        for cited in faq.cites:  # a table that has what is asked for says it more exactly than the overview
            fact = self.corpus.facts[cited]
            if self.home.level(fact.region) == "county" and self._is_exact(reading, fact):
                return self.from_card(reading, fact, told)
        if not evidence.faq_states(reading.question, faq):
            return self.composer.faq_not_stated(reading, faq)
        return self.composer.from_faq(reading, faq)

    def _is_exact(self, reading: Reading, fact: Fact) -> bool:
        question, picked = reading.question, pick(amount_lines(fact.card), reading.tiers)
        if question.asks_period and fact.card.amounts:
            return evidence.states(question, fact, picked)
        exact = picked.named and not question.compares
        return exact and (picked.missing or evidence.states(question, fact, picked))


def _picked(reading: Reading, fact: Fact, stayed: set[str]) -> Picked:
    """Return the rows asked for: what a follow-up names goes before what the questions before it named."""
    lines = amount_lines(fact.card) or figure_lines(fact.card)
    tiers = {**reading.tiers, "retention": stayed} if stayed else reading.tiers
    picked = pick(lines, tiers)
    if not picked.missing or not reading.leans:
        return picked
    anew = pick(lines, reading.fresh)
    if anew.named:
        return anew
    if not reading.fresh and reading.question.aspect is not Aspect.AMOUNT and not reading.question.asks_period:
        return Picked((), False)  # a row the card lacks, spoken of before, does not matter now
    return Picked((), False) if reading.question.asks_period and _same_period(lines) else picked


def _only_goals(reading: Reading, fact: Fact) -> bool:
    """Tell whether a place was asked for what it grants, and all that was found of it are its goals."""
    asked = reading.places.regions and _CLAIM.search(reading.question.text)
    return bool(asked) and fact.card.kind == "target" and not _GRANTS.search(fact.stated)


def _same_period(lines: Sequence[Line]) -> bool:
    return len({line.period for line in lines}) == 1 and bool(lines and lines[0].period)


def _elsewhere(carrying: Sequence[Candidate], home: HomeRegion) -> Fact | None:
    """Return the card of another place that may be shown as a hint."""
    facts = [one.fact for one in carrying[:1] if one.fact] or [one.fact for one in carrying[:3] if one.fact]
    return next((fact for fact in facts if home.level(fact.region) != "county"), None)
