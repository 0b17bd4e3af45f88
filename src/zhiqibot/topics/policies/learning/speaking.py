"""The sentences of those who work on the learning loop: “政策问答缺口”, “第2个交给张三解读”, “答复第2个：……”, “第2个通过”."""

import re
from dataclasses import dataclass

from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn
from zhiqibot.directory.model import Role
from zhiqibot.nlu.numerals import parse_number
from zhiqibot.topics.policies.learning.forms import GapNote
from zhiqibot.topics.policies.learning.model import State
from zhiqibot.topics.policies.learning.office import ANSWER_FORM, NOTE_FORM, OfficeDesk

_NTH = r"第?\s*(?P<number>\d{1,6}|[一二两三四五六七八九十]{1,3})\s*(?:个|号|条)(?:缺口)?"
_BECAUSE = r"[，,：:。\s]*(?:因为|原因(?:是)?|理由(?:是)?)?[，,：:\s]*(?P<note>.*)$"
_LIST = re.compile(
    r"政策(?:问答)?缺口|(?:没|未)(?:能)?答(?:上来|复|出来)的(?:政策)?问题|答不上来的(?:政策)?问题|哪些(?:政策)?问题(?:没|未)答"
)
_FEEDBACK = re.compile(r"落(?:不了)?地(?:情况)?(?:的)?反馈|落不了地的(?:政策|有)|(?:哪些|什么|哪几项)政策落不了地")
_ASSIGN = re.compile(
    rf"{_NTH}.{{0,4}}?(?:交给|派给|转给|分给|请|让)(?P<to>[\u4e00-\u9fff]{{2,8}}?)(?:来)?(?:解读|答复|回答|解答)"
)
_PASS = re.compile(rf"^(?:{_NTH}(?:的)?(?:答复)?(?:可以)?)?(?:审定|审核)?通过[。！!]?$")
_BACK = re.compile(rf"^{_NTH}(?:的)?(?:答复)?(?:退回|打回)(?:去)?(?:修改|重写|重答)?{_BECAUSE}", re.DOTALL)
_DROP = re.compile(rf"^{_NTH}(?:不(?:作|予|做|用)?答复|不用答|关闭|关掉){_BECAUSE}", re.DOTALL)
_ANSWER = re.compile(rf"^答复{_NTH}\s*[：:，,\s]\s*(?P<answer>.+)$", re.DOTALL)
_SHORTEST_NOTE = 2


@dataclass(frozen=True)
class Speaking:
    """Reads sentences and hands them to the desk."""

    desk: OfficeDesk

    def aside(self, turn: Turn) -> Reply | None:
        """Take the sentences of this work from those who do it; everybody else's are none of ours."""
        office = turn.speaker.role == Role.OFFICE
        form = turn.memory.form
        if (form and form.intent in (ANSWER_FORM, NOTE_FORM)) or not (office or self.desk.explains(turn)):
            return None
        if _LIST.search(turn.text):
            return self.desk.list(turn)
        if not office:
            return None
        if _FEEDBACK.search(turn.text):
            return self.desk.feedback(turn)
        if given := _ASSIGN.search(turn.text):
            return self.desk.give(turn, _number(given), given["to"])
        return self._decision(turn, turn.text.strip())

    def command(self, turn: Turn) -> Reply | None:
        """Take an interpreter's “答复第2个：……”, however long."""
        said = _ANSWER.match(turn.text)
        if said is None or turn.memory.form or not self.desk.explains(turn):
            return None
        return self.desk.open_answer(turn, _number(said), said["answer"].strip())

    def _decision(self, turn: Turn, text: str) -> Reply | None:
        """Take “第1个通过”, “第1个退回：……”, “第1个不作答复”, and “通过” alone where only one waits for it."""
        if passed := _PASS.match(text):
            number = _number(passed) if passed["number"] else self._waiting(turn)
            return self.desk.pass_on(turn, number) if number else None
        for pattern, action in ((_BACK, "back"), (_DROP, "drop")):
            if said := pattern.match(text):
                number, note = _number(said), said["note"].strip()
                if len(note) < _SHORTEST_NOTE:
                    return self.desk.open_note(turn, action, number)
                return self.desk.noted(turn, GapNote(number, action, note))
        return None

    def _waiting(self, turn: Turn) -> int:
        """Return the number of the only answer that waits for approval; 0 with another form open, or none, or several."""
        if turn.memory.form:
            return 0
        found = self.desk.gaps.unfinished(turn.session, turn.speaker)
        drafted = [one.number for one in found if one.state is State.DRAFTED]
        return drafted[0] if len(drafted) == 1 else 0


def _number(said: re.Match[str]) -> int:
    return int(parse_number(said["number"]) or 0)


def register(router: Router, desk: OfficeDesk) -> None:
    """Register the sentences."""
    speaking = Speaking(desk)
    router.commands.append(speaking.command)
    router.asides.append(speaking.aside)
