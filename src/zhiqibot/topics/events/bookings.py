"""Seats: booked, changed, moved, given back; whoever waits gets them in order. A session is never overbooked.

Every change first locks the session's row (on SQLite the unit of work itself is the lock), two sessions in the order
of their ids, so that counts read afterwards stay true until the commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhiqibot.content.county import QuietHours
from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict, NotAllowed, NotFound
from zhiqibot.core.ids import new_id
from zhiqibot.core.people import Speaker
from zhiqibot.core.privacy import mask
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.topics.events.model import Booking, BookingState, EventSession
from zhiqibot.topics.events.notices import BookingNotices
from zhiqibot.topics.events.rules import AlreadyBooked, SeatRules, SessionFull
from zhiqibot.topics.events.wording import name

LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class SeatRequest:
    """What a person wants: seats in a session; `wait`: a place on the waiting list when there are none."""

    session_id: str
    attendees: int = 1
    subject: str = ""
    wait: bool = False
    enterprise_id: str | None = None
    """For whom, when staff book for an enterprise."""


@dataclass(frozen=True)
class BookingService:
    """Books, changes and cancels, in the caller's unit of work."""

    directory: Directory
    outbox: Outbox
    quiet_hours: QuietHours
    rules: SeatRules = field(default_factory=SeatRules)

    @property
    def notices(self) -> BookingNotices:
        return BookingNotices(self.outbox, self.quiet_hours)

    def book(self, session: Session, speaker: Speaker, wanted: SeatRequest, now: datetime) -> Booking:
        """Take seats, or a place on the waiting list where `wanted.wait` allows it.

        Raises SessionFull, AlreadyBooked, NotFound, or Conflict for the past and for too many people."""
        if speaker.person_id is None:
            raise NotAllowed(what="报名活动", who="已绑定企业的联系人")
        one = self._locked(session, wanted.session_id)
        self.rules.check_open(one, now)
        if self.active(session, speaker.person_id, one.id):
            raise AlreadyBooked(what=name(one))
        enterprise_id = self._for_whom(session, speaker, wanted, now)
        self.rules.check_share(session, one, speaker.person_id, enterprise_id, wanted.attendees)
        fits = wanted.attendees <= one.free
        if not fits and not wanted.wait:
            raise SessionFull(what=name(one), free=one.free)
        booking = Booking(
            id=new_id(),
            session_id=one.id,
            person_id=speaker.person_id,
            enterprise_id=enterprise_id,
            attendees=wanted.attendees,
            subject=mask(wanted.subject)[:LONGEST_SUBJECT],
            state=BookingState.BOOKED if fits else BookingState.WAITING,
            moves=0,
            queued_at=now,
            created_at=now,
            updated_at=now,
        )
        one.taken += wanted.attendees if fits else 0
        session.add(booking)
        session.flush()
        self.notices.remind(session, one, booking, now)
        return booking

    def change(self, session: Session, speaker: Speaker, booking_id: str, attendees: int, now: datetime) -> Booking:
        """Change how many come; raises SessionFull when the added seats are not there, and then changes nothing."""
        booking = self.own(session, speaker, booking_id)
        one = self._locked(session, booking.session_id)
        self._check_current(session, booking, one)
        self.rules.check_open(one, now)
        self.rules.check_share(session, one, booking.person_id, booking.enterprise_id, attendees, besides=booking.id)
        if booking.state == BookingState.BOOKED:
            if attendees - booking.attendees > one.free:
                raise SessionFull(what=name(one), free=one.free)
            one.taken += attendees - booking.attendees
        booking.attendees, booking.updated_at = attendees, now
        self._promote(session, one, now)
        return booking

    def cancel(self, session: Session, speaker: Speaker, booking_id: str, now: datetime) -> Booking:
        """Give the seats back to whoever waits; the reminder is withdrawn. Raises Conflict once it is over."""
        booking = self.own(session, speaker, booking_id)
        one = self._locked(session, booking.session_id)
        self._check_current(session, booking, one)
        self.rules.check_open(one, now)
        self._release(session, one, booking)
        booking.state, booking.updated_at = BookingState.CANCELLED, now
        self._promote(session, one, now)
        return booking

    def move(self, session: Session, speaker: Speaker, booking_id: str, to_id: str, now: datetime) -> Booking:
        """Put a booking into another session: both happen or neither. Raises SessionFull, and then the old one stays."""
        booking = self.own(session, speaker, booking_id)
        old, new = self._locked_pair(session, booking.session_id, to_id)
        self._check_current(session, booking, old)
        self.rules.check_open(old, now)
        self.rules.check_open(new, now)
        if old.id == new.id or self.active(session, booking.person_id, new.id):
            raise AlreadyBooked(what=name(new))
        self.rules.check_share(session, new, booking.person_id, booking.enterprise_id, booking.attendees)
        if booking.attendees > new.free:
            raise SessionFull(what=name(new), free=new.free)
        self._release(session, old, booking)
        new.taken += booking.attendees
        booking.session_id, booking.state, booking.updated_at = new.id, BookingState.BOOKED, now
        booking.moves += 1
        session.flush()
        self.notices.remind(session, new, booking, now)
        self._promote(session, old, now)
        return booking

    # -- looking up ---------------------------------------------------------------------------------------------

    def own(self, session: Session, speaker: Speaker, booking_id: str) -> Booking:
        """Return a booking of the speaker; somebody else's looks as if it were not there."""
        booking = session.get(Booking, booking_id)
        if booking is None or speaker.person_id is None or booking.person_id != speaker.person_id:
            raise NotFound(what="这条报名")
        return booking

    def active(self, session: Session, person_id: str, session_id: str) -> Booking | None:
        """Return the person's booking or waiting place in a session."""
        query = select(Booking).where(
            Booking.session_id == session_id,
            Booking.person_id == person_id,
            Booking.state != BookingState.CANCELLED,
        )
        return session.scalars(query).one_or_none()

    def of_person(self, session: Session, person_id: str, now: datetime) -> list[tuple[Booking, EventSession]]:
        """Return the active bookings of a person that are not over, soonest session first."""
        query = (
            select(Booking, EventSession)
            .join(EventSession, EventSession.id == Booking.session_id)
            .where(Booking.person_id == person_id, Booking.state != BookingState.CANCELLED)
            .order_by(EventSession.starts_at, Booking.id)
        )
        return [(booking, one) for booking, one in session.execute(query).all() if one.closes_at > now]

    def place_in_line(self, session: Session, booking: Booking) -> int:
        """Return the booking's place on the waiting list, from 1."""
        return [one.id for one in self._waiting(session, booking.session_id)].index(booking.id) + 1

    def roster(self, session: Session, session_id: str) -> list[tuple[str, int, str]]:
        """Return who comes to a session: (enterprise, how many, state), in the order of booking; for the office."""
        query = (
            select(Enterprise.name, Booking.attendees, Booking.state)
            .outerjoin(Enterprise, Enterprise.id == Booking.enterprise_id)
            .where(Booking.session_id == session_id, Booking.state != BookingState.CANCELLED)
            .order_by(Booking.queued_at, Booking.id)
        )
        return [(name or "工作人员", int(count), str(state)) for name, count, state in session.execute(query)]

    def counts(self, session: Session) -> tuple[int, int]:
        """Return how many bookings are active and how many wait."""
        query = select(Booking.state, func.count()).group_by(Booking.state)
        found = {str(state): int(count) for state, count in session.execute(query)}
        return found.get(BookingState.BOOKED, 0), found.get(BookingState.WAITING, 0)

    # -- rules --------------------------------------------------------------------------------------------------

    def _locked(self, session: Session, session_id: str) -> EventSession:
        query = select(EventSession).where(EventSession.id == session_id, EventSession.cancelled.is_(False))
        one = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
        if one is None:
            raise NotFound(what="这一场活动")
        return one

    def _locked_pair(self, session: Session, first: str, second: str) -> tuple[EventSession, EventSession]:
        locked = {key: self._locked(session, key) for key in sorted({first, second})}
        return locked[first], locked[second]

    def _check_current(self, session: Session, booking: Booking, one: EventSession) -> None:
        """What was read before the lock may be out of date."""
        session.refresh(booking)
        if booking.state == BookingState.CANCELLED:
            raise Conflict(reason="这条报名之前已经取消了。")
        if booking.session_id != one.id:
            raise Conflict(reason="这条报名刚刚改过期，请重新说一遍要改什么。")

    def _for_whom(self, session: Session, speaker: Speaker, wanted: SeatRequest, now: datetime) -> str | None:
        """A cadre may book for the enterprises they are linked to, the office for any."""
        if speaker.role == Role.ENTERPRISE or wanted.enterprise_id is None:
            return speaker.enterprise_id
        if speaker.role == Role.CADRE and speaker.person_id:
            linked = self.directory.linked_enterprises(session, speaker.person_id, local(now).date())
            if wanted.enterprise_id not in {one.id for one in linked}:
                raise NotAllowed(what="替这家企业报名", who="该企业包联干部")
        elif speaker.role != Role.OFFICE:
            raise NotAllowed(what="替企业报名", who="包联干部或联席办（助企办）")
        return wanted.enterprise_id

    # -- seats --------------------------------------------------------------------------------------------------

    def _release(self, session: Session, one: EventSession, booking: Booking) -> None:
        if booking.state == BookingState.BOOKED:
            one.taken -= booking.attendees
        self.notices.withdraw(session, one, booking)

    def _waiting(self, session: Session, session_id: str) -> Sequence[Booking]:
        query = select(Booking).where(Booking.session_id == session_id, Booking.state == BookingState.WAITING)
        return session.scalars(query.order_by(Booking.queued_at, Booking.id)).all()

    def _promote(self, session: Session, one: EventSession, now: datetime) -> None:
        """Give free seats to the waiting list in its order; a group too large for them keeps its place."""
        session.flush()
        for booking in self._waiting(session, one.id) if one.free > 0 else ():
            if booking.attendees <= one.free:
                one.taken += booking.attendees
                booking.state, booking.updated_at = BookingState.BOOKED, now
                self.notices.promoted(session, one, booking, now)
                self.notices.remind(session, one, booking, now)
