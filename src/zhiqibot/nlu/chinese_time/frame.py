"""What a day expression is resolved against, and the arithmetic of months and weeks."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol

from zhiqibot.nlu.chinese_time.model import WorkdayCalendar


class Days(NamedTuple):
    """First and last day, both inclusive."""

    first: date
    last: date
    ambiguous: bool = False

    @property
    def single(self) -> bool:
        """True for one day alone."""
        return self.first == self.last


class Frame(NamedTuple):
    """The reference instant (wall clock, without zone) and the direction in which unsaid parts are filled in.

    `base` is the day before it in a range or list (12月1号到5号, 周二、周四): later parts count on from there."""

    now: datetime
    workdays: WorkdayCalendar
    past: bool = False
    base: date | None = None

    @property
    def today(self) -> date:
        """The day of the reference instant."""
        return self.now.date()

    @property
    def origin(self) -> date:
        """The day from which implicit dates are counted."""
        return self.base or self.now.date()


class DaySpec(Protocol):
    """A day or a period as it was said."""

    def resolve(self, frame: Frame) -> Days | None:
        """The days meant; None where there are none, as for 2月30日."""
        ...


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or None when there is no such day."""
    if 1 <= month <= 12 and 1900 <= year <= 2100 and 1 <= day <= monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def add_months(day: date, months: int) -> date | None:
    """The same day some months on, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1900 <= year <= 2100:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_days(year: int, month: int) -> Days:
    """The whole month."""
    return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def monday_of(day: date) -> date:
    """Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def add_workdays(day: date, count: int, workdays: WorkdayCalendar) -> date | None:
    """The count-th working day after the day (before it when negative)."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    for _ in range(2 * left + 60):  # no holiday lasts long enough to need more
        if left == 0:
            return day
        day += step
        left -= workdays.is_workday(day)
    return None
