"""Honest statistics: every figure says what it counts, and what is unsolved is counted too."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhiqibot.core.clock import SHANGHAI, local
from zhiqibot.core.errors import NotAllowed
from zhiqibot.core.people import Speaker
from zhiqibot.directory.model import Role, Unit
from zhiqibot.storage.later import write_now
from zhiqibot.topics.tickets.model import OPEN, Status, Ticket


@dataclass(frozen=True)
class Figures:
    """The ledger over a period of registration days (both included)."""

    start: date
    end: date
    registered: int
    by_status: dict[str, int]
    by_topic: list[tuple[str, int]]
    by_unit: list[tuple[str, int]]
    solved: int
    """Resolved or closed; withdrawn ones count neither here nor in `countable`."""
    countable: int
    """Registered less withdrawn and declined: the denominator of the solution rate."""
    overdue: int
    rated: int
    content: int
    """Rated 3 or better."""
    late_units: list[tuple[str, int]]
    """Units with open tickets past their day, most first."""


@dataclass(frozen=True)
class Statistics:
    """Counts in the database; confidential tickets are never in these figures."""

    def figures(self, session: Session, speaker: Speaker, start: date, end: date, now: datetime) -> Figures:
        """Count the tickets registered from `start` to `end`; office and supervisors only."""
        write_now(session)
        if speaker.role not in (Role.OFFICE, Role.SUPERVISOR):
            raise NotAllowed(what="统计台账", who="联席办（助企办）")
        first = datetime.combine(start, time.min, SHANGHAI)
        last = datetime.combine(end, time.max, SHANGHAI)
        within = (Ticket.created_at.between(first, last), Ticket.confidential.is_(False))
        statuses = {
            str(status): int(count)
            for status, count in session.execute(
                select(Ticket.status, func.count()).where(*within).group_by(Ticket.status)
            )
        }
        by_topic = select(Ticket.topic, func.count()).where(*within).group_by(Ticket.topic)
        topics = Counter({str(topic): int(count) for topic, count in session.execute(by_topic)})
        units = session.execute(
            select(Unit.name, func.count()).join(Ticket, Ticket.unit_id == Unit.id).where(*within).group_by(Unit.name)
        )
        is_late = (Ticket.status.in_(OPEN), Ticket.due_on < local(now).date())
        overdue = select(func.count()).where(*within, *is_late)
        late = session.execute(
            select(Unit.name, func.count())
            .join(Ticket, Ticket.unit_id == Unit.id)
            .where(*within, *is_late)
            .group_by(Unit.name)
        )
        rated = select(func.count()).where(*within, Ticket.score.is_not(None))
        solved = statuses.get(Status.RESOLVED, 0) + statuses.get(Status.CLOSED, 0)
        registered = sum(statuses.values())
        left_out = statuses.get(Status.WITHDRAWN, 0) + statuses.get(Status.DECLINED, 0)
        return Figures(
            start=start,
            end=end,
            registered=registered,
            by_status=statuses,
            by_topic=topics.most_common(6),
            by_unit=sorted(((str(n), int(c)) for n, c in units), key=lambda pair: -pair[1])[:6],
            solved=solved,
            countable=registered - left_out,
            overdue=session.execute(overdue).scalar_one(),
            rated=session.execute(rated).scalar_one(),
            content=session.execute(rated.where(Ticket.score >= 3)).scalar_one(),
            late_units=sorted(((str(n), int(c)) for n, c in late), key=lambda pair: -pair[1])[:3],
        )
