"""Which card answers: what the index finds, weighed by place, by what is asked, and by how well it carries the question."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest

from zhiqibot.content.policies import Fact, Faq, PolicyCorpus
from zhiqibot.topics.policies.chance import ENOUGH, LEAST_SIDE, MOST_MARGIN, Alike, Evidence
from zhiqibot.topics.policies.classifier import EntryClassifier
from zhiqibot.topics.policies.entries import NO_ANSWER
from zhiqibot.topics.policies.evidence import Strength, strength
from zhiqibot.topics.policies.figures import said_quantities
from zhiqibot.topics.policies.index import Hit, PolicyIndex, Subject
from zhiqibot.topics.policies.meaning import MeaningIndex
from zhiqibot.topics.policies.places import HomeRegion, Level, is_within
from zhiqibot.topics.policies.question import Aspect
from zhiqibot.topics.policies.reading import SO_TAIL, Reading
from zhiqibot.topics.policies.tiers import Line, amount_lines, figure_lines, pick

WEIGHED = 9
LOOKED_AT = 8
ADDED_BY_MODELS = 5
"""So many of the most alike in meaning or on the side of the classifier are weighed, however few words they share."""
MEANING_SHARE = 0.5
SIDE_SHARE = 0.15
FAQ_MARGIN = 0.10
"""An overview of several places comes first only when it fits the question better than our own card by this much."""
_LEVEL_BONUS: dict[Level, float] = {"county": 0.12, "city": 0.02, "province": -0.04, "elsewhere": -0.06}
_REPORT = -0.05
_TOPIC_HINT = 0.03
_TIER_FITS = 0.12
CARRIES = 0.5
ALL_OF_IT = 0.95
_GIVEN = re.compile(r"(?<!不)(?:给|奖|补|领|拿)(?:励|助|贴)?(?:多少|几)")
SPOKEN_OF = 0.28
"""Below this strength a card shares no more than words of asking with the question, however far it is ahead.

A question that names a place may be as short as “温县的奖励”."""
VERY_QUESTION = 0.97
"""From this likeness on it is a question the entry is known to answer."""
_HAS_MONEY = 0.05
TIER_EVIDENCE = 0.10
"""A table that has the very tier named is evidence by itself; one that has two such choices still more."""
_LEADS = 0.08
_ADDED = 0.3
"""For a card that speaks of what a follow-up adds of its own."""
_ASKED_BEFORE = 0.3
"""For a card that speaks of what was asked of another subject before (优惠 of “电费有没有优惠”, “那燃气呢”)."""
_ONE_CARD = 0.15
"""An overview of several cards names no unit, no way, no materials."""
_OF_ONE_CARD = frozenset({Aspect.UNIT, Aspect.HOW, Aspect.MATERIALS})


@dataclass(frozen=True)
class Candidate:
    """A found card or overview with its rank and its strength as evidence."""

    fact: Fact | None
    faq: Faq | None
    rank: float
    strength: Strength

    @property
    def id(self) -> str:
        """The id of the card or overview; raises ValueError for neither."""
        return self.faq.id if self.faq else self.card.card.id

    @property
    def card(self) -> Fact:
        """The card; raises ValueError for an overview."""
        if self.fact is None:
            raise ValueError("an overview has no card")
        return self.fact


@dataclass(frozen=True)
class Found:
    """What was found for a question, best first, and how likely the best one carries it."""

    candidates: Sequence[Candidate]
    chance: float
    about: float
    """How likely the question is about the best one, though that may leave open what is asked."""

    @property
    def carrying(self) -> Sequence[Candidate]:
        """Those that may answer: none when even the best one seems to be about something else."""
        return self.candidates if self.chance >= ENOUGH else ()


@dataclass(frozen=True)
class Ranking:
    """Orders what the index finds for one reading of a question."""

    corpus: PolicyCorpus
    index: PolicyIndex
    home: HomeRegion
    meaning: MeaningIndex | None = None
    classifier: EntryClassifier | None = None
    _tables: dict[str, tuple[list[Line], list[Line]]] = field(default_factory=dict)
    """Per card its money table and the table a tier is looked for in; filled as cards are met."""

    def candidates(self, reading: Reading, topics: Sequence[str]) -> list[Candidate]:
        """Return the best cards and overviews by their words, best first."""
        return self._ordered(self.index.search(reading.search)[:WEIGHED], reading, topics, Alike({}, {}))

    def find(self, reading: Reading, topics: Sequence[str]) -> Found:
        """Return the best cards and overviews by words and by the models there are."""
        hits = self.index.search(reading.search)
        alike = self._alike(reading)
        known = {hit.entry.id for hit in hits} | {NO_ANSWER}
        models = (alike.meant, alike.sides)
        nearest = [one for model in models for one in nlargest(ADDED_BY_MODELS, model, key=model.__getitem__)]
        added = [self.index.look(entry, reading.search) for entry in dict.fromkeys(nearest) if entry not in known]
        ordered = self._ordered([*hits[:WEIGHED], *added], reading, topics, alike)
        return Found(ordered, *self._chances(ordered, reading, alike))

    def _alike(self, reading: Reading) -> Alike:
        said = reading.full if reading.leans else SO_TAIL.sub("", reading.question.text)
        meant = self.meaning.likeness(said) if self.meaning else {}
        return Alike(meant, self.classifier.margins(said) if self.classifier else {})

    def _chances(self, ordered: Sequence[Candidate], reading: Reading, alike: Alike) -> tuple[float, float]:
        """Return how likely the best one answers, and how likely it is spoken of."""
        if not ordered:
            return 0.0, 0.0
        best, *rest = ordered
        if best.strength.value < SPOKEN_OF and not reading.places.regions:
            return 0.0, 0.0
        unanswered = self.index.unanswered_likeness(reading.search)
        if best.strength.likeness >= VERY_QUESTION > unanswered:
            return 1.0, 1.0
        if self._is_of_row(best, reading):
            return 1.0, 1.0
        evidence = Evidence(
            best.id,
            best.strength.value,
            best.strength.carried,
            best.strength.likeness,
            self._lead(best, rest),
            unanswered,
            alike,
        )
        return evidence.chance, evidence.about

    def _lead(self, best: Candidate, rest: Sequence[Candidate]) -> float:
        """Return the lead of the best over the next; an overview and a card it cites answer the same and do not compete."""
        next_one = next((one for one in rest if not _is_kin(best, one)), None)
        return min(best.rank - next_one.rank, MOST_MARGIN) if next_one else MOST_MARGIN

    def _is_of_row(self, best: Candidate, reading: Reading) -> bool:
        """Tell whether a sum is said of, or asked for, the very row of our table that carries all of the subject."""
        fact = best.fact or (self.corpus.facts[best.faq.cites[0]] if best.faq else None)
        if fact is None or self.home.level(fact.region) != "county":
            return False
        question = reading.question
        said = question.presumes and any(one.kind == "money" for one in said_quantities(question.text))
        asked = question.aspect is Aspect.AMOUNT and not question.attribute and bool(_GIVEN.search(question.text))
        return (said or asked) and best.strength.carried >= ALL_OF_IT and _has(self._table(fact)[0], reading.tiers)

    def _ordered(self, hits: Sequence[Hit], reading: Reading, topics: Sequence[str], alike: Alike) -> list[Candidate]:
        subjects = [self.index.weighed(one) for one in dict.fromkeys((reading.subject, reading.said))]
        own = reading.own if reading.leans and not reading.more else ""
        added, share = self.index.weighed(own or reading.beside), _ADDED if own else _ASKED_BEFORE
        found = []
        for hit in hits:
            bonus = MEANING_SHARE * alike.meant.get(hit.entry.id, 0.0)
            bonus += SIDE_SHARE * max(alike.sides.get(hit.entry.id, 0.0), LEAST_SIDE)
            if added and (own or hit.entry.kind == "card"):  # an overview speaks of the subject before, too
                bonus += share * self.index.carried(hit.entry.id, added)
            found.append(self._weigh(hit, reading, subjects, topics, bonus))
        fitting = [one for one in found if self._in_place(one, reading)]
        return sorted(fitting, key=lambda one: -one.rank)[:LOOKED_AT]

    def carries(self, card_id: str, subject: str) -> bool:
        """Tell whether a card speaks of a subject at all."""
        return self.carried(card_id, subject) >= CARRIES

    def carried(self, card_id: str, subject: str) -> float:
        """Return the share of a subject that a card speaks of."""
        return self.index.carried(card_id, self.index.weighed(subject))

    def _weigh(
        self, hit: Hit, reading: Reading, subjects: Sequence[Subject], topics: Sequence[str], bonus: float
    ) -> Candidate:
        evidence = strength(reading.question, hit, self.index, subjects)
        rank = hit.score + 0.3 * evidence.carried + bonus
        if hit.entry.kind == "faq":
            faq = self.corpus.faqs[hit.entry.id]
            margin = FAQ_MARGIN + (_ONE_CARD if reading.question.aspect in _OF_ONE_CARD else 0.0)
            return Candidate(None, faq, rank + _LEVEL_BONUS["county"] - margin, evidence)
        fact = self.corpus.facts[hit.entry.id]
        fits = bool(reading.tiers) and _has(self._table(fact)[1], reading.tiers)
        if fits:
            evidence = replace(evidence, value=evidence.value + TIER_EVIDENCE * min(2, len(reading.tiers)))
        return Candidate(fact, None, rank + self._bonus(fact, reading, topics, fits), evidence)

    def _table(self, fact: Fact) -> tuple[list[Line], list[Line]]:
        if fact.card.id not in self._tables:
            money = amount_lines(fact.card)
            self._tables[fact.card.id] = (money, money or figure_lines(fact.card))
        return self._tables[fact.card.id]

    def _ours(self, card_id: str) -> bool:
        return self.home.level(self.corpus.facts[card_id].region) == "county"

    def _bonus(self, fact: Fact, reading: Reading, topics: Sequence[str], fits: bool) -> float:
        bonus = 0.0 if reading.places.regions else _LEVEL_BONUS[self.home.level(fact.region)]
        bonus += _REPORT if fact.document.kind == "report" else 0.0
        bonus += _TOPIC_HINT if set(topics) & set(fact.card.topics) else 0.0
        bonus += _TIER_FITS if fits else 0.0
        if reading.question.aspect is Aspect.AMOUNT and any(line.known for line in self._table(fact)[0]):
            bonus += _HAS_MONEY
        if reading.question.aspect is Aspect.UNIT and "标题" in (fact.card.clause or ""):
            bonus += _LEADS
        return bonus

    def _in_place(self, one: Candidate, reading: Reading) -> bool:
        """A named place allows its own cards only; ours includes our city and province when asked by “we”."""
        if not reading.places.regions:
            return True
        if one.fact:
            return is_within(one.fact.region, reading.places.regions)
        if reading.places.regions == (self.home.county,):
            return any(self._ours(card) for card in (one.faq.cites if one.faq else ()))
        cited = {self.corpus.facts[card].region for card in (one.faq.cites if one.faq else ())}
        return set(reading.places.regions) <= cited and (len(reading.places.regions) > 1 or len(cited) == 1)


def _is_kin(one: Candidate, other: Candidate) -> bool:
    overview, card = (one, other) if one.faq else (other, one)
    return bool(overview.faq and card.fact and card.id in overview.faq.cites)


def knows_tier(fact: Fact, tiers: Mapping[str, set[str]]) -> bool:
    """Tell whether a card's table has the tiers named."""
    return _has(amount_lines(fact.card) or figure_lines(fact.card), tiers)


def _has(lines: Sequence[Line], tiers: Mapping[str, set[str]]) -> bool:
    picked = pick(lines, tiers)
    return picked.named and not picked.missing
