"""The two Telegrams of the tests behind one face: the npm package telegram-test-api, and our own fake."""

import asyncio
import fcntl
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import pytest
from fake_telegram import CHAT, USER, FakeTelegram
from serving import served

HERE = Path(__file__).parent
PACKAGE = "telegram-test-api@4.2.1"
TOKEN = "123:ABC"


class Peer(Protocol):
    """What a test sees of a Telegram."""

    base: str

    async def says(self, text: str) -> None: ...
    async def presses(self, data: str) -> None: ...
    async def shown(self) -> list[dict[str, Any]]: ...
    async def calls(self) -> list[dict[str, Any]]: ...


class OwnPeer:
    """Our own fake."""

    def __init__(self, base: str, fake: FakeTelegram) -> None:
        self.base, self.fake = base, fake

    async def says(self, text: str) -> None:
        await self.fake.user_sends(text=text)

    async def presses(self, data: str) -> None:
        await self.fake.user_presses(data)

    async def shown(self) -> list[dict[str, Any]]:
        return self.fake.shown

    async def calls(self) -> list[dict[str, Any]]:
        return self.fake.calls


class NodePeer:
    """telegram-test-api in a process of its own."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self.base, self.session = base, session
        self._shown: list[dict[str, Any]] = []

    async def _post(self, path: str, **body: Any) -> Any:
        async with self.session.post(self.base + path, json=body) as answer:
            return (await answer.json())["result"]

    async def says(self, text: str) -> None:
        await self._post("/sendMessage", **{"from": USER}, botToken=TOKEN, chat=CHAT, date=1764000000, text=text)

    async def presses(self, data: str) -> None:
        message = {"message_id": 1, "date": 1764000000, "chat": CHAT}
        await self._post("/sendCallback", **{"from": USER}, botToken=TOKEN, message=message, data=data)

    async def shown(self) -> list[dict[str, Any]]:
        new = await self._post("/getUpdates", token=TOKEN, chatId=CHAT["id"])
        self._shown += [item["message"] for item in new]
        return self._shown

    async def calls(self) -> list[dict[str, Any]]:
        async with self.session.get(self.base + "/_calls") as answer:
            found: list[dict[str, Any]] = await answer.json()
            return found


@asynccontextmanager
async def own_peer() -> AsyncIterator[OwnPeer]:
    """Run our own fake."""
    fake = FakeTelegram(TOKEN)
    async with served(fake.routes()) as base:
        yield OwnPeer(base, fake)


@asynccontextmanager
async def node_peer() -> AsyncIterator[NodePeer]:
    """Run telegram-test-api; skip, loudly, where node or the package cannot be had."""
    await asyncio.to_thread(install)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        "node", str(HERE / "telegram_test_api.cjs"), str(port), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        ready = await asyncio.wait_for(process.stdout.readline(), 20)
        assert ready == b"ready\n"
        async with aiohttp.ClientSession() as session:
            yield NodePeer(f"http://127.0.0.1:{port}", session)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def install() -> None:
    """Install the package into node_modules beside this file, once, whatever number of test processes runs."""
    modules = HERE / "node_modules"
    if shutil.which("node") is None or shutil.which("npm") is None:
        _skip("node 或 npm 未安装")
    modules.mkdir(exist_ok=True)
    with (modules / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (modules / "telegram-test-api" / "package.json").exists():
            return
        command = ["npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", str(HERE)]
        done = subprocess.run([*command, PACKAGE], capture_output=True, timeout=180, check=False)
        if done.returncode:
            _skip(f"{PACKAGE} 安装失败（软件源不可用？）")


def _skip(reason: str) -> None:
    print(f"\n*** Telegram 独立对端未运行：{reason}；自带模拟服务器的同一组测试照常进行 ***", file=sys.__stderr__)
    pytest.skip(reason)


def keyboard(shown: dict[str, Any]) -> list[str]:
    """Return what the buttons under a shown message send."""
    markup = shown.get("reply_markup") or {}
    markup = json.loads(markup) if isinstance(markup, str) else markup
    return [button["callback_data"] for row in markup.get("inline_keyboard", []) for button in row]
