"""Conversations over the WebSocket and over plain HTTP."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.web.world import Visitor, World
from zhiqibot.channels.webchat import thread_key
from zhiqibot.core.crypto import new_vault
from zhiqibot.core.messages import MAX_TEXT, InboundMessage, OutboundMessage, Thread, conversation_key
from zhiqibot.inbox.intake import IntakeUnavailable
from zhiqibot.outbox.outbox import Notice
from zhiqibot.storage.database import open_database
from zhiqibot.web.parts import WebLimits

NewVisitor = Callable[[], Visitor]


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> World:
    """The world on SQLite and on PostgreSQL."""
    return World(open_database(database_url), new_vault(), tmp_path)


async def test_a_message_is_acknowledged_shown_and_answered(visitor: NewVisitor) -> None:
    """说一句话：先收到“已存好”，自己的话和“正在输入”出现，然后是回复。"""
    wang = visitor()
    await wang.arrive()

    await wang.say("车间停电了", "message-0001")
    await wang.hears("收到：车间停电了")

    kinds = [frame["type"] for frame in wang.frames]
    assert sorted(kinds[2:]) == ["ack", "message", "message", "typing"]
    assert wang.texts("me") == ["车间停电了"]


async def test_a_repeat_is_acknowledged_and_handled_once(world: World, visitor: NewVisitor) -> None:
    """同一条消息重发三次，只处理一次，每次都有回执。"""
    wang = visitor()
    await wang.arrive()

    for _ in range(3):
        await wang.say("只说一次", "message-0001")
        await wang.receive("ack")
    await wang.hears("收到：只说一次")

    assert len(world.handled) == 1
    assert wang.texts("me") == ["只说一次"]


async def test_the_same_message_id_of_another_visitor_is_another_message(world: World, visitor: NewVisitor) -> None:
    """消息编号由页面自拟：两位访客撞了编号，也各是各的消息。"""
    for text in ("我是甲", "我是乙"):
        page = visitor()
        await page.arrive()
        await page.say(text, "message-0001")
        await page.hears(f"收到：{text}")

    assert [message.text for message in world.handled] == ["我是甲", "我是乙"]


async def test_a_pressed_button_reaches_the_bot_with_its_value(world: World, visitor: NewVisitor) -> None:
    """按下按钮：文字是按钮的标题，值另外带上。"""
    wang = visitor()
    await wang.arrive()
    await wang.say("卡片", "message-0001")
    question = await wang.hears("请核对：")

    assert [button["label"] for button in question["buttons"]] == ["确认提交", "修改", "取消"]
    assert question["card"]["fields"][0] == {"name": "编号", "value": "ZQ261123-0001"}
    await wang.say("确认提交", "message-0002", button="yes")
    await wang.hears("按下：yes")

    assert (world.handled[-1].text, world.handled[-1].button) == ("确认提交", "yes")


async def test_after_a_break_the_page_resumes_with_nothing_lost_or_doubled(world: World, visitor: NewVisitor) -> None:
    """断线期间到达的消息，重连后补上；断线前后的消息不多也不少。"""
    wang = visitor()
    await wang.arrive()
    expected = []
    for number in range(1, 7):
        await wang.say(f"第{number}句", f"message-{number:04}")
        await wang.receive("ack")
        expected.append(f"收到：第{number}句")
        if number % 2 == 0:
            await wang.leave()
            await world_is_quiet(world, number)
            await wang.arrive()

    await wang.hears(expected[-1])
    assert wang.texts() == expected
    assert wang.texts("me") == [f"第{number}句" for number in range(1, 7)]


async def test_a_notice_written_long_ago_is_shown_when_it_is_sent(world: World, visitor: NewVisitor) -> None:
    """三天前写好、现在才到点的提醒，编号比已显示的消息旧，也不会被漏掉。"""
    wang = visitor()
    await wang.arrive()
    await wang.say("你好", "message-0001")
    await wang.hears("收到：你好")
    sender = world.handled[0].sender_id
    world.clock_shift = timedelta(days=-3)
    due_at = world.now() + timedelta(days=3, seconds=3)
    reminder = Notice("reminder", sender, OutboundMessage(text="明早八点早餐会"), due_at=due_at)
    world.notify(reminder)
    world.clock_shift = timedelta()
    await wang.say("还在吗", "message-0002")
    await wang.hears("收到：还在吗")

    world.clock_shift = timedelta(seconds=5)
    world.delivery.wake()

    await wang.hears("明早八点早餐会")
    assert [item["text"] for item in await history(wang)][-1] == "明早八点早餐会"


async def test_a_clock_put_back_hides_nothing(world: World, visitor: NewVisitor) -> None:
    """服务器时钟往回拨一小时，打开着的页面照样收到新回复。"""
    wang = visitor()
    await wang.arrive()
    await wang.say("拨钟之前", "message-0001")
    await wang.hears("收到：拨钟之前")

    world.clock_shift = timedelta(hours=-1)
    await wang.say("拨钟之后", "message-0002")

    await wang.hears("收到：拨钟之后")


async def test_history_is_there_after_a_reload_and_pages_back(visitor: NewVisitor) -> None:
    """刷新页面后看得到最近的消息，往前翻能翻到第一句。"""
    wang = visitor()
    await wang.arrive()
    for number in range(1, 20):
        await wang.say(f"第{number}句", f"message-{number:04}")
        await wang.hears(f"收到：第{number}句")
    await wang.leave()

    again = visitor()
    again.token = wang.token
    newest = await again.arrive()
    assert newest["more"] is True
    assert len(newest["items"]) == 30

    url = f"{again.base}/chat/history?before={newest['items'][0]['cursor']}&limit=100"
    async with again.http.get(url, headers=again.headers) as answer:
        earlier = await answer.json()
    assert earlier["more"] is False
    texts = [item["text"] for item in earlier["items"] + newest["items"]]
    assert texts == [text for number in range(1, 20) for text in (f"第{number}句", f"收到：第{number}句")]


async def test_another_visitor_sees_nothing(visitor: NewVisitor) -> None:
    """别人的访客看不到这段对话；编一个凭证也不行。"""
    wang, li = visitor(), visitor()
    await wang.arrive()
    await wang.say("商业秘密", "message-0001")
    await wang.hears("收到：商业秘密")

    shown = await li.arrive()
    assert shown["items"] == []
    last_changed = wang.token[:-1] + ("0" if wang.token[-1] != "0" else "1")
    for forged in ("", last_changed, "v1." + "A" * 32 + "." + "0" * 32):
        async with li.http.get(f"{li.base}/chat/history", headers={"X-Visitor": forged}) as answer:
            assert answer.status == 401


async def test_an_unknown_token_is_replaced(visitor: NewVisitor) -> None:
    """凭证失效的老访客得到一个新身份，而不是报错。"""
    wang = visitor()
    wang.token = "v1.not-a-token"

    await wang.arrive()

    assert wang.token.startswith("v1.")
    assert wang.token != "v1.not-a-token"


async def test_over_plain_http_the_conversation_is_the_same(visitor: NewVisitor) -> None:
    """代理不支持 WebSocket 时，用流式读取和普通提交也能完整对话。"""
    wang = visitor()
    async with wang.http.post(f"{wang.base}/chat/hello") as answer:
        wang.token = (await answer.json())["visitor"]

    async with wang.http.get(f"{wang.base}/chat/events", headers=wang.headers) as stream:
        assert stream.content_type == "text/event-stream"
        assert (await event(stream))["type"] == "history"
        for _ in range(2):
            content = {"id": "message-0001", "text": "走普通网页"}
            async with wang.http.post(f"{wang.base}/chat/messages", json=content, headers=wang.headers) as answer:
                assert (answer.status, await answer.json()) == (200, {"type": "ack", "id": "message-0001"})
        texts = []
        while "收到：走普通网页" not in texts:
            frame = await event(stream)
            texts.append(frame.get("text", frame["type"]))

    assert [text for text in texts if text != "typing"] == ["走普通网页", "收到：走普通网页"]


async def test_a_resumed_stream_starts_after_the_cursor(visitor: NewVisitor) -> None:
    """流式读取断开后，带上位置重连，只补后面的。"""
    wang = visitor()
    await wang.arrive()
    await wang.say("第一句", "message-0001")
    await wang.hears("收到：第一句")

    url = f"{wang.base}/chat/events?after={wang.cursor}"
    async with wang.http.get(url, headers=wang.headers) as stream:
        resumed = await event(stream)

    assert (resumed["reset"], resumed["more"]) == (False, None)
    assert {item["id"] for item in resumed["items"]} <= set(wang.shown)


async def test_too_many_messages_are_asked_to_wait(world: World, visitor: NewVisitor) -> None:
    """一分钟超过上限：客气地请等一等，告诉要等多久，前面的都已收下。"""
    wang = visitor()
    await wang.arrive()
    for number in range(21):
        await wang.say("安静", f"message-{number:04}")
    error = await wang.receive("error")

    assert error["code"] == "too_fast"
    assert error["id"] == "message-0020"
    assert 0 < error["retry_after"] <= 60
    assert "请" in error["text"]


async def test_a_sixth_page_of_one_visitor_is_refused(visitor: NewVisitor) -> None:
    """同一访客最多开五个窗口，第六个给出说明。"""
    first = visitor()
    await first.arrive()
    pages = [first]
    for _ in range(4):
        page = visitor()
        page.token = first.token
        await page.arrive()
        pages.append(page)

    sixth = await first.http.ws_connect(f"{first.base}/chat/ws")
    await sixth.send_json({"type": "hello", "visitor": first.token})
    error = await sixth.receive_json()
    await sixth.close()

    assert error["code"] == "too_many_pages"
    for page in pages:
        await page.leave()


async def test_what_one_page_says_appears_on_the_other(visitor: NewVisitor) -> None:
    """同一个人开两个窗口，一边说的话另一边也看得到。"""
    left, right = visitor(), visitor()
    await left.arrive()
    right.token = left.token
    await right.arrive()

    await left.say("两边都看得到", "message-0001")

    await right.hears("收到：两边都看得到")
    assert right.texts("me") == ["两边都看得到"]


async def test_when_nothing_can_be_stored_the_page_keeps_the_message(world: World, visitor: NewVisitor) -> None:
    """存不下来时不确认：长连接给出可重试的错误，网页提交返回 503 和重试时间。"""
    wang = visitor()
    await wang.arrive()

    async def refuse(message: InboundMessage) -> None:
        raise IntakeUnavailable

    world.accept = refuse
    await wang.say("存不下", "message-0001")
    error = await wang.receive("error")
    content = {"id": "message-0001", "text": "存不下"}
    async with wang.http.post(f"{wang.base}/chat/messages", json=content, headers=wang.headers) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    world.accept = world.intake.accept
    await wang.say("存不下", "message-0001")

    assert (error["id"], error["code"], error["retry_after"]) == ("message-0001", "unavailable", 5)
    await wang.hears("收到：存不下")


async def test_a_long_text_is_cut_and_the_person_told(world: World, visitor: NewVisitor) -> None:
    """十万字的文字：收下前四千字，并告诉发送人。"""
    wang = visitor()
    await wang.arrive()
    content = {"id": "message-0001", "text": "长" * 100_000}
    async with wang.http.post(f"{wang.base}/chat/messages", json=content, headers=wang.headers) as answer:
        ack = await answer.json()

    assert answer.status == 200
    assert str(MAX_TEXT) in ack["note"]
    await world_is_quiet(world, 1)
    assert len(world.handled[0].text) == MAX_TEXT


async def test_a_visitor_becomes_a_person_of_the_demo(visitor: NewVisitor) -> None:
    """演示环境里选一个人：再来时记得自己是谁，不存在的人给出说明。"""
    wang = visitor()
    await wang.arrive()
    async with wang.http.get(f"{wang.base}/chat/people") as answer:
        people = (await answer.json())["people"]
    assert "周德明" in {person["name"] for person in people}

    url = f"{wang.base}/chat/become"
    async with wang.http.post(url, json={"person": "owner"}, headers=wang.headers) as answer:
        assert (await answer.json())["me"]["name"] == "周德明"
    async with wang.http.post(url, json={"person": "nobody"}, headers=wang.headers) as answer:
        assert (answer.status, "没有找到" in await answer.text()) == (404, True)
    await wang.leave()
    await wang.arrive()

    assert wang.me is not None
    assert wang.me["id"] == "owner"


async def test_without_a_demo_nobody_can_be_chosen(world: World, http: aiohttp.ClientSession) -> None:
    """正式环境没有“选择我是谁”。"""
    world.extra["demo"] = None
    async with world.running() as serving:
        for method, path in (("GET", "/chat/people"), ("POST", "/chat/become")):
            async with http.request(method, f"http://127.0.0.1:{serving.port}{path}", json={}) as answer:
                assert answer.status == 404


async def test_new_visitors_of_one_source_are_limited(world: World, http: aiohttp.ClientSession) -> None:
    """同一来源一分钟内领取的新身份有上限。"""
    world.limits = WebLimits(new_visitors_per_source_per_minute=3)
    async with world.running() as serving:
        statuses = []
        for _ in range(4):
            async with http.post(f"http://127.0.0.1:{serving.port}/chat/hello") as answer:
                statuses.append(answer.status)
                retry_after = answer.headers.get("Retry-After")

    assert statuses == [200, 200, 200, 429]
    assert retry_after is not None


async def test_pages_are_told_when_the_server_stops(world: World, http: aiohttp.ClientSession) -> None:
    """服务停止时，打开的页面收到“正在离开”，不会干等。"""
    async with world.running() as serving:
        wang = Visitor(http, f"http://127.0.0.1:{serving.port}")
        await wang.arrive()
        stopping = asyncio.create_task(serving.stop())
        assert wang.socket is not None
        message = await wang.socket.receive(timeout=5)
        await stopping

    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, aiohttp.WSCloseCode.GOING_AWAY)


def test_the_thread_of_a_visitor_is_the_conversation_of_the_inbox(world: World) -> None:
    """网页对话的线索键与收件箱的对话键一致，历史才对得上。"""
    message = InboundMessage(
        channel="webchat", message_id="m", conversation_id="w1", sender_id="w1", sent_at=world.now()
    )

    assert thread_key("w1") == conversation_key(message)


@pytest.mark.parametrize("cursor", ["x", "-", "99999999999999999999-a", "１２３-a", "0" * 200])
async def test_a_cursor_that_is_none_starts_over(visitor: NewVisitor, cursor: str) -> None:
    """乱写的位置：历史接口说明有误，长连接当作新打开。"""
    wang = visitor()
    await wang.arrive()
    url = f"{wang.base}/chat/history"
    async with wang.http.get(url, params={"before": cursor}, headers=wang.headers) as answer:
        assert answer.status == 400
    async with wang.http.get(f"{wang.base}/chat/events", params={"after": cursor}, headers=wang.headers) as stream:
        assert (await event(stream))["type"] == "history"


async def test_a_notice_to_a_person_appears_in_their_conversation(world: World, visitor: NewVisitor) -> None:
    """发给绑定了人的通知，送到这个人的对话里。"""
    wang = visitor()
    await wang.arrive()
    await wang.say("你好", "message-0001")
    await wang.hears("收到：你好")
    sender = world.handled[0].sender_id
    world.addresses["person-1"] = Thread(thread_key(sender), "webchat", "default", sender)

    world.notify(Notice("assigned", "person-1", OutboundMessage(text="您有一件新工单")))

    await wang.hears("您有一件新工单")


async def test_an_answer_of_another_process_reaches_the_page(
    postgres_url: str, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    """两个进程共用一个 PostgreSQL：页面连着甲，回复由乙送出，照样马上看到。"""
    first = World(open_database(postgres_url), new_vault(), tmp_path)
    second = World(open_database(postgres_url), first.vault, tmp_path)
    for world in (first, second):
        world.signals.start()
    try:
        async with first.running(deliver=False) as serving, second.running():
            wang = Visitor(http, f"http://127.0.0.1:{serving.port}")
            await wang.arrive()
            await wang.say("谁来回答", "message-0001")
            await wang.hears("收到：谁来回答")
    finally:
        for world in (first, second):
            await asyncio.to_thread(world.signals.stop)


async def history(visitor: Visitor) -> list[dict[str, Any]]:
    async with visitor.http.get(f"{visitor.base}/chat/history", headers=visitor.headers) as answer:
        items: list[dict[str, Any]] = (await answer.json())["items"]
        return items


async def event(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    """Read one event of a stream."""
    async with asyncio.timeout(5):
        line = (await stream.content.readuntil(b"\n\n")).decode()
    frame: dict[str, Any] = json.loads(line.removeprefix("data: "))
    return frame


async def world_is_quiet(world: World, handled: int) -> None:
    """Wait until this many messages were handled and answered."""
    async with asyncio.timeout(5):
        await asyncio.to_thread(world.has_handled, handled)
    await asyncio.sleep(0.1)
