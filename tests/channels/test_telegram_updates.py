"""Telegram updates: what becomes a message, and what a webhook turns away."""

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from fake_telegram import BOT, FakeTelegram
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from serving import SENT_AT, Inbox, served
from telegram import User

from zhiqibot.channels.telegram import TelegramChannel, TelegramSettings
from zhiqibot.channels.telegram.reading import Reader
from zhiqibot.core.errors import ContentError, PayloadInvalid

PAYLOADS = Path(__file__).parent.parent / "payloads" / "telegram"
EXPECTED: dict[str, dict[str, Any] | None] = json.loads((PAYLOADS / "expected.json").read_text())
SECRET = "s3cret_for-tests-0123"
PATH = "/hooks/telegram/default"
READER = Reader("telegram", "default", lambda: SENT_AT)
ME = User(**BOT)  # type: ignore[arg-type]


def test_every_payload_has_an_expectation() -> None:
    """每个样例文件都有对应的期望。"""
    assert {path.stem for path in PAYLOADS.glob("*.json")} - {"expected"} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_kind_of_update_is_read(name: str) -> None:
    """每一种更新都得到应有的消息，或被安静地放过。"""
    message = READER.read(json.loads((PAYLOADS / f"{name}.json").read_text()), ME).message
    expected = EXPECTED[name]
    if expected is None:
        assert message is None
        return
    assert message is not None
    found = message.model_dump(exclude_defaults=True, mode="json")
    common = {"channel": "telegram", "sender_id": "10001", "sender_name": "强 王"}
    chat = "-1002003004005" if expected.get("group") else "10001"
    assert found.pop("sent_at")
    assert found == common | {"conversation_id": chat} | {
        part: value for part, value in expected.items() if value != ""
    }


def test_an_edit_carries_its_own_time() -> None:
    """改过的消息按改的时间算。"""
    update = json.loads((PAYLOADS / "edited_message.json").read_text())
    message = READER.read(update, ME).message
    assert message is not None
    assert (message.sent_at - SENT_AT).total_seconds() == 60


JUNK = st.sampled_from([None, True, -1, 10**30, 1.5, "", "中", [], [1], [None], {}, {"id": 1}, [{"type": "mention"}]])
MOULDS = [(PAYLOADS / f"{name}.json").read_text() for name in sorted(EXPECTED)]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every (container, key) of a JSON value."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place for key in keys for place in ((value, key), *places(value[key]))]


@hypothesis_settings(max_examples=600, deadline=None)
@given(st.sampled_from(MOULDS), st.integers(0, 10_000), JUNK, st.booleans())
def test_no_update_does_more_than_be_refused(mould: str, at: int, junk: Any, leave_out: bool) -> None:
    """样例里任换一处、任缺一处：要么读懂，要么明确拒绝，不会有别的异常。"""
    update = json.loads(mould)
    found = places(update)
    container, key = found[at % len(found)]
    if leave_out:
        del container[key]
    else:
        container[key] = junk
    try:
        READER.read(update, ME)
    except PayloadInvalid:
        return


class Stage:
    """A webhook channel connected to a fake Telegram."""

    def __init__(self, url: str, inbox: Inbox, session: aiohttp.ClientSession) -> None:
        self.url, self.inbox, self.session = url, inbox, session

    async def post(self, body: bytes | str | io.BytesIO, **headers: str) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET} | headers
        async with self.session.post(self.url, data=body, headers=headers) as answer:
            return answer.status


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    inbox, fake = Inbox(), FakeTelegram("123:ABC")
    async with served(fake.routes()) as api:
        bases = {"base_url": f"{api}/bot", "base_file_url": f"{api}/file/bot"}
        settings = TelegramSettings("123:ABC", "webhook", "https://bot.example" + PATH, SECRET, **bases)
        channel = TelegramChannel(settings, inbox.accept)
        async with served(channel.routes()) as base, aiohttp.ClientSession() as session:
            stage = Stage(base + PATH, inbox, session)
            assert await stage.post("{}") == 503  # not connected yet: Telegram keeps it
            await channel.start()
            await channel.ready.wait()
            yield stage
        await channel.stop()


TEXT = (PAYLOADS / "text.json").read_text()


async def test_a_repeat_is_one_message(stage: Stage) -> None:
    """平台重发只算一条。"""
    assert [await stage.post(TEXT) for _ in range(3)] == [200, 200, 200]
    assert len(stage.inbox.messages) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("[1]", 400),
        ("{", 400),
        ("[" * 100_000, 400),
        ('{"a":' * 100_000, 400),
        ('{"update_id": 1, "update_id": 2}', 400),
        ('{"update_id": NaN}', 400),
        ('{"update_id": ' + "9" * 10_000 + "}", 400),
        ('{"update_id": 1, "x": "\\ud800"}', 400),
        ('{"update_id": "1"}', 400),
        ('{"update_id": 1, "message": {"text": "no id"}}', 400),
        ('{"update_id": 1, "message": "text"}', 400),
        ('{"update_id": 1}', 200),
    ],
)
async def test_hostile_bodies_get_a_clear_answer(stage: Stage, body: str, status: int) -> None:
    """坏 JSON、深层嵌套、重复键、孤立代理都有明确应答，不报 5xx。"""
    assert await stage.post(body) == status
    assert stage.inbox.calls == 0


async def test_a_body_over_the_cap_is_refused(stage: Stage) -> None:
    """超过 1 MB 的请求回 413。"""
    assert await stage.post(io.BytesIO(b" " * 1_050_000)) == 413
    assert await stage.post(b"\x1f\x8bgarbage", **{"Content-Encoding": "gzip"}) == 400


@pytest.mark.parametrize("more", [{"token": ""}, {"webhook_url": ""}, {"secret": "short"}, {"secret": "秘" * 20}])
def test_settings_that_cannot_work_stop_the_start(more: dict[str, str]) -> None:
    """缺令牌、缺地址、暗号太弱，启动时就说清楚；打印不露令牌。"""
    right = {"token": "123:ABC", "webhook_url": "https://x/", "secret": SECRET}
    assert "ABC" not in repr(TelegramSettings(mode="webhook", **right))
    with pytest.raises(ContentError, match="telegram"):
        TelegramSettings(mode="webhook", **right | more)
