"""取消报名 by chat: the only booking is the one that is meant; nothing is given up without a yes."""

import re
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue import dropped
from zhiqibot.dialogue.forms import Ask, from_slot, question
from zhiqibot.dialogue.turn import OpenForm, Reply, Turn, button, say
from zhiqibot.topics.events import readers, wording
from zhiqibot.topics.events.bookings import BookingService
from zhiqibot.topics.events.choosing import Choosing
from zhiqibot.topics.events.corrections import drops_all, thinks_better
from zhiqibot.topics.events.headcount import change_of
from zhiqibot.topics.events.model import BookingState, EventSession
from zhiqibot.topics.events.own import Own, OwnBookings
from zhiqibot.topics.events.pointing import pick, picked, pointer, span
from zhiqibot.topics.events.whose import Whose, choices, led

KEPT = "好的，不取消，报名给您保留着。"
"""What is said when a person thinks better of it."""
EVERY = "every"
"""In the place of a booking's id: all of them."""
LONGEST_CORRECTION = 14
_WAITING = re.compile(r"候补")
_NOT_THAT = re.compile(r"(?:不是|取消|是|我说的?|要)?.{0,12}(?:那个|那场|[号日]的?|这场|会|第.|的)[吧啊呀]?")


@dataclass(frozen=True)
class Cancellation:
    """Which booking to give up."""

    booking_id: str = question("要取消哪一场的报名？", read=pick, label="报名", default="")
    event_kind: str = question("", read=readers.kind, label="活动", default="")
    date: str = question("", read=from_slot("date"), label="日期", default="")


@dataclass(frozen=True)
class Canceller:
    """The handlers of cancel_booking."""

    choosing: Choosing
    bookings: BookingService
    own: OwnBookings

    @property
    def whose(self) -> Whose:
        return Whose(self.choosing, self.bookings)

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the booking meant, or all of them."""
        start, end = span(values.get("date"))
        found = self.whose.mine(turn, "取消")
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
            return Ask("booking_id", choices(f"{wrong}，请再看一下日期。您现在的报名有这些，要取消哪一场？", found))
        if len(found) > 1 and (values.get("booking_id") == EVERY or drops_all(turn.text.strip())):
            values["booking_id"] = EVERY
            return None
        return self.whose.which(turn, values, found, fitting, "取消")

    def confirm(self, turn: Turn, wanted: Cancellation) -> OutboundMessage:
        """Show what is given up, for the yes."""
        buttons = [button("确认取消", "yes", primary=True), button("保留报名", "cancel")]
        if wanted.booking_id == EVERY:
            own = self.whose.mine(turn, "取消")
            items = [wording.booking_line(one, booking) for booking, one in own]
            return say(f"确认把这 {len(own)} 场都取消吗？", items=items, buttons=buttons)
        booking, one = self.whose.get(turn, wanted.booking_id)
        what = "候补" if booking.state == BookingState.WAITING else "报名"
        return say(f"确认取消这个{what}吗？{wording.booking_line(one, booking)}。", buttons=buttons)

    def aside(self, turn: Turn) -> Reply | None:
        """“早餐会改3人” changes a booking instead of giving it up; “4号那个” means another booking."""
        form, said = turn.open_form, turn.text.strip()
        if thinks_better(said):
            turn.memory.form = None
            return say(KEPT)
        if self.choosing.no_day_of(turn):
            ask = self.resolve(turn, form.values)
            form.asked, form.refused = ask.field if ask else "", False
            return ask.message if ask else None
        if form.asked:
            return None
        if (changed := self._fewer_instead(turn, said)) is not None:
            return changed
        if len(said) > LONGEST_CORRECTION:
            return None
        if drops_all(said) and len(self.whose.mine(turn, "取消")) > 1:
            form.values["booking_id"] = EVERY
            return self.confirm(turn, Cancellation(EVERY))
        if readers.asks_if_fine(said):
            return led("可以的。", self.confirm(turn, Cancellation(form.values["booking_id"])))
        return self._another(turn, said) if _NOT_THAT.fullmatch(said) else None

    def finish(self, turn: Turn, wanted: Cancellation) -> Reply:
        """Give the seats back."""
        if wanted.booking_id == EVERY:
            own = self.whose.mine(turn, "取消")
            for booking, _ in own:
                self._give_back(turn, booking.id)
            return say(f"已取消您的 {len(own)} 场报名，名额已让出。以后想参加，随时再告诉我。", buttons=_AFTER)
        waiting = self.whose.get(turn, wanted.booking_id)[0].state == BookingState.WAITING
        one = self._give_back(turn, wanted.booking_id)
        what = "候补，不再为您排队" if waiting else "报名，名额已让出"
        return say(f"已取消{wording.name(one)}的{what}。以后想参加，随时再告诉我。", buttons=_AFTER)

    # -- helpers ------------------------------------------------------------------------------------------------

    def _give_back(self, turn: Turn, booking_id: str) -> EventSession:
        booking = self.bookings.cancel(turn.session, turn.speaker, booking_id, turn.now)
        one = self.choosing.events.find(turn.session, booking.session_id)
        turn.memory.recent.pop("booking", None)
        kept = {"session_id": one.id, "event_kind": one.kind, "attendees": booking.attendees, "seen": True}
        dropped.keep(
            turn.memory, OpenForm("book_event", {**kept, "subject": booking.subject}, "", 0, turn.now.isoformat())
        )
        turn.memory.suspended = [form for form in turn.memory.suspended if booking.id not in form.values.values()]
        return one

    def _fewer_instead(self, turn: Turn, said: str) -> Reply | None:
        """Take “只去一个人” or “早餐会改3人” as a change of how many come, of the booking it names."""
        form = turn.open_form
        change = change_of(said, open_form=True)
        if change is None or form.values.get("booking_id") in (None, "", EVERY):
            return None
        kind = readers.kind_of(said)
        named = [pair for pair in self.whose.mine(turn, "取消") if kind and pair[1].kind == kind]
        this = self.whose.get(turn, str(form.values["booking_id"]))
        turn.memory.form = None
        return self.own.change(turn, named[0] if len(named) == 1 and this[1].kind != kind else this, change)

    def _another(self, turn: Turn, said: str) -> Reply | None:
        """“4号那个”, while asked for the yes, means another booking than the one that was understood."""
        form, own = turn.open_form, self.whose.mine(turn, "取消")
        meant = pointer(said, turn.slots, local(turn.now).date())
        kind = readers.kind_of(said)
        fitting: list[Own] = []
        if meant:
            session = picked(meant, [one for _, one in own])
            fitting = [pair for pair in own if session and pair[1].id == session.id]
        elif kind:
            fitting = [pair for pair in own if pair[1].kind == kind]
        if not fitting:
            return None
        form.values.clear()
        ask = self.whose.which(turn, form.values, own, fitting, "取消")
        form.asked = ask.field if ask else ""
        return ask.message if ask else self.confirm(turn, Cancellation(form.values["booking_id"]))


_AFTER = [button("看看其他场次", "intent:list_events")]


def _within(one: EventSession, start: Any, end: Any) -> bool:
    return (start is None or one.day >= start) and (end is None or one.day <= end)
