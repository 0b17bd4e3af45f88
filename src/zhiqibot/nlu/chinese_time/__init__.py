"""Chinese time expressions: find_times takes a message and a reference instant, and knows neither clock nor database."""

from zhiqibot.nlu.chinese_time.api import find_times
from zhiqibot.nlu.chinese_time.model import Direction, OpenSide, Part, TimeMention, WorkdayCalendar

__all__ = ["Direction", "OpenSide", "Part", "TimeMention", "WorkdayCalendar", "find_times"]
