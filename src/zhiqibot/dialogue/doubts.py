"""Doubts: which message was perhaps not understood, and how the person showed it. What is doubtful goes to a notebook.

The last fresh request is remembered in `Memory.heard` until the person goes along with its reading: answers what was
asked, presses a button of the reply, or says something new.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy.orm import Session

from zhiqibot.core.privacy import mask
from zhiqibot.dialogue.judging import CHITCHAT, EMPHASIS, SURE_OF_QUESTION
from zhiqibot.dialogue.turn import OpenForm, Turn
from zhiqibot.nlu.understanding import Act

LONGEST = 300
"""Characters remembered of a message."""
_OPENS = r"(?:不是(?:这个(?:意思)?|的)?|不对|错了|(?:你们?|您)?(?:理解|弄|搞|听|看|会)错(?:意|了)*)"
_SELF = r"(?:我|俺|咱)们?"
_MEANS = rf"(?:{_SELF}?的?意思是|{_SELF}(?:想|要)?(?:问|说|指|找|办)的?是|{_SELF}是(?:想要?|要)?(?:问|说)?|{_SELF}(?:想要?|要)(?:问|说)?)"
_MEANT = re.compile(rf"^(?:{_OPENS}[吧啊呀哦了]?[\s，,。！!：:]*)+{_MEANS}[\s，,：:“\"]*(?P<meant>.{{3,}})$", re.DOTALL)


class Why(StrEnum):
    """Why a message is doubtful."""

    UNSURE = "unsure"
    CORRECTED = "corrected"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True)
class Doubtful:
    """A message that was perhaps not understood."""

    key: str
    """Identity of the message: the same when it is handled again."""
    text: str
    role: str
    intent: str
    confidence: float
    ranking: tuple[str, ...]
    why: Why
    topic: str = ""
    asked: str = ""
    """What the product asked back."""
    became: str = ""
    """The intent it turned out to be, where that is known."""
    names: tuple[str, ...] = ()
    """Names of people that the text may hold."""


class Notebook(Protocol):
    """Keeps doubtful messages, in the turn's unit of work."""

    def doubts(self, intent: str, confidence: float) -> Why | None:
        """Return why a reading is worth a second look, or None."""

    def keep(self, session: Session, message: Doubtful, now: datetime) -> None:
        """Keep a message; the same one twice is kept once."""

    def became(self, session: Session, key: str, intent: str, *, corrected: bool) -> None:
        """Note what a kept message turned out to be."""


def meant_instead(text: str) -> str:
    """Return what follows “不是，我是问……”, or nothing."""
    found = _MEANT.match(text.strip())
    return found["meant"].strip('”" ') if found else ""


@dataclass(frozen=True)
class Doubts:
    """What the engine tells; without a notebook nothing is remembered."""

    notebook: Notebook | None = None

    def read(self, turn: Turn, act: Act, *, asked: str = "") -> None:
        """A fresh message was read as `act`; `asked` is the question, where the product asked back."""
        if self.notebook is None:
            return
        before = turn.memory.heard
        if before and act.intent not in CHITCHAT and not asked:
            self._settle(turn, before, act.intent)
        heard: dict[str, Any] = {
            "key": turn.message_key or f"{turn.speaker.thread_key}:{turn.now.isoformat()}",
            "text": mask(act.text)[:LONGEST],
            "intent": act.intent,
            "confidence": round(act.confidence, 3),
            "ranking": [intent for intent, _ in act.ranking],
            "topic": str(act.slots.get("topic") or ""),
            "asked": asked,
        }
        turn.memory.heard = heard
        chat = act.intent in CHITCHAT and act.intent != "out_of_scope" and len(act.text) <= EMPHASIS
        why = Why.UNSURE if asked else None if chat else self.notebook.doubts(act.intent, act.confidence)
        if why:
            heard["kept"] = True
            self._keep(turn, heard, why)

    def chosen(self, turn: Turn, intent: str) -> None:
        """The person pressed what they meant after being asked back."""
        if self.notebook and turn.memory.heard.get("asked"):
            self._correct(turn, turn.memory.heard, intent)
        turn.memory.heard = {}

    def pressed(self, turn: Turn, kind: str) -> None:
        """The person pressed a button of the reply: they went along with it, unless it ends the form that just opened."""
        if kind != "cancel":
            turn.memory.heard = {}

    def accepted(self, turn: Turn) -> None:
        """The person went along with the reading."""
        turn.memory.heard = {}

    def cancelled(self, turn: Turn, form: OpenForm) -> None:
        """The person cancelled a form; if it had only just opened, what they say next may be what they meant."""
        if turn.memory.heard.get("intent") == form.intent:
            turn.memory.heard["cancelled"] = True
        else:
            turn.memory.heard = {}

    def another(self, turn: Turn, act: Act) -> bool:
        """Tell whether “不是，我是问……” names another request than the one read before."""
        known = act.intent not in CHITCHAT and act.confidence >= SURE_OF_QUESTION
        return known and act.intent != turn.memory.heard.get("intent")

    def corrected(self, turn: Turn, intent: str) -> None:
        """The person said that they had meant `intent`."""
        if self.notebook:
            self._correct(turn, turn.memory.heard, intent)
        turn.memory.heard = {}

    # -- helpers ------------------------------------------------------------------------------------------------

    def _settle(self, turn: Turn, before: dict[str, Any], intent: str) -> None:
        """A new request right after a question of ours, or after a form cancelled at once, says what was meant."""
        said_instead = before.get("asked") and intent in before["ranking"]
        meant_otherwise = before.get("cancelled") and intent != before["intent"]
        if said_instead or meant_otherwise:
            self._correct(turn, before, intent)

    def _correct(self, turn: Turn, heard: dict[str, Any], intent: str) -> None:
        corrected = intent != heard["intent"]
        if heard.get("kept") and self.notebook:
            self.notebook.became(turn.session, heard["key"], intent, corrected=corrected)
        elif corrected:
            self._keep(turn, heard, Why.CORRECTED, intent)

    def _keep(self, turn: Turn, heard: dict[str, Any], why: Why, became: str = "") -> None:
        if self.notebook is None:
            return
        message = Doubtful(
            key=heard["key"],
            text=heard["text"],
            role=turn.speaker.language_role,
            intent=heard["intent"],
            confidence=heard["confidence"],
            ranking=tuple(heard["ranking"]),
            why=why,
            topic=heard["topic"],
            asked=heard["asked"],
            became=became,
            names=(turn.speaker.name,) if turn.speaker.name else (),
        )
        self.notebook.keep(turn.session, message, turn.now)
