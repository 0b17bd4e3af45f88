"""Beginning what a message asks for: who may, who must say first who they are, one request after the other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.errors import NotAllowed, PersonError
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.filling import Filling
from zhiqibot.dialogue.judging import CHITCHAT, IntentInfo
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import OpenForm, Turn, as_list, say, waiting
from zhiqibot.nlu.understanding import Act


@dataclass(frozen=True)
class Requests:
    """Answers a request at once, or opens its form; the others of the same message wait in `memory.queue`."""

    router: Router
    intents: dict[str, IntentInfo]
    filling: Filling
    identify: str
    """The form a stranger fills before a request that needs an identity."""

    def begin(self, turn: Turn, intent: str, text: str, values: dict[str, Any]) -> list[OutboundMessage]:
        """Open a form on a topic's behalf with what is known already; an open one is laid aside until it is done."""
        memory = turn.memory
        if intent in self.router.identified and not turn.speaker.bound:
            return self.start(turn, Act(text, intent, 1.0, ((intent, 1.0),), {"description": text}))
        if memory.form:
            memory.suspended.append(memory.form)
        memory.form = OpenForm(intent, dict(values), touched_at=turn.now.isoformat())
        return self.filling.prompt(turn, self.router.forms[intent])

    def start(self, turn: Turn, act: Act) -> list[OutboundMessage]:
        """Begin one request: answer it at once, or open its form."""
        memory = turn.memory
        turn.act, turn.text = act, act.text
        intent = act.intent
        if not self.router.knows(intent):
            intent = "out_of_scope"
        if not self._allowed(turn, intent):
            info = self.intents.get(intent)
            who = "联席办（助企办）" if info and info.roles == {"office"} else "助企干部或承办单位"
            return [say(str(NotAllowed(what=f"「{info.title if info else intent}」", who=who)))]
        if intent in self.router.identified and not turn.speaker.bound and intent != self.identify:
            memory.queue.insert(0, {**waiting(act), "unidentified": True})
            identify = Act(act.text, self.identify, 1.0, ((self.identify, 1.0),), {})
            first = self.router.before_identity.get(intent)
            word = first(turn) if first else ""
            head = f"{word}\n" if word else ""
            return [say(f"{head}办这件事之前，先核实一下您的企业身份（只需一次）。"), *self.start(turn, identify)]
        memory.intent = intent
        if intent in self.router.answers:
            return guarded(lambda: as_list(self.router.answers[intent].handle(turn)))
        memory.form = OpenForm(intent, touched_at=turn.now.isoformat())
        return guarded(lambda: self.filling.begin(turn))

    def rest(self, turn: Turn, replies: list[OutboundMessage]) -> list[OutboundMessage]:
        """Go on with the other requests of the same message; nothing of it is lost: what must wait is named."""
        memory = turn.memory
        goes_on = bool(memory.queue)
        while memory.queue and memory.form is None:
            replies = [*replies, *self._next(turn)]
        answers = self._answers_beside(turn)
        later = self._waiting(turn)
        if answers and memory.form:
            return [*replies, *answers, self.still_open(turn, later)]
        if goes_on and memory.suspended and not self.filling.lapsed(memory.suspended[-1], turn.now):
            return [*replies, *answers, *self.back(turn)]
        note = [say(f"您说了几件事，一件一件来；{later}随后接着办。")] if later else []
        return [*note, *replies, *answers]

    def back(self, turn: Turn) -> list[OutboundMessage]:
        """After a form ended, return to the one it interrupted."""
        memory = turn.memory
        if memory.form or not memory.suspended or memory.queue:
            return []
        memory.form = memory.suspended.pop()
        memory.form.touched_at = turn.now.isoformat()
        spec = self.router.forms[memory.form.intent]
        return [say(f"我们接着刚才的「{spec.title}」："), *self.filling.prompt(turn, spec)]

    def still_open(self, turn: Turn, later: str = "") -> OutboundMessage:
        """Remind of the open form in a line; what it has got so far was shown before."""
        form = turn.open_form
        form.touched_at = turn.now.isoformat()
        spec = self.router.forms[form.intent]
        asked = spec.field(form.asked).ask if form.asked else ""
        buttons = self.filling.prompt(turn, spec)[-1].buttons
        then = f"（{later}随后接着办。）" if later else ""
        text = f"接着刚才的「{spec.title}」：{asked or '没问题请回复“确认”，要改哪里直接说。'}{then}"
        return say(text, buttons=buttons)

    def _next(self, turn: Turn) -> list[OutboundMessage]:
        """Begin the first request that waits; one that needs an identity the person would not give is let go, in words."""
        one = turn.memory.queue.pop(0)
        if one.get("unidentified") and not turn.speaker.bound:
            return [say(f"「{self._title(one)}」要先核实企业身份才能办，这次先不办；有了邀请码，随时再跟我说。")]
        return self._begun(turn, one)

    def _begun(self, turn: Turn, one: dict[str, Any]) -> list[OutboundMessage]:
        title = self._title(one)
        head = [say(f"再来看您说的「{title}」：")] if title and one["intent"] not in CHITCHAT else []
        return [*head, *self.start(turn, Act(one["text"], one["intent"], 1.0, ((one["intent"], 1.0),), one["slots"]))]

    def _answers_beside(self, turn: Turn) -> list[OutboundMessage]:
        """Answer the questions of the message at once, though one of its requests has opened a form."""
        memory, form = turn.memory, turn.memory.form
        replies: list[OutboundMessage] = []
        for one in [one for one in memory.queue if self._answered_at_once(turn, one)]:
            if form is None or memory.form is not form:
                break  # the answer has a question of its own (“哪一件？”); the form in hand comes back after it
            memory.queue.remove(one)
            replies += self._begun(turn, one)
        return replies

    def _answered_at_once(self, turn: Turn, one: dict[str, Any]) -> bool:
        known = turn.speaker.bound or one["intent"] not in self.router.identified
        return known and one["intent"] in self.router.answers and one["intent"] not in CHITCHAT

    def _waiting(self, turn: Turn) -> str:
        """Name the requests that wait for the open form, the first time they do; its own kind its topic tells of."""
        form = turn.memory.form
        fresh = [one for one in turn.memory.queue if form and not one.get("told") and one["intent"] != self.identify]
        named = [
            self._title(one) for one in fresh if form and one["intent"] != form.intent and not one.get("unidentified")
        ]
        for one in fresh:
            one["told"] = True
        return "、".join(f"「{title}」" for title in dict.fromkeys(named) if title)

    def _title(self, one: dict[str, Any]) -> str:
        return self.intents[one["intent"]].title if one["intent"] in self.intents else ""

    def _allowed(self, turn: Turn, intent: str) -> bool:
        info = self.intents.get(intent)
        return info is None or turn.speaker.language_role in info.roles


def guarded(act: Callable[[], list[OutboundMessage]]) -> list[OutboundMessage]:
    """What a person can put right is told as it stands; everything else is a fault of ours and goes up."""
    try:
        return act()
    except PersonError as error:
        return [say(str(error))]
