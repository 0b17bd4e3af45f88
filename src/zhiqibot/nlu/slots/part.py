"""The stretch of a message slots are read from."""

from dataclasses import dataclass
from datetime import datetime

from zhiqibot.nlu.chinese_time.model import TimeMention
from zhiqibot.nlu.normal import NormalText


@dataclass(frozen=True)
class Part:
    """One stretch of a message in normal form, with the times found in it (spans count in `normal.text`)."""

    normal: NormalText
    now: datetime
    intent: str
    asked: str | None
    times: tuple[TimeMention, ...]

    @property
    def text(self) -> str:
        return self.normal.text

    def written(self, start: int, end: int, trim: str = " ,。!?;:，！？；：、\n\t\"'“”‘’~～…") -> str:
        """Return `text[start:end]` as the person wrote it, without marks at its ends."""
        return self.normal.written(start, end).strip(trim)
