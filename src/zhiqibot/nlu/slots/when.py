"""Dates and times for bookings, lists, reports and deadlines."""

import re
from collections.abc import Callable, Sequence

from zhiqibot.nlu.chinese_time.model import TimeMention
from zhiqibot.nlu.slots.part import Part

_NEW = re.compile(
    r"(?:改|换|挪|推|调|延|移|变|转|提前|推迟|延期|顺延|错)(?:到|成|至|为|去|在)|换个?(?=[周下十\d])|改(?=[周下十\d明后]|[一二三]月)|想(?:去|要|参加)|(?:到|成)(?=[周下十\d明后])"
)
_HABIT = re.compile(r"(?:本|这个?|每|逢)(?:周|星期|礼拜|月)(?:里|内)?")

Fits = Callable[[TimeMention], bool]


def date(part: Part) -> str | None:
    """Return the day or range of a booking: `2026-11-27`, `2026-12-01/2026-12-05`, `/2026-11-30`."""
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
    return None


def period(part: Part) -> str | None:
    """Return the period of a report: `start/end`, a single day as itself."""
    for mention in part.times:
        if mention.date or mention.start or mention.end:
            return _as_date(mention)
    return None


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
    if re.search(r"去不|来不|不能|有事|出差|冲突|撞|没空|赶不上|不行", text) and len(mentions) == 1:
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
