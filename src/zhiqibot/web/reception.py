"""Who is speaking and what they say: the part the WebSocket and the plain HTTP endpoints share."""

from dataclasses import dataclass, field

from aiohttp import web

from zhiqibot.channels.webchat import ACCOUNT, CHANNEL
from zhiqibot.core.messages import InboundMessage
from zhiqibot.inbox.intake import IntakeUnavailable
from zhiqibot.web.answers import Problem
from zhiqibot.web.files import FileStore
from zhiqibot.web.history import History, Item
from zhiqibot.web.limits import Window
from zhiqibot.web.live import Feed, Page, Pages, Send
from zhiqibot.web.parts import Person, WebParts
from zhiqibot.web.reading import CUT_NOTE, Say
from zhiqibot.web.sources import source_of
from zhiqibot.web.threads import Threads
from zhiqibot.web.visitors import HEADER, new_token, visitor_id


@dataclass
class Reception:
    """Knows visitors by their token, counts what they do, and hands what they say to the inbox."""

    parts: WebParts
    history: History
    files: FileStore
    pages: Pages
    threads: Threads
    _said: Window = field(init=False)
    _newcomers: Window = field(init=False)

    def __post_init__(self) -> None:
        self._said = Window(self.parts.limits.messages_per_minute)
        self._newcomers = Window(self.parts.limits.new_visitors_per_source_per_minute)

    def visitor(self, request: web.Request) -> str:
        """Return the visitor whose token the request carries; raise Problem 401."""
        visitor = visitor_id(self.parts.vault, request.headers.get(HEADER, ""))
        if visitor is None:
            raise Problem(401)
        return visitor

    async def welcome(self, request: web.Request, token: str) -> tuple[str, Item]:
        """Return the visitor and the `welcome` frame; an unknown token is replaced by a new one."""
        visitor = visitor_id(self.parts.vault, token)
        frame: Item = {"type": "welcome", "demo": self.parts.demo is not None}
        if visitor is None:
            wait_s = self._newcomers.wait_s(source_of(request, self.parts.trusted_proxies))
            if wait_s:
                raise Problem(429, retry_after_s=wait_s)
            frame["visitor"] = new_token(self.parts.vault)
            visitor = visitor_id(self.parts.vault, frame["visitor"]) or ""
        frame["me"] = await self.who(visitor)
        return visitor, frame

    def feed(self, page: Page, send: Send) -> Feed:
        """Return what keeps an open page up to date."""
        return Feed(self.history, page, send, self.threads)

    async def who(self, visitor: str) -> Person | None:
        """Return the demo person this visitor plays."""
        return await self.threads.run(self.parts.demo.who, visitor) if self.parts.demo else None

    async def say(self, visitor: str, said: Say) -> Item:
        """Store a message and return its `ack` frame; raise Problem 400, 429 or 503 when it is not stored."""
        if not (said.words or said.button or said.files):
            raise Problem(400, "消息里没有可以识别的内容，请重新输入。", code="empty")
        attachments = await self.threads.run(self.files.attachments, visitor, said.files) if said.files else ()
        if attachments is None:
            raise Problem(400, "附件已失效，请重新上传后再发。", code="bad_files")
        wait_s = self._said.wait_s(visitor)
        if wait_s:
            raise Problem(
                429, f"您发得有点快，我先歇一下，请 {wait_s} 秒后再发，内容会为您留着。", retry_after_s=wait_s
            )
        message = InboundMessage(
            channel=CHANNEL,
            account=ACCOUNT,
            message_id=f"{visitor}:{said.id}",  # a page chooses the second half: it must not hit another visitor's
            conversation_id=visitor,
            sender_id=visitor,
            text=said.words,
            button=said.button,
            attachments=attachments,
            sent_at=self.parts.clock(),
        )
        try:
            await self.parts.accept(message)
        except IntakeUnavailable:
            raise Problem(503) from None
        self.pages.said(visitor)
        ack: Item = {"type": "ack", "id": said.id}
        return ack | {"note": CUT_NOTE} if said.cut else ack
