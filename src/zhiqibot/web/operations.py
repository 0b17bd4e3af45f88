"""What operators and balancers ask: is it alive, is it ready, how many of what."""

import asyncio
import hmac
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from zhiqibot.web.answers import Problem
from zhiqibot.web.live import Pages
from zhiqibot.web.parts import WebParts
from zhiqibot.web.sources import source_of
from zhiqibot.web.threads import Threads

READY_DEADLINE_S = 5.0
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


@dataclass(frozen=True)
class Operations:
    """GET /healthz, /ready and /metrics."""

    parts: WebParts
    pages: Pages
    threads: Threads

    async def healthz(self, request: web.Request) -> web.Response:
        """Answer that the process serves requests."""
        return web.json_response({"status": "ok"})

    async def ready(self, request: web.Request) -> web.Response:
        """Answer 200 when every check passes in time, else 503; names only, no details."""
        try:
            async with asyncio.timeout(READY_DEADLINE_S):
                checks = dict(await self.threads.run(self.parts.ready))
        except TimeoutError:
            checks = {"answered_in_time": False}
        good = all(checks.values())
        content = {"status": "ready" if good else "not_ready", "checks": checks}
        return web.json_response(content, status=200 if good else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        """Answer the numbers in Prometheus' text format, to those who may see them."""
        self._check_reader(request)
        numbers = dict(await self.threads.run(self.parts.numbers))
        numbers["zhiqibot_webchat_pages"] = self.pages.count()
        return web.Response(text=_exposition(numbers), content_type="text/plain", charset="utf-8")

    def _check_reader(self, request: web.Request) -> None:
        if self.parts.metrics_token:
            shown = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
            if not hmac.compare_digest(shown, f"Bearer {self.parts.metrics_token}".encode()):
                raise Problem(403)
        elif not _is_this_machine(source_of(request, self.parts.trusted_proxies)):
            raise Problem(403)


def _is_this_machine(source: str) -> bool:
    try:
        return ipaddress.ip_address(source).is_loopback
    except ValueError:
        return False


def _exposition(numbers: Mapping[str, float]) -> str:
    lines: list[str] = []
    known: set[str] = set()
    for name, value in sorted(numbers.items()):
        match = _METRIC.match(name)
        if match and match[0] not in known:
            known.add(match[0])
            lines.append(f"# TYPE {match[0]} {'counter' if match[0].endswith('_total') else 'gauge'}")
        lines.append(f"{name} {value}")
    return "\n".join(lines) + "\n"
