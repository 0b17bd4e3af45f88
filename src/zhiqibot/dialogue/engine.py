"""The conversation: decides which request a message is, fills forms, lets a person digress, correct and come back."""

from dataclasses import dataclass, field
from typing import Any

from zhiqibot.core.errors import PersonError
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue import dropped
from zhiqibot.dialogue.choices import typed_choice
from zhiqibot.dialogue.doubts import Doubts, meant_instead
from zhiqibot.dialogue.filling import Filling
from zhiqibot.dialogue.judging import CHITCHAT, MOVES, SURE, IntentInfo, Judging, Understand
from zhiqibot.dialogue.repair import is_correction
from zhiqibot.dialogue.requests import Requests, guarded
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.short_answers import short_answer
from zhiqibot.dialogue.turn import OpenForm, Turn, as_list, say, waiting
from zhiqibot.nlu.understanding import Act, Understanding

MAX_REPLIES = 12


@dataclass(frozen=True)
class Engine:
    """Turns one understood message into replies; all memory is in `Memory`, so any process can take the next one."""

    router: Router
    understand: Understand
    intents: dict[str, IntentInfo]
    filling: Filling
    identify: str = "bind_identity"
    """The form a stranger fills before a request that needs an identity."""
    doubts: Doubts = field(default_factory=Doubts)
    """Hears which messages were perhaps not understood."""

    @property
    def judging(self) -> Judging:
        return Judging(self.router, self.understand, self.intents, self.filling)

    @property
    def requests(self) -> Requests:
        return Requests(self.router, self.intents, self.filling, self.identify)

    def begin(self, turn: Turn, intent: str, text: str, values: dict[str, Any]) -> list[OutboundMessage]:
        """Open a form on a topic's behalf with what is known already; an open one is laid aside until it is done."""
        return self.requests.begin(turn, intent, text, values)

    def respond(self, turn: Turn, pressed: str) -> list[OutboundMessage]:
        """Handle one message; `turn.memory` is changed, the caller stores it."""
        memory = turn.memory
        if not pressed:
            pressed = typed_choice(memory, turn.text)
        replies = self._pressed(turn, pressed) if pressed else self._said(turn)
        replies = self.requests.rest(turn, replies)
        replies = replies[:MAX_REPLIES]
        memory.choices = [[one.label, one.value] for reply in replies for one in reply.buttons]
        if replies and pressed != "repeat" and short_answer(turn.text) != "repeat":
            memory.last = [reply.model_dump(mode="json", exclude_defaults=True) for reply in replies[-2:]]
        return replies

    # -- what was done ------------------------------------------------------------------------------------------

    def _pressed(self, turn: Turn, value: str) -> list[OutboundMessage]:
        kind, _, rest = value.partition(":")
        if kind == "intent":
            text = turn.memory.clarify or turn.text
            turn.memory.clarify = ""
            self.doubts.chosen(turn, rest)
            act = self.judging.as_intent(turn, text, rest)
            form = turn.memory.form
            return self._digress(turn, form, act) if form and form.intent != rest else self.requests.start(turn, act)
        if kind != "say":
            self.doubts.pressed(turn, kind)
        if kind == "do":
            action, _, argument = rest.partition(":")
            handle = self.router.presses.get(action)
            if handle is None:
                return [say("这个按钮已经失效了，请直接用文字告诉我您要办的事。")]
            turn.argument = argument
            return guarded(lambda: as_list(handle(turn)))
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
        again = dropped.taken_up(memory, turn.text, turn.now)
        if again:
            memory.form = again
            replies = guarded(lambda: self.filling.prompt(turn, self.router.forms[again.intent]))
            return [say("好的，刚才取消的给您接上："), *replies]
        meant = meant_instead(turn.text) if memory.heard else ""
        another = self._another(turn, meant) if meant else None
        if another is not None:
            return another
        understanding = self.understand(
            turn.text, turn.now, role=turn.speaker.language_role, asked=(form.asked or "confirm") if form else None
        )
        turn.act = understanding.acts[0]
        aside = self._aside(turn, understanding) if move is None else None
        if aside:
            return aside
        if form:
            if move is None:
                move, rest = self.judging.opened_with(turn, understanding)
                turn.memory.queue += rest or (
                    [] if move else self.judging.beside(turn, form, understanding, self.identify)
                )
            return self._in_form(turn, move or "", "", understanding)
        taken = self._offer_taken(turn) if move == "yes" else None
        if taken:
            return taken
        afterthought = self._afterthought(turn)
        if afterthought is not None:
            return afterthought
        if move in ("repeat", "resume", "skip") or (move == "cancel" and turn.memory.suspended):
            return self._without_form(turn, move)
        return self._acts(turn, self.judging.continued(turn, understanding))

    def _another(self, turn: Turn, meant: str) -> list[OutboundMessage] | None:
        """Take “不是，我是问……” as the request that was meant, unless it is the one just read."""
        understanding = self.understand(meant, turn.now, role=turn.speaker.language_role, asked=None)
        act = understanding.acts[0]
        if not self.router.knows(act.intent) or not self.doubts.another(turn, act):
            return None
        if turn.memory.form and turn.memory.form.intent == turn.memory.heard["intent"]:
            turn.memory.form = None  # it has only just opened: nothing that was said is lost
        self.doubts.corrected(turn, act.intent)
        turn.text = meant
        return self._acts(turn, understanding)

    def _aside(self, turn: Turn, understanding: Understanding) -> list[OutboundMessage]:
        """Let the open form, then the topics, take a question about what is in hand; the form stays open meanwhile."""
        form = turn.memory.form
        own = self.router.forms[form.intent].aside if form else None
        try:
            said = own(turn) if own else None
            if said is not None:
                if turn.memory.form:
                    turn.memory.form.touched_at = turn.now.isoformat()
                return [*as_list(said), *self.requests.back(turn)]
            takers = [*self.router.commands, *(self.router.asides if len(understanding.acts) == 1 else ())]
            said = next((found for taker in takers if (found := taker(turn)) is not None), None)
        except PersonError as error:
            return [say(str(error))]
        if said is None:
            return []
        turn.memory.clarify = ""
        return [*as_list(said), self.requests.still_open(turn)] if form and turn.memory.form is form else as_list(said)

    def _offer_taken(self, turn: Turn) -> list[OutboundMessage]:
        """Do what the last reply offered in words (“需要的话，我帮您登记”), now that the person says yes."""
        try:
            said = next((found for take in self.router.offers if (found := take(turn)) is not None), None)
        except PersonError as error:
            return [say(str(error))]
        return as_list(said) if said is not None else []

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

        reply = guarded(take)
        return reply or None

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
            return guarded(lambda: as_list(self.router.answers[intent].handle(turn)))
        if move == "skip":  # “就这些” ends a conversation as well as an answer
            return [say("好的。还有别的事，直接告诉我就行。")]
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
            self.doubts.cancelled(turn, form)
            dropped.keep(memory, form)
            memory.form = None
            text = spec.kept or f"好的，已取消「{spec.title}」，没有提交任何内容。需要时随时再告诉我。"
            return [say(text), *self.requests.back(turn)]
        self.doubts.accepted(turn)
        digression = self.judging.interrupts(form, understanding) if understanding and not move else None
        if digression:
            return self._digress(turn, form, digression)
        result = self._guarded_fill(turn, move, argument, understanding)
        return [*result, *self.requests.back(turn)] if memory.form is None else result

    def _guarded_fill(
        self, turn: Turn, move: str, argument: str, understanding: Understanding | None
    ) -> list[OutboundMessage]:
        try:
            slots = understanding.slots if understanding else {}
            return self.filling.take(turn, move, argument, slots)
        except PersonError as error:
            return [say(str(error))]

    def _digress(self, turn: Turn, form: OpenForm, act: Act) -> list[OutboundMessage]:
        memory = turn.memory
        spec = self.router.forms[form.intent]
        if act.intent in self.router.answers:
            replies = self.requests.start(turn, act)
            if memory.form is form:
                replies += [say(f"我们接着刚才的「{spec.title}」："), *self.filling.prompt(turn, spec)]
            return replies
        memory.form = None
        memory.suspended.append(form)
        replies = self.requests.start(turn, act)
        return replies if memory.form else [*replies, *self.requests.back(turn)]

    # -- new requests -------------------------------------------------------------------------------------------

    def _acts(self, turn: Turn, understanding: Understanding) -> list[OutboundMessage]:
        first, *others = self._of_one_bound(turn, understanding.acts)
        first = self.judging.second_look(turn, first)
        if not others and self.judging.is_unclear(first):
            settled = self.judging.settled(turn, first)
            if settled is None:
                asking = self.judging.ask_back(turn, first)
                self.doubts.read(turn, first, asked=asking[0].text)
                return asking
            first = settled
        self.doubts.read(turn, first)
        turn.memory.clarify = ""
        turn.memory.queue += [waiting(act) for act in others]
        return self.requests.start(turn, first)

    def _of_one_bound(self, turn: Turn, acts: tuple[Act, ...]) -> tuple[Act, ...]:
        """Leave out a request to be identified (“登记一下，缺焊工”) that somebody identified makes beside another,
        or take it as what else it may be (“德润贷款差200万，登记一下”)."""
        if not turn.speaker.bound or len(acts) < 2:
            return acts
        meant = [self.judging.not_to_identify(turn, act, self.identify) for act in acts]
        return tuple(act for act in meant if act) or acts
