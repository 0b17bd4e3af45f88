"""“我要申请”: names the benefit, shows its checklist and what is missing, and files it on one yes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from zhiqibot.content.policies import Fact
from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.core.people import Speaker
from zhiqibot.dialogue.filling import CONFIRM_BUTTONS
from zhiqibot.dialogue.forms import Ask, Hearing, fields_of
from zhiqibot.dialogue.repair import is_correction
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.policies import wording
from zhiqibot.topics.policies.application import (
    LONGEST,
    UNKNOWN,
    Application,
    amount_said,
    description_of,
    names_something,
    only_adds,
    place_said,
    title_of,
)
from zhiqibot.topics.policies.calculator import Calculator
from zhiqibot.topics.policies.checklist import checklist
from zhiqibot.topics.policies.matching import Match, match_one
from zhiqibot.topics.policies.profile.updating import Begin

INTENT = "apply_policy"
RECENT_POLICY = "policy"
MOST_CHOICES = 6
_OFFERED = "set:card="
_INSTEAD = re.compile(
    r"(?:换成|改成|改为|换为|改申请|换(?:一下|个)?[,，]?|(?:我|俺)?(?:要|想)?申请的是|(?:我|俺)?说的是|应该是|不是.{1,12}?[,，]?(?:而)?是)(?P<what>[^,，。；;！!?？]{2,20}?)[吧啊呀的了]*$"
)
_AND = re.compile(r"和|、|跟|以及|还有")
TO_APPLY_FOR = frozenset({"benefit", "service", "procedure"})


class Payments(Protocol):
    """Where applications are filed; the tickets' side of it."""

    def preview(self, session: Session, enterprise_id: str, description: str, now: datetime) -> tuple[str, str]:
        """Return (unit, deadline in words)."""
        ...

    def waiting(self, session: Session, enterprise_id: str, policy_id: str) -> str:
        """Return the number of an application of this enterprise for this benefit that is not settled yet, or nothing."""
        ...

    def open(
        self,
        session: Session,
        speaker: Speaker,
        *,
        enterprise_id: str,
        title: str,
        description: str,
        policy_id: str | None,
        files: Sequence[Mapping[str, Any]],
        now: datetime,
    ) -> tuple[str, str, str]:
        """File and return (number, unit, deadline in words)."""
        ...


@dataclass(frozen=True)
class Applying:
    """The handlers."""

    calculator: Calculator
    payments: Payments
    begin: Begin

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the benefit and whose application it is; ask for a phone when nobody's is on record."""
        values.setdefault("said", turn.act.text[:LONGEST])
        whose = self.calculator.whose(turn, values)
        if whose:
            return whose
        asked = self._which(turn, values)
        if asked:
            return asked
        fact = self._fact(values["card"])
        if fact and fact.card.automatic:
            raise Conflict(reason=f"「{fact.card.title}」是免申即享的，不用提交申请，符合条件的由承办单位直接兑现。")
        if fact and fact.card.expired(local(turn.now).date()):
            raise Conflict(reason=f"「{fact.card.title}」已于 {fact.card.valid_until} 到期，不能再申请了。")
        if fact:
            self._speak_of(turn, fact)
        if "phone" not in values and not self._phone_known(turn):
            return Ask("phone", say("请留一个联系电话，承办单位核对时好找您（不方便可以回“跳过”）。"))
        return None

    def aside(self, turn: Turn) -> Reply | None:
        """Take “5个外县员工，材料都齐了” as what it is: out of its place it sounds like a report."""
        form = turn.open_form
        if form.asked:
            return None
        other = self._another(turn, str(form.values.get("card") or ""))
        if other:
            form.values |= {"card": other.card.id, "said": turn.text[:LONGEST]}
            shown = self.confirm(turn, Application(**form.values))
            return shown.model_copy(update={"text": f"好的，换成这一项，还没有提交。\n{shown.text}"})
        if is_correction(turn.text) or not only_adds(turn.text):
            return None
        heard = Hearing(turn.text, turn.slots, turn.now, turn.speaker, asked=False)
        found = {one.name: one.read(heard) for one in fields_of(Application)}
        form.values.update({name: value for name, value in found.items() if value is not None})
        return self.confirm(turn, Application(**form.values))

    def confirm(self, turn: Turn, form: Application) -> OutboundMessage:
        """Show the checklist and what will be filed; what is missing can still be said."""
        fact = self._fact(form.card)
        enterprise = turn.session.get_one(Enterprise, form.enterprise)
        unit, deadline = self.payments.preview(turn.session, enterprise.id, description_of(form, fact), turn.now)
        fields = [
            ("企业", enterprise.name),
            ("申请事项", fact.card.title if fact else title_of(form)),
            ("依据", "；".join(wording.source_lines([fact])).removeprefix("依据：") if fact else ""),
            ("人数或金额", form.amount),
            ("材料", form.ready),
            ("联系电话", form.phone),
            ("交给", unit),
            ("时限", f"{deadline}，通过后次月兑现"),
        ]
        lines = checklist(form, fact, self._match(turn, form, fact), self._filed(turn, form, fact))
        return say("\n".join(lines), card=card("政策兑现申请", fields), buttons=CONFIRM_BUTTONS)

    def finish(self, turn: Turn, form: Application) -> Reply:
        """File the application and say what happens next."""
        fact = self._fact(form.card)
        number, unit, deadline = self.payments.open(
            turn.session,
            turn.speaker,
            enterprise_id=form.enterprise,
            title=f"申请兑现：{fact.card.title if fact else title_of(form)}",
            description=description_of(form, fact),
            policy_id=fact.card.id if fact else None,
            files=turn.memory.recent.pop("files", []),
            now=turn.now,
        )
        turn.memory.recent["ticket"] = number
        buttons = [button("查看进度", f"do:ticket:{number}"), button("补充材料", "intent:add_to_ticket")]
        text = f"申请已登记，编号 {number}。已交{unit}，{deadline}；研判通过后次月兑现。"
        if turn.speaker.role != Role.ENTERPRISE:
            return say(f"{text}\n已告诉企业是您替它登记的，有结果企业和包联干部都会收到。", buttons=buttons)
        return say(
            f"{text}\n有结果会在这里告诉您；随时可以问“我的补贴到哪一步了”，材料照片直接发来就行。", buttons=buttons
        )

    def start(self, turn: Turn) -> Reply:
        """Begin with the benefit of the button pressed."""
        if self._fact(turn.argument) is None:
            return say("这一项现在查不到了，请直接说想申请什么。")
        told = turn.memory.recent.get("match") or {}
        enterprise = str(told.get("enterprise") or turn.speaker.enterprise_id or "")
        return self.begin(turn, INTENT, "", {"card": turn.argument, "enterprise": enterprise, "said": ""})

    # -- which benefit ------------------------------------------------------------------------------------------

    def _which(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Put the card's id into `values`, or return the question which one."""
        said = str(values.get("card") or "")
        if said == UNKNOWN or self._fact(said):
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
        fact = self._named(turn, text)
        if fact and self.calculator.desk.home.level(fact.region) == "elsewhere" and fact.region[:2] in text:
            raise Conflict(
                reason=f"「{fact.card.title}」是{fact.region}的政策，本县企业不能申请。"
                "想看本县的哪些能申请，发“我们能享受哪些政策”。"
            )
        if fact is None or self.calculator.desk.home.level(fact.region) == "elsewhere":
            values |= {"card": UNKNOWN, "said": text[:LONGEST]}
            return None
        if fact.card.kind not in TO_APPLY_FOR:
            values.pop("card", None)
            return self._choose(turn, values, ())
        values |= {"card": fact.card.id, "said": text[:LONGEST]}
        return None

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

    def _named(self, turn: Turn, text: str) -> Fact | None:
        """Return the benefit a sentence names, in the light of the question before it."""
        recent = turn.memory.recent.get(RECENT_POLICY) or {}
        topic = turn.slots.get("topic")
        topics = [topic] if topic else []
        answer = self.calculator.desk.answer(f"{text}怎么申请", turn.now, context=recent.get("question"), topics=topics)
        return self._fact(answer.card_ids[0]) if answer.answered and answer.card_ids else None

    def _spoken_of(self, turn: Turn) -> list[Fact]:
        """Return what the last answer was about, as far as it can be applied for."""
        recent = turn.memory.recent.get(RECENT_POLICY) or {}
        facts = [fact for one in recent.get("cards", ()) if (fact := self._fact(one))]
        home = self.calculator.desk.home
        ours = [one for one in facts if one.card.kind in TO_APPLY_FOR and home.level(one.region) != "elsewhere"]
        return [one for one in ours if one.card.kind == "benefit"] or ours

    def _another(self, turn: Turn, card: str) -> Fact | None:
        """Return the benefit put in the place of the one in hand (“换成职业介绍补贴”, “不是见习，是学徒制”)."""
        said = _INSTEAD.search(turn.text.strip())
        if said is None or amount_said(Hearing(turn.text, turn.slots, turn.now, turn.speaker, asked=False)):
            return None
        found = self.calculator.desk.answer(f"{said['what']}怎么申请", turn.now)
        fact = self._fact(found.card_ids[0]) if found.answered and found.card_ids else None
        ours = fact and fact.card.kind in TO_APPLY_FOR and self.calculator.desk.home.level(fact.region) != "elsewhere"
        return fact if fact and ours and fact.card.id != card else None

    def _several(self, turn: Turn, text: str) -> list[Fact]:
        """Return the benefits that a sentence names one by one (“介绍补贴和见习补贴都想申请”)."""
        parts = [part for part in _AND.split(text) if names_something(part)]
        if len(parts) < 2:
            return []
        found = [self.calculator.desk.answer(f"{part}怎么申请", turn.now) for part in parts]
        facts = [self._fact(one.card_ids[0]) if one.answered and one.card_ids else None for one in found]
        named = {one.card.id: one for one in facts if one and one.card.kind in TO_APPLY_FOR}
        return list(named.values()) if len(named) == len(parts) else []

    def _choose(self, turn: Turn, values: Mapping[str, Any], facts: Sequence[Fact], why: str = "") -> Ask:
        """Offer what was spoken of, else what the enterprise fits, else what there is."""
        if not facts:
            profile = self.calculator.profiles.read(turn.session, values["enterprise"])
            matches = self.calculator.matches(profile, turn.now)
            facts = [one.fact for one in matches if not one.fact.card.automatic]
        buttons = [button(one.card.title, f"set:card={one.card.id}") for one in facts[:MOST_CHOICES]]
        return Ask("card", say(f"{why}您想申请哪一项？点一下，或者直接说名称。", buttons=buttons))

    def _speak_of(self, turn: Turn, fact: Fact) -> None:
        """Let the policy desk answer “要哪些材料” about the benefit in hand."""
        card = fact.card
        topic = card.topics[0] if card.topics else "other"
        known = {"question": card.title, "said": card.title, "cards": [card.id], "topic": topic, "refused": False}
        turn.memory.recent[RECENT_POLICY] = known

    def _fact(self, card_id: str) -> Fact | None:
        return self.calculator.desk.fact(card_id) if card_id else None

    def _match(self, turn: Turn, form: Application, fact: Fact | None) -> Match | None:
        """Hold the enterprise against the benefit, where that can be done."""
        if fact is None or not fact.card.rules:
            return None
        values = self.calculator.profiles.read(turn.session, form.enterprise).values
        return match_one(values, fact, self.calculator.content.fixed)

    def _filed(self, turn: Turn, form: Application, fact: Fact | None) -> str:
        """Return the number of an application for the same that is not settled yet."""
        return self.payments.waiting(turn.session, form.enterprise, fact.card.id) if fact else ""

    def _phone_known(self, turn: Turn) -> bool:
        directory = self.calculator.profiles.directory
        person = directory.person(turn.session, turn.speaker.person_id or "")
        return bool(person and person.phone)


def register(router: Router, applying: Applying) -> None:
    """Register apply_policy and its button."""
    router.form(
        INTENT,
        Application,
        title="申请兑现",
        resolve=applying.resolve,
        confirm=applying.confirm,
        aside=applying.aside,
        needs_identity=True,
    )(applying.finish)
    router.press("apply")(applying.start)
