"""兑现申请: a ticket of its own kind. Decided within the ordinary clock (当月研判), paid in the month after (次月兑现)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict, NotAllowed
from zhiqibot.core.people import Speaker
from zhiqibot.directory.model import Role
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.access import may_handle
from zhiqibot.topics.tickets.model import OPEN, Event, Kind, Status, Ticket
from zhiqibot.topics.tickets.service import Draft, TicketService

TOPIC = "policy_delivery"
DECIDABLE = frozenset({Status.ASSIGNED, Status.IN_PROGRESS, Status.AWAITING_INFO})


@dataclass(frozen=True)
class Redemptions:
    """Files, decides and finds redemptions; each method is one promise in the caller's unit of work."""

    tickets: TicketService

    def preview(self, session: Session, enterprise_id: str, description: str, now: datetime) -> tuple[str, str]:
        """Return (unit, deadline in words) that filing now would give."""
        enterprise = self.tickets.directory.enterprise(session, enterprise_id)
        route = self.tickets.county.route(TOPIC, description, enterprise.region if enterprise else "")
        unit = self.tickets.directory.unit(session, route.lead)
        days = self.tickets.county.clocks.ordinary
        due = self.tickets.calendar.add(local(now).date(), days)
        return (unit.name if unit else "", f"{notices.day(due)}前研判（{days} 个工作日）")

    def open(
        self,
        session: Session,
        speaker: Speaker,
        *,
        enterprise_id: str,
        title: str,
        description: str,
        policy_id: str | None,
        files: Sequence[Mapping[str, Any]],
        now: datetime,
    ) -> tuple[str, str, str]:
        """File an application and hand it over; return (number, unit, deadline in words)."""
        draft = Draft(
            enterprise_id=enterprise_id,
            reporter_id=speaker.person_id if speaker.role == Role.ENTERPRISE else None,
            topic=TOPIC,
            description=description,
            title=title,
            kind=Kind.REDEMPTION,
            policy_id=policy_id,
        )
        ticket = self.tickets.open(session, draft, now)
        self.tickets.journal.pass_on(session, ticket, files, now)
        unit, deadline = self.tickets.unit_name(session, ticket), f"{notices.day(ticket.due_on)}前研判"
        if speaker.role != Role.ENTERPRISE:
            self._tell_on_whose_behalf(session, speaker, ticket, f"已交{unit}，{deadline}，通过后次月兑现。", now)
        return ticket.number, unit, deadline

    def waiting(self, session: Session, enterprise_id: str, policy_id: str) -> str:
        """Return the number of an enterprise's latest application for a policy that is not settled, or nothing."""
        query = select(Ticket.number).where(
            Ticket.enterprise_id == enterprise_id,
            Ticket.kind == Kind.REDEMPTION,
            Ticket.policy_id == policy_id,
            Ticket.status.in_(sorted(OPEN)),
        )
        return session.execute(query.order_by(Ticket.number.desc()).limit(1)).scalar_one_or_none() or ""

    def why_declined(self, session: Session, ticket: Ticket) -> str:
        """Return the reason of a refusal, as the enterprise was told; empty where there is none."""
        if ticket.status != Status.DECLINED:
            return ""
        notes = [note for row, note in self.tickets.journal.read(session, ticket) if row.event == Event.DECLINED]
        return notes[-1] if notes else ""

    def of_speaker(self, session: Session, speaker: Speaker, now: datetime) -> list[Ticket]:
        """Return the redemptions a person may see, in the order of every list."""
        found = self.tickets.of_speaker(session, speaker, now, limit=50)
        return [ticket for ticket in found if ticket.kind == Kind.REDEMPTION]

    def approve(self, session: Session, speaker: Speaker, ticket: Ticket, now: datetime) -> None:
        """研判通过: paid next month; the clock runs on to that month's last working day."""
        self.check(session, speaker, ticket, now)
        month = month_after(local(now).date())
        ticket.decided_at, ticket.pay_month = now, f"{month.year}-{month.month:02d}"
        ticket.due_on = self._last_workday(month)
        ticket.handler_id = ticket.handler_id or speaker.person_id
        journal = self.tickets.journal
        note = f"预计{notices.month(ticket.pay_month)}兑现"
        journal.move(session, ticket, Status.IN_PROGRESS, Event.DECIDED, speaker.person_id, now, note=note)
        message = notices.change(
            ticket, f"已研判通过，{note}。到账后请您评价；没按时到账，直接问我“我的补贴到哪一步了”。"
        )
        journal.tell_enterprise(session, ticket, message, now, key="decided")
        self._tell_cadre(session, ticket, f"已研判通过，{note}。", now, "decided-cadre")

    def decline(self, session: Session, speaker: Speaker, ticket: Ticket, reason: str, now: datetime) -> None:
        """研判不通过: the enterprise reads why and where it can ask."""
        self.check(session, speaker, ticket, now)
        ticket.handler_id = ticket.handler_id or speaker.person_id
        journal = self.tickets.journal
        journal.move(session, ticket, Status.DECLINED, Event.DECLINED, speaker.person_id, now, note=reason)
        message = notices.change(ticket, "研判没有通过。", note=f"原因：{reason}\n{self.where_to_go(session, ticket)}")
        journal.tell_enterprise(session, ticket, message, now, key="declined")
        self._tell_cadre(session, ticket, f"研判没有通过，原因：{reason}", now, "declined-cadre")

    def where_to_go(self, session: Session, ticket: Ticket) -> str:
        """Say whom to ask after a refusal."""
        unit = self.tickets.directory.unit(session, ticket.unit_id) if ticket.unit_id else None
        asks = f"{unit.name} {unit.phone}".strip() if unit else ""
        office = self.tickets.county.office
        first = f"有疑问请咨询{asks}；" if asks else ""
        return f"{first}有异议可找{office.name} {office.phone}，情况变化后也可以再申请。"

    def check(self, session: Session, speaker: Speaker, ticket: Ticket, now: datetime) -> None:
        """Raise unless this person may decide about this ticket now: the unit's clerks and the office."""
        decides = speaker.role in (Role.CLERK, Role.OFFICE)
        if not decides or not may_handle(speaker, ticket, self.tickets.linked_ids(session, speaker, now)):
            raise NotAllowed(what=f"研判 {ticket.number}", who="本件承办单位")
        if ticket.kind != Kind.REDEMPTION:
            raise Conflict(reason=f"{ticket.number} 不是政策兑现申请，不用研判。办好了请直接说“办结”。")
        if not undecided(ticket):
            raise Conflict(reason=f"{ticket.number} 目前是“{notices.status_label(ticket)}”，不用再研判。")

    # -- helpers ------------------------------------------------------------------------------------------------

    def _tell_on_whose_behalf(
        self, session: Session, speaker: Speaker, ticket: Ticket, then: str, now: datetime
    ) -> None:
        """The enterprise hears of what a cadre or the office has filed for it."""
        person = self.tickets.directory.person(session, speaker.person_id) if speaker.person_id else None
        who = self.tickets.directory.name(person) if person else "工作人员"
        message = notices.change(ticket, f"是{who}替贵企业登记的，{then}不需要的话，可以说“撤回”。")
        self.tickets.journal.tell_enterprise(session, ticket, message, now, key="filed")

    def _tell_cadre(self, session: Session, ticket: Ticket, text: str, now: datetime, key: str) -> None:
        """Who looks after the enterprise, and may have filed it, hears the decision too."""
        people = [ticket.cadre_id] if ticket.cadre_id else []
        self.tickets.journal.tell_people(session, ticket, people, notices.work(ticket, text), now, key=key)

    def _last_workday(self, month: date) -> date:
        day = month_after(month) - timedelta(days=1)
        while not self.tickets.calendar.is_workday(day):
            day -= timedelta(days=1)
        return day


def undecided(ticket: Ticket) -> bool:
    """Tell whether an application still waits for its decision."""
    return ticket.kind == Kind.REDEMPTION and not ticket.pay_month and ticket.status in DECIDABLE


def month_after(day: date) -> date:
    """Return the first of the month after a day."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
