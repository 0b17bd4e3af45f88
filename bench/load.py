"""A load generator: ready-made signed requests over keep-alive connections, each waiting for its answer."""

import asyncio
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.server import SECRET, SENDERS

STORIES = ("集聚区我们厂今天早上又停电了，机器全停了", "对，报吧")


@dataclass(frozen=True)
class Outcome:
    """What a run of the load saw."""

    answered: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        return self.answered / self.seconds


def requests(count: int, run: str) -> list[bytes]:
    """Return `count` different requests; each sender reports a power cut and then confirms it, in turn."""
    made = []
    for number in range(count):
        sender, turn = number % SENDERS, number // SENDERS
        text = STORIES[turn % len(STORIES)]
        body = json.dumps({"id": f"{run}-{number}", "from": f"s{sender}", "text": text}).encode()
        signature = hmac.new(SECRET, body, "sha256").hexdigest()
        head = (
            f"POST /message HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
            f"X-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


class _Connection(asyncio.Protocol):
    """One keep-alive connection that sends the next request when an answer is complete."""

    def __init__(self, work: "_Work") -> None:
        self.work, self.started, self.buffer = work, 0.0, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, _, body = self.buffer.partition(b"\r\n\r\n")
        if not _ or len(body) < int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]):
            return
        self.buffer = b""
        self.work.took.append(time.perf_counter() - self.started)
        if not head.startswith(b"HTTP/1.1 200"):
            self.work.refused += 1
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        self.work.ended()

    def _next(self) -> None:
        request = self.work.take()
        if request is None:
            self.transport.close()
            return
        self.started = time.perf_counter()
        self.transport.write(request)  # type: ignore[attr-defined]


class _Work:
    def __init__(self, prepared: Sequence[bytes], connections: int) -> None:
        self.prepared, self.position, self.open = prepared, 0, connections
        self.took: list[float] = []
        self.refused = 0
        self.done = asyncio.get_running_loop().create_future()

    def take(self) -> bytes | None:
        if self.position >= len(self.prepared):
            return None
        self.position += 1
        return self.prepared[self.position - 1]

    def ended(self) -> None:
        self.open -= 1
        if self.open == 0:
            self.done.set_result(None)


async def run(port: int, prepared: Sequence[bytes], connections: int) -> Outcome:
    """Send everything and wait for all answers; raise RuntimeError if any was not 200."""
    work = _Work(prepared, connections)
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    await asyncio.gather(
        *(loop.create_connection(lambda: _Connection(work), "127.0.0.1", port) for _ in range(connections))
    )
    await work.done
    seconds = time.perf_counter() - began
    if work.refused or len(work.took) != len(prepared):
        raise RuntimeError(f"{work.refused} refused, {len(prepared) - len(work.took)} unanswered")
    took = sorted(work.took)
    return Outcome(len(took), seconds, took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000)
