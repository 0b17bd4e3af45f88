"""“我要申请”: names the benefit, shows its checklist and what is missing, and files it on one yes."""

import re
from dataclasses import dataclass
from typing import Any

from zhiqibot.content.policies import Fact
from zhiqibot.content.policy_limits import Measures
from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.dialogue.filling import CONFIRM_BUTTONS
from zhiqibot.dialogue.forms import Ask, Hearing
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.policies import wording
from zhiqibot.topics.policies.application import (
    LONGEST,
    Application,
    amount_said,
    as_fields,
    description_of,
    only_adds,
    title_of,
)
from zhiqibot.topics.policies.benefit_choice import RECENT_POLICY, BenefitChoice
from zhiqibot.topics.policies.calculator import Calculator
from zhiqibot.topics.policies.checklist import checklist
from zhiqibot.topics.policies.counts import counts_in, merged
from zhiqibot.topics.policies.matching import Match, match_one
from zhiqibot.topics.policies.own_case import OwnCase
from zhiqibot.topics.policies.payments import Payments
from zhiqibot.topics.policies.profile.updating import Begin
from zhiqibot.topics.policies.telling import Telling, of_application

INTENT = "apply_policy"
_INSTEAD = re.compile(
    r"(?:换成|改成|改为|换为|改申请|换(?:一下|个)?[,，]?|(?:我|俺)?(?:要|想)?申请的是|(?:我|俺)?说的是|应该是|不是.{1,12}?[,，]?(?:而)?是)(?P<what>[^,，。；;！!?？]{2,20}?)[吧啊呀的了]*$"
)


@dataclass(frozen=True)
class Applying:
    """The handlers."""

    calculator: Calculator
    payments: Payments
    begin: Begin

    @property
    def choice(self) -> BenefitChoice:
        """Finds the benefit an application is for."""
        return BenefitChoice(self.calculator)

    @property
    def measures(self) -> Measures:
        """What numbers limits are set in."""
        return self.calculator.desk.corpus.measures

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the benefit and whose application it is; ask for a phone when nobody's is on record."""
        values.setdefault("said", turn.act.text[:LONGEST])
        whose = self.calculator.whose(turn, values)
        if whose:
            return whose
        self._take_the_rest(turn, values)
        asked = self.choice.settle(turn, values)
        if asked:
            return asked
        fact = self.choice.fact(values["card"])
        self._take_remarks(turn, values, fact)
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
            return self._counted_first(turn) if form.asked == "card" else None
        told = Telling(turn.text, form.values, self.choice.fact(str(form.values.get("card") or "")), self.measures)
        if told.gives_up:
            turn.memory.form = None
            return say("好的，已取消「申请兑现」，没有提交任何内容。需要时随时再告诉我。")
        if told.waits:
            return say("好的，先不提交，填的内容都留着。准备好了回复“确认”，要改哪里直接说，不办了回复“取消”。")
        other = self._another(turn, str(form.values.get("card") or ""))
        if other:
            form.values |= {"card": other.card.id, "said": turn.text[:LONGEST]}
            return self._shown(turn, "好的，换成这一项，还没有提交。")
        if told.asks_total:
            return self._shown(turn, told.total())
        heard = Hearing(turn.text, turn.slots, turn.now, turn.speaker, asked=False)
        found = told.fields(heard)
        if not found:
            return None
        form.values.update(found)
        return self.confirm(turn, Application(**form.values))

    def _counted_first(self, turn: Turn) -> Reply | None:
        """Take “3个本科，一个硕士” before the benefit is chosen; a table that alone has these rows is the one meant."""
        form = turn.open_form
        named = [one for one in counts_in(turn.text) if one.label]
        if not named or not only_adds(turn.text):
            return None
        form.values.update(as_fields(named))
        chosen = self.choice.with_rows(turn, [one.label for one in named])
        if chosen is None:
            return self.choice.again(turn, form.values)
        form.values["card"], form.asked = chosen.card.id, ""
        self._speak_of(turn, chosen)
        return self.confirm(turn, Application(**form.values))

    def _shown(self, turn: Turn, first: str) -> OutboundMessage:
        shown = self.confirm(turn, Application(**turn.open_form.values))
        return shown.model_copy(update={"text": f"{first}\n{shown.text}"})

    def confirm(self, turn: Turn, form: Application) -> OutboundMessage:
        """Show the checklist and what will be filed; what is missing can still be said."""
        fact = self.choice.fact(form.card)
        enterprise = turn.session.get_one(Enterprise, form.enterprise)
        unit, deadline = self.payments.preview(turn.session, enterprise.id, description_of(form, fact), turn.now)
        fields = [
            ("企业", enterprise.name),
            ("申请事项", fact.card.title if fact else title_of(form)),
            ("依据", "；".join(wording.source_lines([fact])).removeprefix("依据：") if fact else ""),
            ("人数或金额", form.amount),
            ("明细", form.items),
            ("补充说明", form.note),
            ("材料", form.ready),
            ("联系电话", form.phone),
            ("交给", unit),
            ("时限", f"{deadline}，通过后次月兑现"),
        ]
        own = of_application(fact, form, self.measures) if fact else OwnCase()
        lines = checklist(form, fact, self._match(turn, form, fact), self._filed(turn, form, fact), own)
        return say("\n".join(lines), card=card("政策兑现申请", fields), buttons=CONFIRM_BUTTONS)

    def finish(self, turn: Turn, form: Application) -> Reply:
        """File the application and say what happens next."""
        fact = self.choice.fact(form.card)
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
        if self.choice.fact(turn.argument) is None:
            return say("这一项现在查不到了，请直接说想申请什么。")
        told = turn.memory.recent.get("match") or {}
        enterprise = str(told.get("enterprise") or turn.speaker.enterprise_id or "")
        return self.begin(turn, INTENT, "", {"card": turn.argument, "enterprise": enterprise, "said": ""})

    # -- helpers ------------------------------------------------------------------------------------------------

    def _take_the_rest(self, turn: Turn, values: dict[str, Any]) -> None:
        """Take “一个博士，一个专科” of the same message as part of the application: alone it sounds like a report."""
        for one in [one for one in turn.memory.queue if only_adds(one["text"])]:
            named = [count for count in counts_in(one["text"]) if count.label]
            heard = Hearing(one["text"], one["slots"], turn.now, turn.speaker, asked=False)
            if not named and (amount := amount_said(heard)):
                values.setdefault("amount", amount)
                turn.memory.queue.remove(one)
            if named:
                known = counts_in(str(values.get("items") or values.get("amount") or ""))
                values.update(as_fields(merged([count for count in known if count.label], named, one["text"])))
                turn.memory.queue.remove(one)

    def _take_remarks(self, turn: Turn, values: dict[str, Any], fact: Fact | None) -> None:
        """Take “博士38岁合同两年” of the same message as what it is: a remark on the conditions."""
        for one in list(turn.memory.queue):
            if (note := Telling(one["text"], values, fact, self.measures).remark()) is not None:
                values["note"] = note
                turn.memory.queue.remove(one)

    def _another(self, turn: Turn, card: str) -> Fact | None:
        """Return the benefit put in the place of the one in hand (“换成职业介绍补贴”, “不是见习，是学徒制”)."""
        said = _INSTEAD.search(turn.text.strip())
        if said is None or amount_said(Hearing(turn.text, turn.slots, turn.now, turn.speaker, asked=False)):
            return None
        fact = self.choice.alone(turn, said["what"])
        return fact if fact and fact.card.id != card else None

    def _speak_of(self, turn: Turn, fact: Fact) -> None:
        """Let the policy desk answer “要哪些材料” about the benefit in hand."""
        card = fact.card
        topic = card.topics[0] if card.topics else "other"
        known = {"question": card.title, "said": card.title, "cards": [card.id], "topic": topic, "refused": False}
        turn.memory.recent[RECENT_POLICY] = known

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
