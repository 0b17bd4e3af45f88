"""The demo county over the real content, on each engine: several people talk, each with a memory of their own."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from zhiqibot.app import Product, build
from zhiqibot.content.policies import Card, Fact
from zhiqibot.core.crypto import Vault
from zhiqibot.core.messages import InboundMessage, as_plain_text
from zhiqibot.core.people import Speaker
from zhiqibot.deployment import Content, load_content, load_language, make_policy_desk
from zhiqibot.dialogue.turn import Memory
from zhiqibot.directory.model import Person
from zhiqibot.directory.world import WorldImport
from zhiqibot.nlu.understander import Understander
from zhiqibot.outbox.model import OutboxMessage
from zhiqibot.settings import Settings
from zhiqibot.storage.database import Database
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.tickets.model import Ticket

OWNER, RIVAL, CADRE, CLERK, STRANGE_CLERK, OFFICE = (
    "contact-derun-1",
    "contact-ruitai-1",
    "cadre-demo",
    "clerk-zone-2",
    "clerk-power-1",
    "office-demo",
)


@dataclass(frozen=True)
class Loaded:
    """What is read once for all tests."""

    settings: Settings
    content: Content
    understander: Understander
    desk: PolicyDesk


@dataclass
class Town:
    """The product over one database; whoever speaks is bound to a person of the demo county."""

    loaded: Loaded
    database: Database
    vault: Vault
    now: datetime
    memories: dict[str, Memory] = field(default_factory=lambda: defaultdict(Memory))
    product: Product = field(init=False)

    def __post_init__(self) -> None:
        self.rebuild(self.loaded.desk)
        with self.database.write() as session:
            WorldImport(self.vault, self.now, demo=True).run(session, self.loaded.content.world)

    def rebuild(self, desk: PolicyDesk) -> None:
        """Start the product anew, with another desk: what is remembered must be in the database."""
        one = self.loaded
        self.product = build(
            one.settings, one.content, one.understander, desk, self.database, self.vault, lambda: self.now
        )

    def with_card(self, card_id: str, **changes: Any) -> PolicyDesk:
        """Return a desk in whose corpus one card is different (or is new, with an `id`)."""
        corpus, desk = self.loaded.desk.corpus, self.loaded.desk
        old = corpus.facts[card_id]
        card = Card.model_validate(old.card.model_dump() | changes)
        return PolicyDesk(
            replace(corpus, facts={**corpus.facts, card.id: Fact(old.document, card)}), desk.words, desk.home
        )

    def says(self, person: str, text: str, button: str = "") -> str:
        """Let a person say (or press) something; return everything the bot answers."""
        self.now += timedelta(seconds=20)
        message = InboundMessage(
            channel="test",
            message_id=f"{person}:{self.now.timestamp()}",
            conversation_id=person,
            sender_id=person,
            text=text,
            button=button,
            sent_at=self.now,
        )
        with self.database.write() as session:
            account = self.product.accounts.find(session, message, self.now)
            bound = session.get(Person, person)
            if bound is not None and account.person_id is None:
                self.product.accounts.bind(session, account, bound, self.now)
            memory, replies = self.product.reception.respond(session, message, self.memories[person], self.now)
        self.memories[person] = Memory.from_json(memory.as_json())
        return "\n".join(as_plain_text(reply) for reply in replies)

    def presses(self, person: str, button: str) -> str:
        return self.says(person, "", button)

    def offered(self, person: str) -> dict[str, str]:
        """Return the buttons shown last: label to value."""
        return dict(self.memories[person].choices)  # type: ignore[arg-type]

    def speaker(self, person: str) -> Speaker:
        with self.database.read() as session:
            one = session.get_one(Person, person)
            return Speaker(one.id, one.role, enterprise_id=one.enterprise_id, unit_id=one.unit_id)

    def do(self, person: str, number: str, what: Callable[..., object], *arguments: object) -> None:
        """Let a person do something to a ticket they can see; raises what the service raises."""
        speaker = self.speaker(person)
        with self.database.write() as session:
            ticket = self.product.tickets.find(session, speaker, number, self.now)
            what(session, speaker, ticket, *arguments, self.now)

    def told(self, person: str) -> list[str]:
        """Return the notices a person got, oldest first."""
        with self.database.read() as session:
            rows = session.scalars(
                select(OutboxMessage).where(OutboxMessage.person_id == person).order_by(OutboxMessage.id)
            )
            return [as_plain_text(self.product.outbox.read(row)) for row in rows]

    def tickets(self) -> list[Ticket]:
        with self.database.read() as session:
            return list(session.scalars(select(Ticket).order_by(Ticket.number)))


@pytest.fixture(scope="session")
def loaded() -> Loaded:
    settings = Settings()
    content = load_content(settings)
    return Loaded(settings, content, load_language(settings, content), make_policy_desk(content))


@pytest.fixture
def town(loaded: Loaded, database: Database, vault: Vault, now: datetime) -> Town:
    """On each engine."""
    return Town(loaded, database, vault, now)
