"""What handlers write about a ticket: the note without its number and its command, and days."""

import re

from zhiqibot.core.clock import local
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.dialogue.forms import Hearing
from zhiqibot.nlu.chinese_time.api import find_times

LONGEST = 1000
MEANT = 3
"""Characters a note must have beside the command itself."""
_NUMBER = re.compile(
    r"(?:zq\s*\d{6}\s*-?\s*\d{1,6}|尾号\s*\d{1,4}|(?<![\d.])0\d{3}(?!\d)|^\d{1,3}号(?!楼|车间|厂|门|路|线|库|院|井|炉|机|前|[上下]午|到|左右))\s*号?(?:这件|那件|这个|那个|诉求|工单)?",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:第[一二三四五六七八九十\d][个件条])?(?:的)?(?:(?:已?办结|反馈进展|有进展|进展|退回)(?:了)?[，,：: ]+)?"
)
_COMMAND = re.compile(
    r"(?:请|麻烦|帮我?|给我|我要|我来|把|将|现在|已经?|都|就|申请|要求|需要|想)*"
    r"(?:办结|签收|退回|转办|退了|退|反馈(?:一下)?进展|反馈|进展|延期|延长|延|办好|办完|办理|解决|完工|搞定|处理完|弄好|整好|修好)(?:了|掉|一下|吧|到|至|去)*"
)
_DAY = re.compile(
    r"(?:到|至)?(?:\d{4}[年/-])?(?:\d{1,2}|[一二三四五六七八九十]+)[月/.-](?:\d{1,2}|[一二三四五六七八九十]+)[日号]?(?:前)?"
)
_THAT = re.compile(r"^那[个件条][\u4e00-\u9fff]{1,8}?的|^[\u4e00-\u9fff]{1,8}?(?:的)?那[个件条]")
_NO_RESULT = re.compile(r"^(?:我?不干了|办不了|不知道|随便|没有?|没办|没弄|算了|嗯+|对|是|好)[吧了啊的]*$")

_NOT_FOR = r"(?:不|没|非|无)(?:归|属于?|是|该|应该?|应当?|由|在|关)?(?:我们?|咱们?)?"


def note_said(hearing: Hearing) -> str | None:
    """Read what was done: the sentence without the ticket's number; a bare “办结” says nothing."""
    text = _LEAD.sub("", _NUMBER.sub("", hearing.text).strip(" ，,。:：、"))
    beyond = _COMMAND.sub("", _DAY.sub("", _THAT.sub("", _without_times(text, hearing))))
    if len(beyond.strip(" ，,。:：！!了吧的到至")) < MEANT or _NO_RESULT.match(text):
        return None
    return (hearing.text.strip() if hearing.asked else text)[:LONGEST]


def unit_suggested(hearing: Hearing) -> str | None:
    """Read the unit that a return suggests; “不归供电” names the one it is not for."""
    said = str(hearing.slots.get("department") or hearing.slots.get("agency") or "")
    denied = said and re.search(rf"{_NOT_FOR}{re.escape(said)}", hearing.text)
    return None if denied else said or None


def day_said(hearing: Hearing) -> str | None:
    """Read a day (ISO)."""
    said = hearing.slots.get("date")
    return str(said).split("/")[-1] if said else None


def _without_times(text: str, hearing: Hearing) -> str:
    """Return a text less the days and hours in it: “下周五” is no reason."""
    found = find_times(text, local(hearing.now), workdays=WorkdayCalendar())
    for mention in reversed(found):
        start, end = mention.span
        text = text[:start] + text[end:]
    return text
