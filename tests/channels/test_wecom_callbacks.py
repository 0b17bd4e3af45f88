"""企业微信 callbacks: what becomes a message, and what is turned away."""

import gzip
import io
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from fake_wecom import CORP, KEY, TOKEN, callback, settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from serving import SENT_AT, Inbox, served
from wechatpy.enterprise.crypto import WeChatCrypto

from zhiqibot.channels.wecom import WeComChannel

PAYLOADS = Path(__file__).parent.parent / "payloads" / "wecom"
EXPECTED: dict[str, dict[str, Any] | None] = json.loads((PAYLOADS / "expected.json").read_text())
TEXT = (PAYLOADS / "text.xml").read_text()
PATH = "/hooks/wecom/default"


class Stage:
    """A channel behind its routes, and a platform that posts to it."""

    def __init__(self, base: str, inbox: Inbox, channel: WeComChannel, session: aiohttp.ClientSession) -> None:
        self.base, self.inbox, self.channel, self.session = base, inbox, channel, session

    async def post(self, query: dict[str, str], body: str | bytes | io.BytesIO, **more: Any) -> tuple[int, bytes]:
        async with self.session.post(f"{self.base}{PATH}", params=query, data=body, **more) as answer:
            return answer.status, await answer.read()

    async def says(self, inner: str, **more: Any) -> tuple[int, bytes]:
        return await self.post(*callback(inner, **more))


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    inbox = Inbox()
    channel = WeComChannel(settings("http://127.0.0.1:9"), inbox.accept)
    async with served(channel.routes()) as base, aiohttp.ClientSession() as session:
        yield Stage(base, inbox, channel, session)
    await channel.stop()


def test_every_payload_has_an_expectation() -> None:
    """每个样例文件都有对应的期望。"""
    assert {path.stem for path in PAYLOADS.glob("*.xml")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
async def test_each_kind_of_callback_is_read(stage: Stage, name: str) -> None:
    """每一种回调都得到应有的消息，或被安静地放过；应答都是空的 200。"""
    assert await stage.says((PAYLOADS / f"{name}.xml").read_text()) == (200, b"")
    expected = EXPECTED[name]
    if expected is None:
        assert stage.inbox.messages == []
        return
    (message,) = stage.inbox.messages
    found = message.model_dump(exclude_defaults=True, mode="json")
    assert (found["channel"], found["conversation_id"], found["sender_id"]) == ("wecom", "WangQiang", "WangQiang")
    assert message.sent_at == SENT_AT
    for part, value in expected.items():
        assert found[part] == list(value) if isinstance(value, list) else found[part] == value
    assert found["message_id"]


async def test_a_repeat_has_the_same_identity_and_different_presses_do_not(stage: Stage) -> None:
    """平台重发的是同一条；同一秒按了不同按钮是两条。"""
    press = (PAYLOADS / "template_card_event.xml").read_text()
    for inner in (TEXT, TEXT, press, press, press.replace("confirm", "cancel"), press.replace("zq-00ff", "zq-0100")):
        assert (await stage.says(inner))[0] == 200
    assert stage.inbox.calls == 6
    assert len(stage.inbox.messages) == 4


async def test_a_replay_in_the_window_is_answered_and_counts_once(stage: Stage) -> None:
    """时间窗内原样重放：回 200，只算一条。"""
    query, body = callback(TEXT)
    assert [await stage.post(query, body) for _ in range(2)] == [(200, b"")] * 2
    assert len(stage.inbox.messages) == 1


async def test_what_cannot_be_stored_is_left_with_the_platform(stage: Stage) -> None:
    """存不下就回 503，让平台稍后重发；恢复后照收。"""
    stage.inbox.broken = True
    assert (await stage.says(TEXT))[0] == 503
    stage.inbox.broken = False
    assert (await stage.says(TEXT))[0] == 200
    assert len(stage.inbox.messages) == 1


@pytest.mark.parametrize("age", [-700, 700, 10**9])
async def test_an_old_or_future_timestamp_is_refused(stage: Stage, age: int) -> None:
    """时间戳相差十分钟以上的请求不收。"""
    assert await stage.says(TEXT, at=time.time() - age) == (403, b"")
    assert stage.inbox.calls == 0


async def test_the_age_is_judged_by_the_given_clock() -> None:
    """时间窗按注入的时钟判断。"""
    inbox = Inbox()

    def clock() -> datetime:
        return datetime(2030, 1, 1, tzinfo=UTC)

    channel = WeComChannel(settings("http://127.0.0.1:9"), inbox.accept, clock=clock)
    async with served(channel.routes()) as base, aiohttp.ClientSession() as session:
        stage = Stage(base, inbox, channel, session)
        assert (await stage.says(TEXT))[0] == 403
        assert (await stage.says(TEXT, at=clock().timestamp()))[0] == 200


async def test_messages_for_others_are_refused(stage: Stage) -> None:
    """别的企业、别的令牌、别的密钥、别的应用，一律不收。"""
    assert (await stage.says(TEXT, corp="ww-other"))[0] == 403
    assert (await stage.says(TEXT, token="other"))[0] == 403
    assert (await stage.says(TEXT, key="A" * 43))[0] in (400, 403)
    assert (await stage.says(TEXT.replace("1000002", "1000009")))[0] == 400
    assert stage.inbox.calls == 0
    assert stage.channel.rejected == 2


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.sampled_from(["msg_signature", "timestamp", "nonce", "body"]), data=st.data())
async def test_no_mutation_is_ever_accepted(part: str, data: st.DataObject) -> None:
    """签名、时间戳、随机串、密文任改一处都不收，也什么都不存。"""
    inbox = Inbox()
    channel = WeComChannel(settings("http://127.0.0.1:9"), inbox.accept)
    query, body = callback(TEXT)
    start = body.index("<Encrypt><![CDATA[") + len("<Encrypt><![CDATA[")
    target = body[start : body.index("]]></Encrypt>")] if part == "body" else query[part]
    at = data.draw(st.integers(0, len(target)))
    cut = data.draw(st.integers(0, 3))
    new = data.draw(st.text("0123456789abcdefXYZ+/=é中 ", max_size=5))
    changed = target[:at] + new + target[at + cut :]
    if changed.strip() == target:
        return
    if part == "body":
        body = body[:start] + changed + body[start + len(target) :]
    else:
        query[part] = changed
    async with served(channel.routes()) as base, aiohttp.ClientSession() as session:
        status, answer = await Stage(base, inbox, channel, session).post(query, body)
    assert status in (400, 403)
    assert answer == b""
    assert inbox.calls == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not xml", 400),
        (b"<xml></xml>", 403),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>', 400),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>', 400),
        (b"<a>" * 100_000, 400),
        (b"<xml>" + b"<a/>" * 5_000 + b"</xml>", 400),
        (b"\xff\xfe\x00", 400),
        (b"x" * 1_100_000, 413),
    ],
)
async def test_hostile_bodies_get_a_clear_answer(stage: Stage, body: bytes, status: int) -> None:
    """坏 XML、外部实体、深层嵌套、超大请求都有明确应答，不报 5xx。"""
    query, _ = callback(TEXT)
    assert await stage.post(query, io.BytesIO(body)) == (status, b"")
    assert stage.inbox.calls == 0


async def test_compression_hides_no_bomb_and_breaks_nothing(stage: Stage) -> None:
    """压缩炸弹回 413，坏的压缩流回 400。"""
    query, _ = callback(TEXT)
    headers = {"Content-Encoding": "gzip"}
    assert (await stage.post(query, gzip.compress(b"0" * 20_000_000), headers=headers))[0] == 413
    assert (await stage.post(query, b"garbage", headers=headers))[0] == 400


@pytest.mark.parametrize("inner", ["<xml", "<xml><MsgType>text</MsgType></xml>", TEXT.replace("1764000000", "9" * 30)])
async def test_a_signed_but_unreadable_message_is_a_bad_request(stage: Stage, inner: str) -> None:
    """签名对但内容读不懂：400，不存。"""
    assert (await stage.says(inner))[0] == 400
    assert stage.inbox.calls == 0


async def test_control_characters_do_not_come_through(stage: Stage) -> None:
    """方向控制等字符在进门时去掉。"""
    await stage.says(TEXT.replace("车间", "车\u202e间"))
    assert stage.inbox.messages[0].text.startswith("车间")


async def test_the_url_check_echoes_only_what_the_platform_signed(stage: Stage) -> None:
    """接入校验：签名对才原样回显明文，错了什么都不显示。"""
    query, body = callback("4567890123456789")
    echo = body.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    assert WeChatCrypto(TOKEN, KEY, CORP).check_signature(
        query["msg_signature"], query["timestamp"], query["nonce"], echo
    ) in ("4567890123456789", b"4567890123456789")
    async with stage.session.get(stage.base + PATH, params=query | {"echostr": echo}) as answer:
        assert (answer.status, await answer.read()) == (200, b"4567890123456789")
    for wrong in ({"msg_signature": "0" * 40}, {"echostr": "<script>"}, {"timestamp": "1"}):
        async with stage.session.get(stage.base + PATH, params=query | {"echostr": echo} | wrong) as answer:
            assert (answer.status, await answer.read()) == (403, b"")
