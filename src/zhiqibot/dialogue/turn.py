"""One turn of a conversation: who speaks, what was understood, what is remembered."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from zhiqibot.core.messages import Attachment, Button, ButtonStyle, Card, OutboundMessage
from zhiqibot.core.people import Speaker as Speaker
from zhiqibot.nlu.understanding import Act

Reply = OutboundMessage | Sequence[OutboundMessage]


@dataclass
class OpenForm:
    """A form being filled: its values so far and what was asked last."""

    intent: str
    values: dict[str, Any] = field(default_factory=dict)
    asked: str = ""
    """Name of the field asked for; empty while the whole is to be confirmed."""
    tries: int = 0
    touched_at: str = ""
    """ISO instant of the person's last word on it."""
    refused: bool = False
    """A no was the answer to the confirmation: the next yes shows it again before it counts."""

    def as_json(self) -> dict[str, Any]:
        return {
            "intent": self.intent,
            "values": self.values,
            "asked": self.asked,
            "tries": self.tries,
            "touched_at": self.touched_at,
            **({"refused": True} if self.refused else {}),
        }


@dataclass
class Memory:
    """What a conversation remembers between messages; stored as JSON with the conversation."""

    form: OpenForm | None = None
    suspended: list[OpenForm] = field(default_factory=list)
    queue: list[dict[str, Any]] = field(default_factory=list)
    """Requests of the same message that still wait for their turn."""
    recent: dict[str, Any] = field(default_factory=dict)
    """What “上一个、刚才那件” means, by kind: ticket, booking, policy, broadcast."""
    choices: list[list[str]] = field(default_factory=list)
    """[label, value] of the buttons shown last: typing a label is pressing it."""
    intent: str = ""
    """The request answered last, which “那……呢？” goes on with."""
    clarify: str = ""
    """The sentence the bot asked back about."""
    last: list[dict[str, Any]] = field(default_factory=list)
    """The last replies, for “再说一遍”."""
    missed: int = 0
    """Messages in a row that were not understood."""
    heard: dict[str, Any] = field(default_factory=dict)
    """The last fresh request and how it was read, until the person goes along with it (see doubts.py)."""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Memory":
        """Return the memory stored as `data`; nothing is shared with it, so that a change can be told from it."""
        data = deepcopy(data)
        form = data.get("form")
        return cls(
            form=OpenForm(**form) if form else None,
            suspended=[OpenForm(**one) for one in data.get("suspended", [])],
            queue=list(data.get("queue", [])),
            recent=dict(data.get("recent", {})),
            choices=list(data.get("choices", [])),
            intent=data.get("intent", ""),
            clarify=data.get("clarify", ""),
            last=list(data.get("last", [])),
            missed=data.get("missed", 0),
            heard=dict(data.get("heard", {})),
        )

    def as_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "form": self.form.as_json() if self.form else None,
            "suspended": [one.as_json() for one in self.suspended],
            "queue": self.queue,
            "recent": self.recent,
            "choices": self.choices,
            "intent": self.intent,
            "clarify": self.clarify,
            "last": self.last,
            "missed": self.missed,
            "heard": self.heard,
        }
        return {key: value for key, value in data.items() if value}


@dataclass
class Turn:
    """What a handler gets: one understood request of one person, inside one unit of work."""

    session: Session
    now: datetime
    speaker: Speaker
    text: str
    act: Act
    memory: Memory
    attachments: tuple[Attachment, ...] = ()
    argument: str = ""
    """What follows the action in a pressed button's value."""
    message_key: str = ""
    """Identity of the message: the same when it is handled again; empty where there is no channel."""

    @property
    def slots(self) -> dict[str, Any]:
        return self.act.slots

    @property
    def open_form(self) -> OpenForm:
        """The form being filled; raises ValueError when there is none."""
        if self.memory.form is None:
            raise ValueError("no form is open")
        return self.memory.form


def say(
    text: str,
    *,
    buttons: Sequence[Button] = (),
    card: Card | None = None,
    items: Sequence[str] = (),
) -> OutboundMessage:
    """Build one message."""
    return OutboundMessage(text=text, card=card, items=tuple(items), buttons=tuple(buttons))


def button(label: str, value: str, *, primary: bool = False, danger: bool = False) -> Button:
    """Build one button; see router.py for what `value` may say."""
    style = ButtonStyle.PRIMARY if primary else ButtonStyle.DANGER if danger else ButtonStyle.PLAIN
    return Button(label=label[:20], value=value, style=style)


def waiting(act: Act) -> dict[str, Any]:
    """Return a request as it waits in the memory's queue."""
    return {"text": act.text, "intent": act.intent, "slots": act.slots}


def as_list(reply: Reply) -> list[OutboundMessage]:
    """Return a reply as a list of messages."""
    return [reply] if isinstance(reply, OutboundMessage) else list(reply)
