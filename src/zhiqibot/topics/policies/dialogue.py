"""Policy questions in a conversation: the answer, what may follow it, and the way to the responsible unit."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from zhiqibot.core.messages import Button
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.learning.dialogue import Asking
from zhiqibot.topics.policies.model import Next, PolicyAnswer

OpenTicket = Callable[[Turn, str, str], Reply]
"""Starts a ticket with a description and a topic; the dialogue of tickets asks for the confirmation."""

RECENT = "policy"
REMEMBERED_CHARS = 300
_WANTS_UNIT = re.compile(
    r"(?:帮我?|替我|给我|麻烦|那你|你)(?:去|们)?(?:问问?|咨询|转|登记|反映|提交|联系)|问(?:一下|问)?(?:责任|承办|主管|有关)?(?:部门|单位)|转给?(?:责任|承办|有关)?(?:部门|单位)"
)
_SHORT = 22
_HOW_MUCH = re.compile(
    r"(?:补|奖|给|发|领|报销?|减|免)(?:助|励|贴)?.{0,3}(?:多少|几千|几百|几万|吗|不$|么)|多少(?:钱|补贴|奖)|有(?:没有)?(?:补贴|奖励|补助|奖补)"
)
_UNPAID = re.compile(r"没(?:有)?(?:到|发|给|兑现|拿到|下来|收到)|拖|欠|一直不|还不(?:给|发)|迟迟")


@dataclass(frozen=True)
class Policies:
    """The handlers."""

    desk: PolicyDesk
    open_ticket: OpenTicket
    learning: Asking | None = None
    """Takes what an answer leaves open; None: a desk that only answers."""

    def ask(self, turn: Turn) -> Reply:
        """Answer a question; a follow-up is read in the light of the one before."""
        recent = turn.memory.recent.get(RECENT) or {}
        if recent.get("refused") and len(turn.text) <= _SHORT and _WANTS_UNIT.search(turn.text):
            return self.ask_unit(turn)
        return self._answer(turn, turn.text, recent.get("question"))

    def asks_amount(self, turn: Turn) -> str | None:
        """“招了个硕士，一年能补多少” tells no trouble: it asks for an amount that is on record."""
        doubtful = turn.act.intent in ("report_issue", "match_policy", "out_of_scope")
        if not doubtful or not _HOW_MUCH.search(turn.text) or _UNPAID.search(turn.text):
            return None
        return "ask_policy" if self.knows(turn) else None

    def knows(self, turn: Turn) -> bool:
        """Tell whether the desk has something on what was said."""
        self._look_for_news(turn)
        return bool(self.desk.answer(turn.text, turn.now).card_ids)

    def how(self, turn: Turn) -> Reply:
        """Say how the benefit spoken of is applied for."""
        recent = turn.memory.recent.get(RECENT)
        if not recent:
            return say("您想申报哪一项？直接说名称就行，比如“职业介绍补贴怎么申请”。")
        return self._answer(turn, "怎么申请", recent["question"], keep=True)

    def related(self, turn: Turn) -> Reply:
        """List what else there is on the topic."""
        recent = turn.memory.recent.get(RECENT)
        if not recent:
            return self.menu(turn)
        return self._answer(turn, "还有别的吗", recent["question"], keep=True)

    def ask_unit(self, turn: Turn) -> Reply:
        """Begin a ticket that puts the last question to the responsible unit."""
        recent = turn.memory.recent.get(RECENT)
        if not recent:
            return say("您想问承办单位什么事？请直接说，我来登记。")
        return self.open_ticket(turn, f"政策咨询：{recent['said']}", recent["topic"])

    def menu(self, turn: Turn) -> Reply:
        """Show how to ask."""
        text = (
            "请直接问，我按文件原文答，并注明出处。比如：\n· 招个985硕士一年补多少\n· 新三板挂牌奖多少\n"
            "· 低压办电要几天\n· 奖补材料交到哪里\n也可以让我按您企业的情况，对一对能享受哪些政策。"
        )
        return say(text, buttons=[button("我能享受哪些", "intent:match_policy", primary=True)])

    # -- helpers ------------------------------------------------------------------------------------------------

    def _answer(self, turn: Turn, text: str, context: str | None, *, keep: bool = False) -> Reply:
        self._look_for_news(turn)
        topic = turn.slots.get("topic")
        answer = self.desk.answer(text, turn.now, context=context, topics=[topic] if topic else [])
        recent = turn.memory.recent.get(RECENT)
        self._remember(turn, answer, recent["said"] if keep and recent else text)
        reply = say(answer.text, buttons=buttons_of(answer))
        return self.learning.after(turn, answer, reply) if self.learning else reply

    def _look_for_news(self, turn: Turn) -> None:
        """Answers approved in another process are known from the next question on."""
        if self.learning:
            self.learning.answers.refresh(turn.session)

    def _remember(self, turn: Turn, answer: PolicyAnswer, said: str) -> None:
        turn.memory.recent[RECENT] = {
            "question": answer.question[:REMEMBERED_CHARS],
            "said": said[:REMEMBERED_CHARS],
            "cards": list(answer.card_ids[:6]),
            "topic": answer.topic,
            "refused": not answer.answered,
        }


def buttons_of(answer: PolicyAnswer) -> list[Button]:
    """Return the buttons under an answer; under a refusal the way to the unit comes first."""
    if not answer.answered:
        return [button("问承办单位", "do:policy_ask_unit", primary=True)]
    known = {
        Next.HOW: button("怎么申报", "do:policy_how", primary=True),
        Next.ASK_UNIT: button("问办事人员", "do:policy_ask_unit"),
        Next.RELATED: button("相关政策", "do:policy_related"),
    }
    return [known[hint] for hint in answer.hints]


def register(router: Router, desk: PolicyDesk, open_ticket: OpenTicket, learning: Asking | None = None) -> Policies:
    """Register ask_policy and the buttons under its answers."""
    policies = Policies(desk, open_ticket, learning)
    router.on("ask_policy")(policies.ask)
    router.readings.append(policies.asks_amount)
    router.press("policy_how")(policies.how)
    router.press("policy_related")(policies.related)
    router.press("policy_ask_unit")(policies.ask_unit)
    router.press("policy_menu")(policies.menu)
    return policies
