"""What a person wants to talk about at an event (议题), as they say it; with and without words that announce it."""

import re
from typing import Any

from zhiqibot.dialogue.forms import Hearing
from zhiqibot.dialogue.short_answers import short_answer
from zhiqibot.dialogue.turn import Turn
from zhiqibot.topics.events.readers import TAG_AT_THE_END

SHORTEST, LONGEST = 2, 200
LONGEST_BARE = 14
"""Characters of a matter that is named without a word around it, while the booking waits for its yes."""

_ANNOUNCED = re.compile(
    r"(?:想|要)(?:说|聊|谈|讲|反映|问|提)的(?:事情?|事儿|问题|内容|话题)?[是有为：:\s]*(?P<a>[^。！!]{2,100})"
)
_SUBJECT = re.compile(
    r"(?:议题|话题|主题)(?:改[成为]?|换成?|就?写?)?[是为：:“\"]*\s*(?P<a>[^，,。；;“”\"]{2,60})"
    r"|(?<!不)(?:想|要|主要|顺便|去|来)?(?<!不)(?:聊聊?|谈谈?)(?:一下|一聊|下)?(?:关于)?(?P<b>[^，,。；;！!?？]{2,60})"
)
_MATTER = re.compile(
    r"(?:想|要|主要|顺便|去|来)(?:说说|讲讲|问问?|反映|请教|咨询)(?:一下|下)?(?:关于)?(?P<a>[^，,。；;！!？?]{2,60})"
)
"""Verbs that name a subject only inside a booking; by themselves they are another request."""
_TALK = re.compile(
    r"^(?:我们?|俺们?)?(?:就|还|主要|顺便)?(?:想|要|去|来|准备)(?:说说|讲讲|聊聊?|谈谈?|交流)(?:一下|一聊|下)?(?:关于)?(?P<a>[^，,。；;！!？?]{2,60})"
)
_EVENT = re.compile(r"早餐会|茶会|讲堂|对接会|面对面|服务日|报名|预约|[报约留]一?[个位下上]|候补")
_TAIL = re.compile(r"(?:[这那]?[一二两俩三仨四五六几]个(?:事情?|事儿|问题)|的(?:事情?|事儿|问题|情况))?[吧呢啊呀哈]*$")
_VAGUE = re.compile(
    r"(?:[这那](?:个|件|些)?|[我俺咱]们?(?:厂|公司|企业|单位)?里?)(?:的?(?:事情?|事儿|问题|情况))?|事情?|问题"
)
_NONE = re.compile(
    r"(?:那|就)?(?:不用|不要|不写|没有?|去掉|删掉?|取消|不设|空着)(?:啥|什么)?(?:议题|话题|主题)了?[吧啊]?"
    r"|(?:把)?(?:议题|话题|主题)(?:就|都|给)*(?:不要|不用|不写|去掉|删掉?|取消|空着|算)了?[吧啊]?"
    r"|不(?:聊|谈|说|讲).{1,12}了[吧啊]?"
)
_NEW = re.compile(
    r"^(?:不|别)(?:聊|谈|说|讲).{1,12}?了?[，,\s]+(?:我?(?:想|要)|改|就|换)*(?:成|为)?(?:聊聊?|谈谈?|说说?|讲讲?)?(?P<a>[^，,。；;！!]{2,60})"
)
_FILES = re.compile(
    r"反映|登记|投诉|举报|报修|[坏断漏堵倒塌]了|停[电水气]|没[电水气]|着火|受伤|[?？吗呢]|不[去来报聊谈用要]"
)
_GOES_ON = re.compile(r"^\s*\d{1,2}\s*[、.．)）]")


def subject(hearing: Hearing) -> str | None:
    """Read what a person wants to talk about; “想问问…” outside a booking is another request."""
    text = TAG_AT_THE_END.sub("", hearing.text)
    inside = hearing.asked or bool(_EVENT.search(text))
    found = (_ANNOUNCED.search(text) if inside else None) or _SUBJECT.search(text)
    if found is None and inside:
        found = _MATTER.search(text)
        said = TAG_AT_THE_END.sub("", str(hearing.slots.get("subject") or ""))
        if len(said) >= SHORTEST:
            return _told(said)
    if found:
        return _told(next(group for group in found.groups() if group))
    return _told(text.strip()) if hearing.asked and short_answer(text) is None else None


def matter(text: str) -> str | None:
    """Return the subject of a sentence that says what one wants to talk about, in a booking that is open."""
    found = _TALK.search(TAG_AT_THE_END.sub("", text.strip()))
    return _told(found["a"]) if found else None


def changed(text: str) -> str | None:
    """Return the subject that “不聊电费了，聊招工” puts in the place of another; empty for “不用议题了”."""
    said = text.strip(" 。！!~")
    found = _NEW.search(said)
    if found:
        return _told(found["a"])
    return "" if _NONE.fullmatch(said) else None


def bare(turn: Turn) -> str | None:
    """Return a matter named by itself (“招工难”) while a booking waits for its yes.

    What has broken, stopped or hurt somebody is to be dealt with at once and is no subject for a breakfast."""
    said = turn.text.strip(" 。！!~，,")
    urgent = turn.slots.get("urgency") == "urgent" or _FILES.search(said)
    if turn.act.intent != "report_issue" or urgent or not SHORTEST <= len(said) <= LONGEST_BARE:
        return None
    return _told(said)


def adopt(turn: Turn, values: dict[str, Any]) -> None:
    """Take “我要反映用电贵、招工难” beside “晚茶会报名” as its subject, not as a ticket of its own."""
    queue = turn.memory.queue
    while queue and queue[0]["intent"] == "report_issue" and queue[0]["slots"].get("urgency") != "urgent":
        said = str(queue[0]["text"])
        has = str(values.get("subject") or "")
        found = _ANNOUNCED.search(said) or _MATTER.search(said) or _TALK.search(said)
        if _GOES_ON.search(has) and _GOES_ON.search(said):
            values["subject"] = f"{has} {said.strip()}"[:LONGEST]
        elif found and not has and found.start() <= len("我们今天") and (told := _told(found["a"])):
            values["subject"] = told
        else:
            return
        queue.pop(0)


def _told(said: str) -> str | None:
    text = _TAIL.sub("", said.strip()).strip(" ，,、；;")
    return text[:LONGEST] if len(text) >= SHORTEST and not _VAGUE.fullmatch(text) else None
