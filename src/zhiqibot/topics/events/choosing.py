"""Which session is meant: by day, by kind, by “第二个”, by the button, or by asking."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict, NotFound
from zhiqibot.dialogue.forms import Ask, Hearing
from zhiqibot.dialogue.turn import Turn, button, say
from zhiqibot.nlu.numerals import parse_number
from zhiqibot.topics.events import wording
from zhiqibot.topics.events.model import KIND_TITLES, EventKind, EventSession
from zhiqibot.topics.events.no_such_day import no_such_day
from zhiqibot.topics.events.readers import coming
from zhiqibot.topics.events.service import EventService

MOST_CHOICES = 5
_WHICH = ("您想参加哪一场？", "您想改到哪一场？")
"""The question, when booking and when moving a booking."""
ANOTHER = "other"
"""What the button 换一场 puts in the place of a session's id."""

_ID = re.compile(r"(?<![0-9a-z])[0-9a-hjkmnp-tv-z]{26}(?![0-9a-z])")
_ORDINAL = re.compile(r"第\s*([一二三四五六七八九十\d]{1,3})(?!\s*[天周届季])|^(\d{1,2})$")
_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*[号日]")
_FIRST = re.compile(r"前[面一]|最近|最早|头一|早的|早点|近的|下一[场次期回]|就近|哪[场天次]都|都[行可]|随便|你[们]?定")
_LAST = re.compile(r"最后|后[面一]|晚的|晚点|末")
_POINTS = re.compile(r"[那这][一个]?[场个次期]|刚才|第\s*[一二三四五六七八九十\d]|就它")


def pick(hearing: Hearing) -> str | None:
    """Read a choice: an id, `@date|time`, `#2` (the second), `#-1` (the last), `d4` (the one on a 4th)."""
    found = _ID.search(hearing.text)
    if found:
        return found[0]
    return pointer(hearing.text.strip(), hearing.slots, local(hearing.now).date()) if hearing.asked else None


def pointer(text: str, slots: Any, today: date) -> str | None:
    """Return what a sentence points at in a list that was just shown, or None."""
    ordinal = _ORDINAL.search(text)
    if ordinal:
        return f"#{int(parse_number(ordinal[1] or ordinal[2]) or 0)}"
    day_said = coming(text, slots.get("date"), today)
    if day_said and "/" not in day_said:
        return f"@{day_said}|{slots.get('time') or ''}"
    day = _DAY.search(text)
    if day:
        return f"d{int(day[1])}"
    if slots.get("event_kind"):
        return None
    return "#1" if _FIRST.search(text) else "#-1" if _LAST.search(text) else None


def picked(said: str, offered: Sequence[EventSession]) -> EventSession | None:
    """Return the session a pointer means among those offered."""
    if said.startswith("#"):
        place = int(said[1:])
        index = len(offered) + place if place < 0 else place - 1
        return offered[index] if 0 <= index < len(offered) else None
    if said.startswith("d"):
        return _only([one for one in offered if one.day.day == int(said[1:])])
    if said.startswith("@"):
        day, _, clock = said[1:].partition("|")
        same_day = [one for one in offered if one.day.isoformat() == day]
        return _only(same_day) or _only([one for one in same_day if one.clock == clock])
    return next((one for one in offered if one.id == said), None)


def _only(found: Sequence[EventSession]) -> EventSession | None:
    return found[0] if len(found) == 1 else None


def span(said: object) -> tuple[date | None, date | None]:
    """Return the first and last day of a date slot: `2026-12-04`, `2026-12-01/2026-12-10`, `/2026-11-30`."""
    start, _, end = str(said or "").partition("/")
    first = date.fromisoformat(start) if start else None
    last = date.fromisoformat(end) if end else None if "/" in str(said) else first
    return first, last


def remember(turn: Turn, shown: Sequence[EventSession]) -> None:
    """Let “第二场”, “4号那场” mean what was just shown."""
    turn.memory.recent["events"] = [one.id for one in shown]
    turn.memory.recent.pop("session", None)


def in_hand(turn: Turn) -> list[str]:
    """Return the ids of the session, or the sessions, spoken of last."""
    one = turn.memory.recent.get("session")
    return [str(one)] if one else list(turn.memory.recent.get("events") or [])


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

    def no_day_of(self, turn: Turn) -> str:
        """Return what is wrong with the day a sentence names, or nothing."""
        return no_such_day(turn.text, turn.slots, local(turn.now).date())

    def another(self, turn: Turn, values: dict[str, Any], *, day: str, kind: str) -> None:
        """Drop the session chosen: another day, or another kind of event, was named while the form is open."""
        kind = kind or str(values.get("event_kind") or "")
        found = self._upcoming(turn, kind or None, None, None, "")
        _forget(values)
        values |= {"event_kind": kind, "date": day}
        on_day = [one for one in found if day and one.day.day == date.fromisoformat(day).day]
        if on_day and day not in {one.day.isoformat() for one in on_day}:  # “11号” is the one that is on offer
            values["date"] = on_day[0].day.isoformat()

    def _not_a_day(self, turn: Turn, values: dict[str, Any], wrong: str, besides: str) -> Ask:
        _forget(values)
        values.pop("date", None)
        kind = values.get("event_kind") or None
        found = self._upcoming(turn, kind, None, None, besides) or self._upcoming(turn, None, None, None, besides)
        if not found:
            raise Conflict(reason=f"{wrong}。近期也没有可以报名的场次，有了新场次可以随时来问。")
        return self._ask(turn, values, f"{wrong}，请再看一下日期。{_WHICH[bool(besides)]}", found)

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
                if values.get("event_kind") or values.get("date") or not _POINTS.search(turn.text)
                else (pointer(turn.text, turn.slots, local(turn.now).date()) or ("#1" if len(offered) == 1 else ""))
            )
        if not said:
            return None
        if said[0] not in "#@d" or _ID.fullmatch(said):
            return next(iter(self._sessions(turn, [said])), None)
        one = picked(said, offered)
        if one is None and said.startswith("#") and offered:
            text = f"{beyond(said, len(offered))}{_WHICH[bool(besides)]}说人数的话，请带上“人”字，比如“2 个人”。"
            return self._ask(turn, values, text, offered)
        if one is None and said.startswith("@"):
            values["date"], _, values["time"] = said[1:].partition("|")
        return one

    def _described(self, turn: Turn, values: dict[str, Any], besides: str) -> EventSession | Ask:
        """By kind, day and time."""
        kind, clock = values.get("event_kind"), values.get("time")
        start, end = span(values.get("date"))
        found = self._upcoming(turn, kind, start, end, besides)
        if not (kind or start or end or values.get("session_id")):
            found = self._just_listed(turn) or found
        if not found:
            return self._none_there(turn, values, besides)
        if clock and any(one.clock == clock for one in found):
            found = [one for one in found if one.clock == clock]
        if len(found) == 1:
            return found[0]
        if _FIRST.search(turn.text):
            return next((one for one in found if one.free > 0), found[0])
        what = KIND_TITLES[EventKind(kind)] if kind else "活动"
        return self._ask(turn, values, f"近期的{what}有这几场。{_WHICH[bool(besides)]}", found)

    def _just_listed(self, turn: Turn) -> list[EventSession]:
        """Return the sessions of the list that was the last thing said: “报名” means one of them."""
        ids = list(turn.memory.recent.get("events") or [])
        items = turn.memory.last[-1].get("items", ()) if turn.memory.last else ()
        return self._sessions(turn, ids) if ids and len(items) == len(ids) else []

    def _none_there(self, turn: Turn, values: dict[str, Any], besides: str) -> Ask:
        kind = values.get("event_kind")
        title = KIND_TITLES[EventKind(kind)] if kind else "活动"
        same_kind = self._upcoming(turn, kind, None, None, besides) if kind else []
        others = same_kind or self._upcoming(turn, None, None, None, besides)
        if not others:
            raise Conflict(reason=f"近期还没有安排{title}。有了新场次可以随时来问，也可以发“订阅”，有安排我告诉您。")
        start, end = span(values.get("date"))
        day = wording.day_text(start) if start and start == end else "这段时间" if start or end else ""
        lead = f"{day or '近期'}没有{title}。" if not same_kind or day else ""
        return self._ask(turn, values, f"{lead}目前可以报名的有这些。{_WHICH[bool(besides)]}", others)

    def others(self, turn: Turn, values: dict[str, Any], besides: str = "") -> Ask:
        """Ask which of the other sessions with room. Raises Conflict when there is none."""
        not_these = (besides, values.get("chosen"))
        free = [one for one in self._upcoming(turn, None, None, None, besides) if one.free > 0]
        free = [one for one in free if one.id not in not_these]
        others = [one for one in free if one.kind == values.get("event_kind")] or free
        if not others:
            raise Conflict(reason="近期没有其他还有名额的场次了。可以排候补，或者过几天再来看看。")
        return self._ask(turn, values, "还有名额的场次有这些，您想换到哪一场？", others)

    def _ask(self, turn: Turn, values: dict[str, Any], text: str, found: Sequence[EventSession]) -> Ask:
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


def beyond(said: str, count: int) -> str:
    """Return that there is no such place in a list of `count`; `said` is a pointer such as `#3`."""
    listed = f"上面只有 {count} 场" if count > 1 else "上面只有这一场"
    return f"{listed}，没有第 {said.lstrip('#')} 场。"


def _forget(values: dict[str, Any]) -> None:
    for key in ("session_id", "chosen", "basis", "offered", "time", "wait_shown", "waitlist", "asked_again"):
        values.pop(key, None)


def _basis(values: dict[str, Any]) -> str:
    return "|".join(str(values.get(key) or "") for key in ("event_kind", "date", "time"))
