"""Lengths of time: 三天, 半小时, 一个半小时, 三个工作日, 半年."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from zhiqibot.nlu.chinese_time.periods import Unit
from zhiqibot.nlu.chinese_time.script import about, count

MINUTES_A_DAY: Final = 24 * 60
_LONGEST: Final[dict[Unit, int]] = {"year": 60, "month": 600, "week": 900, "day": 999, "workday": 400}

_UNITS: Final[dict[str, tuple[int, Unit]]] = {
    "工作日": (1, "workday"), "天": (1, "day"), "日": (1, "day"), "周": (1, "week"), "星期": (1, "week"),
    "礼拜": (1, "week"), "月": (1, "month"), "季度": (3, "month"), "年": (1, "year"),
}  # fmt: skip
_MINUTES: Final = {"小时": 60, "钟头": 60, "分钟": 1, "刻钟": 15}
_DURATION: Final = re.compile(
    r"(?P<number>\d{1,2}\.5|\d{1,3}|[一二三四五六七八九十百两俩仨廿零半]{1,5})(?P<half>个半)?个?"
    r"(?P<unit>工作日|天|日|周|星期|礼拜|月|季度|年|小时|钟头|分钟|刻钟)(?P<more>半)?"
)


class Duration(NamedTuple):
    """A length in days or longer (`amount` of `unit`) or, when `minutes` is set, in minutes."""

    amount: int = 0
    unit: Unit = "day"
    minutes: int | None = None
    more: int = 0
    """两三天: perhaps so many more."""


def find_duration(text: str) -> Duration | None:
    """The length named in a lexed token; None for lengths that fit no calendar unit, as 半天."""
    match = _DURATION.search(text)
    if match is None:
        return None
    unit = match["unit"]
    if match["number"] == "半":
        return _half(unit)
    if match["number"].endswith(".5"):
        return Duration(minutes=round(float(match["number"]) * _MINUTES[unit])) if unit in _MINUTES else None
    between = about(match["number"])
    number = between[0] if between else count(match["number"].replace("仨", "三"))
    if not number:
        return None
    if between:
        return Duration(number * _UNITS[unit][0], _UNITS[unit][1], more=_UNITS[unit][0]) if unit in _UNITS else None
    half = bool(match["half"] or match["more"])
    if unit in _MINUTES:
        return Duration(minutes=number * _MINUTES[unit] + (30 if half else 0))
    factor, whole = _UNITS[unit]
    if half:
        return {"年": Duration(12 * number + 6, "month"), "月": Duration(30 * number + 15)}.get(unit)
    return Duration(number * factor, whole) if number * factor <= _LONGEST[whole] else None


def _half(unit: str) -> Duration | None:
    return {
        "年": Duration(6, "month"),
        "月": Duration(15),
        "小时": Duration(minutes=30),
        "钟头": Duration(minutes=30),
    }.get(unit)
