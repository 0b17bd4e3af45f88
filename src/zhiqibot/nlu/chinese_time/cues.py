"""Words around a time expression that decide its direction: has it been, is it to come, or is it a habit?"""

from __future__ import annotations

import re
from typing import Final

from zhiqibot.nlu.chinese_time.clock import EventHalf

_GAP = r"(?:(?![要需该能将不别]|准备|打算|计划)[^,。;!?\n]){0,8}?"
# done with when followed by 的/过/了, whatever else the sentence asks for
_DONE = (
    r"(?:反映|提交|上报|申报|申请|登记|递交|办理|打电话|受理|交办|转办|签收|回复|答复|参加|反馈|上传|发送|走访|投诉|提出|签字|签约|付款"
    r"|报|提|交|递|发|寄|说|打|问|填|催|签|去|收|停|断|坏|跳|漏|罚|查|拉|修|关|封|欠|批|转|送|搞|弄|买|干|出|给|跟|聊|见)"
)
_EVENT = r"(?:会(?!上)|场|讲堂|服务日|活动|对接)"
_SIGNED_UP = r"(?:报|约|订|定|登记|预约|报名)"
_PAST: Final = re.compile(
    rf"{_GAP}{_DONE}(?:上去|上来|上|给|到|完|好|走|掉|坏)?(?:你们|您|他们|她|他|我)?"
    r"(?:的(?!话|时候|时间)|过(?!来|去|年|户|渡|程)|了(?!吗|没|么|再))"
    r"|[^,。;!?\n]{0,6}?(?:停电|停水|停气|断电|断水|断网|跳闸|漏水|停产|被罚|被查|封门|欠薪)(?:了|过|的|到现在|一天|半天|好|两|三)"
    r"|[^,。;!?\n]{0,4}?(?:(?<!不)来了|来过|(?<!不)去了|去过|就没|没来|没人来|没开成|没给|没到账|没去|没参加|已经|就已|才)"
    r"|[^,。;!?\n]{0,6}?(?:开过|开完|办过|结束了)"
    r"|份?的?(?:满意度|满意率|办结率|及时率|台账|通报|报表|月报|(?:各项)?(?:统计)?数据|诉求总?[量数]|电费|水费|气费|工资|账单|产值|营收|货款|开票|用电量|社保款)"
    r"|[^。;!?\n]{0,14}?(?:至今|到现在|到目前|到如今|一直没|以来)|(?:起|开始)?就一直|(?:[起就]|开始)(?:停|断|没)"
)
# the day is that of the event signed up for, not of the signing up: 12号的早餐会我报过名了, 周五报的那场
_SIGNED: Final = re.compile(
    rf"[^,。;!?\n]{{0,5}}?{_EVENT}[^。;!?\n]{{0,8}}?{_SIGNED_UP}|{_GAP}{_SIGNED_UP}上?[了的过][^,。;!?\n]{{0,6}}?{_EVENT}"
)
_HELD: Final = re.compile(r"[^,。;!?\n]{0,5}?(?:开|举办|举行|召开|组织|办|讲|来|上)的(?!话|时候|时间)")
_AHEAD: Final = re.compile(
    r"报名|报个名|预约|预订|名额|余位|空位|位子|座位|想|能不能|能否|能来|可以|准备|打算|将|会不会|还有位|改到|改成|订|几点|在哪|哪里开|地点"
)
_LOOKING_BACK: Final = re.compile(r"(?:早在|自从|打从)$")
_HABIT: Final = re.compile(
    r"(?:每(?:一?个)?(?:天|日|月|周|年|星期|礼拜|晚|早|到|逢|季度?)?(?:的|里)?|逢|天天|常年|(?<!相)隔(?:天|周|月)?|一到|一般|通常|固定|平时)$"
)
_EVENING_EVENT: Final = re.compile(r"晚茶|晚会|夜校|夜间|大讲堂|晚宴|晚上那场")
_MORNING_EVENT: Final = re.compile(r"早餐|早参|早茶|早会|晨会|早上那场")
_LIST: Final = re.compile(r"\s?(?:、|和|及|或者?|还是|还有|以及|与|跟|,)\s?")


def looks_back(text: str, start: int, end: int, limit: int) -> bool:
    """True when what happens at text[start:end] has happened: 昨天报的, 12号开的会, 周五停的电.

    Words after `limit` (the next time expression) no longer speak of this one."""
    after = text[end:limit]
    if _SIGNED.match(after):
        return False
    if _PAST.match(after) or _LOOKING_BACK.search(text[max(0, start - 2) : start]):
        return True
    return bool(_HELD.match(after)) and not _AHEAD.search(text)


def is_habit(text: str, start: int) -> bool:
    """True for 每月12号, 每周二, 逢10号: something that recurs and has no date."""
    return bool(_HABIT.search(text[max(0, start - 6) : start]))


def event_half(text: str) -> EventHalf | None:
    """The half of the day in which the event of the sentence takes place, where it names just one."""
    evening, morning = bool(_EVENING_EVENT.search(text)), bool(_MORNING_EVENT.search(text))
    if evening == morning:
        return None
    return "pm" if evening else "am"


def joins_list(between: str) -> bool:
    """True for the words that join two times of one list: 周二、周四; 12月4号和11号."""
    return bool(_LIST.fullmatch(between))
