"""Sessions of a rehearsed world, in place of the demo timetable."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from zhiqibot.core.ids import new_id
from zhiqibot.topics.events.model import KIND_TITLES, EventKind, EventSeries, EventSession, starts

USUAL_CAPACITY = 20


def seed_sessions(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Let the sessions given as `{kind, date, time, capacity, taken}` be all there are."""
    session.execute(update(EventSeries).values(active=False))
    session.execute(update(EventSession).where(EventSession.starts_at > now).values(cancelled=True))
    session.expire_all()
    for row in rows:
        kind = EventKind(str(row["kind"]))
        clock = str(row.get("time") or "")[:5]
        capacity = int(row.get("capacity") or USUAL_CAPACITY)
        session.add(
            EventSession(
                id=new_id(),
                kind=kind,
                title=str(row.get("title") or KIND_TITLES[kind]),
                starts_at=starts(date.fromisoformat(str(row["date"])), clock.zfill(5) if clock else ""),
                all_day=not clock,
                place=str(row.get("place") or ""),
                host="",
                subject="",
                capacity=capacity,
                taken=min(int(row.get("taken") or 0), capacity),
                cancelled=False,
            )
        )
    session.flush()
