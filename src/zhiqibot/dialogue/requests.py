"""Beginning what a message asks for: who may, who must say first who they are, one request after the other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.errors import NotAllowed, PersonError
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.filling import Filling
from zhiqibot.dialogue.judging import CHITCHAT, IntentInfo
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import OpenForm, Turn, as_list, say
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
            memory.queue.insert(0, {"text": act.text, "intent": act.intent, "slots": act.slots})
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

    def rest(self, turn: Turn) -> list[OutboundMessage]:
        """Go on with the other requests of the same message once nothing is open any more."""
        memory = turn.memory
        replies: list[OutboundMessage] = []
        while memory.queue and memory.form is None:
            if memory.queue[0]["intent"] in self.router.identified and not turn.speaker.bound:
                memory.queue.clear()
                break
            one = memory.queue.pop(0)
            title = self.intents[one["intent"]].title if one["intent"] in self.intents else ""
            if title and one["intent"] not in CHITCHAT:
                replies.append(say(f"再来看您说的「{title}」："))
            act = Act(one["text"], one["intent"], 1.0, ((one["intent"], 1.0),), one["slots"])
            replies += self.start(turn, act)
        return replies

    def _allowed(self, turn: Turn, intent: str) -> bool:
        info = self.intents.get(intent)
        return info is None or turn.speaker.language_role in info.roles


def guarded(act: Callable[[], list[OutboundMessage]]) -> list[OutboundMessage]:
    """What a person can put right is told as it stands; everything else is a fault of ours and goes up."""
    try:
        return act()
    except PersonError as error:
        return [say(str(error))]
