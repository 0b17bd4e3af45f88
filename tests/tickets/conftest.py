"""A small county on each engine: two units, three enterprises, a linked cadre, the office and a supervisor."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.content.county import County
from zhiqibot.content.world import CadreRecord, EnterpriseRecord, PersonRecord, StaffRecord, UnitRecord, World
from zhiqibot.core.crypto import Vault
from zhiqibot.core.people import Speaker
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Person, Unit
from zhiqibot.directory.world import WorldImport
from zhiqibot.outbox.model import OutboxMessage
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.storage.database import Database
from zhiqibot.topics.tickets.handling import Handling
from zhiqibot.topics.tickets.journal import Journal
from zhiqibot.topics.tickets.model import Event, Ticket, TicketHistory
from zhiqibot.topics.tickets.reminders import Reminders
from zhiqibot.topics.tickets.scoring import Scoring
from zhiqibot.topics.tickets.service import Draft, TicketService
from zhiqibot.topics.tickets.stats import Statistics

COUNTY = County.model_validate(
    {
        "region": {"county": "测试县"},
        "office": {"name": "测试县助企办", "phone": "0377-1"},
        "confidential_words": ["吃拿卡要"],
        "routing": [
            {"topic": "energy", "lead": "unit-gas", "words": ["燃气", "停气"]},
            {"topic": "energy", "lead": "unit-power"},
            {"topic": "land", "lead": "unit-land", "assist": ["unit-power"], "regions": ["产业集聚区"]},
            {"topic": "land", "lead": "unit-land"},
            {"topic": "other", "lead": "unit-land"},
        ],
    }
)
WORLD = World(
    units=tuple(
        UnitRecord(id=f"unit-{name}", name=title, clerks=[PersonRecord(id=f"clerk-{name}", name=f"经办{name}")])
        for name, title in (("power", "供电公司"), ("gas", "燃气公司"), ("land", "自然资源局"))
    ),
    enterprises=(
        EnterpriseRecord(
            id="e1",
            name="德润机械",
            uscc="91411322DEM000014A",
            region="产业集聚区",
            contacts=[PersonRecord(id="owner", name="周德明", phone="13900001001")],
        ),
        EnterpriseRecord(
            id="e2", name="瑞泰纺织", uscc="91411322DEM0000225", contacts=[PersonRecord(id="rival", name="冯瑞芳")]
        ),
    ),
    cadres=(
        CadreRecord(id="cadre", name="许志远", unit="博望镇", enterprises=["e1"], substitute="stand-in"),
        CadreRecord(id="stand-in", name="曹建军", unit="博望镇"),
    ),
    supervisors=(StaffRecord(id="supervisor", name="严正清", unit="县纪委"),),
    office_clerks=(StaffRecord(id="office", name="祁雅楠"),),
)


@dataclass
class Ledger:
    """The ticket services over one database, and a view of what they did."""

    database: Database
    vault: Vault
    now: datetime
    people: dict[str, Speaker] = field(default_factory=dict)

    def __post_init__(self) -> None:
        directory, outbox = Directory(self.vault), Outbox(self.vault)
        self.outbox, self.directory = outbox, directory
        self.calendar = WorkdayCalendar()
        journal = Journal(directory, outbox, self.vault, COUNTY)
        self.service = TicketService(directory, journal, COUNTY, self.calendar, self.vault)
        self.scoring = Scoring(self.service)
        self.handling, self.reminders, self.statistics = Handling(self.service), Reminders(self.service), Statistics()
        with self.database.write() as session:
            WorldImport(self.vault, self.now).run(session, WORLD)
        with self.database.read() as session:
            for person in session.scalars(select(Person)):
                self.people[person.id] = Speaker(
                    person.id, person.role, enterprise_id=person.enterprise_id, unit_id=person.unit_id
                )

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)

    @contextmanager
    def work(self) -> Iterator[Session]:
        with self.database.write() as session:
            yield session

    def report(self, text: str = "三号车间停电", topic: str = "energy", owner: str = "owner", **more: Any) -> str:
        """Register a report and return its number."""
        enterprise = self.people[owner].enterprise_id or ""
        with self.work() as session:
            return self.service.open(session, Draft(enterprise, owner, topic, text, **more), self.now).number

    def do(self, who: str, what: Callable[..., object], number: str, *arguments: object) -> None:
        """Let a person do something to a ticket they can see, a minute later."""
        self.now += timedelta(minutes=1)
        speaker = self.people[who]
        with self.work() as session:
            ticket = self.service.find(session, speaker, number, self.now)
            if arguments and isinstance(arguments[0], str) and arguments[0].startswith("unit-"):
                arguments = (session.get_one(Unit, arguments[0]),)
            what(session, speaker, ticket, *arguments, self.now)

    def resolve(self, number: str, who: str = "clerk-power") -> None:
        self.do(who, self.handling.resolve, number, "已恢复供电")

    def rate(self, number: str, score: int, who: str = "owner") -> None:
        self.do(who, self.scoring.rate, number, score, "")

    def ticket(self, number: str) -> Ticket:
        with self.database.read() as session:
            return session.scalars(select(Ticket).where(Ticket.number == number)).one()

    def history(self, number: str) -> list[TicketHistory]:
        with self.database.read() as session:
            query = select(TicketHistory).join(Ticket, Ticket.id == TicketHistory.ticket_id)
            return list(session.scalars(query.where(Ticket.number == number).order_by(TicketHistory.id)))

    def events(self, number: str) -> list[Event]:
        return [Event(row.event) for row in self.history(number)]

    def told(self) -> dict[str, list[str]]:
        """Return what every person was told, as text."""
        letters: dict[str, list[str]] = defaultdict(list)
        with self.database.read() as session:
            for row in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)):
                message = self.outbox.read(row)
                card = " ".join(f"{one.name}{one.value}" for one in message.card.fields) if message.card else ""
                letters[row.person_id or ""].append(f"{message.text} {card}")
        return letters

    def told_last(self, person: str) -> str:
        return self.told()[person][-1] if self.told()[person] else ""


@pytest.fixture
def ledger(database: Database, vault: Vault, now: datetime) -> Ledger:
    return Ledger(database, vault, now)
