"""企业微信: one self-built app (自建应用)."""

from zhiqibot.channels.wecom.channel import WeComChannel
from zhiqibot.channels.wecom.settings import WeComSettings

__all__ = ["WeComChannel", "WeComSettings"]
