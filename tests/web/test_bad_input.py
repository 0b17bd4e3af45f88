"""Whatever arrives, the answer is a clear sentence in Chinese and never a 5xx."""

import io
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from tests.web.world import Visitor, World

NewVisitor = Callable[[], Visitor]

GOOD = {"id": "message-0001", "text": "你好"}
BAD_BODIES: dict[str, tuple[bytes, int]] = {
    "empty": (b"", 400),
    "no_json": (b"{", 400),
    "list": (b"[1]", 400),
    "null": (b"null", 400),
    "not_utf8": (b'{"id":"message-0001","text":"\xff\xfe"}', 400),
    "deep": (b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    "long_number": (b'{"id":' + b"9" * 10_000 + b"}", 400),
    "nan": (b'{"id":"message-0001","text":NaN}', 400),
    "repeated_key": (b'{"id":"message-0001","text":"a","text":"b"}', 400),
    "no_id": (b'{"text":"a"}', 400),
    "number_as_text": (b'{"id":"message-0001","text":5}', 400),
    "object_as_text": (b'{"id":"message-0001","text":{"$ne":1}}', 400),
    "id_too_long": (json.dumps({"id": "a" * 65, "text": "a"}).encode(), 400),
    "id_with_nul": (json.dumps({"id": "message\0-0001", "text": "a"}).encode(), 400),
    "id_with_colon": (json.dumps({"id": "message:0001", "text": "a"}).encode(), 400),
    "unknown_field": (json.dumps(GOOD | {"role": "office"}).encode(), 400),
    "button_too_long": (json.dumps(GOOD | {"button": "b" * 61}).encode(), 400),
    "files_no_list": (json.dumps(GOOD | {"files": "x"}).encode(), 400),
    "foreign_file": (json.dumps(GOOD | {"files": ["0" * 32]}).encode(), 400),
    "nul_file": (json.dumps(GOOD | {"files": ["\0"]}).encode(), 400),
    "only_spaces": (json.dumps({"id": "message-0001", "text": " \n\t "}).encode(), 400),
    "only_control_characters": (json.dumps({"id": "message-0001", "text": "\x00\x01\u202e"}).encode(), 400),
    "ten_megabytes": (json.dumps({"id": "message-0001", "text": "大" * 3_500_000}).encode(), 413),
}

ODD_TEXTS = {
    "emoji_only": ("😀👨‍👩‍👧‍👦🇨🇳", "😀👨‍👩‍👧‍👦🇨🇳"),
    "nul_and_escape": ("停\x00电\x1b[31m了", "停电[31m了"),
    "lone_surrogate": ("停\ud800电", "停电"),
    "direction_override": ("abc\u202edef", "abcdef"),
    "sql": ("'; DROP TABLE inbox_message; --", "'; DROP TABLE inbox_message; --"),
    "html": ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
    "template": ("{{7*7}} ${jndi:ldap://x} %s %n", "{{7*7}} ${jndi:ldap://x} %s %n"),
    "many_lines": ("一\n二\n三", "一\n二\n三"),
    "noncharacter": ("\uffff\U0010ffff", "\uffff\U0010ffff"),
}


@pytest.mark.parametrize("name", BAD_BODIES)
async def test_a_bad_body_is_refused_in_chinese(world: World, visitor: NewVisitor, name: str) -> None:
    """坏的提交：400 或 413，一句中文说明，不存任何东西。"""
    wang = visitor()
    await wang.arrive()
    body, status = BAD_BODIES[name]

    headers = wang.headers | {"Content-Type": "application/json"}
    async with wang.http.post(f"{wang.base}/chat/messages", data=io.BytesIO(body), headers=headers) as answer:
        content = await answer.json()

    assert answer.status == status
    assert any("\u4e00" <= character <= "\u9fff" for character in content["error"]["text"])
    assert world.handled == []


@pytest.mark.parametrize("name", [name for name in BAD_BODIES if name not in ("not_utf8", "ten_megabytes")])
async def test_a_bad_frame_gets_an_error_and_the_chat_goes_on(visitor: NewVisitor, name: str) -> None:
    """坏的帧：回一个错误帧，连接不断，后面的话照常处理。"""
    wang = visitor()
    await wang.arrive()
    assert wang.socket is not None
    body = BAD_BODIES[name][0].decode()
    frame = body.replace("{", '{"type":"say",', 1) if body.startswith('{"') else body

    await wang.socket.send_str(frame)
    error = await wang.receive("error")
    await wang.say("还在吗", "message-0009")

    assert error["text"]
    await wang.hears("收到：还在吗")


@pytest.mark.parametrize("name", ODD_TEXTS)
async def test_an_odd_text_is_taken_as_plain_text(world: World, visitor: NewVisitor, name: str) -> None:
    """奇怪的文字：去掉控制字符后原样收下、原样显示。"""
    wang = visitor()
    await wang.arrive()
    sent, kept = ODD_TEXTS[name]

    await wang.say(sent, "message-0001")

    await wang.hears(f"收到：{kept}")
    assert world.handled[0].text == kept


async def test_a_frame_over_64_kib_is_explained_and_one_over_a_mebibyte_ends_the_connection(
    visitor: NewVisitor,
) -> None:
    """超长的帧：先客气说明；再大十几倍的直接断开。"""
    wang = visitor()
    await wang.arrive()
    assert wang.socket is not None

    await wang.say("长" * 30_000, "message-0001")
    assert (await wang.receive("error"))["code"] == "too_large"
    await wang.socket.send_str("x" * 1_100_000)
    message = await wang.socket.receive(timeout=5)

    assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)


@pytest.mark.parametrize(
    "first", ["{}", "[]", '{"type":"say","id":"message-0001","text":"a"}', '{"type":"hello","visitor":7}']
)
async def test_a_connection_that_does_not_say_hello_is_closed(visitor: NewVisitor, first: str) -> None:
    """不先打招呼的连接：说明原因后关闭。"""
    wang = visitor()
    async with wang.http.ws_connect(f"{wang.base}/chat/ws") as socket:
        await socket.send_str(first)
        error = await socket.receive_json(timeout=5)
        closing = await socket.receive(timeout=5)

    assert error["type"] == "error"
    assert closing.type is aiohttp.WSMsgType.CLOSE


async def test_a_binary_frame_is_refused(visitor: NewVisitor) -> None:
    """二进制帧：回一个错误帧。"""
    wang = visitor()
    await wang.arrive()
    assert wang.socket is not None
    await wang.socket.send_bytes(b"\x00\x01")

    assert (await wang.receive("error"))["code"] == "bad_json"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/chat/%00", 404),
        ("GET", "/static/../server.py", 404),
        ("GET", "/static/%2e%2e/server.py", 404),
        ("GET", "/static/nothing.js", 404),
        ("DELETE", "/chat/messages", 405),
        ("POST", "/chat/messages", 401),
        ("GET", "/chat/history", 401),
        ("GET", "/chat/events", 401),
        ("GET", "/chat/files/" + "0" * 32, 401),
        ("GET", "/chat/ws", 400),
    ],
)
async def test_a_wrong_address_is_answered_in_json(
    base: str, http: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    """走错地方：状态码正确，JSON 里一句中文。"""
    async with http.request(method, base + path) as answer:
        content: dict[str, Any] = await answer.json()

    assert answer.status == status
    assert content["error"]["text"]


async def test_a_body_of_another_type_is_refused(visitor: NewVisitor) -> None:
    """表单或纯文本提交的消息不收：别的网站伪造不了。"""
    wang = visitor()
    await wang.arrive()
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        headers = wang.headers | {"Content-Type": kind}
        data = json.dumps(GOOD)
        async with wang.http.post(f"{wang.base}/chat/messages", data=data, headers=headers) as answer:
            assert answer.status == 415
