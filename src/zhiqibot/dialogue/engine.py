"""The conversation: decides which request a message is, fills forms, lets a person digress, correct and come back."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from zhiqibot.core.errors import NotAllowed, PersonError
from zhiqibot.core.messages import Button, OutboundMessage
from zhiqibot.dialogue.filling import Filling
from zhiqibot.dialogue.repair import is_correction, opening_move, plain, short_answer
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Memory, OpenForm, Turn, as_list, button, say
from zhiqibot.nlu.understanding import Act, Understanding

logger = logging.getLogger(__name__)

SURE = 0.75
"""Above: another request interrupts an open form."""
SURE_IN_STORY = 0.85
"""The same while the bot waits for a free description, which may mention anything."""
SURE_OF_QUESTION = 0.45
"""The same for what plainly is a question, while the bot waits for a yes."""
SURELY_OUTSIDE, MAYBE_OUTSIDE = 0.97, 0.7
"""Below the first, a request an answer exists for is answered all the same; below the second, the bot asks back."""
UNSURE = 0.36
"""Below: ask back rather than act."""
CLOSE = 0.08
"""Two best readings closer than this, and the best one unsure: “您是想…还是…？”"""
EMPHASIS, SHORT = 5, 10
"""Characters up to which what follows a yes is only emphasis (“对！赶紧的”), or at least no story."""
MAX_REPLIES = 12

LONGEST_FOLLOW_UP = 16
_FOLLOW_UP = re.compile(r"^(?:那|那么|还有)|呢[?？。!！]*$")

MOVES = frozenset({"yes", "no", "cancel", "skip", "repeat"})
_QUESTION = re.compile(
    r"[?？吗]$|多久|多长时间|多少|怎么|咋|啥时候|什么时候|哪里|在哪|几点|几天|能不能|有没有|是不是|谁"
)
ANSWERS = frozenset({"affirm", "deny", "cancel"})
CHITCHAT = frozenset({"greet", "thanks", "goodbye", "out_of_scope", *ANSWERS})

Understand = Callable[..., Understanding]


@dataclass(frozen=True)
class IntentInfo:
    """What the dialogue needs of an intent's YAML: its words and who may say it."""

    title: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Engine:
    """Turns one understood message into replies; all memory is in `Memory`, so any process can take the next one."""

    router: Router
    understand: Understand
    intents: dict[str, IntentInfo]
    filling: Filling
    identify: str = "bind_identity"
    """The form a stranger fills before a request that needs an identity."""

    def respond(self, turn: Turn, pressed: str) -> list[OutboundMessage]:
        """Handle one message; `turn.memory` is changed, the caller stores it."""
        memory = turn.memory
        if not pressed:
            pressed = self._typed_choice(memory, turn.text)
        replies = self._pressed(turn, pressed) if pressed else self._said(turn)
        replies += self._rest(turn)
        replies = replies[:MAX_REPLIES]
        memory.choices = [[one.label, one.value] for reply in replies for one in reply.buttons]
        if replies and pressed != "repeat" and short_answer(turn.text) != "repeat":
            memory.last = [reply.model_dump(mode="json", exclude_defaults=True) for reply in replies[-2:]]
        return replies

    def begin(self, turn: Turn, intent: str, text: str, values: dict[str, Any]) -> list[OutboundMessage]:
        """Open a form on a topic's behalf with what is known already; an open one is laid aside until it is done."""
        memory = turn.memory
        if intent in self.router.identified and not turn.speaker.bound:
            return self._start(turn, Act(text, intent, 1.0, ((intent, 1.0),), {"description": text}))
        if memory.form:
            memory.suspended.append(memory.form)
        memory.form = OpenForm(intent, dict(values), touched_at=turn.now.isoformat())
        return self.filling.prompt(turn, self.router.forms[intent])

    # -- what was done ------------------------------------------------------------------------------------------

    def _typed_choice(self, memory: Memory, text: str) -> str:
        """Typing a button's label is pressing it."""
        said = text.strip()
        for label, value in memory.choices:
            if label == said or (value == "yes" and label == f"确认{plain(said)}"):
                return value
        listed = any(one.get("items") for one in memory.last)
        if listed and said.isdigit() and 1 <= int(said) <= len(memory.choices):
            return memory.choices[int(said) - 1][1]
        return ""

    def _pressed(self, turn: Turn, value: str) -> list[OutboundMessage]:
        kind, _, rest = value.partition(":")
        if kind == "intent":
            text = turn.memory.clarify or turn.text
            turn.memory.clarify = ""
            act = self._act_of(turn, text, rest)
            form = turn.memory.form
            return self._digress(turn, form, act) if form and form.intent != rest else self._start(turn, act)
        if kind == "do":
            action, _, argument = rest.partition(":")
            handle = self.router.presses.get(action)
            if handle is None:
                return [say("这个按钮已经失效了，请直接用文字告诉我您要办的事。")]
            turn.argument = argument
            return self._guarded(lambda: as_list(handle(turn)))
        if kind == "say":
            turn.text = rest
            return self._said(turn)
        if turn.memory.form is None:
            return self._without_form(turn, kind)
        if kind == "yes" and self.filling.lapsed(turn.memory.form, turn.now):
            return self._after_a_pause(turn, kind)
        return self._in_form(turn, kind, rest, None)

    def _said(self, turn: Turn) -> list[OutboundMessage]:
        memory = turn.memory
        form = memory.form
        move = short_answer(turn.text)
        if form and self.filling.lapsed(form, turn.now):
            return self._after_a_pause(turn, move)
        if form and move in MOVES:
            return self._in_form(turn, move, "", None)
        understanding = self.understand(
            turn.text, turn.now, role=turn.speaker.language_role, asked=(form.asked or "confirm") if form else None
        )
        turn.act = understanding.acts[0]
        aside = self._aside(turn, understanding) if move is None else None
        if aside:
            return aside
        if form:
            if move is None:
                move, rest = self._opened_with(turn, understanding)
                if rest:
                    turn.memory.queue += rest
            return self._in_form(turn, move or "", "", understanding)
        afterthought = self._afterthought(turn)
        if afterthought is not None:
            return afterthought
        if move in ("repeat", "resume", "skip") or (move == "cancel" and turn.memory.suspended):
            return self._without_form(turn, move)
        return self._acts(turn, self._continued(turn, understanding))

    def _aside(self, turn: Turn, understanding: Understanding) -> list[OutboundMessage]:
        """Let the open form, then the topics, take a question about what is in hand; the form stays open meanwhile."""
        form = turn.memory.form
        own = self.router.forms[form.intent].aside if form else None
        try:
            said = own(turn) if own else None
            if said is not None:
                if turn.memory.form:
                    turn.memory.form.touched_at = turn.now.isoformat()
                return [*as_list(said), *self._back(turn)]
            if len(understanding.acts) > 1:
                return []
            said = next((found for aside in self.router.asides if (found := aside(turn)) is not None), None)
        except PersonError as error:
            return [say(str(error))]
        if said is None:
            return []
        turn.memory.clarify = ""
        return [*as_list(said), *self._still_open(turn)] if form and turn.memory.form is form else as_list(said)

    def _still_open(self, turn: Turn) -> list[OutboundMessage]:
        """Remind of the open form in a line; what it has got so far was shown before."""
        form = turn.open_form
        form.touched_at = turn.now.isoformat()
        spec = self.router.forms[form.intent]
        asked = spec.field(form.asked).ask if form.asked else ""
        buttons = self.filling.prompt(turn, spec)[-1].buttons
        return [say(f"接着刚才的「{spec.title}」：{asked or '没问题请回复“确认”，要改哪里直接说。'}", buttons=buttons)]

    def _afterthought(self, turn: Turn) -> list[OutboundMessage] | None:
        """Give what is no clear request of its own to the topic that still expects a word."""
        weak = turn.act.intent in CHITCHAT or turn.act.confidence < SURE or is_correction(turn.text)
        if not weak or self.router.afterthought is None:
            return None
        handle = self.router.afterthought
        reply: list[OutboundMessage] = []

        def take() -> list[OutboundMessage]:
            found = handle(turn)
            return as_list(found) if found is not None else []

        reply = self._guarded(take)
        return reply or None

    def _opened_with(self, turn: Turn, understanding: Understanding) -> tuple[str | None, list[dict[str, Any]]]:
        """Return the yes, no or cancel a message to an open form amounts to, and the requests that follow it."""
        move, rest = opening_move(turn.text)
        if move not in ("yes", "cancel") or is_correction(turn.text):
            act = understanding.acts[0]
            form = turn.open_form
            if self.filling.claims(self.router.forms[form.intent], form, act, understanding.slots):
                return None, []
            said = {"affirm": "yes", "cancel": "cancel"}.get(act.intent)
            sure = said and act.confidence >= SURE and len(turn.text) <= SHORT and not is_correction(turn.text)
            return (said if sure else None), []
        if move == "yes" and len(rest) <= EMPHASIS:
            return move, []
        after = self.understand(rest, turn.now, role=turn.speaker.language_role, asked=None)
        acts = [act for act in after.acts if act.intent not in CHITCHAT and act.confidence >= SURE]
        form = turn.open_form
        fresh = [act for act in acts if self.router.knows(act.intent) and act.intent != form.intent]
        if move == "cancel" or fresh or len(rest) <= SHORT:
            return move, [{"text": act.text, "intent": act.intent, "slots": act.slots} for act in fresh]
        return None, []

    def _after_a_pause(self, turn: Turn, move: str | None) -> list[OutboundMessage]:
        """A form left alone for long neither swallows a new request nor takes a stale yes."""
        form = turn.open_form
        spec = self.router.forms[form.intent]
        if move in ("yes", "no", "skip", "resume"):
            form.touched_at = turn.now.isoformat()
            return [say("离您上次填写已经有一会儿了，请再核对一遍："), *self.filling.prompt(turn, spec)]
        turn.memory.form = None
        turn.memory.suspended = []
        if move == "cancel":
            return [say(f"好的，之前的「{spec.title}」已取消，没有提交任何内容。")]
        turn.memory.suspended = [form]
        note = say(f"（之前的「{spec.title}」还没有提交，内容已为您保留；发“继续”可以接着填。）")
        return [*self._said(turn), note]

    def _without_form(self, turn: Turn, move: str) -> list[OutboundMessage]:
        memory = turn.memory
        if move == "repeat" and memory.last:
            return [OutboundMessage.model_validate(one) for one in memory.last]
        if move == "resume" and memory.suspended:
            memory.form = memory.suspended.pop()
            memory.form.touched_at = turn.now.isoformat()
            return self.filling.prompt(turn, self.router.forms[memory.form.intent])
        if move == "cancel" and memory.suspended:
            title = self.router.forms[memory.suspended.pop().intent].title
            return [say(f"好的，之前的「{title}」已取消，没有提交任何内容。")]
        intent = {"yes": "affirm", "no": "deny", "cancel": "cancel"}.get(move)
        if intent and intent in self.router.answers:
            return self._guarded(lambda: as_list(self.router.answers[intent].handle(turn)))
        return [say("目前没有等您确认的事项。请直接告诉我您要办的事，比如“反映问题”“查进度”“报早餐会”。")]

    # -- an open form -------------------------------------------------------------------------------------------

    def _in_form(
        self, turn: Turn, move: str, argument: str, understanding: Understanding | None
    ) -> list[OutboundMessage]:
        memory = turn.memory
        form = turn.open_form
        spec = self.router.forms[form.intent]
        form.touched_at = turn.now.isoformat()
        if move == "repeat":
            return self.filling.prompt(turn, spec)
        if move == "cancel":
            memory.form = None
            return [say(f"好的，已取消「{spec.title}」，没有提交任何内容。需要时随时再告诉我。"), *self._back(turn)]
        digression = self._digression(form, understanding) if understanding and not move else None
        if digression:
            return self._digress(turn, form, digression)
        result = self._guarded_fill(turn, move, argument, understanding)
        return [*result, *self._back(turn)] if memory.form is None else result

    def _guarded_fill(
        self, turn: Turn, move: str, argument: str, understanding: Understanding | None
    ) -> list[OutboundMessage]:
        try:
            slots = understanding.slots if understanding else {}
            return self.filling.take(turn, move, argument, slots)
        except PersonError as error:
            return [say(str(error))]

    def _digression(self, form: OpenForm, understanding: Understanding) -> Act | None:
        """Return the request that interrupts the form, or None when the message belongs to it."""
        act = understanding.acts[0]
        spec = self.router.forms[form.intent]
        if act.intent == form.intent or act.intent in CHITCHAT or not self.router.knows(act.intent):
            return None
        if is_correction(act.text):
            return None
        if self.filling.claims(spec, form, act, understanding.slots):
            return None
        free_text = bool(form.asked) and spec.field(form.asked).free_text
        if not free_text and self.filling.answers(spec, form, act):
            return None
        asks = act.intent in self.router.answers and bool(_QUESTION.search(act.text))
        enough = SURE_IN_STORY if free_text else SURE_OF_QUESTION if asks else SURE
        return act if act.confidence >= enough else None

    def _digress(self, turn: Turn, form: OpenForm, act: Act) -> list[OutboundMessage]:
        memory = turn.memory
        spec = self.router.forms[form.intent]
        if act.intent in self.router.answers:
            replies = self._start(turn, act)
            if memory.form is form:
                replies += [say(f"我们接着刚才的「{spec.title}」："), *self.filling.prompt(turn, spec)]
            return replies
        memory.form = None
        memory.suspended.append(form)
        replies = self._start(turn, act)
        return replies if memory.form else [*replies, *self._back(turn)]

    def _back(self, turn: Turn) -> list[OutboundMessage]:
        """After a form ended, return to the one it interrupted."""
        memory = turn.memory
        if memory.form or not memory.suspended or memory.queue:
            return []
        memory.form = memory.suspended.pop()
        memory.form.touched_at = turn.now.isoformat()
        spec = self.router.forms[memory.form.intent]
        return [say(f"我们接着刚才的「{spec.title}」："), *self.filling.prompt(turn, spec)]

    # -- new requests -------------------------------------------------------------------------------------------

    def _acts(self, turn: Turn, understanding: Understanding) -> list[OutboundMessage]:
        first, *others = understanding.acts
        first = self._second_look(turn, first)
        if not others and self._is_unclear(first):
            settled = self._settled(turn, first)
            if settled is None:
                return self._ask_back(turn, first)
            first = settled
        turn.memory.clarify = ""
        turn.memory.queue += [{"text": act.text, "intent": act.intent, "slots": act.slots} for act in others]
        return self._start(turn, first)

    def _continued(self, turn: Turn, understanding: Understanding) -> Understanding:
        """Read “那本科呢？” as one more question of the kind just answered."""
        act, before = understanding.acts[0], turn.memory.intent
        for reading in self.router.readings:
            meant = reading(turn)
            if meant and meant != act.intent:
                return replace(understanding, acts=(self._act_of(turn, turn.text, meant),))
        goes_on = before in self.router.continuing and len(turn.text) <= LONGEST_FOLLOW_UP
        if not goes_on or act.confidence >= SURE or not _FOLLOW_UP.search(turn.text.strip()):
            return understanding
        return replace(understanding, acts=(self._act_of(turn, turn.text, before),))

    def _second_look(self, turn: Turn, act: Act) -> Act:
        """Doubt a reading that would turn a request away: a long “yes” to nothing, or what an answer exists for."""
        others = [intent for intent, _ in act.ranking[1:] if intent not in CHITCHAT and self.router.knows(intent)]
        if act.intent in ANSWERS and len(turn.text) > SHORT and others:
            return self._act_of(turn, turn.text, others[0])
        if act.intent == "out_of_scope" and act.confidence < SURELY_OUTSIDE:
            meant = [intent for intent, settles in self.router.settled_by.items() if settles(turn)]
            if meant:
                return self._act_of(turn, turn.text, meant[0])
        return act

    def _known_readings(self, act: Act) -> list[tuple[str, float]]:
        return [(intent, p) for intent, p in act.ranking if self.router.knows(intent)]

    def _inside(self, act: Act) -> list[tuple[str, float]]:
        """Return the two likeliest requests, should the message be our business after all."""
        known = [pair for pair in self._known_readings(act) if pair[0] not in CHITCHAT]
        return known if len(known) >= 2 else []

    def _is_unclear(self, act: Act) -> bool:
        """Tell whether the two best readings are too close to act on one of them."""
        known = self._known_readings(act)
        if act.intent == "out_of_scope":
            return act.confidence < MAYBE_OUTSIDE and bool(self._inside(act))
        if act.intent in CHITCHAT or len(known) < 2 or act.confidence >= UNSURE:
            return False
        (_, p_best), (second, p_second) = known[:2]
        return p_best - p_second < CLOSE and second not in CHITCHAT

    def _settled(self, turn: Turn, act: Act) -> Act | None:
        """Take the reading that can tell by itself that it is meant, if one of the two can."""
        for intent, _ in self._known_readings(act)[:4]:
            meant = self.router.settled_by.get(intent)
            if meant and meant(turn):
                return replace(act, intent=intent, confidence=1.0)
        return None

    def _ask_back(self, turn: Turn, act: Act) -> list[OutboundMessage]:
        (best, _), (second, _) = (self._inside(act) if act.intent == "out_of_scope" else self._known_readings(act))[:2]
        turn.memory.clarify = turn.text
        one, other = self.intents[best].title, self.intents[second].title
        buttons = [button(one, f"intent:{best}", primary=True), button(other, f"intent:{second}")]
        return [say(f"我想确认一下：您是想{one}，还是{other}？点一下按钮，或者直接说明就行。", buttons=buttons)]

    def _start(self, turn: Turn, act: Act) -> list[OutboundMessage]:
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
            return [say(f"{head}办这件事之前，先核实一下您的企业身份（只需一次）。"), *self._start(turn, identify)]
        memory.intent = intent
        if intent in self.router.answers:
            return self._guarded(lambda: as_list(self.router.answers[intent].handle(turn)))
        memory.form = OpenForm(intent, touched_at=turn.now.isoformat())
        return self._guarded(lambda: self.filling.begin(turn))

    def _rest(self, turn: Turn) -> list[OutboundMessage]:
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
            replies += self._start(turn, act)
        return replies

    def _act_of(self, turn: Turn, text: str, intent: str) -> Act:
        """Read a text as this intent, whatever else it might mean."""
        return Act(text, intent, 1.0, ((intent, 1.0),), dict(self.filling.slots_of(text, turn.now)) if text else {})

    def _allowed(self, turn: Turn, intent: str) -> bool:
        info = self.intents.get(intent)
        return info is None or turn.speaker.language_role in info.roles

    def _guarded(self, act: Callable[[], list[OutboundMessage]]) -> list[OutboundMessage]:
        """What a person can put right is told as it stands; everything else is a fault of ours and goes up."""
        try:
            return act()
        except PersonError as error:
            return [say(str(error))]


def menu_buttons(choices: list[tuple[str, str]]) -> list[Button]:
    """Build buttons from (label, value) pairs."""
    return [button(label, value) for label, value in choices]
