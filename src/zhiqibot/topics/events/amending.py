"""What a person changes while the booking form is open: another day, event or session, how many, the subject."""

import re
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.dialogue.turn import OpenForm, Turn
from zhiqibot.topics.events import readers, subjects, wording
from zhiqibot.topics.events.choosing import Choosing, forget
from zhiqibot.topics.events.corrections import asks_for_another, beside, changes, for_another_firm
from zhiqibot.topics.events.headcount import Change, change_of, odd_count
from zhiqibot.topics.events.model import SEATS_PER_ENTERPRISE, EventSession
from zhiqibot.topics.events.pointing import pointer
from zhiqibot.topics.events.several import Several

NOT_BY_NAME = "报名只记人数，不记姓名，换谁去都行。"
"""What is said when others come in somebody's place."""
_CLOCK = re.compile(
    r"(?:那|有|改|换|成|到)*(?:[早晚]上|上午|下午)?(?:\d{1,2}|[一二两三四五六七八九十]{1,3})[点:：]半?(?:的|有)?[呢吗没]?[有]?[?？]*"
)
_ANY_KIND = re.compile(r"有的|有啥报啥|有什么报什么|那天的?(?:别的|其他)?")
_LATE, _EARLY = re.compile(r"晚上|傍晚|下午|夜里"), re.compile(r"早上|早晨|清早|上午|一早")
_NOON = "12:00"


def other_part_of_day(said: str, clock: str) -> bool:
    """Tell whether a sentence names another half of the day than the session's."""
    text = re.sub(r"早餐会|晚茶会", "", said)
    return bool((_LATE if clock < _NOON else _EARLY).search(text)) and not (_LATE.search(text) and _EARLY.search(text))


@dataclass(frozen=True)
class Amending:
    """Changes the values of an open booking form by one sentence."""

    choosing: Choosing

    @property
    def several(self) -> Several:
        return Several(self.choosing.events)

    def amend(self, turn: Turn, form: OpenForm) -> str | None:
        """Change the form's values; return what to say before the next question, None for what is not for it."""
        said, choosing = turn.text.strip(), form.asked == "session_id"
        if self.choosing.no_day_of(turn):
            return ""  # asked about when the session is looked up
        if readers.asks_if_fine(said) and form.asked in ("", "session_id"):
            return "可以的。"
        if form.asked not in ("", "session_id", "attendees"):
            return None
        lead = self._people(turn, form)
        if lead is None and (choosing or not form.asked):
            lead = self._session(turn, form.values, choosing=choosing)
        return self._subject(turn, form.values) if lead is None and not form.asked else lead

    # -- how many -----------------------------------------------------------------------------------------------

    def _people(self, turn: Turn, form: OpenForm) -> str | None:
        values, said = form.values, turn.text.strip()
        if odd_count(said) and not re.fullmatch(r"\d", said):
            one = self._chosen(turn, values)
            most = one.seats_per_enterprise if one else SEATS_PER_ENTERPRISE
            return f"参加人数请说 1 到 {most} 之间的整数。"
        if for_another_firm(said):
            return "这里只能替贵公司报；别的企业请他们的联系人自己来报，或者由包联干部代报。"
        change = change_of(said, open_form=form.asked != "attendees")
        if change is None and form.asked == "session_id":
            change = self._beside_the_choice(turn)
        return None if change is None else self._counted(values, change)

    def _beside_the_choice(self, turn: Turn) -> Change | None:
        """“给我们安排三个人” to the question which session tells how many, and no session."""
        people, said = int(turn.slots.get("attendees") or 0), turn.text.strip()
        points = pointer(said, turn.slots, local(turn.now).date()) or readers.kind_of(said)
        return None if points or people < 1 or self.choosing.day_said(turn) else Change(to=people)

    def _counted(self, values: dict[str, Any], change: Change) -> str:
        if change.swapped:
            return NOT_BY_NAME
        count = change.of(int(values.get("attendees") or 1))
        if count < 1:
            return "这样就没有人去了。人数先照原来的；整个不报了请回复“取消”。"
        values["attendees"] = values["told"] = count
        return f"好的，{count} 位。"

    # -- which session ------------------------------------------------------------------------------------------

    def _session(self, turn: Turn, values: dict[str, Any], *, choosing: bool) -> str | None:
        said, before = turn.text.strip(), dict(values)
        if choosing:
            values.pop("session_id", None)
            if self.several.take(turn, values):
                return ""
            values.update(before)
        else:
            found = self._beside(turn, values, said)
            if found is not None or self.several.instead(turn, values):
                return found or ""
        if changed := changes(said, turn.slots, choosing=choosing, values=values):
            self.choosing.another(turn, values, day=changed[0], kind=changed[1])
            return ""
        day = self.choosing.day_said(turn)
        if day and (choosing or day != values.get("date")):
            return self._on(values, day, said, choosing=choosing)
        return None if choosing else self._clock(turn, values, said)

    def _on(self, values: dict[str, Any], day: str, said: str, *, choosing: bool) -> str:
        kind = "" if choosing and _ANY_KIND.search(said) else str(values.get("event_kind") or "")
        forget(values)
        values |= {"event_kind": readers.kind_of(said) or kind, "date": day}
        return ""

    def _beside(self, turn: Turn, values: dict[str, Any], said: str) -> str | None:
        """“下一场呢”, “还是第一场”: another session of the same kind, or the one chosen before."""
        now = self._chosen(turn, values)
        if now is None:
            return None
        one = beside(said, now, str(values.get("was") or ""), self.choosing.of_kind(turn, now))
        if one is None:
            return f"{now.title}没有别的场次了，还是这一场。" if asks_for_another(said) else None
        if one.id == now.id:
            return "好的，还是这一场。"
        forget(values)
        values |= {"was": now.id, "session_id": one.id, "date": one.day.isoformat()}
        return ""

    def _clock(self, turn: Turn, values: dict[str, Any], said: str) -> str | None:
        """“那9点呢”: another hour of the day that is chosen, if there is one."""
        now = self._chosen(turn, values)
        if now is None or not _CLOCK.fullmatch(said):
            return None
        clock = str(turn.slots.get("time") or "")
        same_day = [one for one in self.choosing.of_kind(turn, now) if one.day == now.day]
        other = next((one for one in same_day if one.clock == clock and one.id != now.id), None)
        if other:
            values["session_id"] = other.id
            return ""
        return f"{wording.day_text(now.day)}的{now.title}只有 {'、'.join(one.clock for one in same_day)} 这一场。"

    def _chosen(self, turn: Turn, values: dict[str, Any]) -> EventSession | None:
        key = str(values.get("session_id") or "")
        return self.choosing.events.find(turn.session, key) if key else None

    # -- the subject --------------------------------------------------------------------------------------------

    def _subject(self, turn: Turn, values: dict[str, Any]) -> str | None:
        said = turn.text.strip()
        new = subjects.changed(said)
        if new is not None:
            values["subject"] = new
            return "" if new else "好的，不写议题。"
        if told := subjects.matter(said):
            values["subject"] = told
            return ""
        if not values.get("subject") and (told := subjects.bare(turn)):
            values["subject"] = told
            return f"好的，议题记为“{told}”。要单独登记成诉求，报完名再说“反映问题”就行。"
        return None
