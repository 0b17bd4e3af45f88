"""企业宁静日 as data: which days of a month are quiet. A county that publishes none has none."""

import calendar
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zhiqibot.content.reading import Mistakes, read_model, read_yaml

FILE = "quiet_days.yaml"


class QuietDays(BaseModel):
    """Days of the month without inspections (`first` to `last`), and single days besides (`also`, `except`)."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    first: int | None = Field(default=None, ge=1, le=31)
    last: int | None = Field(default=None, ge=1, le=31)
    also: frozenset[date] = frozenset()
    not_on: frozenset[date] = Field(default=frozenset(), alias="except")
    source: str = ""
    """The document that says so, as shown to people."""

    @model_validator(mode="after")
    def _both_or_none(self) -> "QuietDays":
        if (self.first is None) != (self.last is None):
            raise ValueError("first 和 last 要么都写，要么都不写")
        return self

    @property
    def published(self) -> bool:
        """Tell whether the county names any quiet days."""
        return self.first is not None or bool(self.also)

    def covers(self, day: date) -> bool:
        """Tell whether a day is quiet; a `last` beyond the month's end means its last day."""
        if day in self.not_on:
            return False
        if self.first is None or self.last is None:
            return day in self.also
        month_end = calendar.monthrange(day.year, day.month)[1]
        return day in self.also or self.first <= day.day <= min(self.last, month_end)


def load_quiet_days(folder: Path) -> QuietDays:
    """Read quiet_days.yaml; without the file no day is claimed to be quiet. Raises ContentError."""
    if not (folder / FILE).exists():
        return QuietDays()
    mistakes = Mistakes()
    data = read_yaml(folder / FILE, mistakes)
    read = read_model(QuietDays, data, FILE, mistakes) if data is not None else None
    mistakes.raise_if_any()
    return read or QuietDays()
