"""Headers, origins, deadlines, health and metrics of the web server."""

import asyncio
import contextlib
import logging
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy.exc import OperationalError

from tests.web.world import Visitor, World
from zhiqibot.core.errors import PayloadInvalid, SignatureInvalid
from zhiqibot.web import guard
from zhiqibot.web.limits import Window
from zhiqibot.web.parts import WebLimits
from zhiqibot.web.server import make_app, serve
from zhiqibot.web.sources import source_of

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Server": "zhiqibot",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'"
)


def assert_secure(answer: aiohttp.ClientResponse) -> None:
    assert answer.headers["Content-Security-Policy"] == POLICY
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/static/chat.js", 200),
        ("GET", "/static/chat.css", 200),
        ("GET", "/static/icon.svg", 200),
        ("GET", "/favicon.ico", 200),
        ("GET", "/healthz", 200),
        ("GET", "/ready", 200),
        ("GET", "/metrics", 200),
        ("POST", "/chat/hello", 200),
        ("GET", "/chat/people", 200),
        ("GET", "/chat/history", 401),
        ("GET", "/nothing", 404),
        ("PUT", "/", 405),
        ("POST", "/chat/become", 401),
    ],
)
async def test_every_response_carries_the_headers(
    base: str, http: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    """每个响应，包括出错的，都带安全头。"""
    async with http.request(method, base + path) as answer:
        assert answer.status == status
        assert_secure(answer)


async def test_the_socket_and_the_stream_carry_the_headers(base: str, http: aiohttp.ClientSession) -> None:
    """长连接和流式响应也带安全头。"""
    wang = Visitor(http, base)
    await wang.arrive()
    async with http.get(f"{base}/chat/events", headers=wang.headers) as answer:
        assert_secure(answer)
    async with http.get(f"{base}/chat/ws", headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403
        assert_secure(answer)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA\0B: c\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
        b"<script>alert(1)</script>\r\n\r\n",
    ],
)
async def test_what_is_no_http_gets_a_4xx_with_the_headers_and_no_echo(base: str, request_bytes: bytes) -> None:
    """不合规的请求：4xx，带安全头，不回显内容，不打堆栈。"""
    status, head = await raw(base, request_bytes)

    assert 400 <= status < 500
    assert "content-security-policy" in head
    assert "script>" not in head.partition("\r\n\r\n")[2]


async def raw(base: str, request: bytes) -> tuple[int, str]:
    """Send bytes and return the status and the whole answer in lower case."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(base.rpartition(":")[2]))
    writer.write(request)
    async with asyncio.timeout(5):
        answer = (await reader.read(65_536)).decode("utf-8", "replace")
    writer.close()
    return int(answer.split(" ", 2)[1]), answer.lower()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1.evil.example"}, 403),
        ({"Origin": "https://portal.gov.example"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
async def test_another_sites_page_is_refused(
    world: World, http: aiohttp.ClientSession, headers: dict[str, str], status: int
) -> None:
    """别的网站的页面发来的请求一律拒绝；名单里的门户可以。"""
    world.extra["origins"] = frozenset({"https://portal.gov.example"})
    async with world.running() as serving:
        base = f"http://127.0.0.1:{serving.port}"
        async with http.post(f"{base}/chat/hello", headers=headers) as answer:
            assert answer.status == status
        if "Origin" in headers:
            upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
            upgrade["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
            async with http.get(f"{base}/chat/ws", headers=headers | upgrade) as answer:
                assert answer.status == (101 if status == 200 else 403)


async def test_the_pages_own_origin_is_let_in(base: str, http: aiohttp.ClientSession) -> None:
    """自己的页面当然可以连。"""
    async with http.ws_connect(f"{base}/chat/ws", headers={"Origin": base}) as socket:
        await socket.send_json({"type": "hello"})
        assert (await socket.receive_json())["type"] == "welcome"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines of a fraction of a second."""
    monkeypatch.setattr(guard, "HEADER_DEADLINE_S", 0.4)
    monkeypatch.setattr(guard, "BODY_DEADLINE_S", 0.4)
    monkeypatch.setattr(guard, "KEEPALIVE_S", 0.4)
    monkeypatch.setattr(guard, "MAX_WAITING_PER_SOURCE", 20)


@pytest.mark.usefixtures("impatient")
async def test_half_a_request_is_not_waited_for(base: str, http: aiohttp.ClientSession) -> None:
    """只发半截请求头的连接按时断开；期间正常请求不受影响。"""
    port = int(base.rpartition(":")[2])
    slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(60)]
    for _, writer in slow:
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")

    async with http.get(f"{base}/healthz", timeout=aiohttp.ClientTimeout(total=2)) as answer:
        assert answer.status == 200
    async with asyncio.timeout(3):
        ends = await asyncio.gather(*(reader.read() for reader, _ in slow), return_exceptions=True)

    assert all(end == b"" or isinstance(end, ConnectionError) for end in ends)
    for _, writer in slow:
        writer.close()


@pytest.mark.usefixtures("impatient")
async def test_half_a_body_is_not_waited_for(base: str) -> None:
    """只发半截正文：408，带安全头。"""
    status, answer = await raw(
        base,
        b"POST /chat/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
    )

    assert status == 408
    assert "content-security-policy" in answer


@pytest.mark.usefixtures("impatient")
async def test_a_kept_connection_ends_when_the_next_head_is_slow(base: str) -> None:
    """保持的连接上，下一个请求迟迟不来完，也会断开；长连接不受影响。"""
    async with aiohttp.ClientSession() as http:
        wang = Visitor(http, base)
        await wang.arrive()
        reader, writer = await asyncio.open_connection("127.0.0.1", int(base.rpartition(":")[2]))
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b'"ok"}')
        writer.write(b"GET /healthz HTTP/1.1\r\nHo")

        async with asyncio.timeout(3):
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
        writer.close()
        await asyncio.sleep(0.5)
        await wang.say("还在", "message-0001")
        await wang.hears("收到：还在")


async def test_webhooks_of_other_channels_are_served_and_their_errors_answered(
    world: World, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    """其他平台的回调挂在同一服务上：签名错 403，读不懂 400，数据库忙 503，意外 500，都不泄露细节。"""
    errors: dict[str, tuple[Exception, int]] = {
        "/a": (SignatureInvalid(channel="x"), 403),
        "/b": (PayloadInvalid(channel="x", reason="secret"), 400),
        "/c": (OperationalError("select secret", {}, Exception("secret")), 503),
        "/d": (RuntimeError("secret"), 500),
    }

    async def hook(request: web.Request) -> web.Response:
        raise errors[request.path][0]

    world.extra["routes"] = [web.post(path, hook) for path in errors]
    caplog.set_level(logging.CRITICAL)
    async with world.running() as serving:
        for path, (_, status) in errors.items():
            async with http.post(f"http://127.0.0.1:{serving.port}{path}", json={"a": 1}) as answer:
                assert answer.status == status
                assert "secret" not in await answer.text()
                assert_secure(answer)


async def test_readiness_names_what_fails(world: World, http: aiohttp.ClientSession) -> None:
    """/ready：全部通过才是 200，否则 503 并点名。"""
    checks = {"database": True, "delivery": True}
    world.extra["ready"] = lambda: checks
    async with world.running() as serving:
        url = f"http://127.0.0.1:{serving.port}/ready"
        async with http.get(url) as answer:
            assert answer.status == 200
        checks["delivery"] = False
        async with http.get(url) as answer:
            assert (answer.status, (await answer.json())["checks"]) == (503, checks)


async def test_metrics_are_for_this_machine_or_the_holder_of_the_token(
    world: World, http: aiohttp.ClientSession
) -> None:
    """/metrics：本机可看；设了令牌就只认令牌。"""
    world.extra["numbers"] = lambda: {'zhiqibot_outbox{state="due"}': 3, "zhiqibot_messages_total": 7}
    async with world.running() as serving, http.get(f"http://127.0.0.1:{serving.port}/metrics") as answer:
        text = await answer.text()
    assert '# TYPE zhiqibot_outbox gauge\nzhiqibot_outbox{state="due"} 3\n' in text
    assert "# TYPE zhiqibot_messages_total counter\nzhiqibot_messages_total 7\n" in text


async def test_metrics_with_a_token_refuse_everybody_else(world: World, http: aiohttp.ClientSession) -> None:
    """/metrics：令牌不对一律 403。"""
    world.extra["metrics_token"] = "right"
    async with world.running() as serving:
        url = f"http://127.0.0.1:{serving.port}/metrics"
        for shown, status in ((None, 403), ("Bearer wrong", 403), ("Bearer right", 200)):
            async with http.get(url, headers={"Authorization": shown} if shown else {}) as answer:
                assert answer.status == status


async def test_a_source_that_asks_too_much_is_told_to_wait(world: World, http: aiohttp.ClientSession) -> None:
    """同一来源请求太密：429 和等待时间；首页和健康检查不受影响。"""
    world.limits = WebLimits(requests_per_source_per_minute=3)
    async with world.running() as serving:
        base = f"http://127.0.0.1:{serving.port}"
        statuses = []
        for _ in range(4):
            async with http.get(f"{base}/chat/people") as answer:
                statuses.append(answer.status)
        async with http.get(f"{base}/healthz") as answer:
            statuses.append(answer.status)

    assert statuses == [200, 200, 200, 429, 200]


@pytest.mark.parametrize(
    ("forwarded", "source"),
    [("", "127.0.0.1"), ("203.0.113.9", "203.0.113.9"), ("1.1.1.1, 203.0.113.9, 127.0.0.1", "203.0.113.9")],
)
async def test_a_trusted_proxy_names_the_source(
    world: World, http: aiohttp.ClientSession, forwarded: str, source: str
) -> None:
    """可信代理转来的请求按真实来源计，客户自己写的前段不算。"""
    seen: list[str] = []

    async def hook(request: web.Request) -> web.Response:
        seen.append(source_of(request, frozenset({"127.0.0.1"})))
        seen.append(source_of(request, frozenset()))
        return web.Response()

    world.extra["routes"] = [web.get("/who", hook)]
    async with world.running() as serving:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        async with http.get(f"http://127.0.0.1:{serving.port}/who", headers=headers):
            pass

    assert seen == [source, "127.0.0.1"]


async def test_a_taken_port_is_reported(world: World) -> None:
    """端口被占用：抛出 OSError，由启动命令说明。"""
    async with world.running() as serving:
        app = make_app(replace(world.parts(), routes=()))
        with pytest.raises(OSError, match="in use"):
            await serve(app, "127.0.0.1", serving.port)


def test_a_window_lets_as_many_through_as_it_says() -> None:
    """计数窗口：满了给出等待秒数，过了一分钟重新放行，不同的人互不影响。"""
    now = [0.0]
    window = Window(2, lambda: now[0])

    assert [window.wait_s("a"), window.wait_s("a"), window.wait_s("a"), window.wait_s("b")] == [0, 0, 60, 0]
    now[0] = 59.5
    assert window.wait_s("a") == 1
    now[0] = 60.0
    assert window.wait_s("a") == 0


def test_idle_keys_of_a_window_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """计数不会无限增长：久不来的来源被忘掉。"""
    now = [0.0]
    window: Any = Window(2, lambda: now[0])
    for number in range(10_001):
        window.wait_s(str(number))
    now[0] = 100.0
    window.wait_s("new")

    assert len(window._events) == 1
