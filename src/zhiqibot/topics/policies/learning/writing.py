"""What those who work on the learning loop write: an answer with its source, the reason why one is not passed."""

import re
from dataclasses import dataclass

from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.topics.policies.learning import phrases
from zhiqibot.topics.policies.learning.forms import NO_DOCUMENT, GapAnswer, GapNote, ask_note, ask_source
from zhiqibot.topics.policies.learning.office import ANSWER_FORM, NOTE_FORM, OfficeDesk
from zhiqibot.topics.policies.learning.service import SHORTEST_ANSWER
from zhiqibot.topics.policies.learning.telling import doubt_line

_CHANGE = re.compile(r"^(答复|出处)\s*[：:]\s*(.+)$", re.DOTALL)


@dataclass(frozen=True)
class Writing:
    """The handlers of the two forms."""

    desk: OfficeDesk

    def answer_aside(self, turn: Turn) -> Reply | None:
        """Take whatever is written as the answer or its source: it speaks of policies, and may sound like a question."""
        form, said = turn.open_form, turn.text.strip()
        if ordered := self._ordered(turn):
            return ordered
        changed = _CHANGE.match(said) if not form.asked else None
        field = {"答复": "answer", "出处": "source"}[changed[1]] if changed else form.asked
        value = changed[2].strip() if changed else said
        if field not in ("answer", "source") or len(value) < SHORTEST_ANSWER:
            return None
        form.values[field] = value
        ask = ask_source(turn, form.values)
        form.asked = ask.field if ask else ""
        return ask.message if ask else self.confirm(turn, GapAnswer(**form.values))

    def confirm(self, turn: Turn, given: GapAnswer) -> OutboundMessage:
        """Show the answer as it will be sent to the office."""
        view = self.desk.gaps.view(turn.session, turn.speaker, given.number)
        source = self.desk.gaps.sources.read(given.source)
        doubts = self.desk.gaps.sources.doubts(given.answer, source)
        fields = [
            ("问题", view.example),
            ("答复", given.answer),
            ("出处", source.text or NO_DOCUMENT),
            ("请核对", doubt_line(source, doubts)),
        ]
        buttons = [button("提交审定", "yes", primary=True), button("修改", "no"), button("取消", "cancel", danger=True)]
        return say(
            "请核对，提交后由助企办审定；要改就发“答复：……”或“出处：……”：",
            card=card(f"第{given.number}个", fields),
            buttons=buttons,
        )

    def answered(self, turn: Turn, given: GapAnswer) -> Reply:
        """Hand the answer in."""
        self.desk.gaps.answer(turn.session, turn.speaker, given.number, given.answer, given.source, turn.now)
        return say(f"第{given.number}个的答复已提交助企办审定，通过后会告诉提问的企业；退回修改时我会通知您。")

    def note_aside(self, turn: Turn) -> Reply | None:
        """Take whatever is written as the reason."""
        form, said = turn.open_form, turn.text.strip()
        if ordered := self._ordered(turn):
            return ordered
        if form.asked != "note" or len(said) < SHORTEST_ANSWER:
            return None
        turn.memory.form = None
        return self.desk.noted(turn, GapNote(int(form.values["number"]), str(form.values["action"]), said))

    def _ordered(self, turn: Turn) -> Reply | None:
        """While a reason or an answer is waited for, “第1个详情” is shown, and no other order is taken for it."""
        form = turn.open_form
        number = phrases.asks_to_show(turn.text)
        wanted = "答复" if form.intent == ANSWER_FORM else "原因"
        if not number and not phrases.is_order(turn.text):
            return None
        waits = f"第{form.values['number']}个的{wanted}还没有写完：接着写就行，不办了请回复“取消”。"
        if not number:
            return say(f"这一句没有当作{wanted}，也还没有办。{waits}")
        shown = self.desk.shown(turn, self.desk.gaps.view(turn.session, turn.speaker, number))
        return [shown.model_copy(update={"buttons": ()}), say(waits)]


def register(router: Router, desk: OfficeDesk) -> None:
    """Register the forms."""
    writing = Writing(desk)
    router.form(
        ANSWER_FORM,
        GapAnswer,
        title="答复政策问题",
        resolve=ask_source,
        aside=writing.answer_aside,
        confirm=writing.confirm,
        needs_identity=True,
    )(writing.answered)
    router.form(
        NOTE_FORM, GapNote, title="政策问答缺口处理", resolve=ask_note, aside=writing.note_aside, needs_identity=True
    )(desk.noted)
