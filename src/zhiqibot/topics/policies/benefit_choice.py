"""Which benefit an application is for: what was named, what was spoken of, one of a list, or a choice of what comes near."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhiqibot.content.policies import Fact, fold
from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.forms import Ask
from zhiqibot.dialogue.turn import Turn, button, say
from zhiqibot.topics.policies.application import LONGEST, UNKNOWN, names_something, naming_part, place_said, without_ask
from zhiqibot.topics.policies.calculator import Calculator
from zhiqibot.topics.policies.ranking import ALL_OF_IT, CARRIES, knows_tier
from zhiqibot.topics.policies.tiers import named_choices

RECENT_POLICY = "policy"
TO_APPLY_FOR = frozenset({"benefit", "service", "procedure"})
MOST_CHOICES = 6
SOME_OF_IT = CARRIES
"""Share of the words that a benefit must speak of to be offered beside a service that was found."""
_OFFERED = "set:card="
_AND = re.compile(r"和|、|跟|以及|还有|[，,。；;](?=(?:还|也|再|又|顺便)(?:想|要|得)?)")
_ALSO = re.compile(r"^(?:还|也|再|又|顺便)+(?:想|要|得)?(?:申请|报|领|办)?")


@dataclass(frozen=True)
class BenefitChoice:
    """Finds the card of an application."""

    calculator: Calculator

    def settle(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Put the card's id into `values`, or return the question which one. Raises Conflict for what nobody applies for."""
        said = str(values.get("card") or "")
        if said == UNKNOWN or self.fact(said):
            return None
        text = said or str(values.get("said") or "")
        if place := place_said(text):
            return self._by_place(turn, values, place)
        if not said and not names_something(text):
            spoken_of = self._spoken_of(turn)
            if len(spoken_of) == 1:
                values["card"] = spoken_of[0].card.id
                return None
            return self._choose(turn, values, spoken_of)
        if several := self._several(turn, text):
            values.pop("card", None)
            values["said"] = ""
            return self._choose(turn, values, several, "一次登记一项，办完这项再办下一项。")
        return self._by_name(turn, values, text)

    def named(self, turn: Turn, text: str) -> Fact | None:
        """Return the benefit a sentence names, in the light of the question before it."""
        recent = turn.memory.recent.get(RECENT_POLICY) or {}
        topic = turn.slots.get("topic")
        for said in dict.fromkeys((text, naming_part(text))):
            answer = self.calculator.desk.answer(
                f"{without_ask(said)}怎么申请",
                turn.now,
                context=recent.get("question"),
                topics=[topic] if topic else [],
            )
            if answer.answered and answer.card_ids and (fact := self.fact(answer.card_ids[0])):
                return fact
        return None

    def alone(self, turn: Turn, text: str) -> Fact | None:
        """Return the benefit of ours that a few words name by themselves."""
        found = self.calculator.desk.answer(f"{without_ask(text)}怎么申请", turn.now)
        fact = self.fact(found.card_ids[0]) if found.answered and found.card_ids else None
        return fact if fact and fact.card.kind in TO_APPLY_FOR and self._ours(fact) else None

    def fact(self, card_id: str) -> Fact | None:
        """Return a card by id."""
        return self.calculator.desk.fact(card_id) if card_id else None

    def with_rows(self, turn: Turn, labels: Sequence[str]) -> Fact | None:
        """Return the one benefit among those just offered whose table has a row for what was counted."""
        offered = [fact for _, value in turn.memory.choices if (fact := self.fact(value.removeprefix(_OFFERED)))]
        fitting = [one for one in offered if all(knows_tier(one, named_choices(fold(label))) for label in labels)]
        return fitting[0] if len(fitting) == 1 else None

    def again(self, turn: Turn, values: Mapping[str, Any]) -> OutboundMessage:
        """Say that numbers were noted, and ask once more which benefit."""
        offered = [fact for _, value in turn.memory.choices if (fact := self.fact(value.removeprefix(_OFFERED)))]
        unknown = any(value == f"{_OFFERED}{UNKNOWN}" for _, value in turn.memory.choices)
        return self._choose(turn, values, offered, f"{values['items']}，记下了。", unknown=unknown).message

    # -- helpers ------------------------------------------------------------------------------------------------

    def _by_name(self, turn: Turn, values: dict[str, Any], text: str) -> Ask | None:
        fact = self.named(turn, text)
        if fact and not self._ours(fact) and fact.region[:2] in text:
            raise Conflict(
                reason=f"「{fact.card.title}」是{fact.region}的政策，本县企业不能申请。"
                "想看本县的哪些能申请，发“我们能享受哪些政策”。"
            )
        sure = fact is not None and self._ours(fact) and fact.card.kind == "benefit"
        service = fact is not None and fact.card.kind == "service"
        near = self.calculator.desk.benefits_of(without_ask(naming_part(text)), SOME_OF_IT if service else ALL_OF_IT)
        if sure and len(near) > 1:
            fact = self._told_apart(near, text)
            sure = fact is not None
        if near and not sure:
            values.pop("card", None)
            known = [fact] if fact and self._ours(fact) and fact.card.kind in TO_APPLY_FOR else []
            return self._choose(turn, values, [*near, *known], "听着像是下面这几项。", unknown=not known)
        if fact is None or not self._ours(fact):
            values |= {"card": UNKNOWN, "said": text[:LONGEST]}
            return None
        if fact.card.kind not in TO_APPLY_FOR:
            raise Conflict(
                reason=f"这件事不走兑现申请：{fact.card.lead}有具体的难处直接说，比如“想贷款五百万买设备”，我来登记转给承办单位。"
            )
        values |= {"card": fact.card.id, "said": text[:LONGEST]}
        return None

    def _told_apart(self, near: Sequence[Fact], text: str) -> Fact | None:
        """Return the one of several benefits that a request tells apart, by a row of its table or by its title."""
        rows = [one for one in near if knows_tier(one, named_choices(fold(text)))]
        titled = [one for one in near if one.card.title in text]
        return next((found[0] for found in (titled, rows) if len(found) == 1), None)

    def _by_place(self, turn: Turn, values: dict[str, Any], place: int) -> Ask | None:
        """Take “第1项” as one of the benefits just offered; without a list nobody can know which is meant."""
        offered = [value.removeprefix(_OFFERED) for _, value in turn.memory.choices if value.startswith(_OFFERED)]
        if place <= len(offered):
            values |= {"card": offered[place - 1], "said": ""}
            return None
        values.pop("card", None)
        values["said"] = ""
        why = f"刚才只列了 {len(offered)} 项，" if offered else "前面没有列过清单，"
        return self._choose(turn, values, (), f"{why}不知道“第{place}项”是哪一项。")

    def _spoken_of(self, turn: Turn) -> list[Fact]:
        """Return what the last answer was about, as far as it can be applied for."""
        recent = turn.memory.recent.get(RECENT_POLICY) or {}
        facts = [fact for one in recent.get("cards", ()) if (fact := self.fact(one))]
        ours = [one for one in facts if one.card.kind in TO_APPLY_FOR and self._ours(one)]
        return [one for one in ours if one.card.kind == "benefit"] or self._before(recent) or ours

    def _before(self, recent: Mapping[str, Any]) -> list[Fact]:
        """Return the benefits spoken of just before (“新三板呢”, “什么时候到账”, “我要申请”)."""
        known = [fact for one in recent.get("benefits", ()) if (fact := self.fact(one))]
        return [one for one in known if self._ours(one)]

    def _several(self, turn: Turn, text: str) -> list[Fact]:
        """Return the benefits that a sentence names one by one (“介绍补贴和见习补贴都想申请”)."""
        parts = [_ALSO.sub("", part) for part in _AND.split(text) if names_something(part)]
        if len(parts) < 2:
            return []
        facts = [self.alone(turn, naming_part(part)) for part in parts]
        named = {one.card.id: one for one in facts if one}
        return list(named.values()) if len(named) == len(parts) else []

    def _choose(
        self, turn: Turn, values: Mapping[str, Any], facts: Sequence[Fact], why: str = "", *, unknown: bool = False
    ) -> Ask:
        """Offer what was spoken of, else what the enterprise fits, else what there is; `unknown` offers none of them, too."""
        if not facts:
            profile = self.calculator.profiles.read(turn.session, values["enterprise"])
            matches = self.calculator.matches(profile, turn.now)
            facts = [one.fact for one in matches if not one.fact.card.automatic]
        offered = {one.card.id: one for one in facts}
        buttons = [button(one.card.title, f"{_OFFERED}{one.card.id}") for one in list(offered.values())[:MOST_CHOICES]]
        other = [button("都不是，先登记", f"{_OFFERED}{UNKNOWN}")] if unknown else []
        return Ask("card", say(f"{why}您想申请哪一项？点一下，或者直接说名称。", buttons=[*buttons, *other]))

    def _ours(self, fact: Fact) -> bool:
        return self.calculator.desk.home.level(fact.region) != "elsewhere"
