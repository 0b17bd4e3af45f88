"""An inbox on each engine, with a handler that writes down what it handled in the conversation's memory."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.core.crypto import Vault
from zhiqibot.core.messages import InboundMessage
from zhiqibot.inbox.intake import Intake
from zhiqibot.inbox.model import Conversation, InboxMessage, InboxState
from zhiqibot.inbox.worker import InboxWorker
from zhiqibot.storage.database import Database


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


@dataclass
class Desk:
    """The inbox of a small world: say things, let workers handle them, read what happened."""

    database: Database
    vault: Vault
    now: datetime
    failing: set[str] = field(default_factory=set)
    killing: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    handled: list[str] = field(default_factory=list)
    """Every handling that was begun, also those that were undone."""
    before_handling: Callable[[str], None] = lambda _: None
    _number: int = 0

    def clock(self) -> datetime:
        return self.now

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def message(self, text: str, conversation: str = "c1", message_id: str = "") -> InboundMessage:
        self._number += 1
        return InboundMessage(
            channel="test",
            message_id=message_id or str(self._number),
            conversation_id=conversation,
            sender_id="s1",
            text=text,
            sent_at=self.now,
        )

    def store(self, *texts: str, conversation: str = "c1") -> None:
        intake = Intake(self.database, self.vault, self.clock)
        with self.database.write() as session:
            intake.store(session, [intake.row(self.message(text, conversation)) for text in texts])

    def worker(self) -> InboxWorker:
        return InboxWorker(self.database, self.vault, self.clock, self._handle, self._set_aside)

    def said(self, conversation: str = "c1") -> list[str]:
        """What the conversation's memory holds: the effects that were committed."""
        with self.database.read() as session:
            found = session.get(Conversation, f"test:default:{conversation}")
            return list(found.state.get("said", [])) if found else []

    def rows(self) -> list[InboxMessage]:
        with self.database.read() as session:
            return list(session.scalars(select(InboxMessage).order_by(InboxMessage.id)))

    def states(self) -> list[InboxState]:
        return [InboxState(row.state) for row in self.rows()]

    def _handle(self, session: Session, message: InboundMessage, conversation: Conversation, now: datetime) -> None:
        self.before_handling(message.text)
        self.handled.append(message.text)
        if message.text in self.killing:
            raise Killed
        said = conversation.state.setdefault("said", [])
        said.append(message.text)  # in place on purpose: a careless handler
        if message.text in self.failing:
            raise RuntimeError(f"cannot handle 13812345678 in {message.text}")
        conversation.state = {"said": list(said)}

    def _set_aside(self, session: Session, message: InboundMessage, conversation: Conversation, inbox_id: str) -> None:
        self.told.append(f"{conversation.address}:{message.text}")


@pytest.fixture
def desk(database: Database, vault: Vault, now: datetime) -> Desk:
    return Desk(database, vault, now)


@pytest.fixture
def intake(desk: Desk) -> Iterator[Intake]:
    """A running intake."""
    running = Intake(desk.database, desk.vault, desk.clock)
    running.start()
    yield running
    running.stop()


async def all_of(*waiting: Awaitable[None]) -> list[BaseException | None]:
    return list(await asyncio.gather(*waiting, return_exceptions=True))
