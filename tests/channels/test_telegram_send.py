"""Telegram against our own fake: files, albums, groups, faults."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

import pytest
from fake_telegram import FakeTelegram
from serving import FILES, Inbox, read_file
from telegram_peers import TOKEN, keyboard, own_peer

from zhiqibot.channels.telegram import TelegramChannel, TelegramSettings
from zhiqibot.core.errors import DeliveryFailed, DeliveryRefused
from zhiqibot.core.messages import Attachment, Button, OutboundMessage

PHOTO = {"file_unique_id": "p", "width": 90, "height": 60, "file_size": 12}


class Bot:
    """A polling channel, its inbox and the Telegram it talks to."""

    def __init__(self, base: str, fake: FakeTelegram, token: str = TOKEN) -> None:
        settings = TelegramSettings(token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot")
        self.inbox, self.fake = Inbox(), fake
        self.channel = TelegramChannel(settings, self.inbox.accept, read_file, long_poll_s=1)

    async def until(self, true: Callable[[], bool]) -> None:
        for _ in range(200):
            if true():
                return
            await asyncio.sleep(0.03)
        raise TimeoutError


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with own_peer() as peer:
        bot = Bot(peer.base, peer.fake)
        await bot.channel.start()
        await asyncio.wait_for(bot.channel.ready.wait(), 5)
        yield bot
        await bot.channel.stop()


async def test_an_album_arrives_whole_and_its_files_can_be_fetched(bot: Bot) -> None:
    """一次发来的几张图都收到，内容取得回来。"""
    for number in (1, 2):
        bot.fake.files[f"P{number}"] = b"photo" * number
        await bot.fake.user_sends(photo=[PHOTO | {"file_id": f"P{number}"}], media_group_id="7")
    await bot.until(lambda: len(bot.inbox.messages) == 2)
    contents = [await bot.channel.fetch(message.attachments[0]) for message in bot.inbox.messages]
    assert contents == [b"photo", b"photophoto"]


async def test_files_that_cannot_be_fetched_are_refused(bot: Bot) -> None:
    """过大、已失效的文件不硬取。"""
    for attachment in (
        Attachment(kind="file", reference="platform:gone"),
        Attachment(kind="file", reference="platform:x", size=30_000_000),
        Attachment(kind="file", reference="../secret"),
    ):
        with pytest.raises(DeliveryRefused):
            await bot.channel.fetch(attachment)


async def test_image_and_file_go_out_with_their_chinese_names(bot: Bot) -> None:
    """图片、文件随文字之后发出，中文文件名不变。"""
    image = Attachment(kind="image", name="现场.png", reference="png")
    file = Attachment(kind="file", name="平面图.txt", reference="k1")
    await bot.channel.send("10001", OutboundMessage(text="见附件", image=image, file=file), "k1")
    assert [call["method"] for call in bot.fake.shown] == ["sendMessage", "sendPhoto", "sendDocument"]
    assert bot.fake.files == {"现场.png": FILES["png"], "平面图.txt": FILES["k1"]}


async def test_a_file_of_telegram_is_passed_on_by_its_id(bot: Bot) -> None:
    """平台已有的文件按编号转发；取不到的用文字说明。"""
    await bot.channel.send("10001", OutboundMessage(file=Attachment(kind="file", reference="platform:D1")), "k1")
    assert bot.fake.shown[0]["sent"] == ("document", "D1")
    bot.channel._sender.read_file = None
    await bot.channel.send("10001", OutboundMessage(file=Attachment(kind="file", name="表.docx", reference="k1")), "k2")
    assert "表.docx" in bot.fake.shown[1]["text"]


async def test_buttons_too_long_for_telegram_become_words(bot: Bot) -> None:
    """超过 64 字节的按钮值改为文字选项，其余照常可按。"""
    buttons = (Button(label="甲", value="a" * 60), Button(label="乙", value="值" * 22))
    await bot.channel.send("10001", OutboundMessage(buttons=buttons), "k1")
    (shown,) = bot.fake.shown
    assert keyboard(shown) == ["a" * 60]
    assert shown["text"] == "可回复：乙"


async def test_an_upgraded_group_is_followed(bot: Bot) -> None:
    """群升级换号后，消息跟到新群。"""
    bot.fake.migrated = {"-5": -1005}
    for key in ("k1", "k2"):
        await bot.channel.send("-5", OutboundMessage(text="通知"), key)
    assert [call["chat_id"] for call in bot.fake.shown] == ["-1005", "-1005"]
    assert sum(call.get("chat_id") == "-5" for call in bot.fake.calls) == 1


async def test_a_group_gets_no_more_than_twenty_a_minute(bot: Bot) -> None:
    """每个群每分钟至多二十条，多的推迟。"""
    for number in range(20):
        await bot.channel.send("-100", OutboundMessage(text=f"{number}"), f"k{number}")
    with pytest.raises(DeliveryFailed) as caught:
        await bot.channel.send("-100", OutboundMessage(text="x"), "k")
    assert 50 < (caught.value.retry_after_s or 0) <= 60
    await bot.channel.send("10001", OutboundMessage(text="x"), "k-private")


async def test_a_retry_sends_only_the_missing_parts(bot: Bot) -> None:
    """多段消息中途失败，重试只补没发的。"""
    message = OutboundMessage(text="一" * 5000 + "\n#429")
    text = OutboundMessage(text="字" * 4096 + "\n" + "#429" + "字" * 10)
    for sent in (text, text):
        with pytest.raises(DeliveryFailed):
            await bot.channel.send("10001", sent, "k1")
    assert len(bot.fake.shown) == 1
    await bot.channel.send("10001", message, "k2")
    assert len(bot.fake.shown) == 3


@pytest.mark.parametrize("address", ["404", "not-a-number", ""])
async def test_addresses_nobody_has_are_refused(bot: Bot, address: str) -> None:
    """不存在的会话不再重试。"""
    with pytest.raises(DeliveryRefused):
        await bot.channel.send(address, OutboundMessage(text="x"), "k")


async def test_an_update_nobody_can_read_does_not_stop_the_rest(bot: Bot) -> None:
    """一条读不懂的更新不挡后面的消息。"""
    await bot.fake.user_sends(update={"message": {"odd": True}})
    await bot.fake.user_sends(text="后面的话")
    await bot.until(lambda: len(bot.inbox.messages) == 1)
    assert bot.inbox.messages[0].text == "后面的话"


async def test_an_update_is_confirmed_only_after_it_is_stored(bot: Bot) -> None:
    """存好之前不向平台确认；存储恢复后消息按序补上。"""
    bot.inbox.broken = True
    await bot.fake.user_sends(text="甲")
    await bot.fake.user_sends(text="乙")
    await bot.until(lambda: bot.inbox.calls >= 2)
    assert max(bot.fake.offsets) == 0
    bot.inbox.broken = False
    await bot.until(lambda: len(bot.inbox.messages) == 2)
    assert [message.text for message in bot.inbox.messages] == ["甲", "乙"]
    await bot.until(lambda: max(bot.fake.offsets) == 103)


async def test_an_old_press_is_stored_though_it_cannot_be_answered(bot: Bot) -> None:
    """平台说按钮太旧无法应答时，这次按下仍然算数。"""
    old = {"id": "old", "from": {"id": 1, "is_bot": False, "first_name": "a"}, "chat_instance": "1", "data": "ok"}
    await bot.fake.user_sends(update={"callback_query": old})
    await bot.until(lambda: len(bot.inbox.messages) == 1)
    await bot.until(lambda: any(call["method"] == "answerCallbackQuery" for call in bot.fake.calls))


async def test_polling_survives_an_outage() -> None:
    """平台一时不通，恢复后自动接上。"""
    async with own_peer() as peer:
        bot = Bot(peer.base, peer.fake)
        peer.fake.down = 1
        await bot.channel.start()
        await asyncio.wait_for(bot.channel.ready.wait(), 5)
        peer.fake.down = 2
        await peer.fake.user_sends(text="还在吗")
        await bot.until(lambda: len(bot.inbox.messages) == 1)
        await bot.channel.stop()


async def test_a_wrong_token_is_said_once_and_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    """令牌不对：记一条不含令牌的错误，不反复尝试；发送稍后再试。"""
    caplog.set_level(logging.DEBUG)
    async with own_peer() as peer:
        bot = Bot(peer.base, peer.fake, token="999:PLANTED")
        await bot.channel.start()
        with pytest.raises(DeliveryFailed) as caught:
            await bot.channel.send("10001", OutboundMessage(text="正文也不进日志"), "k")
        await bot.until(lambda: "not valid" in caplog.text)
        await bot.channel.stop()
    assert caught.value.retry_after_s == 600
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("zhiqibot")]
    assert ours == ["telegram default: the token is not valid, the channel stays closed"]
    assert "PLANTED" not in "".join(ours) + str(caught.value)


async def test_an_unreachable_telegram_is_a_passing_fault() -> None:
    """连不上时稍后再试，启动也不被拖住。"""
    bot = Bot("http://127.0.0.1:9", FakeTelegram(TOKEN))
    await asyncio.wait_for(bot.channel.start(), 0.5)
    with pytest.raises(DeliveryFailed) as caught:
        await bot.channel.send("10001", OutboundMessage(text="x"), "k")
    assert "ABC" not in str(caught.value)
    await bot.channel.stop()
