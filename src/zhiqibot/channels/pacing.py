"""What a channel remembers for a while: how fast it spoke to whom, and which parts of a message went out."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

MAX_REMEMBERED = 20_000

V = TypeVar("V")


@dataclass
class Recent(Generic[V]):
    """A dictionary that forgets its oldest entries."""

    size: int = MAX_REMEMBERED
    _entries: "OrderedDict[str, V]" = field(default_factory=OrderedDict)

    def get(self, key: str) -> V | None:
        """Return what is remembered under `key`."""
        return self._entries.get(key)

    def put(self, key: str, value: V) -> None:
        """Remember `value`, and forget the oldest entry when there are too many."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        while len(self._entries) > self.size:
            self._entries.popitem(last=False)

    def drop(self, key: str) -> None:
        """Forget `key`."""
        self._entries.pop(key, None)


@dataclass
class Pace:
    """At most `limit` sends to one recipient within any `window_s` seconds, as the platforms count."""

    limit: int
    window_s: float = 60.0
    monotonic: Callable[[], float] = time.monotonic
    _sent: Recent[deque[float]] = field(default_factory=Recent)

    def wait_s(self, recipient: str) -> float:
        """Return seconds to wait before the next send; 0 means go, and the send is counted."""
        now = self.monotonic()
        sent = self._sent.get(recipient) or deque(maxlen=self.limit)
        while sent and sent[0] <= now - self.window_s:
            sent.popleft()
        if len(sent) >= self.limit:
            return sent[0] + self.window_s - now
        sent.append(now)
        self._sent.put(recipient, sent)
        return 0.0


@dataclass
class Progress:
    """Which parts of a message already went out, so that a retry sends only the rest."""

    _receipts: Recent[tuple[str, ...]] = field(default_factory=Recent)

    def receipts(self, key: str) -> tuple[str, ...]:
        """Return the receipts of the parts that went out."""
        return self._receipts.get(key) or ()

    def add(self, key: str, receipt: str) -> None:
        """Note that the next part went out."""
        self._receipts.put(key, (*self.receipts(key), receipt))

    def finish(self, key: str) -> str:
        """Forget the message and return its receipts as one."""
        whole = ",".join(receipt for receipt in self.receipts(key) if receipt)
        self._receipts.drop(key)
        return whole
