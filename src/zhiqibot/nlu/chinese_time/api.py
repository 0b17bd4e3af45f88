"""Find every time expression of a message."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import Final

from zhiqibot.nlu.chinese_time.cues import event_half, is_habit, joins_list, looks_back
from zhiqibot.nlu.chinese_time.days import CalendarDay, WeekDay
from zhiqibot.nlu.chinese_time.frame import Days, Frame
from zhiqibot.nlu.chinese_time.guards import is_time
from zhiqibot.nlu.chinese_time.lexer import Token, lex
from zhiqibot.nlu.chinese_time.mentions import RANGE, Draft, Scene, draft_range, draft_single
from zhiqibot.nlu.chinese_time.model import Direction, TimeMention, WorkdayCalendar
from zhiqibot.nlu.chinese_time.reader import Point, Reader
from zhiqibot.nlu.chinese_time.script import unify

LONGEST_TEXT: Final = 4000  # characters looked at; a message this long is a pasted document
MOST_TOKENS: Final = 200  # time words looked at, so that no message holds up the others
CARRY_DISTANCE: Final = 24  # characters over which 周二的晚茶会,七点半 still speaks of Tuesday

# cheap look before the real work: without one of these there is no time in the text
_HINT: Final = re.compile(
    r"[点點时時号號日天周週月年季節节拜期钟鐘旦夕秋晚早午晨夜晌至傍昏慶庆腊臘元除冬黑]|清明|[今明昨后後][儿兒个個]|初[四五六七八九十]"
    r"|旬|下班|[五六七八十]一|(?:[\d０-９]\s?[:：/／.．aApP-])|20\d{6}|[QqＱ][1-4１-４]"
)
_COMMA: Final = frozenset({",", ", "})
_SENTENCE_END: Final = re.compile(r"[。!?;\n]")


def find_times(
    text: str, now: datetime, *, workdays: WorkdayCalendar, prefer: Direction | None = None
) -> list[TimeMention]:
    """Every time expression of the text, in order and without overlap.

    `now` is the reference instant in the zone of the people talking (or naive local time); results carry its zone.
    What is left unsaid is filled in towards the future, or towards the past where the words around tell of
    something done (昨天报的, 12号开的会); `prefer` settles the direction for all. Habits (每月12号) give nothing."""
    if not _HINT.search(text):
        return []
    unified = unify(text[:LONGEST_TEXT])
    tokens = _accepted(unified)
    if not tokens:
        return []
    frame = Frame(now.replace(tzinfo=None), workdays)
    drafts = _Finder(unified, tokens, frame, prefer).run()
    return [_mention(text, draft, now) for draft in drafts]


def _accepted(unified: str) -> list[Token]:
    accepted: list[Token] = []
    for token in islice(lex(unified), MOST_TOKENS):
        if is_time(token, unified, accepted[-1] if accepted else None):
            accepted.append(token)
    return accepted


class _Finder:
    """One pass over the points of a sentence, remembering what later points lean on."""

    def __init__(self, text: str, tokens: list[Token], frame: Frame, prefer: Direction | None) -> None:
        self.text = text
        self.reader = Reader(text, tokens)
        self.frame = frame
        self.prefer = prefer
        self.event = event_half(text)
        self.drafts: list[Draft] = []
        self.habit_end = -1

    def run(self) -> list[Draft]:
        while self.reader.at < len(self.reader.tokens):
            point = self.reader.point()
            if point is not None:
                with suppress(OverflowError):  # days before the year 1 or after the year 9999
                    self._settle(point)
        return self.drafts

    def _settle(self, point: Point) -> None:
        self._join_weekday(point)
        right = self._right_end(point)
        end = right.end if right else point.end
        if is_habit(self.text, point.start) or self._continues_habit(point):
            self.habit_end = end
            return
        scene = self._scene(point, end)
        draft = draft_range(point, right, scene) if right else None
        if draft is None:
            draft = draft_single(point, scene, self.text, right.start if right else self._limit())
            if right is not None:
                self._append(draft)
                draft = draft_single(right, self._scene(right, right.end), self.text, self._limit())
        self._append(draft)

    def _join_weekday(self, point: Point) -> None:
        """12月4号，周五: a weekday that agrees with the day before the comma only repeats it."""
        previous = self.drafts[-1] if self.drafts else None
        if previous is None or previous.first is None or not previous.day_said or previous.timed:
            return
        repeats = point.day == WeekDay(None, previous.first.weekday())
        if repeats and self.text[previous.end : point.start] in _COMMA:
            self.drafts.pop()
            day = previous.first.date()
            point.start, point.day = previous.start, CalendarDay(day.year, None, day.month, None, day.day)

    def _append(self, draft: Draft | None) -> None:
        if draft is not None:
            self.drafts.append(draft)

    def _right_end(self, point: Point) -> Point | None:
        """The second half of a range when a connector and another point follow at once."""
        match = RANGE.match(self.text, self.reader.end)
        tokens, at = self.reader.tokens, self.reader.at
        if match is None or at == len(tokens) or tokens[at].start != match.end() or tokens[at].kind == "nth":
            return None
        daily = point.clock is None and point.part is None  # 周一至周五上午9点: the hours are those of every day
        return self.reader.point(with_time=not daily)

    def _continues_habit(self, point: Point) -> bool:
        return self.habit_end >= 0 and joins_list(self.text[self.habit_end : point.start] or "x")

    def _scene(self, point: Point, end: int) -> Scene:
        limit = self._limit()
        past = self.prefer == "past" or (
            self.prefer is None and looks_back(self.text, point.start, end, self._list_limit(end, limit))
        )
        scene = Scene(self.frame._replace(past=True) if past else self.frame, self.event)
        previous = self.drafts[-1] if self.drafts else None
        if previous is None or previous.first is None or not previous.day_said:
            return scene
        between = self.text[previous.end : point.start]
        if point.day is not None and joins_list(between):
            return scene._replace(frame=scene.frame._replace(base=previous.first.date(), past=False))
        if point.day is None and len(between) <= CARRY_DISTANCE and not _SENTENCE_END.search(between):
            day = previous.first.date()
            return scene._replace(carried=Days(day, day))
        return scene

    def _limit(self) -> int:
        """Where the next time word begins."""
        tokens, at = self.reader.tokens, self.reader.at
        return tokens[at].start if at < len(tokens) else len(self.text)

    def _list_limit(self, end: int, limit: int) -> int:
        """In 12号、15号报的 both days lie back: a list lends its verb to all its members."""
        return len(self.text) if joins_list(self.text[end:limit]) else limit


def _mention(text: str, draft: Draft, now: datetime) -> TimeMention:
    zone = now.tzinfo
    start = draft.first.replace(tzinfo=zone) if draft.first else None
    end = draft.last.replace(tzinfo=zone) if draft.last else None
    return TimeMention(
        text=text[draft.start : draft.end],
        span=(draft.start, draft.end),
        date=draft.first.date() if draft.day_said and draft.first else None,
        time=draft.time,
        start=start,
        end=end,
        open=draft.open,
        part=draft.part,
        ambiguous=draft.ambiguous,
        timed=draft.timed,
    )
