"""取消、改期场次 by chat, for the office: “12月4号的早餐会取消”, “4号那场改到8号早上8点”."""

import re
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812  (the form has a field of that name)
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.dialogue.forms import Ask, from_slot, question
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Role
from zhiqibot.nlu.chinese_time.api import find_times
from zhiqibot.topics.events import wording
from zhiqibot.topics.events.hours import end_said
from zhiqibot.topics.events.model import EventSession
from zhiqibot.topics.events.readers import kind_of
from zhiqibot.topics.events.service import EventService
from zhiqibot.topics.events.sessions import SessionChanges

INTENT = "rearrange_session"
"""The form the office's “取消”“改期” of a session opens."""
KEPT = "好的，这一场照常举办，什么都没有动。"
MOST_CHOICES = 8
_TO = re.compile(r"(?:改期?|挪|推迟|延期?|提前|调整?|移|换)(?:到|成|至|为)")
_THAT_ONE = re.compile(r"[那这]一?场|对接会")
_CALLS_OFF = re.compile(
    r"(?:早餐会|晚茶会|大讲堂|服务日|对接会|[那这]一?场).{0,4}(?:不办|不开|停办|停开|取消|作废)(?:了|吧|掉|$)"
)
_TICKET = re.compile(r"(?<!\d)0\d{3}(?!\d)|zq\d", re.IGNORECASE)
_OWN = re.compile(r"我的|我报|我约|报名|预约|订的")


@dataclass(frozen=True)
class Rearrangement:
    """Which session; without a day it is called off."""

    session: str = question("", read=lambda _: None, label="场次", default="")
    kind: str = question("", read=from_slot("event_kind"), label="活动", default="")
    day: str = question("", read=lambda _: None, label="日期", default="")
    time: str = question("", read=lambda _: None, label="时间", default="")
    until: str = question("", read=lambda _: None, label="结束时间", default="")


@dataclass(frozen=True)
class Rearranger:
    """The handlers."""

    events: EventService
    changes: SessionChanges

    def means(self, turn: Turn) -> str | None:
        """What an enterprise does with its booking, the office does with the session."""
        if turn.speaker.role != Role.OFFICE or _OWN.search(turn.text):
            return None
        if _TICKET.search(turn.text):
            return None
        of_sessions = turn.act.intent in ("cancel_booking", "reschedule_booking")
        named = kind_of(turn.text) or _THAT_ONE.search(turn.text) or self._day(turn, turn.text)
        return INTENT if (of_sessions and named) or _CALLS_OFF.search(turn.text) else None

    def aside(self, turn: Turn) -> Reply | None:
        """“改到12月8号早上8点”, said when asked whether to call it off, puts it off instead."""
        values = turn.open_form.values
        if not values.get("session") or not _TO.search(turn.text):
            return None
        self._read_new(turn, values)
        if not values.get("day"):
            return say("要改到哪一天、几点？比如“改到12月8日上午8点”。")
        turn.open_form.asked = ""
        return self.confirm(turn, Rearrangement(values["session"], "", values["day"], values["time"], values["until"]))

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the session and, where it is put off, the new day. Raises Conflict when none fits."""
        if values.get("session"):
            return None
        old = _TO.split(turn.text)[0]
        day = self._day(turn, old)
        found = self.events.upcoming(turn.session, turn.now, kind=values.get("kind") or None, start=day, end=day)
        if not found:
            raise Conflict(
                reason="没有找到这一场。请说清日期和活动，例如“12月4号的早餐会取消”；发“活动安排”可以看全部场次。"
            )
        self._read_new(turn, values)
        if len(found) == 1:
            values["session"] = found[0].id
            return None
        buttons = [button(wording.name(one), f"set:session={one.id}") for one in found[:MOST_CHOICES]]
        return Ask(
            "session", say("是哪一场？", items=[wording.name(one) for one in found[:MOST_CHOICES]], buttons=buttons)
        )

    def confirm(self, turn: Turn, form: Rearrangement) -> OutboundMessage:
        """Say how many people are concerned."""
        one = self.events.find(turn.session, form.session)
        people = len(self.changes.held(turn.session, one))
        told = f"已报名的 {people} 人会马上收到通知" if people else "目前还没有人报名"
        if form.day:
            to = f"{wording.day_text(Day.fromisoformat(form.day))}{wording.hours(form.time or one.clock, form.until)}"
            text, yes = f"把{wording.name(one)}改到 {to}，{told}，报名继续有效。确认吗？", "确认改期"
        else:
            text, yes = f"取消{wording.name(one)}，{told}，报名一并取消。确认吗？（只改时间就说“改到……”）", "确认取消"
        return say(text, buttons=[button(yes, "yes", primary=True), button("先不动", "cancel")])

    def finish(self, turn: Turn, form: Rearrangement) -> Reply:
        """Do it."""
        one = self.events.find(turn.session, form.session)
        named = wording.name(one)
        if form.day:
            day = Day.fromisoformat(form.day)
            told = self.changes.put_off(turn.session, turn.speaker, one.id, day, form.time, turn.now, until=form.until)
            return say(f"已改期：{named} → {wording.name(one)}。{_told(told)}")
        told = self.changes.call_off(turn.session, turn.speaker, one.id, turn.now)
        return say(
            f"已取消{named}，企业查活动时不会再看到。{_told(told)}", buttons=[button("群发通知", "intent:broadcast")]
        )

    # -- helpers ------------------------------------------------------------------------------------------------

    def _read_new(self, turn: Turn, values: dict[str, Any]) -> None:
        parts = _TO.split(turn.text, maxsplit=1)
        if len(parts) == 1:
            return
        found = find_times(parts[1], local(turn.now), workdays=WorkdayCalendar())
        day = next((one.date for one in found if one.date), None)
        clock = next((one.time for one in found if one.time), None)
        session = self._session_of(turn, values)
        day = day or (session.day if session and clock else None)
        values["day"] = day.isoformat() if day else ""
        values["time"] = f"{clock:%H:%M}" if clock else ""
        values["until"] = (end_said(parts[1], turn.now) or "") if clock else ""

    def _session_of(self, turn: Turn, values: dict[str, Any]) -> EventSession | None:
        return self.events.find(turn.session, values["session"]) if values.get("session") else None

    def _day(self, turn: Turn, text: str) -> Day | None:
        found = find_times(text, local(turn.now), workdays=WorkdayCalendar())
        return next((one.date for one in found if one.date), None)


def _told(people: int) -> str:
    return f"已通知报名的 {people} 人。" if people else "这一场还没有人报名。"
