"""报名 by chat: everything already said is used, one card is confirmed; a full session offers the waiting list."""

from dataclasses import dataclass
from typing import Any

from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import Button, OutboundMessage, card
from zhiqibot.dialogue.forms import Ask, from_slot, question
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.events import readers, wording
from zhiqibot.topics.events.bookings import BookingService, SeatRequest
from zhiqibot.topics.events.choosing import ANOTHER, Choosing, pick
from zhiqibot.topics.events.ending import answered
from zhiqibot.topics.events.model import Booking, BookingState, EventSession
from zhiqibot.topics.events.notices import reminder_moment
from zhiqibot.topics.events.rules import SessionFull


@dataclass(frozen=True)
class EventBooking:
    """What a booking needs; only the session must be found out."""

    session_id: str = question("想参加哪一场？", read=pick, label="场次", default="")
    event_kind: str = question("", read=from_slot("event_kind"), label="活动", default="")
    date: str = question("", read=from_slot("date"), label="日期", default="")
    time: str = question("", read=from_slot("time"), label="时间", default="")
    attendees: int = question(
        "请问几位参加？", read=readers.attendees, label="人数", default=1, example="2 个人", claims=True
    )
    subject: str = question(
        "想聊什么议题？", read=readers.subject, label="议题", default="", free_text=True, claims=True
    )
    waitlist: str = question("要排候补吗？", read=readers.wish_to_wait, label="候补", default="")
    enterprise: str = question("", read=from_slot("enterprise", "enterprise_name"), label="企业", default="")


@dataclass(frozen=True)
class Booker:
    """The handlers of book_event."""

    choosing: Choosing
    bookings: BookingService

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the session; see to a booking that is there already, to too many people, and to a full session."""
        one = self.choosing.choose(turn, values)
        if isinstance(one, Ask):
            return one
        existing = self.bookings.active(turn.session, turn.speaker.person_id or "", one.id)
        if existing:
            turn.memory.recent["booking"] = existing.id
            return self._again(turn, values, one, existing)
        count = values["attendees"] = max(int(values.get("attendees") or 1), 1)
        self._for_whom(turn, values)
        whose = values.get("enterprise") or turn.speaker.enterprise_id
        try:
            self.bookings.rules.check_share(turn.session, one, turn.speaker.person_id or "", whose, count)
        except Conflict as error:
            values.pop("attendees")
            return Ask("attendees", say(f"{error}请问几位参加？"))
        return self._full(turn, values, one) if count > one.free else None

    def confirm(self, turn: Turn, wanted: EventBooking) -> OutboundMessage:
        """Show the one card that is confirmed."""
        one = self.choosing.events.find(turn.session, wanted.session_id)
        existing = self.bookings.active(turn.session, turn.speaker.person_id or "", one.id)
        if existing:
            text = f"您已报名{wording.name(one)}（{existing.attendees} 人）。确认改成 {wanted.attendees} 人吗？"
            return say(text, buttons=_yes("确认修改"))
        lines = ["请确认报名信息："]
        if wanted.time and one.clock and wanted.time != one.clock:
            lines.insert(0, f"这一场是 {one.clock} 开始，请留意。")
        enterprise = turn.session.get(Enterprise, wanted.enterprise) if wanted.enterprise else None
        fields = [
            ("活动", one.title),
            ("时间", wording.when(one)),
            ("地点", one.place),
            ("单位", enterprise.name if enterprise else turn.speaker.enterprise_name),
            ("人数", f"{wanted.attendees} 人"),
            ("议题", wanted.subject),
            ("名额", f"还剩 {one.free} 个"),
        ]
        note = "" if wanted.subject else "想聊的话题、人数不对，直接说就行。"
        return say("\n".join(lines), card=card("活动报名", fields, note), buttons=_yes("确认报名"))

    def finish(self, turn: Turn, wanted: EventBooking) -> Reply:
        """Book, and say what comes next."""
        existing = self.bookings.active(turn.session, turn.speaker.person_id or "", wanted.session_id)
        if existing:
            booking = self.bookings.change(turn.session, turn.speaker, existing.id, int(wanted.attendees), turn.now)
            one = self.choosing.events.find(turn.session, booking.session_id)
            return say(f"已改好：{wording.booking_line(one, booking)}。", buttons=_after(booking))
        booking = self.bookings.book(turn.session, turn.speaker, _request(wanted.__dict__), turn.now)
        return self._done(turn, booking)

    # -- special cases ------------------------------------------------------------------------------------------

    def _again(self, turn: Turn, values: dict[str, Any], one: EventSession, existing: Booking) -> Ask | None:
        """Booked already: offer to change how many come."""
        count = values.get("attendees")
        if count is not None and int(count) in (0, existing.attendees) and values.get("asked_again"):
            return answered(turn, say(f"好的，还是{wording.booking_line(one, existing)}。", buttons=_after(existing)))
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
        return None

    def _full(self, turn: Turn, values: dict[str, Any], one: EventSession) -> Ask:
        """Offer the waiting list; a yes to the offer made for this very session files it."""
        shown, wish = values.get("wait_shown") == [one.id, values["attendees"]], values.pop("waitlist", "")
        if shown and wish == "yes":
            wanted = _request({**values, "wait": True})
            return answered(turn, self._done(turn, self.bookings.book(turn.session, turn.speaker, wanted, turn.now)))
        if shown and wish == "no":
            values["session_id"] = ANOTHER
            another = self.choosing.choose(turn, values)
            return another if isinstance(another, Ask) else self._full(turn, values, one)
        values["wait_shown"] = [one.id, values["attendees"]]
        room = "已经报满" if one.free <= 0 else f"只剩 {one.free} 个名额，不够 {values['attendees']} 位"
        text = (
            f"{wording.name(one)}{room}。可以先排候补（{values['attendees']} 人）：有人退出就按顺序自动为您报上，"
            "并马上通知您。要排候补吗？"
        )
        buttons = [
            button("排候补", "set:waitlist=yes", primary=True),
            button("换一场", f"set:session_id={ANOTHER}"),
            button("不用了", "cancel"),
        ]
        if one.free > 0:
            buttons.insert(1, button(f"只报 {one.free} 位", f"set:attendees={one.free}"))
        return Ask("waitlist", say(text, buttons=buttons))

    def _for_whom(self, turn: Turn, values: dict[str, Any]) -> None:
        """Staff may name the enterprise they book for; the service checks that they may."""
        said = values.get("enterprise")
        if not said or turn.speaker.role == Role.ENTERPRISE:
            values.pop("enterprise", None)
            return
        known = turn.session.get(Enterprise, said) or self.bookings.directory.find_enterprise(turn.session, said)
        values["enterprise"] = known.id if known else ""

    def _done(self, turn: Turn, booking: Booking) -> OutboundMessage:
        one = self.choosing.events.find(turn.session, booking.session_id)
        turn.memory.recent["booking"] = booking.id
        if booking.state == BookingState.WAITING:
            place = self.bookings.place_in_line(turn.session, booking)
            text = (
                f"已排上候补：{wording.name(one)}，{booking.attendees} 人，目前排第 {place} 位。"
                "一有名额就自动为您报上并通知您；不想等了可以说“取消候补”。"
            )
            return say(text, buttons=_after(booking))
        moment = reminder_moment(one, self.bookings.quiet_hours, turn.now)
        reminder = f"{wording.moment_text(moment)} 会再提醒您一次" if moment else "时间临近，不再另行提醒"
        place_text = f"地点：{one.place}。" if one.place else ""
        text = (
            f"报名成功：{wording.name(one)}，{booking.attendees} 人。{place_text}{reminder}；"
            "去不了或要改期，随时在这里告诉我。"
        )
        return say(text, buttons=_after(booking))


def _request(values: dict[str, Any]) -> SeatRequest:
    return SeatRequest(
        session_id=values["session_id"],
        attendees=int(values["attendees"]),
        subject=values.get("subject") or "",
        wait=bool(values.get("wait")),
        enterprise_id=values.get("enterprise") or None,
    )


def _yes(label: str) -> list[Button]:
    return [button(label, "yes", primary=True), button("修改", "no"), button("取消", "cancel", danger=True)]


def _after(booking: Booking) -> list[Button]:
    return [
        button("取消报名", f"do:cancel_booking:{booking.id}"),
        button("改期", f"do:move_booking:{booking.id}"),
    ]
