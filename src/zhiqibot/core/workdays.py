"""Working days of the State Council calendar with make-up days (调休).

Data: the operator's own file first (`<year>.yaml`: `holidays: [...]`, `workdays: [...]`), then the `chinesecalendar`
package. A year neither knows counts weekends only, and says so (`known`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import chinese_calendar
import yaml


@dataclass(frozen=True)
class YearOfDays:
    """One year's exceptions: weekdays that are off, weekend days that are worked."""

    off: frozenset[date]
    work: frozenset[date]


@dataclass(frozen=True)
class WorkdayCalendar:
    """Answers “is it a working day?” and counts in working days; `own` years win over the packaged data."""

    own: Mapping[int, YearOfDays] = field(default_factory=dict)

    def known(self, year: int) -> bool:
        """Tell whether the official arrangement of `year` is known here."""
        return year in self.own or _packaged(date(year, 6, 15)) is not None

    def is_workday(self, day: date) -> bool:
        """Tell whether people work on `day`; in an unknown year Monday to Friday."""
        own = self.own.get(day.year)
        if own:
            return day in own.work or (day.weekday() < 5 and day not in own.off)
        packaged = _packaged(day)
        return day.weekday() < 5 if packaged is None else packaged

    def add(self, start: date, days: int) -> date:
        """Return the day `days` working days after `start`; `start` itself does not count."""
        day = start
        while days > 0:
            day += timedelta(days=1)
            if self.is_workday(day):
                days -= 1
        return day

    def on_or_after(self, day: date) -> date:
        """Return `day` if it is worked, else the next working day."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and including `end` (negative when `end` is earlier)."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def explain(self, start: date, end: date) -> list[tuple[date, str]]:
        """List every day after `start` to `end` with why it counts or not, for a person who asks."""
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return [(day, self._reason(day)) for day in days]

    def _reason(self, day: date) -> str:
        if self.is_workday(day):
            return "工作日" if day.weekday() < 5 else "调休上班，计入"
        return "周末，不计" if day.weekday() >= 5 else "法定节假日，不计"


@lru_cache(maxsize=4096)
def _packaged(day: date) -> bool | None:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def load_calendar(folder: Path) -> WorkdayCalendar:
    """Read every `<year>.yaml` of the operator's folder; a missing folder means packaged data only."""
    years: dict[int, YearOfDays] = {}
    for path in sorted(folder.glob("[0-9][0-9][0-9][0-9].yaml")) if folder.is_dir() else ():
        data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        off, work = (frozenset(date.fromisoformat(str(d)) for d in data.get(k) or ()) for k in ("holidays", "workdays"))
        years[int(path.stem)] = YearOfDays(off, work)
    return WorkdayCalendar(years)
