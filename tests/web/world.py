"""A small world for the web chat: the real database, inbox, outbox and delivery, and a bot that repeats words."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy.orm import Session

from zhiqibot.channels.webchat import WebChat
from zhiqibot.core.clock import system_clock
from zhiqibot.core.crypto import Vault, new_vault
from zhiqibot.core.errors import NotFound
from zhiqibot.core.messages import Button, ButtonStyle, InboundMessage, OutboundMessage, Thread, card
from zhiqibot.inbox.intake import Intake
from zhiqibot.inbox.model import Conversation
from zhiqibot.inbox.worker import InboxWorker
from zhiqibot.outbox.delivery import Delivery
from zhiqibot.outbox.outbox import Notice, Outbox
from zhiqibot.storage.database import Database, open_database
from zhiqibot.storage.signals import Signals
from zhiqibot.web.parts import Person, WebLimits, WebParts
from zhiqibot.web.server import Serving, make_app, serve

PEOPLE: list[Person] = [
    {"id": "owner", "name": "周德明", "role": "enterprise", "title": "总经理", "organisation": "德润机械有限公司"},
    {"id": "cadre", "name": "许志远", "role": "cadre", "title": "首席服务员", "organisation": "科工局"},
    {"id": "clerk", "name": "岳志强", "role": "clerk", "title": "运行监测股股长", "organisation": "科工局"},
    {"id": "office", "name": "沈婉清", "role": "office", "title": "综合科", "organisation": "方城县助企办"},
]


@dataclass
class Players:
    """DemoPeople of the tests: who plays whom is kept in memory."""

    played: dict[str, Person] = field(default_factory=dict)

    def people(self) -> list[Person]:
        return PEOPLE

    def become(self, sender_id: str, person_id: str) -> Person:
        found = next((person for person in PEOPLE if person["id"] == person_id), None)
        if found is None:
            raise NotFound(what="这位演示人物")
        self.played[sender_id] = found
        return found

    def who(self, sender_id: str) -> Person | None:
        return self.played.get(sender_id)


def answers(message: InboundMessage) -> list[OutboundMessage]:
    """Repeat what was said; a few words bring the other shapes of answer."""
    if message.text == "安静":
        return []
    if message.text == "卡片":
        fields = [("编号", "ZQ261123-0001"), ("承办单位", "国网方城县供电公司"), ("办结时限", "2026年12月2日 18:00 前")]
        buttons = (
            Button(label="确认提交", value="yes", style=ButtonStyle.PRIMARY),
            Button(label="修改", value="no"),
            Button(label="取消", value="cancel", style=ButtonStyle.DANGER),
        )
        return [OutboundMessage(text="请核对：", card=card("停电诉求", fields, "急事已同步电话告知"), buttons=buttons)]
    if message.button:
        return [OutboundMessage(text=f"按下：{message.button}")]
    files = "、".join(attachment.name for attachment in message.attachments)
    return [OutboundMessage(text=f"收到：{message.text}{files}")]


@dataclass
class World:
    """Everything that runs, and how to reach it."""

    database: Database
    vault: Vault
    folder: Path
    limits: WebLimits = field(default_factory=WebLimits)
    extra: dict[str, Any] = field(default_factory=dict)
    handled: list[InboundMessage] = field(default_factory=list)
    addresses: dict[str, Thread] = field(default_factory=dict)
    clock_shift: timedelta = timedelta()
    answer: Callable[[InboundMessage], list[OutboundMessage]] = answers
    progress: threading.Condition = field(default_factory=threading.Condition)

    def now(self) -> datetime:
        return system_clock() + self.clock_shift

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.vault)
        self.signals = Signals(self.database)
        self.players = Players()
        self.delivery = Delivery(
            self.database,
            self.outbox,
            {("webchat", "default"): WebChat(lambda address: self.signals.announce("webchat", address))},
            lambda _, people: {one: self.addresses[one] for one in people if one in self.addresses},
            self.now,
        )
        self.worker = InboxWorker(
            self.database, self.vault, self.now, self._handle, lambda *_: None, on_handled=self.delivery.wake
        )
        self.intake = Intake(self.database, self.vault, self.now, on_stored=self.worker.wake)
        self.accept = self.intake.accept

    def parts(self) -> WebParts:
        return WebParts(
            accept=lambda message: self.accept(message),
            vault=self.vault,
            database=self.database,
            outbox=self.outbox,
            clock=self.now,
            listen=lambda callback: self.signals.listen("webchat", callback),
            files=self.folder / "files",
            limits=self.limits,
            **({"demo": self.players} | self.extra),
        )

    def notify(self, notice: Notice) -> None:
        with self.database.write() as session:
            self.outbox.notify(session, [notice], self.now())
        self.delivery.wake()

    def has_handled(self, count: int) -> None:
        """Return once this many messages were handled; blocking."""
        with self.progress:
            self.progress.wait_for(lambda: len(self.handled) >= count, timeout=5)

    def _handle(self, session: Session, message: InboundMessage, conversation: Conversation, now: datetime) -> None:
        with self.progress:
            self.handled.append(message)
            self.progress.notify_all()
        thread = Thread(conversation.key, conversation.channel, conversation.account, conversation.address)
        self.addresses[conversation.sender_id] = thread
        self.outbox.reply(session, thread, self.answer(message), now)

    @contextlib.asynccontextmanager
    async def running(self, *, deliver: bool = True, port: int = 0) -> AsyncIterator[Serving]:
        """Run the intake, the bot, the delivery and the web server."""
        self.database.create_tables()
        self.intake.start()
        working = threading.Thread(target=self.worker.run, daemon=True)
        working.start()
        stop = asyncio.Event()
        delivering = asyncio.create_task(self.delivery.run(stop)) if deliver else None
        serving = await serve(make_app(self.parts()), "127.0.0.1", port)
        try:
            yield serving
        finally:
            await serving.stop()
            stop.set()
            self.delivery.wake()
            if delivering:
                await delivering
            self.worker.stop()
            await asyncio.to_thread(working.join)
            await asyncio.to_thread(self.intake.stop)
            self.database.close()


def new_world(folder: Path, **options: Any) -> World:
    """Return a world over a fresh SQLite file."""
    return World(open_database(f"sqlite:///{folder / 'world.db'}"), new_vault(), folder, **options)


@dataclass
class Visitor:
    """A page in the tests: a WebSocket that keeps what it was shown, each message once."""

    http: aiohttp.ClientSession
    base: str
    token: str = ""
    cursor: str = ""
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    frames: list[dict[str, Any]] = field(default_factory=list)
    me: dict[str, Any] | None = None
    socket: aiohttp.ClientWebSocketResponse | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {"X-Visitor": self.token}

    async def arrive(self) -> dict[str, Any]:
        """Connect (again), resuming after the last message shown; return the history frame."""
        self.socket = await self.http.ws_connect(f"{self.base}/chat/ws")
        hello = {"type": "hello", "visitor": self.token, "after": self.cursor}
        await self.socket.send_json(hello)
        welcome = await self.receive("welcome")
        self.token = welcome.get("visitor", self.token)
        self.me = welcome["me"]
        return await self.receive("history")

    async def leave(self) -> None:
        if self.socket:
            await self.socket.close()

    async def say(self, text: str, client_id: str, **more: Any) -> None:
        assert self.socket is not None
        await self.socket.send_json({"type": "say", "id": client_id, "text": text, **more})

    async def receive(self, kind: str) -> dict[str, Any]:
        """Return the next frame of this kind, keeping everything that comes before it."""
        assert self.socket is not None
        while True:
            async with asyncio.timeout(5):
                frame: dict[str, Any] = await self.socket.receive_json()
            self.frames.append(frame)
            for item in frame.get("items", []) if frame["type"] == "history" else [frame]:
                if item["type"] == "message" and item["id"] not in self.shown:
                    self.shown[item["id"]] = item
                    self.cursor = item["cursor"]
            if frame["type"] == kind:
                return frame

    async def hears(self, text: str) -> dict[str, Any]:
        """Wait until the bot said this."""
        while True:
            found = [item for item in self.shown.values() if item["from"] == "bot" and item["text"] == text]
            if found:
                return found[0]
            await self.receive("message")

    def texts(self, sender: str = "bot") -> list[str]:
        return [item["text"] for item in self.shown.values() if item["from"] == sender]
