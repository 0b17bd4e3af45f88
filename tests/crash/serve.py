"""A real process to be killed: `serve.py FOLDER PORT SINK_URL` takes messages over HTTP and sends replies to a sink."""

import asyncio
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiohttp import ClientSession, web

from tests.crash.world import CHANNEL, wire
from zhiqibot.core.channel import Limits
from zhiqibot.core.clock import system_clock
from zhiqibot.core.errors import DeliveryFailed
from zhiqibot.core.messages import InboundMessage, OutboundMessage, as_plain_text
from zhiqibot.inbox.intake import Intake, IntakeUnavailable
from zhiqibot.inbox.worker import InboxWorker
from zhiqibot.outbox.delivery import Delivery


@dataclass
class Sink:
    """The platform's sending side."""

    http: ClientSession
    url: str
    name: str = CHANNEL
    account: str = "default"
    residency: Literal["domestic", "foreign"] = "domestic"

    @property
    def limits(self) -> Limits:
        return Limits()

    async def send(self, address: str, message: OutboundMessage, key: str) -> str:
        body = {"key": key, "address": address, "text": as_plain_text(message)}
        async with self.http.post(self.url, json=body) as answer:
            if answer.status != 200:
                raise DeliveryFailed(channel=self.name, reason=str(answer.status))
            return await answer.text()


async def main(folder: Path, port: int, sink_url: str) -> None:
    spine = wire(folder)
    async with ClientSession() as http:
        channels = {(CHANNEL, "default"): Sink(http, sink_url)}
        delivery = Delivery(spine.database, spine.outbox, channels, spine.directory.addresses, system_clock)
        worker = InboxWorker(
            spine.database,
            spine.vault,
            system_clock,
            handle=spine.reception.handle,
            on_set_aside=spine.reception.set_aside,
            prepare=spine.reception.prepare,
            on_handled=delivery.wake,
        )
        worker.release_all()
        delivery.release_all()
        intake = Intake(spine.database, spine.vault, system_clock, on_stored=worker.wake)
        intake.start()
        threading.Thread(target=worker.run, daemon=True).start()

        async def receive(request: web.Request) -> web.Response:
            try:
                await intake.accept(InboundMessage.model_validate_json(await request.read()))
            except IntakeUnavailable:
                return web.Response(status=503)
            return web.Response()

        app = web.Application()
        app.router.add_post("/message", receive)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await delivery.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
