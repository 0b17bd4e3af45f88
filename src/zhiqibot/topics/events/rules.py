"""The rules of seats: until when, how many for one enterprise."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhiqibot.core.errors import Conflict
from zhiqibot.topics.events.model import Booking, BookingState, EventSession
from zhiqibot.topics.events.wording import name


class SessionFull(Conflict):
    """There are not enough seats left."""

    text = "{what}的名额不够了（还剩 {free} 个）。可以排候补，也可以换一场。"


class AlreadyBooked(Conflict):
    """One active booking per person and session."""

    text = "您已经报名{what}，不用重复报；要改人数直接说“改成 3 个人”这样就行。"


class TooMany(Conflict):
    """More people than one enterprise may send; the fact `left` says how many it still may."""

    text = "{what}：为了让更多企业参加，同一家单位每场最多 {most} 位，{had}{asked} 位超了。"


@dataclass(frozen=True)
class SeatRules:
    """Checks that read the database; the caller holds the session's row, if it goes on to write."""

    def check_open(self, one: EventSession, now: datetime) -> None:
        """Raise Conflict once a session has begun."""
        if one.closes_at <= now:
            raise Conflict(reason=f"{name(one)}已经开始或结束，不能再报名或更改。")

    def check_share(
        self,
        session: Session,
        one: EventSession,
        person_id: str,
        enterprise_id: str | None,
        attendees: int,
        besides: str = "",
    ) -> None:
        """One enterprise cannot fill the room, nor ask for more seats than there are.

        Raises TooMany, which tells how many are allowed."""
        if attendees < 1:
            raise Conflict(reason="参加人数至少是 1 位。")
        whose = Booking.enterprise_id == enterprise_id if enterprise_id else Booking.person_id == person_id
        query = select(func.coalesce(func.sum(Booking.attendees), 0)).where(
            Booking.session_id == one.id, Booking.state != BookingState.CANCELLED, whose, Booking.id != besides
        )
        held = int(session.execute(query).scalar_one())
        if held + attendees > one.seats_per_enterprise:
            had = f"贵单位已报 {held} 位，" if held else ""
            raise TooMany(
                what=name(one),
                most=one.seats_per_enterprise,
                had=had,
                asked=attendees,
                left=one.seats_per_enterprise - held,
            )
        if attendees > one.capacity:
            raise Conflict(reason=f"{name(one)}一共只有 {one.capacity} 个名额。")
