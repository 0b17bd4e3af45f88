"""How sessions and bookings read in Chinese."""

from datetime import date, datetime

from zhiqibot.core.clock import local
from zhiqibot.topics.events.model import Booking, BookingState, EventSession

WEEKDAYS = "一二三四五六日"


def day_text(day: date) -> str:
    """Return 12月4日（周五）."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def moment_text(moment: datetime) -> str:
    """Return 12月3日 18:00."""
    here = local(moment)
    return f"{here.month}月{here.day}日 {here:%H:%M}"


def hours(clock: str, until: str) -> str:
    """Return 15:00, 15:00–17:00 or 全天."""
    return f"{clock}–{until}" if clock and until else clock or "全天"


def when(one: EventSession) -> str:
    """Return 12月4日（周五）08:00, with the end where it is known; a whole day says so."""
    return f"{day_text(one.day)}{hours(one.clock, one.until)}"


def name(one: EventSession) -> str:
    """Return when and what."""
    return f"{when(one)} {one.title}"


def short(one: EventSession) -> str:
    """Return a button's label: 12月4日 08:00."""
    return f"{one.day.month}月{one.day.day}日 {one.clock or '全天'}"


def seats(one: EventSession) -> str:
    """Return how many seats are left."""
    return f"余 {one.free} 个名额" if one.free > 0 else "已满，可排候补"


def line(one: EventSession, own: Booking | None = None) -> str:
    """Return one line of a timetable."""
    parts = [name(one), one.place, seats(one)]
    if own:
        parts.append(f"您已报名 {own.attendees} 人" if own.state == BookingState.BOOKED else "您在候补名单上")
    return "，".join(part for part in parts if part)


def booking_line(one: EventSession, booking: Booking) -> str:
    """Return one line of a person's bookings."""
    waiting = "，候补中" if booking.state == BookingState.WAITING else ""
    return f"{name(one)}，{booking.attendees} 人{waiting}"
