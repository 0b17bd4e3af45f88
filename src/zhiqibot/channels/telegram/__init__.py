"""Telegram: one bot, by webhook or polling."""

from zhiqibot.channels.telegram.channel import TelegramChannel
from zhiqibot.channels.telegram.settings import TelegramSettings

__all__ = ["TelegramChannel", "TelegramSettings"]
