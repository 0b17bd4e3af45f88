"""企业微信 self-built app.  Source: 企业微信开发者中心,《接收消息与事件》 and 《发送应用消息》."""

import logging
from dataclasses import dataclass
from typing import ClassVar, Literal

from aiohttp import web

from zhiqibot.channels.payload import BodyTooLong, ReadFile, hand_over, read_body, read_xml
from zhiqibot.channels.wecom.api import Refusal, WeComApi
from zhiqibot.channels.wecom.reading import Reader
from zhiqibot.channels.wecom.sending import Sender
from zhiqibot.channels.wecom.settings import WeComSettings
from zhiqibot.channels.wxcrypto import WxCrypto
from zhiqibot.core.channel import Accept, Limits
from zhiqibot.core.clock import Clock, system_clock
from zhiqibot.core.errors import DeliveryFailed, DeliveryRefused, PayloadInvalid, SignatureInvalid
from zhiqibot.core.messages import Attachment, OutboundMessage

logger = logging.getLogger(__name__)

MAX_CLOCK_SKEW_S = 600


@dataclass
class WeComChannel:
    """One self-built app: encrypted callback in, message/send out."""

    settings: WeComSettings
    accept: Accept
    read_file: ReadFile | None = None
    clock: Clock = system_clock
    name: ClassVar[str] = "wecom"
    residency: ClassVar[Literal["domestic", "foreign"]] = "domestic"
    limits: ClassVar[Limits] = Limits(per_recipient_per_minute=30)
    rejected: int = 0
    """Callbacks that were not the platform's: forged, stale, or for another corp."""

    def __post_init__(self) -> None:
        settings = self.settings
        self._crypto = WxCrypto(self.name, settings.callback_token, settings.encoding_aes_key, settings.corp_id)
        self._reader = Reader(self.name, settings.account, settings.agent_id)
        self.api = WeComApi(settings, self.name)
        self._sender = Sender(self.api, settings, self.name, self.read_file)

    @property
    def account(self) -> str:
        return self.settings.account

    def routes(self) -> list[web.RouteDef]:
        """Return the callback's routes: the platform's URL check and its messages."""
        path = f"/hooks/wecom/{self.account}"
        return [web.get(path, self._check_url, allow_head=False), web.post(path, self._callback)]

    async def start(self) -> None:
        """Nothing to connect to: the first send fetches the token."""

    async def stop(self) -> None:
        """Close the connections."""
        await self.api.close()

    async def send(self, address: str, message: OutboundMessage, key: str) -> str:
        """Deliver to one member; return the platform's msgids. A retry sends only the parts that are missing."""
        return await self._sender.send(address, message, key)

    async def fetch(self, attachment: Attachment) -> bytes:
        """Return the content of a file a member sent (`platform:<media_id>`); it lives there for three days."""
        kind, _, media_id = attachment.reference.partition(":")
        if kind != "platform":
            raise DeliveryRefused(channel=self.name, reason="不是企业微信的文件")
        try:
            return await self.api.download(media_id)
        except Refusal as refusal:
            raise DeliveryFailed(channel=self.name, reason=str(refusal)) from None

    async def _check_url(self, request: web.Request) -> web.Response:
        """Answer the URL check with the decrypted echo, and only when it is genuine."""
        try:
            return web.Response(body=self._open(request, _first(request, "echostr").replace(" ", "+")))
        except SignatureInvalid:
            return self._reject()
        except PayloadInvalid:
            return web.Response(status=400)

    async def _callback(self, request: web.Request) -> web.Response:
        """Store the message, then answer 200 with an empty body: replies go out on their own."""
        try:
            outer = read_xml(await read_body(request), self.name)
            plain = self._open(request, (outer.findtext("Encrypt") or "").strip())
            message = self._reader.read(plain)
        except SignatureInvalid:
            return self._reject()
        except BodyTooLong:
            return web.Response(status=413)
        except TimeoutError:
            return web.Response(status=408)
        except PayloadInvalid as error:
            logger.info("wecom %s: %s", self.account, error)
            return web.Response(status=400)
        if message is not None and not await hand_over(self.accept, message):
            return web.Response(status=503)
        return web.Response()

    def _open(self, request: web.Request, encrypted: str) -> bytes:
        """Verify signature and age, then decrypt."""
        timestamp = _first(request, "timestamp")
        self._crypto.verify(_first(request, "msg_signature"), timestamp, _first(request, "nonce"), encrypted)
        fresh = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
        if not fresh or abs(self.clock().timestamp() - int(timestamp)) > MAX_CLOCK_SKEW_S:
            raise SignatureInvalid(channel=self.name)
        return self._crypto.decrypt(encrypted)

    def _reject(self) -> web.Response:
        self.rejected += 1
        return web.Response(status=403)


def _first(request: web.Request, name: str) -> str:
    return request.query.get(name, "")
