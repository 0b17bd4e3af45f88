"""A session called off or put off by the office: whoever holds seats, or waits for them, is told."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.core.errors import Conflict, NotAllowed, NotFound
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.core.people import Speaker
from zhiqibot.directory.model import Role
from zhiqibot.outbox.outbox import Notice
from zhiqibot.topics.events.model import Booking, BookingState, EventSession, starts
from zhiqibot.topics.events.notices import BookingNotices
from zhiqibot.topics.events.wording import name


@dataclass(frozen=True)
class SessionChanges:
    """Changes whole sessions, in the caller's unit of work; the office only."""

    notices: BookingNotices

    def call_off(self, session: Session, speaker: Speaker, session_id: str, now: datetime) -> int:
        """Cancel a session and its bookings; return how many people are told. Raises NotAllowed, NotFound, Conflict."""
        one = self._open(session, speaker, session_id, now)
        held = self.held(session, one)
        for booking in held:
            self.notices.withdraw(session, one, booking)
            booking.state, booking.updated_at = BookingState.CANCELLED, now
        one.cancelled, one.taken = True, 0
        text = f"【活动取消】您报名的{name(one)}因故取消，不用前来，报名已一并取消。给您添麻烦了；想参加别的场次，随时告诉我。"
        self._tell(session, one, held, text, now, key=f"event-called-off:{one.id}")
        return len(held)

    def put_off(
        self,
        session: Session,
        speaker: Speaker,
        session_id: str,
        day: date,
        clock: str,
        now: datetime,
        *,
        until: str = "",
    ) -> int:
        """Move a session to another day and `HH:MM`; bookings stay, and how long it lasts unless `until` is given.
        Return how many people are told."""
        one = self._open(session, speaker, session_id, now)
        before, moment = name(one), starts(day, clock or one.clock)
        if moment <= now:
            raise Conflict(reason="这个时间已经过去了，请重新告诉我日期和时间。")
        if until and starts(day, until) <= moment:
            raise Conflict(reason="结束时间要晚于开始时间，请重新告诉我几点到几点。")
        held = self.held(session, one)
        for booking in held:
            self.notices.withdraw(session, one, booking)
        lasts = one.ends_at - one.starts_at if one.ends_at else None
        one.ends_at = starts(day, until) if until else moment + lasts if lasts else None
        one.starts_at = moment
        for booking in held:
            booking.moves, booking.updated_at = booking.moves + 1, now
            self.notices.remind(session, one, booking, now)
        text = f"【活动改期】您报名的{before}改为{name(one)}，地点{one.place or '另行通知'}，报名继续有效；去不了请说“取消报名”。"
        self._tell(session, one, held, text, now, key=f"event-put-off:{one.id}:{moment.timestamp():.0f}")
        return len(held)

    def held(self, session: Session, one: EventSession) -> list[Booking]:
        """Return the bookings of a session that hold seats or wait."""
        query = select(Booking).where(Booking.session_id == one.id, Booking.state != BookingState.CANCELLED)
        return list(session.scalars(query.order_by(Booking.queued_at)))

    # -- helpers ------------------------------------------------------------------------------------------------

    def _open(self, session: Session, speaker: Speaker, session_id: str, now: datetime) -> EventSession:
        if speaker.role != Role.OFFICE:
            raise NotAllowed(what="取消或改期场次", who="联席办（助企办）")
        one = session.get(EventSession, session_id, with_for_update=True)
        if one is None or one.cancelled:
            raise NotFound(what="这一场活动")
        if one.closes_at <= now:
            raise Conflict(reason="这一场已经开始或结束了，不能再取消或改期。")
        return one

    def _tell(
        self, session: Session, one: EventSession, held: list[Booking], text: str, now: datetime, *, key: str
    ) -> None:
        due = self.notices.quiet_hours.next_allowed(now)
        message = OutboundMessage(text=text)
        people = dict.fromkeys(booking.person_id for booking in held)
        self.notices.outbox.notify(
            session, [Notice(f"{key}:{person}", person, message, due_at=due) for person in people], now
        )
