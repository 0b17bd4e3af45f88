"""What the web side needs from the rest of the product; `app.py` fills it in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from zhiqibot.core.channel import Accept
from zhiqibot.core.clock import Clock
from zhiqibot.core.crypto import Vault
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.storage.database import Database

Person = dict[str, Any]
"""id, name, role (enterprise, cadre, clerk, office, supervisor), title, organisation."""


class DemoPeople(Protocol):
    """The people of the demo county a visitor can pick from. All three may block; they are called in a thread."""

    def people(self) -> list[Person]: ...

    def become(self, sender_id: str, person_id: str) -> Person:
        """Bind the sender to this person and return it; raise NotFound for an unknown id."""
        ...

    def who(self, sender_id: str) -> Person | None: ...


@dataclass(frozen=True)
class WebLimits:
    """How much one visitor or one source may ask of a process; a deployment of n processes divides by n."""

    messages_per_minute: int = 20
    sockets_per_visitor: int = 5
    files_per_day: int = 60
    file_bytes_per_day: int = 200 * 1024 * 1024
    requests_per_source_per_minute: int = 1_200
    """All /chat requests of one address; an office of a hundred people shares one."""
    new_visitors_per_source_per_minute: int = 60


def _nobody(sender_id: str, file_id: str) -> bool:
    return False


def _no_numbers() -> Mapping[str, float]:
    return {}


def _always_ready() -> Mapping[str, bool]:
    return {}


@dataclass(frozen=True)
class WebParts:
    """Everything injected into `make_app`."""

    accept: Accept
    vault: Vault
    database: Database
    outbox: Outbox
    clock: Clock
    listen: Callable[[Callable[[str], None]], None]
    """Registers a callback for announcements; it is called with a visitor's address, from any thread."""
    files: Path
    """Folder of uploaded files, outside anything that is served; shared by all processes."""
    demo: DemoPeople | None = None
    may_see: Callable[[str, str], bool] = _nobody
    """(sender id, file id): whether the person has a right to a file that is neither theirs nor was sent to them,
    such as a clerk to the photos of a ticket. Blocking; called in a thread."""
    ready: Callable[[], Mapping[str, bool]] = _always_ready
    """Named checks for /ready; blocking, called in a thread."""
    numbers: Callable[[], Mapping[str, float]] = _no_numbers
    """Metric name (labels included) to value, for /metrics; blocking, called in a thread."""
    routes: Sequence[web.RouteDef] = ()
    """Webhooks of the other channels."""
    origins: frozenset[str] = frozenset()
    """Origins besides the page's own that may open the chat, e.g. https://zq.example.gov.cn behind a proxy."""
    trusted_proxies: frozenset[str] = frozenset()
    """Addresses whose X-Forwarded-For is believed."""
    metrics_token: str = ""
    """Bearer token for /metrics; without one only this machine may read it."""
    limits: WebLimits = field(default_factory=WebLimits)
