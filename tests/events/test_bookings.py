"""Seats, on both engines."""

import threading
from datetime import datetime, timedelta

import pytest

from tests.events.county import DERUN, HONGDA, RUITAI, notices, speaker, text_of
from zhiqibot.core.clock import SHANGHAI, local
from zhiqibot.core.crypto import Vault
from zhiqibot.core.errors import Conflict, NotAllowed, NotFound
from zhiqibot.core.people import Speaker
from zhiqibot.directory.model import Person
from zhiqibot.outbox.model import OutboxState
from zhiqibot.storage.database import Database
from zhiqibot.topics.events.bookings import BookingService, SeatRequest
from zhiqibot.topics.events.model import Booking, BookingState, EventSession
from zhiqibot.topics.events.rules import AlreadyBooked, SessionFull
from zhiqibot.topics.events.seeding import seed_sessions
from zhiqibot.topics.events.service import EventService

THREADS = 12


@pytest.fixture
def small(county: Database, events: EventService, now: datetime) -> tuple[str, str]:
    """Two breakfast talks, of three and of two seats."""
    row = {"kind": "breakfast_talk", "time": "08:00", "taken": 0}
    rows = [{**row, "date": "2026-12-04", "capacity": 3}, {**row, "date": "2026-12-11", "capacity": 2}]
    with county.write() as session:
        seed_sessions(session, rows, now)
        first, second = events.upcoming(session, now)
        return first.id, second.id


def crowd(county: Database, vault: Vault, size: int) -> list[str]:
    """People of no enterprise, so that only the room limits them."""
    ids = [f"guest-{number}" for number in range(size)]
    with county.write() as session:
        session.add_all(Person(id=one, role="cadre", name=vault.seal("客", "person", "name", one)) for one in ids)
    return ids


def test_a_crowd_at_once_never_overbooks(
    county: Database, vault: Vault, bookings: BookingService, small: tuple[str, str], now: datetime
) -> None:
    """十二个人同时抢三个座位：正好三个人报上，其余的都被告知满了。"""
    outcomes: list[str] = []
    start = threading.Barrier(THREADS)

    def grab(person_id: str) -> None:
        start.wait()
        try:
            with county.write() as session:
                bookings.book(session, Speaker(person_id, "cadre"), SeatRequest(small[0]), now)
            outcomes.append("booked")
        except SessionFull:
            outcomes.append("full")

    threads = [threading.Thread(target=grab, args=(one,)) for one in crowd(county, vault, THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with county.read() as session:
        one = session.get_one(EventSession, small[0])
        assert sorted(outcomes) == ["booked"] * 3 + ["full"] * (THREADS - 3)
        assert (one.taken, bookings.counts(session)) == (3, (3, 0))


def test_one_person_pressing_twice_at_once_is_booked_once(
    county: Database, bookings: BookingService, small: tuple[str, str], now: datetime
) -> None:
    """同一个人在两台设备上同时点报名，只报上一次。"""
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def press() -> None:
        start.wait()
        try:
            with county.write() as session:
                bookings.book(session, speaker(session, DERUN), SeatRequest(small[0]), now)
            outcomes.append("booked")
        except AlreadyBooked:
            outcomes.append("already")

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["already", "booked"]


def test_moving_crosswise_at_once_loses_nobody(
    county: Database, bookings: BookingService, small: tuple[str, str], now: datetime
) -> None:
    """两个人同时互换场次，谁也不丢座位，也不死锁。"""
    with county.write() as session:
        one = bookings.book(session, speaker(session, DERUN), SeatRequest(small[0]), now).id
        two = bookings.book(session, speaker(session, RUITAI), SeatRequest(small[1]), now).id
    start = threading.Barrier(2)

    def swap(person_id: str, booking_id: str, to: str) -> None:
        start.wait()
        with county.write() as session:
            bookings.move(session, speaker(session, person_id), booking_id, to, now)

    moves = [(DERUN, one, small[1]), (RUITAI, two, small[0])]
    threads = [threading.Thread(target=swap, args=move) for move in moves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with county.read() as session:
        assert session.get_one(Booking, one).session_id == small[1]
        assert session.get_one(Booking, two).session_id == small[0]
        assert [session.get_one(EventSession, key).taken for key in small] == [1, 1]


def test_the_waiting_list_moves_up_in_order(
    county: Database, vault: Vault, bookings: BookingService, small: tuple[str, str], now: datetime
) -> None:
    """有人退出，候补按先后补上；前面的人数太多补不进，就先补后面合适的，位置保留；补上的收到一条通知。"""
    room = small[0]
    with county.write() as session:
        derun, ruitai, hongda = (speaker(session, one) for one in (DERUN, RUITAI, HONGDA))
        booked = bookings.book(session, derun, SeatRequest(room, 3), now)
        large = bookings.book(session, ruitai, SeatRequest(room, 3, wait=True), now)
        small_one = bookings.book(session, hongda, SeatRequest(room, 1, wait=True), now + timedelta(minutes=1))
        assert bookings.place_in_line(session, small_one) == 2

        bookings.change(session, derun, booked.id, 2, now)

        assert (large.state, small_one.state) == (BookingState.WAITING, BookingState.BOOKED)
        told = notices(session, f"event-promoted:{room}:{small_one.id}")
        assert len(told) == 1
        assert "候补成功" in text_of(vault, told[0])

        bookings.cancel(session, derun, booked.id, now)
        bookings.cancel(session, hongda, small_one.id, now)

        assert large.state == BookingState.BOOKED
        assert session.get_one(EventSession, room).taken == 3
        assert not notices(session, f"event-promoted:{room}:{small_one.id}")


def test_a_reminder_is_sent_once_the_evening_before(
    county: Database, vault: Vault, bookings: BookingService, small: tuple[str, str], now: datetime
) -> None:
    """前一天 18:00 提醒一次，开始之后作废；取消就撤回。"""
    with county.write() as session:
        booking = bookings.book(session, speaker(session, DERUN), SeatRequest(small[0], subject="招工难"), now)
        (reminder,) = notices(session, f"event-reminder:{small[0]}:{booking.id}")

        assert local(reminder.due_at) == datetime(2026, 12, 3, 18, tzinfo=SHANGHAI)
        assert reminder.expires_at == datetime(2026, 12, 4, 8, tzinfo=SHANGHAI)
        assert "招工难" in text_of(vault, reminder)

        bookings.cancel(session, speaker(session, DERUN), booking.id, now)

        assert not notices(session, "event-reminder:")


def test_who_books_after_the_reminder_moment_gets_none(
    county: Database, bookings: BookingService, small: tuple[str, str]
) -> None:
    """头天晚上才报名的，确认时已经说清楚，不再补一条提醒。"""
    evening = datetime(2026, 12, 3, 21, tzinfo=SHANGHAI)
    with county.write() as session:
        bookings.book(session, speaker(session, DERUN), SeatRequest(small[0]), evening)

        assert not notices(session, "event-reminder:")


def test_moving_keeps_one_booking_and_one_reminder(
    county: Database, bookings: BookingService, small: tuple[str, str], now: datetime
) -> None:
    """改期再改回来，始终一条报名、一条有效提醒。"""
    first, second = small
    with county.write() as session:
        derun = speaker(session, DERUN)
        booking = bookings.book(session, derun, SeatRequest(first, 2), now)

        bookings.move(session, derun, booking.id, second, now)
        bookings.move(session, derun, booking.id, first, now)

        (reminder,) = notices(session, "event-reminder:")
        assert reminder.key.startswith(f"event-reminder:{first}:{booking.id}")
        assert bookings.counts(session) == (1, 0)
        assert [session.get_one(EventSession, key).taken for key in small] == [2, 0]
        assert len(notices(session, "event-reminder:", OutboxState.WITHDRAWN)) == 2


def test_a_full_session_leaves_the_old_booking_alone(
    county: Database, bookings: BookingService, small: tuple[str, str], now: datetime
) -> None:
    """想改去的场次满了，原来的报名原样保留。"""
    first, second = small
    with county.write() as session:
        derun = speaker(session, DERUN)
        bookings.book(session, speaker(session, RUITAI), SeatRequest(second, 2), now)
        booking = bookings.book(session, derun, SeatRequest(first, 1), now)

        with pytest.raises(SessionFull):
            bookings.move(session, derun, booking.id, second, now)

        assert (booking.session_id, session.get_one(EventSession, first).taken) == (first, 1)


@pytest.mark.parametrize(("kind", "most"), [("evening_tea", 6), ("lecture", 10)])
def test_one_enterprise_cannot_fill_the_room(
    county: Database, events: EventService, bookings: BookingService, now: datetime, kind: str, most: int
) -> None:
    """同一家企业的几个人合起来，每场不超过这个活动的规定；没规定的六位。"""
    with county.write() as session:
        one, other = speaker(session, DERUN), speaker(session, "contact-derun-2")
        evening = events.upcoming(session, now, kind=kind)[0].id
        bookings.book(session, one, SeatRequest(evening, 4), now)

        with pytest.raises(Conflict, match=f"最多 {most} 位"):
            bookings.book(session, other, SeatRequest(evening, most - 3), now)

        assert bookings.book(session, other, SeatRequest(evening, most - 4), now).attendees == most - 4


def test_what_has_begun_can_be_neither_booked_nor_cancelled(
    county: Database, bookings: BookingService, small: tuple[str, str], now: datetime
) -> None:
    """开始了的场次不能报、不能改、不能退，也不再递补。"""
    during = datetime(2026, 12, 4, 8, 1, tzinfo=SHANGHAI)
    with county.write() as session:
        derun = speaker(session, DERUN)
        booking = bookings.book(session, derun, SeatRequest(small[0], 3), now)
        waiting = bookings.book(session, speaker(session, RUITAI), SeatRequest(small[0], wait=True), now)

        for attempt in (
            lambda: bookings.book(session, speaker(session, HONGDA), SeatRequest(small[0]), during),
            lambda: bookings.cancel(session, derun, booking.id, during),
            lambda: bookings.move(session, derun, booking.id, small[1], during),
        ):
            with pytest.raises(Conflict, match="已经开始"):
                attempt()
        assert waiting.state == BookingState.WAITING


def test_nobody_touches_another_persons_booking(
    county: Database, bookings: BookingService, small: tuple[str, str], now: datetime
) -> None:
    """别人的报名看起来就像不存在；没绑定身份的不能报。"""
    with county.write() as session:
        booking = bookings.book(session, speaker(session, DERUN), SeatRequest(small[0]), now)

        with pytest.raises(NotFound):
            bookings.cancel(session, speaker(session, RUITAI), booking.id, now)
        with pytest.raises(NotAllowed):
            bookings.book(session, Speaker(None, "enterprise"), SeatRequest(small[0]), now)


def test_a_cadre_books_only_for_linked_enterprises(
    county: Database, bookings: BookingService, small: tuple[str, str], now: datetime
) -> None:
    """助企干部只能替自己包联的企业报名。"""
    with county.write() as session:
        cadre = speaker(session, "cadre-demo")
        with pytest.raises(NotAllowed):
            bookings.book(session, cadre, SeatRequest(small[0], enterprise_id="ent-hongda"), now)

        booking = bookings.book(session, cadre, SeatRequest(small[0], enterprise_id="ent-derun"), now)
        assert booking.enterprise_id == "ent-derun"
