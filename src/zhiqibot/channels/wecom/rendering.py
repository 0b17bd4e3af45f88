"""Messages of the product as 企业微信 shows them.

Up to six buttons are a button_interaction card, which also takes the text or the card's fields when they fit; more are
offered as words to type. A card without buttons is a text_notice if the settings give it a link to open, else text.
Lists, and whatever is longer than a card shows, are text in pieces of 2048 bytes. Image and file follow as their own.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from zhiqibot.channels.text import split_bytes, wecom_plain
from zhiqibot.core.messages import Attachment, Button, ButtonStyle, Card, OutboundMessage, as_plain_text

TEXT_BYTES = 2048
MAX_BUTTONS = 6
MAX_FIELDS = 6
TITLE, SUBTITLE, FIELD_NAME, FIELD_VALUE, BUTTON_LABEL = 26, 112, 5, 26, 10
"""Characters clients show of each; what is longer would be cut on the screen, so it goes as text."""
CHOOSE = "请选择"
_STYLES = {ButtonStyle.PRIMARY: 1, ButtonStyle.PLAIN: 2, ButtonStyle.DANGER: 3}


@dataclass(frozen=True)
class TextPart:
    """One text message."""

    content: str


@dataclass(frozen=True)
class CardPart:
    """One template card, and the text that says the same should the platform refuse it."""

    card: dict[str, Any]
    instead: str


@dataclass(frozen=True)
class MediaPart:
    """One image or file, to be uploaded first."""

    attachment: Attachment


Part = TextPart | CardPart | MediaPart


@dataclass
class _Face:
    """What a template card will show."""

    title: str = ""
    subtitle: str = ""
    fields: list[dict[str, str]] = field(default_factory=list)


def render(message: OutboundMessage, key: str, *, card_link: str = "", text_bytes: int = TEXT_BYTES) -> list[Part]:
    """Return the sends a message takes, in the order people should see them; `key` makes the card's task id."""
    buttons = message.buttons if _pressable(message.buttons) else ()
    words = message.model_copy(update={"image": None, "file": None})
    if buttons:
        parts = _with_buttons(words, buttons, key, text_bytes)
    elif message.card and card_link and not message.buttons and _face_of_card(message.card):
        parts = _with_link(words, message.card, key, card_link, text_bytes)
    else:
        parts = _texts(as_plain_text(words), text_bytes)
    return parts + [MediaPart(attachment) for attachment in (message.image, message.file) if attachment]


def texts(content: str, text_bytes: int = TEXT_BYTES) -> list[TextPart]:
    """Return a text in pieces the platform does not cut."""
    return [TextPart(piece) for piece in split_bytes(wecom_plain(content), text_bytes)]


def _texts(content: str, text_bytes: int) -> list[Part]:
    return [*texts(content, text_bytes)]


def _pressable(buttons: tuple[Button, ...]) -> bool:
    return 1 <= len(buttons) <= MAX_BUTTONS and all(b.value and len(b.label) <= BUTTON_LABEL for b in buttons)


def _with_buttons(message: OutboundMessage, buttons: tuple[Button, ...], key: str, text_bytes: int) -> list[Part]:
    """Put into the card what fits there; the rest goes before it as text."""
    before, face = "", _face(message)
    if face is None and message.card and not message.items and (face := _face_of_card(message.card)):
        before = message.text
    if face is None:
        before, face = as_plain_text(message, with_buttons=False), _Face(CHOOSE)
    card = _template("button_interaction", face, key)
    card["button_list"] = [{"text": wecom_plain(b.label), "style": _STYLES[b.style], "key": b.value} for b in buttons]
    shown = message.model_copy(update={"text": ""}) if before == message.text else message
    instead = as_plain_text(OutboundMessage(buttons=buttons) if face.title == CHOOSE and before else shown)
    return [*_texts(before, text_bytes), CardPart(card, instead)]


def _with_link(message: OutboundMessage, card: Card, key: str, link: str, text_bytes: int) -> list[Part]:
    face = _face_of_card(card) or _Face(card.title)
    template = _template("text_notice", face, key) | {"card_action": {"type": 1, "url": link}}
    listed = "\n".join(f"{number}. {item}" for number, item in enumerate(message.items, 1))
    part = CardPart(template, as_plain_text(OutboundMessage(card=card)))
    return [*_texts(message.text, text_bytes), part, *_texts(listed, text_bytes)]


def _face(message: OutboundMessage) -> _Face | None:
    """Return a face that shows all words of the message, or None when they do not fit."""
    if message.items:
        return None
    if message.card:
        face = _face_of_card(message.card)
        if face is None or not message.text:
            return face
        face.subtitle = "\n".join(filter(None, (message.text, face.subtitle)))
        return face if len(face.subtitle) <= SUBTITLE else None
    first, _, rest = message.text.partition("\n")
    if 0 < len(first) <= TITLE and len(rest) <= SUBTITLE:
        return _Face(first, rest.strip())
    return _Face(CHOOSE, message.text) if len(message.text) <= SUBTITLE else None


def _face_of_card(card: Card) -> _Face | None:
    fits = (
        len(card.title) <= TITLE
        and len(card.note) <= SUBTITLE
        and len(card.fields) <= MAX_FIELDS
        and all(len(f.name) <= FIELD_NAME and len(f.value) <= FIELD_VALUE and "\n" not in f.value for f in card.fields)
    )
    if not fits:
        return None
    fields = [{"keyname": wecom_plain(f.name), "value": wecom_plain(f.value)} for f in card.fields]
    return _Face(card.title, card.note, fields)


def _template(card_type: str, face: _Face, key: str) -> dict[str, Any]:
    card: dict[str, Any] = {
        "card_type": card_type,
        "main_title": {"title": wecom_plain(face.title)},
        "task_id": f"zq-{hashlib.sha256(key.encode()).hexdigest()[:40]}",
    }
    if face.subtitle:
        card["sub_title_text"] = wecom_plain(face.subtitle)
    if face.fields:
        card["horizontal_content_list"] = face.fields
    return card
