"""报名 by chat: everything already said is used, one card is confirmed; a full session offers the waiting list."""

import re
from dataclasses import dataclass, fields
from typing import Any

from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import Button, OutboundMessage, card
from zhiqibot.dialogue.forms import Ask, from_slot, question
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.events import readers, wording
from zhiqibot.topics.events.asking import figure
from zhiqibot.topics.events.bookings import BookingService, SeatRequest
from zhiqibot.topics.events.choosing import ANOTHER, Choosing, pick
from zhiqibot.topics.events.corrections import PEOPLE, changes
from zhiqibot.topics.events.ending import answered
from zhiqibot.topics.events.model import KIND_TITLES, Booking, BookingState, EventKind, EventSession
from zhiqibot.topics.events.notices import reminder_moment
from zhiqibot.topics.events.rules import SessionFull
from zhiqibot.topics.events.waiting import wish

NOTHING_BOOKED = "好的，没有报名，也没有排候补。"
_DAYS = re.compile(r"(?<!\d)(\d{1,2})\s*[号日]")


@dataclass(frozen=True)
class EventBooking:
    """What a booking needs; only the session must be found out."""

    session_id: str = question("想参加哪一场？", read=pick, label="场次", default="")
    event_kind: str = question("", read=from_slot("event_kind"), label="", default="")
    date: str = question("", read=readers.coming_day, label="日期", default="")
    time: str = question("", read=from_slot("time"), label="", default="")
    attendees: int = question(
        "请问几位参加？", read=readers.attendees, label="人数", default=1, example="2 个人", claims=True
    )
    subject: str = question(
        "想聊什么议题？", read=readers.subject, label="议题", default="", free_text=True, claims=True
    )
    waitlist: str = question("要排候补吗？", read=readers.wish_to_wait, label="", default="")
    enterprise: str = question("", read=from_slot("enterprise", "enterprise_name"), label="", default="")


@dataclass(frozen=True)
class Booker:
    """The handlers of book_event."""

    choosing: Choosing
    bookings: BookingService

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the session; see to a booking that is there already, to too many people, and to a full session."""
        if "seen" not in values:
            values["seen"] = True
            self._several(turn, values)
        if values.get("session_id") == ANOTHER:
            return self._elsewhere(turn, values)
        one = self.choosing.choose(turn, values)
        if isinstance(one, Ask):
            return _with_count(one, values)
        existing = self.bookings.active(turn.session, turn.speaker.person_id or "", one.id)
        if existing:
            turn.memory.recent["booking"] = existing.id
            return self._again(turn, values, one, existing)
        count = values["attendees"] = max(int(values.get("attendees") or 1), 1)
        values["told"] = count
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

    def aside(self, turn: Turn) -> Reply | None:
        """Take what a person changes in the open form: another day or event, how many, what they want to talk about."""
        form, said = turn.open_form, turn.text.strip()
        values, lead = form.values, ""
        changed = changes(said, turn.slots, choosing=form.asked == "session_id", values=values)
        if self.choosing.no_day_of(turn):
            pass  # asked about below
        elif readers.asks_if_fine(said) and form.asked in ("", "session_id"):
            lead = "可以的。"
        elif changed:
            self.choosing.another(turn, values, day=changed[0], kind=changed[1])
        elif not form.asked and (people := PEOPLE.fullmatch(said)):
            had = int(values.get("attendees") or 1)
            values["attendees"] = figure(people["n"]) + (had if people["more"] else 0)
        elif not form.asked and (subject := readers.matter(said)):
            values["subject"] = subject
        else:
            return None
        ask = self.resolve(turn, values)
        form.asked, form.refused = ask.field if ask else "", False
        message = ask.message if ask else self.confirm(turn, wanted_of(values))
        return message.model_copy(update={"text": f"{lead}{message.text}"})

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

    def _full(self, turn: Turn, values: dict[str, Any], one: EventSession) -> Ask | None:
        """Offer the waiting list; a yes to the offer made for this very session files it."""
        shown, said = values.get("wait_shown") == [one.id, values["attendees"]], wish(values, _offers(one))
        if shown and said == "yes":
            wanted = _request({**values, "wait": True})
            return answered(turn, self._done(turn, self.bookings.book(turn.session, turn.speaker, wanted, turn.now)))
        if shown and said in ("no", f"session_id={ANOTHER}"):
            return self._elsewhere(turn, values)
        if shown and said == "cancel":
            return answered(turn, say(NOTHING_BOOKED))
        if shown and said.startswith("attendees="):
            values["attendees"] = one.free
            return self.resolve(turn, values)
        values["wait_shown"] = [one.id, values["attendees"]]
        room = "已经报满" if one.free <= 0 else f"只剩 {one.free} 个名额，不够 {values['attendees']} 位"
        text = (
            f"{wording.name(one)}{room}。可以先排候补（{values['attendees']} 人）：有人退出就按顺序自动为您报上，"
            "并马上通知您。要排候补吗？"
        )
        return Ask("waitlist", say(text, buttons=_offers(one)))

    def _elsewhere(self, turn: Turn, values: dict[str, Any]) -> Ask:
        """No wish to wait: show the sessions that have room; where there are none, nothing stays open."""
        try:
            return self.choosing.others(turn, values)
        except Conflict:
            return answered(turn, say(f"{NOTHING_BOOKED}近期没有其他还有名额的场次，过几天可以再来看看。"))

    def _several(self, turn: Turn, values: dict[str, Any]) -> None:
        """“4号和11号的都报上”: the first is taken now, the others follow as requests of their own."""
        kinds = readers.kinds_of(turn.text)
        if len(kinds) > 1 and not turn.memory.queue:
            values["event_kind"] = kinds[0]
            for one_kind in kinds[1:]:
                more = {"event_kind": one_kind, "attendees": values.get("attendees")}
                text = f"报名{KIND_TITLES[EventKind(one_kind)]}"
                turn.memory.queue.append({"text": text, "intent": "book_event", "slots": more})
        days = list(dict.fromkeys(int(day) for day in _DAYS.findall(turn.text)))
        if len(days) < 2 or values.get("session_id"):
            return
        kind = values.get("event_kind") or None
        found = self.choosing.events.upcoming(turn.session, turn.now, kind=kind)
        meant = [next((one for one in found if one.day.day == day), None) for day in days[:4]]
        if not all(meant):
            return
        first, *others = [one for one in meant if one]
        values["session_id"] = first.id
        for one in others:
            slots = {"event_kind": one.kind, "date": one.day.isoformat(), "attendees": values.get("attendees")}
            text = f"报名{one.day.month}月{one.day.day}日那一场"
            turn.memory.queue.append({"text": text, "intent": "book_event", "slots": slots})

    def _for_whom(self, turn: Turn, values: dict[str, Any]) -> None:
        """Staff may name the enterprise they book for; the service checks that they may."""
        if turn.speaker.role == Role.ENTERPRISE:
            values.pop("enterprise", None)
            return
        said = values.get("enterprise") or turn.text
        known = turn.session.get(Enterprise, said) or self.bookings.directory.find_enterprise(turn.session, said)
        if known or "enterprise" in values:
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


def wanted_of(values: dict[str, Any]) -> EventBooking:
    """Return the form's object from its values."""
    return EventBooking(**{one.name: values.get(one.name, one.default) for one in fields(EventBooking)})


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


def _with_count(ask: Ask, values: dict[str, Any]) -> Ask:
    """Say once that the number of people was heard, while the session is still to be chosen."""
    count = values.get("attendees")
    if not count or values.get("told") == count:
        return ask
    values["told"] = count
    return Ask(ask.field, ask.message.model_copy(update={"text": f"好的，{count} 位。{ask.message.text}"}))


def _offers(one: EventSession) -> list[Button]:
    """Return the buttons below the question whether to wait."""
    fewer = [button(f"只报 {one.free} 位", f"set:attendees={one.free}")] if one.free > 0 else []
    elsewhere = button("换一场", f"set:session_id={ANOTHER}")
    return [button("排候补", "set:waitlist=yes", primary=True), *fewer, elsewhere, button("不用了", "cancel")]


def _after(booking: Booking) -> list[Button]:
    waiting = booking.state == BookingState.WAITING
    return [
        button("取消候补" if waiting else "取消这场报名", f"do:cancel_booking:{booking.id}"),
        button("换个场次", f"do:move_booking:{booking.id}"),
    ]
