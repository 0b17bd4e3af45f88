"""The one form of a message, in and out, whatever platform it travels on.

An adapter turns its platform's payload into one `InboundMessage` and renders one `OutboundMessage`; a platform that
lacks a part (cards, buttons, lists) shows it as plain text through `as_plain_text`, numbered where a press is possible.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

MAX_TEXT = 4_000
"""Characters of one inbound text the product reads; longer ones are cut, and the person is told."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _whole(cls, value: object) -> object:
        """Drop lone surrogates: JSON may carry them, no storage and no platform takes them."""
        return value.encode("utf-8", "ignore").decode("utf-8") if isinstance(value, str) else value


class Attachment(_Message):
    """A file a person sent: where the product keeps it, or how to fetch it from the platform."""

    kind: Literal["image", "file", "voice", "video", "location"]
    name: str = ""
    media_type: str = ""
    size: int = 0
    """Bytes; 0 when the platform does not tell."""
    reference: str = ""
    """Key in the product's file store, or the platform's media id (`platform:<id>`)."""


class InboundMessage(_Message):
    """What a person said or pressed. (channel, account, message_id) is its identity: a repeat is the same message."""

    channel: str
    account: str = "default"
    """Which bot account of the platform received it."""
    message_id: str
    conversation_id: str
    sender_id: str
    sender_name: str = ""
    text: str = ""
    button: str = ""
    """Payload of a pressed button; empty when the person typed."""
    attachments: tuple[Attachment, ...] = ()
    sent_at: datetime
    group: bool = False


def conversation_key(message: InboundMessage) -> str:
    """Return the key of a message's conversation; in a group every member has a thread of their own."""
    thread = f"{message.conversation_id}:{message.sender_id}" if message.group else message.conversation_id
    return f"{message.channel}:{message.account}:{thread}"


@dataclass(frozen=True)
class Thread:
    """Where a message goes: one conversation (`key`, see conversation_key) on one platform."""

    key: str
    channel: str
    account: str
    address: str


class ButtonStyle(StrEnum):
    """How a platform may stress a button."""

    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"


class Button(_Message):
    """A press sends `value` back as `InboundMessage.button`; typing `label` does the same."""

    label: str = Field(max_length=20)
    value: str = Field(max_length=60)
    style: ButtonStyle = ButtonStyle.PLAIN


class Field_(_Message):  # noqa: N801  (pydantic owns the name Field)
    """One line of a card: a name and its value."""

    name: str
    value: str


class Card(_Message):
    """A titled box of fields, e.g. a ticket or a booking."""

    title: str
    fields: tuple[Field_, ...] = ()
    note: str = ""


class OutboundMessage(_Message):
    """What the bot says: any of text, card, list, buttons, image and file, shown in that order."""

    text: str = ""
    card: Card | None = None
    items: tuple[str, ...] = ()
    """A list, one line each."""
    buttons: tuple[Button, ...] = ()
    image: Attachment | None = None
    file: Attachment | None = None


def card(title: str, fields: Sequence[tuple[str, str]], note: str = "") -> Card:
    """Build a card from (name, value) pairs, leaving out pairs without a value."""
    return Card(title=title, fields=tuple(Field_(name=n, value=v) for n, v in fields if v), note=note)


def as_plain_text(message: OutboundMessage, *, with_buttons: bool = True) -> str:
    """Render a message for a platform (or a test) that shows only text; buttons become a line of choices."""
    lines: list[str] = [message.text] if message.text else []
    if message.card:
        lines.append(f"【{message.card.title}】")
        lines += [f"{field.name}：{field.value}" for field in message.card.fields]
        if message.card.note:
            lines.append(message.card.note)
    lines += [f"{number}. {item}" for number, item in enumerate(message.items, 1)]
    for part, word in ((message.image, "图片"), (message.file, "文件")):
        if part:
            lines.append(f"[{word}：{part.name or '未命名'}]")
    if with_buttons and message.buttons:
        lines.append("可回复：" + " / ".join(button.label for button in message.buttons))
    return "\n".join(lines)
