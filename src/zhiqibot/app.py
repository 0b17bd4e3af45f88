"""The composition root: everything wired over one database. Nothing else sees all rooms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhiqibot.core.clock import Clock
from zhiqibot.core.crypto import Vault
from zhiqibot.deployment import Content
from zhiqibot.directory.accounts import Accounts
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Enterprise
from zhiqibot.joints import Background
from zhiqibot.learning.keeping import Keeping
from zhiqibot.nlu.understander import Understander
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.reception import Reception
from zhiqibot.services import make_services
from zhiqibot.settings import Settings
from zhiqibot.storage.database import Database
from zhiqibot.storage.later import write_now
from zhiqibot.topics.events.bookings import BookingService
from zhiqibot.topics.events.seeding import seed_sessions
from zhiqibot.topics.events.service import EventService
from zhiqibot.topics.inspections.seeding import seed_inspections
from zhiqibot.topics.outreach.service import OutreachService
from zhiqibot.topics.policies.calculator import Calculator
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.learning.service import GapService
from zhiqibot.topics.policies.profile.changes import Changes
from zhiqibot.topics.tickets.model import Event, TicketHistory
from zhiqibot.topics.tickets.seeding import Seeding
from zhiqibot.topics.tickets.service import TicketService
from zhiqibot.wiring import Wiring


@dataclass(frozen=True)
class Product:
    """Everything wired over one database, before any thread or socket is opened."""

    settings: Settings
    content: Content
    database: Database
    vault: Vault
    clock: Clock
    outbox: Outbox
    directory: Directory
    accounts: Accounts
    understander: Understander
    desk: PolicyDesk
    tickets: TicketService
    reception: Reception
    seeding: Seeding
    events: EventService
    bookings: BookingService
    outreach: OutreachService
    calculator: Calculator
    policy_changes: Changes
    policy_gaps: GapService
    keeping: Keeping
    """The messages kept for review."""

    def load_events(self, session: Session) -> None:
        """Put the county's timetable into the database."""
        self.events.import_series(session, self.content.events, self.clock())
        wanted = {firm.contacts[0].id: firm.subscriptions for firm in self.content.world.enterprises if firm.contacts}
        self.outreach.import_topics(session, wanted, self.clock())

    def seed(self, session: Session, world: Mapping[str, Any], own: Enterprise, now: datetime) -> None:
        """Put the tickets, sessions and inspections of a rehearsed world into the database."""
        self.seeding.seed(session, world.get("tickets") or [], own, now)
        seed_inspections(session, world.get("inspections") or [], self.directory, now)
        if world.get("sessions"):
            seed_sessions(session, world["sessions"], now)
        else:
            self.events.import_series(session, self.content.events, now)

    def counts(self, session: Session) -> dict[str, int]:
        """Return how many tickets were registered, bookings are active and wait."""
        write_now(session)
        tickets = select(func.count()).select_from(TicketHistory).where(TicketHistory.event == Event.REPORTED)
        booked, waiting = self.bookings.counts(session)
        return {"tickets": session.execute(tickets).scalar_one(), "bookings": booked, "waitlist": waiting}


def build(
    settings: Settings,
    content: Content,
    understander: Understander,
    desk: PolicyDesk,
    database: Database,
    vault: Vault,
    clock: Clock,
) -> Product:
    """Wire the rooms together. Content, language and desk are passed in: they may serve many databases."""
    services = make_services(settings, content, desk, vault)
    talk = Wiring(services, content, understander, vault, clock)
    told_before = Background(services.outreach).put
    return Product(
        settings=settings,
        content=content,
        database=database,
        vault=vault,
        clock=clock,
        outbox=services.outbox,
        directory=services.directory,
        accounts=services.accounts,
        understander=understander,
        desk=services.learning.desk,
        tickets=services.tickets,
        reception=Reception(services.accounts, services.directory, talk.engine, services.outbox, told_before),
        seeding=Seeding(services.tickets),
        events=services.events,
        bookings=services.bookings,
        outreach=services.outreach,
        calculator=services.calculator,
        policy_changes=talk.policy_changes,
        policy_gaps=services.learning.gaps,
        keeping=services.keeping,
    )
