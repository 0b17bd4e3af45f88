"""Telegram's updates, read as messages of the product."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, Message, MessageEntity, Update, User
from telegram.constants import ChatType

from zhiqibot.core.clock import Clock, local
from zhiqibot.core.errors import PayloadInvalid
from zhiqibot.core.messages import Attachment, InboundMessage
from zhiqibot.core.privacy import clean

ALLOWED_UPDATES = ("message", "edited_message", "callback_query")
COMMANDS = {"start": "intent:greet", "help": "intent:help", "my": "do:my_tickets", "cancel": "cancel"}
"""What a command presses."""
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)


@dataclass(frozen=True)
class Reading:
    """What an update says: nothing for what the bot does not answer (others' talk, service notes, bots)."""

    message: InboundMessage | None
    press_id: str = ""
    """Set when a button was pressed: Telegram waits for an answer to it, whatever it says."""


@dataclass(frozen=True)
class Reader:
    """Translates updates of one bot."""

    channel: str
    account: str
    clock: Clock

    def read(self, data: dict[str, Any], me: User) -> Reading:
        """Translate one raw update; raise PayloadInvalid when it is not what Telegram sends."""
        try:
            update = Update.de_json(data, None)
            if type(update.update_id) is not int:
                raise TypeError
            query = update.callback_query
            if query is not None:
                return Reading(self._press(update.update_id, query), str(query.id))
            message = update.message or update.edited_message
            if message is None or message.from_user is None or message.from_user.is_bot:
                return Reading(None)
            return Reading(self._said(update.update_id, message, message.from_user, me))
        except (TypeError, KeyError, ValueError, AttributeError, ArithmeticError, OSError) as error:
            # the library checks no types: a wrong one shows only where it is used
            raise PayloadInvalid(channel=self.channel, reason=type(error).__name__) from None

    def _press(self, update_id: int, query: CallbackQuery) -> InboundMessage | None:
        if not query.data:
            return None
        chat = query.message.chat if query.message else None
        return InboundMessage(
            channel=self.channel,
            account=self.account,
            message_id=f"{update_id}.c{query.id}",
            conversation_id=str(chat.id if chat else query.from_user.id),
            sender_id=str(query.from_user.id),
            sender_name=clean(query.from_user.full_name),
            button=clean(query.data),
            sent_at=self.clock(),  # a press carries no time
            group=chat is not None and chat.type in _GROUPS,
        )

    def _said(self, update_id: int, message: Message, sender: User, me: User) -> InboundMessage | None:
        group = message.chat.type in _GROUPS
        if not group and message.chat.type != ChatType.PRIVATE:
            return None
        text, button = _words(message, me)
        if group and not _for_me(message, me):
            return None
        attachments = _attachments(message)
        if not (text or button or attachments or message.text or message.caption):
            return None
        if group and not (text or button or attachments):
            button = COMMANDS["start"]  # only the bot's name: somebody calls it
        return InboundMessage(
            channel=self.channel,
            account=self.account,
            message_id=f"{update_id}.m{message.message_id}",
            conversation_id=str(message.chat.id),
            sender_id=str(sender.id),
            sender_name=clean(sender.full_name),
            text=text,
            button=button,
            attachments=attachments,
            sent_at=local(message.edit_date or message.date),
            group=group,
        )


def _words(message: Message, me: User) -> tuple[str, str]:
    """Return the text without the bot's name, and the button a command stands for."""
    raw = message.text or message.caption or ""
    command, addressee, rest = _command(message)
    if command in COMMANDS and addressee in ("", (me.username or "").lower()):
        if command == "start" and rest:  # a deep link (t.me/bot?start=邀请码) says what it carries
            return clean(rest), ""
        return "", COMMANDS[command]
    for entity, part in _entities(message):
        if entity.type == MessageEntity.MENTION and _is_name(part, me):
            raw = raw.replace(part, " ", 1)
    if not raw and message.sticker:
        raw = message.sticker.emoji or ""
    return clean(raw), ""


def _command(message: Message) -> tuple[str, str, str]:
    """Return (command, bot it names, rest) of a text that begins with one."""
    text = message.text or ""
    first = next((e for e in message.entities if e.type == MessageEntity.BOT_COMMAND and e.offset == 0), None)
    if first is None and not text.startswith("/"):
        return "", "", ""
    word, _, rest = text.partition(" ")
    name, _, addressee = word[1:].partition("@")
    return name.lower(), addressee.lower(), rest.strip()


def _for_me(message: Message, me: User) -> bool:
    """Tell whether a group's message is meant for the bot: a command, a mention or a reply."""
    command, addressee, _ = _command(message)
    if command:
        return addressee == (me.username or "").lower() if addressee else command in COMMANDS
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == me.id:
        return True
    for entity, part in _entities(message):
        if entity.type == MessageEntity.MENTION and _is_name(part, me):
            return True
        if entity.type == MessageEntity.TEXT_MENTION and entity.user and entity.user.id == me.id:
            return True
    return False


def _is_name(mention: str, me: User) -> bool:
    return bool(me.username) and mention.lower() == f"@{me.username}".lower()


def _entities(message: Message) -> list[tuple[MessageEntity, str]]:
    found = message.parse_entities() if message.text else message.parse_caption_entities() if message.caption else {}
    return list(found.items())


def _attachments(message: Message) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        found.append(_attachment("image", largest.file_id, largest.file_size, "", "image/jpeg"))
    documents: Sequence[Any] = (message.document, message.audio) if not message.animation else ()
    for part in filter(None, documents):
        found.append(_attachment("file", part.file_id, part.file_size, part.file_name, part.mime_type))
    if message.voice:
        voice = message.voice
        found.append(_attachment("voice", voice.file_id, voice.file_size, "", voice.mime_type or "audio/ogg"))
    video = message.video or message.animation or message.video_note
    if video:
        found.append(_attachment("video", video.file_id, video.file_size, "", getattr(video, "mime_type", None)))
    if message.location:
        place = message.venue.title if message.venue else ""
        reference = f"geo:{message.location.latitude},{message.location.longitude}"
        found.append(Attachment(kind="location", name=clean(place), reference=reference))
    return tuple(found)


def _attachment(kind: Any, file_id: str, size: int | None, name: str | None, media_type: str | None) -> Attachment:
    return Attachment(
        kind=kind,
        name=clean(name or ""),
        media_type=clean(media_type or ""),
        size=size or 0,
        reference=f"platform:{file_id}",
    )
