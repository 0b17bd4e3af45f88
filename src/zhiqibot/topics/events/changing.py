"""取消报名 and 改期 by chat: the only booking is the one that is meant; nothing happens without a yes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.forms import Ask, from_slot, question
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.topics.events import readers, wording
from zhiqibot.topics.events.bookings import BookingService, SeatRequest
from zhiqibot.topics.events.choosing import ANOTHER, Choosing, beyond, pick, picked, pointer, span
from zhiqibot.topics.events.corrections import PEOPLE
from zhiqibot.topics.events.ending import answered
from zhiqibot.topics.events.model import Booking, BookingState, EventSession
from zhiqibot.topics.events.waiting import wish

Own = tuple[Booking, EventSession]

LONGEST_CORRECTION = 14
WAIT_BUTTONS = (
    button("排候补", "set:waitlist=yes", primary=True),
    button("换一场", f"set:session_id={ANOTHER}"),
    button("保留原报名", "set:waitlist=no"),
)
_JUST_NOW = re.compile(r"刚才|刚刚|刚报|那[个场次]|这[个场次]|上[一个次]")
_WAITING = re.compile(r"候补")
_DAY = re.compile(r"(?<![\d到成至月])(?:\d{1,2}月)?(\d{1,2})\s*[号日]")
_TARGET = re.compile(r"[到成至为](?:\d{1,2}月)?(\d{1,2})\s*[号日]")
_NOT_THAT = re.compile(r"(?:不是|取消|是|我说的?|要)?.{0,12}(?:那个|那场|[号日]的?|这场|会|第.|的)[吧啊呀]?")


@dataclass(frozen=True)
class Cancellation:
    """Which booking to give up."""

    booking_id: str = question("要取消哪一场的报名？", read=pick, label="报名", default="")
    event_kind: str = question("", read=readers.kind, label="活动", default="")
    date: str = question("", read=from_slot("date"), label="日期", default="")


KEPT, NOT_MOVED = "好的，不取消，报名给您保留着。", "好的，不改期，原来的报名不变。"
"""What is said when a person thinks better of it."""


@dataclass(frozen=True)
class Move:
    """Which booking, and where to; `date` and `time` are the new ones."""

    booking_id: str = question("要改哪一场的报名？", read=pick, label="报名", default="")
    session_id: str = question("想改到哪一场？", read=pick, label="新场次", default="")
    event_kind: str = question("", read=readers.kind, label="活动", default="")
    date: str = question("", read=readers.coming_day, label="日期", default="")
    time: str = question("", read=from_slot("time"), label="时间", default="")
    waitlist: str = question("要排候补吗？", read=readers.wish_to_wait, label="", default="")


@dataclass(frozen=True)
class Changer:
    """The handlers of cancel_booking and reschedule_booking."""

    choosing: Choosing
    bookings: BookingService

    # -- cancelling ---------------------------------------------------------------------------------------------

    def resolve_cancel(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the booking meant."""
        start, end = span(values.get("date"))
        found = self._mine(turn, "取消")
        fitting = [
            (booking, one)
            for booking, one in found
            if values.get("event_kind") in (None, "", one.kind) and _within(one, start, end)
        ]
        if _WAITING.search(turn.text):
            fitting = [own for own in fitting if own[0].state == BookingState.WAITING] or fitting
        wrong = self.choosing.no_day_of(turn)
        if wrong:
            values.clear()
            return Ask("booking_id", _choices(f"{wrong}，请再看一下日期。您现在的报名有这些，要取消哪一场？", found))
        return self._which(turn, values, found, fitting, "取消")

    def confirm_cancel(self, turn: Turn, wanted: Cancellation) -> OutboundMessage:
        booking, one = self._get(turn, wanted.booking_id)
        buttons = [button("确认取消", "yes", primary=True), button("保留报名", "cancel")]
        what = "候补" if booking.state == BookingState.WAITING else "报名"
        return say(f"确认取消这个{what}吗？{wording.booking_line(one, booking)}。", buttons=buttons)

    def aside_cancel(self, turn: Turn) -> Reply | None:
        """“4号那个”, while asked for the yes, means another booking than the one that was understood."""
        form, said = turn.open_form, turn.text.strip()
        if self.choosing.no_day_of(turn):
            return self._anew(turn, self.resolve_cancel)
        if form.asked or len(said) > LONGEST_CORRECTION:
            return None
        if readers.asks_if_fine(said):
            return _led("可以的。", self.confirm_cancel(turn, Cancellation(form.values["booking_id"])))
        if not _NOT_THAT.fullmatch(said):
            return None
        meant = pointer(said, turn.slots, local(turn.now).date()) or (
            f"k{kind}" if (kind := readers.kind_of(said)) else None
        )
        own = self._mine(turn, "取消")
        if meant and meant.startswith("k"):
            fitting = [one for one in own if one[1].kind == meant[1:]]
        else:
            session = picked(meant, [one for _, one in own]) if meant else None
            fitting = [one for one in own if session and one[1].id == session.id]
        if not fitting:
            return None
        form.values.clear()
        ask = self._which(turn, form.values, own, fitting, "取消")
        form.asked = ask.field if ask else ""
        return ask.message if ask else self.confirm_cancel(turn, Cancellation(form.values["booking_id"]))

    def finish_cancel(self, turn: Turn, wanted: Cancellation) -> Reply:
        """Give the seats back."""
        waiting = self._get(turn, wanted.booking_id)[0].state == BookingState.WAITING
        booking = self.bookings.cancel(turn.session, turn.speaker, wanted.booking_id, turn.now)
        one = self.choosing.events.find(turn.session, booking.session_id)
        turn.memory.recent.pop("booking", None)
        turn.memory.suspended = [form for form in turn.memory.suspended if booking.id not in form.values.values()]
        what = "候补，不再为您排队" if waiting else "报名，名额已让出"
        return say(
            f"已取消{wording.name(one)}的{what}。以后想参加，随时再告诉我。",
            buttons=[button("看看其他场次", "intent:list_events")],
        )

    # -- moving -------------------------------------------------------------------------------------------------

    def resolve_move(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the booking, then the session it goes to; a full one offers its waiting list and keeps the old seat."""
        asked = self._source(turn, values)
        if asked:
            return asked
        booking, old = self._get(turn, values["booking_id"])
        values["event_kind"] = values.get("event_kind") or old.kind
        if values.get("session_id") == ANOTHER:
            return self._elsewhere(turn, values, old)
        if self._stays(turn, values, old):
            return answered(turn, say(f"您现在报的就是{wording.name(old)}，没有改动。要换到别的场次请告诉我日期。"))
        new = self.choosing.choose(turn, values, besides=old.id)
        if isinstance(new, Ask):
            return new
        if self.bookings.active(turn.session, booking.person_id, new.id):
            raise Conflict(reason=f"您另外已经报了{wording.name(new)}。不需要哪一场，直接说取消哪一场就行。")
        return self._full(turn, values, booking, old, new) if booking.attendees > new.free else None

    def aside_move(self, turn: Turn) -> Reply | None:
        """Take a day that no calendar has, and “中不中？” while asked for the yes."""
        form = turn.open_form
        if self.choosing.no_day_of(turn):
            return self._anew(turn, self.resolve_move)
        fine, people = readers.asks_if_fine(turn.text), PEOPLE.fullmatch(turn.text.strip())
        if form.asked or not (fine or people):
            return None
        card = self.confirm_move(turn, Move(form.values["booking_id"], form.values["session_id"]))
        return _led("可以的。" if fine else "这一步只改场次，人数照旧；改好以后再说“改成几个人”就行。", card)

    def confirm_move(self, turn: Turn, wanted: Move) -> OutboundMessage:
        booking, old = self._get(turn, wanted.booking_id)
        new = self.choosing.events.find(turn.session, wanted.session_id)
        place = f"，地点：{new.place}" if new.place and new.place != old.place else ""
        text = f"确认改期吗？{wording.name(old)} 改到 {wording.name(new)}，{booking.attendees} 人{place}。"
        return say(text, buttons=[button("确认改期", "yes", primary=True), button("不改了", "cancel")])

    def finish_move(self, turn: Turn, wanted: Move) -> Reply:
        """Move the booking; it stays one."""
        booking = self.bookings.move(turn.session, turn.speaker, wanted.booking_id, wanted.session_id, turn.now)
        one = self.choosing.events.find(turn.session, booking.session_id)
        turn.memory.recent["booking"] = booking.id
        place = f"地点：{one.place}。" if one.place else ""
        return say(f"已改期：{wording.booking_line(one, booking)}。{place}提醒也一并改到新的日期了。")

    def _stays(self, turn: Turn, values: dict[str, Any], old: EventSession) -> bool:
        """Tell whether the session asked for is the one that is booked."""
        said = str(values.get("session_id") or "")
        if said:
            return said == old.id
        clock = values.get("time") or old.clock
        if values.get("date") != old.day.isoformat() or values["event_kind"] != old.kind or clock != old.clock:
            return False
        found = self.choosing.events.upcoming(turn.session, turn.now, kind=old.kind, start=old.day, end=old.day)
        return len(found) == 1 or bool(values.get("time"))

    def _anew(self, turn: Turn, resolve: Callable[[Turn, dict[str, Any]], Ask | None]) -> Reply | None:
        """Look up again what the open form is about, and ask."""
        form = turn.open_form
        ask = resolve(turn, form.values)
        form.asked, form.refused = ask.field if ask else "", False
        return ask.message if ask else None

    def _source(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        if values.get("source"):
            values["booking_id"] = values["source"]
            return None
        found = self._mine(turn, "改期")
        kind = values.get("event_kind")
        fitting = [own for own in found if kind in (None, "", own[1].kind)] or found
        old_day = _DAY.search(turn.text)
        if len(fitting) > 1 and old_day:  # “把4号的改到11号”: the first day named is the old one
            fitting = [own for own in fitting if own[1].day.day == int(old_day[1])] or fitting
        new_day = _TARGET.search(turn.text)
        if len(fitting) > 1 and new_day:  # what is booked for the new day already is not what moves
            fitting = [own for own in fitting if own[1].day.day != int(new_day[1])] or fitting
        asked = self._which(turn, values, found, fitting, "改期")
        if asked is None:
            values["source"] = values["booking_id"]
        return asked

    def _full(self, turn: Turn, values: dict[str, Any], booking: Booking, old: EventSession, new: EventSession) -> Ask:
        shown, said = values.get("wait_shown") == new.id, wish(values, WAIT_BUTTONS)
        if shown and said == f"session_id={ANOTHER}":
            return self._elsewhere(turn, values, old)
        if shown and said == "yes":
            wanted = SeatRequest(new.id, booking.attendees, booking.subject, True, booking.enterprise_id)
            waiting = self.bookings.book(turn.session, turn.speaker, wanted, turn.now)
            turn.memory.recent["booking"] = waiting.id
            text = (
                f"已排上{wording.name(new)}的候补；{wording.name(old)}的报名继续为您保留。"
                "候补成功会通知您，届时不需要的那一场请说一声取消。"
            )
            return answered(turn, say(text))
        if shown and said == "no":
            return answered(turn, say(f"好的，没有改动：{wording.booking_line(old, booking)}。"))
        values["wait_shown"] = new.id
        text = (
            f"{wording.name(new)}名额不够了（还剩 {max(new.free, 0)} 个）。原来的报名先为您保留，要在新场次排候补吗？"
        )
        return Ask("waitlist", say(text, buttons=WAIT_BUTTONS))

    def _elsewhere(self, turn: Turn, values: dict[str, Any], old: EventSession) -> Ask:
        try:
            return self.choosing.others(turn, values, old.id)
        except Conflict:
            return answered(turn, say(f"近期没有其他还有名额的场次。没有改期，还是{wording.name(old)}。"))

    # -- which booking ------------------------------------------------------------------------------------------

    def _mine(self, turn: Turn, verb: str) -> list[Own]:
        found = self.bookings.of_person(turn.session, turn.speaker.person_id or "", turn.now)
        if not found:
            raise Conflict(reason=f"您目前没有可以{verb}的报名。想看近期活动，发“最近有什么活动”。")
        return found

    def _which(self, turn: Turn, values: dict[str, Any], found: list[Own], fitting: list[Own], verb: str) -> Ask | None:
        """Put the id of the booking meant into `values`, or ask which."""
        said = str(values.get("booking_id") or "")
        if said:
            session_of = picked(said, [one for _, one in fitting or found])
            chosen = [own for own in found if own[0].id == said or (session_of and own[1].id == session_of.id)]
        else:
            chosen = fitting
            recent = [own for own in fitting if own[0].id == turn.memory.recent.get("booking")]
            if len(fitting) > 1 and recent and _JUST_NOW.search(turn.text):
                chosen = recent
        if len(chosen) == 1:
            values["booking_id"] = chosen[0][0].id
            return None
        values.pop("booking_id", None)
        lead = "" if fitting else "没有找到您说的这一场报名。"
        if said.startswith("#"):
            lead = beyond(said, len(fitting or found))
        return Ask("booking_id", _choices(f"{lead}您现在的报名有这些，要{verb}哪一场？", fitting or found))

    def _get(self, turn: Turn, booking_id: str) -> Own:
        booking = self.bookings.own(turn.session, turn.speaker, booking_id)
        return booking, self.choosing.events.find(turn.session, booking.session_id)


def _led(lead: str, message: OutboundMessage) -> OutboundMessage:
    return message.model_copy(update={"text": f"{lead}{message.text}"})


def _within(one: EventSession, start: Any, end: Any) -> bool:
    return (start is None or one.day >= start) and (end is None or one.day <= end)


def _choices(text: str, own: Sequence[Own]) -> OutboundMessage:
    buttons = [button(wording.short(one), f"set:booking_id={booking.id}") for booking, one in own[:6]]
    return say(text, items=[wording.booking_line(one, booking) for booking, one in own], buttons=buttons)
