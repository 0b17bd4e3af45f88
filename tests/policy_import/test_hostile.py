"""Files that are broken or meant to do harm: a clear sentence, nothing changed, and the process lives on."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfWriter

from tests.policy_import import samples
from zhiqibot.topics.policies.documents import opening
from zhiqibot.topics.policies.documents.blocks import Reason
from zhiqibot.topics.policies.documents.opening import MAX_BYTES, OLE, Limits, open_document
from zhiqibot.topics.policies.documents.refusing import TEXTS, DocumentRefused

Make = Callable[[Path], Path]


def put(name: str, content: bytes) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def sparse(name: str, head: bytes, size: int) -> Make:
    """A file that claims a size without taking the room."""

    def make(folder: Path) -> Path:
        with (folder / name).open("wb") as file:
            file.write(head)
            file.truncate(size)
        return folder / name

    return make


def word(folder: Path) -> Path:
    return samples.write_docx(folder / "good.docx", ["一、甲。"])


def many_pages(folder: Path) -> Path:
    writer = PdfWriter()
    for _ in range(301):
        writer.add_blank_page(99, 99)
    writer.write(folder / "a.pdf")
    return folder / "a.pdf"


def many_entries(folder: Path) -> Path:
    import zipfile

    path = folder / "a.docx"
    path.write_bytes(word(folder).read_bytes())
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(2_001):
            archive.writestr(f"word/x{number}.xml", "x")
    return path


def laughing(folder: Path) -> Path:
    """A text that names itself ten times, nine deep."""
    import zipfile

    path = folder / "a.docx"
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "哈">{entities}]><w:document {space}><w:body><w:p><w:r><w:t>&l9;</w:t></w:r></w:p></w:body></w:document>'
    with zipfile.ZipFile(word(folder)) as good, zipfile.ZipFile(path, "w") as archive:
        for name in good.namelist():
            archive.writestr(name, body if name == "word/document.xml" else good.read(name))
    return path


HOSTILE: dict[str, tuple[Make, set[Reason]]] = {
    "empty": (put("a.docx", b""), {Reason.EMPTY}),
    "blank text": (put("a.txt", b" \n\n"), {Reason.EMPTY}),
    "huge": (sparse("a.pdf", b"%PDF-1.7", 200 << 20), {Reason.TOO_LARGE}),
    "just too large": (sparse("a.txt", b"x", MAX_BYTES + 1), {Reason.TOO_LARGE}),
    "random bytes as docx": (put("a.docx", os.urandom(5000)), {Reason.WRONG_KIND}),
    "random bytes as pdf": (put("a.pdf", os.urandom(5000)), {Reason.WRONG_KIND}),
    "random bytes as text": (put("a.txt", bytes(range(256)) * 40), {Reason.WRONG_KIND}),
    "picture as text": (put("a.txt", b"\x89PNG\r\n" + b"a" * 99), {Reason.WRONG_KIND}),
    "pdf called docx": (put("a.docx", b"%PDF-1.4 ..."), {Reason.WRONG_KIND}),
    "archive without a document": (lambda f: samples.with_entry(samples.zip_bomb(f / "b.docx", 0), f / "a.docx", "y"), {Reason.BROKEN}),
    "cut off archive": (lambda f: put("a.docx", word(f).read_bytes()[:900])(f), {Reason.BROKEN}),
    "cut off pdf": (put("a.pdf", b"%PDF-1.7\n1 0 obj<<"), {Reason.BROKEN}),
    "old word": (put("a.doc", OLE + b"x" * 600), {Reason.OLD_FORMAT}),
    "wps": (put("a.wps", OLE + b"x" * 600), {Reason.OLD_FORMAT}),
    "excel": (put("a.xls", OLE + b"x" * 600), {Reason.OLD_FORMAT}),
    "macro by name": (put("a.docm", b"PK\x03\x04"), {Reason.OLD_FORMAT}),
    "program": (put("a.exe", b"MZ"), {Reason.UNKNOWN_KIND}),
    "docx with a password": (put("a.docx", OLE + b"x" * 600), {Reason.ENCRYPTED}),
    "pdf with a password": (lambda f: samples.write_pdf(f / "a.pdf", ["一、甲。"], user_password="x"), {Reason.ENCRYPTED}),
    "macro inside": (lambda f: samples.with_entry(word(f), f / "a.docx", "word/vbaProject.bin"), {Reason.MACRO}),
    "archive inside": (lambda f: samples.with_entry(word(f), f / "a.docx", "word/embeddings/x.xlsx"), {Reason.NESTED}),
    "bomb": (lambda f: samples.zip_bomb(f / "a.docx", 300), {Reason.ARCHIVE}),
    "bomb below the sum": (lambda f: samples.zip_bomb(f / "a.docx", 60), {Reason.ARCHIVE}),
    "bomb that lies": (lambda f: samples.lying_size(f / "a.docx"), {Reason.BROKEN}),
    "two thousand entries": (many_entries, {Reason.ARCHIVE}),
    "laughing entities": (laughing, {Reason.BROKEN}),
    "scan": (lambda f: samples.scanned_pdf(f / "a.pdf"), {Reason.SCANNED}),
    "301 pages": (many_pages, {Reason.TOO_MANY_PAGES}),
    "pdf that unfolds": (lambda f: samples.heavy_pdf(f / "a.pdf"), {Reason.SCANNED, Reason.TOO_MUCH}),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_bad_file_is_refused_in_kind_words(case: str, tmp_path: Path) -> None:
    """坏文件、加密、扫描件、宏、超大、炸弹：说清原因和怎么办，不报错退出，也不拖死进程。"""
    make, reasons = HOSTILE[case]
    path = make(tmp_path)
    began = time.monotonic()

    with pytest.raises(DocumentRefused) as refused:
        open_document(path)

    assert refused.value.reason in reasons
    assert path.name in str(refused.value)
    assert TEXTS[refused.value.reason] in str(refused.value)
    assert time.monotonic() - began < opening.WALL_S + 2


def test_every_reason_has_its_sentence() -> None:
    """每一种原因都有一句话，而且都说了接下来怎么办。"""
    assert set(TEXTS) == set(Reason)
    assert all("请" in text for text in TEXTS.values())


def test_a_file_that_is_gone_or_a_folder_is_refused(tmp_path: Path) -> None:
    """文件不存在、是个文件夹，也只是一句话。"""
    (tmp_path / "夹.docx").mkdir()
    for path in (tmp_path / "没有.docx", tmp_path / "夹.docx"):
        with pytest.raises(DocumentRefused):
            open_document(path)


@pytest.fixture
def misbehave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Put a child that goes wrong in the place of the reader; the parent, the pipe and the limits are the real ones."""
    monkeypatch.setattr(opening, "CHILD", "tests.policy_import.misbehaving")
    root = Path(__file__).parents[2]
    monkeypatch.setattr(opening, "_SOURCE", f"{root}:{root / 'src'}")

    def one(task: str, limits: Limits | None = None) -> str:
        return open_document(put("a.txt", task.encode())(tmp_path), limits).blocks[0].text

    return one


def refusal(misbehave: Callable[..., str], task: str, limits: Limits | None = None) -> Reason:
    with pytest.raises(DocumentRefused) as refused:
        misbehave(task, limits)
    return refused.value.reason


def test_memory_ends_at_512_megabytes(misbehave: Callable[..., str]) -> None:
    """要 600 MB：512 MB 的上限挡住；放宽到 2 GB 就要得到，说明挡住它的正是上限。"""
    assert misbehave("memory") == "no memory"
    assert misbehave("memory", Limits(memory_mb=2048)) == "got away with it"


def test_a_child_that_burns_the_processor_is_stopped(misbehave: Callable[..., str]) -> None:
    """死循环：用满 CPU 时间就停，不必等到 30 秒。"""
    began = time.monotonic()

    assert refusal(misbehave, "processor", Limits(cpu_s=1)) is Reason.TOO_LONG
    assert time.monotonic() - began < 15


def test_a_child_that_never_answers_is_killed(misbehave: Callable[..., str]) -> None:
    """不回话：到时间就停掉。"""
    began = time.monotonic()

    assert refusal(misbehave, "sleep", Limits(wall_s=1.5)) is Reason.TOO_LONG
    assert time.monotonic() - began < 10


def test_a_child_can_write_no_file(misbehave: Callable[..., str], tmp_path: Path) -> None:
    """子进程一个字也写不进磁盘。"""
    target = tmp_path / "left-behind"

    assert misbehave(f"write {target}") == "no writing"
    assert not target.exists() or target.stat().st_size == 0


def test_a_child_is_told_no_secret(misbehave: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """口令、数据库地址这些环境变量一个也不传给子进程。"""
    monkeypatch.setenv("ZHIQIBOT_DATABASE_URL", "postgresql://secret")

    given = set(misbehave("environment").split()) - {"LC_CTYPE"}  # Python itself may set that one

    assert given == {"PYTHONPATH", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE"}


@pytest.mark.parametrize(
    ("task", "reason"), [("flood", Reason.TOO_MUCH), ("nonsense", Reason.BROKEN), ("crash", Reason.BROKEN)]
)
def test_whatever_a_child_says_the_parent_lives(task: str, reason: Reason, misbehave: Callable[..., str]) -> None:
    """子进程说个没完、说胡话、当场崩溃：都只是一句话的拒绝。"""
    assert refusal(misbehave, task) is reason


def test_no_child_is_left_behind(misbehave: Callable[..., str]) -> None:
    """停掉的子进程都收走了，不留僵尸。"""
    refusal(misbehave, "sleep", Limits(wall_s=1.0))

    children = Path("/proc/self/task").glob("*/children")
    states = [
        Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        for one in children
        for pid in one.read_text().split()
    ]
    assert "Z" not in states
