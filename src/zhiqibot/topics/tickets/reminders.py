"""Reminders of deadlines: to the handling side before, on and after the due day; to supervisors when it is long past."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.core.clock import local
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.model import OPEN, Status, Ticket
from zhiqibot.topics.tickets.service import TicketService

FIRST_HOUR = 9
LATE_TO_OFFICE = 1
LATE_TO_SUPERVISORS = 5
"""Working days past the deadline from which the office, then the supervisors, are told."""


@dataclass(frozen=True)
class Reminders:
    """Adds due-day reminders; every one has a key, so running again adds nothing."""

    tickets: TicketService

    def due(self, now: datetime) -> bool:
        """Never at night, never on a day off."""
        here = local(now)
        return here.hour >= FIRST_HOUR and self.tickets.calendar.is_workday(here.date())

    def run(self, session: Session, now: datetime) -> int:
        """Remind of every open ticket due by the next working day; return how many there are."""
        today = local(now).date()
        horizon = self.tickets.calendar.add(today, 1)
        query = select(Ticket).where(Ticket.status.in_(OPEN), Ticket.due_on <= horizon, Ticket.confidential.is_(False))
        found = session.scalars(query.order_by(Ticket.due_on)).all()
        for ticket in found:
            self._remind(session, ticket, today, now)
        return len(found)

    def _remind(self, session: Session, ticket: Ticket, today: date, now: datetime) -> None:
        if ticket.status == Status.AWAITING_INFO:  # the clock stands
            return
        journal = self.tickets.journal
        late = self.tickets.calendar.between(ticket.due_on, today)
        if ticket.due_on > today:
            text = f"将于 {notices.day(ticket.due_on)}到期，请抓紧办理并反馈进展。"
        elif late <= 0:
            text = "今天到期，请今天办结；确需延期请说明原因申请延期。"
        else:
            text = f"【催办单】已超期 {late} 个工作日，请立即办理并说明原因。"
        journal.tell_handlers(session, ticket, notices.work(ticket, text), now, key=f"due:{today.isoformat()}")
        if late == LATE_TO_OFFICE:
            office = [person.id for person in self.tickets.directory.office(session)]
            message = notices.work(ticket, f"已超期，承办单位：{self.tickets.unit_name(session, ticket)}。")
            journal.tell_people(session, ticket, office, message, now, key=f"late:{today.isoformat()}")
        if late >= LATE_TO_SUPERVISORS:
            message = notices.work(ticket, f"【问效建议】已超期 {late} 个工作日仍未办结，建议问效。")
            journal.tell_supervisors(session, ticket, message, now, key=f"late:{today.isoformat()}")
