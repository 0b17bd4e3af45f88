"""What single time words mean: 下个月底, 这周末, 大后天, 腊月二十三, 第二个星期三."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal

from zhiqibot.nlu.chinese_time.days import CalendarDay, FromToday, Tail, WeekDay, WorkDay
from zhiqibot.nlu.chinese_time.festivals import Festival, LunarDay, LunarDayOfMonth, NextHoliday, festival_name
from zhiqibot.nlu.chinese_time.frame import DaySpec
from zhiqibot.nlu.chinese_time.lexer import Token
from zhiqibot.nlu.chinese_time.periods import ANY_DAY, WEEK, WORKDAY, Leading, MonthBlock, Nth, Relation, Rest
from zhiqibot.nlu.chinese_time.script import about, small, year_number

_TAILS: Final[dict[str, Tail]] = {
    "底": "late", "末": "late", "初": "early", "中": "middle",
    "上旬": "first_ten", "中旬": "second_ten", "下旬": "third_ten",
}  # fmt: skip
_EDGES: Final[dict[str, Literal["first", "last"]]] = {"末": "last", "底": "last", "初": "first"}
_YEAR_SHIFTS: Final = {"今": 0, "本": 0, "明": 1, "去": -1, "前": -2, "后": 2, "大前": -3, "大后": 3}
_WEEKDAYS: Final = {char: index for index, char in enumerate("一二三四五六日")} | {"天": 6, "末": 7} | {
    str(number): number - 1 for number in range(1, 8)
}  # fmt: skip
_HOLIDAY: Final = re.compile(r"(?:小?长假|假期|期间|黄金周|放假|那[几两]天)$")
_DAY_ITSELF: Final = re.compile(r"(?:当天|那天|那会儿)$")
_LUNAR: Final = re.compile(r"(?P<leap>闰)?(?P<month>[^闰月]{1,3})月(?P<day>[^日号]*)[日号]?$")
_NEAR_MONTH: Final = re.compile(r"[本这上下]一?个?月的?")
_LUNAR_MONTHS: Final = {"正": 1, "冬": 11, "腊": 12}
_NEAR_DAYS: Final = {"今": 0, "明": 1, "后": 2, "昨": -1, "前": -2, "夜": -1}


def read_word(token: Token) -> DaySpec | None:
    """The day or period a token names by itself; None for impossible figures such as 13月 or 40号."""
    return _read(token.kind, token.text)


@lru_cache(maxsize=4096)  # time words repeat, and what they mean never changes
def _read(kind: str, text: str) -> DaySpec | None:
    reader = _READERS.get(kind)
    return None if reader is None else reader(text)


def read_nth(token: Token, period: DaySpec, relation: Relation) -> Nth | None:
    """第二个星期三, 最后一个工作日, 第一天 of a period."""
    match = re.search(r"第([^个工周星礼天日]+)", token.text)
    number = small(match[1]) if match else 1
    if not number:
        return None
    if token.text.startswith(("倒", "最后")):
        number = -number
    body = token.text
    if body.endswith("工作日"):
        return Nth(number, WORKDAY, period, relation)
    if re.search(r"(?:周|星期|礼拜)$", body):
        return Nth(number, WEEK, period, relation)
    named = re.search(r"(?:周|星期|礼拜)(.)$", body)
    return Nth(number, _WEEKDAYS[named[1]] if named else ANY_DAY, period, relation)


def _iso(text: str) -> DaySpec | None:
    figures = re.findall(r"\d+", text)
    if len(figures) == 1:
        figures = [text[:4], text[4:6], text[6:8]]
    year, month, *day = map(int, figures)
    return CalendarDay(year=year + 2000 if year < 100 else year, month=month, day=day[0] if day else None)


def _year(text: str) -> DaySpec | None:
    head, _, rest = text.partition("年")
    tail = _TAILS.get(rest.replace("年", "").replace("的", ""))
    if not head:
        return Rest(CalendarDay(year_shift=0)) if rest == "内" else CalendarDay(tail=tail)
    if head in _YEAR_SHIFTS:
        return CalendarDay(year_shift=_YEAR_SHIFTS[head], tail=tail)
    year = year_number(head)
    return None if year is None else CalendarDay(year=year, tail=tail)


def _shift(head: str) -> int:
    """上上 and 大上 -2, 上 -1, 本/这 0, 下 1, 下下 2."""
    head = head.replace("大上", "上上")
    return head.count("下") - head.count("上")


def _month(text: str) -> DaySpec | None:
    if text.endswith("旬") and len(text) == 2:
        return CalendarDay(of_month=True, tail=_TAILS[text])
    head, _, rest = text.partition("月")
    tail = _TAILS.get(rest.lstrip("份的月"))
    if not head:
        return Rest(CalendarDay(month_shift=0)) if rest == "内" else CalendarDay(of_month=True, tail=tail)
    if head[0] in "本这上下":
        return CalendarDay(month_shift=_shift(head), tail=tail)
    month = _month_number(head)
    return CalendarDay(month=month, tail=tail) if month and month <= 12 else None


def _month_number(text: str) -> int | None:
    return 1 if text == "元" else small(text)


def _month_day(text: str) -> DaySpec | None:
    head, _, rest = text.partition("月")
    month, day = _month_number(head), small(rest.lstrip("份的 ").rstrip("日号"))
    return CalendarDay(month=month, day=day) if month and day and month <= 12 and day <= 31 else None


def _slashed(text: str) -> DaySpec | None:
    month, day = map(int, re.split(r"[/.-]", text))
    return CalendarDay(month=month, day=day)


def _day(text: str) -> DaySpec | None:
    between = about(text.rstrip("日号"))
    if between:
        return CalendarDay(day=between[0], about=True)
    day = small(text.rstrip("日号"))
    return CalendarDay(day=day) if day and day <= 31 else None


def _week(text: str) -> DaySpec | None:
    match = re.search(r"(?:周|星期|礼拜)(.{0,3})$", text)
    if match is None:
        return WeekDay(None, _WEEKDAYS.get(text))  # the 三 of 周二、三
    head, said = text[: match.start()], match[1]
    shift = _shift(head) if head else None
    if len(said) < 2:
        return WeekDay(shift, _WEEKDAYS.get(said))
    return (
        WeekDay(shift, _WEEKDAYS["末"]) if said[1] in "日天" else WeekDay(shift, _WEEKDAYS[said[0]], more=len(said) - 1)
    )


def _relative(text: str) -> DaySpec | None:
    if text.startswith(("明后", "今明")):
        first = _NEAR_DAYS[text[0]]
        return FromToday(first, first + 1)
    far = len(text) - len(text.lstrip("大"))
    days = _NEAR_DAYS[text[far]]
    days += far if days > 0 else -far
    return FromToday(days, days)


def _quarter(text: str) -> DaySpec | None:
    if text[0] == "前":
        return Leading(3 * (small(text[1]) or 0), "month", CalendarDay(year_shift=0))
    head, _, rest = text.partition("季")
    edge = _EDGES.get(rest.removeprefix("度"))
    if head[0] in "本这上下":
        return MonthBlock(3, shift=_shift(head), edge=edge)
    return MonthBlock(3, index=small(head.lstrip("第Qq")), edge=edge)


def _half(text: str) -> DaySpec | None:
    return MonthBlock(6, index=1 if text[0] == "上" else 2)


def _workday(text: str) -> DaySpec | None:
    return WorkDay(1 if text[0] == "下" else -1)


def _festival(text: str) -> DaySpec | None:
    body, holiday = _HOLIDAY.subn("", _DAY_ITSELF.sub("", text))
    if body == "节":
        return NextHoliday()
    name = festival_name(body)
    return None if name is None else Festival(name, holiday=bool(holiday))


def _lunar(text: str) -> DaySpec | None:
    body = re.sub(r"^(?:农历|阴历|旧历)?的?", "", text)
    near = _NEAR_MONTH.match(body)
    if near or re.fullmatch(r"初.", body):
        day = small(re.sub(r"^初|[日号]$", "", body[near.end() :] if near else body))
        return LunarDayOfMonth(day, _shift(near[0]) if near else None) if day and day <= 30 else None
    if "月" not in body:  # 大年初五: the first month goes without saying
        day = small(body[body.index("初") + 1 :])
        return None if day is None else LunarDay(1, day)
    if body[-1] in "底末":
        return LunarDay(_LUNAR_MONTHS[body[0]], None, last=True)
    match = _LUNAR.match(body)
    month = _LUNAR_MONTHS.get(match["month"]) or small(match["month"]) if match else None
    if match is None or not month or month > 12:
        return None
    day = small(match["day"].removeprefix("初")) if match["day"] else None
    if match["day"] and (not day or day > 30):
        return None
    return LunarDay(month, day, leap=bool(match["leap"]))


_READERS: Final[dict[str, Callable[[str], DaySpec | None]]] = {
    "iso": _iso, "year": _year, "month": _month, "bare_month": _month, "monthday": _month_day, "slashed": _slashed,
    "day": _day, "week": _week, "relative": _relative, "quarter": _quarter, "half": _half, "workday": _workday,
    "festival": _festival, "lunar": _lunar,
}  # fmt: skip
