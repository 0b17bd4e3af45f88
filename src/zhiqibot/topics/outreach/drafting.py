"""The draft of a broadcast on the table, and the one sent last: edited, counted, dropped, asked about."""

import re
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.dialogue import dropped
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Role
from zhiqibot.topics.outreach import editing, wording
from zhiqibot.topics.outreach.broadcasting import Broadcast, Broadcasting

LONGEST_DROP = 6
_BROADCAST = re.compile(r"通知|刚才|刚刚|群发|那条|停发|别发了|停止")


@dataclass(frozen=True)
class Drafting:
    """Takes what the form of a broadcast would misread as an audience."""

    broadcasting: Broadcasting

    def aside(self, turn: Turn) -> Reply | None:
        """Take what is said about the draft: the text is edited and the audience kept, or the other way round."""
        form, said = turn.open_form, turn.text.strip()
        values = form.values
        last = turn.memory.recent.get("broadcast")
        if editing.drops(said):
            dropped.keep(turn.memory, form)
            turn.memory.form = None
            return say("好的，没有发送，这份通知作废。要重新发，随时说“发通知”。")
        if wording.asks_progress(said) or (wording.recalls(said) and len(said) > LONGEST_DROP):
            recall = wording.recalls(said)
            if last is None:
                return say("眼前这份通知还没有发出去，等您确认。", buttons=self._table(turn))
            return [
                self.broadcasting.ask_stop(turn, last) if recall else self.broadcasting.show(turn, last),
                say("手上这份通知还等您确认。"),
            ]
        if editing.asks_how_many(said) and values.get("audience"):
            preview = self.broadcasting.preview(turn, values) if values.get("content") else None
            if preview:
                many = f"{preview.enterprises} 家企业、{len(preview.recipients)} 人"
                return say(f"发给{preview.audience_text}，共 {many}。", buttons=self._table(turn))
        if editing.asks_how_many(said) and not values.get("content"):
            return self._count(turn, f"{values.get('command') or ''} {said}")
        only_people = len(said) <= editing.LONGEST_AUDIENCE and not editing.tells(said)
        if form.asked == "content" and only_people and self._people_said(turn, said):
            values["command"] = said
            return say("好的，对象记下了。通知的内容是什么？")
        return self._edit(turn, said) if not form.asked or self._edits(turn, said) else None

    def _count(self, turn: Turn, said: str) -> Reply:
        """Answer how many, while the text is still to come."""
        audiences = self.broadcasting.broadcasts.audiences
        audience = audiences.read(turn.session, said)
        if not audience.known:
            return say("要先知道发给谁才数得出来，比如“全部企业”“规上企业”“助企干部”。")
        count, named = len(audiences.people(turn.session, audience)), audiences.describe(turn.session, audience)
        return say(f"{named}现在有 {count} 人。通知的内容是什么？直接发给我。")

    def _edits(self, turn: Turn, said: str) -> bool:
        """Tell whether the text is meant while the audience is asked for."""
        form = turn.open_form
        content = form.values.get("content") or ""
        change = editing.read(said, content, local(turn.now)) if form.asked == "command" else None
        return bool(change and change.content)

    def _edit(self, turn: Turn, said: str) -> Reply | None:
        form = turn.open_form
        values = form.values
        change = editing.read(said, str(values.get("content") or ""), local(turn.now))
        if change is None:
            return None
        if change.content:
            values["content"] = change.content
        elif self._people_said(turn, change.audience):
            values["command"] = change.audience
        elif change.unclear:
            text = "要改哪一处？可以说“把10点改成9点半”“内容改成……”“只发给规上企业”，对象和内容都先为您留着。"
            return say(text, buttons=self._table(turn))
        else:
            return None
        ask = self.broadcasting.resolve(turn, values)
        form.asked = ask.field if ask else ""
        if ask is None:
            return self.broadcasting.confirm(turn, Broadcast())
        changed = f"好的，内容改好了：{values['content']}\n" if change.content else ""
        return ask.message.model_copy(update={"text": f"{changed}{ask.message.text}"})

    def _people_said(self, turn: Turn, said: str) -> bool:
        """Tell whether the words name people, and nothing is asked."""
        return (
            "?" not in said
            and "？" not in said
            and self.broadcasting.broadcasts.audiences.read(turn.session, said).known
        )

    def _table(self, turn: Turn) -> list[Any]:
        return (
            [button("确认发送", "yes", primary=True), button("取消", "cancel", danger=True)]
            if self._ready(turn)
            else []
        )

    def _ready(self, turn: Turn) -> bool:
        form = turn.memory.form
        return form is not None and not form.asked

    def after(self, turn: Turn) -> Reply | None:
        """“发出去了没”, “撤回刚才那条” speak of the broadcast sent last."""
        last, said = turn.memory.recent.get("broadcast"), turn.text.strip()
        if last is None or turn.memory.form or turn.speaker.role != Role.OFFICE:
            return None
        if wording.asks_progress(said):
            return self.broadcasting.show(turn, str(last))
        return (
            self.broadcasting.ask_stop(turn, str(last)) if wording.recalls(said) and _BROADCAST.search(said) else None
        )
