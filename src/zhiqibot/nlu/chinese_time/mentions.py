"""From points to mentions: directions, ranges, deadlines, and the day a lone clock time belongs to."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple

from zhiqibot.nlu.chinese_time.clock import PARTS, EventHalf, Settled, next_time, settle
from zhiqibot.nlu.chinese_time.days import CalendarDay
from zhiqibot.nlu.chinese_time.frame import Days, Frame
from zhiqibot.nlu.chinese_time.model import OpenSide, Part
from zhiqibot.nlu.chinese_time.periods import Rest
from zhiqibot.nlu.chinese_time.reader import Point

RANGE: Final = re.compile(r"\s?(?:-{1,2}|(?:开始|起|一?直)?[到至])\s?")
_SUFFIX: Final = re.compile(
    r"(?:期间)?(?:"
    r"(?P<around>前后)|(?:\(含(?:当[日天]|本数|该日)?\))?(?:(?P<since>以来|(?:开始|起)?(?:一直)?[到至](?:现在|今(?!天|日|晚|早)|目前|如今))"
    r"|(?P<before>[之以]?前(?!来(?!得及)|[往台面门后期去任景沿天年几半一二两三四五六七八九十\d]|提(?![交供报出醒前]))|为止|截止)"
    r"|(?P<after>[之以]?后(?![天来面续台勤年期备半])|起(?![诉草来码重伏点步])|(?P<begin>开始))"
    r"|(?P<within>[之以]?内(?![部容存]))))"
)
_PREFIX: Final = re.compile(r"(?:截至|截止到?|最晚|最迟|不晚于|不迟于|不超过|务必在?)\s?$")
_PASSED: Final = re.compile(r"过[了完罢]$")
HOUR: Final = timedelta(hours=1)
ONE_DAY: Final = timedelta(days=1)


class Bounds(NamedTuple):
    """A resolved point: its days or its instant, both None for a bare part of the day."""

    days: Days | None
    at: datetime | None
    ambiguous: bool = False

    @property
    def first(self) -> datetime | None:
        """The instant, or midnight of the first day."""
        return self.at or (datetime.combine(self.days.first, time()) if self.days else None)

    @property
    def last(self) -> datetime | None:
        """The instant, or midnight of the last day."""
        return self.at or (datetime.combine(self.days.last, time()) if self.days else None)


class Draft(NamedTuple):
    """A mention without zone; `day_said` when a single day was named, by itself or just before."""

    start: int
    end: int
    first: datetime | None
    last: datetime | None
    timed: bool
    day_said: bool = False
    time: time | None = None
    open: OpenSide | None = None
    part: Part | None = None
    ambiguous: bool = False


class Scene(NamedTuple):
    """What the sentence says beside the point: the event's half of the day and the day talked about before."""

    frame: Frame
    event: EventHalf | None
    carried: Days | None = None


def resolve(point: Point, scene: Scene, after: Bounds | None = None) -> Bounds | None:
    """The days or the instant of a point; None when there is none. `after` is the start of the range it ends."""
    frame = scene.frame
    if point.delay is not None:
        moment = frame.now.replace(second=0, microsecond=0) + timedelta(minutes=point.delay)
        return Bounds(None, moment)
    days = _days(point, frame)
    if point.day is not None and days is None:
        return None
    ambiguous = days.ambiguous if days else False
    if point.weekday is not None and days is not None:
        ambiguous = days.first.weekday() != point.weekday
    if point.clock is None:
        ranged = point.part is not None and days is not None and not days.single
        return Bounds(days or scene.carried, None, ambiguous or ranged)
    if days is not None and not days.single:
        return None
    ambiguous = ambiguous or point.clock.about
    return _instant(point, scene, days, ambiguous, after)


def _days(point: Point, frame: Frame) -> Days | None:
    if point.day is None:
        return None
    return point.day.resolve(frame)


def _instant(point: Point, scene: Scene, days: Days | None, ambiguous: bool, after: Bounds | None) -> Bounds | None:
    clock, frame = point.clock, scene.frame
    if clock is None:
        return None
    not_before = after.at.time() if after and after.at and days is None else None
    settled = settle(clock, point.part, scene.event, not_before)
    if after is not None and after.at is not None and days is None:
        return _same_day_end(settled, after.at, ambiguous)
    own = days or scene.carried
    if own is not None:
        settled = _later_today(settled, own, frame)
        day = own.first + settled.later_days * ONE_DAY
    else:
        day = next_time(frame.now, settled.time, past=frame.past)
    return Bounds(own, datetime.combine(day, settled.time), ambiguous or settled.ambiguous)


def _later_today(settled: Settled, days: Days, frame: Frame) -> Settled:
    """今天7点 said at ten in the morning is 19:00, unless it is told as past."""
    guess = settled.ambiguous and days.first == frame.today and not frame.past
    if guess and settled.time.hour < 12 and settled.time < frame.now.time():
        return settled._replace(time=settled.time.replace(hour=settled.time.hour + 12))
    return settled


def _same_day_end(settled: Settled, start: datetime, ambiguous: bool) -> Bounds:
    end = datetime.combine(start.date() + settled.later_days * ONE_DAY, settled.time)
    if end <= start and settled.time.hour < 12 and settled.later_days == 0 and end + timedelta(hours=12) > start:
        return Bounds(None, end + timedelta(hours=12), ambiguous)
    return Bounds(None, end if end > start else end + ONE_DAY, ambiguous)


def draft_single(point: Point, scene: Scene, text: str, limit: int) -> Draft | None:
    """The mention of one point, with 前, 后, 起, 内 after it or 最晚 before it; the next one begins at `limit`."""
    suffix = _SUFFIX.match(text, point.end)
    if suffix and suffix.end() > limit:
        suffix = None
    if suffix and suffix["within"] and point.day is not None and point.clock is None:
        return _whole(replace(point, day=Rest(point.day), end=suffix.end()), scene)
    if point.unfinished:
        return None
    if suffix and suffix["begin"] and point.clock is not None:
        suffix = None  # 7点开始 is when it begins, not a time without end
    if suffix and (point.day is not None or point.clock is not None) and point.delay is None:
        return _open(point, scene, suffix)
    prefix = _PREFIX.search(text[max(0, point.start - 5) : point.start])
    if prefix and (point.day is not None or point.clock is not None):
        return _deadline(point, point.end, scene)
    draft = _whole(point, scene)
    if draft and point.day is not None and _PASSED.search(text[max(0, point.start - 2) : point.start]):
        return draft._replace(first=draft.last, last=None, open="end", day_said=False, time=None)  # 过了元旦再说
    return draft


def _whole(point: Point, scene: Scene) -> Draft | None:
    bounds = resolve(point, scene)
    if bounds is None:
        return None
    part = PARTS.get(point.part or "")
    if point.within and bounds.at is not None:
        now = scene.frame.now.replace(second=0, microsecond=0)
        return Draft(point.start, point.end, min(now, bounds.at), max(now, bounds.at), timed=True)
    single = bounds.days.single if bounds.days else point.delay is not None
    at = bounds.at.time() if bounds.at else None
    last = bounds.last + HOUR if bounds.at and bounds.last and point.clock and point.clock.about else bounds.last
    return Draft(
        point.start,
        point.end,
        bounds.first,
        last,
        bounds.at is not None,
        single,
        at,
        None,
        part,
        bounds.ambiguous,
    )


def _deadline(point: Point, end: int, scene: Scene) -> Draft | None:
    bounds = resolve(point, scene)
    if bounds is None:
        return None
    days, last = bounds.days, bounds.last
    whole_period = bounds.at is None and days is not None and not days.single
    if whole_period and days is not None and not (isinstance(point.day, CalendarDay) and point.day.tail):
        last = datetime.combine(days.first - ONE_DAY, time())  # 12月前 ends with November
    vague_edge = isinstance(point.day, CalendarDay) and point.day.tail is not None
    return Draft(
        point.start, end, None, last, bounds.at is not None, open="start", part=PARTS.get(point.part or ""),
        ambiguous=bounds.ambiguous and not vague_edge,
    )  # fmt: skip


def _open(point: Point, scene: Scene, suffix: re.Match[str]) -> Draft | None:
    if suffix["before"]:
        return _deadline(point, suffix.end(), scene)
    if suffix["around"]:
        draft = _whole(point, scene)
        return None if draft is None else draft._replace(end=suffix.end(), ambiguous=True)
    if suffix["since"]:
        scene = scene._replace(frame=scene.frame._replace(past=True))
    bounds = resolve(point, scene)
    if bounds is None:
        return None
    if suffix["since"] and bounds.first is not None and bounds.first <= scene.frame.now:
        now = scene.frame.now.replace(second=0, microsecond=0)
        last = now if bounds.at else datetime.combine(now.date(), time())
        return Draft(point.start, suffix.end(), bounds.first, last, bounds.at is not None)
    first = bounds.first
    if bounds.at is None and bounds.days and not bounds.days.single and "后" in (suffix["after"] or ""):
        first = datetime.combine(bounds.days.last + ONE_DAY, time())
    part = PARTS.get(point.part or "")
    vague_edge = isinstance(point.day, CalendarDay) and point.day.tail is not None
    return Draft(
        point.start, suffix.end(), first, None, bounds.at is not None, open="end", part=part,
        ambiguous=bounds.ambiguous and not vague_edge,
    )  # fmt: skip


def draft_range(left: Point, right: Point, scene: Scene) -> Draft | None:
    """下周三到周五, 12月1号到5号, 下午3点到4点半; None when the two make no range."""
    if left.delay is not None or right.delay is not None or (left.clock is None) != (right.clock is None):
        return None
    if right.part is None and right.day is None:
        right = replace(right, part=left.part)
    first, last = _ends(left, right, scene)
    if first is None or last is None or first.first is None or last.last is None or last.last < first.first:
        return None
    single = left.clock is not None and right.day is None and (first.days is not None)
    same_day = single or (first.days is not None and last.days is not None and first.days.first == last.days.last)
    return Draft(
        left.start, right.end, first.first, last.last, left.clock is not None, same_day,
        first.at.time() if first.at and (same_day or left.day is None) else None, None, PARTS.get(left.part or ""),
        first.ambiguous,
    )  # fmt: skip


def _ends(left: Point, right: Point, scene: Scene) -> tuple[Bounds | None, Bounds | None]:
    first = resolve(left, scene)
    last = _right_end(right, scene, first) if first else None
    if first and last and first.first and last.last and last.last < first.first and not scene.frame.past:
        back = scene._replace(frame=scene.frame._replace(past=True))  # 10号到今天 began before today
        return resolve(left, back), last
    return first, last


def _right_end(right: Point, scene: Scene, first: Bounds) -> Bounds | None:
    if right.day is None:
        return resolve(right, scene, after=first)
    if first.first is None:
        return None
    frame = scene.frame._replace(base=first.first.date(), past=False)
    return resolve(right, scene._replace(frame=frame))
