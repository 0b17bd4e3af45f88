"""Telegram end to end: the same tests against an independent server and against our own fake."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from aiohttp import ClientSession, web
from serving import Inbox, served
from telegram_peers import TOKEN, Peer, keyboard, node_peer, own_peer

from zhiqibot.channels.telegram import TelegramChannel, TelegramSettings
from zhiqibot.channels.text import without_marks
from zhiqibot.core.errors import DeliveryFailed, DeliveryRefused
from zhiqibot.core.messages import Button, OutboundMessage, card

SECRET = "s3cret_for-tests-0123"
ME = "10001"
HOSTILE = '@zhangsan_1 @所有人 <b>粗</b> <a href="http://evil">点</a> [x](http://evil) _*[]()~`>#+-=|{}.! &amp; tg://user?id=1'


@pytest.fixture(params=["telegram-test-api", "own fake"])
async def peer(request: pytest.FixtureRequest) -> AsyncIterator[Peer]:
    async with node_peer() if request.param == "telegram-test-api" else own_peer() as running:
        yield running


class Bot:
    """A running channel and its inbox."""

    def __init__(self, channel: TelegramChannel, inbox: Inbox, base: str) -> None:
        self.channel, self.inbox, self.base = channel, inbox, base


@pytest.fixture(params=["polling", "webhook"])
async def bot(request: pytest.FixtureRequest, peer: Peer) -> AsyncIterator[Bot]:
    inbox = Inbox()
    bases = {"base_url": f"{peer.base}/bot", "base_file_url": f"{peer.base}/file/bot"}
    holder: list[TelegramChannel] = []

    def routes() -> list[Any]:
        async def hook(call: web.Request) -> web.StreamResponse:
            answer = await holder[0].routes()[0].handler(call)
            assert isinstance(answer, web.StreamResponse)
            return answer

        return [web.post("/hooks/telegram/default", hook)]

    async with served(routes()) as base:
        settings = TelegramSettings(TOKEN, request.param, f"{base}/hooks/telegram/default", SECRET, **bases)
        channel = TelegramChannel(settings, inbox.accept, long_poll_s=1)
        holder.append(channel)
        await channel.start()
        await asyncio.wait_for(channel.ready.wait(), 5)
        yield Bot(channel, inbox, base)
        await channel.stop()


async def until(true: Callable[[], Coroutine[Any, Any, bool]]) -> None:
    for _ in range(160):
        if await true():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


async def arrived(bot: Bot, count: int) -> None:
    async def enough() -> bool:
        return len(bot.inbox.messages) >= count

    await until(enough)


def words(shown: dict[str, Any]) -> str:
    text = str(shown["text"])
    if shown.get("parse_mode") == "HTML":
        text = html.unescape(re.sub(r"</?b>", "", text))
    return without_marks(text)


async def test_texts_come_in_and_go_out(bot: Bot, peer: Peer) -> None:
    """来一句、回一句，内容、会话、身份都对。"""
    await peer.says("车间又停电了")
    await peer.says("/my")
    await arrived(bot, 2)
    first, second = bot.inbox.messages
    assert (first.text, first.conversation_id, first.sender_name) == ("车间又停电了", ME, "强")
    assert second.button == "do:my_tickets"
    assert await bot.channel.send(first.conversation_id, OutboundMessage(text="已登记"), "k1")
    assert [words(message) for message in await peer.shown()] == ["已登记"]


async def test_a_press_comes_back_and_is_always_answered(bot: Bot, peer: Peer) -> None:
    """按钮发得出、按得动，每次按下都有应答。"""
    buttons = (Button(label="确认提交", value="confirm"), Button(label="改一改", value="edit"))
    details = card("工单", [("事项", "停电")])
    await bot.channel.send(ME, OutboundMessage(text="请核对", card=details, buttons=buttons), "k1")
    (shown,) = await peer.shown()
    assert words(shown) == "请核对\n\n【工单】\n事项：停电"
    assert keyboard(shown) == ["confirm", "edit"]
    await peer.presses("confirm")
    await arrived(bot, 1)
    assert bot.inbox.messages[0].button == "confirm"

    async def answered() -> bool:
        return "answerCallbackQuery" in [call["method"] for call in await peer.calls()]

    await until(answered)


async def test_hostile_text_stays_text(bot: Bot, peer: Peer) -> None:
    """提及、链接、HTML、MarkdownV2 特殊字符都原样显示。"""
    await bot.channel.send(ME, OutboundMessage(text=HOSTILE, items=(HOSTILE,)), "k1")
    (shown,) = await peer.shown()
    assert words(shown) == f"{HOSTILE}\n1. {HOSTILE}"
    assert "@zhangsan" not in str(shown["text"])


async def test_markup_telegram_cannot_read_goes_out_plain(bot: Bot, peer: Peer) -> None:
    """平台读不懂标记时改发纯文本。"""
    await bot.channel.send(ME, OutboundMessage(text="#badmarkup <x>"), "k1")
    (shown,) = await peer.shown()
    assert not shown.get("parse_mode")
    assert shown["text"] == "#badmarkup <x>"


async def test_a_long_text_is_cut_at_4096(bot: Bot, peer: Peer) -> None:
    """长文切成几条，一字不少，按钮在最后一条。"""
    text = "".join(f"第{n}条说明，请留意<&>。" for n in range(600))
    await bot.channel.send(ME, OutboundMessage(text=text, buttons=(Button(label="好", value="ok"),)), "k1")
    shown = await peer.shown()
    assert "".join(words(message) for message in shown) == text
    assert [keyboard(message) for message in shown] == [[], [], ["ok"]]


async def test_refusals_and_limits_are_told_apart(bot: Bot, peer: Peer) -> None:
    """被拉黑是永久失败，限频按平台给的秒数再试。"""
    with pytest.raises(DeliveryRefused):
        await bot.channel.send("403", OutboundMessage(text="x"), "k1")
    with pytest.raises(DeliveryFailed) as caught:
        await bot.channel.send(ME, OutboundMessage(text="#429"), "k2")
    assert caught.value.retry_after_s == 7


async def test_what_cannot_be_stored_comes_again_when_polled(bot: Bot, peer: Peer) -> None:
    """轮询时存不下的消息不确认，恢复后不丢；回调时回 503。"""
    bot.inbox.broken = True
    await peer.says("要紧的事")

    async def tried() -> bool:
        return bot.inbox.calls > 0

    await until(tried)
    assert bot.inbox.messages == []
    if bot.channel.settings.mode == "webhook":

        async def told() -> bool:
            return [call["status"] for call in await peer.calls() if call["method"] == "_webhook"] == [503]

        await until(told)


async def test_the_commands_are_announced_in_chinese(bot: Bot, peer: Peer) -> None:
    """启动时登记中文命令菜单。"""
    (call,) = [call for call in await peer.calls() if call["method"] == "setMyCommands"]
    assert {entry["command"]: entry["description"] for entry in json.loads(call["commands"])}["my"] == "我的诉求"


async def test_a_wrong_secret_stores_nothing(bot: Bot) -> None:
    """没有正确暗号的回调：403，不读内容，不存。"""
    if bot.channel.settings.mode == "polling":
        assert bot.channel.routes() == []
        return
    url = f"{bot.base}/hooks/telegram/default"
    async with ClientSession() as session:
        for secret in ("", "wrong", SECRET[:-1], SECRET + "x", "秘密"):
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            async with session.post(url, data=b'{"update_id": 1}', headers=headers) as answer:
                assert (answer.status, await answer.read()) == (403, b"")
    assert bot.inbox.calls == 0
    assert bot.channel.rejected == 5
