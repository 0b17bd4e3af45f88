"""A small county for service tests: the demo world in a database, people to speak as, a fake understanding."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.content.reading import demo_folder
from zhiqibot.content.world import World, load_world
from zhiqibot.core.crypto import Vault
from zhiqibot.core.messages import OutboundMessage, as_plain_text
from zhiqibot.core.people import Speaker
from zhiqibot.dialogue.engine import Engine
from zhiqibot.dialogue.filling import Filling
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Memory, Turn
from zhiqibot.directory.model import Enterprise, Person
from zhiqibot.directory.world import WorldImport
from zhiqibot.nlu.understanding import Act, Understanding
from zhiqibot.outbox.model import OutboxMessage, OutboxState
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.storage.database import Database, open_database
from zhiqibot.storage.later import write_now

DERUN, RUITAI, HONGDA = "contact-derun-1", "contact-ruitai-1", "contact-hongda-1"
CADRE, OFFICE, SUPERVISOR = "cadre-demo", "office-demo", "supervisor-1"


def demo_world() -> World:
    return load_world(demo_folder())


def import_world(database: Database, vault: Vault, now: datetime) -> None:
    with database.write() as session:
        WorldImport(vault, now, demo=True).run(session, demo_world())


def small_county(vault: Vault, now: datetime) -> Database:
    """Return an in-memory database with the demo county's people."""
    database = open_database("sqlite://")
    database.create_tables()
    import_world(database, vault, now)
    return database


def speaker(session: Session, person_id: str) -> Speaker:
    """Return a person of the demo county as one who speaks."""
    person = session.get_one(Person, person_id)
    enterprise = session.get(Enterprise, person.enterprise_id) if person.enterprise_id else None
    return Speaker(
        person_id,
        person.role,
        person_id,
        person.enterprise_id,
        enterprise.name if enterprise else "",
        enterprise.region if enterprise else "",
        person.unit_id,
    )


def notices(session: Session, prefix: str, *states: OutboxState) -> list[OutboxMessage]:
    """Return the notices whose key begins so, in the states given (default: still due)."""
    write_now(session)
    wanted = [int(state) for state in states or (OutboxState.DUE,)]
    query = select(OutboxMessage).where(OutboxMessage.key.startswith(prefix), OutboxMessage.state.in_(wanted))
    return list(session.scalars(query.order_by(OutboxMessage.id)))


def text_of(vault: Vault, row: OutboxMessage) -> str:
    return as_plain_text(Outbox(vault).read(row))


Said = tuple[str, Mapping[str, Any]]
"""An intent and its slots."""


@dataclass
class Chat:
    """A conversation over a router, understood by a table: text -> (intent, slots)."""

    database: Database
    router: Router
    meanings: Mapping[str, Said]
    now: datetime
    person_id: str | None
    memory: Memory = field(default_factory=Memory)
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        filling = Filling(self.router, lambda text, _: self.meanings.get(text, ("", {}))[1])
        self.engine = Engine(self.router, self._understand, {}, filling)

    def says(self, text: str, button: str = "") -> str:
        """Say or press something and return all that is answered."""
        with self.database.write() as session:
            who = speaker(session, self.person_id) if self.person_id else Speaker(None, "enterprise")
            turn = Turn(session, self.now, who, text, Act(text, "", 0.0, (), {}), self.memory)
            replies: list[OutboundMessage] = self.engine.respond(turn, button)
        return "\n".join(as_plain_text(reply) for reply in replies)

    def presses(self, label: str) -> str:
        """Press a button of the last answer."""
        return self.says("", next(value for name, value in self.memory.choices if name == label))

    def _understand(self, text: str, _now: datetime, **_: Any) -> Understanding:
        intent, slots = self.meanings.get(text, ("out_of_scope", {}))
        sure = 0.9 if intent != "out_of_scope" else 0.3
        return Understanding(text, (Act(text, intent, sure, ((intent, sure),), dict(slots)),))


def begin_of(chat: Callable[[], Chat]) -> Callable[[Turn, str, str, dict[str, Any]], list[OutboundMessage]]:
    """Return the engine's `begin`, before the engine exists."""
    return lambda turn, intent, text, values: chat().engine.begin(turn, intent, text, values)
