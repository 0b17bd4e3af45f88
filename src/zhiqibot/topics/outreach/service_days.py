"""企业服务日: the afternoon before, every cadre gets a brief of their enterprises and what is still open there."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from zhiqibot.content.county import QuietHours
from zhiqibot.core.clock import SHANGHAI, local
from zhiqibot.core.messages import Button, ButtonStyle, OutboundMessage
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Enterprise
from zhiqibot.outbox.outbox import Notice, Outbox

BRIEF_AT = time(16, 0)
"""On the last working day before."""
LATEST = time(12, 0)
"""Of the service day itself: after that a brief missed during a stop is of no use any more."""
EVENING = time(20, 0)
MOST_TICKETS = 5
"""Tickets listed for one enterprise."""
WEEKDAYS = "一二三四五六日"

OpenTicket = tuple[str, str, str, date]
"""enterprise id, number, title, due day"""
OpenTickets = Callable[[Session, Sequence[str]], Sequence[OpenTicket]]
NextServiceDay = Callable[[Session, datetime], date | None]
"""The next service day, today included."""


@dataclass(frozen=True)
class ServiceDays:
    """Adds the briefs; each has a key, so any number of processes may try."""

    directory: Directory
    outbox: Outbox
    workdays: WorkdayCalendar
    quiet_hours: QuietHours
    next_service_day: NextServiceDay
    open_tickets: OpenTickets

    def due(self, now: datetime) -> str | None:
        """Return the key of the look-out now due: in the morning (to catch up) and from BRIEF_AT; never at night."""
        if self.quiet_hours.covers(now):
            return None
        here = local(now)
        return f"service-day:{here.date().isoformat()}:{'afternoon' if here.time() >= BRIEF_AT else 'morning'}"

    def remind(self, session: Session, now: datetime) -> int:
        """Brief every cadre with enterprises, if it is time; return how many. Again: the same notices, not new ones."""
        day = self.next_service_day(session, now)
        if day is None or not self._brief_from(day) <= now <= datetime.combine(day, LATEST, SHANGHAI):
            return 0
        looked_after = {
            cadre.id: self.directory.linked_enterprises(session, cadre.id, day)
            for cadre in self.directory.cadres(session)
        }
        looked_after = {cadre_id: enterprises for cadre_id, enterprises in looked_after.items() if enterprises}
        ids = list({one.id for enterprises in looked_after.values() for one in enterprises})
        open_ones: dict[str, list[OpenTicket]] = defaultdict(list)
        for ticket in self.open_tickets(session, ids):
            open_ones[ticket[0]].append(ticket)
        due = self.quiet_hours.next_allowed(now)
        expires = datetime.combine(day, EVENING, SHANGHAI)
        notices = [
            Notice(
                f"service-day:{day.isoformat()}:cadre:{cadre_id}",
                cadre_id,
                brief(day, local(now).date(), enterprises, open_ones),
                due_at=due,
                expires_at=expires,
            )
            for cadre_id, enterprises in looked_after.items()
        ]
        self.outbox.notify(session, notices, now)
        return len(notices)

    def _brief_from(self, day: date) -> datetime:
        before = day - timedelta(days=1)
        while not self.workdays.is_workday(before):
            before -= timedelta(days=1)
        return datetime.combine(before, BRIEF_AT, SHANGHAI)


def brief(
    day: date, today: date, enterprises: Sequence[Enterprise], open_ones: Mapping[str, Sequence[OpenTicket]]
) -> OutboundMessage:
    """Return what a cadre reads before the service day."""
    which = {0: "今天", 1: "明天"}.get((day - today).days, "")
    total = sum(len(open_ones.get(one.id, ())) for one in enterprises)
    text = (
        f"【企业服务日提醒】{which}{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）是企业服务日，"
        f"请走访您包联的 {len(enterprises)} 家企业，确实去不了的请打电话了解情况。"
        + (f"目前有 {total} 件诉求没有办结，请一并过问：" if total else "目前没有未办结的诉求：")
    )
    items = tuple(_line(one, open_ones.get(one.id, ())) for one in enterprises)
    buttons = (
        Button(label="记录走访", value="intent:log_visit", style=ButtonStyle.PRIMARY),
        Button(label="我的任务", value="intent:my_tasks"),
    )
    return OutboundMessage(text=text, items=items, buttons=buttons)


def _line(enterprise: Enterprise, tickets: Sequence[OpenTicket]) -> str:
    if not tickets:
        return f"{enterprise.name}：没有未办结的诉求"
    shown = [f"{number} {title}（期限{due.month}月{due.day}日）" for _, number, title, due in tickets[:MOST_TICKETS]]
    more = f"等 {len(tickets)} 件" if len(tickets) > MOST_TICKETS else ""
    return f"{enterprise.name}：{'；'.join(shown)}{more}"
