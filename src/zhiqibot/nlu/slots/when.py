"""Dates and times for bookings, lists, reports and deadlines."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date as calendar_day
from datetime import datetime
from typing import TypeVar

from zhiqibot.nlu.chinese_time.model import TimeMention
from zhiqibot.nlu.slots.part import Part

_NEW = re.compile(
    r"(?:改|换|挪|推|调|延|移|变|转|提前|推迟|延期|顺延|错)(?:到|成|至|为|去|在)|[换挪推调]个?(?=[周下十\d明后大礼星本这今])|改(?=[周下十\d明后]|[一二三]月)|想(?:去|要|参加)|(?:到|成)(?=[周下十\d明后])"
)
_EXTENDED = re.compile(
    r"(?:延(?:期|长|后|缓|迟)?|宽限|放宽|展期|推迟|推后|推|顺延|缓|改|定|期限|时限|截止|办结时间)[^,。;!?\d]{0,8}?(?:到|至|为|成|在)|(?:到|至)(?=[^,。;!?]{0,12}(?:吧|行|中|可以|吗|不)?$)|(?:延|推|宽限|延期)(?=[下明后本]|\d+[月号])"
)
_NEAR = 2
_YEAR_SAID = re.compile(r"[明后今本]年|\d{4}|[二两]零|下")
_HABIT = re.compile(r"(?:本|这个?|每|逢)(?:周|星期|礼拜|月)(?:里|内)?")

Moment = TypeVar("Moment", calendar_day | None, datetime | None)

Fits = Callable[[TimeMention], bool]


def date(part: Part) -> str | None:
    """Return the day or range of a booking: `2026-11-27`, `2026-12-01/2026-12-05`, `/2026-11-30`."""
    if part.intent == "request_extension" and part.asked != "date":
        extended = _extended_to(part)
        return _as_date(extended) if extended else None
    mention = _chosen(part, lambda m: m.date is not None) or _chosen(part, lambda m: _is_range(part, m))
    return _as_date(mention) if mention else None


def time(part: Part) -> str | None:
    """Return the time of day, `HH:MM`."""
    mention = _chosen(part, lambda m: m.time is not None) or _chosen(part, lambda m: m.timed and m.start is not None)
    if mention is None:
        return None
    moment = mention.time or (mention.start.time() if mention.start else None)
    return f"{moment:%H:%M}" if moment else None


def occurred_at(part: Part) -> str | None:
    """Return the day something happened: the first day that does not lie ahead."""
    for mention in part.times:
        if mention.date and mention.date <= part.now.date() and mention.open is None:
            return mention.date.isoformat()
    for mention in part.times:  # 从早上七点到现在
        since = mention.open == "end" or (mention.end is not None and mention.end.date() == part.now.date())
        if (mention.timed or since) and mention.start and mention.start <= part.now and mention.open != "start":
            return mention.start.date().isoformat()
    return None


def period(part: Part) -> str | None:
    """Return the period of a report, which lies back: `start/end`, a single day as itself."""
    for mention in part.times:
        if mention.date or mention.start or mention.end:
            return _as_date(_lying_back(mention, part))
    return None


def _lying_back(mention: TimeMention, part: Part) -> TimeMention:
    """10月份 in a report is the October that has been, whatever comes next; a year that was said stands."""
    ahead = mention.start is not None and mention.start > part.now and not mention.open
    if not ahead or _YEAR_SAID.search(mention.text):
        return mention
    return replace(
        mention, date=_year_before(mention.date), start=_year_before(mention.start), end=_year_before(mention.end)
    )


def _year_before(day: Moment) -> Moment:
    if day is None:
        return None
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def _extended_to(part: Part) -> TimeMention | None:
    """Return what a deadline moves to; 厂家下个月才发货 is only the reason."""
    for mark in _EXTENDED.finditer(part.text):
        for mention in part.times:
            if 0 <= mention.span[0] - mark.end() <= _NEAR:
                return mention
    return next((mention for mention in part.times if mention.open == "start" or mention.text == part.text), None)


def _chosen(part: Part, fits: Fits) -> TimeMention | None:
    """Return the mention that counts: in a change of plans the new one, else the first."""
    mentions = [mention for mention in part.times if fits(mention)]
    if part.intent != "reschedule_booking" or not mentions or part.asked in ("date", "time"):
        return mentions[0] if mentions else None
    return _newest(part.text, mentions)


def _newest(text: str, mentions: Sequence[TimeMention]) -> TimeMention | None:
    """Return what the booking is moved to; None when only the old date is named."""
    for mark in _NEW.finditer(text):
        after = [mention for mention in mentions if mention.span[0] >= mark.start()]
        if after:
            return after[0]
    if re.search(r"去不|来不|(?<!能)不能|有事|出差|冲突|撞|没空|赶不上|不行", text) and len(mentions) == 1:
        return None
    return (
        mentions[-1]
        if len(mentions) > 1 or not re.search(r"那[场天个]|的(?:早餐|晚茶|大讲堂|座谈|活动)", text)
        else None
    )


def _is_range(part: Part, mention: TimeMention) -> bool:
    if mention.start is None and mention.end is None:
        return False
    if mention.time is not None and mention.date is None:
        return False
    said = part.text[mention.span[0] : mention.span[1]]
    habit = _HABIT.fullmatch(said) is not None
    return not (habit and part.intent != "report_stats" and part.text[mention.span[1] : mention.span[1] + 1] != "有")


def _as_date(mention: TimeMention) -> str | None:
    if mention.date:
        return mention.date.isoformat()
    start = mention.start.date().isoformat() if mention.start and mention.open != "start" else ""
    end = mention.end.date().isoformat() if mention.end and mention.open != "end" else ""
    return start if start and start == end else f"{start}/{end}"
