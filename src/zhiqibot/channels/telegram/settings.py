"""Settings of one Telegram bot."""

import re
from dataclasses import dataclass
from typing import Literal

from zhiqibot.core.errors import ContentError

_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


@dataclass(frozen=True)
class TelegramSettings:
    """One bot of @BotFather; `base_url` may name a self-hosted Bot API server or a permitted gateway."""

    token: str
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""
    """Public https address of `/hooks/telegram/{account}`."""
    secret: str = ""
    """Telegram repeats it in a header of every webhook call: 16 to 256 of A-Z a-z 0-9 _ -."""
    account: str = "default"
    base_url: str = "https://api.telegram.org/bot"
    base_file_url: str = "https://api.telegram.org/file/bot"
    proxy: str | None = None

    def __post_init__(self) -> None:
        mistakes = []
        if not self.token:
            mistakes.append("telegram: token: 不能为空")
        if self.mode == "webhook" and not self.webhook_url:
            mistakes.append("telegram: webhook_url: webhook 模式必须填写公网地址")
        if self.mode == "webhook" and not _SECRET.fullmatch(self.secret):
            mistakes.append("telegram: secret: webhook 模式须为 16 至 256 位的字母、数字、下划线或短横线")
        if mistakes:
            raise ContentError(mistakes="\n".join(mistakes))

    def __repr__(self) -> str:
        return f"TelegramSettings(account={self.account!r}, mode={self.mode!r})"  # the token must not reach a log
