"""Clock times and parts of the day: 晚上七点半, 19:30, 差五分八点, 凌晨两点."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from zhiqibot.nlu.chinese_time.model import Part
from zhiqibot.nlu.chinese_time.script import about, small

EventHalf = Literal["am", "pm"]

_PART_WORDS: Final[tuple[tuple[Part, str], ...]] = (
    ("morning", "早 早上 早晨 早间 早起 清早 清晨 大清早 一大早 一早 大早上 上午 午前 前晌 上晌 前半晌 晨"),
    ("noon", "中午 正午 晌午 晌午头 午间"),
    ("afternoon", "下午 午后 后晌 下晌 后半晌"),
    ("evening", "晚 晚上 傍晚 晚间 夜晚 黄昏 傍黑 擦黑 黑了 黑儿 黑夜"),
    ("night", "凌晨 夜 夜里 夜间 半夜 深夜 午夜 后半夜 大半夜"),
)
PARTS: Final = {word: part for part, words in _PART_WORDS for word in words.split()}
_BEFORE_DAWN: Final = frozenset({"凌晨"})  # the only night word that belongs to the day which has begun

_CLOCK: Final = re.compile(
    r"(?:差(?P<short>[^点分]+?)分?钟?到?)?(?P<hour>\d{1,2}|[零一二三四五六七八九十两廿]{1,3})"
    r"(?:(?P<sep>[点时:.])(?P<rest>[^apAP]*))?(?P<half>\s?[apAP][mM])?"
)
OFF_WORK: Final = 18
"""The hour before which 下班前 is."""
_QUARTERS: Final = {"一刻": 15, "1刻": 15, "两刻": 30, "2刻": 30, "三刻": 45, "3刻": 45}


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour and minute as said. `exact` when it cannot mean the other half of the day (14:00, 07:30, 7pm)."""

    hour: int
    minute: int
    exact: bool = False
    about: bool = False  # 两三点: some time in the hour that begins then


class Settled(NamedTuple):
    """A time of day, how many days after the said one it falls, and whether the half of the day is a guess."""

    time: time
    later_days: int
    ambiguous: bool


@lru_cache(maxsize=4096)
def read_clock(text: str) -> Clock | None:
    """The clock time of a lexed token; None where the figures are no time, as 25点 or 十一二点."""
    if text == "下班":
        return Clock(OFF_WORK, 0, exact=True)
    between = about(text.rstrip("点时钟"))
    if between:
        return Clock(between[0], 0, about=True)
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour = small(match["hour"])
    minute = _minutes(match["rest"] or "")
    if hour is None or minute is None or hour > 24 or minute > 59:
        return None
    short = match["short"] or (match["rest"] or "").partition("差")[2].removesuffix("钟").removesuffix("分")
    if short:  # 差五分八点, 八点差五分
        minute = 60 - (_minutes(short) or 0)
        hour -= 1
    half = (match["half"] or "").strip().lower()
    if half == "pm" and hour < 12:
        hour += 12
    padded = match["sep"] == ":" and match["hour"].startswith("0")
    if not 0 <= hour <= 24 or (hour == 24 and minute):
        return None
    return Clock(hour, minute, exact=bool(half) or padded or hour > 12 or hour == 0)


def _minutes(rest: str) -> int | None:
    rest = rest.removeprefix("钟").removeprefix("过").removesuffix("分").removesuffix("整")
    if not rest:
        return 0
    if rest == "半":
        return 30
    if rest in _QUARTERS:
        return _QUARTERS[rest]
    if rest.startswith("差"):
        return 0
    return small(rest.partition(":")[0])


def settle(clock: Clock, part: str | None, event: EventHalf | None, not_before: time | None = None) -> Settled:
    """The time of day meant.

    `part` is the word said with it (晚上), `event` the half of the day in which the event talked about takes place,
    `not_before` the start of a range whose end this is."""
    hour, later = clock.hour, 0
    if hour == 24:
        return Settled(time(0), 1, False)
    if clock.exact:
        return Settled(time(hour, clock.minute), 0, False)
    ambiguous = False
    if part is not None:
        hour, later = _with_part(hour, part)
    elif not_before is not None:
        if hour < 12 and time(hour, clock.minute) <= not_before:
            hour += 12
    else:
        hour, ambiguous = _guess(hour, event)
    return Settled(time(hour % 24, clock.minute), later + hour // 24, ambiguous)


def _with_part(hour: int, part: str) -> tuple[int, int]:
    kind = PARTS[part]
    if kind == "morning":
        return hour, 0
    if kind == "noon":
        return (hour + 12 if hour <= 2 else hour), 0
    if kind == "afternoon":
        return (hour + 12 if hour < 12 else hour), 0
    if part in _BEFORE_DAWN:
        return (0 if hour == 12 else hour), 0
    if hour == 12 or hour <= 4:  # 晚上一点 comes after midnight
        return hour % 12, 1
    return hour + 12, 0


def _guess(hour: int, event: EventHalf | None) -> tuple[int, bool]:
    """Without a part of the day: offices meet from 8 to 6; 7点 may be breakfast or an evening event."""
    if event == "pm" and 5 <= hour <= 11:
        return hour + 12, True
    if event == "am" and hour >= 5:
        return hour, False
    if 1 <= hour <= 5:
        return hour + 12, True
    return hour, hour in (6, 7)


def next_time(now: datetime, at: time, *, past: bool) -> date:
    """The day on which a time said without a day comes round next, or came round last."""
    day = now.date()
    if past and at > now.time():
        return day - timedelta(days=1)
    if not past and at < now.replace(second=0, microsecond=0, tzinfo=None).time():
        return day + timedelta(days=1)
    return day
