"""Plain text: the encoding is found out."""

from zhiqibot.topics.policies.documents.blocks import Block, Opened, Reason, Refused

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
MAX_UNREADABLE = 0.02
"""Share of characters that no text has; above it the bytes are not text."""


def decode(data: bytes) -> str:
    """Return a text as UTF-8 (strictly) or else GB18030; raise Refused for bytes that are no text in either."""
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    for name in (encoding,) if encoding else ("utf-8", "gb18030"):
        try:
            text = data.decode(name).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise Refused(Reason.EMPTY)
        if sum(map(_is_unreadable, text)) > MAX_UNREADABLE * len(text):
            break
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    raise Refused(Reason.WRONG_KIND)


def _is_unreadable(char: str) -> bool:
    return (char < " " and char not in "\t\n\r\f") or "\x7f" <= char < "\xa0" or "\ue000" <= char <= "\uf8ff"


def read(data: bytes) -> Opened:
    """Read a text file: a block a line, empty lines kept (they part paragraphs)."""
    lines = decode(data).split("\n")
    return Opened("txt", tuple(Block(text=line) for line in lines), {})
