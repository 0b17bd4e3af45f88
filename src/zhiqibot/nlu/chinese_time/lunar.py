"""The lunar calendar (农历) of 2000 to 2079, as a table of month lengths.

Each year is five hexadecimal digits: bit i is set when the i-th month has 30 days instead of 29, and the bits above
the thirteenth hold the number of the month that is repeated as a leap month (闰月), 0 for none."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

FIRST_YEAR: Final = 2000
_FIRST_DAY: Final = date(2000, 2, 5)  # 正月初一 of FIRST_YEAR
_CODES: Final = """
00693 0952b 0052b 00a5b 0555a 0056a 0fb55 00ba4 00b49 0ba93 00a95 0052d 08aad 00ab5 135aa 005d2 00da5 0dd4a 00d4a 00c95
0952e 00556 00ab5 055b2 006d2 0cea5 00725 0064b 0ac97 00cab 0055a 06ad6 00b69 17752 00b52 00b25 0da4b 00a4b 004ab 0a55b
005ad 00b6a 05b52 00d92 0fd25 00d25 00a55 0b4ad 004b6 005b5 06daa 00ec9 11e92 00e92 00d26 0ca56 00a57 004d6 086d5 00755
00749 06e93 00693 0f52b 0052b 00a5b 0b55a 0056a 00b65 0974a 00b4a 11a95 00a95 0052d 0caad 00ab5 005aa 08ba5 00da5 00d4a
"""
_YEARS: Final = tuple(int(code, 16) for code in _CODES.split())
_MONTH_BITS: Final = 13


@lru_cache(maxsize=128)
def _months(year: int) -> tuple[tuple[int, bool, date, int], ...]:
    """(month, leap, first day, days) of a lunar year inside the table."""
    first = _FIRST_DAY if year == FIRST_YEAR else _end(_months(year - 1))
    code = _YEARS[year - FIRST_YEAR]
    leap = code >> _MONTH_BITS
    order = [(month, False) for month in range(1, 13)]
    if leap:
        order.insert(leap, (leap, True))
    months = []
    for index, (month, is_leap) in enumerate(order):
        days = 29 + (code >> index & 1)
        months.append((month, is_leap, first, days))
        first += timedelta(days=days)
    return tuple(months)


def _end(months: tuple[tuple[int, bool, date, int], ...]) -> date:
    _, _, first, days = months[-1]
    return first + timedelta(days=days)


def lunar_month(year: int, month: int, *, leap: bool = False) -> tuple[date, date] | None:
    """First and last day of a lunar month; None outside the table or where no such month exists."""
    if not 0 <= year - FIRST_YEAR < len(_YEARS):
        return None
    for number, is_leap, first, days in _months(year):
        if (number, is_leap) == (month, leap):
            return first, first + timedelta(days=days - 1)
    return None


def lunar_month_near(day: date, shift: int = 0) -> tuple[date, date] | None:
    """First and last day of the lunar month in which a day lies, or of one so many months later."""
    months = [
        (first, first + timedelta(days=days - 1))
        for year in (day.year - 1, day.year, day.year + 1)
        if 0 <= year - FIRST_YEAR < len(_YEARS)
        for _, _, first, days in _months(year)
    ]
    here = next((at for at, (first, last) in enumerate(months) if first <= day <= last), None)
    if here is None or not 0 <= here + shift < len(months):
        return None
    return months[here + shift]


def lunar_day(year: int, month: int, day: int, *, leap: bool = False) -> date | None:
    """The solar date of a lunar one. 三十 of a month with 29 days is its last day, as 年三十 is in such years."""
    bounds = lunar_month(year, month, leap=leap)
    if bounds is None or not 1 <= day <= 30:
        return None
    return min(bounds[0] + timedelta(days=day - 1), bounds[1])
