"""A sentence that names several days or kinds: both are wanted, one corrects the other, or one is the second choice."""

import re
from dataclasses import dataclass
from typing import Any

from zhiqibot.dialogue.turn import Turn
from zhiqibot.topics.events import readers
from zhiqibot.topics.events.headcount import figure
from zhiqibot.topics.events.model import KIND_TITLES, EventKind, EventSession
from zhiqibot.topics.events.service import EventService

MOST = 4
_N = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_DAYS = re.compile(
    rf"(?<![\d一二三四五六七八九十])(?:(?P<month>{_N})月(?P<of>{_N})[号日]?|(?P<day>{_N})[号日]|(?<=还是)(?P<bare>\d{{1,2}})(?![\d人个位名点:：]))"
)
_COUNT = re.compile(r"([一两俩仨二三四五六]|\d{1,2})(?:个人|个|位|名|人)")
_CORRECTS = re.compile(r"不对|不不|不是|说错|搞错|改成")
_REFUSED = re.compile(r"(?:的|那[天场])?[^，,。；;\d]{0,3}(?:不行|不中|去不了|来不了|没空|有事|不去|不要|不报)")
_ELSE = re.compile(
    r"(?:报不上|没[有了]?位|没[有了]?名额|没座|满了|不行|去不成).{0,3}(?:的话|就|再)|要不然?就|实在不行|或者|否则"
)
_OR = re.compile(r"还是|或")


@dataclass(frozen=True)
class Wish:
    """One of the sessions a sentence asks for, with the people named beside it."""

    one: EventSession
    attendees: int | None


@dataclass(frozen=True)
class Several:
    """Reads such sentences; what is wanted beside the first waits in the queue as a request of its own."""

    events: EventService

    def take(self, turn: Turn, values: dict[str, Any]) -> bool:
        """Put the first session wanted into `values` and queue the others; False when no more than one is named."""
        self._kinds(turn, values)
        found = list(_DAYS.finditer(turn.text))
        if len(found) < 2 or values.get("session_id"):
            return False
        wishes = self._wishes(turn, values, found)
        if len(wishes) == 1 and self._refused(turn.text, found):
            return self._choose(values, wishes[0])
        if wishes and _CORRECTS.search(turn.text):
            last = wishes[-1]
            people = _COUNT.findall(turn.text)
            values["attendees"] = figure(people[-1]) if people else None
            return self._choose(values, last)
        if len(wishes) < len(found) or len({wish.one.id for wish in wishes}) < 2:
            return False
        if _ELSE.search(turn.text):
            return self._choose(values, next((wish for wish in wishes if wish.one.free > 0), wishes[0]))
        if _OR.search(turn.text):
            values.pop("date", None)  # “11号还是4号好”: the days are shown, none is picked
            return False
        for wish in wishes[1:MOST]:
            self._queue(turn, wish)
        return self._choose(values, wishes[0])

    def instead(self, turn: Turn, values: dict[str, Any]) -> bool:
        """Take “11号不行，就4号” while another session is chosen already."""
        found = list(_DAYS.finditer(turn.text))
        if len(found) < 2 or not (self._refused(turn.text, found) or _CORRECTS.search(turn.text)):
            return False
        wishes = self._wishes(turn, values, found)
        return self._choose(values, wishes[-1]) if wishes else False

    def _refused(self, said: str, days: list[re.Match[str]]) -> bool:
        return any(_REFUSED.match(said, day.end()) for day in days)

    def _choose(self, values: dict[str, Any], wish: Wish) -> bool:
        values |= {"session_id": wish.one.id, "event_kind": wish.one.kind, "date": wish.one.day.isoformat()}
        values["attendees"] = wish.attendees or values.get("attendees")
        if values["attendees"] is None:
            values.pop("attendees")
        return True

    def _queue(self, turn: Turn, wish: Wish) -> None:
        one = wish.one
        slots = {
            "event_kind": one.kind,
            "date": one.day.isoformat(),
            "attendees": wish.attendees,
            **({"time": one.clock} if one.clock else {}),
        }
        text = f"报名{one.day.month}月{one.day.day}日的{one.title}"
        turn.memory.queue.append({"text": text, "intent": "book_event", "slots": slots})

    def _wishes(self, turn: Turn, values: dict[str, Any], days: list[re.Match[str]]) -> list[Wish]:
        """Return the session of each day that has one, with the kind and the number said beside the day."""
        said, wishes = turn.text, []
        kinds = readers.kind_places(said)
        leads = bool(kinds) and kinds[0][0] < days[0].start()
        for at, day in enumerate(days):
            end = days[at + 1].start() if at + 1 < len(days) else len(said)
            near = [kind for place, kind in kinds if (place < day.start() if leads else day.end() <= place < end)]
            kind = (near[-1] if leads else near[0]) if near else (kinds[0][1] if kinds else values.get("event_kind"))
            one = self._on(turn, kind or None, day)
            people = _COUNT.search(said, day.end(), end)
            if one and not _REFUSED.match(said, day.end()):
                wishes.append(Wish(one, figure(people[1]) if people else values.get("attendees")))
        return wishes

    def _on(self, turn: Turn, kind: str | None, day: re.Match[str]) -> EventSession | None:
        number = readers.number_of(day["of"] or day["day"] or day["bare"])
        month = readers.number_of(day["month"]) if day["month"] else None
        found = self.events.upcoming(turn.session, turn.now, kind=kind)
        return next((one for one in found if one.day.day == number and month in (None, one.day.month)), None)

    def _kinds(self, turn: Turn, values: dict[str, Any]) -> None:
        """“早餐会和晚茶会都报” wants both; “早餐会，不对，晚茶会” the last."""
        said = re.sub(r"\s+", "", turn.text)
        named = [kind for _, kind in readers.kind_places(said)]
        if len(named) > 1 and _CORRECTS.search(said):
            values["event_kind"] = named[-1]
            return
        kinds = readers.kinds_of(turn.text)
        if len(kinds) < 2 or turn.memory.queue or len(_DAYS.findall(turn.text)) > 1:
            return
        values["event_kind"] = kinds[0]
        for kind in kinds[1:]:
            slots = {"event_kind": kind, "attendees": values.get("attendees")}
            text = f"报名{KIND_TITLES[EventKind(kind)]}"
            turn.memory.queue.append({"text": text, "intent": "book_event", "slots": slots})
