"""Calendar days, months and years, weekdays, and days counted from today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from zhiqibot.nlu.chinese_time.frame import Days, Frame, add_months, add_workdays, make_date, monday_of, month_days

Tail = Literal["early", "middle", "late", "first_ten", "second_ten", "third_ten"]

_MONTH_TAILS: Final[dict[Tail, tuple[int, int, bool]]] = {  # first day, last day, vague
    "early": (1, 10, True),
    "middle": (11, 20, True),
    "late": (31, 31, True),
    "first_ten": (1, 10, False),
    "second_ten": (11, 20, False),
    "third_ten": (21, 31, False),
}
RECENT_DAYS: Final = 60  # a date passed this recently may well be meant after all


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """Any of 2026年12月3日, 12月3日, 3日, 下月3日, 12月, 2026年, 下月底, 年底; what was left out is None."""

    year: int | None = None
    year_shift: int | None = None
    month: int | None = None
    month_shift: int | None = None
    day: int | None = None
    tail: Tail | None = None
    of_month: bool = False  # the tail belongs to a month that was not named (月底)
    about: bool = False  # 七八号: that day or the next

    def resolve(self, frame: Frame) -> Days | None:
        """Fill in the year and month towards the frame's direction."""
        days = self._resolve(frame)
        return Days(days.first, days.last + timedelta(days=1), True) if days and self.about else days

    def _resolve(self, frame: Frame) -> Days | None:
        year = frame.today.year + self.year_shift if self.year_shift is not None else self.year
        if self.month_shift is not None:
            first = add_months(frame.today.replace(day=1), self.month_shift)
            return None if first is None else self._in_month(first.year if year is None else year, first.month)
        if self.month is not None:
            return self._in_month(year, self.month) if year is not None else self._roll_year(frame, self.month)
        if self.day is not None or self.of_month:
            return self._roll_month(frame)
        return self._in_year(year, frame)

    def _in_month(self, year: int, month: int) -> Days | None:
        if self.day is not None:
            day = make_date(year, month, self.day)
            return None if day is None else Days(day, day)
        if not (1 <= month <= 12 and 1900 <= year <= 2100):
            return None
        whole = month_days(year, month)
        if self.tail is None:
            return whole
        first, last, vague = _MONTH_TAILS[self.tail]
        longest = whole.last.day
        return Days(date(year, month, min(first, longest)), date(year, month, min(last, longest)), vague)

    def _roll_year(self, frame: Frame, month: int) -> Days | None:
        """The next such day or month, or the last one; this month's own days stay in this year."""
        origin = frame.origin
        years = range(origin.year, origin.year - 9, -1) if frame.past else range(origin.year, origin.year + 9)
        for year in years:  # 29 February may be years away
            days = self._in_month(year, month)
            if days is None:
                continue
            if frame.past:
                if days.first <= origin:
                    return days
            elif days.last >= origin:
                recent = self._in_month(year - 1, month) if year > origin.year else None
                close = recent is not None and (frame.today - recent.last).days <= RECENT_DAYS
                return days._replace(ambiguous=days.ambiguous or (close and frame.base is None))
            elif month == frame.today.month and year == frame.today.year and frame.base is None:
                return days._replace(ambiguous=True)
        return None

    def _roll_month(self, frame: Frame) -> Days | None:
        first = frame.origin.replace(day=1)
        for step in range(13):
            month = add_months(first, -step if frame.past else step)
            days = self._in_month(month.year, month.month) if month else None
            if days is None:
                continue
            if days.first <= frame.origin if frame.past else days.last >= frame.origin:
                passed = step > 0 and frame.base is None and not frame.past and self.day is not None
                rolled = passed and (self.day or 0) < frame.today.day
                return days._replace(ambiguous=days.ambiguous or rolled)
        return None

    def _in_year(self, year: int | None, frame: Frame) -> Days | None:
        said = year is not None
        number = frame.origin.year if year is None else year
        if not 1900 <= number <= 2100:
            return None
        days = self._part_of_year(number)
        if said:
            return days
        if frame.past and days.first > frame.origin:
            return self._part_of_year(number - 1)
        if not frame.past and days.last < frame.origin:
            return self._part_of_year(number + 1)
        return days

    def _part_of_year(self, year: int) -> Days:
        if self.tail == "early":
            return Days(date(year, 1, 1), date(year, 1, 31), True)
        if self.tail == "middle":
            return Days(date(year, 6, 1), date(year, 6, 30), True)
        if self.tail == "late":
            return Days(date(year, 12, 31), date(year, 12, 31), True)
        return Days(date(year, 1, 1), date(year, 12, 31))


@dataclass(frozen=True, slots=True)
class WeekDay:
    """周三, 下周三, 本周, 周末: `shift` in weeks or None when unsaid; `day` 0 to 6, 7 for the weekend, None for all."""

    shift: int | None
    day: int | None
    more: int = 0  # 周四五, 周一二三: so many more days

    def resolve(self, frame: Frame) -> Days | None:
        """Weeks begin on Monday; a bare weekday is the next one to come, or the last one."""
        days = self._resolve(frame)
        return days._replace(last=days.last + timedelta(days=self.more)) if self.more else days

    def _resolve(self, frame: Frame) -> Days:
        if self.day == 7 and self.shift is None:
            return self._weekend(frame)
        if self.shift is None:
            return self._bare(frame, self.day or 0)
        monday = monday_of(frame.today) + timedelta(weeks=self.shift)
        if self.day is None:
            return Days(monday, monday + timedelta(days=6))
        if self.day == 7:
            return Days(monday + timedelta(days=5), monday + timedelta(days=6))
        day = monday + timedelta(days=self.day)
        return Days(day, day)

    def _bare(self, frame: Frame, weekday: int) -> Days:
        """On the weekday itself nobody can be sure: today would have been called 今天."""
        origin = frame.origin
        away = (origin.weekday() - weekday if frame.past else weekday - origin.weekday()) % 7
        same = away == 0
        step = timedelta(days=away or 7)
        day = origin - step if frame.past else origin + step
        return Days(day, day, same and frame.base is None)

    @staticmethod
    def _weekend(frame: Frame) -> Days:
        saturday = monday_of(frame.origin) + timedelta(days=5)
        if frame.past and saturday > frame.origin:
            saturday -= timedelta(weeks=1)
        first = saturday if frame.past else max(saturday, frame.origin)
        return Days(first, saturday + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class FromToday:
    """明天, 大后天, 明后两天: days counted from today."""

    first: int
    last: int

    def resolve(self, frame: Frame) -> Days | None:
        """The same in either direction."""
        return Days(frame.today + timedelta(days=self.first), frame.today + timedelta(days=self.last))


@dataclass(frozen=True, slots=True)
class WorkDay:
    """下个工作日 (1), 上个工作日 (-1)."""

    shift: int

    def resolve(self, frame: Frame) -> Days | None:
        """Counted through the calendar, make-up days included."""
        day = add_workdays(frame.today, self.shift, frame.workdays)
        return None if day is None else Days(day, day)
