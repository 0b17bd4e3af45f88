"""A whole product over a fresh database on each engine, and people who talk to it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from zhiqibot.app import Product, build
from zhiqibot.content.county import Interpreter
from zhiqibot.core.crypto import Vault
from zhiqibot.core.messages import Button, InboundMessage, OutboundMessage, as_plain_text
from zhiqibot.deployment import Content, load_content, make_policy_desk
from zhiqibot.dialogue.turn import Memory
from zhiqibot.directory.model import Account, Person
from zhiqibot.directory.world import WorldImport
from zhiqibot.language import load_language
from zhiqibot.nlu.understander import Understander
from zhiqibot.outbox.model import OutboxMessage
from zhiqibot.settings import Settings
from zhiqibot.storage.database import Database
from zhiqibot.topics.policies.desk import PolicyDesk

OWNER, OTHER, OFFICE, INTERPRETER = "contact-derun-1", "contact-hongda-1", "office-demo", "cadre-03"
CARDS = ("fc-talent-07a", "fc-list-07", "fc-power-02", "fc-pol-01", "fc-pol-05")
UNKNOWN = "县里买数控机床补多少"


@dataclass(repr=False)  # a whole product: writing it out takes minutes
class Talker:
    """One person at one keyboard."""

    town: "Town"
    sender: str
    memory: Memory = field(default_factory=Memory)
    buttons: dict[str, str] = field(default_factory=dict)

    def says(self, text: str, *, button: str = "", message_id: str = "") -> str:
        """Say something; return all that is answered."""
        town = self.town
        town.sent += 1
        message = InboundMessage(
            channel="terminal",
            message_id=message_id or str(town.sent),
            conversation_id=self.sender,
            sender_id=self.sender,
            text=text,
            button=button,
            sent_at=town.now,
        )
        with town.database.write() as session:
            self.memory, replies = town.product.reception.respond(session, message, self.memory, town.now)
        self.buttons = {one.label: one.value for reply in replies for one in reply.buttons}
        return "\n".join(as_plain_text(reply) for reply in replies)

    def asks(self, text: str, message_id: str = "") -> str:
        """Ask a policy question; that it is one is said, so that the test does not rest on the language model."""
        return self.says(text, button="intent:ask_policy", message_id=message_id)

    def presses(self, label: str, among: "list[Button] | None" = None) -> str:
        """Press a button of the last answer, or of a notice."""
        known = {one.label: one.value for one in among} if among is not None else self.buttons
        return self.says("", button=known[label])


@dataclass(repr=False)  # a whole product: writing it out takes minutes
class Town:
    """The demo county."""

    product: Product
    database: Database
    vault: Vault
    now: datetime
    sent: int = 0

    def person(self, person_id: str) -> Talker:
        """Return a person of the directory, bound to an account."""
        talker = self.stranger(f"sender-{person_id}")
        with self.database.write() as session:
            account = session.scalars(select(Account).where(Account.sender_id == talker.sender)).one()
            self.product.accounts.bind(session, account, session.get_one(Person, person_id), self.now)
        return talker

    def stranger(self, sender: str) -> Talker:
        """Return somebody nobody knows, who has said hello."""
        talker = Talker(self, sender)
        talker.says("你好")
        return talker

    def told(self, prefix: str, person_id: str | None = None) -> list[OutboundMessage]:
        """Return the notices whose key begins so."""
        with self.database.read() as session:
            query = select(OutboxMessage).where(OutboxMessage.key.startswith(prefix)).order_by(OutboxMessage.id)
            rows = [row for row in session.scalars(query) if person_id in (None, row.person_id)]
            return [self.product.outbox.read(row) for row in rows]

    def due(self, prefix: str) -> list[datetime]:
        """Return when these notices may be sent."""
        with self.database.read() as session:
            query = select(OutboxMessage.due_at).where(OutboxMessage.key.startswith(prefix)).order_by(OutboxMessage.id)
            return list(session.scalars(query))

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content(Settings())


@pytest.fixture(scope="session")
def understander() -> Understander:
    return load_language(Settings(), semantic=False)


@pytest.fixture(scope="session")
def base_desk(content: Content, understander: Understander) -> PolicyDesk:
    return make_policy_desk(content, understander.cut)


@pytest.fixture(scope="session")
def few_cards(content: Content, understander: Understander) -> PolicyDesk:
    """A desk that knows five cards: what it cannot answer does not change with the corpus."""
    facts = {card: content.policies.facts[card] for card in CARDS}
    corpus = replace(content.policies, facts=facts, faqs={})
    return make_policy_desk(replace(content, policies=corpus), understander.cut)


MakeTown = Callable[[Database], Town]


@pytest.fixture
def make_town(
    content: Content, understander: Understander, few_cards: PolicyDesk, vault: Vault, now: datetime
) -> MakeTown:
    """Build a product over a database; two over one database are two processes."""

    def make(database: Database) -> Town:
        clock = [now]
        product = build(Settings(), content, understander, few_cards, database, vault, lambda: clock[0])
        return Town(product, database, vault, now)

    return make


@pytest.fixture
def town(database: Database, make_town: MakeTown, vault: Vault, now: datetime, content: Content) -> Town:
    with database.write() as session:
        WorldImport(vault, now, demo=True).run(session, content.world)
    return make_town(database)


@pytest.fixture
def interpreters(content: Content) -> list[Interpreter]:
    return content.county.interpreters
