"""改期 by chat: which booking, and to which session; nobody's day is picked for them, nothing moves without a yes."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.forms import Ask, from_slot, question
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.topics.events import readers, wording
from zhiqibot.topics.events.bookings import BookingService, SeatRequest
from zhiqibot.topics.events.choosing import ANOTHER, Choosing
from zhiqibot.topics.events.corrections import thinks_better
from zhiqibot.topics.events.ending import answered
from zhiqibot.topics.events.headcount import change_of, figure
from zhiqibot.topics.events.model import Booking, EventSession
from zhiqibot.topics.events.own import Own
from zhiqibot.topics.events.pointing import pick
from zhiqibot.topics.events.waiting import wish
from zhiqibot.topics.events.whose import Whose, led

WAIT_BUTTONS = (
    button("排候补", "set:waitlist=yes", primary=True),
    button("换一场", f"set:session_id={ANOTHER}"),
    button("保留原报名", "set:waitlist=no"),
)
NOT_MOVED = "好的，不改期，原来的报名不变。"
"""What is said when a person thinks better of it."""
DAYS_OF = {"周": 7, "星期": 7, "礼拜": 7, "天": 1, "日": 1}
_DAY = re.compile(r"(?<![\d到成至月])(?:\d{1,2}月)?(\d{1,2})\s*[号日]")
_TARGET = re.compile(r"[到成至为](?:\d{1,2}月)?(\d{1,2})\s*[号日]")
_NEXT = re.compile(r"下一?[场期次讲回]|后一?[场期]|[往向]后.{0,2}一?[场期]|顺延(?:到下)?一?[场期]|[晚推]一[场期]")
_BEFORE = re.compile(r"上一?[场期次]|前一?[场期]|[往向]前.{0,2}一?[场期]|提前一[场期]|早一[场期]")
_BY = re.compile(
    r"(?P<way>往?后|推迟?|延后?|顺延|错后?|晚|往?前|提前|早)(?:去|推|挪|延|调|改|移|顺)*(?P<n>[一两二三1-3])个?(?P<unit>周|星期|礼拜|天|日)(?!前|的)"
)
_BACKWARDS = re.compile(r"前|早")
_ANY = re.compile(r"随便|哪[天场]都|都[行可]")


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
class Mover:
    """The handlers of reschedule_booking."""

    choosing: Choosing
    bookings: BookingService

    @property
    def whose(self) -> Whose:
        return Whose(self.choosing, self.bookings)

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the booking, then the session it goes to; a full one offers its waiting list and keeps the old seat."""
        asked = self._source(turn, values)
        if asked:
            return asked
        booking, old = self.whose.get(turn, values["booking_id"])
        values["event_kind"] = values.get("event_kind") or old.kind
        if values.get("session_id") == ANOTHER:
            return self._elsewhere(turn, values, old)
        self._relative(turn, values, old)
        if self._stays(turn, values, old):
            return answered(turn, say(f"您现在报的就是{wording.name(old)}，没有改动。要换到别的场次请告诉我日期。"))
        if not self._has_target(turn, values, old) and (where := self._where_to(turn, values, old)):
            return where
        new = self.choosing.choose(turn, values, besides=old.id)
        if isinstance(new, Ask):
            return new
        if self.bookings.active(turn.session, booking.person_id, new.id):
            raise Conflict(reason=f"您另外已经报了{wording.name(new)}。不需要哪一场，直接说取消哪一场就行。")
        return self._full(turn, values, booking, old, new) if booking.attendees > new.free else None

    def aside(self, turn: Turn) -> Reply | None:
        """Take a day in any style or one that no calendar has, “中不中？”, and a number of people."""
        form, said = turn.open_form, turn.text.strip()
        if thinks_better(said):
            turn.memory.form = None
            return say(NOT_MOVED)
        if self.choosing.no_day_of(turn):
            return self._anew(turn)
        day = self.choosing.day_said(turn)
        if day and form.values.get("source") and form.asked in ("", "session_id"):
            for name in ("session_id", "chosen", "basis", "time"):
                form.values.pop(name, None)
            form.values["date"] = day
            return self._anew(turn) or self._card(turn)
        fine, people = readers.asks_if_fine(said), change_of(said, open_form=True)
        if form.asked or not (fine or people):
            return None
        lead = "可以的。" if fine else "这一步只改场次，人数照旧；改好以后再说“改成几个人”就行。"
        return led(lead, self._card(turn))

    def confirm(self, turn: Turn, wanted: Move) -> OutboundMessage:
        """Show from where to where, for the yes."""
        booking, old = self.whose.get(turn, wanted.booking_id)
        new = self.choosing.events.find(turn.session, wanted.session_id)
        place = f"，地点：{new.place}" if new.place and new.place != old.place else ""
        text = f"确认改期吗？{wording.name(old)} 改到 {wording.name(new)}，{booking.attendees} 人{place}。"
        return say(text, buttons=[button("确认改期", "yes", primary=True), button("不改了", "cancel")])

    def finish(self, turn: Turn, wanted: Move) -> Reply:
        """Move the booking; it stays one."""
        booking = self.bookings.move(turn.session, turn.speaker, wanted.booking_id, wanted.session_id, turn.now)
        one = self.choosing.events.find(turn.session, booking.session_id)
        turn.memory.recent["booking"] = booking.id
        place = f"地点：{one.place}。" if one.place else ""
        return say(f"已改期：{wording.booking_line(one, booking)}。{place}提醒也一并改到新的日期了。")

    # -- where to -----------------------------------------------------------------------------------------------

    def _relative(self, turn: Turn, values: dict[str, Any], old: EventSession) -> None:
        """“下一场” is the one after the booked one, “往后推一周” so many days from it."""
        if values.get("session_id") or values["event_kind"] != old.kind:
            return
        kin = self.choosing.of_kind(turn, old, besides=old.id)
        if by := _BY.search(turn.text):
            days = figure(by["n"]) * DAYS_OF[by["unit"]] * (-1 if _BACKWARDS.search(by["way"]) else 1)
            values["date"] = (old.day + timedelta(days=days)).isoformat()
        elif not values.get("date") and _NEXT.search(turn.text):
            values["session_id"] = next((one.id for one in kin if one.starts_at > old.starts_at), "")
        elif not values.get("date") and _BEFORE.search(turn.text):
            values["session_id"] = next((one.id for one in reversed(kin) if one.starts_at < old.starts_at), "")

    def _has_target(self, turn: Turn, values: dict[str, Any], old: EventSession) -> bool:
        """Tell whether anything said names the session to go to; an hour does where a session begins at it."""
        if values.get("session_id") or values.get("date") or values["event_kind"] != old.kind:
            return True
        clocks = {one.clock for one in self.choosing.of_kind(turn, old, besides=old.id)}
        return values.get("time") in clocks or bool(_ANY.search(turn.text))

    def _where_to(self, turn: Turn, values: dict[str, Any], old: EventSession) -> Ask | None:
        """Ask for the day, showing those there are; None when the choosing has to tell that there are none."""
        found = self.choosing.of_kind(turn, old, besides=old.id)
        clock = values.get("time")
        lead = f"没有 {clock} 开始的场次。" if clock and clock != old.clock else ""
        text = f"{lead}您报的是{wording.name(old)}，要改到哪一天？可以改到："
        return self.choosing.ask(turn, values, text, found) if found else None

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

    def _elsewhere(self, turn: Turn, values: dict[str, Any], old: EventSession) -> Ask:
        try:
            return self.choosing.others(turn, values, old.id)
        except Conflict:
            return answered(turn, say(f"近期没有其他还有名额的场次。没有改期，还是{wording.name(old)}。"))

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

    # -- which booking ------------------------------------------------------------------------------------------

    def _source(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        if values.get("source"):
            values["booking_id"] = values["source"]
            return None
        found = self.whose.mine(turn, "改期")
        fitting = self._fitting(turn, values, found)
        asked = self.whose.which(turn, values, found, fitting, "改期")
        if asked is None:
            values["source"] = values["booking_id"]
        return asked

    def _fitting(self, turn: Turn, values: dict[str, Any], found: list[Own]) -> list[Own]:
        kind = values.get("event_kind")
        fitting = [own for own in found if kind in (None, "", own[1].kind)] or found
        old_day = _DAY.search(turn.text)
        if len(fitting) > 1 and old_day:  # “把4号的改到11号”: the first day named is the old one
            fitting = [own for own in fitting if own[1].day.day == int(old_day[1])] or fitting
        new_day = _TARGET.search(turn.text)
        if len(fitting) > 1 and new_day:  # what is booked for the new day already is not what moves
            fitting = [own for own in fitting if own[1].day.day != int(new_day[1])] or fitting
        return fitting

    # -- helpers ------------------------------------------------------------------------------------------------

    def _anew(self, turn: Turn) -> OutboundMessage | None:
        """Look up again what the open form is about, and ask."""
        form = turn.open_form
        ask = self.resolve(turn, form.values)
        form.asked, form.refused = ask.field if ask else "", False
        return ask.message if ask else None

    def _card(self, turn: Turn) -> OutboundMessage:
        values = turn.open_form.values
        return self.confirm(turn, Move(values["booking_id"], values["session_id"]))
