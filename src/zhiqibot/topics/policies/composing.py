"""Putting an answer together: from a card, from an overview of several places, or as an honest refusal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from zhiqibot.content.policies import Fact, Faq, PolicyCorpus
from zhiqibot.topics.policies import refusals, wording
from zhiqibot.topics.policies.figures import said_quantities
from zhiqibot.topics.policies.model import Next, PolicyAnswer, cite
from zhiqibot.topics.policies.own_case import OwnCase
from zhiqibot.topics.policies.places import HomeRegion
from zhiqibot.topics.policies.premises import agreement, verdict
from zhiqibot.topics.policies.question import Aspect
from zhiqibot.topics.policies.ranking import Candidate
from zhiqibot.topics.policies.reading import Reading, remembered
from zhiqibot.topics.policies.reckoning import compared_rows
from zhiqibot.topics.policies.tiers import Picked, amount_lines, figures_named

CLAIMABLE = ("benefit", "procedure")
MAX_OTHERS = 6
MAX_AT_PLACE = 8
BOTH = 2
_LISTS = re.compile(r"、|档|列|单子|哪几|几种|这[三四五六几]")
_HOW_MANY = {1: "一", 2: "两", 3: "三"}


@dataclass(frozen=True)
class Composer:
    """Writes answers; every sentence comes from the cards it cites."""

    corpus: PolicyCorpus
    home: HomeRegion

    def from_card(self, reading: Reading, fact: Fact, picked: Picked, own: OwnCase) -> PolicyAnswer:
        """Answer from one card: what it says to the person's case and the thing asked for first, the source last."""
        facts = [fact]
        lines = [wording.label_of(fact, self.home.level(fact.region), self.home.county), *own.against]
        if own.against and not reading.question.asks_amount:
            rows = wording.first_line(fact.card, picked) if picked.named and len(picked.lines) == 1 else fact.card.lead
            lines += ["" if reading.leans else f"文件写明的是：{rows}", *wording.condition_lines(fact.card)]
        else:
            lines += self._told(reading, fact, picked, facts, own)
        lines.append(wording.open_line(fact.card, reading.question.text, lines))
        if reading.question.aspect is not Aspect.UNIT:
            lines.append(wording.unit_line(fact.card))
        lines += wording.source_lines(facts)
        answer = self._answer(reading, facts, lines, answered=True)
        return replace(answer, workings=own.workings, quotes=own.quotes, concluded=bool(own.against))

    def _told(self, reading: Reading, fact: Fact, picked: Picked, facts: list[Fact], own: OwnCase) -> list[str]:
        """The thing asked for, what it comes to for this person, and what belongs to it."""
        first, so = self._first(reading, fact, picked), verdict(reading, fact, picked)
        reckoned = own.lines[len(own.against) :]
        if own.workings and (reading.leans or len(picked.lines) > 1):
            single = wording.first_line(fact.card, picked) if picked.named and len(picked.lines) == 1 else ""
            rows = self._rows(reading, fact, picked) if own.workings[0].operation == "−" else []
            return [so + single, *rows, *reckoned, *wording.condition_lines(fact.card)]
        if not (picked.named and reading.question.asks_amount):
            return [so + first, *reckoned, *self._body(reading, fact, picked, facts)]
        lines = [so + wording.first_line(fact.card, picked)]
        first = first if reading.question.aspect in (Aspect.UNIT, Aspect.HOW, Aspect.MATERIALS) else ""
        lines.append("" if first == fact.card.lead else first)
        return [*lines, *reckoned, *self._body(reading, fact, picked, facts)]

    def _rows(self, reading: Reading, fact: Fact, picked: Picked) -> list[str]:
        """The rows whose difference is shown."""
        return wording.table(compared_rows(amount_lines(fact.card), reading.question.text) or picked.lines)

    def side_by_side(self, reading: Reading, facts: Sequence[Fact]) -> PolicyAnswer:
        """Put several cards beside each other, each with its figures and conditions."""
        lines = [f"这{_HOW_MANY[len(facts)]}项是分开的规定："]
        for fact in facts:
            lines.append(f"· {fact.card.title}：{fact.card.lead}")
            lines += [f"  {one}" for one in wording.condition_lines(fact.card)]
        if reading.question.asks_at_once:
            points = [one for fact in facts for one in wording.points_on(fact.card, refusals.OPEN_AT_ONCE)]
            lines.append(f"文件没有写明：{'；'.join(dict.fromkeys(points)) or '能不能同时领'}。")
        lines += wording.source_lines(facts)
        return self._answer(reading, facts, lines, answered=True)

    def from_faq(self, reading: Reading, faq: Faq) -> PolicyAnswer:
        """Answer from an overview, which names the place of everything it says."""
        facts = [self.corpus.facts[card] for card in faq.cites]
        first, *rest = wording.paragraphs(faq.answer)
        first = agreement(reading, said_quantities(faq.answer)) + first
        lines = [first, *rest, *wording.source_lines(facts)]
        return self._answer(reading, facts, lines, answered=True, topic=faq.topics[0])

    def expired(self, reading: Reading, fact: Fact) -> PolicyAnswer:
        """Say that a rule is no longer valid, and what replaced it."""
        facts = [fact]
        lines = [f"这项政策已于{fact.card.valid_until}到期，现在不能再按它申报。", f"原来的规定：{fact.card.lead}"]
        successor = self.corpus.facts.get(fact.card.successor or "")
        if successor:
            facts.append(successor)
            lines.append(f"接替它的规定：{successor.card.lead}")
        return self._answer(reading, facts, [*lines, *wording.source_lines(facts)], answered=True)

    def others(self, reading: Reading, fact: Fact) -> PolicyAnswer:
        """List what else the same document offers on the same topic."""
        same = [
            one
            for one in self.corpus.facts.values()
            if one.region == fact.region and one.card.kind in ("benefit", "service") and one is not fact
            and one.card.topics[0] == fact.card.topics[0]
        ]  # fmt: skip
        same = sorted(same, key=lambda one: one.card.kind != "benefit")[:MAX_OTHERS]
        if not same:
            return refusals.nothing_else(reading, fact, self._unit(fact.card.topics[0]))
        lines = ["同一方面还有这些规定：", *(f"· {one.card.title}：{one.card.lead}" for one in same)]
        answer = self._answer(reading, same, [*lines, *wording.source_lines(same)], answered=True)
        return replace(
            answer, question=remembered(reading, _keyword(fact))
        )  # the next “……呢” still asks about this one

    def at_place(self, reading: Reading, facts: Sequence[Fact]) -> PolicyAnswer:
        """Say what stands at a place of a document."""
        shown = facts[:MAX_AT_PLACE]
        lines = ["这一条写的是：", *(f"· {one.card.title}：{one.card.lead}" for one in shown)]
        if len(facts) > len(shown):
            lines.append("这一条下面还有别的内容，想看哪一项直接说名称。")
        return self._answer(reading, shown, [*lines, *wording.source_lines(shown)], answered=True)

    # -- refusals -----------------------------------------------------------------------------------------------

    def not_stated(self, reading: Reading, fact: Fact, picked: Picked) -> PolicyAnswer:
        """Say that the document leaves open what is asked, and what it does say."""
        label = wording.label_of(fact, self.home.level(fact.region), self.home.county)
        return refusals.not_stated(reading, fact, picked, label, self._unit_of(fact))

    def faq_not_stated(self, reading: Reading, faq: Faq) -> PolicyAnswer:
        """The same for an overview."""
        facts = [self.corpus.facts[card] for card in faq.cites]
        return refusals.faq_not_stated(reading, faq, facts, self._unit(faq.topics[0]))

    def unknown_place(self, reading: Reading, place: str) -> PolicyAnswer:
        """Say that nothing is held of a place."""
        return refusals.unknown_place(reading, place, self.home.county)

    def nothing(
        self, reading: Reading, found: Sequence[Candidate], topics: Sequence[str], elsewhere: Fact | None
    ) -> PolicyAnswer:
        """Say that no rule of ours carries the question; name the unit of its topic, and show `elsewhere` as a hint."""
        near = found[0] if found and found[0].strength.value >= refusals.NEAR else None
        topic = topics[0] if topics else _topic(near) if near else "other"
        place = next((one for one in reading.places.regions if self.home.level(one) != "county"), "")
        label = wording.label_of(elsewhere, self.home.level(elsewhere.region), self.home.county) if elsewhere else ""
        hint = (elsewhere, label) if elsewhere else None
        return refusals.nothing(reading, topic, self._unit(topic), place, hint, self.home.county)

    # -- parts --------------------------------------------------------------------------------------------------

    def _first(self, reading: Reading, fact: Fact, picked: Picked) -> str:
        card, aspect = fact.card, reading.question.aspect
        if aspect is Aspect.UNIT and (step := wording.step_asked(card, reading.question.text)):
            return f"{card.title}：{step}"
        if aspect is Aspect.UNIT and card.units:
            lead = f"，牵头：{card.lead_unit.replace('牵头', '')}" if card.lead_unit else ""
            return f"{card.title}：由{'、'.join(card.units)}负责{lead}。"
        if aspect is Aspect.HOW and card.how_to_apply:
            return f"{card.title}：{card.how_to_apply.rstrip('。')}。"
        if aspect is Aspect.DEADLINE and card.deadline:
            return f"{card.title}：{card.deadline.rstrip('。')}。"
        if aspect is Aspect.MATERIALS and card.materials:
            return f"{card.title}。材料：{'、'.join(card.materials)}。"
        figures = figures_named(card, reading.question.text) if aspect is Aspect.AMOUNT and not card.amounts else []
        if figures:
            return f"{card.title}：{'；'.join(one.label + one.value for one in figures)}。"
        if aspect in (Aspect.AMOUNT, Aspect.DURATION, Aspect.GENERAL, Aspect.CONDITIONS):
            return wording.first_line(card, picked) if _only_named(reading, picked) else card.lead
        return card.lead

    def _body(self, reading: Reading, fact: Fact, picked: Picked, facts: list[Fact]) -> list[str]:
        """The lines between the first and the source; cards used on the way are added to `facts`."""
        card, aspect = fact.card, reading.question.aspect
        if aspect is Aspect.UNIT and card.units:
            return [] if reading.leans else [card.lead]  # whoever goes on asking has read it
        if aspect in (Aspect.HOW, Aspect.MATERIALS):
            return self._procedure(reading, fact, facts)
        lines = self._tabled(reading, fact, picked)
        if aspect is Aspect.CONTACT:
            lines.append("具体号码文件里没有公布。")
        if aspect is Aspect.CONDITIONS and not card.conditions:
            lines.append("申请条件文件没有另外写明。")
        if aspect is Aspect.GENERAL and card.kind == "benefit" and not picked.named:
            lines.append(wording.not_stated_line(card, ("金额", "截止", "材料")))
        return lines

    def _tabled(self, reading: Reading, fact: Fact, picked: Picked) -> list[str]:
        """One tier asked for: its conditions only. Otherwise everything the card says."""
        if picked.named and picked.lines and _only_named(reading, picked):
            several = wording.table(picked.lines) if len(picked.lines) > 1 else []
            how = wording.apply_lines(fact.card, deadline=bool(fact.card.amounts))
            return [*several, *wording.condition_lines(fact.card), *how]
        return wording.general_lines(fact.card)

    def _procedure(self, reading: Reading, fact: Fact, facts: list[Fact]) -> list[str]:
        """How it is applied for: what the card says, else the common way of the home county."""
        card, materials = fact.card, reading.question.aspect is Aspect.MATERIALS
        lines = [*wording.condition_lines(card), *wording.apply_lines(card)]
        if (card.materials if materials else card.how_to_apply) or self.home.level(fact.region) != "county":
            return lines if lines else wording.general_lines(card)
        lines.append(f"这一项的{'材料清单' if materials else '申报办法'}，文件没有单独写明。")
        common = [self.corpus.facts[one] for one in refusals.COMMON_WAY if one in self.corpus.facts]
        if card.kind in CLAIMABLE and fact not in common:
            facts += common
            lines += [f"通常的办法：{one.card.lead}" for one in common]
        return lines

    def _unit_of(self, fact: Fact) -> str | None:
        if self.home.level(fact.region) == "county" and fact.card.units:
            return "、".join(fact.card.units)
        return self._unit(fact.card.topics[0])

    def _unit(self, topic: str) -> str | None:
        """Return the home county's unit for a topic: the one named at the head of its chapter."""
        for fact in self.corpus.facts.values():
            chapter = "标题" in (fact.card.clause or "") and self.home.level(fact.region) == "county"
            if chapter and topic in fact.card.topics and fact.card.units:
                return "、".join(fact.card.units)
        return None

    def _answer(
        self, reading: Reading, facts: Sequence[Fact], lines: Sequence[str], *, answered: bool, topic: str = ""
    ) -> PolicyAnswer:
        first = facts[0]
        ours = self.home.level(first.region) == "county"
        how = ours and first.card.kind in CLAIMABLE and reading.question.aspect is not Aspect.HOW
        return PolicyAnswer(
            answered=answered,
            text="\n".join(line for line in lines if line),
            citations=cite(facts),
            card_ids=tuple(fact.card.id for fact in facts),
            hints=(*((Next.HOW,) if how else ()), Next.ASK_UNIT, Next.RELATED),
            unit=self._unit_of(first),
            topic=topic or first.card.topics[0],
            question=remembered(reading, _keyword(first)),
            follow_up=reading.leans,
        )


def _only_named(reading: Reading, picked: Picked) -> bool:
    """Tell whether the rows picked are all that is asked for: “差多少” beside a single one, or a list of them, needs
    the whole table."""
    return not reading.question.compares or (len(picked.lines) == BOTH and not _LISTS.search(reading.question.text))


def _keyword(fact: Fact) -> str:
    return fact.card.keywords[0] if fact.card.keywords else fact.card.title


def _topic(near: Candidate) -> str:
    return near.fact.card.topics[0] if near.fact else near.faq.topics[0] if near.faq else "other"
