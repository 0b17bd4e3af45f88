"""PDF: text page by page without page numbers and running heads; pages without text are scans."""

import io
import re
from collections import Counter
from collections.abc import Sequence

from pypdf import PasswordType, PdfReader
from pypdf.errors import PyPdfError

from zhiqibot.topics.policies.documents.blocks import Block, Opened, Reason, Refused
from zhiqibot.topics.policies.documents.refusing import MAX_PAGES

MIN_CHARS_A_PAGE = 12
MAX_UNREADABLE = 0.05
RUNNING = 3
"""A first or last line that stands on so many pages is a running head."""
_PAGE_NUMBER = re.compile(r"[-—–－·\s]*(?:第\s*)?\d{1,3}(?:\s*页)?(?:\s*[/／共]\s*(?:共\s*)?\d{1,3}\s*页?)?[-—–－·\s]*")


def read(data: bytes) -> Opened:
    """Read a PDF's text layer; raise Refused for one with a password, too many pages or none of text."""
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise Refused(Reason.ENCRYPTED)
        if len(reader.pages) > MAX_PAGES:
            raise Refused(Reason.TOO_MANY_PAGES)
        pages = [page.extract_text().split("\n") for page in reader.pages]
    except PyPdfError as error:
        raise Refused(Reason.BROKEN) from error
    text = "".join("".join(lines) for lines in pages)
    unreadable = sum("\ue000" <= char <= "\uf8ff" or char == "\ufffd" for char in text)
    if len("".join(text.split())) < MIN_CHARS_A_PAGE * len(pages) or unreadable > MAX_UNREADABLE * len(text):
        raise Refused(Reason.SCANNED)
    lines = [line for page in _without_furniture(pages) for line in page]
    return Opened("pdf", tuple(Block(text=line) for line in lines), {}, _lost(pages))


def _without_furniture(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Drop page numbers and running heads; empty lines too, as a PDF has none that mean anything."""
    kept = [[line for line in page if line.strip()] for page in pages]
    heads = Counter(edge for page in kept for edge in {_bare(line) for line in (page[:1] + page[-1:])})
    running = {edge for edge, count in heads.items() if edge and count >= RUNNING and count > len(pages) / 2}
    for page in kept:
        for end in (0, -1):
            while page and (_PAGE_NUMBER.fullmatch(page[end]) or _bare(page[end]) in running):
                del page[end]
    return kept


def _bare(line: str) -> str:
    """A running head without its page number."""
    return re.sub(r"[\d\s—-]+", "", line)


def _lost(pages: Sequence[Sequence[str]]) -> tuple[str, ...]:
    bare = [number for number, page in enumerate(pages, 1) if not "".join(page).strip()]
    return (f"第 {'、'.join(map(str, bare[:10]))} 页没有文字（可能是图片）",) if bare else ()
