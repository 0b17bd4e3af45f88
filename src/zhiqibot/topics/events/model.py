"""Tables of the events: series with their rule, sessions with their seats, bookings and the waiting list."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from zhiqibot.core.clock import SHANGHAI, local
from zhiqibot.storage.columns import ID, Base, internal, public

SEATS_PER_ENTERPRISE = 6
"""How many people of one enterprise may come to a session, where its series says nothing else."""
DAY_CLOSES = time(17, 0)
"""Until when an all-day session of that day can still be booked."""


class EventKind(StrEnum):
    """Kinds of the vocabulary."""

    BREAKFAST_TALK = "breakfast_talk"
    EVENING_TEA = "evening_tea"
    LECTURE = "lecture"
    SERVICE_DAY = "service_day"
    FACE_TO_FACE = "face_to_face"
    MATCHMAKING = "matchmaking"


KIND_TITLES = {
    EventKind.BREAKFAST_TALK: "畅聊早餐会",
    EventKind.EVENING_TEA: "服务企业面对面工作晚茶会",
    EventKind.LECTURE: "企业家大讲堂",
    EventKind.SERVICE_DAY: "企业服务日",
    EventKind.FACE_TO_FACE: "政企面对面",
    EventKind.MATCHMAKING: "对接会",
}


class BookingState(StrEnum):
    """Where a booking stands."""

    BOOKED = "booked"
    WAITING = "waiting"
    """候补"""
    CANCELLED = "cancelled"


class EventSeries(Base):
    """A repeating event of the county, with the rule its sessions follow."""

    __tablename__ = "event_series"
    id: Mapped[str] = public(String(40), primary_key=True)
    kind: Mapped[str] = public(String(20))
    title: Mapped[str] = public(String(60))
    rule: Mapped[dict[str, Any]] = public()
    """As written in events.yaml: `dates`, `weekly` or `monthly`, and `time` (none: all day)."""
    shift: Mapped[str] = public(String(20), default="none")
    place: Mapped[str] = public(String(100), default="")
    host: Mapped[str] = public(String(60), default="")
    subject: Mapped[str] = public(String(200), default="")
    capacity: Mapped[int] = public(SmallInteger)
    seats_per_enterprise: Mapped[int] = public(
        SmallInteger, default=SEATS_PER_ENTERPRISE, server_default=str(SEATS_PER_ENTERPRISE)
    )
    active: Mapped[bool] = public(Boolean, default=True)
    planned_until: Mapped[date | None] = internal()
    """Sessions exist up to this day; None: plan anew."""


class EventSession(Base):
    """One session (场次). `taken` counts the seats of its booked bookings, changed only under the row's lock."""

    __tablename__ = "event_session"
    __table_args__ = (
        UniqueConstraint("series_id", "nominal"),
        CheckConstraint("taken >= 0 AND taken <= capacity", name="seats"),
        Index("ix_event_session_starts_at", "starts_at", "kind"),
    )
    id: Mapped[str] = public(ID, primary_key=True)
    series_id: Mapped[str | None] = public(ForeignKey("event_series.id"))
    nominal: Mapped[date | None] = internal()
    """The day the rule names, before any shift: makes planning twice harmless."""
    kind: Mapped[str] = public(String(20))
    title: Mapped[str] = public(String(60))
    starts_at: Mapped[datetime] = public()
    ends_at: Mapped[datetime | None] = public()
    """When it is to end, where that was said; the same day."""
    all_day: Mapped[bool] = public(Boolean, default=False)
    place: Mapped[str] = public(String(100), default="")
    host: Mapped[str] = public(String(60), default="")
    subject: Mapped[str] = public(String(200), default="")
    capacity: Mapped[int] = public(SmallInteger)
    seats_per_enterprise: Mapped[int] = public(
        SmallInteger, default=SEATS_PER_ENTERPRISE, server_default=str(SEATS_PER_ENTERPRISE)
    )
    """As announced: what the series says later holds for later sessions."""
    taken: Mapped[int] = internal(SmallInteger, default=0)
    cancelled: Mapped[bool] = public(Boolean, default=False)
    created_by: Mapped[str | None] = internal(String(40))

    @property
    def day(self) -> date:
        return local(self.starts_at).date()

    @property
    def clock(self) -> str:
        """The time as `HH:MM`; empty for a whole day."""
        return "" if self.all_day else f"{local(self.starts_at):%H:%M}"

    @property
    def until(self) -> str:
        """The end as `HH:MM`; empty where none was said."""
        return f"{local(self.ends_at):%H:%M}" if self.ends_at else ""

    @property
    def closes_at(self) -> datetime:
        """From here on it can be neither booked nor changed."""
        return datetime.combine(self.day, DAY_CLOSES, SHANGHAI) if self.all_day else self.starts_at

    @property
    def free(self) -> int:
        return self.capacity - self.taken


class Booking(Base):
    """One person's seats in one session, or their place on its waiting list."""

    __tablename__ = "booking"
    __table_args__ = (
        Index(
            "uq_booking_active",
            "session_id",
            "person_id",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index("ix_booking_person_id", "person_id", "state"),
        CheckConstraint("attendees > 0", name="attendees"),
    )
    id: Mapped[str] = internal(ID, primary_key=True)
    session_id: Mapped[str] = internal(ForeignKey("event_session.id"))
    person_id: Mapped[str] = internal(ForeignKey("person.id"))
    enterprise_id: Mapped[str | None] = internal(ForeignKey("enterprise.id"))
    attendees: Mapped[int] = internal(SmallInteger)
    subject: Mapped[str] = internal(String(200), default="")
    """议题; personal numbers masked."""
    state: Mapped[str] = internal(String(12))
    moves: Mapped[int] = internal(SmallInteger, default=0)
    """How often it went to another session: a reminder withdrawn once needs another key."""
    queued_at: Mapped[datetime] = internal()
    """Order of the waiting list."""
    created_at: Mapped[datetime] = internal()
    updated_at: Mapped[datetime] = internal()


def starts(day: date, clock: str) -> datetime:
    """Return the instant of a local day and `HH:MM` (empty: the day's first moment)."""
    return datetime.combine(day, time.fromisoformat(clock) if clock else time.min, SHANGHAI)


def local_days(start: date, end: date) -> tuple[datetime, datetime]:
    """Return the instants from the first moment of `start` to the last of `end`."""
    return starts(start, ""), starts(end + timedelta(days=1), "") - timedelta(seconds=1)
