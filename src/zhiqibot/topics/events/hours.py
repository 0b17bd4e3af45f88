"""From when to when: the end of a session, as the office says it."""

import re
from datetime import datetime, timedelta

from zhiqibot.core.clock import local
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.nlu.chinese_time.api import find_times
from zhiqibot.nlu.numerals import parse_number

_ENDS = re.compile(r"^(?:左右|前|之前)?(?:就|准时)?(?:结束|散会|散场|散|完|收场)")
_LASTS = re.compile(
    r"(?P<n>半|\d{1,2}(?:\.5)?|[一二两三四五六七八])个?(?P<half>半)?(?:小时|钟头)(?P<more>半)?(?!后|以?内|之内|前)"
)
NOON = 12


def end_said(text: str, now: datetime) -> str | None:
    """Return the end as `HH:MM`: “三点到五点”, “九点半结束”, “下午三点开，两个小时”; None where none is said."""
    start: datetime | None = None
    for one in find_times(text, local(now), workdays=WorkdayCalendar(), prefer="future"):
        if not one.timed or one.start is None:
            continue
        if one.end and one.end > one.start:
            return f"{one.end:%H:%M}" if one.end.date() == one.start.date() else None
        if start and _ENDS.match(text[one.span[1] :]):
            return f"{_after(start, one.start):%H:%M}"
        start = start or one.start
    lasts = _LASTS.search(text) if start else None
    return f"{start + _length(lasts):%H:%M}" if start and lasts else None


def _after(start: datetime, end: datetime) -> datetime:
    """Read “下午两点，四点结束”: the end is in the same half of the day."""
    clock = end.hour + NOON if end.hour < NOON <= start.hour else end.hour
    return start.replace(hour=clock, minute=end.minute)


def _length(lasts: re.Match[str]) -> timedelta:
    hours = 0.5 if lasts["n"] == "半" else float(parse_number(lasts["n"]) or 0)
    return timedelta(hours=hours + (0.5 if lasts["half"] or lasts["more"] else 0))
