"""Logs: one JSON line an event, ids only. No message text, no phone numbers; control characters escaped."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

from zhiqibot.core.privacy import mask

LONGEST = 4_000
QUIET = ("apscheduler", "httpx", "telegram", "aiohttp.access", "alembic")


class JsonLine(logging.Formatter):
    """Formats a record as one line; of an exception the type and the frames, never its words (they may quote a person)."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name.removeprefix("zhiqibot."),
            "event": mask(record.getMessage())[:LONGEST],
        }
        if record.exc_info and record.exc_info[0]:
            event["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            event["where"] = [
                f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames[-8:]
            ]
        return json.dumps(event, ensure_ascii=False)


def start_logging(level: str = "INFO") -> None:
    """Send everything to stderr as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
