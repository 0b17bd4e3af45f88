"""An outbox on each engine, and a platform that takes messages, fails or refuses as told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.core.channel import Limits
from zhiqibot.core.crypto import Vault
from zhiqibot.core.messages import OutboundMessage, Thread
from zhiqibot.outbox.delivery import Delivery
from zhiqibot.outbox.model import OutboxMessage, OutboxState
from zhiqibot.outbox.outbox import Notice, Outbox
from zhiqibot.storage.database import Database


@dataclass
class Platform:
    """A channel that writes down what it was given; `errors` are raised first, one a send."""

    name: str = "test"
    account: str = "default"
    residency: Literal["domestic", "foreign"] = "domestic"
    limits: Limits = field(default_factory=Limits)
    errors: list[BaseException] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    async def send(self, address: str, message: OutboundMessage, key: str) -> str:
        self.keys.append(key)
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append((address, message.text))
        return f"receipt-{len(self.taken)}"

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.taken]


@dataclass
class Post:
    """The outbox of a small world: put messages in, deliver, read how they stand."""

    database: Database
    vault: Vault
    now: datetime
    platform: Platform = field(default_factory=Platform)
    reachable: set[str] = field(default_factory=lambda: {"p1"})

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.vault)
        self.delivery = self.process()

    def process(self) -> Delivery:
        channels = {(self.platform.name, self.platform.account): self.platform}
        return Delivery(self.database, self.outbox, channels, self._addresses, lambda: self.now)

    async def deliver_all(self) -> None:
        """Deliver until nothing is due."""
        delivery = self.process()
        while await delivery.deliver_due():
            pass

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def reply(self, *texts: str, conversation: str = "c1") -> None:
        with self.database.write() as session:
            thread = Thread(f"test:default:{conversation}", "test", "default", conversation)
            self.outbox.reply(session, thread, [OutboundMessage(text=text) for text in texts], self.now)

    def notify(self, *notices: Notice) -> None:
        with self.database.write() as session:
            self.outbox.notify(session, notices, self.now)

    def rows(self) -> list[OutboxMessage]:
        with self.database.read() as session:
            return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))

    def states(self) -> list[OutboxState]:
        return [OutboxState(row.state) for row in self.rows()]

    def _addresses(self, session: Session, people: Sequence[str]) -> Mapping[str, Thread]:
        return {one: Thread(f"test:default:{one}", "test", "default", one) for one in people if one in self.reachable}


def notice(key: str, text: str = "", person: str = "p1", **more: object) -> Notice:
    return Notice(key, person, OutboundMessage(text=text or key), **more)  # type: ignore[arg-type]


@pytest.fixture
def post(database: Database, vault: Vault, now: datetime) -> Post:
    return Post(database, vault, now)
