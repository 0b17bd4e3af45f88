"""Sessions of a rehearsed world, in place of the demo timetable."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from zhiqibot.core.ids import new_id
from zhiqibot.topics.events.model import KIND_TITLES, SEATS_PER_ENTERPRISE, EventKind, EventSeries, EventSession, starts

USUAL_CAPACITY = 20


def seed_sessions(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Let the sessions given as `{kind, date, time, capacity, taken}` be all there are; `until` and
    `seats_per_enterprise` may be given too."""
    session.execute(update(EventSeries).values(active=False))
    session.execute(update(EventSession).where(EventSession.starts_at > now).values(cancelled=True))
    session.expire_all()
    for row in rows:
        kind = EventKind(str(row["kind"]))
        clock = str(row.get("time") or "")[:5]
        capacity = int(row.get("capacity") or USUAL_CAPACITY)
        day, until = date.fromisoformat(str(row["date"])), str(row.get("until") or "")[:5]
        session.add(
            EventSession(
                id=new_id(),
                kind=kind,
                title=str(row.get("title") or KIND_TITLES[kind]),
                starts_at=starts(day, clock.zfill(5) if clock else ""),
                ends_at=starts(day, until.zfill(5)) if until else None,
                all_day=not clock,
                place=str(row.get("place") or ""),
                host="",
                subject="",
                capacity=capacity,
                seats_per_enterprise=int(row.get("seats_per_enterprise") or SEATS_PER_ENTERPRISE),
                taken=min(int(row.get("taken") or 0), capacity),
                cancelled=False,
            )
        )
    session.flush()
