"""Wake-ups between the parts of a process and, on PostgreSQL, between processes (LISTEN/NOTIFY).

A signal carries no data that matters: whoever missed one finds its work by looking, at the latest after its idle pause.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from zhiqibot.core.ids import new_id
from zhiqibot.storage.database import Database

logger = logging.getLogger(__name__)

PG_CHANNEL = "zhiqibot"
CONTENT = "content"
"""Topic announced by a command that has changed content on disk."""
LISTEN_ROUND_S = 1.0
RECONNECT_PAUSE_S = 2.0

Listener = Callable[[str], None]


@dataclass
class Signals:
    """Topics such as `inbox`, `outbox`, `webchat`; listeners are called in the announcing or the listening thread."""

    database: Database
    origin: str = field(default_factory=new_id)
    _listeners: dict[str, list[Listener]] = field(default_factory=dict)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def listen(self, topic: str, listener: Listener) -> None:
        """Call `listener` with the payload of every signal of `topic`."""
        self._listeners.setdefault(topic, []).append(listener)

    def announce(self, topic: str, payload: str = "") -> None:
        """Tell the listeners of this process, and of the others where the database can carry it."""
        self._tell(topic, payload)
        if self.database.capabilities.notify:
            line = f"{self.origin} {topic} {payload}"
            try:
                with self.database.write() as session:
                    session.execute(text("select pg_notify(:channel, :line)"), {"channel": PG_CHANNEL, "line": line})
            except SQLAlchemyError as error:
                logger.warning("signal %s not announced: %s", topic, type(error).__name__)

    def start(self) -> None:
        """Begin to hear other processes, where there can be any."""
        if self.database.capabilities.notify:
            self._thread = threading.Thread(target=self._hear, name="signals", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread:
            self._thread.join()

    def _tell(self, topic: str, payload: str) -> None:
        for listener in self._listeners.get(topic, ()):
            try:
                listener(payload)
            except Exception:  # whoever announces must not suffer for whoever listens
                logger.exception("signal %s: a listener failed", topic)

    def _hear(self) -> None:
        import psycopg  # 16 MB that SQLite deployments do without

        url = self.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._stopping.is_set():
            try:
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute(f"LISTEN {PG_CHANNEL}")
                    while not self._stopping.is_set():
                        for notice in connection.notifies(timeout=LISTEN_ROUND_S):
                            self._pass_on(notice.payload)
            except psycopg.Error as error:
                logger.warning("signals: connection lost: %s", type(error).__name__)
                self._stopping.wait(RECONNECT_PAUSE_S)

    def _pass_on(self, line: str) -> None:
        origin, _, signal = line.partition(" ")
        topic, _, payload = signal.partition(" ")
        if origin != self.origin:  # our own were told at once
            self._tell(topic, payload)
