"""What a time expression comes to, and the one thing the parser asks of the outside: is a day a working day?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, Protocol

Part = Literal["morning", "noon", "afternoon", "evening", "night"]
OpenSide = Literal["start", "end"]
Direction = Literal["future", "past"]


class WorkdayCalendar(Protocol):
    """Working days, make-up days (调休) included."""

    def is_workday(self, day: date) -> bool:
        """True when offices work on that day."""
        ...


@dataclass(frozen=True)
class TimeMention:
    """One time expression of a message.

    `span` is (from, to) in the text as written; `text` is that slice.
    A single day has `date`; a single instant has `date` and `time`; a time of day without a day (晚上七点半) has
    `time` alone, and `start` then says when it comes round next. Weeks, months and other ranges have neither.
    `start` and `end` bound the expression, both inclusive and in the zone of `now`. `timed` tells instants from
    whole days, which are held as midnight of the first and of the last day.
    `open` names the side that has no bound: "start" for a deadline such as 月底前 (`end` only), "end" for 12月1日起.
    `part` is the part of the day that was said. `ambiguous` asks the dialogue to make sure."""

    text: str
    span: tuple[int, int]
    date: date | None = None
    time: time | None = None
    start: datetime | None = None
    end: datetime | None = None
    open: OpenSide | None = None
    part: Part | None = None
    ambiguous: bool = False
    timed: bool = False

    @property
    def start_iso(self) -> str | None:
        """2026-11-27 for whole days, 2026-11-27T19:30 for instants, None when open or unsaid."""
        return self._iso(self.start)

    @property
    def end_iso(self) -> str | None:
        """Like `start_iso`; for whole days the last day itself."""
        return self._iso(self.end)

    def _iso(self, moment: datetime | None) -> str | None:
        if moment is None:
            return None
        if not self.timed:
            return moment.date().isoformat()
        return moment.replace(tzinfo=None).isoformat(timespec="minutes")
