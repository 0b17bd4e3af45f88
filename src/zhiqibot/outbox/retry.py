"""When to try a delivery again: apart from the loop, so that it can be read and tested alone."""

import random
from datetime import datetime, timedelta

from zhiqibot.core.errors import DeliveryFailed, DeliveryRefused

FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 3600.0
MAX_ATTEMPTS = 12
"""With doubling pauses this is about six hours: longer than a platform's usual outage."""


def next_attempt(error: Exception, attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after the `attempts`-th try failed with `error`; None means never."""
    if isinstance(error, DeliveryRefused) or attempts >= MAX_ATTEMPTS:
        return None
    pause = min(FIRST_PAUSE_S * 2 ** (attempts - 1), LONGEST_PAUSE_S) * random.uniform(0.8, 1.2)
    if isinstance(error, DeliveryFailed) and error.retry_after_s is not None:
        pause = max(error.retry_after_s, 0.1)
    return now + timedelta(seconds=pause)
