"""What may be uploaded: a type is allowed only when the file's ending and its content both say so.

Nothing is unpacked here beyond the directory of an office file, and that only when its size is sane.
"""

import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from zhiqibot.core.privacy import clean

MAX_NAME = 120
HEAD = 4_096
MAX_ZIP_ENTRIES = 2_000
MAX_ZIP_DIRECTORY = 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
MAX_CONTENT_TYPES = 256 * 1024
ZIP_TAIL = 22 + 65_535
"""The end record of a zip file and the longest comment after it."""

ALLOWED = (
    "图片（jpg、png、gif、webp）、PDF、Word（docx）、Excel（xlsx）、PPT（pptx）、文本（txt、csv）、"
    "录音和视频（mp3、m4a、amr、wav、mp4）"
)
REFUSED_TYPE = f"这种文件暂时不能接收。目前可以发：{ALLOWED}。"
REFUSED_CONTENT = "这个文件的内容和它的扩展名对不上，可能已损坏或改过名。请用原文件重新发送。"
REFUSED_OLD_OFFICE = "旧版 Office 文件（doc、xls、ppt）暂时不能接收，请另存为 docx、xlsx、pptx 或 PDF 后再发。"
REFUSED_MACRO = "文件里带有宏或嵌入程序，为了安全不能接收。请另存为不带宏的文件或 PDF 后再发。"
REFUSED_ENCRYPTED = "文件加了密码，工作人员打不开。请去掉密码后再发。"
REFUSED_ZIP = "这个文件展开后过大或结构异常，为了安全不能接收，请另存为 PDF 后再发。"
REFUSED_ARCHIVE = "压缩包暂时不能接收，请解压后把里面的文件分别发来。"
REFUSED_EMPTY = "这个文件是空的，请检查后重新发送。"


class Refused(Exception):
    """A file that is not taken; `str(error)` is the kind sentence."""


@dataclass(frozen=True)
class FileType:
    """One allowed type."""

    kind: str
    media_type: str
    inline: bool = False
    """Only raster images are shown in place."""


_Check = Callable[[bytes, Path], bool]


def _starts(*marks: bytes) -> _Check:
    return lambda head, _: head.startswith(marks)


def _at(offset: int, *marks: bytes) -> _Check:
    return lambda head, _: head[offset:].startswith(marks)


def _webp(head: bytes, _: Path) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _wav(head: bytes, _: Path) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WAVE"


def _mp3(head: bytes, _: Path) -> bool:
    return head[:3] == b"ID3" or (len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2)  # layer III frame


_MARKUP = re.compile(rb"\s*(<!doctype|<html|<svg|<script|<\?xml|<\?php|<!--|<head|<body|<iframe)", re.IGNORECASE)
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"dex\n")


def _text(head: bytes, path: Path) -> bool:
    """Plain text in UTF-8, UTF-16 or GB18030 that is neither a web page nor a program."""
    if head.startswith(_PROGRAMS) or _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return False
    content = path.read_bytes()
    encodings = ("utf-16",) if head.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8", "gb18030")
    for encoding in encodings:
        try:
            return "\0" not in content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return False


def _office(part: str) -> _Check:
    return lambda head, path: head.startswith(b"PK\x03\x04") and _holds_office_part(path, part)


_RASTER: dict[FileType, _Check] = {
    FileType("image", "image/jpeg", inline=True): _starts(b"\xff\xd8\xff"),
    FileType("image", "image/png", inline=True): _starts(b"\x89PNG\r\n\x1a\n"),
    FileType("image", "image/gif", inline=True): _starts(b"GIF87a", b"GIF89a"),
    FileType("image", "image/webp", inline=True): _webp,
}
_RASTER_ENDINGS = ("jpg", "jpeg", "png", "gif", "webp")
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OTHERS: dict[str, tuple[FileType, _Check]] = {
    "pdf": (FileType("file", "application/pdf"), _starts(b"%PDF-")),
    "docx": (FileType("file", f"{_OPEN_XML}.wordprocessingml.document"), _office("word/document.xml")),
    "xlsx": (FileType("file", f"{_OPEN_XML}.spreadsheetml.sheet"), _office("xl/workbook.xml")),
    "pptx": (FileType("file", f"{_OPEN_XML}.presentationml.presentation"), _office("ppt/presentation.xml")),
    "txt": (FileType("file", "text/plain"), _text),
    "csv": (FileType("file", "text/csv"), _text),
    "amr": (FileType("voice", "audio/amr"), _starts(b"#!AMR")),
    "mp3": (FileType("voice", "audio/mpeg"), _mp3),
    "wav": (FileType("voice", "audio/wav"), _wav),
    "m4a": (FileType("voice", "audio/mp4"), _at(4, b"ftyp")),
    "mp4": (FileType("video", "video/mp4"), _at(4, b"ftyp")),
}
_OLD_OFFICE = ("doc", "xls", "ppt", "dot", "xlt", "wps", "et", "dps")
_MACRO = ("docm", "xlsm", "pptm", "dotm", "xltm", "xlam", "ppam", "xlsb")
_ARCHIVES = ("zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def tidy_name(name: str) -> str:
    """Return a name to show: no folders, no control characters or direction overrides, at most MAX_NAME long."""
    name = clean(re.split(r"[/\\]", name)[-1])
    name = re.sub(r'[<>:"|?*\x00-\x1f]', "_", name).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if dot and len(name) > MAX_NAME:
        name = stem[: MAX_NAME - len(ending) - 1] + "." + ending[:10]
    return name[:MAX_NAME] or "未命名"


def ending_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def check_name(name: str) -> None:
    """Raise Refused when files with this ending are never taken, before a byte of it is read."""
    ending = ending_of(name)
    for endings, sentence in ((_OLD_OFFICE, REFUSED_OLD_OFFICE), (_MACRO, REFUSED_MACRO), (_ARCHIVES, REFUSED_ARCHIVE)):
        if ending in endings:
            raise Refused(sentence)
    if ending not in _OTHERS and ending not in _RASTER_ENDINGS:
        raise Refused(REFUSED_TYPE)


def recognise(path: Path, name: str) -> FileType:
    """Return the type of a file whose ending and content agree; raise Refused. Blocking."""
    check_name(name)
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise Refused(REFUSED_EMPTY)
    ending = ending_of(name)
    if ending in _RASTER_ENDINGS:  # messengers save a PNG as .jpg every day: the content names the type
        found = next((kind for kind, check in _RASTER.items() if check(head, path)), None)
    else:
        kind, check = _OTHERS[ending]
        if head.startswith(_OLE) and ending in ("docx", "xlsx", "pptx"):
            raise Refused(REFUSED_ENCRYPTED)
        found = kind if check(head, path) else None
    if found is None:
        raise Refused(REFUSED_CONTENT)
    return found


def _holds_office_part(path: Path, part: str) -> bool:
    """Look into the directory of an office file; raise Refused for macros, passwords and bombs."""
    _check_directory_size(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            names = {entry.filename for entry in entries}
            if part not in names or "[Content_Types].xml" not in names:
                return False
            with archive.open("[Content_Types].xml") as file:
                types = file.read(MAX_CONTENT_TYPES).lower()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError, struct.error):
        return False
    if b"macroenabled" in types or b"vbaproject" in types:
        raise Refused(REFUSED_MACRO)
    return True


def _check_directory_size(path: Path) -> None:
    """The zip module reads the whole directory at once: look at its stated size first."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - ZIP_TAIL))
        tail = file.read()
    start = tail.rfind(b"PK\x05\x06")
    if start < 0 or len(tail) - start < 22:
        raise Refused(REFUSED_CONTENT)
    entries, directory = struct.unpack("<HI", tail[start + 10 : start + 16])
    if entries > MAX_ZIP_ENTRIES or directory > MAX_ZIP_DIRECTORY:
        raise Refused(REFUSED_ZIP)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(REFUSED_ENCRYPTED)
    names = [entry.filename.lower() for entry in entries]
    if any(name.endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs", ".bat", ".ps1", ".jar")) for name in names):
        raise Refused(REFUSED_MACRO)
    packed, unpacked = sum(e.compress_size for e in entries), sum(e.file_size for e in entries)
    nested = any(name.endswith((".zip", ".rar", ".7z")) for name in names)
    if len(entries) > MAX_ZIP_ENTRIES or nested or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 1):
        raise Refused(REFUSED_ZIP)
