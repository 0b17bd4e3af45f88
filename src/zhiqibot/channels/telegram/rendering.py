"""Messages of the product as Telegram shows them.

Text, card and list are one message of lines, cut at 4096; buttons are an inline keyboard under its last piece, and
those whose value is longer than Telegram's 64 bytes are offered as words to type.  Image and file follow as their own.
"""

from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from zhiqibot.channels.text import split, telegram_html, telegram_plain, utf16_size
from zhiqibot.core.messages import Attachment, Button, OutboundMessage

TEXT_LIMIT = 4096
"""UTF-16 units after the markup is read."""
CALLBACK_BYTES = 64
ROW_WIDTH = 18
"""Characters of the labels that fit side by side on a phone."""


@dataclass(frozen=True)
class Line:
    """One line of a message."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class TextPart:
    """One sendMessage."""

    html: str
    plain: str
    keyboard: InlineKeyboardMarkup | None = None


@dataclass(frozen=True)
class MediaPart:
    """One sendPhoto or sendDocument."""

    attachment: Attachment


Part = TextPart | MediaPart


def render(message: OutboundMessage) -> list[Part]:
    """Return the sends a message takes, in the order people should see them."""
    pressable = [button for button in message.buttons if 1 <= len(button.value.encode()) <= CALLBACK_BYTES]
    typed = [button for button in message.buttons if button not in pressable]
    lines = _lines(message, typed)
    if pressable and not lines:
        lines = [Line("请选择：")]
    pages = _pages(lines)
    parts: list[Part] = []
    for number, page in enumerate(pages, 1):
        keyboard = _keyboard(pressable) if pressable and number == len(pages) else None
        parts.append(text_part(page, keyboard))
    parts += [MediaPart(attachment) for attachment in (message.image, message.file) if attachment]
    return parts


def text_part(lines: list[Line], keyboard: InlineKeyboardMarkup | None = None) -> TextPart:
    """Return one sendMessage of these lines."""
    html = "\n".join(f"<b>{telegram_html(x.text)}</b>" if x.bold else telegram_html(x.text) for x in lines)
    return TextPart(html, "\n".join(telegram_plain(line.text) for line in lines), keyboard)


def _lines(message: OutboundMessage, typed: list[Button]) -> list[Line]:
    lines = [Line(line) for line in message.text.splitlines()]
    if message.card:
        lines += [Line("")] if lines else []
        lines.append(Line(f"【{message.card.title}】", bold=True))
        lines += [Line(f"{field.name}：{field.value}") for field in message.card.fields]
        lines += [Line(message.card.note)] if message.card.note else []
    lines += [Line(f"{number}. {item}") for number, item in enumerate(message.items, 1)]
    if typed:
        lines.append(Line("可回复：" + " / ".join(button.label for button in typed)))
    return lines


def _pages(lines: list[Line]) -> list[list[Line]]:
    """Fill messages with whole lines; only a line longer than a message is cut."""
    pages: list[list[Line]] = []
    page: list[Line] = []
    used = 0
    for line in lines:
        shown = telegram_plain(line.text)
        for piece in split(shown, TEXT_LIMIT, utf16_size) or [""]:
            size = utf16_size(piece) + 1
            if page and used + size > TEXT_LIMIT:
                pages, page, used = [*pages, page], [], 0
            page.append(Line(piece, line.bold))
            used += size
    return [*pages, page] if any(line.text.strip() for line in page) else pages


def _keyboard(buttons: list[Button]) -> InlineKeyboardMarkup:
    rows: list[list[InlineKeyboardButton]] = []
    width = ROW_WIDTH
    for button in buttons[:100]:
        width += len(button.label) + 2
        if width > ROW_WIDTH:
            rows.append([])
            width = len(button.label) + 2
        rows[-1].append(InlineKeyboardButton(button.label, callback_data=button.value))
    return InlineKeyboardMarkup(rows)
