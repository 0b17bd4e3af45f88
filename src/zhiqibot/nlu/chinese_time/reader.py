"""Put neighbouring tokens together to points in time: a day as said, a part of the day, a clock time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from zhiqibot.nlu.chinese_time.clock import PARTS, Clock, read_clock
from zhiqibot.nlu.chinese_time.days import CalendarDay, FromToday, WeekDay
from zhiqibot.nlu.chinese_time.durations import find_duration
from zhiqibot.nlu.chinese_time.festivals import Festival, LunarDay, LunarDayOfMonth
from zhiqibot.nlu.chinese_time.frame import DaySpec
from zhiqibot.nlu.chinese_time.lexer import DURATION, Token
from zhiqibot.nlu.chinese_time.periods import (
    ANY_DAY,
    WEEK,
    WORKDAY,
    Counted,
    Leading,
    MonthBlock,
    Nth,
    NthToCome,
    Relation,
    Stretch,
    ThisDayOf,
    WeekdayOfWeek,
    is_period,
)
from zhiqibot.nlu.chinese_time.script import small
from zhiqibot.nlu.chinese_time.words import read_nth, read_word

_TIGHT: Final = frozenset({"", " ", "的", "里", "里的", "中", "内", "中的"})
_OF_THAT_YEAR: Final = _TIGHT | {"开春", "开春的"}
_NOTE: Final = frozenset({"", " ", "(", " ("})
_JOIN: Final = frozenset(
    {
        "",
        " ",
        "的",
        ",",
        ", ",
        "那天",
        "那天的",
        "当天",
        "当天的",
        "这天",
        "这天的",
        "那个",
        ")",
        ") ",
        "),",
        ")的",
        "的那天",
        "号",
        "日",
    }
)
_RELATION: Final = re.compile(r"(?:期间|假期)?[之以过]?(?P<side>[前后])的?")
_COUNTED: Final = re.compile(rf"(?:[之以]?(?P<side>[前后])的?|起)第?(?P<length>{DURATION})(?P<within>[之以]?内)?")
_COUNTED_FIRST: Final = frozenset("之以前后起")
_BEFORE: Final = re.compile(r"[之以]?前(?![后台面])")
_BACKWARDS: Final = ("最近", "近", "过去")
_OF_YEAR: Final = ("month", "monthday", "lunar", "festival", "quarter", "half", "bare_month")


@dataclass(slots=True)
class Point:
    """One end of a time expression, from text[start] up to text[end]; the reader fills it in as it goes."""

    start: int
    end: int
    day: DaySpec | None = None
    part: str | None = None
    clock: Clock | None = None
    delay: int | None = None  # minutes from now, negative for the past
    weekday: int | None = None  # said besides a date, to be compared with it
    within: bool = False  # the delay is a limit: 两小时内
    unfinished: bool = False  # 9 of 9到11点: no time unless a range follows


class Reader:
    """Walks over the tokens of one sentence; `at` is the next one, `end` where the last one ended."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.end = 0

    def point(self, *, with_time: bool = True) -> Point | None:
        """The point that begins at the next token; at least one token is consumed.

        Without time only its day is read, and a time of day after it is left for the next point."""
        token = self._take()
        if token.kind == "nth":
            return self._nth(token)
        if token.kind in ("part", "clock"):
            return self._time_of_day(Point(token.start, token.end), token)
        point = self._counted(token) if token.kind in ("shift", "recent") else self._day(token)
        if point is None or point.day is None:
            return point
        self._note(point)
        self._relate(point)
        if token.kind == "relative" and token.text[-1] in "早晚夜晨" and point.end == token.end:
            point.part = token.text[-1]  # 今晚 and 明早 carry a part of the day inside
        following = self._next(_JOIN, "part", "clock") if with_time else None
        return self._time_of_day(point, following) if following else point

    def _nth(self, token: Token) -> Point | None:
        """最后一个周五, 第三周的周二: of a month nobody named; 第三天 is of no month."""
        nth = read_nth(token, CalendarDay(month_shift=0), "in")
        if nth is None or nth.wanted in (ANY_DAY, WORKDAY):
            return None
        day: DaySpec = NthToCome(nth.number, nth.wanted)
        if nth.wanted == WEEK:
            following = self._next(_TIGHT, "week")
            weekday = read_word(following) if following else None
            if not isinstance(weekday, WeekDay) or weekday.day is None:
                return None
            day = WeekdayOfWeek(day, weekday.day)
        point = Point(token.start, self.end, day)
        clock = self._next(_JOIN, "part", "clock")
        return self._time_of_day(point, clock) if clock else point

    def _take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        self.end = token.end
        return token

    def _next(self, glue: frozenset[str], *kinds: str) -> Token | None:
        """Take the next token if it is of one of the kinds and only glue stands before it."""
        if self.at == len(self.tokens):
            return None
        token = self.tokens[self.at]
        return self._take() if token.kind in kinds and self.text[self.end : token.start] in glue else None

    def _day(self, token: Token) -> Point | None:
        """Years take the month or festival that follows them, months their day."""
        day, start = read_word(token), token.start
        if isinstance(day, CalendarDay) and day.tail is None:
            if token.kind == "year":
                day, token = self._in_year(day, token)
            if token.kind == "month" and isinstance(day, CalendarDay):
                day = self._lunar_day_of(day) or self._in_month(day)
            if token.kind == "slashed" and self.text[token.end : token.end + 1] in ("号", "日"):
                self.end += 1
        return None if day is None else Point(start, self.end, day)

    def _in_year(self, year: CalendarDay, token: Token) -> tuple[DaySpec, Token]:
        following = self._next(_OF_THAT_YEAR, *_OF_YEAR)
        inner = read_word(following) if following else None
        if following and isinstance(inner, CalendarDay | LunarDay | Festival | MonthBlock):
            return replace(inner, year=year.year, year_shift=year.year_shift), following
        return (replace(inner, period=year) if isinstance(inner, Leading) else year), token

    def _in_month(self, month: CalendarDay) -> CalendarDay:
        following = self._next(_TIGHT, "day")
        inner = read_word(following) if following else None
        return replace(month, day=inner.day) if isinstance(inner, CalendarDay) else month

    def _lunar_day_of(self, month: CalendarDay) -> LunarDayOfMonth | None:
        """下个月初七 counts in lunar months: the day is one."""
        if month.month_shift is None:
            return None
        following = self._next(_TIGHT, "lunar")
        inner = read_word(following) if following else None
        return replace(inner, shift=month.month_shift) if isinstance(inner, LunarDayOfMonth) else None

    def _note(self, point: Point) -> None:
        """A weekday beside a date, or a date beside a weekday: 12月4日（周五）, 下周五12月4号."""
        opened = self.text[self.end : self.end + 2].strip().startswith("(")
        if isinstance(point.day, WeekDay):
            following = self._next(_NOTE, "monthday", "day", "iso")
        elif isinstance(point.day, CalendarDay | FromToday | LunarDay | LunarDayOfMonth | Festival):
            following = self._next(_NOTE, "week", *(("monthday",) if isinstance(point.day, FromToday) else ()))
        else:
            return
        other = read_word(following) if following else None
        if isinstance(other, CalendarDay):
            point.weekday = point.day.day if isinstance(point.day, WeekDay) else None
            point.day = other
        elif isinstance(other, WeekDay) and other.day is not None and other.day < 7:
            point.weekday = other.day
        if following and opened and self.text[self.end : self.end + 1] == ")":
            self.end += 1
        point.end = self.end

    def _relate(self, point: Point) -> None:
        """国庆后第一个工作日, 12月的第二个星期三, 两周后的周一, 春节前三天."""
        if point.day is None:
            return
        again = self._next(_TIGHT, "relative") if self._is_whole(point.day) else None
        if again:
            point.day = ThisDayOf(point.day) if again.text.startswith("今") else point.day
            point.end = again.end
            return
        ordinal = self._ordinal(point.day)
        point.day = (
            (self._weekday_of(ordinal) or ordinal if ordinal else None)
            or self._weekday_of(point.day)
            or self._counted_from(point.day)
            or point.day
        )
        point.end = max(point.end, self.end)

    def _ordinal(self, period: DaySpec) -> DaySpec | None:
        relation: Relation = "in"
        end = self.end
        match = _RELATION.match(self.text, end)
        if match:
            relation = "after" if match["side"] == "后" else "before"
            self.end = match.end()
        token = self._next(_TIGHT, "nth")
        if token is None:
            self.end = end
            return None
        return read_nth(token, period, relation)

    def _weekday_of(self, day: DaySpec) -> DaySpec | None:
        """下一周的周二, 两周后的周一."""
        whole_week = isinstance(day, WeekDay) and day.day is None
        nth_week = isinstance(day, Nth) and day.wanted == WEEK
        if (
            not whole_week
            and not nth_week
            and not (isinstance(day, Counted) and day.origin is None and day.unit == "week")
        ):
            return None
        following = self._next(_TIGHT, "week")
        other = read_word(following) if following else None
        if not isinstance(other, WeekDay) or other.day is None:
            return None
        return replace(day, day=other.day) if isinstance(day, WeekDay) else WeekdayOfWeek(day, other.day)

    def _counted_from(self, day: DaySpec) -> DaySpec | None:
        if self.text[self.end : self.end + 1] not in _COUNTED_FIRST:
            return None
        match = _COUNTED.match(self.text, self.end)
        length = find_duration(match["length"]) if match else None
        if match is None or length is None or length.minutes is not None:
            return None
        self._skip_to(match.end())
        if match["side"] == "前" and is_period(day):
            return Leading(length.amount, length.unit, day)
        count = -length.amount if match["side"] == "前" else length.amount
        if match["within"]:
            return Stretch(count + length.more, length.unit, day)
        return Counted(count, length.unit, day, more=length.more)

    def _is_whole(self, day: DaySpec) -> bool:
        """A whole week, month or year, with 今天 right after it."""
        following = self.tokens[self.at] if self.at < len(self.tokens) else None
        return following is not None and following.text in ("今天", "今日") and is_period(day)

    def _skip_to(self, end: int) -> None:
        self.end = end
        while self.at < len(self.tokens) and self.tokens[self.at].start < end:
            self.at += 1

    def _counted(self, token: Token) -> Point | None:
        length = find_duration(token.text)
        if length is None:
            return None
        recent = token.kind == "recent"
        back = token.text.startswith(_BACKWARDS) if recent else token.text.endswith("前")
        limit = recent or token.text.endswith("内")
        point = Point(token.start, token.end, within=limit)
        if length.minutes is not None:
            point.delay = -length.minutes if back else length.minutes
            return point
        count = -length.amount if back else length.amount
        more = -length.more if back else length.more
        if limit:
            point.day = Stretch(count + more, length.unit, skip_today=recent and not back)
        else:
            point.day = Counted(count, length.unit, more=length.more)
        return point

    def _time_of_day(self, point: Point, token: Token) -> Point | None:
        clock: Token | None = token
        if token.kind == "part":
            point.end, point.part = token.end, token.text
            if PARTS[token.text] == "noon" and _BEFORE.match(self.text, token.end):
                point.clock = Clock(12, 0, exact=True)
                return point
            clock = self._next(_JOIN, "clock")
        read = read_clock(clock.text) if clock else None
        if clock is None or read is None:
            return point if point.day or point.part else None
        point.end, point.clock, point.unfinished = clock.end, read, small(clock.text) is not None
        return point
