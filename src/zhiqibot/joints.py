"""What one topic needs of another: topics never import each other, so they are joined here, above them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from zhiqibot.core.people import Speaker
from zhiqibot.deployment import Content
from zhiqibot.dialogue.turn import Memory
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Unit
from zhiqibot.learning.keeping import Keeping, Rerouted
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.topics.events.model import EventKind
from zhiqibot.topics.events.service import EventService
from zhiqibot.topics.outreach.audience import Audience, Audiences
from zhiqibot.topics.outreach.broadcasts import BroadcastService
from zhiqibot.topics.outreach.service import OutreachService
from zhiqibot.topics.outreach.service_days import ServiceDays
from zhiqibot.topics.outreach.subscriptions import SubscriptionService
from zhiqibot.topics.outreach.visits import VisitService
from zhiqibot.topics.policies.calculator import Calculator
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.tickets.model import Kind, Ticket
from zhiqibot.topics.tickets.service import TicketService


def broadcast_of(title: str, content: str, card_id: str) -> dict[str, Any]:
    """Return the values of a broadcast about a policy, to the enterprises it concerns."""
    audience = Audience(policies=(card_id,)).as_json()
    told = {"title": title, "content": content, "policy_id": card_id, "policy_checked": True}
    return told | {"audience": audience, "audience_of": ""}


def report_of(text: str, topic: str) -> dict[str, Any]:
    """Return the values of a report that begins as a question nobody has answered."""
    return {"description": text, "topic": topic}


def make_outreach(
    content: Content,
    directory: Directory,
    outbox: Outbox,
    tickets: TicketService,
    events: EventService,
    calculator: Calculator,
) -> OutreachService:
    """Return outreach, which asks after open tickets, the next service day and whom a policy concerns."""
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


def named_policy(desk: PolicyDesk, text: str, now: datetime) -> tuple[str, str, str] | None:
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
        """Keep them, unless the case is confidential."""
        if ticket.confidential or ticket.kind != Kind.ISSUE:
            return
        topics = dict.fromkeys(route.topic for route in self.tickets.county.routing if unit and route.lead == unit.id)
        said = self.tickets.description(ticket)
        kept = Rerouted(ticket.id, said, ticket.topic, unit.name if unit else "", tuple(topics))
        self.keeping.reroute(session, kept, now)


@dataclass(frozen=True)
class Background:
    """Lets “这个怎么申请？” mean the policy of the broadcast a person got last."""

    outreach: OutreachService

    def put(self, session: Session, speaker: Speaker, memory: Memory, now: datetime) -> None:
        """Put what the person was told last into the memory of the conversation."""
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
