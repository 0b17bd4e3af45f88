"""What bookings send on their own account: the reminder of the evening before, and word from the waiting list."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from zhiqibot.content.county import QuietHours
from zhiqibot.core.clock import SHANGHAI
from zhiqibot.core.messages import Button, OutboundMessage, card
from zhiqibot.outbox.outbox import Notice, Outbox
from zhiqibot.topics.events.model import Booking, BookingState, EventSession
from zhiqibot.topics.events.wording import name, when

REMIND_AT = time(18, 0)
"""The evening before."""


def reminder_moment(one: EventSession, quiet_hours: QuietHours, now: datetime) -> datetime | None:
    """Return when to remind; None when that moment has passed already or would come after the beginning."""
    evening = datetime.combine(one.day - timedelta(days=1), REMIND_AT, SHANGHAI)
    moment = quiet_hours.next_allowed(evening)
    return moment if now < moment < one.closes_at else None


@dataclass(frozen=True)
class BookingNotices:
    """Adds and withdraws the notices of one booking."""

    outbox: Outbox
    quiet_hours: QuietHours

    def remind(self, session: Session, one: EventSession, booking: Booking, now: datetime) -> None:
        """Arrange the reminder; who waits gets none, and who books after its moment has just been told."""
        moment = reminder_moment(one, self.quiet_hours, now)
        if booking.state != BookingState.BOOKED or moment is None:
            return
        fields = [("时间", when(one)), ("地点", one.place), ("议题", booking.subject)]
        message = OutboundMessage(
            text=f"【活动提醒】您报名的{one.title}就在明天，请准时参加；去不了请提前取消，把名额让给候补的企业。",
            card=card(one.title, fields),
            buttons=(Button(label="取消报名", value=f"do:cancel_booking:{booking.id}"),),
        )
        notice = Notice(_key(one, booking), booking.person_id, message, due_at=moment, expires_at=one.closes_at)
        self.outbox.notify(session, [notice], now)

    def withdraw(self, session: Session, one: EventSession, booking: Booking) -> None:
        """Take back what is no longer true."""
        self.outbox.withdraw(session, f"event-reminder:{one.id}:{booking.id}")
        self.outbox.withdraw(session, f"event-promoted:{one.id}:{booking.id}")

    def promoted(self, session: Session, one: EventSession, booking: Booking, now: datetime) -> None:
        """Tell a person that a seat became free; at night only what will not wait until morning."""
        due = self.quiet_hours.next_allowed(now)
        message = OutboundMessage(
            text=f"【候补成功】有名额空出来了，已为您报上{name(one)}，{booking.attendees} 人。"
            f"地点：{one.place or '另行通知'}。去不了请及时取消。",
            buttons=(Button(label="取消报名", value=f"do:cancel_booking:{booking.id}"),),
        )
        notice = Notice(
            f"event-promoted:{one.id}:{booking.id}:{booking.moves}",
            booking.person_id,
            message,
            due_at=due if due < one.closes_at else now,
            expires_at=one.closes_at,
        )
        self.outbox.notify(session, [notice], now)


def _key(one: EventSession, booking: Booking) -> str:
    """A booking that came back to a session it had left needs another key: the first one's reminder is withdrawn."""
    again = f":{booking.moves}" if booking.moves else ""
    return f"event-reminder:{one.id}:{booking.id}{again}"
