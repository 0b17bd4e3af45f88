"""反映问题: what a report needs, and how it is read from what people say."""

import re
from dataclasses import dataclass

from zhiqibot.dialogue.forms import Hearing, from_slot, question
from zhiqibot.topics.tickets.amending import is_no_story

LONGEST = 2000
SHORTEST_STORY = 3
_MEDIA = re.compile(r"[\[【](?:图片|照片|语音|视频|文件|表情|动画表情|位置|链接|名片|聊天记录)[\]】]")
"""What a messenger writes in the place of what it could not copy; it tells nothing."""
_OPENING = re.compile(
    r"^(?:您好|你好|喂|哎|那个|请问|麻烦)*[，,。！! ]*(?:我们?(?:公司|厂|企业)?|俺们?|咱们?)?(?:又|还|想|要|得|需要|来|再)*(?:跟你们?|给你们?|向你们?)?"
    r"(?:反映|反应|投诉|报告|上报|举报|提|说|报|登记|反馈)(?:一下|下)?(?:一?[个件些点]儿?)?"
)
_CLOSING = re.compile(r"(?:方面|上)?的?(?:问题|情况|诉求|困难|事情|事儿?|难题)?[吧啊呢。！!？? ]*$")
_ANNOUNCES = re.compile(
    r"^(?:再|还|也|那)?(?:请|(?:帮|给|替)(?:我|他们?家?|这家|人家)?|麻烦)*(?:报|反映|登记|提)(?:上|一下|下)?一?[个件](?:(?:问题|情况|事儿?|诉求)[，,：: ]*)?"
)
_COUNTS = re.compile(
    r"^(?:我|俺|我们|俺们|咱)?(?:这儿|这边|今天|还|就)?有(?:两|俩|三|仨|几|2|3|好几)(?:个|件)?(?:事儿?|问题|情况|事情)[，,：: ]*"
    r"(?:(?:第一|一)(?:个|件)?是?[，,：: ]*|头一个是?|首先[是，,]*)?"
)
"""How many matters there are is no part of the first of them."""
_ASKS_TO_FILE = re.compile(
    r"[，,]?(?:也|都|再|请|帮忙|帮(?:我|他们?)?|给(?:我|他们?)?|麻烦)+(?:登记|报|记)(?:一下|一个|上|下)(?:的问题)?[吧呗。！!]*$"
)
"""The order to write it down is no part of what happened."""
_LEADS_ON = re.compile(r"[，,、；;。 ]*(?:另外|此外|还有|对了|再有|再就是|然后|顺便|同时)$")
"""The word that led over to another request of the same message."""


def substance(text: str) -> str:
    """Return what is left of a report without “我想反映个…问题”; empty when it only announces one or shows a picture."""
    told = _MEDIA.sub("", text).strip()
    opened = _OPENING.sub("", told)
    if opened == told:
        return opened
    return _CLOSING.sub("", opened).strip("，,。：: ")


def story(hearing: Hearing) -> str | None:
    """Read what happened."""
    text = _without_order(_LEADS_ON.sub("", str(hearing.slots.get("description") or hearing.text).strip()))
    if hearing.asked:
        told = len(substance(hearing.text)) >= 2 and not is_no_story(hearing.text)
        return hearing.text.strip()[:LONGEST] if told else None
    kept = substance(text)
    announced = kept != text  # “我要反映用电的问题” names a field; “停电” says what happened
    return text[:LONGEST] if len(kept) >= (SHORTEST_STORY if announced else 2) else None


def _without_order(text: str) -> str:
    told = _ASKS_TO_FILE.sub("", _ANNOUNCES.sub("", _COUNTS.sub("", text))).strip("，,。：: ")
    return told if len(told) >= SHORTEST_STORY else text


def urgency(hearing: Hearing) -> bool | None:
    """Read whether it burns."""
    return True if hearing.slots.get("urgency") == "urgent" else None


def enterprise_said(hearing: Hearing) -> str | None:
    """Read an enterprise's name: what understanding matched, or the whole answer."""
    said = hearing.slots.get("enterprise") or hearing.slots.get("enterprise_name")
    return str(said) if said else (hearing.text.strip() or None if hearing.asked else None)


@dataclass(frozen=True)
class IssueReport:
    """What a report needs; everything but the story has a default."""

    description: str = question(
        "请说说具体是什么情况（哪里、什么事、从什么时候开始）？",
        read=story,
        label="问题描述",
        free_text=True,
        example="集聚区三号车间今早停电，机器全停了",
    )
    topic: str = question("", read=from_slot("topic"), label="类别", default="", derived=True)
    location: str = question("", read=from_slot("location"), label="地点", default="")
    urgent: bool = question("", read=urgency, label="紧急程度", default=False)
    enterprise: str = question("请问是哪家企业的问题？", read=enterprise_said, label="企业", default="")
    confidential: str = question("", read=lambda _: None, label="保密", default="")
    replaces: str = question("", read=lambda _: None, label="", default="")
    """Number of the ticket that this report corrects: filed, it takes that one back."""
