"""Sending one message to one member: its parts in order, each once, never faster than the platform delivers."""

import mimetypes
import re
from dataclasses import dataclass, field
from typing import Any

from zhiqibot.channels.pacing import Pace, Progress, Recent
from zhiqibot.channels.payload import ReadFile
from zhiqibot.channels.text import invisible_mark, utf8_size
from zhiqibot.channels.wecom.api import Refusal, WeComApi
from zhiqibot.channels.wecom.rendering import TEXT_BYTES, CardPart, MediaPart, Part, TextPart, render, texts
from zhiqibot.channels.wecom.settings import WeComSettings
from zhiqibot.core.errors import DeliveryFailed, DeliveryRefused
from zhiqibot.core.messages import Attachment, OutboundMessage

PER_MINUTE = 30
"""To one member; the platform drops the rest without a word."""
FILE_LIMIT = 20 * 1024 * 1024
SMALLEST_FILE = 6
DUPLICATE_CHECK_S = 4 * 3600
MEMBER_UNKNOWN = frozenset({60111, 81013, 40003, 40031, 46004, 60011, 86004})
MEDIA_GONE = 40007
_MEMBER = re.compile(r"[0-9A-Za-z_.@-]{1,64}")
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_MARK_BYTES = utf8_size(invisible_mark(""))


@dataclass
class Sender:
    """Turns one OutboundMessage into calls of message/send."""

    api: WeComApi
    settings: WeComSettings
    channel: str
    read_file: ReadFile | None
    pace: Pace = field(default_factory=lambda: Pace(PER_MINUTE))
    _progress: Progress = field(default_factory=Progress)
    _media: Recent[str] = field(default_factory=Recent)
    """Media ids of uploads whose message has not gone out yet: a retry must be the same message."""

    async def send(self, address: str, message: OutboundMessage, key: str) -> str:
        """Send what of the message has not gone out; return the receipts of all parts."""
        if not _MEMBER.fullmatch(address) or address.lower() == "@all":  # one member, never a list or everybody
            raise DeliveryRefused(channel=self.channel, reason="地址不是企业微信成员")
        parts = render(message, key, card_link=self.settings.card_link, text_bytes=TEXT_BYTES - _MARK_BYTES)
        for number in range(len(self._progress.receipts(key)), len(parts)):
            receipt = await self._send_part(address, parts[number], f"{key}#{number}")
            self._progress.add(key, receipt)
        return self._progress.finish(key)

    async def _send_part(self, address: str, part: Part, key: str) -> str:
        if isinstance(part, MediaPart):
            return await self._send_media(address, part.attachment, key)
        if isinstance(part, TextPart):
            return await self._send_text(address, part, key)
        try:
            return await self._post(address, "template_card", part.card)
        except Refusal:
            return await self._send_instead(address, part, key)

    async def _send_instead(self, address: str, part: CardPart, key: str) -> str:
        """Send the card's words: an old private deployment may know no template cards."""
        pieces = texts(part.instead, TEXT_BYTES - _MARK_BYTES)
        receipts = [await self._send_text(address, piece, f"{key}.{n}") for n, piece in enumerate(pieces)]
        return receipts[-1] if receipts else ""

    async def _send_text(self, address: str, part: TextPart, key: str) -> str:
        try:
            return await self._post(address, "text", {"content": part.content + invisible_mark(key)})
        except Refusal as refusal:
            raise self._failed(refusal) from None

    async def _send_media(self, address: str, attachment: Attachment, key: str) -> str:
        kind, media_id = await self._uploaded(attachment, key)
        if not media_id:
            name = attachment.name or "未命名"
            return await self._send_text(
                address, TextPart(f"[文件：{name}] 这份文件暂时发不过来，请在网页端查看，或联系工作人员索取。"), key
            )
        try:
            receipt = await self._post(address, kind, {"media_id": media_id})
        except Refusal as refusal:
            if refusal.code == MEDIA_GONE:
                self._media.drop(key)
            raise self._failed(refusal) from None
        self._media.drop(key)
        return receipt

    async def _uploaded(self, attachment: Attachment, key: str) -> tuple[str, str]:
        """Return (kind, media id); no id when the platform cannot take the file."""
        origin, _, media_id = attachment.reference.partition(":")
        if origin == "platform":
            return ("image" if attachment.kind == "image" else "file"), media_id
        if known := self._media.get(key):
            kind, _, media_id = known.partition(":")
            return kind, media_id
        content = await self.read_file(attachment) if self.read_file else b""
        if not SMALLEST_FILE <= len(content) <= FILE_LIMIT:
            return "file", ""
        is_image = content.startswith(_IMAGES) and len(content) <= self.settings.image_limit
        kind = "image" if attachment.kind == "image" and is_image else "file"
        media_type = attachment.media_type or mimetypes.guess_type(attachment.name)[0] or "application/octet-stream"
        try:
            media_id = await self.api.upload(kind, attachment.name, content, media_type)
        except Refusal as refusal:
            raise self._failed(refusal) from None
        self._media.put(key, f"{kind}:{media_id}")
        return kind, media_id

    async def _post(self, address: str, kind: str, content: dict[str, Any]) -> str:
        """Send one part; the receipt is the platform's msgid. Raises Refusal for what the card or text may be blamed."""
        if wait := self.pace.wait_s(address.lower()):
            raise DeliveryFailed(channel=self.channel, reason="member limit", retry_after_s=wait)
        body = {
            "touser": address,
            "msgtype": kind,
            "agentid": self.settings.agent_id,
            kind: content,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": DUPLICATE_CHECK_S,
        }
        try:
            answer = await self.api.call("/cgi-bin/message/send", body)
        except Refusal as refusal:
            if refusal.code in MEMBER_UNKNOWN:
                raise self._unknown() from None
            raise
        left_out = f"{answer.get('invaliduser') or ''}|{answer.get('unlicenseduser') or ''}".lower().split("|")
        if address.lower() in left_out:  # the platform answers in lower case
            raise self._unknown()
        return str(answer.get("msgid", ""))

    def _unknown(self) -> DeliveryRefused:
        return DeliveryRefused(channel=self.channel, reason="成员不存在、不在应用可见范围内或未激活")

    def _failed(self, refusal: Refusal) -> DeliveryFailed:
        return DeliveryFailed(channel=self.channel, reason=str(refusal))
