"""`events.yaml`: the county's series, and the days a rule names."""

import calendar
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from zhiqibot.content.reading import Mistakes, read_model, read_yaml
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.topics.events.model import SEATS_PER_ENTERPRISE, EventKind

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FILE = "events.yaml"
MOST_SEATS = 5000


class Rule(BaseModel):
    """When a series takes place: on `dates`, every `weekly` weekday, or every `monthly` day of the month."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    dates: tuple[date, ...] = ()
    weekly: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] | None = None
    monthly: tuple[int, ...] = Field(default=(), description="one day or several")
    time: str = Field(default="", pattern=r"^$|^\d{2}:\d{2}$", description="empty: the whole day")

    @field_validator("monthly", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, int) else value

    @field_validator("time")
    @classmethod
    def _on_the_clock(cls, value: str) -> str:
        if value:
            try:
                time.fromisoformat(value)
            except ValueError:
                raise ValueError("不是有效的时刻") from None
        return value

    @model_validator(mode="after")
    def _one_way(self) -> "Rule":
        if sum(map(bool, (self.dates, self.weekly, self.monthly))) != 1:
            raise ValueError("dates、weekly、monthly 要写且只写一项")
        if any(not 1 <= day <= 31 for day in self.monthly):
            raise ValueError("monthly 应在 1 到 31 之间")
        return self

    def days(self, start: date, end: date) -> Iterator[date]:
        """Return the days it names from `start` to `end`; the 31st of a shorter month is its last day."""
        day = start
        while day <= end:
            last = calendar.monthrange(day.year, day.month)[1]
            if (
                day in self.dates
                or (self.weekly is not None and WEEKDAYS[day.weekday()] == self.weekly)
                or any(min(number, last) == day.day for number in self.monthly)
            ):
                yield day
            day += timedelta(days=1)


class SeriesRecord(BaseModel):
    """One series as the county writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(max_length=40)
    kind: EventKind
    title: str = Field(min_length=2, max_length=60)
    rule: Rule
    shift: Literal["none", "next_workday"] = "none"
    place: str = Field(default="", max_length=100)
    host: str = Field(default="", max_length=60)
    subject: str = Field(default="", max_length=200)
    capacity: int = Field(gt=0, le=MOST_SEATS)
    seats_per_enterprise: int = Field(default=SEATS_PER_ENTERPRISE, gt=0, le=MOST_SEATS)

    @field_validator("seats_per_enterprise")
    @classmethod
    def _within_the_room(cls, value: int, info: ValidationInfo) -> int:
        capacity = info.data.get("capacity")
        if capacity is not None and value > capacity:
            raise ValueError(f"不能多于 capacity（{capacity}）")
        return value


def load_events(folder: Path) -> tuple[SeriesRecord, ...]:
    """Read events.yaml; raise one ContentError with every mistake."""
    mistakes = Mistakes()
    data = read_yaml(folder / FILE, mistakes)
    rows = data.get("series") if isinstance(data, dict) else None
    if data is not None and not isinstance(rows, list):
        mistakes.add(FILE, "series", "应为列表")
        rows = []
    records: dict[str, SeriesRecord] = {}
    for number, row in enumerate(rows or [], 1):
        record = read_model(SeriesRecord, row, FILE, mistakes, prefix=f"第 {number} 条.")
        if record is None:
            continue
        if record.id in records:
            mistakes.add(FILE, f"第 {number} 条.id", f"重复：{record.id}")
        records[record.id] = record
    mistakes.raise_if_any()
    return tuple(records.values())


def planned_days(
    rule: Rule, shift: str, start: date, end: date, workdays: WorkdayCalendar
) -> Iterator[tuple[date, date]]:
    """Return (day the rule names, day it takes place) for every session from `start` to `end`."""
    for nominal in rule.days(start, end):
        yield nominal, workdays.on_or_after(nominal) if shift == "next_workday" else nominal
