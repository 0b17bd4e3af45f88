"""Quarters and half-years, days counted from another day, and the N-th so-and-so of a period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

from zhiqibot.nlu.chinese_time.days import CalendarDay, WeekDay
from zhiqibot.nlu.chinese_time.festivals import ONE_DAY, Festival
from zhiqibot.nlu.chinese_time.frame import Days, DaySpec, Frame, add_months, add_workdays, month_days

Unit = Literal["day", "week", "month", "year", "workday"]
Relation = Literal["in", "after", "before"]
WORKDAY: Final = -1
ANY_DAY: Final = -2
WEEK: Final = -3
THURSDAY: Final = 3
NEVER_WORKED: Final = frozenset({(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)})
"""Days off in any year, also one without a calendar yet. Source: 全国年节及纪念日放假办法."""
LONGEST_SEARCH: Final = 400  # days


@dataclass(frozen=True, slots=True)
class MonthBlock:
    """第四季度 (length 3), 下半年 (length 6): the `index`-th block of its year, or `shift` blocks from this one."""

    length: int
    index: int | None = None
    shift: int | None = None
    year: int | None = None
    year_shift: int | None = None
    edge: Literal["first", "last"] | None = None

    def resolve(self, frame: Frame) -> Days | None:
        """A block without a year is the one going on or the next to come, or the last one begun."""
        today = frame.today
        if self.shift is not None:
            index = today.year * (12 // self.length) + (today.month - 1) // self.length + self.shift
            return self._days(*divmod(index, 12 // self.length))
        index = (self.index or 1) - 1
        if self.year is not None or self.year_shift is not None:
            return self._days(self.year if self.year is not None else today.year + (self.year_shift or 0), index)
        days = self._days(today.year, index)
        if days is not None and frame.past and days.first > today:
            return self._days(today.year - 1, index)
        if days is not None and not frame.past and days.last < today:
            later = self._days(today.year + 1, index)
            return None if later is None else later._replace(ambiguous=True)
        return days

    def _days(self, year: int, index: int) -> Days | None:
        if not 1900 <= year <= 2099:
            return None
        first = date(year, index * self.length + 1, 1)
        last = month_days(year, (index + 1) * self.length).last
        if self.edge == "last":
            return Days(last, last, True)
        return month_days(year, first.month)._replace(ambiguous=True) if self.edge == "first" else Days(first, last)


def shift_day(day: date, count: int, unit: Unit, frame: Frame) -> date | None:
    """The day `count` units later, earlier when negative."""
    if unit == "workday":
        return add_workdays(day, count, frame.workdays)
    if unit == "month":
        return add_months(day, count)
    if unit == "year":
        return add_months(day, 12 * count)
    return day + timedelta(days=count * (7 if unit == "week" else 1))


def is_period(spec: DaySpec) -> bool:
    """True for whole weeks, months, quarters and years."""
    if isinstance(spec, CalendarDay):
        return spec.day is None and spec.tail is None
    return isinstance(spec, MonthBlock) or (isinstance(spec, WeekDay) and spec.day is None)


@dataclass(frozen=True, slots=True)
class Counted:
    """三天后, 两周前, 国庆前一天: a number of units from today, or from another day."""

    count: int
    unit: Unit
    origin: DaySpec | None = None
    more: int = 0  # 三四天后: so many units later at the latest

    def resolve(self, frame: Frame) -> Days | None:
        """From the last day of the origin onwards, from its first day backwards."""
        start = Days(frame.today, frame.today) if self.origin is None else self.origin.resolve(frame)
        if start is None:
            return None
        day = shift_day(start.last if self.count > 0 else start.first, self.count, self.unit, frame)
        if day is None or not self.more:
            return None if day is None else Days(day, day, start.ambiguous)
        other = shift_day(day, self.more if self.count > 0 else -self.more, self.unit, frame)
        return None if other is None else Days(min(day, other), max(day, other), True)


@dataclass(frozen=True, slots=True)
class Stretch:
    """三天内, 近三个月, 未来一周: a number of units forwards or backwards, counted from today or another day."""

    count: int
    unit: Unit
    origin: DaySpec | None = None
    skip_today: bool = False

    def resolve(self, frame: Frame) -> Days | None:
        """Both ends inclusive."""
        origin = Days(frame.today, frame.today) if self.origin is None else self.origin.resolve(frame)
        if origin is None:
            return None
        other = shift_day(origin.first, self.count, self.unit, frame)
        if other is None:
            return None
        if other < origin.first:
            return Days(other, origin.first)
        return Days(origin.first + timedelta(days=self.skip_today), other)


@dataclass(frozen=True, slots=True)
class Leading:
    """今年前三季度, 12月前三天: the first units of a period."""

    count: int
    unit: Unit
    period: DaySpec

    def resolve(self, frame: Frame) -> Days | None:
        """Counted from the first day of the period."""
        days = self.period.resolve(frame)
        after = shift_day(days.first, self.count, self.unit, frame) if days else None
        return None if days is None or after is None else Days(days.first, after - ONE_DAY)


@dataclass(frozen=True, slots=True)
class Rest:
    """本周内, 月内: what is left of a period that has begun, or all of one to come."""

    period: DaySpec

    def resolve(self, frame: Frame) -> Days | None:
        """From today when today lies inside."""
        days = self.period.resolve(frame)
        if days is None or not days.first <= frame.today <= days.last:
            return days
        return days._replace(first=frame.today)


@dataclass(frozen=True, slots=True)
class WeekdayOfWeek:
    """两周后的周一: the weekday in the week in which the day lies."""

    week: DaySpec
    weekday: int

    def resolve(self, frame: Frame) -> Days | None:
        """Weeks begin on Monday."""
        days = self.week.resolve(frame)
        if days is None:
            return None
        day = days.first + timedelta(days=self.weekday - days.first.weekday())
        return Days(day, day)


@dataclass(frozen=True, slots=True)
class ThisDayOf:
    """去年今天, 下周的今天: today's place in another year, month or week."""

    period: DaySpec

    def resolve(self, frame: Frame) -> Days | None:
        """The last day of a shorter month for one it does not have."""
        days = self.period.resolve(frame)
        if days is None:
            return None
        if isinstance(self.period, WeekDay):
            day = days.first + timedelta(days=frame.today.weekday())
        else:
            month = frame.today.month if days.last.month - days.first.month > 1 else days.first.month
            day = date(days.first.year, month, 1) + timedelta(days=frame.today.day - 1)
            if day.month != month:
                day = month_days(days.first.year, month).last
        return Days(day, day)


@dataclass(frozen=True, slots=True)
class NthToCome:
    """最后一个周五, said of no month: of this one or, when it is past there, of the next."""

    number: int
    wanted: int

    def resolve(self, frame: Frame) -> Days | None:
        """The first of the two that the frame's direction allows."""
        for shift in (0, -1) if frame.past else (0, 1):
            days = Nth(self.number, self.wanted, CalendarDay(month_shift=shift)).resolve(frame)
            if days and (days.first <= frame.today if frame.past else days.last >= frame.today):
                return days
        return None


@dataclass(frozen=True, slots=True)
class Nth:
    """12月的第二个星期三, 本月最后一个工作日, 国庆后第一个工作日.

    `number` counts from the end when negative; `wanted` is a weekday 0 to 6, WORKDAY, ANY_DAY or WEEK."""

    number: int
    wanted: int
    period: DaySpec
    relation: Relation = "in"

    def resolve(self, frame: Frame) -> Days | None:
        """Counted inside the period, or onwards from it; days off belong to their festival."""
        days = self._period().resolve(frame)
        if days is None:
            return None
        if isinstance(self.period, Festival) and self.relation != "in":
            days = self.period.days_off(days.first, frame.workdays)
        backwards = self.number < 0 if self.relation == "in" else self.relation == "before"
        start = {"in": days.last if backwards else days.first, "after": days.last + ONE_DAY}
        day = self._search(start.get(self.relation, days.first - ONE_DAY), -1 if backwards else 1, days, frame)
        if day is None:
            return None
        return Days(day - 3 * ONE_DAY, day + 3 * ONE_DAY, True) if self.wanted == WEEK else Days(day, day)

    def _period(self) -> DaySpec:
        if isinstance(self.period, CalendarDay) and self.period.tail == "late" and self.relation == "in":
            return replace(self.period, tail=None)  # 月底最后一个周五 is looked for in the whole month
        return self.period

    def _search(self, day: date, step: int, period: Days, frame: Frame) -> date | None:
        left = abs(self.number)
        for _ in range(LONGEST_SEARCH):
            if self.relation == "in" and not period.first <= day <= period.last:
                return None
            left -= self._fits(day, frame)
            if left == 0:
                return day
            day += step * ONE_DAY
        return None

    def _fits(self, day: date, frame: Frame) -> bool:
        if self.wanted == WORKDAY:
            return (day.month, day.day) not in NEVER_WORKED and frame.workdays.is_workday(day)
        if self.wanted == WEEK:
            return day.weekday() == THURSDAY  # a week belongs to the month in which most of it lies
        return self.wanted in (ANY_DAY, day.weekday())
