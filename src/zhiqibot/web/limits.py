"""Counting windows: how often a visitor or a source did something in the last minute."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

WINDOW_S = 60.0
SWEEP_AT = 10_000
"""Keys kept before idle ones are forgotten."""


@dataclass
class Window:
    """Allows `most` events a minute for each key."""

    most: int
    now: Callable[[], float] = time.monotonic
    _events: dict[str, deque[float]] = field(default_factory=dict)

    def wait_s(self, key: str) -> int:
        """Count an event and return 0, or return the seconds to wait when the minute is full."""
        now = self.now()
        if len(self._events) > SWEEP_AT:
            self._events = {k: e for k, e in self._events.items() if e and e[-1] > now - WINDOW_S}
        events = self._events.setdefault(key, deque())
        while events and events[0] <= now - WINDOW_S:
            events.popleft()
        if len(events) >= self.most:
            return max(1, math.ceil(events[0] + WINDOW_S - now))
        events.append(now)
        return 0
