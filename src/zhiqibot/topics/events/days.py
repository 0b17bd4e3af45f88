"""Days said as a whole sentence, in any style: “12.4”, “12/11”, “2026.12.4”, “十二月十二”, “下礼拜”, “后天的”."""

import re
from datetime import date, datetime

from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.nlu.chinese_time import TimeMention, find_times
from zhiqibot.topics.events.readers import number_of

LONGEST = 20
_N = r"[一二三四五六七八九十\d]{1,3}"
_FIGURES = re.compile(rf"(?:(?P<year>\d{{4}})\s*[年./-])?\s*(?P<month>{_N})\s*[月./-]\s*(?P<day>{_N})\s*[号日]?")
_AROUND = re.compile(
    r"(?:那么?|就|我们?|要|选|报名?|约|订|定|去|改[到成为]?|换[到成为]?|是|在|还是|不对|不是|的|这个?|那个?|一?场|有没?有?|有啥|啥|活动|安排|呢|吧|啊|呀|行不行?|行吗|可以吗|中不中?|早餐会|晚茶会|大?讲堂|晚上|早上|上午|下午|[，,。！!？?\s])+"
)


def only_days(text: str, now: datetime, workdays: WorkdayCalendar) -> str:
    """Return the day (`2026-12-04`) or the days (`2026-11-30/2026-12-06`) that are all a sentence says, or nothing."""
    if len(text) > LONGEST:
        return ""
    whole = _AROUND.sub("", text)
    figures = _FIGURES.fullmatch(whole)
    if figures:
        return _coming(figures, now.date())
    found = find_times(text, now, workdays=workdays, prefer="future")
    if len(found) != 1:
        return ""
    start, end = found[0].span
    rest = _AROUND.sub("", text[:start]) + _AROUND.sub("", text[end:])
    return "" if rest else _written(found[0])


def _coming(said: re.Match[str], today: date) -> str:
    """Return the day of figures that name a month and a day: the next one, when no year is said."""
    month, day = number_of(said["month"]), number_of(said["day"])
    year = int(said["year"] or today.year)
    try:
        found = date(year, month, day)
        return (found if said["year"] or found >= today else found.replace(year=year + 1)).isoformat()
    except ValueError:  # a day that no calendar has, told by no_such_day
        return ""


def _written(mention: TimeMention) -> str:
    if mention.date:
        return mention.date.isoformat()
    if mention.timed or mention.time:
        return ""
    start = mention.start.date().isoformat() if mention.start and mention.open != "start" else ""
    end = mention.end.date().isoformat() if mention.end and mention.open != "end" else ""
    return start if start == end else f"{start}/{end}"
