"""Local rate limits: several platforms drop what is too fast without a word, so we must not be too fast."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from zhiqibot.core.channel import Limits

MAX_BUCKETS = 20_000
SAFETY, BURST = 0.8, 5.0
"""Per recipient: refill below the limit, and so few saved up that no minute sees more than it allows."""


@dataclass
class TokenBucket:
    """`rate` tokens a second, at most `size` saved up."""

    rate: float
    size: float
    tokens: float
    filled_at: float

    def wait_s(self, now: float) -> float:
        """Return how long to wait for a token (0 when there is one, and then take it)."""
        self.tokens = min(self.size, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.rate


@dataclass
class RateLimiter:
    """One bucket for the account, one for each recipient."""

    limits: Limits
    monotonic: Callable[[], float] = time.monotonic
    _buckets: dict[str, TokenBucket] = field(default_factory=dict)

    def wait_s(self, address: str) -> float:
        """Return seconds to wait before sending to `address`; 0 means go, and the send is counted."""
        per_minute = self.limits.per_recipient_per_minute
        if per_minute is not None:
            wait = self._bucket(f"to:{address}", SAFETY * per_minute / 60, BURST).wait_s(self.monotonic())
            if wait:
                return wait
        if self.limits.per_second is not None:
            return self._bucket("all", self.limits.per_second, self.limits.per_second).wait_s(self.monotonic())
        return 0.0

    def _bucket(self, name: str, rate: float, size: float) -> TokenBucket:
        bucket = self._buckets.get(name)
        if bucket is None:
            if len(self._buckets) >= MAX_BUCKETS:  # forgetting is safe: a new bucket starts full, as an idle one is
                self._buckets.clear()
            size = max(size, 1.0)
            bucket = self._buckets[name] = TokenBucket(rate, size, size, self.monotonic())
        return bucket
