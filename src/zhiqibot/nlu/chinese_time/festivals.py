"""Festivals, lunar days, and the days off around a festival."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from zhiqibot.nlu.chinese_time.frame import Days, Frame, make_date
from zhiqibot.nlu.chinese_time.lunar import lunar_day, lunar_month, lunar_month_near
from zhiqibot.nlu.chinese_time.model import WorkdayCalendar

ONE_DAY: Final = timedelta(days=1)

OnYear = Callable[[int], date | None]


def _solar(month: int, day: int, year: int) -> date | None:
    return make_date(year, month, day)


def _lunar(month: int, day: int, year: int) -> date | None:
    """The festival that falls into the solar year; 腊月 days belong to the lunar year before."""
    for lunar_year in (year - 1, year):
        found = lunar_day(lunar_year, month, day)
        if found is not None and found.year == year:
            return found
    return None


def _new_years_eve(year: int) -> date | None:
    first = lunar_day(year, 1, 1)
    return None if first is None else first - ONE_DAY


def _solar_term(constant: float, month: int, year: int) -> date | None:
    """The usual approximation of a solar term for 2000 to 2099: [Y × 0.2422 + C] - [Y / 4]."""
    short = year - 2000
    return make_date(year, month, int(short * 0.2422 + constant) - short // 4) if 0 <= short < 100 else None


_ON_YEAR: Final[dict[str, OnYear]] = {
    "元旦": partial(_solar, 1, 1),
    "情人节": partial(_solar, 2, 14),
    "妇女节": partial(_solar, 3, 8),
    "植树节": partial(_solar, 3, 12),
    "清明": partial(_solar_term, 4.81, 4),
    "劳动节": partial(_solar, 5, 1),
    "青年节": partial(_solar, 5, 4),
    "儿童节": partial(_solar, 6, 1),
    "建党节": partial(_solar, 7, 1),
    "建军节": partial(_solar, 8, 1),
    "教师节": partial(_solar, 9, 10),
    "国庆": partial(_solar, 10, 1),
    "双十一": partial(_solar, 11, 11),
    "双十二": partial(_solar, 12, 12),
    "冬至": partial(_solar_term, 21.94, 12),
    "平安夜": partial(_solar, 12, 24),
    "圣诞": partial(_solar, 12, 25),
    "春节": partial(_lunar, 1, 1),
    "元宵": partial(_lunar, 1, 15),
    "端午": partial(_lunar, 5, 5),
    "七夕": partial(_lunar, 7, 7),
    "中元": partial(_lunar, 7, 15),
    "中秋": partial(_lunar, 8, 15),
    "重阳": partial(_lunar, 9, 9),
    "腊八": partial(_lunar, 12, 8),
    "小年": partial(_lunar, 12, 23),
    "除夕": _new_years_eve,
}
_OTHER_NAMES: Final = {
    "过年": "春节", "年": "春节", "新春": "春节", "大年三十": "除夕", "年三十": "除夕", "三八": "妇女节",
    "五一": "劳动节", "五四": "青年节", "六一": "儿童节", "七一": "建党节", "八一": "建军节", "十一": "国庆",
    "元旦节": "元旦", "三八妇女节": "妇女节", "五一劳动节": "劳动节", "五四青年节": "青年节", "六一儿童节": "儿童节",
    "七一建党节": "建党节", "八一建军节": "建军节", "十一国庆": "国庆",
}  # fmt: skip
_PUBLIC: Final = ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆")
# days off that hold every year even where the calendar of that year is not out yet
_CUSTOMARY_DAYS: Final = {"国庆": 7, "劳动节": 5, "春节": 7}


def festival_name(said: str) -> str | None:
    """The festival's own name: 五一 and 五一劳动节 are 劳动节, 国庆节 is 国庆; None for no festival."""
    for name in (said, said.removesuffix("节")):
        name = _OTHER_NAMES.get(name, name)
        if name in _ON_YEAR:
            return name
    return None


@dataclass(frozen=True, slots=True)
class Festival:
    """国庆, 明年元旦, 春节期间 (`holiday`: all its days off)."""

    name: str
    year: int | None = None
    year_shift: int | None = None
    holiday: bool = False

    def resolve(self, frame: Frame) -> Days | None:
        """The coming one, or the last one when the frame looks back."""
        day = self._day(frame)
        if day is None:
            return None
        return self.days_off(day, frame.workdays) if self.holiday else Days(day, day)

    def _day(self, frame: Frame) -> date | None:
        on_year = _ON_YEAR[self.name]
        if self.year is not None or self.year_shift is not None:
            return on_year(self.year if self.year is not None else frame.today.year + (self.year_shift or 0))
        origin = frame.origin
        for year in (origin.year, origin.year - 1) if frame.past else (origin.year, origin.year + 1):
            day = on_year(year)
            if day is not None and (day <= origin if frame.past else day >= origin):
                return day
        return None

    def days_off(self, day: date, workdays: WorkdayCalendar) -> Days:
        """All days off around the festival that is on `day`."""
        first, last = day, day + timedelta(days=_CUSTOMARY_DAYS.get(self.name, 1) - 1)
        for _ in range(10):
            if workdays.is_workday(first - ONE_DAY):
                break
            first -= ONE_DAY
        for _ in range(10):
            if workdays.is_workday(last + ONE_DAY):
                break
            last += ONE_DAY
        return Days(first, last)


@dataclass(frozen=True, slots=True)
class NextHoliday:
    """The 节 of 节前 and 节后: whichever public holiday comes next, or came last."""

    def resolve(self, frame: Frame) -> Days | None:
        """Its days off."""
        found = [days for name in _PUBLIC if (days := Festival(name, holiday=True).resolve(frame))]
        return max(found) if frame.past else min(found, default=None)


@dataclass(frozen=True, slots=True)
class LunarDayOfMonth:
    """初七, 下个月初七, 农历这个月二十二: a lunar day of the month `shift` away; None: the next one, or the last."""

    day: int
    shift: int | None = None

    def resolve(self, frame: Frame) -> Days | None:
        """三十 of a month with 29 days is its last day."""
        if self.shift is not None:
            return self._in(lunar_month_near(frame.today, self.shift))
        for shift in (0, -1) if frame.past else (0, 1):
            days = self._in(lunar_month_near(frame.origin, shift))
            if days and (days.first <= frame.origin if frame.past else days.first >= frame.origin):
                return days
        return None

    def _in(self, month: tuple[date, date] | None) -> Days | None:
        if month is None:
            return None
        day = min(month[0] + timedelta(days=self.day - 1), month[1])
        return Days(day, day)


@dataclass(frozen=True, slots=True)
class LunarDay:
    """农历八月十五, 正月初八, 腊月: a lunar day, or the whole lunar month when `day` is None."""

    month: int
    day: int | None
    leap: bool = False
    year: int | None = None
    year_shift: int | None = None
    last: bool = False  # 腊月底: the end of the month

    def resolve(self, frame: Frame) -> Days | None:
        """A year that was said counts as the lunar year."""
        if self.year is not None or self.year_shift is not None:
            return self._in_year(self.year if self.year is not None else frame.today.year + (self.year_shift or 0))
        origin = frame.origin
        nearest = range(origin.year - 1, origin.year + 3)
        for year in reversed(nearest) if frame.past else nearest:
            days = self._in_year(year)
            if days is not None and (days.first <= origin if frame.past else days.last >= origin):
                return days
        return None

    def _in_year(self, year: int) -> Days | None:
        if self.day is None:
            bounds = lunar_month(year, self.month, leap=self.leap)
            if bounds is None:
                return None
            return Days(bounds[1], bounds[1], True) if self.last else Days(*bounds)
        day = lunar_day(year, self.month, self.day, leap=self.leap)
        return None if day is None else Days(day, day)
