"""The server under load, in a process of its own: `floor` (HTTP and HMAC, nothing stored), `intake` or `full`.

Prints its port as the first line. On `GET /count` it answers with JSON: stored, handled, tickets, replies.
"""

import argparse
import asyncio
import hmac
import json
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from sqlalchemy import func, select

from zhiqibot.app import Product, build
from zhiqibot.core.clock import system_clock
from zhiqibot.core.crypto import new_vault
from zhiqibot.core.ids import new_id
from zhiqibot.core.messages import InboundMessage
from zhiqibot.core.numbers import uscc_check_digit
from zhiqibot.deployment import load_content, load_language, make_policy_desk
from zhiqibot.directory.model import Account, Enterprise, Person, Role
from zhiqibot.directory.world import WorldImport
from zhiqibot.inbox.intake import Intake
from zhiqibot.inbox.model import InboxMessage, InboxState
from zhiqibot.inbox.worker import InboxWorker
from zhiqibot.outbox.model import OutboxMessage
from zhiqibot.settings import Settings
from zhiqibot.storage.database import open_database
from zhiqibot.topics.tickets.model import Ticket

SECRET = b"bench"
SENDERS = 2_000
POSTGRESQL_WORKERS = 3


def genuine(body: bytes, signature: str) -> bool:
    return hmac.compare_digest(hmac.new(SECRET, body, "sha256").hexdigest(), signature)


async def floor(request: web.Request) -> web.Response:
    body = await request.read()
    if not genuine(body, request.headers.get("X-Signature", "")):
        return web.Response(status=403)
    json.loads(body)
    return web.json_response({"ok": True})


def make_product(url: str) -> Product:
    settings = Settings()
    content = load_content(settings)
    database = open_database(url)
    database.create_tables()
    vault = new_vault()
    language = load_language(settings, content)
    product = build(settings, content, language, make_policy_desk(content), database, vault, system_clock)
    now = system_clock()
    with database.write() as session:
        WorldImport(vault, now, demo=True).run(session, content.world)
        for number in range(SENDERS):
            body = f"91411322{number:09d}"
            enterprise = f"e{number}"
            session.add(
                Enterprise(id=enterprise, name=f"压测企业{number}", short=[], uscc=body + uscc_check_digit(body))
            )
            name = vault.seal("压测", "person", "name", f"p{number}")
            session.add(Person(id=f"p{number}", role=Role.ENTERPRISE, name=name, enterprise_id=enterprise, active=True))
        session.flush()
        for number in range(SENDERS):
            thread = f"bench:default:s{number}"
            session.add(
                Account(
                    id=new_id(),
                    channel="bench",
                    account="default",
                    sender_id=f"s{number}",
                    person_id=f"p{number}",
                    thread=thread,
                    address=f"s{number}",
                    seen_at=now,
                    wrong_codes=0,
                )
            )
    return product


def stored_app(product: Product, *, handling: bool) -> web.Application:
    workers: list[InboxWorker] = []

    def wake() -> None:
        for worker in workers:
            worker.wake()

    intake = Intake(product.database, product.vault, product.clock, on_stored=wake)
    if handling:
        count = 1 if product.database.capabilities.dialect == "sqlite" else POSTGRESQL_WORKERS
        for _ in range(count):
            workers.append(
                InboxWorker(
                    product.database,
                    product.vault,
                    product.clock,
                    handle=product.reception.handle,
                    on_set_aside=product.reception.set_aside,
                    prepare=product.reception.prepare,
                )
            )
            threading.Thread(target=workers[-1].run, daemon=True).start()
    intake.start()

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        if not genuine(body, request.headers.get("X-Signature", "")):
            return web.Response(status=403)
        data = json.loads(body)
        message = InboundMessage(
            channel="bench",
            message_id=data["id"],
            conversation_id=data["from"],
            sender_id=data["from"],
            text=data["text"],
            sent_at=datetime.now(UTC),
        )
        await intake.accept(message)
        return web.json_response({"ok": True})

    async def count(request: web.Request) -> web.Response:
        return web.json_response(await asyncio.to_thread(counted))

    def counted() -> dict[str, int]:
        with product.database.read() as session:

            def number(query: object) -> int:
                return int(session.execute(query).scalar_one())  # type: ignore[call-overload]

            rows = select(func.count()).select_from(InboxMessage)
            return {
                "stored": number(rows),
                "handled": number(rows.where(InboxMessage.state == InboxState.HANDLED)),
                "tickets": number(select(func.count()).select_from(Ticket)),
                "replies": number(select(func.count()).select_from(OutboxMessage).where(OutboxMessage.priority == 0)),
            }

    app = web.Application()
    app.add_routes([web.post("/message", take), web.get("/count", count)])
    return app


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["floor", "intake", "full"])
    parser.add_argument("--url", default="")
    parser.add_argument("--core", type=int, default=0)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {options.core})
    if options.mode == "floor":
        app = web.Application()
        app.add_routes([web.post("/message", floor)])
    else:
        app = stored_app(make_product(options.url), handling=options.mode == "full")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    os._exit(0)  # a benchmark's server has nothing to finish


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
    asyncio.run(main())
