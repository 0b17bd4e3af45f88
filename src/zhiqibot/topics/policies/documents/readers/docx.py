"""Word documents: paragraphs and tables in order, with the numbers Word shows but does not store in the text."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.table import Table

from zhiqibot.topics.policies.documents.blocks import Block, Opened, Reason, Refused, Rows
from zhiqibot.topics.policies.documents.readers.numbering import Numbering

MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
FREE_OF_RATIO = 64 * 1024
"""Small entries may be packed tightly (an empty theme): they cannot do harm."""
_ARCHIVES = (".zip", ".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".jar", ".7z", ".rar", ".gz")
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " ", qn("w:noBreakHyphen"): "-"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PASSED_OVER = frozenset({_FALLBACK, qn("w:del"), qn("w:instrText"), qn("w:pPr"), qn("w:rPr")})
"""What is not text, what was deleted, and second copies of text boxes for old versions of Word."""


def check_archive(data: bytes) -> None:
    """Refuse an archive that would unfold too far, has macros, a password or archives inside, before it is opened."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    names = [entry.filename.lower() for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(Reason.ENCRYPTED)
    if any("vbaproject" in name or "vbadata" in name for name in names):
        raise Refused(Reason.MACRO)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refused(Reason.ARCHIVE)
    if any(one.file_size > FREE_OF_RATIO and one.file_size > MAX_RATIO * one.compress_size for one in entries):
        raise Refused(Reason.ARCHIVE)
    if any(name.endswith(_ARCHIVES) for name in names):
        raise Refused(Reason.NESTED)
    if "word/document.xml" not in names:
        raise Refused(Reason.WRONG_KIND)


def read(data: bytes) -> Opened:
    """Read a Word document; raise Refused for an archive that may not be opened or is no Word document."""
    try:
        check_archive(data)
        document = Document(io.BytesIO(data))
    except (zipfile.BadZipFile, OpcError, KeyError, NotImplementedError) as error:
        raise Refused(Reason.BROKEN) from error
    except ValueError as error:  # the archive holds another kind of document
        raise Refused(Reason.WRONG_KIND) from error
    blocks = tuple(_blocks(document))
    if not any(block.text.strip() or block.rows for block in blocks):
        raise Refused(Reason.SCANNED if document.part.package.image_parts else Reason.EMPTY)
    properties = document.core_properties
    hints = {"title": properties.title.strip()} if properties.title else {}
    return Opened("docx", blocks, hints, _lost(document))


def _blocks(document: WordDocument) -> Iterator[Block]:
    numbering = Numbering(document)
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield from _table(item)
            continue
        text = _text(item._p)
        number = numbering.shown(item) if text.strip() else ""
        yield from (Block(text=line) for line in f"{number}{text}".split("\n"))


def _text(element: Any) -> str:
    """Return the text of an XML element: insertions and text boxes too, deletions not."""
    return "".join(_pieces(element))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _PASSED_OVER:
            continue
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        else:
            if child.tag == qn("w:p"):
                yield "\n"
            yield from _pieces(child)


def _table(table: Table) -> Iterator[Block]:
    """A table of one cell is a frame around text; any other keeps its rows, merged cells filled once."""
    rows: Rows = tuple(tuple(_cells(row._tr.tc_lst)) for row in table.rows)
    if sum(len(row) for row in rows) == 1 or max((len(row) for row in rows), default=0) == 1:
        yield from (Block(text=line) for row in rows for cell in row for line in cell.split("\n"))
    elif any(cell.strip() for row in rows for cell in row):
        yield Block(rows=tuple(tuple(" ".join(cell.split()) for cell in row) for row in rows))


def _cells(cells: Iterable[Any]) -> Iterator[str]:
    for cell in cells:
        continued = cell.vMerge == "continue"
        yield "" if continued else "\n".join(filter(None, (_text(part) for part in cell if part.tag != qn("w:tcPr"))))
        yield from [""] * (cell.grid_span - 1)


def _lost(document: WordDocument) -> tuple[str, ...]:
    notes = {relation.reltype.rsplit("/", 1)[-1] for relation in document.part.rels.values()}
    names = {"footnotes": "脚注", "endnotes": "尾注"}
    marks = (("footnotes", "w:footnoteReference"), ("endnotes", "w:endnoteReference"))
    body = document.element.body
    found = [names[kind] for kind, mark in marks if kind in notes and body.find(f".//{qn(mark)}") is not None]
    return (f"{'、'.join(found)}没有导入",) if found else ()
