"""Text on its way to a platform: cut to its limits, and kept from turning into markup there."""

import hashlib
import html
import re
from collections.abc import Callable

Size = Callable[[str], int]

_BREAKS = ("\n\n", "\n", "。", "！", "？", "；", "，", "、", " ")
"""Where a long text is best cut, best first."""
_LAST_PART = 0.5  # a break in the first half would make needlessly short pieces
_MENTION = re.compile(r"(?<![\w@])@(?=[A-Za-z]\w{3,31})", re.ASCII)
_TAG = re.compile(r"<(?=\s*[/!?@A-Za-z])")
_JOINER = "\u2060"
_INVISIBLE = "\u200b\u200c\u2060\u2063"
_MARK_LENGTH = 12
_FILE_NAME = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|\u202a-\u202e\u2066-\u2069]')


def utf8_size(text: str) -> int:
    """Return bytes in UTF-8: how the Chinese platforms count."""
    return len(text.encode())


def utf16_size(text: str) -> int:
    """Return UTF-16 units: how Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(text: str, limit: int, size: Size = len) -> list[str]:
    """Cut a text into pieces of at most `limit`, at a line or sentence end where one is near.

    No code point is ever cut; joined again, the pieces give the text except for blanks at the cuts.
    `limit` must hold at least one character."""
    pieces = []
    rest = text.strip()
    while size(rest) > limit:
        head = _head(rest, limit, size)
        cut = _best_cut(head)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    pieces.append(rest)
    return [piece for piece in pieces if piece]


def split_bytes(text: str, limit: int) -> list[str]:
    """Cut a text into pieces of at most `limit` bytes of UTF-8."""
    return split(text, limit, utf8_size)


def _head(text: str, limit: int, size: Size) -> str:
    """Return the longest beginning within `limit`, not ending inside a joined emoji or before a combining mark."""
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= limit else (low, middle - 1)
    end = low
    while end > 1 and end < len(text) and end > low - 8 and _continues(text[end - 1], text[end]):
        end -= 1
    return text[:end] if not _continues(text[end - 1], text[end : end + 1]) else text[:low]


def _continues(before: str, after: str) -> bool:
    joined = (
        after in ("\u200d", "\ufe0f", "\u20e3")
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\u0300" <= after <= "\u036f"
    )
    return before == "\u200d" or (bool(after) and joined)


def _best_cut(head: str) -> int:
    for mark in _BREAKS:
        at = head.rfind(mark)
        if at >= len(head) * _LAST_PART:
            return at + len(mark)
    return len(head)


def telegram_html(text: str) -> str:
    """Return the text for Telegram's HTML mode: no tag, no entity, and no @name that would call somebody."""
    return html.escape(_unmentioned(text), quote=False)


def telegram_plain(text: str) -> str:
    """Return the text for a Telegram message without parse mode."""
    return _unmentioned(text)


def _unmentioned(text: str) -> str:
    return _MENTION.sub(f"@{_JOINER}", text)


def wecom_plain(text: str) -> str:
    """Return the text for 企业微信, which makes links of <a> tags: a tag's bracket becomes its full-width twin."""
    return _TAG.sub("＜", text)


def invisible_mark(key: str) -> str:
    """Return 12 invisible characters that differ from key to key.

    For platforms that recognise a repeat by its content: a retry stays the same text, while a second, rightful
    “好的” is another one."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:3], "big")
    return "".join(_INVISIBLE[number >> shift & 3] for shift in range(0, 2 * _MARK_LENGTH, 2))


def without_marks(text: str) -> str:
    """Return the text without the characters that `invisible_mark` and the escapes add."""
    return text.translate({ord(character): None for character in _INVISIBLE})


def file_name(name: str, fallback: str) -> str:
    """Return a name that is safe in a multipart header and on any disk."""
    return _FILE_NAME.sub("", name).strip(" .")[-120:] or fallback
