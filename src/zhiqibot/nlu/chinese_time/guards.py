"""What looks like a time and is none: house numbers, documents, headcounts, greetings, points of a list."""

from __future__ import annotations

import re
from typing import Final

from zhiqibot.nlu.chinese_time.lexer import Token

DAY_KINDS: Final = frozenset(
    {
        "iso",
        "year",
        "festival",
        "lunar",
        "shift",
        "monthday",
        "month",
        "week",
        "workday",
        "relative",
        "day",
        "slashed",
        "nth",
    }
)
_FIGURES: Final = frozenset("0123456789零一二三四五六七八九十廿卅两半百千万亿")
_NO_FIGURE_AFTER: Final = frozenset("0123456789零一二三四五六七八九十百千万亿第〕】]#№_尾.×*+＋￥$")
_HYPHENS: Final = frozenset("-/")
_DOCUMENT_YEAR: Final = re.compile(r"[〔\[(【]\s?(?:19|20)\d\d\s?[〕\])】]\s?第?$")
_STREET: Final = re.compile(
    r"(?:路|街|巷|弄|胡同|(?<![知报])道|(?<!这)村|楼|单元|会议室|窗口|展位|工位|工号|编号|尾号|单号|房间)$"
)
_POINTS_AFTER: Final = re.compile(
    r"\s?(?:建议|意见|要求|问题|诉求|想法|疑问|说明|请求|希望|原因|理由|体会|不足|困难|难处|感受|看法|补充|需求|:|几|都|也|儿|不|没|水|电|钱|事|用|就|一线|共识)"
)
_POINTS_BEFORE: Final = re.compile(
    r"(?:以下|下列|如下|有|提|讲|说|补充|这|那|几|共|个|强调|明确|早|晚|快|慢|差|(?<!不)多|少|小|好|第|上|重)$"
)
_NEXT_IS_TIME: Final = re.compile(
    r"\s?(?:钟|左右|之?前|以前|之?后|以后|到|至|-|[开来去见签入集出那有可]|$|[,。;!?)\s吧吗呢的])"
)
_AFTER_PART: Final = re.compile(r"\s?(?:好|茶|饭|餐|班次)")
_DAY_WORDS_AFTER: Final = re.compile(
    r"号|日|\s?(?:那场|那天|的?(?:早餐|晚茶|场|会|活动|讲堂)|\(?(?:周|星期)|[上下中]午|早上|晚上|之?前|到|至|\d{1,2}:\d\d|早餐|晚茶)|(?:换|改)(?:到|成|为)?\d{1,2}[./]\d{1,2}(?!\d)"
)
_RANGE_AFTER: Final = re.compile(r"[-到至]\d{1,2}[./]\d{1,2}(?![\d.万亿元%吨米度块倍斤个])")
_RANGE_BEFORE: Final = re.compile(r"\d[./]\d{1,2}[-到至]$")
_UNIT_AFTER: Final = re.compile(r"[\d.万亿元%吨米度块倍斤个]")
_MOVED_FROM: Final = re.compile(r"\d[./]\d{1,2}(?:换|改)(?:到|成|为)?$")
_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文牛闫"
_NAMED_ZHOU: Final = re.compile(
    rf"福(?:珠宝|黄金|金店|银楼)|[^{_SURNAMES}\W\d的上中下晚早去来开到前后有请](?:总经理|董事长|[经总]理|主任|局长|书记|科长|老师|先生|女士|师傅|[县镇乡市]长)"
)
_FRACTION_MAX: Final = 10


def is_time(token: Token, text: str, previous: Token | None) -> bool:
    """True when the token, seen in its place, can be part of a time. `previous` is the last token that was one."""
    adjacent = previous is not None and previous.end == token.start
    if token.text[0] in _FIGURES and not adjacent and _spoils_figure(token, text, previous):
        return False
    check = _CHECKS.get(token.kind)
    return check is None or check(token, text, previous if _near(token, text, previous) else None)


def _near(token: Token, text: str, previous: Token | None) -> bool:
    return previous is not None and text[previous.end : token.start].strip(" 的,那天当)T") == ""


def _spoils_figure(token: Token, text: str, previous: Token | None) -> bool:
    if token.start == 0:
        return False
    before = text[token.start - 1]
    if before in _NO_FIGURE_AFTER:
        return True
    if before.isascii() and before.isalpha():
        return True
    if before in _HYPHENS:  # fine inside 9-11点, not inside ZQ261122-12
        return previous is None or not 1 <= token.start - previous.end <= 2
    return bool(_DOCUMENT_YEAR.search(text[max(0, token.start - 9) : token.start]))


def _week(token: Token, text: str, previous: Token | None) -> bool:
    """周一鸣总经理 is a person and 周五福 a firm; 周一王总 is somebody met on Monday."""
    return not (len(token.text) == 2 and token.text[0] == "周" and _NAMED_ZHOU.match(text, token.end))


def _day(token: Token, text: str, previous: Token | None) -> bool:
    if token.text.endswith("号") and previous is None:
        return not _STREET.search(text[max(0, token.start - 3) : token.start])
    return True


def _clock(token: Token, text: str, previous: Token | None) -> bool:
    """三点 may be three points to make; 一点 mostly means a little."""
    if not token.text.endswith(("点", "时")):
        return True
    said_day = previous is not None and (previous.kind in DAY_KINDS or previous.kind == "part")
    after = text[token.end :]
    if token.text in ("一点", "1点", "一时"):
        return said_day and ((previous is not None and previous.kind == "part") or bool(_NEXT_IS_TIME.match(after)))
    if said_day:
        return not re.match(r"\s?(?:建议|意见|要求|诉求)", after)
    return not _POINTS_AFTER.match(after) and not _POINTS_BEFORE.search(text[max(0, token.start - 3) : token.start])


def _part(token: Token, text: str, previous: Token | None) -> bool:
    if _AFTER_PART.match(text, token.end):
        return False
    if token.text[0] == "黑":  # 周二黑了, not 路灯黑了
        return previous is not None and previous.end == token.start and previous.kind in DAY_KINDS
    if len(token.text) == 1:
        return (previous is not None and previous.end == token.start and previous.kind in DAY_KINDS) or text[
            token.end : token.end + 1
        ] in _FIGURES
    if previous is not None:
        return True
    return not re.search(r"(?:[一整半]个?|每天|天天|每|一到)$", text[max(0, token.start - 2) : token.start])


def _slashed(token: Token, text: str, previous: Token | None) -> bool:
    """12.8 is a decimal and 2/3 a share unless the words after it speak of a day."""
    month, day = (int(piece) for piece in re.split(r"[/.-]", token.text))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    if _RANGE_AFTER.match(text, token.end) or _RANGE_BEFORE.search(text[max(0, token.start - 7) : token.start]):
        return not _UNIT_AFTER.match(text, token.end)
    if _DAY_WORDS_AFTER.match(text, token.end) or _MOVED_FROM.search(text[max(0, token.start - 7) : token.start]):
        return True
    return "/" in token.text and not (month < day <= _FRACTION_MAX or month == day == 1)


def _workday(token: Token, text: str, previous: Token | None) -> bool:
    return token.text[0] in "上下"


_CHECKS: Final = {"week": _week, "day": _day, "clock": _clock, "part": _part, "slashed": _slashed, "workday": _workday}
