"""The sentences of those who work on the learning loop: “政策问答缺口”, “第2个交给张三解读”, “答复第2个：……”, “第2个通过”."""

from dataclasses import dataclass

from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn
from zhiqibot.directory.model import Role
from zhiqibot.topics.policies.learning import phrases
from zhiqibot.topics.policies.learning.forms import GapNote
from zhiqibot.topics.policies.learning.model import State
from zhiqibot.topics.policies.learning.office import ANSWER_FORM, NOTE_FORM, OfficeDesk

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
        if phrases.LIST.search(turn.text):
            return self.desk.list(turn)
        number = phrases.asks_to_show(turn.text)
        if number and self.desk.spoken_of(turn, number):
            return self.desk.details(turn, number)
        if not office:
            return None
        if phrases.FEEDBACK.search(turn.text):
            return self.desk.feedback(turn)
        if given := phrases.ASSIGN.search(turn.text):
            return self.desk.give(turn, phrases.number_of(given), given["to"])
        return self._decision(turn, turn.text.strip())

    def command(self, turn: Turn) -> Reply | None:
        """Take an interpreter's “答复第2个：……”, however long."""
        said = phrases.ANSWER.match(turn.text.strip())
        if said is None or turn.memory.form or not self.desk.explains(turn):
            return None
        return self.desk.open_answer(turn, phrases.number_of(said), (said["answer"] or "").strip())

    def _decision(self, turn: Turn, text: str) -> Reply | None:
        """Take “第1个通过”, “第1个退回：……”, “第1个不作答复”, and “通过” alone where only one waits for it."""
        bare = phrases.ASSIGN_BARE.match(text)
        if bare and self.desk.gaps.interpreters.find(bare["to"]):
            number = phrases.number_of(bare)
            if self.desk.spoken_of(turn, number):
                return self.desk.give(turn, number, bare["to"])
        if checked := phrases.PASS_CHECKED.match(text):
            return self.desk.pass_on(turn, phrases.number_of(checked), figures_checked=True)
        if passed := phrases.PASS.match(text):
            number = phrases.number_of(passed) if passed["number"] else self._waiting(turn)
            return self.desk.pass_on(turn, number) if number else None
        for pattern, action in ((phrases.BACK, "back"), (phrases.DROP, "drop")):
            if said := pattern.match(text):
                number, note = phrases.number_of(said), said["note"].strip()
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


def register(router: Router, desk: OfficeDesk) -> None:
    """Register the sentences."""
    speaking = Speaking(desk)
    router.commands.append(speaking.command)
    router.asides.append(speaking.aside)
