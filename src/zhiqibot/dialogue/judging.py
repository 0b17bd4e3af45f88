"""Judging what a sentence means in this conversation: understanding gives candidates, the dialogue decides.

Apart from the engine, which acts on the judgement (see docs/decisions/0004).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.filling import Filling
from zhiqibot.dialogue.repair import is_correction
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.short_answers import opening_move
from zhiqibot.dialogue.turn import OpenForm, Turn, button, say, waiting
from zhiqibot.nlu.acts import without_lead
from zhiqibot.nlu.halves import NUMBER
from zhiqibot.nlu.understanding import Act, Understanding

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
WORTH_A_LOOK = 0.02
"""A reading less likely than this is not taken in the place of one that turns the request away."""
EMPHASIS, SHORT = 5, 10
"""Characters up to which what follows a yes is only emphasis (“对！赶紧的”), or at least no story."""

LONGEST_FOLLOW_UP = 16
WHAT_OF = r"(?:呢|(?<![中好行是对成以妥谢得])[嘞咧哩])[?？。!！]*$"
"""“大专呢”, “咱县嘞”: what of that? “中嘞” says yes."""
_FOLLOW_UP = re.compile(rf"^(?:那|那么|还有)|{WHAT_OF}")

MOVES = frozenset({"yes", "no", "cancel", "skip", "repeat"})
_QUESTION = re.compile(
    r"[?？吗]$|多久|多长时间|多少|怎么|咋|啥时候|什么时候|哪里|在哪|几点|几天|能不能|有没有|是不是|谁"
)
_YES_SIGN = re.compile(
    r"[好行对是嗯中成妥准恩昂哎诶]|可以|确[定认]|没(?:错|问题|毛病|意见)|ok|yes|得劲|同意|答应|愿意|就这|这样|照办|[办报弄整搞走来上发]吧?$|提交|登记|继续|^(?:要|需要|想要|想)[啊吧呀的嘞了呗]*[。!！~]*$|👌|👍",
    re.IGNORECASE,
)
_NO_SIGN = re.compile(
    r"不(?!用(?:改|了|看|再|换|谢|客气)|改|变|错|赖|客气|好意思|麻烦|急|着急)|没(?!错|问题|毛病|意见|得说|事|啥)|未|别(?!忘|拖|耽误|再拖)|等(?:等|会|一[下会])|慢着|算了|坑|屁|骗"
)
_ANEW = re.compile(r"(?:再|另外|顺便|顺带|还有|然后|(?:尾号)?0\d{3}(?!\d)|zq\d)", re.IGNORECASE)
"""What follows a yes and begins so is another request, whatever it says no to."""
_REGISTER = re.compile(
    r"[，,]?(?:也|都|再)?(?:请|帮忙|帮我?|给我?|麻烦)*(?:登记|记|报)(?:一下|一个|上|下)?[吧呗。！!]*$"
)
_NUMBER = re.compile(NUMBER, re.IGNORECASE)
NAMES = 4
"""Characters from which what is left names something."""
_CODE = re.compile(r"[A-Za-z]{2}[-－]?\w{3}|[0-9A-Z]{15}")
"""An invitation or a credit code."""
ANSWERS = frozenset({"affirm", "deny", "cancel"})
CHITCHAT = frozenset({"greet", "thanks", "goodbye", "out_of_scope", *ANSWERS})

Understand = Callable[..., Understanding]


def _asks(text: str) -> bool:
    """Tell whether a text asks something: what asks (“那本科呢”) is no yes, however much it sounds like one."""
    return bool(_FOLLOW_UP.search(text.strip()) or _QUESTION.search(text.strip()))


def _of_its_own(act: Act) -> bool:
    """Tell whether a sentence that also answers which ticket (“0003缺配件，帮延到8号”) is a request of its own."""
    said = _NUMBER.sub("", act.text)
    return said != act.text and len(said) > SHORT and act.confidence >= SURE_IN_STORY


@dataclass(frozen=True)
class IntentInfo:
    """What the dialogue needs of an intent's YAML: its words and who may say it."""

    title: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Judging:
    """Decides which request a message is; changes nothing but the sentence it asked back about."""

    router: Router
    understand: Understand
    intents: dict[str, IntentInfo]
    filling: Filling

    def opened_with(self, turn: Turn, understanding: Understanding) -> tuple[str | None, list[dict[str, Any]]]:
        """Return the yes, no or cancel a message to an open form amounts to, and the requests that follow it."""
        move, rest = opening_move(turn.text)
        if move not in ("yes", "cancel") or is_correction(turn.text):
            act = understanding.acts[0]
            form = turn.open_form
            if self.filling.claims(self.router.forms[form.intent], form, act, understanding.slots):
                return None, []
            said = {"affirm": "yes", "cancel": "cancel"}.get(act.intent)
            sure = said and act.confidence >= SURE and len(turn.text) <= SHORT
            if said == "yes" and (not _YES_SIGN.search(turn.text) or _NO_SIGN.search(turn.text)):
                return None, []  # “外县的”, “都要”: nothing in them agrees; “没办”: the contrary
            return (said if sure and not is_correction(turn.text) and not _asks(turn.text) else None), []
        if move == "yes" and _NO_SIGN.search(rest) and not _ANEW.match(rest):
            return None, []  # “嗯，不，等会”
        if move == "yes" and len(rest) <= EMPHASIS:
            return move, []
        after = self.understand(without_lead(rest), turn.now, role=turn.speaker.language_role, asked=None)
        fresh = [act for act in after.acts if self._is_another(turn.open_form, act)]
        if move == "cancel" or fresh or (len(rest) <= SHORT and not _NO_SIGN.search(rest)):
            return move, [waiting(act) for act in fresh]
        return None, []

    def beside(self, turn: Turn, form: OpenForm, understanding: Understanding, identify: str) -> list[dict[str, Any]]:
        """Return the other requests of a message to an open form; the form then hears its own part alone."""
        spec = self.router.forms[form.intent]
        told = bool(form.asked) and spec.field(form.asked).free_text
        acts = [
            self.not_to_identify(turn, act, identify) if turn.speaker.bound else act for act in understanding.acts[1:]
        ]
        others = [
            act
            for act in acts
            if act
            and self._is_another(form, act)
            and not (told and act.intent in self.router.stories)
            and not self.filling.claims(spec, form, act, act.slots)
        ]
        if others:
            turn.text = understanding.acts[0].text
        return [waiting(act) for act in others]

    def _is_another(self, form: OpenForm, act: Act) -> bool:
        known = act.intent not in CHITCHAT and self.router.knows(act.intent)
        return known and act.intent != form.intent and act.confidence >= SURE

    def not_to_identify(self, turn: Turn, act: Act, identify: str) -> Act | None:
        """Return the act, or, when it is read as this intent but holds no code, what is to be registered (“路灯坏了也
        登记一下”); None where nothing is named."""
        if act.intent != identify or _CODE.search(act.text):
            return act
        named = _REGISTER.sub("", act.text)
        if named == act.text or len(named) < NAMES:
            return None
        meant = self.understand(named, turn.now, role=turn.speaker.language_role, asked=None).acts[0]
        known = [
            name for name, _ in meant.ranking if name not in CHITCHAT and self.router.knows(name) and name != identify
        ]
        return replace(self.as_intent(turn, named, known[0]), text=act.text) if known else act

    def interrupts(self, form: OpenForm, understanding: Understanding) -> Act | None:
        """Return the request that interrupts the form, or None when the message belongs to it."""
        act = understanding.acts[0]
        spec = self.router.forms[form.intent]
        if act.intent == form.intent or act.intent in CHITCHAT or not self.router.knows(act.intent):
            return None
        if is_correction(act.text):
            return None
        if self.filling.claims(spec, form, act, understanding.slots):
            return None
        if not _asks(act.text) and self.filling.gathers(spec, form, act):
            return None
        free_text = bool(form.asked) and spec.field(form.asked).free_text
        if free_text and act.intent in self.router.stories:
            return None  # what is told there is the answer, however much of a matter of its own it sounds
        if not free_text and self.filling.answers(spec, form, act):
            return act if _of_its_own(act) else None
        question = act.intent in self.router.answers and bool(_QUESTION.search(act.text))
        enough = SURE_IN_STORY if free_text else SURE_OF_QUESTION if question else SURE
        return act if act.confidence >= enough else None

    def continued(self, turn: Turn, understanding: Understanding) -> Understanding:
        """Read “那本科呢？” as one more question of the kind just answered."""
        act, before = understanding.acts[0], turn.memory.intent
        if len(understanding.acts) > 1:  # a reading is of one request; the others must not be lost in it
            return understanding
        for reading in self.router.readings:
            meant = reading(turn)
            if meant and (meant != act.intent or act.confidence < SURE):
                return replace(understanding, acts=(self.as_intent(turn, turn.text, meant),))
        goes_on = before in self.router.continuing and len(turn.text) <= LONGEST_FOLLOW_UP
        if not goes_on or act.confidence >= SURE or not _FOLLOW_UP.search(turn.text.strip()):
            return understanding
        return replace(understanding, acts=(self.as_intent(turn, turn.text, before),))

    def second_look(self, turn: Turn, act: Act) -> Act:
        """Doubt a reading that would turn a request away: a long “yes” to nothing, or what an answer exists for."""
        others = [
            intent
            for intent, chance in act.ranking[1:]
            if chance >= WORTH_A_LOOK and intent not in CHITCHAT and self.router.knows(intent)
        ]
        if act.intent in ANSWERS and len(turn.text) > SHORT and others:
            return self.as_intent(turn, turn.text, others[0])
        if act.intent == "out_of_scope" and act.confidence < SURELY_OUTSIDE:
            meant = [intent for intent, settles in self.router.settled_by.items() if settles(turn)]
            if meant:
                return self.as_intent(turn, turn.text, meant[0])
        return act

    def _known_readings(self, act: Act) -> list[tuple[str, float]]:
        return [(intent, p) for intent, p in act.ranking if self.router.knows(intent)]

    def _inside(self, act: Act) -> list[tuple[str, float]]:
        """Return the two likeliest requests, should the message be our business after all."""
        known = [pair for pair in self._known_readings(act) if pair[0] not in CHITCHAT]
        return known if len(known) >= 2 else []

    def is_unclear(self, act: Act) -> bool:
        """Tell whether the two best readings are too close to act on one of them."""
        known = self._known_readings(act)
        if act.intent == "out_of_scope":
            return act.confidence < MAYBE_OUTSIDE and bool(self._inside(act))
        if act.intent in CHITCHAT or len(known) < 2 or act.confidence >= UNSURE:
            return False
        (_, p_best), (second, p_second) = known[:2]
        return p_best - p_second < CLOSE and second not in CHITCHAT

    def settled(self, turn: Turn, act: Act) -> Act | None:
        """Take the reading that can tell by itself that it is meant, if one of the two can."""
        for intent, _ in self._known_readings(act)[:4]:
            meant = self.router.settled_by.get(intent)
            if meant and meant(turn):
                return replace(act, intent=intent, confidence=1.0)
        return None

    def ask_back(self, turn: Turn, act: Act) -> list[OutboundMessage]:
        (best, _), (second, _) = (self._inside(act) if act.intent == "out_of_scope" else self._known_readings(act))[:2]
        turn.memory.clarify = turn.text
        one, other = self.intents[best].title, self.intents[second].title
        buttons = [button(one, f"intent:{best}", primary=True), button(other, f"intent:{second}")]
        return [say(f"我想确认一下：您是想{one}，还是{other}？点一下按钮，或者直接说明就行。", buttons=buttons)]

    def as_intent(self, turn: Turn, text: str, intent: str) -> Act:
        """Read a text as this intent, whatever else it might mean."""
        return Act(text, intent, 1.0, ((intent, 1.0),), dict(self.filling.slots_of(text, turn.now)) if text else {})
