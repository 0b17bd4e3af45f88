"""The timetable in the database: series become sessions, the office adds its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict, NotAllowed, NotFound
from zhiqibot.core.ids import new_id
from zhiqibot.core.people import Speaker
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.directory.model import Role
from zhiqibot.storage.capabilities import Capabilities
from zhiqibot.topics.events.model import (
    KIND_TITLES,
    SEATS_PER_ENTERPRISE,
    Booking,
    EventKind,
    EventSeries,
    EventSession,
    local_days,
    starts,
)
from zhiqibot.topics.events.timetable import MOST_SEATS, Rule, SeriesRecord, planned_days

HORIZON = timedelta(days=60)
LONGEST_SHIFT = timedelta(days=10)
"""A day off may push a session at most this far (National Day with its neighbours)."""


@dataclass(frozen=True)
class SessionDraft:
    """A session as the office describes it; `clock` is `HH:MM` or empty for a whole day."""

    kind: EventKind
    day: date
    clock: str
    place: str
    capacity: int
    title: str = ""
    subject: str = ""
    until: str = ""
    """When it ends, `HH:MM`; empty where nobody said."""


@dataclass(frozen=True)
class EventService:
    """Plans and finds sessions, in the caller's unit of work."""

    workdays: WorkdayCalendar
    host: str = ""
    """Who invites when nobody else is named."""

    def import_series(self, session: Session, records: Sequence[SeriesRecord], now: datetime) -> None:
        """Make the series of the county what its file says; sessions that somebody booked stay as announced."""
        known = {one.id: one for one in session.scalars(select(EventSeries))}
        for record in records:
            values = record.model_dump(mode="json", exclude={"rule"})
            values["rule"] = record.rule.model_dump(mode="json", exclude_defaults=True)
            series = known.pop(record.id, None)
            if series is None:
                session.add(EventSeries(**values))
            elif self._differs(series, values):
                for key, value in values.items():
                    setattr(series, key, value)
                series.active, series.planned_until = True, None
                self._forget_unbooked(session, series.id, now)
        for series in known.values():
            series.active = False
            self._forget_unbooked(session, series.id, now)
        session.flush()
        self.ensure_sessions(session, now)

    def ensure_sessions(self, session: Session, now: datetime) -> None:
        """Expand every series to the sessions of the next HORIZON; doing it again, or twice at once, adds nothing."""
        today = local(now).date()
        until = today + HORIZON
        unplanned = or_(EventSeries.planned_until.is_(None), EventSeries.planned_until < until)
        for series in session.scalars(select(EventSeries).where(EventSeries.active.is_(True), unplanned)):
            rows = self._rows(series, today, until)
            if rows:
                capabilities = Capabilities.for_dialect(session.get_bind().dialect.name)
                session.execute(capabilities.insert_new(EventSession, "series_id", "nominal"), rows)
            series.planned_until = until

    def upcoming(
        self,
        session: Session,
        now: datetime,
        *,
        kind: str | None = None,
        start: date | None = None,
        end: date | None = None,
    ) -> list[EventSession]:
        """Return the sessions one can still book, soonest first; `start` and `end` are local days, both included."""
        self.ensure_sessions(session, now)
        today = local(now).date()
        first, last = local_days(max(start or today, today), end or today + 2 * HORIZON)
        query = select(EventSession).where(
            EventSession.starts_at.between(first, last), EventSession.cancelled.is_(False)
        )
        if kind:
            query = query.where(EventSession.kind == kind)
        found = session.scalars(query.order_by(EventSession.starts_at, EventSession.id))
        return [one for one in found if one.closes_at > now]

    def find(self, session: Session, session_id: str) -> EventSession:
        """Return a session; raise NotFound."""
        one = session.get(EventSession, session_id)
        if one is None or one.cancelled:
            raise NotFound(what="这一场活动")
        return one

    def next_day(self, session: Session, kind: str, now: datetime) -> date | None:
        """Return the day of the next session of a kind, today included however late it is."""
        self.ensure_sessions(session, now)
        today, _ = local_days(local(now).date(), local(now).date())
        query = select(EventSession).where(
            EventSession.kind == kind, EventSession.starts_at >= today, EventSession.cancelled.is_(False)
        )
        one = session.scalars(query.order_by(EventSession.starts_at).limit(1)).first()
        return one.day if one else None

    def usual(self, session: Session, kind: str) -> EventSeries | None:
        """Return the series of a kind: where and when it usually takes place."""
        query = select(EventSeries).where(EventSeries.kind == kind, EventSeries.active.is_(True))
        return session.scalars(query.order_by(EventSeries.id).limit(1)).first()

    def create(self, session: Session, speaker: Speaker, draft: SessionDraft, now: datetime) -> EventSession:
        """Add one session; office only. Raises Conflict for the past, or when it is there already."""
        if speaker.role != Role.OFFICE:
            raise NotAllowed(what="新建活动场次", who="联席办（助企办）")
        moment = starts(draft.day, draft.clock)
        usual = self.usual(session, draft.kind)
        made = EventSession(
            id=new_id(),
            kind=draft.kind,
            title=draft.title or KIND_TITLES[draft.kind],
            starts_at=moment,
            ends_at=starts(draft.day, draft.until) if draft.until else None,
            all_day=not draft.clock,
            place=draft.place,
            host=self.host,
            subject=draft.subject,
            capacity=draft.capacity,
            seats_per_enterprise=usual.seats_per_enterprise if usual else SEATS_PER_ENTERPRISE,
            taken=0,
            cancelled=False,
            created_by=speaker.person_id,
        )
        if made.closes_at <= now:
            raise Conflict(reason="这个时间已经过去了，请重新告诉我日期和时间。")
        if made.ends_at and made.ends_at <= moment:
            raise Conflict(reason="结束时间要晚于开始时间，请重新告诉我几点到几点。")
        if not 0 < draft.capacity <= MOST_SEATS:
            raise Conflict(reason=f"名额应在 1 到 {MOST_SEATS} 之间，请重新告诉我。")
        same = select(EventSession.id).where(
            EventSession.kind == draft.kind,
            EventSession.starts_at == moment,
            EventSession.title == made.title,
            EventSession.cancelled.is_(False),
        )
        if session.execute(same).first():
            raise Conflict(reason="同一时间已经有一场同样的活动了，没有重复新建。")
        session.add(made)
        session.flush()
        return made

    # -- planning -----------------------------------------------------------------------------------------------

    def _rows(self, series: EventSeries, today: date, until: date) -> list[dict[str, Any]]:
        rule = Rule.model_validate(series.rule)
        days = planned_days(rule, series.shift, today - LONGEST_SHIFT, until, self.workdays)
        common = {
            "series_id": series.id,
            "kind": series.kind,
            "title": series.title,
            "all_day": not rule.time,
            "place": series.place,
            "host": series.host,
            "subject": series.subject,
            "capacity": series.capacity,
            "seats_per_enterprise": series.seats_per_enterprise,
            "taken": 0,
            "cancelled": False,
        }
        return [
            {"id": new_id(), "nominal": nominal, "starts_at": starts(day, rule.time), **common}
            for nominal, day in days
            if day >= today
        ]

    def _differs(self, series: EventSeries, values: dict[str, Any]) -> bool:
        return not series.active or any(getattr(series, key) != value for key, value in values.items())

    def _forget_unbooked(self, session: Session, series_id: str, now: datetime) -> None:
        booked = exists().where(Booking.session_id == EventSession.id)
        session.execute(
            delete(EventSession)
            .where(EventSession.series_id == series_id, EventSession.starts_at > now, ~booked)
            .execution_options(synchronize_session="fetch")
        )
