"""The configured platform accounts: each a channel with its webhook routes and its lifecycle."""

from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from zhiqibot.core.channel import Channel
from zhiqibot.core.errors import ContentError
from zhiqibot.settings import Settings


class Host(Protocol):
    """What a process needs of a platform besides sending."""

    @property
    def channel(self) -> Channel: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def routes(self) -> Sequence[web.RouteDef]: ...


def check_residency(settings: Settings) -> None:
    """Refuse a foreign channel under the government profile unless it was allowed in writing."""
    if settings.profile == "government" and settings.telegram and settings.allow_foreign is None:
        raise ContentError(
            mistakes="设置: telegram: 政务模式下不得启用境外渠道；确需启用，请在 allow_foreign 写明 reason、approved_by 和 date"
        )
