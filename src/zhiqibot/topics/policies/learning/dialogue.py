"""The learning loop as those who ask meet it: collecting, “没答到点子上”, “政策落不了地”, “谁能讲解”."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.messages import Button, OutboundMessage, card
from zhiqibot.dialogue.forms import Ask, Hearing, fields_of, question
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.topics.policies.learning.answers import ApprovedAnswers, learned
from zhiqibot.topics.policies.learning.collecting import Collecting, Question
from zhiqibot.topics.policies.learning.interpreters import Interpreters
from zhiqibot.topics.policies.learning.model import PolicyFeedback, Reason
from zhiqibot.topics.policies.learning.naming import Naming
from zhiqibot.topics.policies.model import PolicyAnswer

Begin = Callable[[Turn, str, str, dict[str, Any]], list[OutboundMessage]]
"""Opens a form: turn, its name, the sentence, what is known already."""
TitleOf = Callable[[str], str | None]
"""The title of a policy card."""

WRONG = "没答到点子上"
NOTED = "这个问题我已经记下，会请政策解读员解答，有了答复在这里告诉您。"
REASON_FORM = "policy_feedback"
LONGEST_COMPLAINT = 60
"""Characters; a longer story is a matter to report, with its facts."""
SHORTEST_REASON = 4
SHOWN = 6
"""Interpreters shown at once."""
LONGEST_WRONG = 16
_NO_TOPIC = frozenset({"policy_delivery", "other"})
"""“政策” is in every question about policies: it names no field of its own."""
_MISSED = re.compile(
    r"没(?:有)?(?:答|说|讲)到(?:点子?|重点)|答非所问|所答非所问|驴唇不对马嘴|不是(?:我)?(?:要)?问(?:的)?(?:这个|这)|(?:你)?(?:答|回答|说)(?:的|得)(?:不对|不准|不是|没用)|答错了?|问东答西|👎"
)
_EMPTY = re.compile(
    r"落不了地|落不到(?:实处|地)|落地不了|没(?:有)?(?:真正)?落(?:地|实)|落实不(?:了|下来|到位)|兑现不了|兑不了现|(?:没|从来没|根本没)兑现过"
    r"|(?:拿|领|享受|申请|办)不(?:到|了|下来)的|纸上(?:写写|谈兵|画饼|的东西)|写在纸上|画(?:大|个)?饼|空头支票|光(?:打雷|说)不|说得好听|写得好听|喊口号|走过场|看得见(?:够|摸)不着"
)
_ABOUT = re.compile(r"政策|文件|规定|补贴|奖励|奖补|补助|条款|这|那|它|说的|写的|根本|就是|都是|全是")
_MATTER = re.compile(r"我们(?:厂|公司|企业)?.{0,12}(?:申请了|交了材料|报上去|等了)|个月了|半年了|一年了|拖|欠")
"""Somebody waits for their own money: that is a matter for a ticket."""
_WHO_EXPLAINS = re.compile(
    r"政策解读员|(?:谁|哪位|找谁|有没有人|有人|哪个人).{0,8}(?:讲解|解读|讲讲|讲一讲|讲一下|解释)|(?:讲解|解读)(?:政策)?的?(?:是|找)?(?:谁|哪位)"
)


@dataclass(frozen=True)
class Undelivered:
    """Where a policy fails; asked once, may be left out."""

    feedback: str = question("", read=lambda _: None, label="反馈", default="")
    reason: str = question(
        "具体卡在哪里？",
        read=lambda heard: _said(heard),
        label="卡在哪里",
        default="",
        free_text=True,
        buttons=[
            button("没有实施细则", "set:reason=没有实施细则"),
            button("窗口说没接到通知", "set:reason=窗口说没接到通知"),
            button("条件太高够不着", "set:reason=条件太高够不着"),
            button("不说了", "skip"),
        ],
    )


def _said(heard: Hearing) -> str | None:
    return heard.text.strip() if heard.asked and heard.text.strip() else None


@dataclass(frozen=True)
class Asking:
    """The handlers of the asker's side."""

    collecting: Collecting
    answers: ApprovedAnswers
    interpreters: Interpreters
    topic_titles: Mapping[str, str]
    title_of: TitleOf
    begin: Begin
    naming: Naming

    def after(self, turn: Turn, answer: PolicyAnswer, reply: OutboundMessage) -> OutboundMessage:
        """Collect what an answer left open and say so; under an answer, offer to say that it missed the point."""
        kept = [
            self.collecting.collect(
                turn.session,
                turn.speaker,
                Question(_key(turn), part, Reason.REFUSED, answer.topic, answer.card_ids[:6]),
                turn.now,
            )
            for part in answer.open_parts
        ]
        if any(kept):
            return reply.model_copy(update={"text": f"{reply.text}\n{NOTED}"})
        if answer.answered:
            wrong: tuple[Button, ...] = (button(WRONG, "do:policy_wrong"),)
            return reply.model_copy(update={"buttons": reply.buttons + wrong})
        return reply

    def wrong(self, turn: Turn) -> Reply:
        """Take “没答到点子上”."""
        recent = turn.memory.recent.get("policy")
        named = self.naming.find(turn.text, _MISSED, turn.now) if _MISSED.search(turn.text) else None
        if named and named.card.id not in (recent or {}).get("cards", ()):
            known = {"said": turn.text, "topic": named.card.topics[0], "cards": [named.card.id]}
            return self._missed(turn, known)
        if not recent or recent.get("refused"):
            return say("您说的是哪个问题？请把问题再发一遍，我重新给您查。")
        if recent.get("wrong"):
            return say(
                "这个问题刚才已经记下了，有了答复在这里告诉您。着急的话，现在就可以转给承办单位。",
                buttons=[button("问承办单位", "do:policy_ask_unit", primary=True)],
            )
        turn.memory.recent["policy"] = {**recent, "wrong": True}
        return self._missed(turn, recent)

    def _missed(self, turn: Turn, answered: Mapping[str, Any]) -> Reply:
        """Note a question whose answer missed the point."""
        noted = Question(
            _key(turn), str(answered["said"]), Reason.THUMBS_DOWN, str(answered["topic"]), tuple(answered["cards"])
        )
        kept = self.collecting.collect(turn.session, turn.speaker, noted, turn.now)
        then = NOTED if kept else "今天记下的问题已经不少，这个请直接问办事人员。"
        text = f"谢谢您告诉我，抱歉没答到您要的。{then}\n您也可以换个说法再问一遍，或者现在就转给承办单位。"
        return say(text, buttons=[button("问承办单位", "do:policy_ask_unit", primary=True)])

    def aside(self, turn: Turn) -> Reply | None:
        """Take “谁能讲解” and, right after an answer, “答非所问” and “这个政策落不了地”."""
        if _WHO_EXPLAINS.search(turn.text):
            return self.who_explains(turn)
        short = len(turn.text) <= LONGEST_WRONG and not turn.memory.form
        if short and turn.memory.intent == "ask_policy" and _MISSED.search(turn.text):
            return self.wrong(turn)
        return self.undelivered(turn)

    def who_explains(self, turn: Turn) -> Reply | None:
        """Show who explains the topic spoken of; nothing where the county has named nobody."""
        recent = turn.memory.recent.get("policy") or {}
        said = str(turn.slots.get("topic") or "")
        topic = said if said and said not in _NO_TOPIC else str(recent.get("topic") or "")
        topic = "" if topic in _NO_TOPIC else topic
        found = self.interpreters.for_topic(topic) if topic in self.topic_titles else list(self.interpreters.everyone)
        if not found:
            return None
        lines = [(one.name, self._line(one.title, one.topics, one.phone)) for one in found[:SHOWN]]
        about = f"「{self.topic_titles[topic]}」方面" if topic in self.topic_titles else "各方面"
        box = card("政策解读员", lines, "上班时间可以直接打电话；也可以把问题发给我，解读员答复后在这里告诉您。")
        return say(f"{about}的政策，可以找下面的政策解读员讲解：", card=box)

    def undelivered(self, turn: Turn) -> Reply | None:
        """Record that the policy just spoken of is not carried out; the reason is asked once."""
        if turn.memory.form or not _complains(turn.text):
            return None
        about = self._complained_of(turn)
        title = self.title_of(about[0]) if about else None
        if about is None or title is None:
            return None
        noted = Question(_key(turn), f"「{title}」{turn.text}", Reason.UNDELIVERABLE, about[1], about[:1])
        reason = _rest(turn.text)
        row = self.collecting.feedback(turn.session, turn.speaker, noted, reason, turn.now)
        if row is None:
            return say("您今天反馈的情况已经不少，都记着；这一件请直接发“转人工”，我请工作人员联系您。")
        if reason:
            return self._thanks(title)
        head = say(f"您反映「{title}」落实不到位，已经记在这项政策上，助企办看得到。")
        return [head, *self.begin(turn, REASON_FORM, turn.text, {"feedback": row.id})]

    def _complained_of(self, turn: Turn) -> tuple[str, str] | None:
        """Return card and topic of the policy that the sentence names, else of the one just spoken of."""
        named = self.naming.find(turn.text, _EMPTY, turn.now)
        if named:
            return named.card.id, named.card.topics[0]
        recent = turn.memory.recent.get("policy") or {}
        cards = [one for one in recent.get("cards", ()) if learned(one) is None]
        return (cards[0], str(recent["topic"])) if cards and not recent.get("refused") else None

    def ask_reason(self, _: Turn, values: dict[str, Any]) -> Ask | None:
        """Ask where it fails, once."""
        field = next(one for one in fields_of(Undelivered) if one.name == "reason")
        return None if "reason" in values else Ask("reason", say(field.ask, buttons=field.buttons))

    def explained(self, turn: Turn, said: Undelivered) -> Reply:
        """Take the reason."""
        row = turn.session.get(PolicyFeedback, said.feedback) if said.feedback else None
        if row is None:
            return say("好的。还有什么要反映的，直接告诉我。")
        title = self.title_of(row.card_id) or "这项政策"
        if not said.reason:
            return say(f"好的，已记在「{title}」上，助企办会核实，有了说法在这里告诉您。想起来卡在哪里，随时再告诉我。")
        self.collecting.explain(turn.session, row, said.reason)
        return self._thanks(title)

    def reason_aside(self, turn: Turn) -> Reply | None:
        """Take any account of the reason as the reason: it may sound like a report or like a question."""
        form = turn.open_form
        if form.asked != "reason" or len(turn.text.strip()) < SHORTEST_REASON:
            return None
        turn.memory.form = None
        return self.explained(turn, Undelivered(str(form.values.get("feedback", "")), turn.text))

    def _thanks(self, title: str) -> Reply:
        text = (
            f"谢谢，已连同原因记在「{title}」上，助企办会看到并请解读员核实，有了说法在这里告诉您。"
            "\n如果是您企业申报没办成，可以登记成诉求，由承办单位限期办理。"
        )
        return say(text, buttons=[button("登记诉求", "intent:report_issue", primary=True)])

    def _line(self, title: str, topics: list[str], phone: str) -> str:
        named = "、".join(self.topic_titles.get(one, one) for one in topics) or "各方面政策"
        return "，".join(part for part in (title, named, phone) if part)


def _key(turn: Turn) -> str:
    """Identity of the message; where the channel gave none, of the moment."""
    return turn.message_key or f"{turn.speaker.thread_key}:{turn.now.isoformat()}"


def _complains(text: str) -> bool:
    short = len(text) <= LONGEST_COMPLAINT and bool(_EMPTY.search(text)) and bool(_ABOUT.search(text))
    return short and not _MATTER.search(text) and not re.search(r"[?？吗]$", text.strip())


def _rest(text: str) -> str:
    """Return what a complaint says beside itself: the clause that gives a reason, if there is one."""
    parts = [one.strip() for one in re.split(r"[，,。；;！!、]", text) if one.strip()]
    return "，".join(one for one in parts if not _EMPTY.search(one) and len(one) > SHORTEST_REASON)


def register(router: Router, asking: Asking) -> None:
    """Register the button, the form for the reason, and the asides."""
    router.press("policy_wrong")(asking.wrong)
    router.form(
        REASON_FORM, Undelivered, title="政策落实情况反馈", resolve=asking.ask_reason, aside=asking.reason_aside
    )(asking.explained)
    router.asides.append(asking.aside)
