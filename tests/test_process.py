"""The product as it is started: a real process, two people in two windows, a stop and a start."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.web.world import Visitor

START_DEADLINE_S = 120
"""The first start may train the language model."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(folder: Path, port: int) -> AsyncIterator[subprocess.Popen[bytes]]:
    """Start `zhiqibot demo` and wait until it is ready."""
    environment = os.environ | {"ZHIQIBOT_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "zhiqibot", "demo", "--port", str(port), "--now", "2026-11-23T10:00"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)  # noqa: ASYNC220  (once)
    try:
        async with aiohttp.ClientSession() as client:
            for _ in range(START_DEADLINE_S * 5):
                assert process.poll() is None, "the process ended while starting"
                try:
                    async with client.get(f"http://127.0.0.1:{port}/ready") as answer:
                        if answer.status == 200 and (await answer.json())["checks"]["language"]:
                            break
                except aiohttp.ClientConnectionError:
                    pass
                await asyncio.sleep(0.2)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)


async def as_person(client: aiohttp.ClientSession, port: int, person: str) -> Visitor:
    """Open the web chat in a window of its own and be this person."""
    visitor = Visitor(client, f"http://127.0.0.1:{port}")
    await visitor.arrive()
    url = f"http://127.0.0.1:{port}/chat/become"
    async with client.post(url, json={"person": person}, headers=visitor.headers) as answer:
        assert answer.status == 200, await answer.text()
    return visitor


async def told(visitor: Visitor, part: str) -> None:
    """Wait until the bot has said something with `part` in it."""
    async with asyncio.timeout(30):
        while not any(part in str(item) for item in visitor.shown.values() if item["from"] == "bot"):
            await visitor.receive("message")


async def test_a_report_in_one_window_is_a_notice_in_the_other_and_survives_a_restart(tmp_path: Path) -> None:
    """企业在一个窗口报停电，供电公司在另一个窗口收到交办；重启以后接着办。"""
    port = free_port()
    async with running(tmp_path, port), aiohttp.ClientSession() as client:
        owner = await as_person(client, port, "contact-derun-1")
        clerk = await as_person(client, port, "clerk-power-1")
        await owner.say("集聚区我们厂今天早上又停电了，机器全停了", "message-0001")
        await told(owner, "0377-55500598")
        await owner.say("对，报吧", "message-0002")
        await told(owner, "ZQ261123-0001")
        await told(clerk, "交办通知")
        token = owner.token
        await owner.leave()
        await clerk.leave()

    async with running(tmp_path, port) as process, aiohttp.ClientSession() as client:
        back = Visitor(client, f"http://127.0.0.1:{port}", token)
        await back.arrive()
        await back.say("刚才那件到哪一步了", "message-0003")
        await told(back, "待签收")
        await back.leave()

        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 30) == 0
