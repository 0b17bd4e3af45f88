"""Telegram.  Source: core.telegram.org/bots/api; the calls are python-telegram-bot's."""

import asyncio
import hmac
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from aiohttp import web
from telegram import Bot, BotCommand
from telegram.error import InvalidToken, TelegramError

from zhiqibot.channels.http import Http, Reach
from zhiqibot.channels.payload import BodyTooLong, ReadFile, hand_over, read_body, read_json
from zhiqibot.channels.telegram.errors import translated
from zhiqibot.channels.telegram.polling import LONG_POLL_S, Polling
from zhiqibot.channels.telegram.reading import ALLOWED_UPDATES, Reader, Reading
from zhiqibot.channels.telegram.request import AiohttpRequest
from zhiqibot.channels.telegram.sending import Sender
from zhiqibot.channels.telegram.settings import TelegramSettings
from zhiqibot.core.channel import Accept, Limits
from zhiqibot.core.clock import Clock, system_clock
from zhiqibot.core.errors import DeliveryRefused, PayloadInvalid
from zhiqibot.core.messages import Attachment, OutboundMessage

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (a header's name)
DOWNLOAD_LIMIT = 20 * 1024 * 1024
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
MENU = (("start", "开始使用"), ("my", "我的诉求"), ("help", "使用说明"), ("cancel", "取消当前办理"))


@dataclass
class TelegramChannel:
    """One Telegram bot: webhook or polling in, Bot API out."""

    settings: TelegramSettings
    accept: Accept
    read_file: ReadFile | None = None
    clock: Clock = system_clock
    long_poll_s: int = LONG_POLL_S
    name: ClassVar[str] = "telegram"
    residency: ClassVar[Literal["domestic", "foreign"]] = "foreign"
    limits: ClassVar[Limits] = Limits(per_second=30, per_recipient_per_minute=60)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once Telegram knows the bot and messages flow."""
    rejected: int = 0
    """Webhook calls without the secret."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        settings = self.settings
        origins = (settings.base_url, settings.base_file_url, *([settings.proxy] if settings.proxy else []))
        # two clients: a poll that hangs must not keep a send waiting
        self._calls, self._polls = (AiohttpRequest(Http(Reach(origins), proxy=settings.proxy)) for _ in range(2))
        self.bot = Bot(
            settings.token,
            base_url=settings.base_url,
            base_file_url=settings.base_file_url,
            request=self._calls,
            get_updates_request=self._polls,
        )
        self._reader = Reader(self.name, settings.account, self.clock)
        self._sender = Sender(self.bot, self.name, self.read_file)

    @property
    def account(self) -> str:
        return self.settings.account

    def routes(self) -> list[web.RouteDef]:
        """Return the webhook's route; none in polling mode."""
        if self.settings.mode == "polling":
            return []
        return [web.post(f"/hooks/telegram/{self.account}", self._webhook)]

    async def start(self) -> None:
        """Connect in the background: an unreachable Telegram must not hold up the product."""
        self._spawn(self._connect())

    async def stop(self) -> None:
        """End polling and close the connections; what was not stored, Telegram keeps."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._calls.shutdown()
        await self._polls.shutdown()
        self.ready.clear()

    async def send(self, address: str, message: OutboundMessage, key: str) -> str:
        """Deliver to one chat; return the ids Telegram gave. A retry sends only the parts that are missing."""
        return await self._sender.send(address, message, key)

    async def fetch(self, attachment: Attachment) -> bytes:
        """Return the content of a file a person sent (`platform:<file_id>`); at most 20 MB."""
        kind, _, file_id = attachment.reference.partition(":")
        if kind != "platform" or attachment.size > DOWNLOAD_LIMIT:
            raise DeliveryRefused(channel=self.name, reason="文件超过 20 MB，无法下载")
        with translated(self.name):
            file = await self.bot.get_file(file_id)
            return bytes(await file.download_as_bytearray())

    async def _connect(self) -> None:
        pause = FIRST_PAUSE_S
        while not self.ready.is_set():
            try:
                await self.bot.initialize()
                await self._announce()
                self.ready.set()
            except InvalidToken:
                logger.error("telegram %s: the token is not valid, the channel stays closed", self.account)
                return
            except TelegramError as error:
                logger.warning("telegram %s: cannot connect: %s", self.account, type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
        if self.settings.mode == "polling":
            await Polling(self.bot, self._polls, self._take, self.long_poll_s).run()

    async def _announce(self) -> None:
        """Tell Telegram how to reach us, and people which commands there are."""
        if self.settings.mode == "webhook":
            await self.bot.set_webhook(
                self.settings.webhook_url,
                secret_token=self.settings.secret,
                allowed_updates=ALLOWED_UPDATES,
            )
        else:
            await self.bot.delete_webhook()  # polling and webhook exclude each other
        try:
            await self.bot.set_my_commands([BotCommand(name, title) for name, title in MENU])
        except TelegramError as error:
            logger.warning("telegram %s: commands not set: %s", self.account, type(error).__name__)

    async def _webhook(self, request: web.Request) -> web.Response:
        sent = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(sent, self.settings.secret.encode()):
            self.rejected += 1
            return web.Response(status=403)
        if not self.ready.is_set():  # without the bot's own name a group's talk cannot be told apart
            return web.Response(status=503)
        try:
            data = read_json(await read_body(request), self.name)
            reading = self._reader.read(data, self.bot.bot)
        except BodyTooLong:
            return web.Response(status=413)
        except TimeoutError:
            return web.Response(status=408)
        except PayloadInvalid:
            return web.Response(status=400)
        return web.Response(status=200 if await self._store(reading) else 503)

    async def _take(self, data: dict[str, Any]) -> bool:
        """Store one polled update; an unreadable one is passed over, else it would stop all that follow."""
        try:
            reading = self._reader.read(data, self.bot.bot)
        except PayloadInvalid:
            logger.warning("telegram %s: update %s cannot be read", self.account, data.get("update_id"))
            return True
        return await self._store(reading)

    async def _store(self, reading: Reading) -> bool:
        if reading.message is not None and not await hand_over(self.accept, reading.message):
            return False
        if reading.press_id:  # always, or the person's button keeps spinning
            self._spawn(self._answer_press(reading.press_id))
        return True

    async def _answer_press(self, query_id: str) -> None:
        try:
            await self.bot.answer_callback_query(query_id)
        except TelegramError as error:  # too old after an outage: the press itself is stored
            logger.info("telegram %s: press not answered: %s", self.account, type(error).__name__)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
