"""Time: every datetime of the product is aware; the business lives in Asia/Shanghai."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Anything that tells the time. Services take one as a field, so that tests and `--now` decide what time it is."""

SHANGHAI = ZoneInfo("Asia/Shanghai")


def system_clock() -> datetime:
    """Return the real time in Asia/Shanghai."""
    return datetime.now(SHANGHAI)


def local(moment: datetime) -> datetime:
    """Return `moment` as people in China read it."""
    return moment.astimezone(SHANGHAI)


def running_from(start: datetime) -> Clock:
    """Return a clock that stood at `start` when this was called and runs on from there (for `--now`)."""
    began = datetime.now(UTC)
    return lambda: start + (datetime.now(UTC) - began)


def read_instant(text: str) -> datetime:
    """Read an ISO-8601 instant; without an offset it means Asia/Shanghai. Raises ValueError."""
    moment = datetime.fromisoformat(text.strip())
    return local(moment) if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
