"""Telegram's refusals in the product's terms."""

from collections.abc import Iterator
from contextlib import contextmanager

from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError, TimedOut

from zhiqibot.channels.telegram.request import Throttled
from zhiqibot.core.errors import DeliveryFailed, DeliveryRefused

CONFIGURATION_PAUSE_S = 600.0


@contextmanager
def translated(channel: str) -> Iterator[None]:
    """Turn the library's errors into DeliveryFailed or DeliveryRefused; their texts may hold the token, so none is kept."""
    try:
        yield
    except Forbidden:
        raise DeliveryRefused(channel=channel, reason="对方已停用或移除了机器人") from None
    except BadRequest as error:
        raise DeliveryRefused(channel=channel, reason=_known(error.message)) from None
    except Throttled as error:
        raise DeliveryFailed(channel=channel, reason="flood control", retry_after_s=error.seconds) from None
    except InvalidToken:
        raise DeliveryFailed(channel=channel, reason="token invalid", retry_after_s=CONFIGURATION_PAUSE_S) from None
    except TimedOut:
        raise DeliveryFailed(channel=channel, reason="timeout") from None
    except TelegramError as error:
        raise DeliveryFailed(channel=channel, reason=type(error).__name__) from None


def _known(message: str) -> str:
    """Return a reason people can read for the refusals that matter, else the kind of error alone."""
    lower = message.lower()
    if "chat not found" in lower or "peer_id_invalid" in lower:
        return "找不到该会话"
    if "deactivated" in lower:
        return "对方账号已注销"
    if "not enough rights" in lower:
        return "机器人在该群没有发言权限"
    return "bad request"


def is_markup_fault(error: BadRequest) -> bool:
    """Tell whether Telegram could not read the HTML."""
    return "parse entities" in error.message.lower()
