"""The configured platform accounts: each a channel with its webhook routes and its lifecycle."""

from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from zhiqibot.core.channel import Accept, Channel
from zhiqibot.core.clock import Clock
from zhiqibot.core.errors import ContentError
from zhiqibot.settings import Settings


class Host(Channel, Protocol):
    """A channel that also receives: it has routes, or a connection of its own."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def routes(self) -> Sequence[web.RouteDef]: ...


def check_residency(settings: Settings) -> None:
    """Refuse a foreign channel under the government profile unless it was allowed in writing."""
    if settings.profile == "government" and settings.telegram and settings.allow_foreign is None:
        raise ContentError(
            mistakes="设置: telegram: 政务模式下不得启用境外渠道；确需启用，请在 allow_foreign 写明 reason、approved_by 和 date"
        )


def make_hosts(settings: Settings, accept: Accept, clock: Clock) -> list[Host]:
    """Return a host for every configured account; a platform's library is imported only if it is used."""
    hosts: list[Host] = []
    if settings.telegram:
        from zhiqibot.channels.telegram import TelegramChannel, TelegramSettings

        for name, telegram in settings.telegram.items():
            hosts.append(TelegramChannel(TelegramSettings(account=name, **telegram.model_dump()), accept, clock=clock))
    if settings.wecom:
        from zhiqibot.channels.wecom import WeComChannel, WeComSettings

        for name, wecom in settings.wecom.items():
            hosts.append(WeComChannel(WeComSettings(account=name, **wecom.model_dump()), accept, clock=clock))
    return hosts
