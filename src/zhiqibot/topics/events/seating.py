"""Seats for a booking by chat: booked already, too many people, a full session, and what is said once it is done."""

from dataclasses import dataclass
from typing import Any

from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import Button, OutboundMessage
from zhiqibot.dialogue.forms import Ask
from zhiqibot.dialogue.turn import Turn, button, say
from zhiqibot.topics.events import wording
from zhiqibot.topics.events.bookings import BookingService, SeatRequest
from zhiqibot.topics.events.choosing import ANOTHER, Choosing
from zhiqibot.topics.events.ending import answered
from zhiqibot.topics.events.model import Booking, BookingState, EventSession
from zhiqibot.topics.events.notices import reminder_moment
from zhiqibot.topics.events.rules import SessionFull
from zhiqibot.topics.events.waiting import wish

NOTHING_BOOKED = "好的，没有报名，也没有排候补。"


@dataclass(frozen=True)
class Seating:
    """Questions about seats while a booking is made or changed."""

    choosing: Choosing
    bookings: BookingService

    def again(self, turn: Turn, values: dict[str, Any], one: EventSession, existing: Booking) -> Ask | None:
        """Booked already: offer to change how many come."""
        count = values.get("attendees")
        if count is not None and int(count) in (0, existing.attendees) and values.get("asked_again"):
            return answered(
                turn, say(f"好的，还是{wording.booking_line(one, existing)}。", buttons=after_booking(existing))
            )
        if count is None or int(count) == existing.attendees:
            values["asked_again"] = True
            values.pop("attendees", None)
            text = f"您已经报过了：{wording.booking_line(one, existing)}，不用重复报。要改人数吗？改的话告诉我几位。"
            return Ask("attendees", say(text, buttons=[button("不改了", f"set:attendees={existing.attendees}")]))
        values["attendees"] = int(count)
        more = values["attendees"] - existing.attendees
        if existing.state == BookingState.BOOKED and more > one.free:
            values.pop("attendees")
            raise SessionFull(what=wording.name(one), free=one.free)
        return self.share(turn, values, one, existing.id)

    def full(self, turn: Turn, values: dict[str, Any], one: EventSession) -> Ask | None:
        """Offer the waiting list; a yes to the offer made for this very session files it."""
        shown, said = values.get("wait_shown") == [one.id, values["attendees"]], wish(values, _offers(one))
        if shown and said == "yes":
            wanted = request_of({**values, "wait": True})
            return answered(turn, self.done(turn, self.bookings.book(turn.session, turn.speaker, wanted, turn.now)))
        if shown and said in ("no", f"session_id={ANOTHER}"):
            return self.elsewhere(turn, values)
        if shown and said == "cancel":
            return answered(turn, say(NOTHING_BOOKED))
        if shown and said.startswith("attendees="):
            values["attendees"] = one.free
            return None
        values["wait_shown"] = [one.id, values["attendees"]]
        room = "已经报满" if one.free <= 0 else f"只剩 {one.free} 个名额，不够 {values['attendees']} 位"
        text = (
            f"{wording.name(one)}{room}。可以先排候补（{values['attendees']} 人）：有人退出就按顺序自动为您报上，"
            "并马上通知您。要排候补吗？"
        )
        return Ask("waitlist", say(text, buttons=_offers(one)))

    def elsewhere(self, turn: Turn, values: dict[str, Any]) -> Ask:
        """No wish to wait: show the sessions that have room; where there are none, nothing stays open."""
        try:
            return self.choosing.others(turn, values)
        except Conflict:
            return answered(turn, say(f"{NOTHING_BOOKED}近期没有其他还有名额的场次，过几天可以再来看看。"))

    def share(self, turn: Turn, values: dict[str, Any], one: EventSession, besides: str = "") -> Ask | None:
        """Ask for fewer people when there are more than one enterprise may send; `besides` is the booking changed."""
        whose = values.get("enterprise") or turn.speaker.enterprise_id
        count, person = int(values["attendees"]), turn.speaker.person_id or ""
        try:
            self.bookings.rules.check_share(turn.session, one, person, whose, count, besides=besides)
        except Conflict as error:
            values.pop("attendees")
            left = int(str(error.facts.get("left") or 0))
            fewer = [button(f"报 {left} 位", f"set:attendees={left}")] if left > 0 else []
            return Ask("attendees", say(f"{error}请问几位参加？", buttons=fewer))
        return None

    def done(self, turn: Turn, booking: Booking) -> OutboundMessage:
        """Say that it is booked, or that it waits, and what comes next."""
        one = self.choosing.events.find(turn.session, booking.session_id)
        turn.memory.recent["booking"] = booking.id
        if booking.state == BookingState.WAITING:
            place = self.bookings.place_in_line(turn.session, booking)
            text = (
                f"已排上候补：{wording.name(one)}，{booking.attendees} 人，目前排第 {place} 位。"
                "一有名额就自动为您报上并通知您；不想等了可以说“取消候补”。"
            )
            return say(text, buttons=after_booking(booking))
        moment = reminder_moment(one, self.bookings.quiet_hours, turn.now)
        reminder = f"{wording.moment_text(moment)} 会再提醒您一次" if moment else "时间临近，不再另行提醒"
        place_text = f"地点：{one.place}。" if one.place else ""
        text = (
            f"报名成功：{wording.name(one)}，{booking.attendees} 人。{place_text}{reminder}；"
            "去不了或要改期，随时在这里告诉我。"
        )
        return say(text, buttons=after_booking(booking))


def request_of(values: dict[str, Any]) -> SeatRequest:
    """Return what the form's values ask the service for."""
    return SeatRequest(
        session_id=values["session_id"],
        attendees=int(values["attendees"]),
        subject=values.get("subject") or "",
        wait=bool(values.get("wait")),
        enterprise_id=values.get("enterprise") or None,
    )


def _offers(one: EventSession) -> list[Button]:
    """Return the buttons below the question whether to wait."""
    fewer = [button(f"只报 {one.free} 位", f"set:attendees={one.free}")] if one.free > 0 else []
    elsewhere = button("换一场", f"set:session_id={ANOTHER}")
    return [button("排候补", "set:waitlist=yes", primary=True), *fewer, elsewhere, button("不用了", "cancel")]


def after_booking(booking: Booking) -> list[Button]:
    """Return the buttons below a booking that stands."""
    waiting = booking.state == BookingState.WAITING
    return [
        button("取消候补" if waiting else "取消这场报名", f"do:cancel_booking:{booking.id}"),
        button("换个场次", f"do:move_booking:{booking.id}"),
    ]
