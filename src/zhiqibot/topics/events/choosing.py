"""Which session is meant: by day, by kind, by “第二个”, by the button, or by asking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict, NotFound
from zhiqibot.dialogue.forms import Ask
from zhiqibot.dialogue.turn import Turn, button, say
from zhiqibot.nlu.no_such_day import no_such_day
from zhiqibot.topics.events import wording
from zhiqibot.topics.events.days import only_days
from zhiqibot.topics.events.model import KIND_TITLES, EventKind, EventSession
from zhiqibot.topics.events.pointing import (
    A_PLACE,
    AN_ID,
    THE_FIRST,
    beyond,
    just_seen,
    picked,
    pointer,
    remember,
    span,
)
from zhiqibot.topics.events.service import EventService

MOST_CHOICES = 5
_WHICH = ("您想参加哪一场？", "您想改到哪一场？")
"""The question, when booking and when moving a booking."""
ANOTHER = "other"
"""What the button 换一场 puts in the place of a session's id."""


@dataclass(frozen=True)
class Choosing:
    """Finds the session a form is about. In the form's values it keeps `offered` (ids last shown), `chosen` and
    `basis` (what was said of kind, day and time when it was chosen): a correction of the day chooses anew."""

    events: EventService

    def choose(self, turn: Turn, values: dict[str, Any], *, besides: str = "") -> EventSession | Ask:
        """Return the session and note it in `values`, or the question which one. Raises Conflict when there is none.

        A day that no calendar has is asked about, and what was chosen before is not kept in its stead."""
        wrong = self.no_day_of(turn)
        if wrong:
            return self._not_a_day(turn, values, wrong, besides)
        said = str(values.get("session_id") or "")
        if said == values.get("chosen") and values.get("basis") != _basis(values):
            said = ""
        one = self._named(turn, values, said, besides) or self._described(turn, values, besides)
        if isinstance(one, Ask):
            return one
        values |= {"session_id": one.id, "chosen": one.id, "event_kind": one.kind, "date": one.day.isoformat()}
        values["basis"] = _basis(values)
        turn.memory.recent["session"] = one.id
        return one

    def of_kind(self, turn: Turn, one: EventSession, besides: str = "") -> list[EventSession]:
        """Return the sessions of the same kind that can be booked, soonest first."""
        return self._upcoming(turn, one.kind, None, None, besides)

    def day_said(self, turn: Turn) -> str:
        """Return the day, or the days, that are all a sentence says."""
        return only_days(turn.text, turn.now, self.events.workdays)

    def no_day_of(self, turn: Turn) -> str:
        """Return what is wrong with the day a sentence names, or nothing."""
        return no_such_day(turn.text, turn.slots, local(turn.now).date())

    def another(self, turn: Turn, values: dict[str, Any], *, day: str, kind: str) -> None:
        """Drop the session chosen: another day, or another kind of event, was named while the form is open."""
        kind = kind or str(values.get("event_kind") or "")
        found = self._upcoming(turn, kind or None, None, None, "")
        forget(values)
        values |= {"event_kind": kind, "date": day}
        on_day = [one for one in found if day and one.day.day == date.fromisoformat(day).day]
        if on_day and day not in {one.day.isoformat() for one in on_day}:  # “11号” is the one that is on offer
            values["date"] = on_day[0].day.isoformat()

    def _not_a_day(self, turn: Turn, values: dict[str, Any], wrong: str, besides: str) -> Ask:
        forget(values)
        values.pop("date", None)
        kind = values.get("event_kind") or None
        found = self._upcoming(turn, kind, None, None, besides) or self._upcoming(turn, None, None, None, besides)
        if not found:
            raise Conflict(reason=f"{wrong}。近期也没有可以报名的场次，有了新场次可以随时来问。")
        return self.ask(turn, values, f"{wrong}，请再看一下日期。{_WHICH[bool(besides)]}", found)

    def _named(self, turn: Turn, values: dict[str, Any], said: str, besides: str) -> EventSession | Ask | None:
        """A press, a pointer into what was shown, or “都行”."""
        if said == ANOTHER:
            return self.others(turn, values, besides)
        offered = self._sessions(turn, values.get("offered") or turn.memory.recent.get("events") or [])
        if said in ("", None):
            if "session_id" in values and values.get("offered") and "chosen" not in values:  # “随便”
                return next((one for one in offered if one.free > 0), None)
            said = (
                ""
                if values.get("event_kind") or values.get("date") or not A_PLACE.search(turn.text)
                else (pointer(turn.text, turn.slots, local(turn.now).date()) or ("#1" if len(offered) == 1 else ""))
            )
        if not said:
            return None
        if said[0] not in "#@d" or AN_ID.fullmatch(said):
            return next(iter(self._sessions(turn, [said])), None)
        one = picked(said, offered)
        if one is None and said.startswith("#") and offered:
            text = f"{beyond(said, len(offered))}{_WHICH[bool(besides)]}说人数的话，请带上“人”字，比如“2 个人”。"
            return self.ask(turn, values, text, offered)
        if one is None and said.startswith("@"):
            values["date"], _, values["time"] = said[1:].partition("|")
        return one

    def _described(self, turn: Turn, values: dict[str, Any], besides: str) -> EventSession | Ask:
        """By kind, day and time."""
        kind, clock = values.get("event_kind"), values.get("time")
        start, end = span(values.get("date"))
        found = self._upcoming(turn, kind, start, end, besides)
        if not (kind or values.get("session_id")):  # “报两个”, “15号那个”: one of those just listed
            seen = {one.id for one in self._sessions(turn, just_seen(turn))}
            found = [one for one in found if one.id in seen] or found
        if not found:
            return self._none_there(turn, values, besides)
        if clock and any(one.clock == clock for one in found):
            found = [one for one in found if one.clock == clock]
        if len(found) == 1:
            return found[0]
        if THE_FIRST.search(turn.text):
            return next((one for one in found if one.free > 0), found[0])
        what = KIND_TITLES[EventKind(kind)] if kind else "活动"
        if start and start == end:
            text = f"{wording.day_text(start)}的{what}有 {len(found)} 场，钟点不一样，您要哪一场？"
            return self.ask(turn, values, text, found)
        return self.ask(turn, values, f"近期的{what}有这几场。{_WHICH[bool(besides)]}", found)

    def _none_there(self, turn: Turn, values: dict[str, Any], besides: str) -> Ask:
        kind = values.get("event_kind")
        title = KIND_TITLES[EventKind(kind)] if kind else "活动"
        same_kind = self._upcoming(turn, kind, None, None, besides) if kind else []
        others = same_kind or self._upcoming(turn, None, None, None, besides)
        if not others:
            raise Conflict(reason=f"近期还没有安排{title}。排好后随时问“最近有什么活动”就能看到。")
        start, end = span(values.get("date"))
        day = wording.day_text(start) if start and start == end else "这段时间" if start or end else ""
        lead = f"{day or '近期'}没有{title}。" if not same_kind or day else ""
        if same_kind and start and (that_day := self._upcoming(turn, None, start, end, besides)):
            names = "、".join(dict.fromkeys(one.title for one in that_day))
            lead, others = f"{lead}{'那天' if start == end else '那几天'}有{names}。", [*that_day, *same_kind]
        return self.ask(turn, values, f"{lead}目前可以报名的有这些。{_WHICH[bool(besides)]}", others)

    def others(self, turn: Turn, values: dict[str, Any], besides: str = "") -> Ask:
        """Ask which of the other sessions with room. Raises Conflict when there is none."""
        not_these = (besides, values.get("chosen"))
        free = [one for one in self._upcoming(turn, None, None, None, besides) if one.free > 0]
        free = [one for one in free if one.id not in not_these]
        others = [one for one in free if one.kind == values.get("event_kind")] or free
        if not others:
            raise Conflict(reason="近期没有其他还有名额的场次了。可以排候补，或者过几天再来看看。")
        return self.ask(turn, values, "还有名额的场次有这些，您想换到哪一场？", others)

    def ask(self, turn: Turn, values: dict[str, Any], text: str, found: Sequence[EventSession]) -> Ask:
        shown = found[:MOST_CHOICES]
        for key in ("session_id", "chosen", "basis"):
            values.pop(key, None)
        values["offered"] = [one.id for one in shown]
        remember(turn, shown)
        many_kinds = len({one.kind for one in shown}) > 1
        labels = [f"{wording.short(one)}{one.title[-3:] if many_kinds else ''}" for one in shown]
        buttons = [button(label, f"set:session_id={one.id}") for label, one in zip(labels, shown, strict=True)]
        return Ask("session_id", say(text, items=[wording.line(one) for one in shown], buttons=buttons))

    def _upcoming(
        self, turn: Turn, kind: Any, start: date | None, end: date | None, besides: str
    ) -> list[EventSession]:
        found = self.events.upcoming(turn.session, turn.now, kind=kind, start=start, end=end)
        return [one for one in found if one.id != besides]

    def _sessions(self, turn: Turn, ids: Sequence[str]) -> list[EventSession]:
        found = []
        for key in ids:
            try:
                one = self.events.find(turn.session, key)
            except NotFound:
                continue
            if one.closes_at > turn.now:
                found.append(one)
        return found


def forget(values: dict[str, Any]) -> None:
    """Take what was chosen, and what was shown to choose from, out of a form's values."""
    for key in ("session_id", "chosen", "basis", "offered", "time", "wait_shown", "waitlist", "asked_again"):
        values.pop(key, None)


def _basis(values: dict[str, Any]) -> str:
    return "|".join(str(values.get(key) or "") for key in ("event_kind", "date", "time"))
