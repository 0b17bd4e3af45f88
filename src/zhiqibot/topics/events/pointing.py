"""Pointing at sessions: “第二个”, “4号那场”, “最后一场”; and what was shown, so that there is something to point at."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.dialogue.forms import Hearing
from zhiqibot.dialogue.turn import Turn
from zhiqibot.nlu.numerals import parse_number
from zhiqibot.topics.events.model import EventSession
from zhiqibot.topics.events.readers import coming

STILL_SEEN = timedelta(minutes=15)
"""How long a list that was shown is what “报两个” speaks of."""
AN_ID = re.compile(r"(?<![0-9a-z])[0-9a-hjkmnp-tv-z]{26}(?![0-9a-z])")
_ORDINAL = re.compile(r"第\s*([一二三四五六七八九十\d]{1,3})(?!\s*[天周届季])|^(\d{1,2})$")
_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*[号日]")
THE_FIRST = re.compile(
    r"前[面一]|最近|最早|头一|早的|早点|近的|下一[场次期回]|就近|哪[场天次]都|都[行可]|随便|你[们]?定"
)
_LAST = re.compile(r"最后|后[面一]|晚的|晚点|末")
A_PLACE = re.compile(r"[那这][一个]?[场个次期]|刚才|第\s*[一二三四五六七八九十\d]|就它")


def pick(hearing: Hearing) -> str | None:
    """Read a choice: an id, `@date|time`, `#2` (the second), `#-1` (the last), `d4` (the one on a 4th)."""
    found = AN_ID.search(hearing.text)
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
    return "#1" if THE_FIRST.search(text) else "#-1" if _LAST.search(text) else None


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
    turn.memory.recent["events_at"] = turn.now.isoformat()
    turn.memory.recent.pop("session", None)


def just_seen(turn: Turn) -> list[str]:
    """Return the ids of the sessions listed a moment ago, nothing once the list is old."""
    at = str(turn.memory.recent.get("events_at") or "")
    fresh = at and turn.now - datetime.fromisoformat(at) <= STILL_SEEN
    return [str(key) for key in turn.memory.recent.get("events") or []] if fresh else []


def in_hand(turn: Turn) -> list[str]:
    """Return the ids of the session, or the sessions, spoken of last."""
    one = turn.memory.recent.get("session")
    return [str(one)] if one else list(turn.memory.recent.get("events") or [])


def beyond(said: str, count: int) -> str:
    """Return that there is no such place in a list of `count`; `said` is a pointer such as `#3`."""
    listed = f"上面只有 {count} 场" if count > 1 else "上面只有这一场"
    return f"{listed}，没有第 {said.lstrip('#')} 场。"
