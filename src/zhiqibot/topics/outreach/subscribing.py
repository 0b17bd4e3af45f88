"""订阅与退订 by chat."""

import re
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.forms import Ask, Hearing, question
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.topics.outreach.ending import answered
from zhiqibot.topics.outreach.model import EVERYTHING
from zhiqibot.topics.outreach.subscriptions import SubscriptionService

LONGEST = 16
_ENOUGH = re.compile(
    r"^(?:求你|请|麻烦)?(?:别|不要|不用|甭)(?:再)?(?:给我|老)?(?:一直|总)?(?:发|推|推送|打扰)(?:消息|提醒|通知|这些)?(?:了|我)"
)
_GIVES_BACK = re.compile(r"^(?:都|全部?|那)?(?:退了?|退掉|退订|取消|不要|不订)(?:了|吧|掉)*$")
_SUBSCRIBES = re.compile(
    r"订|关注|提醒|推[送给]|通知|告诉|告知|知会|说一声|吱一?声|喊(?:我|俺|一声)|叫(?:我|俺)|新(?:的)?(?:政策|文件|消息|补贴|动态|通知)|第一时间|及时|随时|以后|今后|往后|一出|出来就|有了就|别漏|盯着|留意|收到|接收|想收|推"
)
_TELLS_OTHERS = re.compile(
    r"群发|[给向](?:所有|全部|全县|各|每家|大家|其他)?(?:的)?(?:企业|公司|大家|厂|老板)们?(?:都)?(?:发|推|通知)|通知(?:所有|全部|全县|各)?(?:的)?(?:企业|大家|老板)"
)
_LISTS = re.compile(r"列|全部|所有|哪些|清单|汇总|汇编|打印")
_LEAVES = re.compile(
    r"退|取消|不要|别|甭|不(?:想|用|再)?(?:收|看|订|需要|接|发)|烦|打扰|吵|骚扰|关[掉了闭]|停|免|屏蔽|拉黑|去掉|太多|受不了"
)
ALL_WORDS = ("全部", "所有", "全退", "都退", "都取消", "全取消", "一条", "任何", "什么都", "啥都", "统统", "都不")


def topic_to_leave(hearing: Hearing) -> str | None:
    """Read which topic is given up; EVERYTHING when all are named."""
    if any(word in hearing.text for word in ALL_WORDS):
        return EVERYTHING
    said = hearing.slots.get("topic")
    return str(said) if said else None


@dataclass(frozen=True)
class Leaving:
    """退订: a topic, or everything."""

    topic: str = question("要退订哪一类提醒？", read=topic_to_leave, label="类别", default=EVERYTHING)


@dataclass(frozen=True)
class Subscribing:
    """The handlers of subscribe and unsubscribe."""

    subscriptions: SubscriptionService
    titles: dict[str, str]

    def subscribe(self, turn: Turn) -> Reply:
        """Subscribe at once: it can be undone as easily."""
        topic = str(turn.slots.get("topic") or EVERYTHING)
        topic = topic if topic in self.titles else EVERYTHING
        self.subscriptions.subscribe(turn.session, turn.speaker, topic, turn.now)
        if topic == EVERYTHING:
            text = "已为您订阅全部政策提醒，有新政策会发到这里。只想看某一类的话，直接说，比如“只订阅用工政策”。"
        else:
            text = f"已订阅「{self.titles[topic]}」提醒，有新政策会发到这里。不想收了，随时说“退订”。"
        return say(
            f"{text}晚上 8 点到早上 8 点不打扰您，紧急通知除外。", buttons=[button("退订", "intent:unsubscribe")]
        )

    def wants_none(self, turn: Turn) -> str | None:
        """“别给我发了”, or “都退了吧” right after subscribing, is 退订."""
        said = turn.text.strip()
        just_now = turn.memory.intent in ("subscribe", "unsubscribe") and _GIVES_BACK.search(said)
        return "unsubscribe" if len(said) <= LONGEST and (just_now or _ENOUGH.search(said)) else None

    def surely(self, turn: Turn) -> str | None:
        """What subscribes or leaves nothing in so many words is no wish to: “打印一份政策给我”, “我听说是两万”."""
        if turn.act.intent == "subscribe" and _TELLS_OTHERS.search(turn.text):
            return "broadcast"  # who may send one is the handler's to say
        if turn.act.intent == "subscribe" and not _SUBSCRIBES.search(turn.text):
            return "match_policy" if _LISTS.search(turn.text) else "ask_policy"
        if turn.act.intent == "unsubscribe" and not _LEAVES.search(turn.text):
            return "ask_policy"
        return None

    def aside(self, turn: Turn) -> Reply | None:
        """At the confirmation, an impatient “别给我发了” is a yes."""
        if turn.open_form.asked or len(turn.text) > LONGEST or not _ENOUGH.search(turn.text):
            return None
        turn.memory.form = None
        return self.finish(turn, Leaving(EVERYTHING))

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """One topic is given up at once; everything only after a yes."""
        topic = values.get("topic")
        if topic is None or topic not in self.titles:
            values["topic"] = EVERYTHING
            return None
        self.subscriptions.unsubscribe(turn.session, turn.speaker, topic, turn.now)
        left = self.subscriptions.of_person(turn.session, turn.speaker.person_id or "")
        rest = "、".join(self.titles[one] for one in self.titles if one in left)
        also = f"还在为您推送：{rest}。" if rest else ""
        text = f"已退订「{self.titles[topic]}」提醒。{also}"
        return answered(turn, say(text, buttons=[button("全部退订", "do:leave_all")]))

    def confirm(self, turn: Turn, leaving: Leaving) -> OutboundMessage:
        text = (
            "确认退订全部提醒吗？退订后不再给您发政策提醒和群发通知；"
            "您自己的诉求进展、活动报名提醒照常。只嫌某一类多，可以说“退订用工类的”。"
        )
        return say(text, buttons=[button("确认退订", "yes", primary=True), button("先不退", "cancel")])

    def finish(self, turn: Turn, leaving: Leaving) -> Reply:
        """Leave everything."""
        self.subscriptions.leave(turn.session, turn.speaker, turn.now)
        return say("已全部退订，不再给您发政策提醒和群发通知。以后想收，说一声“订阅”就行。")
