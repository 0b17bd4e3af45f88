"""`zhiqibot chat --script`: each conversation plays in a fresh in-memory world."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from zhiqibot.app import Product, build
from zhiqibot.core.crypto import Vault, new_vault
from zhiqibot.core.errors import PersonError
from zhiqibot.core.messages import InboundMessage, as_plain_text
from zhiqibot.deployment import Content
from zhiqibot.dialogue.turn import Memory
from zhiqibot.directory.model import Enterprise, Person, Role
from zhiqibot.directory.world import WorldImport
from zhiqibot.nlu.understander import Understander
from zhiqibot.reception import SORRY
from zhiqibot.settings import Settings
from zhiqibot.storage.database import Database, open_database
from zhiqibot.topics.policies.desk import PolicyDesk

SENDER = "rehearsal"
BETWEEN_TURNS = timedelta(seconds=20)
ROLES = ("enterprise", "cadre", "office")
_WORLD: Mapping[str, tuple[str, ...]] = {
    "sessions": ("kind", "date"),
    "tickets": ("no",),
    "inspections": ("record_no", "date"),
}
"""The lists a world may hold, and what each of their rows must name."""
DEMO_CADRE, DEMO_OFFICE, DEMO_ENTERPRISE = "cadre-demo", "office-demo", "德润机械有限公司"


class ScriptMistake(PersonError):
    """A written conversation is not as it must be; `what` says where."""

    text = "{what}。"


def check_script(line: Mapping[str, Any]) -> None:
    """Raise ScriptMistake for the first thing in a line that could be played wrongly or not at all."""
    turns, role, world = line.get("turns"), line.get("role"), line.get("world")
    if not isinstance(turns, list | None) or not all(isinstance(text, str) for text in turns or ()):
        raise ScriptMistake(what='turns 应是一串句子，如 ["你好", "车间停电了"]')
    if role not in (None, "", *ROLES):
        raise ScriptMistake(what=f"role 只能是 {'、'.join(ROLES)}")
    if not isinstance(world, dict | None):
        raise ScriptMistake(what='world 应是一个对象，如 {"bound": true}')
    for name, needed in _WORLD.items():
        rows = (world or {}).get(name)
        if not isinstance(rows, list | None) or not all(isinstance(row, dict) for row in rows or ()):
            raise ScriptMistake(what=f"world 的 {name} 应是一串对象")
        missing = [field for row in rows or () for field in needed if row.get(field) in (None, "")]
        if missing:
            raise ScriptMistake(what=f"world 的 {name} 里缺 {missing[0]}")


@dataclass
class Rehearsal:
    """Plays conversations over one loaded content; the world's database is copied, not built, for each."""

    settings: Settings
    content: Content
    understander: Understander
    desk: PolicyDesk
    now: datetime
    on_error: Callable[[str, Exception], None] = lambda *_: None
    _vault: Vault = field(default_factory=new_vault)
    _template: Database | None = None

    def play(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """Play one conversation (`id`, `role`, `turns`, `world`) and return replies and counts.

        Raises ScriptMistake for one that is not written as it must be; nothing of it is played."""
        check_script(line)
        try:
            stage = self.stage(str(line.get("role") or "enterprise"), line.get("world") or {})
        except (ValueError, TypeError, IntegrityError) as error:
            raise ScriptMistake(what="world 里有日期、状态、类型写得不对，或者编号重复") from error
        replies = [stage.say(text) for text in line.get("turns") or []]
        return {"id": line.get("id"), "replies": replies, **stage.counts()}

    def stage(self, role: str, world: Mapping[str, Any]) -> "Stage":
        """Return a fresh world with its speaker on the stage."""
        database = self._copy()
        clock = _SteppingClock(self.now)
        product = build(self.settings, self.content, self.understander, self.desk, database, self._vault, clock.read)
        stage = Stage(product, clock, self.on_error)
        stage.set_up(role, world)
        return stage

    def _copy(self) -> Database:
        if self._template is None:
            self._template = open_database("sqlite://")
            self._template.create_tables()
            with self._template.write() as session:
                WorldImport(self._vault, self.now, demo=True).run(session, self.content.world)
        database = open_database("sqlite://")
        source, target = self._template.engine.raw_connection(), database.engine.raw_connection()
        _driver(source).backup(_driver(target))
        return database


def _driver(connection: Any) -> sqlite3.Connection:
    driver = connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("a rehearsal's world lies in SQLite")
    return driver


@dataclass
class _SteppingClock:
    """Time in a rehearsal: a little passes with every turn."""

    now: datetime

    def read(self) -> datetime:
        return self.now


@dataclass
class Stage:
    """One conversation in one world."""

    product: Product
    clock: _SteppingClock
    on_error: Callable[[str, Exception], None]
    memory: Memory = field(default_factory=Memory)
    sender: str = SENDER
    _said: int = 0
    _before: dict[str, int] = field(default_factory=dict)

    def set_up(self, role: str, world: Mapping[str, Any]) -> None:
        """Bind the speaker and put what the world names into the database."""
        now = self.clock.now
        with self.product.database.write() as session:
            own = self._enterprise(session, str(world.get("enterprise") or DEMO_ENTERPRISE))
            account = self.product.accounts.find(session, self._message("", ""), now)
            if world.get("bound", True):
                self.product.accounts.bind(session, account, self._person(session, role, own), now)
            self.product.seed(session, world, own, now)
            self._before = self.product.counts(session)

    def say(self, text: str, button: str = "") -> str:
        """Say one thing (or press a button) and return everything the bot answers."""
        self.clock.now += BETWEEN_TURNS
        try:
            with self.product.database.write() as session:
                self.memory, replies = self.product.reception.respond(
                    session, self._message(text, button), self.memory, self.clock.now
                )
                self.memory = Memory.from_json(json.loads(json.dumps(self.memory.as_json())))  # as it would be stored
        except Exception as error:  # the pipeline's outermost step of a rehearsal
            self.on_error(text, error)
            return SORRY
        return "\n".join(as_plain_text(reply) for reply in replies)

    def counts(self) -> dict[str, int]:
        """Return tickets created here, bookings active and waiting at the end."""
        with self.product.database.read() as session:
            after = self.product.counts(session)
        return after | {"tickets": after["tickets"] - self._before["tickets"]}

    def _message(self, text: str, button: str) -> InboundMessage:
        self._said += 1
        return InboundMessage(
            channel="terminal",
            message_id=str(self._said),
            conversation_id=self.sender,
            sender_id=self.sender,
            text=text,
            button=button,
            sent_at=self.clock.now,
        )

    def _enterprise(self, session: Session, name: str) -> Enterprise:
        return self.product.seeding.enterprise(session, name)

    def _person(self, session: Session, role: str, own: Enterprise) -> Person:
        if role == "cadre":
            return session.get_one(Person, DEMO_CADRE)
        if role == "office":
            return session.get_one(Person, DEMO_OFFICE)
        contacts = self.product.directory.contacts(session, [own.id])
        return contacts[0] if contacts else self._new_contact(session, own)

    def _new_contact(self, session: Session, own: Enterprise) -> Person:
        person_id = f"contact-{own.id}"[:40]
        name = self.product.vault.seal("企业联系人", "person", "name", person_id)
        person = Person(id=person_id, role=Role.ENTERPRISE, name=name, enterprise_id=own.id, active=True)
        session.add(person)
        session.flush()
        return person
