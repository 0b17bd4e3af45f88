"""Whatever people do in whatever order: seats are never negative, never too many, nobody is in twice."""

from datetime import datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import func, select

from tests.conftest import MONDAY
from tests.events.county import DERUN, HONGDA, RUITAI, small_county, speaker
from zhiqibot.content.county import QuietHours
from zhiqibot.core.crypto import new_vault
from zhiqibot.core.errors import PersonError
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.directory.directory import Directory
from zhiqibot.outbox.model import OutboxMessage, OutboxState
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.topics.events.bookings import BookingService, SeatRequest
from zhiqibot.topics.events.model import Booking, BookingState, EventSession
from zhiqibot.topics.events.seeding import seed_sessions
from zhiqibot.topics.events.service import EventService

PEOPLE = st.sampled_from([DERUN, "contact-derun-2", RUITAI, HONGDA])
ROOMS = st.integers(0, 1)
COUNTS = st.integers(1, 4)


class Seats(RuleBasedStateMachine):
    """Two small sessions and four people."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = MONDAY
        vault = new_vault()
        self.database = small_county(vault, self.now)
        self.bookings = BookingService(Directory(vault), Outbox(vault), QuietHours())
        row: dict[str, Any] = {"kind": "breakfast_talk", "time": "08:00"}
        with self.database.write() as session:
            rows = [{**row, "date": "2026-12-04", "capacity": 4}, {**row, "date": "2026-12-11", "capacity": 3}]
            seed_sessions(session, rows, self.now)
            found = EventService(WorkdayCalendar()).upcoming(session, self.now)
            self.rooms = [one.id for one in found]

    def teardown(self) -> None:
        self.database.close()

    def _try(self, person: str, room: int, act: Any) -> None:
        try:
            with self.database.write() as session:
                booking = self.bookings.active(session, person, self.rooms[room])
                act(session, speaker(session, person), booking)
        except PersonError:
            pass

    @rule(person=PEOPLE, room=ROOMS, count=COUNTS, wait=st.booleans())
    def book(self, person: str, room: int, count: int, wait: bool) -> None:
        wanted = SeatRequest(self.rooms[room], count, wait=wait)
        self._try(person, room, lambda s, who, _: self.bookings.book(s, who, wanted, self.now))

    @rule(person=PEOPLE, room=ROOMS)
    def cancel(self, person: str, room: int) -> None:
        self._try(person, room, lambda s, who, b: b and self.bookings.cancel(s, who, b.id, self.now))

    @rule(person=PEOPLE, room=ROOMS, count=COUNTS)
    def change(self, person: str, room: int, count: int) -> None:
        self._try(person, room, lambda s, who, b: b and self.bookings.change(s, who, b.id, count, self.now))

    @rule(person=PEOPLE, room=ROOMS)
    def move(self, person: str, room: int) -> None:
        other = self.rooms[1 - room]
        self._try(person, room, lambda s, who, b: b and self.bookings.move(s, who, b.id, other, self.now))

    @invariant()
    def seats_are_what_bookings_say(self) -> None:
        with self.database.read() as session:
            for one in session.scalars(select(EventSession)):
                own = select(Booking).where(Booking.session_id == one.id, Booking.state != BookingState.CANCELLED)
                active = session.scalars(own).all()
                booked = sum(b.attendees for b in active if b.state == BookingState.BOOKED)
                assert 0 <= one.taken <= one.capacity
                assert one.taken == booked
                assert len({b.person_id for b in active}) == len(active)
                assert all(b.attendees > one.free for b in active if b.state == BookingState.WAITING)

    @invariant()
    def every_booking_has_one_reminder(self) -> None:
        due = select(func.count()).where(
            OutboxMessage.key.startswith("event-reminder:"), OutboxMessage.state == OutboxState.DUE
        )
        with self.database.read() as session:
            assert session.scalar(due) == self.bookings.counts(session)[0]


Seats.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestSeats = Seats.TestCase
