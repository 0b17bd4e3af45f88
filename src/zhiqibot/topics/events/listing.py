"""活动安排 by chat: what is on, where, and how many seats are left."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from zhiqibot.core.clock import local
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.turn import Reply, Turn, as_list, button, say
from zhiqibot.nlu.no_such_day import no_such_day
from zhiqibot.topics.events import wording
from zhiqibot.topics.events.bookings import BookingService
from zhiqibot.topics.events.model import KIND_TITLES, EventKind, EventSession
from zhiqibot.topics.events.pointing import remember, span
from zhiqibot.topics.events.service import EventService

MOST_SHOWN = 8
MOST_BUTTONS = 4
SOON = timedelta(days=30)
"""How far “最近” reaches when nothing else is said."""
_THIS_MONTH = re.compile(r"(?:这个?|本|当)月")
_COUNTS = re.compile(r"(?:几|多少)[场次]")
_WHEN_AT_ALL = re.compile(r"(?:啥|什么|几)时候?.{0,4}(?:有|办|开|搞|安排|举办)")


@dataclass(frozen=True)
class Timetable:
    """The handler of list_events."""

    events: EventService
    bookings: BookingService
    beside: Callable[[Turn], Reply | None]
    """What else is known of the days asked for, beside our own sessions."""

    def show(self, turn: Turn) -> Reply:
        """Answer with the sessions asked for, and with what is known beside them."""
        turn = self._of_this_month(turn)
        more = self.beside(turn)
        shown = self._sessions(turn)
        return shown if more is None else [*as_list(more), shown]

    def _sessions(self, turn: Turn) -> OutboundMessage:
        """Return the sessions of the kind and days asked for; when there are none, the next ones."""
        kind = turn.slots.get("event_kind") or self._none_yet(turn)
        start, end = span(turn.slots.get("date"))
        wrong = no_such_day(turn.text, turn.slots, local(turn.now).date())
        if wrong:
            found = self.events.upcoming(turn.session, turn.now, kind=kind) or self.events.upcoming(
                turn.session, turn.now
            )
            lead = f"{wrong}，请再看一下日期。"
            return self._answer(turn, f"{lead}近期的活动有：", found[:MOST_BUTTONS]) if found else say(lead)
        title = KIND_TITLES[EventKind(kind)] if kind else "活动"
        found = self.events.upcoming(turn.session, turn.now, kind=kind, start=start, end=end)
        if found:
            count = f"一共 {len(found)} 场" if turn.slots.get("date") and _COUNTS.search(turn.text) else "安排如下"
            return self._answer(turn, f"{self._period(turn)}{title}{count}：", self._soon(turn, found))
        others = self.events.upcoming(turn.session, turn.now, kind=kind) if (start or end) and kind else []
        if others:
            lead = f"您问的那几天没有{title}，" if start != end else f"{_day(start)}没有{title}，"
            return self._answer(turn, f"{lead}后面的场次有：", others[:MOST_BUTTONS])
        if kind and not (start or end):
            turn.memory.recent["no_event"] = kind
        anything = self.events.upcoming(turn.session, turn.now)
        if not anything:
            return say(f"近期还没有安排{title}。排好后随时问“最近有什么活动”就能看到。")
        day = f"{_day(start)}" if start and start == end else "您问的那段时间" if start or end else "近期"
        lead = (
            f"{title}还没有排期，排好会列进活动安排。"
            if kind and _WHEN_AT_ALL.search(turn.text)
            else f"{day}没有{title}。"
        )
        return self._answer(turn, f"{lead}近期的活动有：", anything[:MOST_BUTTONS])

    def _of_this_month(self, turn: Turn) -> Turn:
        """“这个月” runs from today to the end of the month."""
        if turn.slots.get("date") or not _THIS_MONTH.search(turn.text):
            return turn
        today = local(turn.now).date()
        last = today.replace(day=monthrange(today.year, today.month)[1])
        slots = {**turn.slots, "date": f"{today.isoformat()}/{last.isoformat()}"}
        return replace(turn, act=replace(turn.act, slots=slots))

    def _none_yet(self, turn: Turn) -> str | None:
        """“那啥时候办一场” asks on about the kind there was none of."""
        asked = turn.memory.recent.get("no_event") if turn.memory.intent == "list_events" else None
        return str(asked) if asked and _WHEN_AT_ALL.search(turn.text) else None

    def _soon(self, turn: Turn, found: list[EventSession]) -> list[EventSession]:
        """Without a period, a month is enough, unless that leaves nothing."""
        if turn.slots.get("date"):
            return found
        until = local(turn.now + SOON).date()
        return [one for one in found if one.day <= until] or found[:MOST_BUTTONS]

    def _period(self, turn: Turn) -> str:
        start, end = span(turn.slots.get("date"))
        return f"{_day(start)}的" if start and start == end else "这段时间的" if start or end else "近期的"

    def _answer(self, turn: Turn, text: str, found: list[EventSession]) -> OutboundMessage:
        shown = found[:MOST_SHOWN]
        remember(turn, shown)
        own = {}
        if turn.speaker.person_id:
            mine = self.bookings.of_person(turn.session, turn.speaker.person_id, turn.now)
            own = {one.id: booking for booking, one in mine}
        rest = len(found) - len(shown)
        more = f"（另有 {rest} 场更晚的，说出日期或活动名称可以查。）" if rest > 0 else ""
        bookable = [one for one in shown if one.id not in own][:MOST_BUTTONS]
        many = len({one.kind for one in bookable}) > 1
        buttons = [
            button(f"报名 {wording.short(one)}{one.title[-3:] if many else ''}", f"do:book:{one.id}")
            for one in bookable
        ]
        items = [wording.line(one, own.get(one.id)) for one in shown]
        return say(f"{text}{more}", items=items, buttons=buttons)


def _day(day: date | None) -> str:
    return wording.day_text(day) if day else ""
