"""What those who work on the learning loop see and press: lists, details, decisions (their forms: writing.py)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhiqibot.core.clock import local
from zhiqibot.core.messages import Button, OutboundMessage, card
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Role
from zhiqibot.topics.policies.learning.dialogue import Begin
from zhiqibot.topics.policies.learning.forms import GapNote
from zhiqibot.topics.policies.learning.model import REASON_LABELS, STATE_LABELS, State
from zhiqibot.topics.policies.learning.service import GapService, NoSuchGap, UnsupportedFigures
from zhiqibot.topics.policies.learning.sources import shown
from zhiqibot.topics.policies.learning.telling import WORDINGS, doubt_line
from zhiqibot.topics.policies.learning.views import GapView

ANSWER_FORM, NOTE_FORM = "policy_gap_answer", "policy_gap_note"
SHOWN = 10
"""Clusters in one list in chat; the command line has them all."""
CHECKED = "checked"
"""Of the button that passes an answer in spite of its figures."""
OFFERED = 3
"""Interpreters offered as buttons."""
RECENT, LATELY = "policy_gaps", timedelta(minutes=30)
"""When gaps were spoken of last in a conversation, and how long “第1个” means one of them."""


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
        self._speak_of(turn)
        items = [f"第{one.number}个：{self.line(one, turn)}" for one in found]
        buttons = [button(f"看第{one.number}个", f"do:policy_gap:{one.number}") for one in found[:5]]
        number = found[0].number
        office = turn.speaker.role == Role.OFFICE
        then = f"第{number}个交给某某解读" if office else f"答复第{number}个：……"
        text = "\n".join(["政策问答缺口（按问的人数排）：", *items, f"看详情说“第{number}个详情”，要办就说“{then}”。"])
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
        return self.details(turn, _number(turn.argument))

    def details(self, turn: Turn, number: int) -> Reply:
        self._speak_of(turn)
        return self.shown(turn, self.gaps.view(turn.session, turn.speaker, number))

    def spoken_of(self, turn: Turn, number: int) -> bool:
        """Tell whether “第1个” means a gap: they were spoken of lately, or it waits, and nothing else was listed."""
        listed = Counter(":".join(value.split(":")[:2]) for _, value in turn.memory.choices if value.count(":") > 1)
        if any(times > 1 and not kind.startswith("do:policy_gap") for kind, times in listed.items()):
            return False
        since = turn.memory.recent.get(RECENT)
        if since and turn.now - datetime.fromisoformat(since) <= LATELY:
            return True
        return any(one.number == number for one in self.gaps.unfinished(turn.session, turn.speaker))

    def _speak_of(self, turn: Turn) -> None:
        turn.memory.recent[RECENT] = turn.now.isoformat()

    def assign(self, turn: Turn) -> Reply:
        """Assign by button: <number>=<person id>."""
        number, _, to = turn.argument.partition("=")
        return self.give(turn, _number(number), to)

    def approve(self, turn: Turn) -> Reply:
        """Approve by button: <number>, or <number>=checked."""
        number, _, checked = turn.argument.partition("=")
        return self.pass_on(turn, _number(number), figures_checked=checked == CHECKED)

    def answer(self, turn: Turn) -> Reply:
        return self.open_answer(turn, _number(turn.argument), "")

    def send_back(self, turn: Turn) -> Reply:
        return self.open_note(turn, "back")

    def dismiss(self, turn: Turn) -> Reply:
        return self.open_note(turn, "drop")

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

    def pass_on(self, turn: Turn, number: int, *, figures_checked: bool = False) -> Reply:
        """Approve; figures that no source supports are shown first, and pass on a second, explicit word only."""
        try:
            told = self.gaps.approve(turn.session, turn.speaker, number, turn.now, figures_checked=figures_checked)
        except UnsupportedFigures as refused:
            buttons = [
                button("退回修改", f"do:policy_gap_back:{number}", primary=True),
                button("数字已核实，通过", f"do:policy_gap_pass:{number}={CHECKED}", danger=True),
            ]
            return say(str(refused), buttons=buttons)
        kept = "您确认数字已核实，已一并记录。" if figures_checked else ""
        return say(
            f"第{number}个已审定通过，已告知 {told} 位提问人（免打扰时段顺延）；以后有人问，就照这个答复。{kept}"
        )

    def open_answer(self, turn: Turn, number: int, answer: str) -> Reply:
        view = self.gaps.view(turn.session, turn.speaker, number)
        if view.state not in (State.ASSIGNED, State.DRAFTED):
            return self.shown(turn, view)
        known: dict[str, object] = {"number": number}
        if answer:
            known["answer"] = answer
        head = [] if answer else [say(f"第{number}个：{view.example}")]
        return [*head, *self.begin(turn, ANSWER_FORM, turn.text, known)]

    def open_note(self, turn: Turn, action: str, number: int | None = None) -> Reply:
        """Ask for the reason why an answer is sent back, or a question not answered."""
        number = number or _number(turn.argument)
        self.gaps.check_open(turn.session, turn.speaker, number, drafted=action == "back")
        opened = self.begin(turn, NOTE_FORM, turn.text, {"number": number, "action": action})
        what = "退回修改" if action == "back" else "不作答复，写明的原因会告诉提问的人"
        return [say(f"第{number}个：{what}。"), *opened]

    def shown(self, turn: Turn, view: GapView) -> OutboundMessage:
        """Write one with everything known of it and what can be done."""
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
    """Register the buttons of the working side."""
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
