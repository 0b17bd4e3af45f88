"""What those who work on the learning loop see and press: lists, details, forms (their sentences: speaking.py)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhiqibot.core.clock import local
from zhiqibot.core.messages import Button, OutboundMessage, card
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Role
from zhiqibot.topics.policies.learning.dialogue import Begin
from zhiqibot.topics.policies.learning.forms import NO_DOCUMENT, GapAnswer, GapNote, ask_note, ask_source
from zhiqibot.topics.policies.learning.model import REASON_LABELS, STATE_LABELS, State
from zhiqibot.topics.policies.learning.service import SHORTEST_ANSWER, GapService, NoSuchGap
from zhiqibot.topics.policies.learning.sources import shown
from zhiqibot.topics.policies.learning.telling import WORDINGS, doubt_line
from zhiqibot.topics.policies.learning.views import GapView

ANSWER_FORM, NOTE_FORM = "policy_gap_answer", "policy_gap_note"
SHOWN = 10
"""Clusters in one list in chat; the command line has them all."""
OFFERED = 3
"""Interpreters offered as buttons."""
_CHANGE = re.compile(r"^(答复|出处)\s*[：:]\s*(.+)$", re.DOTALL)


@dataclass(frozen=True)
class OfficeDesk:
    """The handlers of the working side."""

    gaps: GapService
    topic_titles: Mapping[str, str]
    begin: Begin

    def list(self, turn: Turn) -> Reply:
        """List what waits."""
        found = self.gaps.unfinished(turn.session, turn.speaker, limit=SHOWN)
        if not found:
            return say("目前没有等着办的政策问答缺口。")
        items = [f"第{one.number}个：{self.line(one, turn)}" for one in found]
        buttons = [button(f"看第{one.number}个", f"do:policy_gap:{one.number}") for one in found[:5]]
        text = "\n".join(["政策问答缺口（按问的人数排）：", *items, "点按钮看详情，或者说“第2个交给某某解读”。"])
        return say(text, buttons=buttons)

    def feedback(self, turn: Turn) -> Reply:
        """List what was said of policies that are not carried out."""
        found = self.gaps.feedback(turn.session, turn.speaker)
        if not found:
            return say("目前没有收到“政策落不了地”的反馈。")
        lines = [f"· {self.title_of(card_id)}：{len(said)} 条，最近一条：{said[-1]}" for card_id, said in found[:SHOWN]]
        text = "\n".join([f"有 {len(found)} 项政策收到落地反馈：", *lines, "发“政策问答缺口”可以交给解读员核实。"])
        return say(text, buttons=[button("政策问答缺口", "do:policy_gaps")])

    def title_of(self, card_id: str) -> str:
        """Return the title of a policy; one that is no longer in the corpus says so."""
        fact = self.gaps.sources.corpus.facts.get(card_id)
        return fact.card.title if fact else "（政策库已无此项）"

    def show(self, turn: Turn) -> Reply:
        """Show one with what can be done about it."""
        return self._shown(turn, self.gaps.view(turn.session, turn.speaker, _number(turn.argument)))

    def assign(self, turn: Turn) -> Reply:
        """Assign by button: <number>=<person id>."""
        number, _, to = turn.argument.partition("=")
        return self.give(turn, _number(number), to)

    def approve(self, turn: Turn) -> Reply:
        return self.pass_on(turn, _number(turn.argument))

    def answer(self, turn: Turn) -> Reply:
        return self.open_answer(turn, _number(turn.argument), "")

    def send_back(self, turn: Turn) -> Reply:
        return self.open_note(turn, "back")

    def dismiss(self, turn: Turn) -> Reply:
        return self.open_note(turn, "drop")

    # -- forms --------------------------------------------------------------------------------------------------

    def answer_aside(self, turn: Turn) -> Reply | None:
        """Take whatever is written as the answer or its source: it speaks of policies, and may sound like a question."""
        form, said = turn.open_form, turn.text.strip()
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
        view = self.gaps.view(turn.session, turn.speaker, given.number)
        source = self.gaps.sources.read(given.source)
        doubts = self.gaps.sources.doubts(given.answer, source)
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
        self.gaps.answer(turn.session, turn.speaker, given.number, given.answer, given.source, turn.now)
        return say(f"第{given.number}个的答复已提交助企办审定，通过后会告诉提问的企业；退回修改时我会通知您。")

    def note_aside(self, turn: Turn) -> Reply | None:
        """Take whatever is written as the reason."""
        form, said = turn.open_form, turn.text.strip()
        if form.asked != "note" or len(said) < SHORTEST_ANSWER:
            return None
        turn.memory.form = None
        return self.noted(turn, GapNote(int(form.values["number"]), str(form.values["action"]), said))

    def noted(self, turn: Turn, given: GapNote) -> Reply:
        """Send back, or dismiss."""
        if given.action == "back":
            view = self.gaps.send_back(turn.session, turn.speaker, given.number, given.note, turn.now)
            return say(f"第{given.number}个已退回{view.interpreter}修改，改好后会再请您审定。")
        told = self.gaps.dismiss(turn.session, turn.speaker, given.number, given.note, turn.now)
        then = f"已把原因告诉 {told} 位提问人。" if told else "没有写原因，不另行通知提问人。"
        return say(f"第{given.number}个已关闭，不作答复。{then}")

    # -- helpers ------------------------------------------------------------------------------------------------

    def line(self, view: GapView, turn: Turn) -> str:
        """Write a cluster in one line."""
        days = (local(turn.now).date() - local(view.opened_at).date()).days
        who = f"，{view.interpreter}" if view.interpreter else ""
        reasons = "、".join(REASON_LABELS[reason] for reason, _ in view.reasons)
        return f"{view.example}（{view.people}人问，{reasons}，{days}天，{STATE_LABELS[view.state]}{who}）"

    def explains(self, turn: Turn) -> bool:
        return any(one.person == turn.speaker.person_id for one in self.gaps.interpreters.everyone)

    def give(self, turn: Turn, number: int, to: str) -> Reply:
        view = self.gaps.assign(turn.session, turn.speaker, number, to, turn.now)
        return say(f"第{number}个已交{view.interpreter}解读，已通知本人；答复后会请您审定。")

    def pass_on(self, turn: Turn, number: int) -> Reply:
        told = self.gaps.approve(turn.session, turn.speaker, number, turn.now)
        return say(f"第{number}个已审定通过，已告知 {told} 位提问人（免打扰时段顺延）；以后有人问，就照这个答复。")

    def open_answer(self, turn: Turn, number: int, answer: str) -> Reply:
        view = self.gaps.view(turn.session, turn.speaker, number)
        if view.state not in (State.ASSIGNED, State.DRAFTED):
            return self._shown(turn, view)
        known: dict[str, object] = {"number": number}
        if answer:
            known["answer"] = answer
        head = [] if answer else [say(f"第{number}个：{view.example}")]
        return [*head, *self.begin(turn, ANSWER_FORM, turn.text, known)]

    def open_note(self, turn: Turn, action: str, number: int | None = None) -> Reply:
        """Ask for the reason why an answer is sent back, or a question not answered."""
        number = number or _number(turn.argument)
        self.gaps.view(turn.session, turn.speaker, number)
        opened = self.begin(turn, NOTE_FORM, turn.text, {"number": number, "action": action})
        what = "退回修改" if action == "back" else "不作答复，写明的原因会告诉提问的人"
        return [say(f"第{number}个：{what}。"), *opened]

    def _shown(self, turn: Turn, view: GapView) -> Reply:
        fields = [
            ("问题", view.example),
            ("其他问法", "；".join(view.wordings[:WORDINGS])),
            ("卡在哪里", "；".join(view.reports[:WORDINGS])),
            ("方面", self.topic_titles.get(view.topic, "其他")),
            ("情况", f"{view.people} 人问过 {view.times} 次，{STATE_LABELS[view.state]}"),
            ("解读员", view.interpreter),
            ("答复", view.answer),
            ("出处", shown(self.gaps.sources.read(view.source), view.signature) if view.answer else ""),
            ("请核对", doubt_line(self.gaps.sources.read(view.source), view.doubts)),
            ("备注", view.note),
        ]
        return say("", card=card(f"政策问答缺口第{view.number}个", fields), buttons=self._buttons(turn, view))

    def _buttons(self, turn: Turn, view: GapView) -> Sequence[Button]:
        if turn.speaker.role != Role.OFFICE:
            open_ = view.state in (State.ASSIGNED, State.DRAFTED)
            return [button("去答复", f"do:policy_gap_answer:{view.number}", primary=True)] if open_ else []
        if view.state is State.DRAFTED:
            return [
                button("通过", f"do:policy_gap_pass:{view.number}", primary=True),
                button("退回修改", f"do:policy_gap_back:{view.number}"),
                button("不作答复", f"do:policy_gap_drop:{view.number}", danger=True),
            ]
        if view.state in (State.ANSWERED, State.DISMISSED):
            return []
        fitting = self.gaps.interpreters.for_topic(view.topic)[:OFFERED]
        give = [button(f"交给{one.name}", f"do:policy_gap_to:{view.number}={one.person}") for one in fitting]
        return [*give, button("不作答复", f"do:policy_gap_drop:{view.number}", danger=True)]


def _number(said: str) -> int:
    if not said.isdecimal() or len(said) > 6:
        raise NoSuchGap(number=said[:6] or "？")
    return int(said)


def register(router: Router, desk: OfficeDesk) -> None:
    """Register the buttons, the forms and the sentences of the working side."""
    for action, handle in (
        ("policy_gaps", desk.list),
        ("policy_gap", desk.show),
        ("policy_gap_to", desk.assign),
        ("policy_gap_pass", desk.approve),
        ("policy_gap_back", desk.send_back),
        ("policy_gap_drop", desk.dismiss),
        ("policy_gap_answer", desk.answer),
    ):
        router.press(action)(handle)
    router.form(
        ANSWER_FORM,
        GapAnswer,
        title="答复政策问题",
        resolve=ask_source,
        aside=desk.answer_aside,
        confirm=desk.confirm,
        needs_identity=True,
    )(desk.answered)
    router.form(
        NOTE_FORM, GapNote, title="政策问答缺口处理", resolve=ask_note, aside=desk.note_aside, needs_identity=True
    )(desk.noted)
