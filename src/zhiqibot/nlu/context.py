"""What surrounds a message: who speaks, and what the bot has just asked. “3” or “好的” mean nothing without it."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import numpy as np

from zhiqibot.content.intents import OUT_OF_SCOPE, IntentContent
from zhiqibot.nlu.chinese_time import TimeMention, WorkdayCalendar, find_times
from zhiqibot.nlu.model import Floats, Scores

NEVER: Final = np.float32(-1e4)
SHORT_ANSWER: Final = 10  # characters; longer answers speak for themselves
_MARKS: Final = re.compile(r"[\s,。!?;:~…、.]+")
_EXPECTED: Final = {
    "confirm": {"affirm": 2.5, "deny": 2.5, "cancel": 1.5},
    "score": {"rate_ticket": 3.0},
}
_STAFF_BONUS: Final = np.float32(1.0)
"""Cadres and office clerks mostly mean what only they can mean."""
_ALWAYS_POSSIBLE: Final = {"cancel": 0.5, "deny": 0.5}
_TOLD_BEFORE: Final = re.compile(
    r"\d{3}|上次|上回|之前|那件|那个|报[的过了]|工单|诉求|反映[的过了]|催|承诺|答应|还没|咋还|怎么还|几天了"
)
_BARE_DAY: Final = re.compile(r"(?:那就|就|选|第)?([12]?\d|3[01])(?:那[天场])?[吧呗。!]*")
_BARE_HOUR: Final = re.compile(r"(?:那就|就)?(早上|上午|下午|晚上)?([01]?\d|2[0-3])[吧呗。!]*")


class Context:
    """Weighs the model's scores with role and question."""

    def __init__(self, content: IntentContent, intents: tuple[str, ...], alarming: Callable[[str], bool]) -> None:
        places = {name: place for place, name in enumerate(intents)}
        self._barred = {
            role: np.array(
                [place for name, place in places.items() if name not in content.allowed(role)], dtype=np.intp
            )
            for role in ("enterprise", "cadre", "office")
        }
        self._alarming = alarming
        self._report, self._urge = places.get("report_issue"), places.get("urge_ticket")
        everyone = content.allowed("enterprise")
        own = np.array([0.0 if name in everyone else _STAFF_BONUS for name in intents], dtype=np.float32)
        self._own = {"cadre": own, "office": own}
        self._bonus = {asked: _bonus(wanted, places) for asked, wanted in _EXPECTED.items()}
        self._other_bonus = _bonus(_ALWAYS_POSSIBLE, places)
        lists = content.lists
        self._short: dict[str, int] = {}
        for name, words in (("affirm", lists.yes), ("deny", lists.no), ("cancel", lists.cancel)):
            if name in places:
                self._short.update((_MARKS.sub("", word.lower()), places[name]) for word in words if word.strip("?？"))

    def weigh(self, scores: Scores, text: str, role: str, asked: str | None) -> Floats:
        """Return the intents' scores for this speaker at this point of the conversation."""
        weighed = scores.intents.copy()
        if asked and len(text) <= SHORT_ANSWER:
            weighed += self._bonus.get(asked, self._other_bonus)
            place = self._short.get(_MARKS.sub("", text))
            if place is not None and asked != "score":
                weighed[place] += 6.0
        if self._first_alarm(weighed, text):
            weighed[self._report] = weighed[self._urge] + 1.0
        if role in self._own:
            weighed += self._own[role]
        weighed[self._barred.get(role, self._barred["enterprise"])] = NEVER
        return weighed

    def _first_alarm(self, weighed: Floats, text: str) -> bool:
        """“水管爆了，赶紧派人” hurries nobody: nothing was reported before, so it is the report."""
        if self._report is None or self._urge is None or int(weighed.argmax()) != self._urge:
            return False
        return self._alarming(text) and not _TOLD_BEFORE.search(text)

    @staticmethod
    def bare_time(text: str, asked: str | None, now: datetime, workdays: WorkdayCalendar) -> list[TimeMention]:
        """Read “12” as the 12th when a day was asked, “7” or “晚上7” as an hour when a time was."""
        day, hour = _BARE_DAY.fullmatch(text), _BARE_HOUR.fullmatch(text)
        if asked == "date" and day:
            return find_times(f"{day[1]}号", now, workdays=workdays, prefer="future")
        if asked == "time" and hour:
            return find_times(f"{hour[1] or ''}{hour[2]}点", now, workdays=workdays, prefer="future")
        return []


def _bonus(wanted: dict[str, float], places: dict[str, int]) -> Floats:
    bonus: Any = np.zeros(len(places), dtype=np.float32)
    for name, value in wanted.items():
        if name in places and name != OUT_OF_SCOPE:
            bonus[places[name]] = value
    return bonus  # type: ignore[no-any-return]
