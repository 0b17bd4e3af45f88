"""企业微信 callbacks, read as messages of the product.  Source: 企业微信开发者中心,《消息格式》 and 《事件格式》."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from zhiqibot.channels.payload import read_xml
from zhiqibot.core.clock import SHANGHAI
from zhiqibot.core.errors import PayloadInvalid
from zhiqibot.core.messages import Attachment, InboundMessage
from zhiqibot.core.privacy import clean

GREET = "intent:greet"
_EVENT_KEY = ("FromUserName", "CreateTime", "Event", "EventKey", "ChangeType", "TaskId", "AgentID")
"""Time is in whole seconds: with fewer parts two different events look like one."""


@dataclass(frozen=True)
class Reader:
    """Translates the callbacks of one app."""

    channel: str
    account: str
    agent_id: int

    def read(self, plain: bytes) -> InboundMessage | None:
        """Return what a member said or pressed; None for callbacks that ask for no answer. Raises PayloadInvalid."""
        root = read_xml(plain, self.channel)
        sender = _text(root, "FromUserName")
        kind = _text(root, "MsgType")
        content = _event(root) if kind == "event" else _CONTENT[kind](root) if kind in _CONTENT else None
        if content is None:
            return None
        agent = _text(root, "AgentID")
        if not sender or (agent and agent != str(self.agent_id)):
            raise self._invalid("sender or agent")
        return InboundMessage(
            channel=self.channel,
            account=self.account,
            message_id=self._identity(root, kind),
            conversation_id=sender,
            sender_id=sender,
            sent_at=self._time(root),
            **content,
        )

    def _identity(self, root: Element, kind: str) -> str:
        if kind != "event":
            number = _text(root, "MsgId")
            if not number:
                raise self._invalid("MsgId")
            return f"m{number[:64]}"
        parts = "\x1f".join(_text(root, name) for name in _EVENT_KEY)
        return f"e{hashlib.sha256(parts.encode()).hexdigest()[:40]}"

    def _time(self, root: Element) -> datetime:
        try:
            return datetime.fromtimestamp(int(_text(root, "CreateTime")), SHANGHAI)
        except (ValueError, OverflowError, OSError):
            raise self._invalid("CreateTime") from None

    def _invalid(self, reason: str) -> PayloadInvalid:
        return PayloadInvalid(channel=self.channel, reason=reason)


def _text(root: Element, name: str) -> str:
    return clean(root.findtext(name) or "")


def _event(root: Element) -> dict[str, Any] | None:
    event = _text(root, "Event")
    if event == "subscribe":
        return {"button": GREET}
    if event in ("click", "template_card_event") and _text(root, "EventKey"):
        return {"button": _text(root, "EventKey")}
    return None  # enter_agent comes at every opening of the chat: a greeting each time would be noise


def _said(root: Element) -> dict[str, Any]:
    return {"text": _text(root, "Content")}


def _image(root: Element) -> dict[str, Any]:
    return _file(root, "image", "image/jpeg")


def _voice(root: Element) -> dict[str, Any]:
    found = _file(root, "voice", f"audio/{_text(root, 'Format') or 'amr'}")
    return found | {"text": _text(root, "Recognition")}


def _video(root: Element) -> dict[str, Any]:
    return _file(root, "video", "video/mp4")


def _document(root: Element) -> dict[str, Any]:
    return _file(root, "file", "")


def _file(root: Element, kind: Any, media_type: str) -> dict[str, Any]:
    size = _text(root, "FileSize")
    attachment = Attachment(
        kind=kind,
        name=_text(root, "FileName") or _text(root, "Title"),
        media_type=media_type,
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0,
        reference=f"platform:{_text(root, 'MediaId')}",
    )
    return {"attachments": (attachment,)}


def _location(root: Element) -> dict[str, Any]:
    reference = f"geo:{_text(root, 'Location_X')},{_text(root, 'Location_Y')}"
    return {"attachments": (Attachment(kind="location", name=_text(root, "Label"), reference=reference),)}


def _link(root: Element) -> dict[str, Any]:
    return {"text": "\n".join(filter(None, (_text(root, name) for name in ("Title", "Description", "Url"))))}


_CONTENT = {
    "text": _said,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "file": _document,
    "location": _location,
    "link": _link,
}
