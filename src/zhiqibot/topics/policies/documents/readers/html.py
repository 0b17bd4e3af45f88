"""Web pages: the text of the page without its furniture, tables as tables, numbered lists with their numbers."""

import re

import lxml.html
from lxml.html import HtmlElement

from zhiqibot.topics.policies.documents.blocks import Block, Opened, Reason, Refused, Rows
from zhiqibot.topics.policies.documents.readers.text import decode

_SKIPPED_TAGS = "script style noscript template nav footer aside form button select iframe svg object head input"
_SKIPPED = frozenset(_SKIPPED_TAGS.split())
_BLOCK_TAGS = (
    "p div li ul ol h1 h2 h3 h4 h5 h6 tr td th table section article main header blockquote pre dl dt dd hr figure "
    "figcaption center body caption thead tbody tfoot"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
MOST = 0.85
"""A part that holds this share of the page's words is the page."""
MAX_DEPTH = 120
MAX_CELL = 400  # characters; larger cells are a page laid out as a table
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_META = {"title": ("articletitle",), "date": ("pubdate",), "issuer": ("contentsource",)}
"""Names of the meta elements that government sites carry (《政府网站发展指引》附件)."""
_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,16}[〔［\[(（]\d{4}[〕］\])）]\s*\d+\s*号")


def read(data: bytes) -> Opened:
    """Read a web page; raise Refused when nothing readable is on it."""
    return read_page(decode(data), "html", whole=False)


def read_page(page: str, kind: str, *, whole: bool) -> Opened:
    """Read a page's text; unless `whole`, only the part that holds most of its words."""
    root = lxml.html.document_fromstring(_DECLARED.sub("", page), ensure_head_body=True)
    hints = _hints(root)
    body = root.find("body")
    for element in list(body.iter()):
        skipped = not isinstance(element.tag, str) or element.tag in _SKIPPED
        if (skipped or _HIDDEN.search(element.get("style", ""))) and element is not body:
            element.drop_tree()
    part = body if whole else _main_part(body)
    blocks = _Walk().blocks_of(part)
    if not any(block.text.strip() or block.rows for block in blocks):
        raise Refused(Reason.SCANNED if body.find(".//img") is not None else Reason.EMPTY)
    return Opened(kind, tuple(blocks), hints if not whole else {}, _lost(body, part, hints))


def _hints(root: HtmlElement) -> dict[str, str]:
    """Return what the page says of itself."""
    metas = {one.get("name", "").lower(): one.get("content", "").strip() for one in root.iter("meta")}
    hints = {name: metas[key] for name, keys in _META.items() for key in keys if metas.get(key)}
    heading = next((" ".join(one.text_content().split()) for one in root.iter("h1")), "")
    if heading:
        hints.setdefault("title", heading)
    return hints


def _main_part(body: HtmlElement) -> HtmlElement:
    """Go down to the smallest part that holds most of the words which are not links."""
    part, total = body, _weight(body)
    for _ in range(MAX_DEPTH):
        inner = [child for child in part if child.tag in _BLOCKS and child.tag not in ("table", "p")]
        heavy = next((child for child in inner if total and _weight(child) >= MOST * total), None)
        if heavy is None:
            break
        part = heavy
    return part


def _weight(element: HtmlElement) -> int:
    linked = sum(len("".join(link.text_content().split())) for link in element.iter("a"))
    return len("".join(element.text_content().split())) - linked


def _lost(body: HtmlElement, part: HtmlElement, hints: dict[str, str]) -> tuple[str, ...]:
    """Tell how much stood outside; a document number found there becomes a hint."""
    left = len("".join(body.text_content().split())) - len("".join(part.text_content().split()))
    if left and (found := _NUMBER.search(body.text_content())):
        hints.setdefault("number", found[0])
    return (f"网页正文以外的栏目、链接等约 {left} 字没有导入",) if left > 0 else ()


class _Walk:
    """Walks a page in order and breaks its text where blocks begin and end."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._line: list[str] = []

    def blocks_of(self, element: HtmlElement) -> list[Block]:
        self._enter(element, 0)
        self._break()
        return self._blocks

    def _enter(self, element: HtmlElement, depth: int) -> None:
        if depth > MAX_DEPTH:
            self._line.append(element.text_content())
            return
        if element.tag == "table" and (rows := _rows(element)):
            self._break()
            self._blocks.append(Block(rows=rows))
            return
        apart = element.tag in _BLOCKS
        if apart or element.tag == "br":
            self._break()
        if element.tag == "li":
            self._line.append(_list_number(element))
        self._line.append(element.text or "")
        for child in element:
            self._enter(child, depth + 1)
            self._line.append(child.tail or "")
        if apart:
            self._break()

    def _break(self) -> None:
        text = " ".join("".join(self._line).replace("\u3000", " ").split())
        self._line = []
        if text:
            self._blocks.append(Block(text=text))


def _list_number(item: HtmlElement) -> str:
    """Return the number a browser shows before an item of a numbered list, or nothing."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return ""
    number = int(parent.get("start", "1")) if parent.get("start", "1").isdigit() else 1
    for sibling in parent.iterchildren("li"):
        number = int(sibling.get("value", "")) if sibling.get("value", "").isdigit() else number
        if sibling is item:
            break
        number += 1
    return f"{number}."


def _rows(table: HtmlElement) -> Rows:
    """Return a table's rows; nothing for one that only lays the page out."""
    if table.find(".//table") is not None:
        return ()
    rows = []
    for row in table.iter("tr"):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            cells.append(" ".join(cell.text_content().split()))
            span = cell.get("colspan", "1")
            cells += [""] * (min(int(span), 50) - 1 if span.isdigit() else 0)
        rows.append(tuple(cells))
    rows = [row for row in rows if any(row)]
    wide = max((len(row) for row in rows), default=0)
    if wide < 2 or len(rows) < 2 or any(len(cell) > MAX_CELL for row in rows for cell in row):
        return ()
    return tuple(rows)
