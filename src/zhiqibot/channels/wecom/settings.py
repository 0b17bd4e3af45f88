"""Settings of one 企业微信 self-built app."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from zhiqibot.core.errors import ContentError


@dataclass(frozen=True)
class WeComSettings:
    """One 自建应用; `base_url` may name a private 政务微信."""

    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    callback_token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    account: str = "default"
    base_url: str = "https://qyapi.weixin.qq.com"
    card_link: str = ""
    """Address a card without buttons opens (企业微信 shows none without one); empty: such a card is sent as text."""
    image_limit: int = 2 * 1024 * 1024
    """Bytes; larger images go as files. The platform's pages name both 2 MB and 10 MB."""
    proxy: str | None = None

    def __post_init__(self) -> None:
        mistakes = [
            f"wecom: {name}: 不能为空"
            for name in ("corp_id", "secret", "callback_token", "encoding_aes_key")
            if not getattr(self, name)
        ]
        for name, address in (("base_url", self.base_url), ("card_link", self.card_link or self.base_url)):
            if urlsplit(address).scheme not in ("http", "https"):
                mistakes.append(f"wecom: {name}: 须为 http 或 https 地址")
        if mistakes:
            raise ContentError(mistakes="\n".join(mistakes))
