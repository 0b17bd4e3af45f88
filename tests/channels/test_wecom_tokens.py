"""企业微信 access tokens: one for all, renewed in time, and no loop when the settings are wrong."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fake_wecom import FakeWeCom, settings
from serving import Inbox, read_file, served

from zhiqibot.channels.wecom import WeComChannel
from zhiqibot.core.errors import DeliveryFailed
from zhiqibot.core.messages import OutboundMessage


@pytest.fixture
async def server() -> AsyncIterator[tuple[FakeWeCom, str]]:
    fake = FakeWeCom()
    async with served(fake.routes()) as base:
        yield fake, base


@pytest.fixture
async def wecom(server: tuple[FakeWeCom, str]) -> AsyncIterator[tuple[WeComChannel, FakeWeCom]]:
    fake, base = server
    channel = WeComChannel(settings(base), Inbox().accept, read_file)
    yield channel, fake
    await channel.stop()


Wired = tuple[WeComChannel, FakeWeCom]


async def test_one_token_serves_many_sends(wecom: Wired) -> None:
    """并发发送只取一次令牌；令牌提前失效时也只换一次。"""
    channel, fake = wecom
    await asyncio.gather(*(channel.send("LiNa", OutboundMessage(text=f"{n}"), f"a{n}") for n in range(10)))
    assert fake.calls["gettoken"] == 1
    fake.end_tokens()
    await asyncio.gather(*(channel.send("LiNa", OutboundMessage(text=f"{n}"), f"b{n}") for n in range(10)))
    assert fake.calls["gettoken"] == 2
    assert len(fake.delivered) == 20


async def test_an_expired_token_is_renewed_before_it_ends(wecom: Wired) -> None:
    """令牌到期前就换新的。"""
    channel, fake = wecom
    now = 0.0
    channel.api.monotonic = lambda: now
    await channel.api.token()
    now = 6800.0
    await channel.api.token()
    assert fake.calls["gettoken"] == 1
    now = 6901.0
    await channel.api.token()
    assert fake.calls["gettoken"] == 2


async def test_a_wrong_secret_does_not_loop(server: tuple[FakeWeCom, str]) -> None:
    """密钥错误按配置问题处理，不反复请求。"""
    fake, base = server
    channel = WeComChannel(settings(base, secret="wrong"), Inbox().accept)
    for n in range(5):
        with pytest.raises(DeliveryFailed) as caught:
            await channel.send("LiNa", OutboundMessage(text="x"), f"k{n}")
        assert caught.value.retry_after_s == 600
    assert fake.calls["gettoken"] == 1
    await channel.stop()


async def test_a_token_refused_twice_does_not_loop(wecom: Wired) -> None:
    """换过令牌仍被拒，就此打住。"""
    channel, fake = wecom
    fake.next_codes = [42001, 40014, 42001]
    with pytest.raises(DeliveryFailed):
        await channel.send("LiNa", OutboundMessage(text="x"), "k")
    assert fake.calls["send"] == 2
