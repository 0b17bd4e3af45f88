"""What a broadcast's author says about the draft on the table: another hour, another text, how many, not at all."""

import re
from dataclasses import dataclass
from datetime import datetime

from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.dialogue.repair import find_correction
from zhiqibot.nlu.chinese_time.api import find_times
from zhiqibot.topics.outreach import wording

LONGEST_TEXT = 1800
SHORTEST_TEXT = 6
LONGEST_AUDIENCE = 24

_HALF = re.compile(r"^(?:凌晨|早上|早晨|上午|中午|下午|傍晚|晚上)")
_CLOCK = re.compile(
    r"(?:凌晨|早上|早晨|上午|中午|下午|傍晚|晚上)?(?:[0-2]?\d|[一二两三四五六七八九十]{1,3})(?:[:：][0-5]\d|[点點时](?:[0-5]?\d分?|[一二三四五]?十?[一二三四五六七八九]?分|半|一刻|三刻|整|钟)?)"
)
_EDITS = re.compile(
    r"^(?:把|将)?(?:不对|等等|通知)?[，, ]*(?:时间|钟点|内容|正文|文字|通知)?(?:里的?时间)?(?:改成|改为|换成|改到|改一下|改下|变成|更正为|是)[，,：: ]*(?P<new>.+)$",
    re.DOTALL,
)
_ADDS = re.compile(
    r"^(?:再|另外|还要?|后面|最后|请)*(?:加上?|补上?|添上?|补充)(?:一?句(?:话)?)?[：:，, ]*(?P<new>.{2,})$", re.DOTALL
)
_TELLS = re.compile(r"[今明后]天|[点號号日]|开会|停[电水气]|请|要|参加|举办|报[名送]|放假|注意|通知|会议")
_HOW_MANY = re.compile(
    r"多少(?:家|人|个|企业)|几(?:家|个人|个企业)|发给(?:谁|哪些)|都有谁|哪些(?:企业|人|家)|(?:干部|企业)多少"
)
_DROPS = re.compile(
    r"^(?:那|还是|先|就)*(?:停发|不要?发|别发|甭发|暂?不发|不用发|停止|停下|取消发送|先放着|算了)(?:了|吧|啊|出去)*[。！!]*$"
)


@dataclass(frozen=True)
class Draft:
    """What a sentence changes: one of the fields is filled."""

    content: str = ""
    audience: str = ""
    """Words that may name people; the directory decides."""
    unclear: bool = False
    """It asks for a change, but not for one that can be made."""


def drops(text: str) -> bool:
    """Tell whether the draft is given up."""
    return bool(_DROPS.match(text.strip())) or (wording.recalls(text) and len(text) <= 6)


def asks_how_many(text: str) -> bool:
    """Tell whether the size of the audience is asked for."""
    return len(text) <= 14 and bool(_HOW_MANY.search(text))


def tells(text: str) -> bool:
    """Tell whether words that name people say something to them, too: a notice, however short."""
    return bool(_TELLS.search(text))


def read(text: str, content: str, now: datetime) -> Draft | None:
    """Return what a sentence changes in a draft that says `content`; None when it speaks of no change."""
    text = text.strip()
    correction = find_correction(text)
    if correction and correction.old in content:
        return Draft(content=content.replace(correction.old, correction.new)[:LONGEST_TEXT])
    added = _ADDS.match(text)
    if added:
        return Draft(content=f"{content.rstrip('。')}。{added['new']}"[:LONGEST_TEXT])
    edit = _EDITS.match(text)
    if edit is None:
        return Draft(audience=text) if len(text) <= LONGEST_AUDIENCE else None
    new = edit["new"].strip(" 吧。")
    clocks = _CLOCK.findall(content)
    if _CLOCK.fullmatch(new) and len(clocks) == 1:
        half = _HALF.match(clocks[0])
        return Draft(content=content.replace(clocks[0], new if _HALF.match(new) or not half else f"{half[0]}{new}"))
    moved = _moved(new, content, now)
    if moved:
        return Draft(content=moved)
    if re.match(r"^.{0,4}(?:内容|正文|文字|通知)", text) and len(new) >= SHORTEST_TEXT:
        return Draft(content=new[:LONGEST_TEXT])
    return Draft(audience=new, unclear=True)


def _moved(new: str, content: str, now: datetime) -> str:
    """Return the text with the one time it speaks of put off to another (“改成后天上午九点”), or nothing."""
    calendar = WorkdayCalendar()
    wanted, spoken = find_times(new, now, workdays=calendar), find_times(content, now, workdays=calendar)
    if len(wanted) != 1 or len(spoken) != 1 or len(new) > wanted[0].span[1] - wanted[0].span[0]:
        return ""
    start, end = spoken[0].span
    return f"{content[:start]}{new}{content[end:]}"


def names_policy(said: str, title: str) -> bool:
    """Tell whether a sentence names a policy by its title: two of its own pairs of characters at least."""
    if re.search(r"[?？]|多少|怎么|几[家个人]", said):
        return False
    plain = _GENERAL.sub("，", title)
    pairs = {plain[at : at + 2] for at in range(len(plain) - 1) if "，" not in plain[at : at + 2]}
    return sum(pair in said for pair in pairs) >= 2 or (len(plain) <= 4 and plain in said)


_GENERAL = re.compile(r"企业|政策|奖励|奖补|补贴|补助|服务日|通知|干部|对象|全部|规上|小微|[^\w]|和|与|的|后|先")
