"""One's own bookings by chat: what is booked, how many come; more or fewer of them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.errors import PersonError
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.turn import Reply, Turn, say
from zhiqibot.topics.events import readers, wording
from zhiqibot.topics.events.amending import NOT_BY_NAME
from zhiqibot.topics.events.bookings import BookingService
from zhiqibot.topics.events.headcount import Change, change_of
from zhiqibot.topics.events.model import KIND_TITLES, Booking, BookingState, EventKind, EventSession

Begin = Callable[[Turn, str, str, dict[str, Any]], Reply]
Own = tuple[Booking, EventSession]
OF_EVENTS = frozenset({"list_events", "book_event", "cancel_booking", "reschedule_booking"})
LONGEST = 20

_LEAD = r"(?:那|那么|请问|问下|我想问|帮我|查一?下|看一?下|看看|查查|对了|到底|现在|目前|[，,\s])*"
_TAIL = r"(?:啊|呢|呀|吗|了|来着|的|哩)*[?？。！!]*"
_SELF = r"(?:[我俺咱]们?)"
_KIND = r"(?:畅聊)?(?:早餐会|晚茶会|大?讲堂|对接会|服务日|面对面)?"
_BOOKED = r"(?:报|约|预约|订|预订|报名)(?:名)?(?:了|上|过|的)*"
_WHAT = r"(?:哪[些几个场天一]*|啥|什么|几[个场次号点]|哪里|在哪)(?:活动|场|时候|日子)?"
_WHAT_BOOKED = (
    re.compile(
        rf"{_LEAD}{_SELF}(?:现在|目前|已经|一共|总共|都|还)*{_BOOKED}(?:那[个场])?{_KIND}(?:都|是|有|在)*{_WHAT}(?:开|办|举办|开始|参加)?{_TAIL}"
    ),
    re.compile(
        rf"{_LEAD}(?:现在|已经|一共|总共|都)*{_BOOKED}(?:都|是|有)*(?:哪[些几个场]+|啥|什么|几[个场次])(?:活动|场)?{_TAIL}"
    ),
    re.compile(rf"{_LEAD}{_SELF}的?(?:活动)?(?:报名|预约)(?:情况|记录|信息)?(?:有哪些|都有啥|在哪看|呢)*[?？。]*"),
    re.compile(rf"{_LEAD}{_SELF}?(?:还|现在|都)*有(?:啥|什么|哪些|没有?|几[个场])(?:活动)?(?:报名|预约){_TAIL}"),
    re.compile(
        rf"{_LEAD}{_KIND}呢?[，,]?(?:的话)?{_SELF}{_KIND}(?:报|约|报名|订)(?:上|成功)*(?:了)?(?:没有?|吗|不){_TAIL}"
    ),
)
_HOW_MANY_LEFT = re.compile(rf"{_LEAD}{_SELF}?(?:还|现在)?有几[个场次](?:活动|报名|早餐会)?{_TAIL}")
_HOW_MANY_COME = re.compile(
    rf"{_LEAD}{_SELF}?(?:这场|那场|{_KIND})?(?:现在|一共|总共|到底|这是|已经|报名?了?|报的|报上|约了|去|来|是|有|算)*(?:几|多少)(?:个|位)?人?{_TAIL}"
)
_PLACE_IN_LINE = re.compile(r"排(?:在|到)?(?:第?几|多少|哪)|(?:我)?前[面头]还?有(?:几|多少)个?人|排上(?:了)?(?:没|吗)")
_WAITS_NO_MORE = re.compile(r"(?:那|算了|我们?|[，,\s])*(?:不想?|别|甭)(?:再)?(?:等|排)(?:队|候补)?了[吧啊]?[。！!]*")


@dataclass(frozen=True)
class OwnBookings:
    """Answers and changes what a person has booked, without a form of its own."""

    bookings: BookingService
    begin: Begin

    def asked(self, turn: Turn) -> Reply | None:
        """Answer a short question about one's own bookings; None for everything else."""
        said, person = turn.text.strip(), turn.speaker.person_id
        if person is None or len(said) > LONGEST:
            return None
        if _PLACE_IN_LINE.search(said):
            return self._waiting(turn)
        if of_events(turn) and _HOW_MANY_COME.fullmatch(said):
            return self._how_many(turn)
        what = any(pattern.fullmatch(said) for pattern in _WHAT_BOOKED)
        if not what and not _HOW_MANY_LEFT.fullmatch(said):
            return None
        own = self._all(turn)
        if own:
            return self._told(turn, own, readers.kind_of(said))
        return say("您目前没有报名的活动。想看近期有哪些，发“最近有什么活动”；查诉求发“查进度”。") if what else None

    def changed(self, turn: Turn) -> Reply | None:
        """“加一个人”, “老李去不了”, “把早餐会改成3个人” change a booking, “不等了” leaves the waiting list."""
        said = turn.text.strip()
        if turn.memory.form or turn.speaker.person_id is None or len(said) > LONGEST:
            return None
        if not (of_events(turn) or readers.kind_of(said)):
            return None
        no_more = bool(_WAITS_NO_MORE.fullmatch(said))
        change = change_of(said, open_form=False)
        if change is None and not no_more:
            return None
        meant = self._meant(turn, said)
        if no_more or change is None:
            waits = len(meant) == 1 and meant[0][0].state == BookingState.WAITING
            return self._open(turn, "cancel_booking", {"booking_id": meant[0][0].id}) if waits else None
        if len(meant) > 1:
            return self._which(meant)
        return self.change(turn, meant[0], change) if meant else None

    def change(self, turn: Turn, own: Own, change: Change) -> Reply:
        """Ask for the yes to a new number of people; nobody left is a cancellation, others instead change nothing."""
        booking, one = own
        if change.swapped:
            return say(f"好的。{NOT_BY_NAME}您的报名不变：{wording.booking_line(one, booking)}。")
        count = change.of(booking.attendees)
        if count < 1:
            return self._open(turn, "cancel_booking", {"booking_id": booking.id})
        if count == booking.attendees:
            return say(f"现在报的就是 {count} 人：{wording.booking_line(one, booking)}，没有改动。")
        return self._open(turn, "book_event", {"session_id": one.id, "attendees": count, "seen": True})

    # -- helpers ------------------------------------------------------------------------------------------------

    def _open(self, turn: Turn, intent: str, values: dict[str, Any]) -> Reply:
        """Open a form; one that cannot be filled (no seats left) does not stay open."""
        try:
            return self.begin(turn, intent, turn.text, values)
        except PersonError:
            turn.memory.form = None
            raise

    def _all(self, turn: Turn) -> list[Own]:
        return self.bookings.of_person(turn.session, turn.speaker.person_id or "", turn.now)

    def _meant(self, turn: Turn, said: str) -> list[Own]:
        """Return the booking a change is about: of the kind and day named, else the one in hand, else the only one."""
        own, kind, days = self._all(turn), readers.kind_of(said), readers.days_named(said)
        if kind:
            own = [pair for pair in own if pair[1].kind == kind]
        if days:
            month, day = days[0]
            own = [pair for pair in own if pair[1].day.day == day and month in (None, pair[1].day.month)]
        recent = [pair for pair in own if pair[0].id == turn.memory.recent.get("booking")]
        return recent or own

    def _which(self, own: Sequence[Own]) -> OutboundMessage:
        items = [wording.booking_line(one, booking) for booking, one in own]
        return say("您报了不止一场，要改哪一场的人数？请带上日期说一遍，比如“4号的改成3个人”。", items=items)

    def _told(self, turn: Turn, own: list[Own], kind: str | None) -> Reply:
        fitting = [pair for pair in own if kind in (None, pair[1].kind)]
        if fitting:
            return self._lines(turn, fitting, "")
        return self._lines(turn, own, f"{KIND_TITLES[EventKind(str(kind))]}您没有报名。")

    def _waiting(self, turn: Turn) -> Reply | None:
        own = self._all(turn)
        waiting = [pair for pair in own if pair[0].state == BookingState.WAITING]
        return self._lines(turn, waiting or own, "" if waiting else "您没有在排队的候补，") if own else None

    def _how_many(self, turn: Turn) -> Reply | None:
        """Tell the number in the open form, or in the bookings."""
        form = turn.memory.form
        if form and form.intent == "book_event" and form.values.get("session_id"):
            return say(f"正在填的这一场是 {form.values.get('attendees') or 1} 位，还没有提交。")
        own = self._all(turn)
        return self._told(turn, own, readers.kind_of(turn.text)) if own else None

    def _lines(self, turn: Turn, own: Sequence[Own], lead: str) -> OutboundMessage:
        items = []
        for booking, one in own:
            text = wording.booking_line(one, booking)
            if booking.state == BookingState.WAITING:
                text += f"，排第 {self.bookings.place_in_line(turn.session, booking)} 位"
            items.append(f"{text}，{one.place}" if one.place else text)
        if len(own) == 1:
            turn.memory.recent["booking"] = own[0][0].id
            turn.memory.recent["session"] = own[0][1].id
        turn.memory.intent = "list_events"
        return say(f"{lead}您现在报了 {len(own)} 场：", items=items)


def of_events(turn: Turn) -> bool:
    """Tell whether the conversation is about events."""
    form = turn.memory.form
    return (form.intent if form else turn.memory.intent) in OF_EVENTS
