"""Sending one message to one chat: its parts in order, each once."""

from dataclasses import dataclass, field

from telegram import Bot, InputFile, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated

from zhiqibot.channels.pacing import Pace, Progress, Recent
from zhiqibot.channels.payload import ReadFile
from zhiqibot.channels.telegram.errors import is_markup_fault, translated
from zhiqibot.channels.telegram.rendering import Line, MediaPart, Part, TextPart, render, text_part
from zhiqibot.channels.text import file_name
from zhiqibot.core.errors import DeliveryFailed, DeliveryRefused
from zhiqibot.core.messages import Attachment, OutboundMessage

GROUP_PER_MINUTE = 20
PHOTO_LIMIT = 10 * 1024 * 1024
FILE_LIMIT = 50 * 1024 * 1024

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)  # an address in a text must not fetch or show anything


@dataclass
class Sender:
    """Turns one OutboundMessage into calls of the Bot API."""

    bot: Bot
    channel: str
    read_file: ReadFile | None
    _progress: Progress = field(default_factory=Progress)
    _groups: Pace = field(default_factory=lambda: Pace(GROUP_PER_MINUTE))
    _moved: Recent[int] = field(default_factory=Recent)
    """Groups that became supergroups, by their old id."""

    async def send(self, address: str, message: OutboundMessage, key: str) -> str:
        """Send what of the message has not gone out; return the receipts of all parts."""
        try:
            chat_id = self._moved.get(address) or int(address)
        except ValueError:
            raise DeliveryRefused(channel=self.channel, reason="地址不是 Telegram 会话") from None
        for part in render(message)[len(self._progress.receipts(key)) :]:
            if chat_id < 0 and (wait := self._groups.wait_s(address)):
                raise DeliveryFailed(channel=self.channel, reason="group limit", retry_after_s=wait)
            with translated(self.channel):
                try:
                    receipt = await self._send_part(chat_id, part)
                except ChatMigrated as moved:
                    chat_id = moved.new_chat_id
                    self._moved.put(address, chat_id)
                    receipt = await self._send_part(chat_id, part)
            self._progress.add(key, receipt)
        return self._progress.finish(key)

    async def _send_part(self, chat_id: int, part: Part) -> str:
        if isinstance(part, MediaPart):
            return await self._send_media(chat_id, part.attachment)
        return await self._send_text(chat_id, part)

    async def _send_text(self, chat_id: int, part: TextPart) -> str:
        try:
            sent = await self.bot.send_message(
                chat_id,
                part.html,
                parse_mode=ParseMode.HTML,
                reply_markup=part.keyboard,
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as error:
            if not is_markup_fault(error):
                raise
            sent = await self.bot.send_message(
                chat_id, part.plain, reply_markup=part.keyboard, link_preview_options=_NO_PREVIEW
            )
        return str(sent.message_id)

    async def _send_media(self, chat_id: int, attachment: Attachment) -> str:
        kind, _, file_id = attachment.reference.partition(":")
        if kind == "platform":  # Telegram has it already
            content: str | InputFile = file_id
            size = 0
        else:
            data = await self.read_file(attachment) if self.read_file else b""
            size = len(data)
            if not 0 < size <= FILE_LIMIT:
                return await self._send_text(chat_id, _unsendable(attachment))
            content = InputFile(data, filename=file_name(attachment.name, "file"))
        if attachment.kind == "image" and size <= PHOTO_LIMIT:
            return str((await self.bot.send_photo(chat_id, content)).message_id)
        return str((await self.bot.send_document(chat_id, content)).message_id)


def _unsendable(attachment: Attachment) -> TextPart:
    name = attachment.name or "未命名"
    return text_part([Line(f"[文件：{name}] 这份文件暂时发不过来，请在网页端查看，或联系工作人员索取。")])
