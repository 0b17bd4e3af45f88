"""The outgoing client: what it dials, how much it reads, what it lets slip."""

# ruff: noqa: S104  (addresses to refuse, not to bind)
import asyncio
import gzip
from ipaddress import ip_network

import pytest
from aiohttp import web
from serving import served

from zhiqibot.channels.http import Http, HttpFailed, Reach, bare

INNER = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "0.0.0.0",
    "224.0.0.1",
    "192.0.0.8",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "fec0::1",
    "fe80::1",
    "fc00::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_refused(address: str) -> None:
    """内网、回环、链路本地、组播以及各种伪装写法一律不拨。"""
    assert not Reach().allows(bare(address), 443)


def test_public_addresses_are_dialled_on_web_ports_only() -> None:
    """公网地址只拨 80 和 443。"""
    assert Reach().allows(bare("1.2.4.8"), 443)
    assert not Reach().allows(bare("1.2.4.8"), 22)


def test_a_listed_network_is_open_but_link_local_never() -> None:
    """写明的县内网段可以拨，云主机元数据地址永远不拨。"""
    reach = Reach(networks=(ip_network("10.0.0.0/8"), ip_network("169.254.0.0/16")))
    assert reach.allows(bare("10.9.8.7"), 443)
    assert not reach.allows(bare("169.254.169.254"), 80)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127。0。0。1", "0.0.0.0", "2130706433"]
)
async def test_no_spelling_of_loopback_reaches_a_local_server(host: str) -> None:
    """本机服务换任何写法都连不上。"""
    hits = []

    async def hit(request: web.Request) -> web.Response:
        hits.append(request.path)
        return web.Response()

    async with served([web.get("/", hit)]) as base:
        port = int(base.rpartition(":")[2])
        http = Http(Reach(ports=frozenset({port})))
        with pytest.raises(HttpFailed):
            await http.request("GET", f"http://{host}:{port}/")
        await http.close()
    assert hits == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_configured_origin_is_reached_wherever_it_lives(host: str) -> None:
    """设置里写明的平台地址（含本机、内网）照常可用，别的端口仍不行。"""

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async with served([web.get("/x", answer)]) as base, served([web.get("/x", answer)]) as other:
        url = base.replace("127.0.0.1", host)
        http = Http(Reach((url,)))
        assert (await http.request("GET", f"{url}/x")).json() == {"ok": True}
        with pytest.raises(HttpFailed):
            await http.request("GET", f"{other}/x")
        await http.close()


async def test_redirects_are_not_followed() -> None:
    """跳转不跟。"""

    async def away(request: web.Request) -> web.Response:
        raise web.HTTPFound("http://169.254.169.254/latest")

    async with served([web.get("/", away)]) as base:
        http = Http(Reach((base,)))
        assert (await http.request("GET", base)).status == 302
        await http.close()


async def test_answers_are_capped_even_when_compressed() -> None:
    """超长应答读到上限即断，压缩炸弹也一样。"""

    async def bomb(request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(b"0" * 30_000_000), headers={"Content-Encoding": "gzip"})

    async with served([web.get("/", bomb)]) as base:
        http = Http(Reach((base,)))
        with pytest.raises(HttpFailed, match="longer"):
            await http.request("GET", base, limit=100_000)
        await http.close()


async def test_a_slow_server_costs_no_more_than_the_time_out() -> None:
    """对方不应答时按时放弃，并说明是超时。"""

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    async with served([web.get("/", slow)]) as base:
        http = Http(Reach((base,)))
        with pytest.raises(HttpFailed) as caught:
            await http.request("GET", f"{base}/?access_token=planted", total_s=0.2)
        await http.close()
    assert caught.value.timed_out
    assert "planted" not in str(caught.value)


async def test_proxy_variables_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """环境里的代理变量不起作用。"""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async with served([web.get("/", answer)]) as base:
        http = Http(Reach((base,)))
        assert (await http.request("GET", base)).body == b"ok"
        await http.close()
