"""When a delivery is tried again, and how fast a platform may be addressed."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.core.channel import Limits
from zhiqibot.core.clock import SHANGHAI
from zhiqibot.core.errors import DeliveryFailed, DeliveryRefused
from zhiqibot.outbox.limits import RateLimiter
from zhiqibot.outbox.retry import LONGEST_PAUSE_S, MAX_ATTEMPTS, next_attempt

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
REFUSED = DeliveryRefused(channel="t", reason="blocked")
FAILED = DeliveryFailed(channel="t", reason="503")


def advised(seconds: float) -> DeliveryFailed:
    return DeliveryFailed(channel="t", reason="429", retry_after_s=seconds)


@pytest.mark.parametrize(
    ("error", "attempts", "shortest", "longest"),
    [
        (FAILED, 1, 1.6, 2.4),
        (FAILED, 2, 3.2, 4.8),
        (FAILED, 5, 25.6, 38.4),
        (FAILED, MAX_ATTEMPTS - 1, 1638, 2458),
        (TimeoutError(), 1, 1.6, 2.4),
        (RuntimeError("anything"), 3, 6.4, 9.6),
        (advised(90), 1, 90, 90),
        (advised(90), 8, 90, 90),
        (advised(0), 1, 0.1, 0.1),
        (advised(-5), 1, 0.1, 0.1),
    ],
)
def test_the_pause_doubles_unless_the_platform_says_better(
    error: Exception, attempts: int, shortest: float, longest: float
) -> None:
    """间隔逐次加倍并带抖动；平台自己说了多久就按它的。"""
    again = next_attempt(error, attempts, NOW)

    assert again is not None
    assert shortest <= (again - NOW).total_seconds() <= longest


@pytest.mark.parametrize(
    ("error", "attempts"), [(REFUSED, 1), (FAILED, MAX_ATTEMPTS), (advised(5), MAX_ATTEMPTS), (RuntimeError(), 99)]
)
def test_a_refusal_and_the_last_try_end_it(error: Exception, attempts: int) -> None:
    """被拒收、试满次数，就不再试。"""
    assert next_attempt(error, attempts, NOW) is None


@given(st.integers(1, MAX_ATTEMPTS - 1))
def test_no_pause_is_longer_than_the_longest(attempts: int) -> None:
    """间隔有上限，且永远在将来。"""
    again = next_attempt(FAILED, attempts, NOW)

    assert again is not None
    assert 0 < (again - NOW).total_seconds() <= LONGEST_PAUSE_S * 1.2


class Watch:
    """A monotonic clock one turns by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_without_limits_nothing_waits() -> None:
    """没有限速就不等。"""
    assert {RateLimiter(Limits()).wait_s("a") for _ in range(1000)} == {0.0}


@given(st.floats(0.5, 50), st.lists(st.floats(0, 3), min_size=1, max_size=200))
def test_no_more_than_the_rate_passes_in_any_stretch(rate: float, pauses: list[float]) -> None:
    """任何一段时间里放行的不超过“一桶加速率乘时长”。"""
    watch = Watch()
    limiter = RateLimiter(Limits(per_second=rate), watch)
    passed = 0
    for pause in pauses:
        watch.now += pause
        passed += limiter.wait_s("a") == 0

    assert passed <= max(rate, 1) + rate * watch.now + 1e-6


@given(st.integers(25, 600), st.lists(st.floats(0, 2), min_size=1, max_size=300))
def test_no_recipient_gets_more_in_a_minute_than_the_platform_allows(most: int, pauses: list[float]) -> None:
    """任意连续一分钟里，发给一个人的不超过平台限额。"""
    watch = Watch()
    limiter = RateLimiter(Limits(per_recipient_per_minute=most), watch)
    passed: list[float] = []
    for pause in pauses:
        watch.now += pause
        if limiter.wait_s("a") == 0:
            passed.append(watch.now)

    assert all(sum(start <= moment < start + 60 for moment in passed) <= most for start in passed)


def test_the_wait_it_names_is_enough_and_recipients_do_not_share() -> None:
    """按它说的等就放行；一个收件人太快不影响别人。"""
    watch = Watch()
    limiter = RateLimiter(Limits(per_recipient_per_minute=30), watch)
    wait = max(limiter.wait_s("a") for _ in range(30))

    assert (wait > 0, limiter.wait_s("b")) == (True, 0)
    watch.now += wait + 1e-9
    assert limiter.wait_s("a") == 0
