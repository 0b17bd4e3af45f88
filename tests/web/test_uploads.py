"""Files: what is taken, what is refused, and who may see them."""

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from tests.web.world import Visitor, World
from zhiqibot.core.messages import Attachment, OutboundMessage
from zhiqibot.outbox.outbox import Notice
from zhiqibot.web.filetypes import ending_of, tidy_name
from zhiqibot.web.parts import WebLimits

NewVisitor = Callable[[], Visitor]

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def office(part: str, *, extra: dict[str, bytes] | None = None, types: str = "<Types/>") -> bytes:
    """Build a small office file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(part, "<document/>")
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def many_entries() -> bytes:
    return office("word/document.xml", extra={f"f{number}": b"" for number in range(2_100)})


def encrypted_flag() -> bytes:
    """An office file whose entries claim to be encrypted."""
    content = bytearray(office("word/document.xml"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        while start >= 0:
            content[start + offset] |= 1
            start = content.find(mark, start + 4)
    return bytes(content)


def huge_directory() -> bytes:
    """A file whose end record promises a directory of 600 MB."""
    content = bytearray(office("word/document.xml"))
    end = content.rfind(b"PK\x05\x06")
    struct.pack_into("<I", content, end + 12, 600_000_000)
    return bytes(content)


ALLOWED: dict[str, tuple[bytes, str]] = {
    "照片.jpg": (b"\xff\xd8\xff\xe0" + b"\0" * 50, "image/jpeg"),
    "大写.PNG": (PNG, "image/png"),
    "其实是PNG.jpg": (PNG, "image/png"),
    "动图.gif": (b"GIF89a" + b"\0" * 20, "image/gif"),
    "图.webp": (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    "申报书.pdf": (b"%PDF-1.7\n", "application/pdf"),
    "说明.docx": (
        office("word/document.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "台账.xlsx": (office("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "记事.txt": ("一车间停电".encode(), "text/plain"),
    "老编码.txt": ("一车间停电".encode("gb18030"), "text/plain"),
    "名单.csv": ("姓名,电话\n".encode(), "text/csv"),
    "录音.amr": (b"#!AMR\n\x0c", "audio/amr"),
    "录音.mp3": (b"ID3\x04\0\0", "audio/mpeg"),
    "语音.m4a": (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
    "视频.mp4": (b"\0\0\0\x20ftypisom", "video/mp4"),
}

REFUSED: dict[str, bytes] = {
    "程序.exe": b"MZ\x90\0",
    "脚本.js": b"alert(1)",
    "网页.html": b"<html></html>",
    "图.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "没有扩展名": b"hello",
    ".htaccess": b"deny",
    "改名的程序.jpg": b"MZ\x90\0" + b"\0" * 50,
    "改名的网页.txt": b"  <!DOCTYPE html><script>alert(1)</script>",
    "改名的矢量图.png": b"<svg onload=alert(1)>",
    "脚本.txt": b"#!/bin/sh\nrm -rf /",
    "二进制.txt": b"a\0b",
    "改名的压缩包.pdf": b"PK\x03\x04",
    "旧文档.doc": OLE,
    "宏.docm": office("word/document.xml"),
    "宏.xlsm": office("xl/workbook.xml"),
    "藏宏.docx": office("word/document.xml", extra={"word/vbaProject.bin": b"x"}),
    "声明宏.xlsx": office("xl/workbook.xml", types="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    "藏程序.docx": office("word/document.xml", extra={"word/embeddings/a.exe": b"MZ"}),
    "套压缩包.docx": office("word/document.xml", extra={"a.zip": b"PK"}),
    "加密.docx": OLE,
    "加密标志.docx": encrypted_flag(),
    "炸弹.docx": office("word/document.xml", extra={"big.xml": b"0" * 30_000_000}),
    "条目太多.docx": many_entries(),
    "目录太大.docx": huge_directory(),
    "截断.docx": office("word/document.xml")[:60],
    "张冠李戴.xlsx": office("word/document.xml"),
    "空.png": b"",
    "压缩包.zip": b"PK\x05\x06" + b"\0" * 18,
}


async def upload(visitor: Visitor, name: str, content: bytes, field: str = "file") -> tuple[int, dict[str, Any]]:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field(field, io.BytesIO(content), filename=name, content_type="image/png")
    async with visitor.http.post(f"{visitor.base}/chat/files", data=form, headers=visitor.headers) as answer:
        return answer.status, await answer.json()


@pytest.fixture
async def wang(visitor: NewVisitor) -> Visitor:
    page = visitor()
    await page.arrive()
    return page


@pytest.mark.parametrize("name", ALLOWED)
async def test_an_allowed_file_is_stored_and_comes_back_as_it_was(world: World, wang: Visitor, name: str) -> None:
    """允许的文件：类型由内容决定，名字随机存放，取回来一字节不差。"""
    content, media_type = ALLOWED[name]

    status, answer = await upload(wang, name, content)
    assert (status, answer["file"]["name"], answer["file"]["media_type"]) == (200, name, media_type)
    async with wang.http.get(f"{wang.base}/chat/files/{answer['file']['id']}", headers=wang.headers) as got:
        assert await got.read() == content
        assert got.headers["Content-Type"] == media_type
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        shown = got.headers["Content-Disposition"].partition(";")[0]

    assert shown == ("inline" if media_type.startswith("image/") else "attachment")
    stored = [path.name for path in (world.folder / "files").rglob("*") if path.is_file()]
    assert stored == [answer["file"]["id"]]


@pytest.mark.parametrize("name", REFUSED)
async def test_a_dangerous_or_broken_file_is_refused_kindly(world: World, wang: Visitor, name: str) -> None:
    """危险的、改名的、带宏的、加密的、展开过大的文件：客气说明，什么都不留下。"""
    status, answer = await upload(wang, name, REFUSED[name])

    assert (status, answer["error"]["code"]) == (415, "refused_file")
    assert any(word in answer["error"]["text"] for word in ("请", "可以发"))
    assert [path for path in (world.folder / "files").rglob("*") if path.is_file()] == []


async def test_another_visitor_gets_the_same_answer_as_for_no_file(wang: Visitor, visitor: NewVisitor) -> None:
    """别人的文件和不存在的文件，回答一模一样。"""
    li = visitor()
    await li.arrive()
    _, answer = await upload(wang, "照片.png", PNG)
    answers = []
    for file_id in (answer["file"]["id"], "0" * 32):
        async with li.http.get(f"{li.base}/chat/files/{file_id}", headers=li.headers) as got:
            answers.append((got.status, await got.read()))

    assert answers[0] == answers[1]
    assert answers[0][0] == 404


async def test_a_file_the_bot_sent_is_seen_by_its_receiver_only(
    world: World, wang: Visitor, visitor: NewVisitor
) -> None:
    """机器人发给某人的文件，这个人看得到，别人看不到。"""
    clerk = visitor()
    await clerk.arrive()
    await clerk.say("你好", "message-0001")
    await clerk.hears("收到：你好")
    _, answer = await upload(wang, "现场.png", PNG)
    url = f"{wang.base}/chat/files/{answer['file']['id']}"
    async with clerk.http.get(url, headers=clerk.headers) as got:
        assert got.status == 404

    image = Attachment(kind="image", name="现场.png", reference=answer["file"]["id"])
    world.notify(Notice("n", world.handled[0].sender_id, OutboundMessage(text="现场照片", image=image)))
    await clerk.hears("现场照片")

    async with clerk.http.get(url, headers=clerk.headers) as got:
        assert got.status == 200


async def test_whoever_the_product_names_may_see_a_file(world: World, http: aiohttp.ClientSession) -> None:
    """产品认定有权查看的人（如承办人看诉求附件）能打开文件。"""
    allowed: set[tuple[str, str]] = set()
    world.extra["may_see"] = lambda sender, file_id: (sender, file_id) in allowed
    async with world.running() as serving:
        owner, clerk = (Visitor(http, f"http://127.0.0.1:{serving.port}") for _ in range(2))
        await owner.arrive()
        await clerk.arrive()
        await clerk.say("你好", "message-0001")
        await clerk.hears("收到：你好")
        _, answer = await upload(owner, "现场.png", PNG)
        allowed.add((world.handled[0].sender_id, answer["file"]["id"]))
        async with http.get(f"{clerk.base}/chat/files/{answer['file']['id']}", headers=clerk.headers) as got:
            assert got.status == 200


async def test_a_file_travels_with_a_message(world: World, wang: Visitor) -> None:
    """上传后随消息发出：机器人收到附件，历史里看得到。"""
    _, answer = await upload(wang, "现场.png", PNG)

    await wang.say("", "message-0001", files=[answer["file"]["id"]])
    await wang.hears("收到：现场.png")

    attachment = world.handled[0].attachments[0]
    assert (attachment.kind, attachment.reference, attachment.size) == ("image", answer["file"]["id"], len(PNG))
    mine = next(item for item in wang.shown.values() if item["from"] == "me")
    assert mine["files"][0]["id"] == answer["file"]["id"]


async def test_a_file_over_20_mb_is_refused(world: World, wang: Visitor) -> None:
    """超过 20 MB：说明并不留半截文件，报大报小都一样。"""
    big = PNG + b"\0" * (20 * 1024 * 1024)
    status, answer = await upload(wang, "大.png", big)
    assert (status, "20 MB" in answer["error"]["text"]) == (413, True)

    async def pieces() -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        for _ in range(21):
            yield PNG + b"\0" * (1024 * 1024)
        yield b"\r\n--x--\r\n"

    headers = wang.headers | {"Content-Type": "multipart/form-data; boundary=x"}
    async with wang.http.post(f"{wang.base}/chat/files", data=pieces(), headers=headers) as streamed:
        assert streamed.status == 413

    assert [path for path in (world.folder / "files").rglob("*") if path.is_file()] == []


async def test_the_days_quota_ends_kindly(world: World, http: aiohttp.ClientSession) -> None:
    """当天的上传数量用完：说明明天再来。"""
    world.limits = WebLimits(files_per_day=2)
    async with world.running() as serving:
        wang = Visitor(http, f"http://127.0.0.1:{serving.port}")
        await wang.arrive()
        statuses = [(await upload(wang, "图.png", PNG))[0] for _ in range(3)]

    assert statuses == [200, 200, 429]


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=x", b"", 400),
        ("multipart/form-data; boundary=x", b"garbage", 400),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
            400,
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\n",
            400,
        ),
        ("application/json", b"{}", 415),
    ],
)
async def test_a_form_without_a_file_is_refused(wang: Visitor, content_type: str, body: bytes, status: int) -> None:
    """没有文件的表单、坏的表单：400 或 415，不报 5xx。"""
    headers = wang.headers | {"Content-Type": content_type}
    async with wang.http.post(f"{wang.base}/chat/files", data=body, headers=headers) as answer:
        assert answer.status == status
        assert (await answer.json())["error"]["text"]


async def test_without_a_token_nothing_is_taken(wang: Visitor) -> None:
    """没有访客凭证不能上传。"""
    wang.token = ""

    assert (await upload(wang, "图.png", PNG))[0] == 401


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\照片\\现场.jpg", "现场.jpg"),
        ('a"b<c>.png', "a_b_c_.png"),
        ("图\u202egpj.exe.png", "图gpj.exe.png"),
        ("x" * 300 + ".png", "x" * 116 + ".png"),
        ("...", "未命名"),
    ],
)
def test_a_file_name_is_tidied(sent: str, kept: str) -> None:
    """文件名去掉路径、控制字符和方向符，太长的截短但保留扩展名。"""
    assert tidy_name(sent) == kept
    assert ending_of(kept) == ending_of(sent) or kept == "未命名"
