"""One policy of our own, written as each kind of file; and files that nobody should send."""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from zhiqibot.topics.policies.documents.blocks import Block, Opened

HERE = Path(__file__).parent
SAMPLE = HERE / "samples" / "柳溪县支持制造业若干措施.txt"
TITLE = "柳溪县支持制造业高质量发展若干措施"
NUMBER = "柳政办〔2026〕17号"
FONT = "STSong-Light"
LINE = 30  # characters a line of the printed sample
LINES_A_PAGE = 24


def sample_lines() -> list[str]:
    return [line.strip() for line in SAMPLE.read_text(encoding="utf-8").split("\n")]


def opened(*lines: str, kind: str = "docx") -> Opened:
    """Lines as a reader would hand them on."""
    return Opened(kind, tuple(Block(text=line) for line in lines), {})


def write_docx(path: Path, lines: Sequence[str], tables: Sequence[Sequence[Sequence[str]]] = ()) -> Path:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    for rows in tables:
        table = document.add_table(len(rows), max(map(len, rows)))
        for cells, row in zip(table.rows, rows, strict=True):
            for cell, text in zip(cells.cells, row, strict=False):
                cell.text = text
    document.save(str(path))
    return path


def write_html(path: Path, lines: Sequence[str], encoding: str = "utf-8") -> Path:
    body = "".join(f"<p>　　{line}</p>" for line in lines if line)
    page = (
        f"<html><head><meta charset='{encoding}'><title>柳溪县人民政府</title></head><body>"
        "<nav><a href='/'>首页</a><a href='/zw'>政务公开 2026</a></nav>"
        f"<script>var hits=99871;</script><div id='main'><div class='text'>{body}</div></div>"
        "<footer>主办：柳溪县政府 备案 41000123</footer></body></html>"
    )
    path.write_bytes(page.encode(encoding))
    return path


def write_pdf(path: Path, lines: Sequence[str], *, user_password: str = "") -> Path:
    """Print the lines as a document is printed: broken at the margin, first lines indented, a number on each page."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    encrypt = user_password or None
    canvas = Canvas(str(path), encrypt=encrypt)
    printed = [piece for line in lines for piece in broken(line)]
    for page, first in enumerate(range(0, len(printed), LINES_A_PAGE), 1):
        canvas.setFont(FONT, 14)
        for place, text in enumerate(printed[first : first + LINES_A_PAGE]):
            canvas.drawString(70, 780 - 28 * place, text)
        canvas.drawString(280, 40, f"— {page} —")
        canvas.showPage()
    canvas.save()
    return path


def broken(line: str) -> list[str]:
    """A paragraph as it stands on paper: two blanks, then lines of equal length."""
    text = f"　　{line}" if line else ""
    return [text[at : at + LINE] for at in range(0, len(text), LINE)]


def scanned_pdf(path: Path) -> Path:
    """A page with a picture and not one letter."""
    canvas = Canvas(str(path))
    canvas.rect(50, 50, 400, 600, fill=1)
    canvas.showPage()
    canvas.save()
    return path


def zip_bomb(path: Path, megabytes: int) -> Path:
    """A docx whose text unfolds to so many megabytes of one letter."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"A" * (megabytes << 20))
    return path


def with_entry(source: Path, target: Path, name: str, content: bytes = b"x") -> Path:
    """A copy of an archive with one more entry."""
    target.write_bytes(source.read_bytes())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, content)
    return target


def lying_size(path: Path) -> Path:
    """An archive whose directory says that a large entry is small."""
    zip_bomb(path, 60)
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.rfind(signature)
        struct.pack_into("<I", data, at + offset, 1000)
    path.write_bytes(bytes(data))
    return path


def heavy_pdf(path: Path) -> Path:
    """A small PDF whose one page unfolds to 400 MB of drawing orders."""
    packer = zlib.compressobj(9)
    content = b"".join(packer.compress(b"q " * (1 << 19)) for _ in range(400)) + packer.flush()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content),
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj%s endobj\n" % (number, part))
    start = out.tell()
    out.write(b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)
    path.write_bytes(out.getvalue())
    return path
