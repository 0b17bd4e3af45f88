"""The composition root: everything wired over one database. Nothing else sees all rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhiqibot.content.county import County
from zhiqibot.core.clock import Clock
from zhiqibot.core.crypto import Vault
from zhiqibot.core.people import Speaker
from zhiqibot.deployment import Content
from zhiqibot.dialogue import short_answers
from zhiqibot.dialogue.doubts import Doubts
from zhiqibot.dialogue.engine import Engine
from zhiqibot.dialogue.filling import Filling
from zhiqibot.dialogue.judging import IntentInfo
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Memory
from zhiqibot.directory.accounts import Accounts
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Enterprise, Unit
from zhiqibot.learning.keeping import Keeping, Limits, Rerouted
from zhiqibot.nlu.understander import Understander
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.reception import Reception
from zhiqibot.settings import Settings
from zhiqibot.storage.database import Database
from zhiqibot.storage.later import write_now
from zhiqibot.topics.events import dialogue as events_dialogue
from zhiqibot.topics.events.bookings import BookingService
from zhiqibot.topics.events.model import EventKind
from zhiqibot.topics.events.seeding import seed_sessions
from zhiqibot.topics.events.service import EventService
from zhiqibot.topics.identity import dialogue as identity_dialogue
from zhiqibot.topics.inspections import dialogue as inspections_dialogue
from zhiqibot.topics.inspections.seeding import seed_inspections
from zhiqibot.topics.inspections.service import InspectionService
from zhiqibot.topics.outreach import dialogue as outreach_dialogue
from zhiqibot.topics.outreach.audience import Audience, Audiences
from zhiqibot.topics.outreach.broadcasts import BroadcastService
from zhiqibot.topics.outreach.service import OutreachService
from zhiqibot.topics.outreach.service_days import ServiceDays
from zhiqibot.topics.outreach.subscriptions import SubscriptionService
from zhiqibot.topics.outreach.visits import VisitService
from zhiqibot.topics.policies import dialogue as policies_dialogue
from zhiqibot.topics.policies.calculator import Calculator
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.learning import wiring as policy_learning
from zhiqibot.topics.policies.learning.service import GapService
from zhiqibot.topics.policies.profile import wiring as policy_profile
from zhiqibot.topics.policies.profile.changes import Changes
from zhiqibot.topics.smalltalk import dialogue as smalltalk_dialogue
from zhiqibot.topics.tickets import following, redeeming, reporting, reports, working
from zhiqibot.topics.tickets.choosing import Choosing
from zhiqibot.topics.tickets.handling import Handling
from zhiqibot.topics.tickets.journal import Journal
from zhiqibot.topics.tickets.model import Event, Kind, Ticket, TicketHistory
from zhiqibot.topics.tickets.redemption import Redemptions
from zhiqibot.topics.tickets.seeding import Seeding
from zhiqibot.topics.tickets.service import TicketService
from zhiqibot.topics.tickets.stats import Statistics

FORM_SLOTS = (
    "topic", "location", "urgency", "event_kind", "date", "time", "attendees", "subject", "capacity", "ticket_no",
    "score", "agency", "department", "record_no", "enterprise_name", "uscc",
)  # fmt: skip
"""What a form may take from any sentence said while it is open."""


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
    county, calendar = content.county, content.calendar
    outbox, directory = Outbox(vault), Directory(vault)
    accounts = Accounts(vault, county.office.name, county.office.phone)
    journal = Journal(directory, outbox, vault, county)
    tickets = TicketService(directory, journal, county, calendar, vault)
    titles = dict(content.topic_titles)
    keeping = make_keeping(settings, county, vault)
    router = Router()
    learning = policy_learning.make_learning(desk, directory, outbox, vault, county)
    desk = learning.desk
    choosing = Choosing(tickets)
    report = reporting.Reporting(tickets, county, titles, understander.topic_of, understander.emergency)
    reporting.register(router, report)
    follow = following.Following(tickets, choosing, titles, lambda turn, *what: engine.begin(turn, *what))
    following.register(router, follow)
    redemptions = Redemptions(tickets)
    redeeming.register(
        router, redeeming.Redeeming(redemptions, choosing, follow.detail, lambda turn, *what: engine.begin(turn, *what))
    )
    handling = Handling(tickets, Rerouting(keeping, tickets).note)
    working.register(router, working.Working(tickets, handling, choosing))
    reports.register(router, reports.Reports(Statistics(), titles))
    identity_dialogue.register(router, identity_dialogue.Identity(accounts, directory, outbox, county))
    smalltalk_dialogue.register(router, smalltalk_dialogue.Smalltalk(directory, outbox, county))
    events = EventService(calendar, county.office.name)
    bookings = BookingService(directory, outbox, county.quiet_hours)
    events_dialogue.register(
        router,
        events,
        bookings,
        lambda turn, *what: engine.begin(turn, *what),
        lambda turn: policies.of_all_places(turn),
    )
    inspections = InspectionService(directory, outbox, vault, content.quiet_days)
    inspections_dialogue.register(router, inspections, lambda turn, *what: engine.begin(turn, *what))
    calculator = policy_profile.make_calculator(desk, directory, vault, county, settings.base_url)
    outreach = _outreach(content, directory, outbox, tickets, events, calculator)
    outreach_dialogue.register(router, outreach, titles, lambda text: _named_policy(desk, text, clock()))
    router.continuing |= {"ask_policy", "list_events"}
    policies = policies_dialogue.register(
        router,
        desk,
        lambda turn, text, topic: engine.begin(turn, "report_issue", text, _report(text, topic)),
        policy_learning.register(router, learning, titles, lambda turn, *what: engine.begin(turn, *what)),
    )
    doors = policy_profile.Doors(
        begin=lambda turn, *what: engine.begin(turn, *what),
        payments=redemptions,
        open_broadcast=lambda turn, *what: engine.begin(turn, "broadcast", "", _broadcast(*what)),
    )
    policy_changes = policy_profile.register(router, calculator, outbox, county, doors)
    router.settled_by["ask_policy"] = policies.knows
    infos = {
        intent.id: IntentInfo(intent.title, frozenset(intent.roles)) for intent in content.intents.intents.values()
    }
    filling = Filling(router, lambda text, now: understander.slots_of(text, now, FORM_SLOTS))
    short_answers.use(content.intents.lists)
    engine = Engine(router, understander.understand, infos, filling, doubts=Doubts(keeping))
    reception = Reception(accounts, directory, engine, outbox, _Background(outreach).put)
    return Product(
        settings=settings,
        content=content,
        database=database,
        vault=vault,
        clock=clock,
        outbox=outbox,
        directory=directory,
        accounts=accounts,
        understander=understander,
        desk=desk,
        tickets=tickets,
        reception=reception,
        seeding=Seeding(tickets),
        events=events,
        bookings=bookings,
        outreach=outreach,
        calculator=calculator,
        policy_changes=policy_changes,
        policy_gaps=learning.gaps,
        keeping=keeping,
    )


def make_keeping(settings: Settings, county: County, vault: Vault) -> Keeping:
    """Return what keeps doubtful messages; complaints about officials are never kept."""
    wanted = settings.review
    limits = Limits(wanted.per_day, wanted.most_open, wanted.days)
    return Keeping(vault, limits, county.confides, wanted.below, wanted.outside_below)


def _broadcast(title: str, content: str, card_id: str) -> dict[str, Any]:
    """Return the values of a broadcast about a policy, to the enterprises it concerns."""
    audience = Audience(policies=(card_id,)).as_json()
    told = {"title": title, "content": content, "policy_id": card_id, "policy_checked": True}
    return told | {"audience": audience, "audience_of": ""}


def _report(text: str, topic: str) -> dict[str, Any]:
    return {"description": text, "topic": topic}


def _outreach(
    content: Content,
    directory: Directory,
    outbox: Outbox,
    tickets: TicketService,
    events: EventService,
    calculator: Calculator,
) -> OutreachService:
    county = content.county

    def open_tickets(session: Session, enterprise_ids: Sequence[str]) -> list[tuple[str, str, str, date]]:
        found = tickets.open_of_enterprises(session, enterprise_ids)
        return [(one.enterprise_id, one.number, one.title, one.due_on) for one in found]

    def next_service_day(session: Session, now: datetime) -> date | None:
        return events.next_day(session, EventKind.SERVICE_DAY, now)

    def concerned(session: Session, card_ids: Sequence[str]) -> list[str]:
        facts = [fact for one in card_ids if (fact := calculator.desk.fact(one))]
        return calculator.affected(session, facts)

    audiences = Audiences(content.topic_titles, concerned)
    return OutreachService(
        SubscriptionService(tuple(content.topic_titles)),
        BroadcastService(audiences, outbox, county.quiet_hours, outbox.receipts, county.office.name),
        ServiceDays(directory, outbox, content.calendar, county.quiet_hours, next_service_day, open_tickets),
        VisitService(directory),
    )


def _named_policy(desk: PolicyDesk, text: str, now: datetime) -> tuple[str, str, str] | None:
    """Return title, text and id of the county's policy a sentence names."""
    answer = desk.answer(text, now)
    fact = desk.fact(answer.card_ids[0]) if answer.answered and answer.card_ids else None
    return (fact.card.title, answer.text, answer.card_ids[0]) if fact else None


@dataclass(frozen=True)
class Rerouting:
    """Keeps the words of a ticket that went to another unit than they led to, with what that unit is in charge of."""

    keeping: Keeping
    tickets: TicketService

    def note(self, session: Session, ticket: Ticket, unit: Unit | None, now: datetime) -> None:
        if ticket.confidential or ticket.kind != Kind.ISSUE:
            return
        topics = dict.fromkeys(route.topic for route in self.tickets.county.routing if unit and route.lead == unit.id)
        said = self.tickets.description(ticket)
        kept = Rerouted(ticket.id, said, ticket.topic, unit.name if unit else "", tuple(topics))
        self.keeping.reroute(session, kept, now)


@dataclass(frozen=True)
class _Background:
    """Lets “这个怎么申请？” mean the policy of the broadcast a person got last."""

    outreach: OutreachService

    def put(self, session: Session, speaker: Speaker, memory: Memory, now: datetime) -> None:
        told = self.outreach.last_broadcast_to(session, speaker.person_id, now) if speaker.person_id else None
        if told is None or memory.recent.get("told") == told[1]:
            return
        title, text, policy_id = told
        memory.recent["told"] = text
        memory.recent["policy"] = {
            "question": title or text[:60],
            "said": title or text[:60],
            "cards": [policy_id] if policy_id else [],
            "topic": "policy_delivery",
            "refused": False,
        }
        memory.intent = "ask_policy"
