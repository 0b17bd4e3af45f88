"""报名 by chat: everything already said is used, one card is confirmed; a full session offers the waiting list."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from zhiqibot.core.messages import Button, OutboundMessage, card
from zhiqibot.dialogue import dropped
from zhiqibot.dialogue.forms import Ask, from_slot, question
from zhiqibot.dialogue.turn import Reply, Turn, as_list, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.events import readers, wording
from zhiqibot.topics.events.amending import Amending, other_part_of_day
from zhiqibot.topics.events.asking import DIET
from zhiqibot.topics.events.bookings import BookingService
from zhiqibot.topics.events.choosing import ANOTHER, Choosing
from zhiqibot.topics.events.corrections import agrees, drops, drops_all
from zhiqibot.topics.events.pointing import pick
from zhiqibot.topics.events.seating import Seating, after_booking, request_of
from zhiqibot.topics.events.subjects import adopt, subject

Begin = Callable[[Turn, str, str, dict[str, Any]], Reply]


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
    subject: str = question("想聊什么议题？", read=subject, label="议题", default="", free_text=True, claims=True)
    waitlist: str = question("要排候补吗？", read=readers.wish_to_wait, label="", default="")
    enterprise: str = question("", read=from_slot("enterprise", "enterprise_name"), label="", default="")


@dataclass(frozen=True)
class Booker:
    """The handlers of book_event."""

    choosing: Choosing
    bookings: BookingService
    begin: Begin

    @property
    def seating(self) -> Seating:
        return Seating(self.choosing, self.bookings)

    @property
    def amending(self) -> Amending:
        return Amending(self.choosing)

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the session; see to a booking that is there already, to too many people, and to a full session."""
        if "seen" not in values:
            values["seen"] = True
            self._read_whole(turn, values)
        if values.get("session_id") == ANOTHER:
            return self.seating.elsewhere(turn, values)
        one = self.choosing.choose(turn, values)
        if isinstance(one, Ask):
            return _with_count(one, values, later=bool(turn.open_form.asked))
        existing = self.bookings.active(turn.session, turn.speaker.person_id or "", one.id)
        if existing:
            turn.memory.recent["booking"] = existing.id
            return self.seating.again(turn, values, one, existing)
        if "attendees" not in values and (vague := values.pop("vague", "")):
            return Ask("attendees", say(f"“{vague}”没法登记成人数。{wording.name(one)}，请问是几位参加？"))
        count = values["attendees"] = max(int(values.get("attendees") or 1), 1)
        values["told"] = count
        self._for_whom(turn, values)
        if asked := self.seating.share(turn, values, one):
            return asked
        return self.seating.full(turn, values, one) if count > one.free else None

    def confirm(self, turn: Turn, wanted: EventBooking) -> OutboundMessage:
        """Show the one card that is confirmed."""
        one = self.choosing.events.find(turn.session, wanted.session_id)
        existing = self.bookings.active(turn.session, turn.speaker.person_id or "", one.id)
        if existing:
            text = f"您已报名{wording.name(one)}（{existing.attendees} 人）。确认改成 {wanted.attendees} 人吗？"
            return say(text, buttons=_yes("确认修改"))
        lines = ["请确认报名信息："]
        if one.clock and ((wanted.time and wanted.time != one.clock) or other_part_of_day(turn.text, one.clock)):
            lines.insert(0, f"这一场是 {one.clock} 开始，请留意。")
        if DIET.search(turn.text):
            lines.insert(0, f"用餐要求（吃素、清真等）这里记不下来，请提前跟{self.choosing.events.host}说一声。")
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
        """Take what a person says of the open form: yes in other words, given up, or something changed in it."""
        form, said = turn.open_form, turn.text.strip()
        if not form.asked and agrees(said):
            return self._agreed(turn)
        if drops_all(said) or (drops(said) and self._is_this(turn, said)):
            return self._dropped(turn, everything=drops_all(said))
        lead = self.amending.amend(turn, form)
        if lead is None:
            return None
        ask = self.resolve(turn, form.values)
        form.asked, form.refused = ask.field if ask else "", False
        message = ask.message if ask else self.confirm(turn, wanted_of(form.values))
        return message.model_copy(update={"text": f"{lead}{message.text}"})

    def finish(self, turn: Turn, wanted: EventBooking) -> Reply:
        """Book, and say what comes next."""
        existing = self.bookings.active(turn.session, turn.speaker.person_id or "", wanted.session_id)
        if existing:
            booking = self.bookings.change(turn.session, turn.speaker, existing.id, int(wanted.attendees), turn.now)
            one = self.choosing.events.find(turn.session, booking.session_id)
            return say(f"已改好：{wording.booking_line(one, booking)}。", buttons=after_booking(booking))
        booking = self.bookings.book(turn.session, turn.speaker, request_of(wanted.__dict__), turn.now)
        return self.seating.done(turn, booking)

    def _agreed(self, turn: Turn) -> Reply:
        """Book at a yes that is more than a short answer; the world may have changed since the card was shown."""
        form = turn.open_form
        ask = self.resolve(turn, form.values)
        if ask is not None:
            form.asked = ask.field
            return ask.message
        done = self.finish(turn, wanted_of(form.values))
        turn.memory.form = None
        return done

    def _is_this(self, turn: Turn, said: str) -> bool:
        """Tell whether “取消晚茶会” means the form that is open, not a booking made before."""
        kind = readers.kind_of(said)
        own = self.bookings.of_person(turn.session, turn.speaker.person_id or "", turn.now)
        if kind is None:
            return True
        return kind == turn.open_form.values.get("event_kind") and kind not in {one.kind for _, one in own}

    def _dropped(self, turn: Turn, *, everything: bool) -> Reply:
        """Close the form; “都取消” goes on to the bookings there are."""
        dropped.keep(turn.memory, turn.open_form)
        turn.memory.form = None
        turn.memory.queue.clear()
        if everything and self.bookings.of_person(turn.session, turn.speaker.person_id or "", turn.now):
            told = say("好的，正在填的这一场不报了。")
            return [told, *as_list(self.begin(turn, "cancel_booking", turn.text, {}))]
        return say("好的，这一场不报了，没有提交任何内容。想参加随时再告诉我。")

    # -- special cases ------------------------------------------------------------------------------------------

    def _read_whole(self, turn: Turn, values: dict[str, Any]) -> None:
        """Read once what only the sentence as a whole tells: several days, the subject said beside, an odd number."""
        own = self.bookings.of_person(turn.session, turn.speaker.person_id or "", turn.now)
        if not own:  # “不过我周五去不了”: there is nothing to give up or to move yet
            changes = ("cancel_booking", "reschedule_booking")
            beside = [str(one["text"]) for one in turn.memory.queue if one["intent"] in changes]
            turn.memory.queue = [one for one in turn.memory.queue if one["intent"] not in changes]
            turn = replace(turn, text="，".join([turn.text, *beside]))
        adopt(turn, values)
        self.amending.several.take(turn, values)
        if values.get("attendees") is None:
            values["vague"] = readers.vague_count(turn.text)

    def _for_whom(self, turn: Turn, values: dict[str, Any]) -> None:
        """Staff may name the enterprise they book for; the service checks that they may."""
        if turn.speaker.role == Role.ENTERPRISE:
            values.pop("enterprise", None)
            return
        said = values.get("enterprise") or turn.text
        known = turn.session.get(Enterprise, said) or self.bookings.directory.find_enterprise(turn.session, said)
        if known or "enterprise" in values:
            values["enterprise"] = known.id if known else ""


def wanted_of(values: dict[str, Any]) -> EventBooking:
    """Return the form's object from its values."""
    return EventBooking(**{one.name: values.get(one.name, one.default) for one in fields(EventBooking)})


def _yes(label: str) -> list[Button]:
    return [button(label, "yes", primary=True), button("修改", "no"), button("取消", "cancel", danger=True)]


def _with_count(ask: Ask, values: dict[str, Any], *, later: bool) -> Ask:
    """Say once that the number of people was heard, while the session is still to be chosen."""
    count = values.get("attendees")
    if not count or values.get("told") == count or later:
        return ask
    values["told"] = count
    return Ask(ask.field, ask.message.model_copy(update={"text": f"好的，{count} 位。{ask.message.text}"}))
